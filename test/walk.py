"""A walk over Specs, one Action after the other: what the oracle is made of.

A `Stage` allows loops over axes in an order, each at most once, and then goes on. `Walk.walk` tries
every size of every loop; `Walk.closed` applies one Action, goes into every child and prices the
program that comes about. Goals without reductions are loops around a leaf. Read next: `oracle.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from morello_mlir.action import Action, NotApplicable, Select, Tile
from morello_mlir.action.select import register_order
from morello_mlir.graph import sole
from morello_mlir.impl import Impl, Open, children, with_child
from morello_mlir.memory import Placement
from morello_mlir.price import price
from morello_mlir.search import loops
from morello_mlir.search.plans import Plan
from morello_mlir.search.space import Space, World
from morello_mlir.spec import Operand, Spec
from morello_mlir.target.target import Target

Values = dict[str, frozenset[int]]
"""Extents that occur, by axis or dimension."""

Children = Callable[[str, Spec], "Found | None"]
"""The best program of a child, by its label and Spec."""


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

    def whole(self, block: int, *, cut: bool) -> Steps:
        whole = (t for t in self.tiles if t % block == 0 or (cut and t == 1))
        return Steps(self.values, frozenset(whole))


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
class Walk:
    """The walks on one machine. Each asks for at most `most` Specs at a stage."""

    target: Target
    most: int = 20_000
    specs: dict[Spec, Spec] = field(default_factory=dict)
    known: dict[tuple[int, Stage, int], Found | None] = field(default_factory=dict)
    copies: dict[Any, Stage] = field(default_factory=dict)

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
            found = how(label, self.only(sole(child.spec)))
            if found is None:
                return None
            stand_in: Any = Known(sole(child.spec), found.cycles)
            stub, impl = (
                with_child(stub, label, Open(stand_in)),
                with_child(impl, label, found.impl),
            )
        return Found(price(stub, self.target).cycles, impl)

    def leaf(self, spec: Spec, space: Space) -> Found | None:
        """The best single instruction, of those that the tile fills or is a rest for."""
        none: Children = lambda label, s: None  # noqa: E731
        names = dict.fromkeys(p.instruction.name for p in space.plans if _fits(spec, space, p))
        options = [self.closed(Select(n), spec, none) for n in names]
        if any(_fills(spec, space, sizes) for sizes in self._lanes(spec, space.spec)):
            options.append(self.closed(Select("lanes"), spec, none))
        return least(options)

    def _lanes(self, spec: Spec, goal: Spec) -> Iterator[dict[str, int]]:
        """What lanes fill: registers as operands have them, or else some of one axis."""
        whole = goal
        for i, (o, mine) in enumerate(zip(spec.operands, goal.operands, strict=True)):
            if o.placement.in_registers:
                placed = replace(o, map=mine.map, shape=goal.extent_of(mine))
                placed = replace(placed, align=(0,) * len(o.shape))
                given = o.placement == mine.placement  # perhaps a part of what registers hold
                whole = whole.with_operand(i, mine if given else placed)
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


def _fits(spec: Spec, space: Space, plan: Plan) -> bool:
    """Whether a plan takes a Spec's operands from where they are, and its extents."""
    pairs = zip((*plan.inputs, len(spec.inputs)), plan.instruction.spec.operands, strict=True)
    alike = (_lanes_of(spec.operands[i]) == _lanes_of(its) for i, its in pairs)
    return all(alike) and _fills(spec, space, plan.sizes)


def _lanes_of(o: Operand) -> int:
    return max(o.placement.lanes, 1) if o.placement.in_registers else 0


def _fills(spec: Spec, space: Space, sizes: dict[str, int]) -> bool:
    """Whether a tile has some extents, or is a rest that is smaller along some axes."""
    for a, ladder in zip(space.spec.extents, space.own.ladders, strict=True):
        e, full = spec.extents.get(a, 1), sizes.get(a, 1)
        if e != full and (e > full or e not in ladder.rests):
            return False
    return True


def grid_of(space: Space, world: World | None = None) -> Grid:
    """The extents and tiles of a space, or of one of its worlds."""
    ladders = (world or space.own).ladders
    return {
        a.name: Steps(frozenset(ladder.values), frozenset(ladder.tiles))
        for a, ladder in zip(space.spec.axes, ladders, strict=True)
    }


def buffer_of(o: Operand, place: Placement, extents: Values) -> Operand:
    """A buffer for an operand's largest tile."""
    shape = tuple(max(extents[d]) for d in o.dims)
    maps = tuple(m + -m.const for m in o.map)
    return replace(o, map=maps, shape=shape, placement=place, align=(0,) * len(shape))


def spans_of(o: Operand, grid: Grid) -> Values:
    """The extents that the dimensions of an operand have, over all tiles of a grid."""
    found: Values = {}
    for d, m in zip(o.dims, o.map, strict=True):
        spans = {1}
        for name, c in m.terms:
            if name in grid:
                spans = {s + abs(c) * (v - 1) for s in spans for v in grid[name].values}
        found[d] = frozenset(spans)
    return found


def block_of(o: Operand, place: Placement, axis: str) -> int:
    """What an operand's registers at a place hold along an axis."""
    dim = o.dim_of(axis)
    return 1 if dim is None else place.layout.block(dim)
