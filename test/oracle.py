"""An oracle for the search: the same space, walked one Action after the other.

`Oracle(target).best(spec)` applies real Actions to real Specs, goes into every child, and keeps the
program with the least `price`. Only tiny goals finish.

It has the rules of the space in its own words: which Actions come when, and how much of what fits.
With the search it shares what `Space` derives (worlds, ladders, plans), the limits UNITS, SPARE,
STEPS, UNROLLED, LEAVES, COUNTS and SMALL, and the measures of `traffic.py`; none of the arrays, nor
what sums up a cost in them. So it proves that the arithmetic is right, not that the space is large.
Here a goal begins, and its operands come to caches. Read next: `oracle_outputs.py`, `tiny.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, prod

from oracle_outputs import OutputGoal
from walk import Found, Loops, Stage, TooLargeError, Walk, grid_of, least

from morello_mlir.action import Move, Tile
from morello_mlir.action.merge import merges
from morello_mlir.graph import sole
from morello_mlir.impl import children, with_child
from morello_mlir.layout import print_layout
from morello_mlir.memory import Limits, Placement, nearness
from morello_mlir.search import moves, settle
from morello_mlir.search.space import Space
from morello_mlir.spec import Spec, Start
from morello_mlir.traffic import footprint


@dataclass(eq=False)
class Oracle(Walk):
    """See the module's text."""

    def best(self, spec: Spec) -> Found | None:
        """The cheapest program of a goal; None if there is none."""
        goal = spec.canonical()
        given = dict(goal.limits.bytes)
        merged = {name: given.get(name, most) for name, most in self.target.limits.bytes}
        return self._best(self.only(replace(goal, limits=Limits.of(**merged))))

    def _best(self, goal: Spec) -> Found | None:
        """As it is, or with two axes as one."""
        space = Space(goal, self.target, tuple((a.extent,) for a in goal.axes))
        ways = [Goal(self, space).best()]
        for merge in merges(goal):
            impl = merge.apply(goal, self.target)
            (body,) = (child for _, child in children(impl))
            found = self._best(sole(body.spec))
            if found is not None:
                ways.append(replace(found, impl=with_child(impl, "main", found.impl)))
        return least(ways)


@dataclass(eq=False)
class Goal(OutputGoal):
    """The walk of one goal: its phases from memory to registers."""

    limits: Limits | None = None
    """What is left where all operands have come to a cache at once."""
    alone: bool = False
    """Whether one thread has to do."""

    def best(self) -> Found | None:
        """The best program of the goal."""
        spec, oracle = self.spec, self.oracle
        if spec.combine is None or (spec.start is Start.VALUE and not spec.reductions):
            return least(list(self._forked(spec, oracle.without_reduction(self.space))))
        if spec.output.placement.in_registers:
            placed = enumerate(spec.inputs)
            given = [(i, o.placement) for i, o in placed if o.placement.in_registers]
            self.given = frozenset(i for i, _ in given)
            return self.started(spec, frozenset(given))
        return least(list(self._begun(spec)))

    def _forked(self, spec: Spec, alone: Stage) -> Iterator[Found | None]:
        """A goal without reductions: by one thread, or in a parallel loop around what one does."""
        walk = self.oracle.walk
        yield walk(spec, alone)
        if self.threads > 1:
            for axis in self.free:
                yield from self._parallel(spec, axis, alone)

    def _parallel(self, spec: Spec, axis: str, alone: Stage) -> Iterator[Found | None]:
        """Parallel loops over an axis, of two steps at least; what is inside is for one thread."""
        walk = self.oracle.walk
        for size in alone.grid[axis].sizes(spec.extents.get(axis, 1)):
            if spec.extents[axis] // size > 1:
                tile = Tile(axis, size, "parallel")
                yield self.oracle.closed(tile, spec, lambda label, s: walk(s, alone))

    # Caches.

    def _begun(self, spec: Spec) -> Iterator[Found | None]:
        """With nothing moved, or with all in some cache: the ways in which a small goal begins."""
        points = prod(len(steps.values) for steps in self.grid.values())
        if points > settle.SMALL:
            raise TooLargeError(str(spec))
        yield self.oracle.walk(spec, self.first())
        memory = [o for o in spec.operands if not o.placement.in_registers]
        total = sum(float(footprint(o, spec.extent_of(o))) for o in memory)
        for level in ("L2", "L3"):
            if total <= self._room(level) and self._far(level):
                yield self._settle(spec, level, self._far(level))

    def _settle(self, spec: Spec, level: str, positions: list[int]) -> Found | None:
        if not positions:
            # Packing afterwards may use the level once more, as far as it goes. An L2 is one
            # thread's own.
            whole = replace(spec, limits=self.spec.limits)
            space = Space(whole, self.target, self.space.goals)
            alone = level == "L2"
            nearer = Goal(self.oracle, space, phases=("L2", "L1"), limits=spec.limits, alone=alone)
            return self.oracle.walk(spec, nearer.first())
        move = Move(spec.operands[positions[0]].name, level)
        return self.oracle.closed(
            move, spec, lambda label, s: self._settle(s, level, positions[1:])
        )

    def _far(self, level: str) -> list[int]:
        operands = self.spec.operands
        return [
            i for i in self.space.movable if nearness(operands[i].placement.level) < nearness(level)
        ]

    def _room(self, level: str) -> float:
        """The bytes of a level that schedules may fill."""
        most = self.space.capacity(level)
        left = most if self.limits is None else self.limits.left(level)
        assert left is not None
        return min(most * (self.target.costs.of("usable", level) or 1.0), left)

    @property
    def threads(self) -> int:
        given = any(o.placement.in_registers for o in self.spec.operands)
        return 1 if self.alone or given or self.spec.serial else self.target.threads

    def first(self) -> Stage:
        """The stage that a goal with reductions begins in."""
        shared = self.threads > 1 and self._shares(self.phases[0])
        return self.phase(self.own, self.phases[0], frozenset(), moves.UNITS, shared)

    def _shares(self, level: str) -> bool:
        return level in ("L3", "L2")

    def phase(self, w: int, level: str, moved: frozenset[int], left: int, shared: bool) -> Stage:
        """Loops over every axis, then moves to a level or on to the next phase."""
        key = (w, level, moved, left, shared)
        if key not in self.stages:
            self.stages[key] = Stage(
                tuple(Loops(a) for a in (*self.free, *self.sums)),
                grid_of(self.space, self.space.worlds[w]),
                lambda spec: least(list(self._cached(spec, *key))),
            )
        return self.stages[key]

    def _cached(
        self, spec: Spec, w: int, level: str, moved: frozenset[int], left: int, shared: bool
    ) -> Iterator[Found | None]:
        walk = self.oracle.walk
        at = self.phases.index(level)
        after = self.phases[at + 1] if at + 1 < len(self.phases) else None
        if shared:
            alone = self.phase(w, level, moved, left, False)
            yield walk(spec, alone)
            for axis in self.free:
                yield from self._parallel(spec, axis, alone)
        if after is None:
            yield from self._entered(spec, w)
        elif not shared or self._shares(after):
            yield walk(spec, self.phase(w, after, frozenset(), moves.UNITS, shared))
        for i in self.space.movable:
            if i not in moved and not (level == "L1" and i == self.last):
                for v, place in self._places(spec, w, level, i):
                    inner = (level, moved | {i}, shared)
                    yield self._moved(spec, (w, v), i, place, left, inner)

    def _places(
        self, spec: Spec, w: int, level: str, i: int
    ) -> Iterator[tuple[int, Placement | None]]:
        """The worlds that a move leads to, and the place there if the move packs."""
        if nearness(self.spec.operands[i].placement.level) > nearness(level):
            return
        if nearness(spec.operands[i].placement.level) < nearness(level):
            yield w, None
        here = self.space.worlds[w].layouts
        for v, other in enumerate(self.space.worlds):
            rest = [j for j in range(len(here)) if j != i]
            packs = here[i] is None and other.layouts[i] is not None
            if packs and all(here[j] == other.layouts[j] for j in rest):
                yield v, replace(other.operands[i].placement, level=level)

    def _moved(
        self,
        spec: Spec,
        worlds: tuple[int, int],
        i: int,
        place: Placement | None,
        left: int,
        inner: tuple[str, frozenset[int], bool],
    ) -> Found | None:
        level, moved, shared = inner
        o, extents = spec.operands[i], spec.extent_of(spec.operands[i])
        unit = max(1e-3, self._room(level) / moves.UNITS)
        taken = float(footprint(o, extents))
        if place is not None:
            blocks = [place.layout.block(d) for d in range(len(extents))]
            taken = o.dtype.bytes * prod(
                -(-e // b) * b for e, b in zip(extents, blocks, strict=True)
            )
        left -= ceil(taken / unit)
        main = self.phase(worlds[1], level, moved, max(left, 0), shared)
        if left < 0 or not main.holds(spec):
            return None
        if place is None:
            move = Move(o.name, level)
            return self.oracle.closed(move, spec, lambda label, s: self.oracle.walk(s, main))
        own = self.space.worlds[worlds[0]]
        copy = self._copy(own.operands[i], place, grid_of(self.space, own))
        move = Move(o.name, level, print_layout(place.layout, o.dims))
        return self.oracle.closed(
            move, spec, lambda label, s: self.oracle.walk(s, main if label == "main" else copy)
        )
