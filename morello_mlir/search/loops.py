"""Goals without reductions: loops around a leaf. Copies, fills, elementwise ops.

Loops over register axes unroll by themselves and are free; short loops may be unrolled. All on one
thread. Read next: `forks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..leaf_price import line_table, passes
from ..traffic import lines
from .closure import Array, Nest, Scratch, Toll
from .grids import CACHES, extent_grids, values_along
from .leaves import Leaves, leaves
from .slab import Base, Edge, Point, Slab, Tail
from .space import Space
from .streams import Streams

UNROLLED = 8
"""Trips that a loop may have to be unrolled where nothing else unrolls it."""

LEAVES = 16
"""Registers' worth of elements that unrolled code may work on."""


@dataclass(eq=False)
class LoopsBase(Base):
    """The leaves of a goal; levels are the operands' own."""

    space: Space

    @cached_property
    def leaves(self) -> Leaves:
        """What one instruction does."""
        space = self.space
        return leaves(space, space.own.operands, space.own.ladders, space.spec.start)

    def costs(self, tail: Tail | None) -> Array:
        """See `Base`; there is only one tail."""
        spec, world = self.space.spec, self.space.own
        count = 1 + len(world.operands)
        found = self.leaves.costs
        total: Array = found.reshape(1, *found.shape, *(1,) * count)
        for o in world.operands:
            rate = self.space.target.costs.of(line_table(spec, o), o.placement.level)
            if rate:
                times = passes(spec) if o is world.operands[-1] else 1
                grids = extent_grids(spec, o, world.ladders, count)
                total = total + rate * times * lines(o, grids)
        return total

    def short(self) -> Any:
        """Where the straight code of a tile is short enough to be unrolled."""
        world = self.space.own
        rank = 1 + len(world.ladders)
        widest = max(o.dtype.bytes for o in world.operands)
        elements = LEAVES * self.space.target.lane_count(widest)
        count: Any = 1
        for a, ladder in enumerate(world.ladders):
            count = count * values_along(ladder, a, rank)
        return count <= elements

    def edges(self, point: Point) -> Iterator[Edge]:
        """See `Base`."""
        name = self.leaves.names.get(point[1 : 1 + len(self.space.spec.axes)])
        if name is not None:
            yield Edge(f"select {name}", float(self.costs(None)[point]))


def loops_slab(space: Space, scratch: Scratch) -> Slab:
    """Solve a goal without reductions."""
    spec, world, costs = space.spec, space.own, space.target.costs
    quiet = [
        any(o.placement.in_registers and a.name in o.axes for o in world.operands)
        for a in spec.axes
    ]
    inward = list(reversed(range(len(spec.axes))))
    base = LoopsBase(space)
    paid = _tolls(space)
    short = Nest(0, "unrolled", 0.0, 0.0, UNROLLED, within=base.short)
    nests = [replace(short, axis=a, tolls=paid[a]) for a in inward if not quiet[a]]
    for a in inward:
        step, entry = (0.0, 0.0) if quiet[a] else (costs.loop_step, costs.loop_entry)
        nests.append(Nest(a, "serial", step, entry, tolls=paid[a]))
    axes = tuple(a.name for a in spec.axes)
    slab = Slab("loops", axes, world.ladders, tuple(nests), base)
    slab.solve(scratch)
    return slab


def _tolls(space: Space) -> list[tuple[Toll, ...]]:
    """What loops pay for broken streams, by axis: where the output's old values are combined."""
    spec, world = space.spec, space.own
    if spec.combine is None or spec.output.placement.in_registers:
        return [()] * len(spec.axes)
    near = [
        0 if o.placement.in_registers else CACHES.index(o.placement.level) for o in spec.operands
    ]
    streams = Streams(space, world.operands, world.ladders, tuple((level,) for level in near))
    return [tuple(streams.farther_out(a)) for a in range(len(spec.axes))]
