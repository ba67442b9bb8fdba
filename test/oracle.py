"""An oracle for the search: the same space, walked one Action after the other.

`Oracle(target).best(spec)` applies real Actions to real Specs, goes into every child, and keeps the
program with the least `price`. It knows the rules of the space (which Actions come when, how many
of what fits) and the sizes and places that `Space` derives; it shares no code with the arrays that
solve it. With `everywhere` it tries every instruction on every tile, where the search looks only at
tiles that fill an instruction, and at rests. Only tiny goals finish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil, prod
from typing import Any

from morello_mlir.action import (
    Accumulate,
    Action,
    Move,
    NotApplicable,
    Select,
    SplitReduction,
    Tile,
)
from morello_mlir.action.move import copy_spec, plain_registers
from morello_mlir.action.select import register_order
from morello_mlir.expr import neutral
from morello_mlir.impl import Impl, Open, children, with_child
from morello_mlir.impl import SplitReduction as SplitImpl
from morello_mlir.layout import print_layout
from morello_mlir.memory import REG, Limits, Placement, nearness
from morello_mlir.price import price
from morello_mlir.search import loops, moves, registers, split, tiles
from morello_mlir.search.plans import Plan
from morello_mlir.search.space import Space, World
from morello_mlir.spec import Kind, Operand, Spec, Start
from morello_mlir.target.target import Target
from morello_mlir.traffic import footprint

Children = Callable[[str, Spec], "Found | None"]
Moved = frozenset[tuple[int, Placement]]
"""Inputs that have come to registers, and where to."""

Values = dict[str, frozenset[int]]
"""Extents that occur, by axis or dimension."""


class TooLargeError(Exception):
    """The space has more Specs than the oracle was told to look at."""


@dataclass(frozen=True, eq=False)
class Found:
    """A program and its price."""

    cycles: float
    impl: Impl


@dataclass(frozen=True, eq=False)
class Known:
    """A Spec with as many points as its best program costs: what `Open` is priced by."""

    spec: Spec
    points: float

    def __getattr__(self, name: str) -> Any:
        return getattr(self.spec, name)


@dataclass(frozen=True)
class Steps:
    """The extents that an axis may have, and those that loops step by."""

    values: frozenset[int]
    tiles: frozenset[int]

    def sizes(self, extent: int) -> Iterator[int]:
        for t in sorted(self.tiles):
            if t < extent and (extent % t == 0 or extent % t in self.values):
                yield t

    def upto(self, most: int) -> Steps:
        return Steps(*(frozenset(v for v in s if v <= most) for s in (self.values, self.tiles)))

    def stepping(self, most: int) -> Steps:
        return Steps(self.values, frozenset(t for t in self.tiles if t <= most))

    def whole(self, block: int) -> Steps:
        return Steps(self.values, frozenset(t for t in self.tiles if t % block == 0))


Grid = dict[str, Steps]


@dataclass(frozen=True)
class Loops:
    """A loop that may come next; `allows` says for which Specs and trips."""

    axis: str
    order: str = "serial"
    allows: Callable[[Spec, int], bool] = lambda spec, trips: True


@dataclass(frozen=True, eq=False)
class Stage:
    """Where a walk is: loops in this order, each at most once, and then something else."""

    loops: tuple[Loops, ...]
    grid: Grid
    inner: Callable[[Spec], Found | None]

    def holds(self, spec: Spec) -> bool:
        return all(spec.extents.get(a, 1) in s.values for a, s in self.grid.items())


@dataclass(eq=False)
class Oracle:
    """See the module's text."""

    target: Target
    everywhere: bool = False
    most: int = 20_000
    specs: dict[Spec, Spec] = field(default_factory=dict)
    known: dict[tuple[int, Stage, int], Found | None] = field(default_factory=dict)
    copies: dict[Any, Stage] = field(default_factory=dict)

    def best(self, spec: Spec) -> Found | None:
        """The cheapest program of a goal; None if there is none."""
        goal = spec.canonical()
        given = dict(goal.limits.bytes)
        merged = {name: given.get(name, most) for name, most in self.target.limits.bytes}
        goal = self.only(replace(goal, limits=Limits.of(**merged)))
        space = Space(goal, self.target, tuple((a.extent,) for a in goal.axes))
        return Goal(self, space).best()

    def only(self, spec: Spec) -> Spec:
        """The one Spec of all that are equal to it: what is known goes by identity."""
        return self.specs.setdefault(spec, spec)

    def walk(self, spec: Spec, stage: Stage, at: int = 0) -> Found | None:
        """The best of the loops from number `at` on, and of what comes after them."""
        key = (id(spec), stage, at)
        if key not in self.known:
            if len(self.known) > self.most:
                raise TooLargeError(str(spec))
            self.known[key] = self._walk(spec, stage, at)
        return self.known[key]

    def _walk(self, spec: Spec, stage: Stage, at: int) -> Found | None:
        if at == len(stage.loops):
            return stage.inner(spec)
        loop = stage.loops[at]
        options = [self.walk(spec, stage, at + 1)]
        extent = spec.extents.get(loop.axis, 1)
        for size in stage.grid[loop.axis].sizes(extent):
            if loop.allows(spec, extent // size):
                step = Tile(loop.axis, size, loop.order)
                options.append(
                    self.closed(
                        step, spec, lambda label, s: self.walk(s, stage, at + (label == "main"))
                    )
                )
        return least(options)

    def closed(self, action: Action, spec: Spec, how: Children) -> Found | None:
        """An Action with the best program of each child; None where it does not fit."""
        try:
            impl = action.apply(spec, self.target)
        except NotApplicable:
            return None
        return self.priced(impl, how)

    def priced(self, impl: Impl, how: Children) -> Found | None:
        """A program's open children closed, and the whole priced."""
        stub = impl
        for label, child in list(children(impl)):
            found = how(label, self.only(child.spec))
            if found is None:
                return None
            stand_in: Any = Known(child.spec, found.cycles)
            stub, impl = (
                with_child(stub, label, Open(stand_in)),
                with_child(impl, label, found.impl),
            )
        return Found(price(stub, self.target).cycles, impl)

    def leaf(self, spec: Spec, space: Space) -> Found | None:
        """The best single instruction."""
        names = ["lanes", *(i.name for i in self.target.instructions)]
        options = [self.closed(Select(n), spec, lambda label, s: None)
                   for n in names if self.everywhere or self._fills(spec, space, n)]  # fmt: skip
        return least(options)

    def _fills(self, spec: Spec, space: Space, name: str) -> bool:
        """Whether a tile has the extents that an instruction takes, or is a rest of such tiles."""
        found = [p.sizes for p in space.plans
                 if p.instruction.name == name and _reads(p, spec)]  # fmt: skip
        if name == "lanes":
            found = list(self._lanes(spec, space.spec))
        extents = {a: spec.extents.get(a, 1) for a in space.spec.extents}
        rests = dict(zip(extents, (ladder.rests for ladder in space.own.ladders), strict=True))
        return any(
            all(
                e == sizes.get(a, 1) or (e < sizes.get(a, 1) and e in rests[a])
                for a, e in extents.items()
            )
            for sizes in found
        )

    def _lanes(self, spec: Spec, goal: Spec) -> Iterator[dict[str, int]]:
        """What `lanes` fill: registers as operands have them, or else some of one axis."""
        whole = goal
        for i, (o, mine) in enumerate(zip(spec.operands, goal.operands, strict=True)):
            if o.placement.in_registers:
                placed = replace(o, map=mine.map, shape=goal.extent_of(mine))
                whole = whole.with_operand(i, replace(placed, align=(0,) * len(o.shape)))
        filled = any(o.placement.in_registers and o.placement.lanes > 1 for o in spec.operands)
        order = register_order(whole) if filled else None
        if order:
            yield {name: size for name, size in order if name}
            return
        yield {}
        full = self.target.lane_count(max(o.dtype.bytes for o in spec.operands))
        yield from ({a: full * n} for a in goal.extents for n in (1, 2, 4))

    def without_reduction(self, space: Space) -> Stage:
        """Loops around a leaf, on the ladders of a space."""
        spec = space.spec
        widest = max(o.dtype.bytes for o in spec.operands)
        room = loops.LEAVES * self.target.lane_count(widest)

        def short(tile: Spec, trips: int) -> bool:
            return trips <= loops.UNROLLED and tile.points <= room

        quiet = {n for o in spec.operands if o.placement.in_registers for n in o.axes}
        serial = [Loops(a.name) for a in spec.axes]
        unrolled = [Loops(a.name, "unrolled", short) for a in spec.axes if a.name not in quiet]
        return Stage((*serial, *unrolled), grid_of(space), lambda s: self.leaf(s, space))

    def copy(self, goal: Spec, extents: Values) -> Stage:
        """The stage of copies or fills up to the extents of `goal`."""
        goals = tuple(tuple(sorted(extents[a.name])) for a in goal.axes)
        if (goal, goals) not in self.copies:
            stage = self.without_reduction(Space(goal, self.target, goals))
            self.copies[goal, goals] = stage
        return self.copies[goal, goals]


def least(options: list[Found | None]) -> Found | None:
    """The cheapest of those that are there."""
    return min((f for f in options if f is not None), key=lambda f: f.cycles, default=None)


def _reads(plan: Plan, spec: Spec) -> bool:
    """Whether a Spec has its operands in memory, and in registers, as a plan takes them."""
    pairs = zip((*plan.inputs, len(spec.inputs)), plan.instruction.spec.operands, strict=True)
    lanes = [[max(o.placement.lanes, 1) if o.placement.in_registers else 0
              for o in (spec.operands[i], its)] for i, its in pairs]  # fmt: skip
    return all(mine == its for mine, its in lanes)


def grid_of(space: Space, world: World | None = None) -> Grid:
    """The extents and tiles of a space, or of one of its worlds."""
    ladders = (world or space.own).ladders
    return {
        a.name: Steps(frozenset(ladder.values), frozenset(ladder.tiles))
        for a, ladder in zip(space.spec.axes, ladders, strict=True)
    }


@dataclass(eq=False)
class Goal:
    """The walk of one goal: its phases from memory to registers."""

    oracle: Oracle
    space: Space
    phases: tuple[str, ...] = ("L3", "L2", "L1")
    given: frozenset[int] = frozenset()
    """Inputs that were in registers before an output in registers was filled."""
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
            return oracle.walk(spec, oracle.without_reduction(self.space))
        if spec.output.placement.in_registers:
            placed = enumerate(spec.inputs)
            given = [(i, o.placement) for i, o in placed if o.placement.in_registers]
            self.given = frozenset(i for i, _ in given)
            return self.started(spec, frozenset(given))
        level = self._settled()
        if level is not None:
            return self._settle(spec, level, self._far(level))
        return oracle.walk(spec, self.first())

    def started(self, spec: Spec, given: Moved = frozenset()) -> Found | None:
        """A goal whose output is in registers, which may have to be filled."""
        state = self.state(self.own, spec.output.placement, given)
        if spec.start is Start.VALUE:
            return self.oracle.walk(spec, state)
        extents = {a: s.values for a, s in state.grid.items()}
        return self.oracle.closed(Accumulate(), spec, self._filled(state, extents))

    # Caches.

    def _settled(self) -> str | None:
        """The nearest of the caches that all operands fit into, if some are farther away."""
        spec = self.spec
        memory = [o for o in spec.operands if not o.placement.in_registers]
        total = sum(float(footprint(o, spec.extent_of(o))) for o in memory)
        for level in ("L2", "L3") if self.threads == 1 else ("L3",):
            if total <= self._room(level) and self._far(level):
                return level
        return None

    def _settle(self, spec: Spec, level: str, positions: list[int]) -> Found | None:
        if not positions:
            # Packing afterwards may fill the level once more.
            whole = replace(spec, limits=self.spec.limits)
            space = Space(whole, self.target, self.space.goals)
            return self.oracle.walk(spec, Goal(self.oracle, space, ("L2", "L1")).first())
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
        return self.space.capacity(level) * (self.target.costs.of("usable", level) or 1.0)

    @property
    def threads(self) -> int:
        alone = any(o.placement.in_registers for o in self.spec.operands)
        return 1 if alone or self.spec.serial else self.target.threads

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
                for size in alone.grid[axis].sizes(spec.extents.get(axis, 1)):
                    if spec.extents[axis] // size > 1:
                        tile = Tile(axis, size, "parallel")
                        yield self.oracle.closed(tile, spec, lambda label, s: walk(s, alone))
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
        unit = max(1.0, self._room(level) / moves.UNITS)
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
            if _registers(child) < registers.SPARE:
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
        out = _buffer(spec.output, place, by_dim)
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
        extents = _dims(o, grid)
        buffer = _buffer(o, place, extents)
        pair = (buffer, o) if back else (o, buffer)
        spec = copy_spec(*pair, Limits(()), True)
        if combine is not None:
            spec = replace(spec, combine=combine, start=Start.VALUE)
        return self.oracle.copy(spec, extents)

    def state(self, w: int, place: Placement, moved: Moved) -> Stage:
        """The output in registers, and some inputs: loops, then a leaf or one more input."""
        key = (w, place, moved)
        if key not in self.stages:
            placed = {n for i, _ in moved for n in self.spec.inputs[i].axes}
            named = [Loops(a) for a in self.sums if a not in placed]
            short = [Loops(a, "unrolled", self._short(w, place)) for a in self.sums]
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
        most = max(0, self.space.capacity(REG) - registers.SPARE)
        for axis, steps in grid.items():
            if axis in self.free and not self.spec.output.placement.in_registers:
                steps = steps.upto(most * _block(self.spec.output, place, axis))
            elif axis not in self.free:
                steps = steps.stepping(registers.STEPS)
                if {i for i, _ in moved} - self.given:
                    steps = steps.upto(registers.STEPS)
            for i, to in ((self.last, place), *moved):
                steps = steps.whole(_block(self.spec.operands[i], to, axis))
            grid[axis] = steps
        return grid

    def _short(self, w: int, place: Placement) -> Callable[[Spec, int], bool]:
        """Whether a tile has few enough instructions to be unrolled."""
        each = {}
        plans = [p for p in self._plans(w) if p.registers(self.spec).get(self.last) == place]
        for axis in self.spec.extents:
            block = _block(self.spec.output, place, axis)
            each[axis] = max([block, *(p.sizes.get(axis, 1) for p in plans)])
        return lambda spec, trips: (
            trips <= loops.UNROLLED
            and prod(ceil(e / each[a]) for a, e in spec.extents.items()) <= tiles.LEAVES
        )

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
            if label == "main" and _registers(child) < registers.SPARE:
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
        if not any(_contiguous(o, axis) for o in self.spec.inputs):
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
            if _registers(child) < registers.SPARE:
                return None
            if label == "main":
                return body.started(child)
            return self.oracle.walk(child, joined.first())

        return self.oracle.closed(SplitReduction(axis, count), spec, how)

    def _split_values(self, axis: str, count: int, lanes: int) -> dict[str, set[int]]:
        """The extents at which the split may begin, and the new axis's."""
        most = max(0, self.space.capacity(REG) - registers.SPARE)
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


def _buffer(o: Operand, place: Placement, extents: Values) -> Operand:
    shape = tuple(max(extents[d]) for d in o.dims)
    maps = tuple(m + -m.const for m in o.map)
    return replace(o, map=maps, shape=shape, placement=place, align=(0,) * len(shape))


def _dims(o: Operand, grid: Grid) -> Values:
    """The extents that the dimensions of an operand have, over all tiles of a grid."""
    found: Values = {}
    for d, m in zip(o.dims, o.map, strict=True):
        spans = {1}
        for name, c in m.terms:
            if name in grid:
                spans = {s + abs(c) * (v - 1) for s in spans for v in grid[name].values}
        found[d] = frozenset(spans)
    return found


def _block(o: Operand, place: Placement, axis: str) -> int:
    """What an operand's registers at a place hold along an axis."""
    dim = o.dim_of(axis)
    return 1 if dim is None else place.layout.block(dim)


def _contiguous(o: Operand, axis: str) -> bool:
    dim = o.dim_of(axis)
    if dim is None or o.placement.in_registers or abs(o.map[dim].coefficient(axis)) != 1:
        return False
    return o.placement.layout.stride_along(dim, 2, 0, o.shape) == 1
