"""An oracle for the search: the same space, walked one Action after the other.

`Oracle(target).best(spec)` applies real Actions to real Specs, goes into every child, and keeps the
program with the least `price`. Only tiny goals finish.

It has the rules of the space in its own words: which Actions come when, and how much of what fits.
With the search it shares what `Space` derives (worlds, ladders, plans), the limits UNITS, SPARE,
STEPS, UNROLLED, LEAVES, COUNTS and SMALL, and the measures of `traffic.py`; none of the arrays, nor
what sums up a cost in them. So it proves that the arithmetic is right, not that the space is large.
Read next: `walk.py`, `tiny.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil, prod
from typing import Any

from walk import (
    Children,
    Found,
    Grid,
    Loops,
    Stage,
    TooLargeError,
    Values,
    Walk,
    block_of,
    buffer_of,
    grid_of,
    least,
    spans_of,
)

from morello_mlir.action import Accumulate, Move, SplitReduction, Tile
from morello_mlir.action.move import copy_spec, held, plain_registers
from morello_mlir.expr import neutral
from morello_mlir.impl import SplitReduction as SplitImpl
from morello_mlir.layout import print_layout
from morello_mlir.memory import REG, Limits, Placement, nearness
from morello_mlir.search import loops, moves, registers, settle, split, tiles
from morello_mlir.search.plans import Plan
from morello_mlir.search.space import Space
from morello_mlir.spec import Kind, Operand, Spec, Start
from morello_mlir.target.target import Target
from morello_mlir.traffic import footprint

Moved = frozenset[tuple[int, Placement]]
"""Inputs that have come to registers, and where to."""


@dataclass(eq=False)
class Oracle(Walk):
    """See the module's text."""

    def best(self, spec: Spec) -> Found | None:
        """The cheapest program of a goal; None if there is none."""
        goal = spec.canonical()
        given = dict(goal.limits.bytes)
        merged = {name: given.get(name, most) for name, most in self.target.limits.bytes}
        goal = self.only(replace(goal, limits=Limits.of(**merged)))
        return Goal(self, Space(goal, self.target, tuple((a.extent,) for a in goal.axes))).best()


@dataclass(eq=False)
class Goal:
    """The walk of one goal: its phases from memory to registers."""

    oracle: Oracle
    space: Space
    phases: tuple[str, ...] = ("L3", "L2", "L1")
    given: frozenset[int] = frozenset()
    """Inputs that were in registers before an output in registers was filled."""
    limits: Limits | None = None
    """What is left where all operands have come to a cache at once."""
    alone: bool = False
    """Whether one thread has to do."""
    stages: dict[Any, Stage] = field(default_factory=dict)

    @property
    def spec(self) -> Spec:
        return self.space.spec

    @property
    def target(self) -> Target:
        return self.space.target

    @property
    def last(self) -> int:
        """The output's position."""
        return len(self.spec.inputs)

    @property
    def sums(self) -> list[str]:
        return [a.name for a in self.spec.reductions]

    @property
    def free(self) -> list[str]:
        return [a.name for a in self.spec.axes if a.kind is Kind.PARALLEL]

    @cached_property
    def own(self) -> int:
        """The number of the world in which nothing is packed."""
        return self.space.worlds.index(self.space.own)

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

    def started(self, spec: Spec, given: Moved = frozenset()) -> Found | None:
        """A goal whose output is in registers, which may have to be filled."""
        state = self.state(self.own, spec.output.placement, given)
        if spec.start is Start.VALUE:
            return self.oracle.walk(spec, state)
        extents = {a: s.values for a, s in state.grid.items()}
        return self.oracle.closed(Accumulate(), spec, self._filled(state, extents))

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
            nearer = Goal(self.oracle, space, ("L2", "L1"), limits=spec.limits, alone=alone)
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

    # Registers.

    def _entered(self, spec: Spec, w: int) -> Iterator[Found | None]:
        for place in self._outputs(w):
            yield self._accumulated(spec, w, place)
        if all(layout is None for layout in self.space.worlds[w].layouts):
            for axis in self.spec.reductions:
                for count in split.COUNTS:
                    yield self._split(spec, axis.name, count)

    def _plans(self, w: int) -> list[Plan]:
        return [p for p in self.space.plans if self.space.suits(p, self.space.worlds[w])]

    def _outputs(self, w: int) -> list[Placement]:
        wanted = [p.registers(self.spec).get(self.last) for p in self._plans(w)]
        found = dict.fromkeys(place for place in wanted if place is not None)
        if not found:
            out = self.spec.output
            found[plain_registers(out, self.spec.extent_of(out), self.target)] = None
        return list(found)

    def _accumulated(self, spec: Spec, w: int, place: Placement) -> Found | None:
        """The output to registers, and the neutral element into them."""
        state = self.state(w, place, frozenset())
        if not state.holds(spec):
            return None
        out, walk = self.space.worlds[w].operands[-1], self.oracle.walk
        stores = {
            "store": self._copy(out, place, state.grid, back=True),
            "combine": self._copy(out, place, state.grid, back=True, combine=self.spec.combine),
        }
        extents = {a: s.values for a, s in state.grid.items()}
        filled = self._filled(state, extents)

        def how(label: str, child: Spec) -> Found | None:
            if label != "main":
                return walk(child, stores[label])
            if _registers(child) < tiles.SPARE:
                return None
            return self.oracle.closed(Accumulate(), child, filled)

        move = Move(out.name, REG, print_layout(place.layout, out.dims, place.lanes))
        return self.oracle.closed(move, spec, how)

    def _filled(self, state: Stage, extents: Values) -> Children:
        """What becomes of the children of `accumulate`."""
        return lambda label, s: self.oracle.walk(
            s, state if label == "main" else self._fill(s.output.placement, extents)
        )

    def _fill(self, place: Placement, extents: Values) -> Stage:
        spec = self.spec
        assert spec.combine is not None
        names = [m.names for m in spec.output.map]
        by_dim = {
            d: extents[n[0]] if n else frozenset({1})
            for d, n in zip(spec.output.dims, names, strict=True)
        }
        axes = tuple(
            replace(a, extent=max(extents[a.name])) for a in spec.axes if a.name in self.free
        )
        out = spec.output if self.space.partial else buffer_of(spec.output, place, by_dim)
        fill = Spec(axes, (), out, neutral(spec.combine, out.dtype), serial=True).canonical()
        return self.oracle.copy(fill, extents)

    def _copy(
        self,
        o: Operand,
        place: Placement,
        grid: Grid,
        back: bool = False,
        combine: str | None = None,
    ) -> Stage:
        """Copies of an operand's tiles to a place, or back from there."""
        extents = spans_of(o, grid)
        buffer = buffer_of(o, place, extents)
        pair = (buffer, o) if back else (o, buffer)
        spec = copy_spec(*pair, Limits(()), True)
        if combine is not None:
            spec = replace(spec, combine=combine, start=Start.VALUE)
        return self.oracle.copy(spec, extents)

    def state(self, w: int, place: Placement, moved: Moved) -> Stage:
        """The output in registers, and some inputs: loops, then a leaf or one more input."""
        key = (w, place, moved)
        if key not in self.stages:
            there = {i for i, _ in moved}
            here = (o for i, o in enumerate(self.spec.inputs)
                    if i in there or o.placement.in_registers)  # fmt: skip
            placed = {n for o in here for n in o.axes}
            named = [Loops(a) for a in self.sums if a not in placed]
            short = [Loops(a, "unrolled", self._short(w, place, moved)) for a in self.sums]
            self.stages[key] = Stage(
                (*named, *short, *(Loops(a) for a in self.free)),
                self._register_grid(w, place, moved),
                lambda spec: least(
                    [self.oracle.leaf(spec, self.space), *self._inputs(spec, w, place, moved)]
                ),
            )
        return self.stages[key]

    def _register_grid(self, w: int, place: Placement, moved: Moved) -> Grid:
        """Few enough registers, short reductions around them, and no steps inside of them."""
        grid = grid_of(self.space, self.space.worlds[w])
        most = max(0, self.space.capacity(REG) - tiles.SPARE)
        finer, away = grid_of(self.space), {i for i, _ in moved}
        world = list(enumerate(zip(self.spec.operands, self.space.worlds[w].layouts, strict=True)))
        packed = [(o, Placement("L1", to)) for i, (o, to) in world if to and i not in away]
        for axis, steps in grid.items():
            if all(block_of(o, place, axis) == 1 for o, place in packed):
                steps = finer[axis]
            if axis in self.free and not self.spec.output.placement.in_registers:
                steps = steps.upto(most * block_of(self.spec.output, place, axis))
            elif axis not in self.free:
                steps = steps.stepping(registers.STEPS)
                if {i for i, _ in moved} - self.given:
                    steps = steps.upto(registers.STEPS)
            for i, to in ((self.last, place), *moved):
                steps = steps.whole(
                    block_of(self.spec.operands[i], to, axis), cut=axis in self.space.ragged
                )
            grid[axis] = steps
        return grid

    def _short(self, w: int, place: Placement, moved: Moved) -> Callable[[Spec, int], bool]:
        """Whether a reduction may be unrolled: little code, and registers for two steps' inputs."""
        plans = [p for p in self._plans(w) if p.registers(self.spec).get(self.last) == place]
        each = {a: max([block_of(self.spec.output, place, a), *(p.sizes.get(a, 1) for p in plans)])
                for a in self.spec.extents}  # fmt: skip
        ready = [p for p in plans if moved <= p.registers(self.spec).items()]

        def short(spec: Spec, trips: int) -> bool:
            code = prod(ceil(e / each[a]) for a, e in spec.extents.items())
            two = any(self._holds_two(spec, place, p) for p in ready)
            return trips <= loops.UNROLLED and code <= tiles.LEAVES and two

        return short

    def _holds_two(self, spec: Spec, place: Placement, plan: Plan) -> bool:
        step = spec.extents | {a: min(plan.sizes.get(a, 1), spec.extents.get(a, 1))
                               for a in self.sums}  # fmt: skip
        one = replace(spec, axes=tuple(replace(a, extent=step[a.name]) for a in spec.axes))
        coming = sum(
            self._held(one, i, to)
            for i, to in plan.registers(self.spec).items()
            if i < self.last and not spec.operands[i].placement.in_registers
        )
        whole = self._held(spec, self.last, place) + 2 * coming
        return not coming or whole <= self.space.capacity(REG)

    def _held(self, spec: Spec, i: int, place: Placement) -> int:
        """The registers that an operand takes at a place."""
        o = spec.operands[i]
        return held(replace(o, placement=place, shape=spec.extent_of(o)), REG, self.target)

    def _inputs(self, spec: Spec, w: int, place: Placement, moved: Moved) -> Iterator[Found | None]:
        """One more input into registers, as some plan wants it there."""
        options: dict[tuple[int, Placement], None] = {}
        for plan in self._plans(w):
            wants = plan.registers(self.spec)
            if wants.get(self.last) == place and moved <= wants.items():
                for i, to in wants.items():
                    free = not self.spec.operands[i].placement.in_registers
                    if all(i > before for before, _ in moved) and i < self.last and free:
                        options[i, to] = None
        grid = self.state(w, place, moved).grid
        for i, to in options:
            o = self.space.worlds[w].operands[i]
            inner = self.state(w, place, moved | {(i, to)})
            copy = self._copy(o, to, grid)
            move = Move(o.name, REG, print_layout(to.layout, o.dims, to.lanes))
            if inner.holds(spec):
                yield self.oracle.closed(move, spec, self._loaded(inner, copy))

    def _loaded(self, inner: Stage, copy: Stage) -> Children:
        def how(label: str, child: Spec) -> Found | None:
            if label == "main" and _registers(child) < tiles.SPARE:
                return None
            return self.oracle.walk(child, inner if label == "main" else copy)

        return how

    # Split reductions.

    def _split(self, spec: Spec, axis: str, count: int) -> Found | None:
        """Partial results in registers, by some multiple of the lanes there are."""
        lanes = self.target.lane_count(self.spec.output.dtype.bytes)
        count *= lanes
        extent = self.spec.extents[axis]
        if lanes == 1 or extent < 2 * count or spec.extents.get(axis, 1) % count:
            return None
        if not all(_contiguous(o, axis) for o in self.spec.inputs if axis in o.axes):
            return None
        whole = SplitReduction(axis, count).apply(
            replace(self.spec.tiled(axis, extent - extent % count, 0), limits=Limits(())),
            self.target,
        )
        assert isinstance(whole, SplitImpl)
        values = self._split_values(axis, count, max(whole.buffer.placement.lanes, 1))
        if any(spec.extents.get(a, 1) not in values[a] for a in self.grid):
            return None
        body = self._part(whole.body.spec, {**values, axis: {v // count for v in values[axis]}})
        joined = self._part(whole.combine.spec, values)

        def how(label: str, child: Spec) -> Found | None:
            if _registers(child) < tiles.SPARE:
                return None
            if label == "main":
                return body.started(child)
            return self.oracle.walk(child, joined.first())

        return self.oracle.closed(SplitReduction(axis, count), spec, how)

    def _split_values(self, axis: str, count: int, lanes: int) -> dict[str, set[int]]:
        """The extents at which the split may begin, and the new axis's."""
        most = max(0, self.space.capacity(REG) - tiles.SPARE)
        values: dict[str, set[int]] = {f"{axis}p": {count}}
        for a, steps in self.grid.items():
            values[a] = set(steps.values)
            if a == axis:
                values[a] = {v for v in values[a] if v % count == 0 and v >= 2 * count}
            elif a in self.free:
                values[a] = {v for v in values[a] if v <= max(1, most * count // lanes)}
        return values

    @cached_property
    def grid(self) -> Grid:
        return grid_of(self.space)

    def _part(self, spec: Spec, values: dict[str, set[int]]) -> Goal:
        """The walk of what a split leaves."""
        goals = tuple(tuple(sorted(values[a.name])) for a in spec.axes)
        spec = replace(spec, limits=self.target.limits)
        return Goal(self.oracle, Space(spec, self.target, goals), ("L1",))


def _registers(spec: Spec) -> int:
    left = spec.limits.left(REG)
    assert left is not None
    return left


def _contiguous(o: Operand, axis: str) -> bool:
    dim = o.dim_of(axis)
    if dim is None or o.placement.in_registers or abs(o.map[dim].coefficient(axis)) != 1:
        return False
    return o.placement.layout.stride_along(dim, 2, 0, o.shape) == 1
