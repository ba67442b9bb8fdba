"""The space: what the search may do with one goal. Worlds, ladders, plans, and who may move.

A *world* says in which layout each operand lies in memory: its own, or a packed one that a plan
asks for. A world has a ladder per axis; along axes that are packed, tiles are whole blocks. Inside
a world, operands differ only in the cache level they have come to. Read next: `registers.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import gcd, prod
from typing import TYPE_CHECKING

from ..layout import Layout, Part, permuted
from ..linear import Linear
from ..memory import Placement
from ..spec import Kind, Operand, Spec, Start
from ..target.mapping import Mapping
from ..target.match import covers_registers
from ..target.target import Target
from .ladder import Ladder, parts_of, tile_sizes
from .plans import Plan, lane_axes, plans, reduces

if TYPE_CHECKING:
    from .epilogue import Epilogue

BUDGET = 8_000
"""Points of extents in a world: axes get coarser ladders until their product is below this."""

FEW_ROWS = (2, 4, 8)
"""Rows whose terms are summed side by side."""

Layouts = tuple[Layout | None, ...]


@dataclass(frozen=True)
class World:
    """Layouts by operand (None: its own) and a ladder per axis."""

    layouts: Layouts
    ladders: tuple[Ladder, ...]
    operands: tuple[Operand, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Points per axis."""
        return tuple(map(len, self.ladders))


@dataclass(frozen=True)
class Space:
    """The space of one goal on one target."""

    spec: Spec
    target: Target
    goals: tuple[tuple[int, ...], ...]
    """The extents per axis for which solutions are wanted; the Spec has the largest of each."""
    fresh: bool = False
    """Whether register operands are buffers that are made for each goal, as large as it."""
    held: tuple[tuple[str, int], ...] = ()
    """Bytes of levels that whole operands have taken already (`settle.py`)."""
    under: Mapping | None = None
    """The one mapping that programs may use; None where they may use all."""
    epilogue: Epilogue | None = None
    """What is done with the output instead of storing it (`epilogue.py`)."""

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The plans that no wider one makes superfluous.

        Where lanes along the output as it lies can be filled, others are not tried.
        """
        if self.under is not None:
            return (Plan.of(self.under),)
        found = tuple(p for p in plans(self.spec, self.target) if self._terms_lie_together(p))
        alike: dict[object, list[Plan]] = {}
        for p in found:
            alike.setdefault((p.inputs, frozenset(p.sizes)), []).append(p)
        found = tuple(
            p for p in found if not any(_wider(q, p) for q in alike[p.inputs, frozenset(p.sizes)])
        )
        along = [p for p in found if _contiguous(self.spec) in p.sizes]
        extents = self.spec.extents
        full = any(all(extents[a] >= size for a, size in p.sizes.items()) for p in along)
        return tuple(along) if full else found

    def _terms_lie_together(self, plan: Plan) -> bool:
        """Whether terms that an instruction takes several of at once can be side by side: those
        under a window only as they lie, for a copy holds them where one window has them."""
        for name, size in plan.sizes.items():
            axis = self.spec.axis(name)
            reduced = axis is not None and axis.kind is Kind.REDUCTION and size > 1
            for o in self.spec.inputs if reduced and name in self.windowed else ():
                dim = o.dim_of(name)
                if dim in _overlapping(o, self.spec.extents) and o.placement.layout.parts[-1] != (
                    Part(dim)
                ):
                    return False
        return True

    def may_use_lanes(self, extents: dict[str, int]) -> bool:
        """Whether a tile may be computed lane by lane: under a mapping only what it leaves over."""
        if self.under is None:
            return True
        sizes, goals = self.under.sizes, zip(self.spec.axes, self.goals, strict=True)
        return any(extents[a.name] <= g % sizes.get(a.name, 1) for a, every in goals for g in every)

    @cached_property
    def kinds(self) -> tuple[bool, ...]:
        """Per axis, whether it is a reduction."""
        return reduces(self.spec)

    @property
    def threads(self) -> int:
        """How many threads a loop may use: they do not share registers."""
        alone = any(o.placement.in_registers for o in self.spec.operands)
        return 1 if alone or self.spec.serial else self.target.threads

    @cached_property
    def apart(self) -> frozenset[str]:
        """The axes along which threads write to parts of their own, whatever is written."""
        reduced = self.epilogue.reductions if self.epilogue is not None else ()
        return self.spec.output.axes.intersection(*(n.output.axes for n in reduced))

    def capacity(self, level: str) -> int:
        """What the goal may use of a level: bytes, or registers."""
        left = self.spec.limits.left(level)
        if left is not None:
            return left
        return self.target.limits.left(level) or 0

    def room(self, level: str) -> float:
        """The bytes of a level that moves may fill: the usable part, and no more than is left."""
        most = self.capacity(level)
        usable = self.target.costs.of("usable", level) or 1.0
        return min(most * usable, most - dict(self.held).get(level, 0))

    @cached_property
    def own(self) -> World:
        """The world in which nothing is packed."""
        units = lane_axes(self.spec, tuple(self.packing_plans()))
        axes = self.spec.axes
        vector = _contiguous(self.spec)
        if vector is not None and not any(u > 1 for u in units[vector]):
            wide = self.target.lane_count(max(o.dtype.bytes for o in self.spec.operands))
            units[vector] = (*units[vector], wide)
        for o in self.spec.inputs if self.spec.combine is not None else ():
            for a in self.spec.reductions:  # what registers hold is combined register by register
                dim = o.dim_of(a.name)
                block = o.placement.layout.block(dim) if dim is not None else 1
                if o.placement.in_registers and block > 1:
                    units[a.name] = tuple(sorted({*units[a.name], block}))
        for coarse in range(5):
            ladders = tuple(
                Ladder.of(g, self._sizes(a.name, g, units[a.name] or (1,), coarse, reduces=r))
                for a, g, r in zip(axes, self.goals, self.kinds, strict=True)
            )
            ladders = tuple(
                self._whole_blocks(a.name, ladder) for a, ladder in zip(axes, ladders, strict=True)
            )
            if prod(map(len, ladders)) <= BUDGET:
                break
        return World((None,) * len(self.spec.operands), ladders, self.spec.operands)

    def _sizes(
        self,
        axis: str,
        goals: tuple[int, ...],
        units: tuple[int, ...],
        coarse: int,
        *,
        reduces: bool,
    ) -> tuple[int, ...]:
        """The tile sizes of an axis. Of the two axes of a window, a reduction is a loop or whole,
        and an output's is cut into equal parts: there are four axes at once."""
        if axis not in self.windowed or max(units) > 1:
            sizes = tile_sizes(max(goals), units, coarse, reduces=reduces)
            few = [s for s in FEW_ROWS if s < max(goals)] if self._counts_rows(axis) else []
            return tuple(sorted({*sizes, *few}))
        return (1,) if reduces else tuple(sorted({p for g in goals for p in parts_of(g)}))

    def _counts_rows(self, axis: str) -> bool:
        """Whether inputs have rows of terms along an axis, so that lanes run along the terms."""
        inputs = [o for o in self.spec.inputs if axis in o.axes]
        sums = {a.name for a in self.spec.reductions}
        return bool(inputs) and all(
            not o.placement.in_registers and set(innermost(o).names) <= sums for o in inputs
        )

    @cached_property
    def windowed(self) -> frozenset[str]:
        """The axes that share a dimension of some operand with another one, and overlap there."""
        extents = self.spec.extents
        return frozenset(
            a for o in self.spec.operands for m in o.map if _overlaps(m, extents) for a in m.names
        )

    def _whole_blocks(self, axis: str, ladder: Ladder) -> Ladder:
        """The ladder of an axis along which some operand is packed, or in registers, already."""
        for o in self.spec.operands:
            dim = o.dim_of(axis)
            block = o.placement.layout.block(dim) if dim is not None else 1
            if block > 1 and o.placement.in_registers:
                ladder = ladder.whole(block, cut=axis in self.ragged)
            elif block > 1:
                ladder = ladder.inside(block)
        return ladder

    @cached_property
    def partial(self) -> bool:
        """Whether the output is a part of what some register holds: nothing may write that whole,
        elements one by one are all there is."""
        o = self.spec.output
        return o.placement.in_registers and not covers_registers(o, self.spec.extent_of(o))

    @cached_property
    def ragged(self) -> frozenset[str]:
        """The axes along the registers of such an output."""
        o = self.spec.output
        blocks = [o.placement.layout.block(d) for d in range(len(o.map))]
        named = zip(o.map, blocks, strict=True)
        return frozenset(a for m, b in named if b > 1 and self.partial for a in m.names)

    @cached_property
    def movable(self) -> tuple[int, ...]:
        """Operands that some loop reuses, so that keeping them in a cache can pay."""
        every = {a.name for a in self.spec.axes}
        return tuple(
            i
            for i, o in enumerate(self.spec.operands)
            if not o.placement.in_registers and every - o.axes and self.spec.combine is not None
        )

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """All worlds, those with more packed operands first; packed copies lie in caches."""
        if not self.target.levels:
            return (self.own,)
        options: dict[int, dict[Layout, None]] = {i: {} for i in self.movable}
        for plan in self.packing_plans():
            for position, layout in plan.packings(self.spec):
                if position in options and self._pays(position, layout):
                    options[position][layout] = None
        for position, o in enumerate(self.spec.inputs):
            if (o.border or o.lookup) and position in options:
                options[position][permuted(_order(o))] = None
        found = [self.own]
        for position, layouts in options.items():
            found += [self._packed(w, position, kind) for w in list(found) for kind in layouts]
        return tuple(sorted(found, key=lambda w: -sum(kind is not None for kind in w.layouts)))

    def suits(self, plan: Plan, world: World) -> bool:
        """Whether a plan's lanes run along the blocks of what the world has packed."""
        along = {
            name
            for o, layout in zip(self.spec.operands, world.layouts, strict=True)
            if layout is not None
            for part in layout.parts
            if part.size is not None
            for name in o.map[part.dim].names
        }
        return along <= plan.sizes.keys()

    def packing_plans(self) -> list[Plan]:
        """Plans whose lanes run along the output as it lies, or all where none does."""
        vector = _contiguous(self.spec)
        along = [p for p in self.plans if vector in p.sizes]
        return along or list(self.plans)

    def _pays(self, position: int, layout: Layout) -> bool:
        """Whether packing can help: not for what lies like that already or is read in place."""
        o = self.spec.operands[position]
        if layout == o.placement.layout or _is_blocked(o.placement.layout):
            return False
        extents = self.spec.extent_of(o)
        blocks = [p for p in layout.parts if p.size is not None]
        if {p.dim for p in blocks} & _overlapping(o, self.spec.extents):
            return False  # most windows would begin inside of a block
        if extents[blocks[0].dim] <= (blocks[0].size or 0) // 2:
            return False
        for plan in self.packing_plans():
            for i, p in enumerate(plan.inputs):
                its = plan.instruction.spec.inputs[i]
                if p == position and not its.placement.in_registers:
                    return not _reads_in_place(self.spec, plan, i)
        return True

    def _packed(self, world: World, position: int, layout: Layout) -> World:
        o = self.spec.operands[position]
        packed = o.buffered(self.spec.extent_of(o), Placement("L1", layout))
        ladders = list(world.ladders)
        for a, axis in enumerate(self.spec.axes):
            dim = o.dim_of(axis.name)
            if dim is not None and layout.block(dim) > 1:
                ladders[a] = ladders[a].multiples(layout.block(dim))
        layouts = (*world.layouts[:position], layout, *world.layouts[position + 1 :])
        operands = (*world.operands[:position], packed, *world.operands[position + 1 :])
        return World(layouts, tuple(ladders), operands)

    def at(
        self,
        operands: tuple[Operand, ...],
        extents: dict[str, int],
        start: Start | None = None,
    ) -> Spec:
        """The Spec of a tile of those extents somewhere inside, on those operands."""
        placed = []
        for mine, o in zip(self.spec.operands, operands, strict=True):
            if o.placement.in_registers and (self.fresh or o.placement != mine.placement):
                last = {a: e - 1 for a, e in extents.items()}
                spans = (sum(abs(c) * last[v] for v, c in m.terms) for m in o.map)
                o = replace(o, shape=tuple(1 + s for s in spans))
            whole = all(extents[a] == e for a, e in self.spec.extents.items() if a in o.axes)
            ones = {a for a in self.ragged if extents[a] == 1}
            placed.append(o if whole else replace(o, align=_aligned(o, extents, ones)))
        return replace(
            self.spec,
            axes=tuple(replace(a, extent=extents[a.name]) for a in self.spec.axes),
            inputs=tuple(placed[:-1]),
            output=placed[-1],
            start=self.spec.start if start is None else start,
        ).canonical()


def stored_layouts(spec: Spec, position: int, target: Target) -> Iterator[Layout]:
    """The packed layouts that instructions want for an input, if it may be stored in any.

    Where some have blocks that its extents fill, others are not wanted.
    """
    goal = spec.canonical()
    space = Space(goal, target, tuple((a.extent,) for a in goal.axes))
    found: dict[Layout, None] = {}
    for plan in space.packing_plans():
        for i, layout in plan.packings(goal):
            if i == position and layout != goal.inputs[i].placement.layout:
                found[layout] = None
    shape = goal.inputs[position].shape
    full = [k for k in found if all(n % k.block(d) == 0 for d, n in enumerate(shape))]
    yield from full or found


def _is_blocked(layout: Layout) -> bool:
    return any(p.size is not None for p in layout.parts)


def _aligned(o: Operand, extents: dict[str, int], ones: set[str]) -> tuple[int, ...]:
    """Where tiles begin: at whole blocks, or where they cut a block evenly.

    Registers are whole, but for axes whose elements come one by one.
    """
    found = []
    for d, m in enumerate(o.map):
        block = o.placement.layout.block(d)
        cut = not o.placement.in_registers
        inside = [extents[a] for a in m.names if (cut or a in ones) and block % extents[a] == 0]
        found.append(gcd(o.align[d], min((block, *inside))))
    return tuple(found)


def _overlapping(o: Operand, extents: dict[str, int]) -> frozenset[int]:
    """The dimensions of an operand that windows go over."""
    return frozenset(d for d, m in enumerate(o.map) if _overlaps(m, extents))


def _overlaps(index: Linear, extents: dict[str, int]) -> bool:
    """Whether two points along some axes have one index."""
    reach = 0
    for size, axis in sorted((abs(c), a) for a, c in index.terms):
        if size <= reach:
            return True
        reach += size * (extents[axis] - 1)
    return False


def _order(o: Operand) -> list[int]:
    """The dimensions of an operand in the order in which they lie."""
    return [p.dim for p in o.placement.layout.parts if p.size is None]


def _wider(q: Plan, p: Plan) -> bool:
    """Whether plan `q` does more at the same price along the same axes."""
    a, b = q.sizes, p.sizes
    return (
        a.keys() == b.keys()
        and q.inputs == p.inputs
        and a != b
        and all(a[x] >= b[x] for x in a)
        and q.instruction.throughput <= p.instruction.throughput
        and [o.placement.in_registers for o in q.instruction.spec.operands]
        == [o.placement.in_registers for o in p.instruction.spec.operands]
    )


def _contiguous(spec: Spec) -> str | None:
    """The parallel axis along which the output, or else an input, is contiguous."""
    for o in (spec.output, *spec.inputs):
        parts = o.placement.layout.parts
        for a in spec.axes:
            if parts and a.name in spec.output.axes and o.dim_of(a.name) == parts[-1].dim:
                return a.name
    return None


def _reads_in_place(spec: Spec, plan: Plan, i: int) -> bool:
    """Whether the instruction can read its memory operand from where the Spec's lies."""
    mine = spec.inputs[plan.inputs[i]]
    its = plan.instruction.spec.inputs[i]
    if mine.dtype != its.dtype:
        return False
    strides = plan.instruction.strides[i]
    for d, m in enumerate(its.map):
        if not m.names or strides is None or strides[d] is None:
            continue
        axis = dict(plan.axes)[m.names[0]]
        dim = mine.dim_of(axis)
        if dim is None or mine.placement.layout.stride_along(dim, 2, 0, mine.shape) != strides[d]:
            return False
    return True


def innermost(o: Operand) -> Linear:
    """The index of the dimension whose elements are neighbours."""
    return o.map[o.placement.layout.parts[-1].dim] if o.map else Linear()
