"""Goals whose operands fit into a cache together: they come there at once, before anything else.

Every operand has to cross once in any case, so that nothing farther than the nearest level that
holds all of them is worth a search. What is left is a goal on operands that are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..price import passes
from ..spec import Operand, Spec
from ..traffic import footprint, lines, runs
from .closure import Array, Scratch
from .grids import CACHES
from .slab import Base, Edge, Node, Part, Point, Slab, Tail
from .space import Space

LEVELS = ("L2", "L3")


def settled(space: Space, threads: int) -> str | None:
    """The nearest level that all operands fit into; None if there is none to move to.

    Threads have an L2 each: what they share settles in L3.
    """
    spec = space.spec
    memory = [o for o in spec.operands if not o.placement.in_registers]
    total = sum(float(footprint(o, spec.extent_of(o))) for o in memory)
    for level in LEVELS if threads == 1 else LEVELS[1:]:
        if total <= space.room(level) and _far(space, level):
            return level
    return None


def at_level(space: Space, level: str) -> Space:
    """The goal with the operands that loops reuse at a level."""
    spec, taken = space.spec, 0
    for i in _far(space, level):
        o = spec.operands[i]
        taken += o.placement.layout.size(spec.extent_of(o)) * o.dtype.bytes
        spec = spec.with_operand(i, replace(o, placement=replace(o.placement, level=level)))
    return replace(space, spec=spec, held=((level, taken),))


def entered(space: Space, level: str, inner: Node, scratch: Scratch) -> Node:
    """The node of the goal where it is, from that of the goal at the level."""
    slab = Slab("settle", (), (), (), SettleBase(space, level, inner))
    slab.solve(scratch)
    return slab.node((0,))


def _far(space: Space, level: str) -> list[int]:
    """The operands that loops reuse and that are farther than a level."""
    near = CACHES.index(level)
    placed = [(i, space.spec.operands[i]) for i in space.movable]
    return [i for i, o in placed if CACHES.index(o.placement.level) < near]


@dataclass(eq=False)
class SettleBase(Base):
    """One Action: the moves, which emit no code."""

    space: Space
    level: str
    inner: Node

    def costs(self, tail: Tail | None) -> Array:
        """See `Base`."""
        return np.asarray([self._own() + self.inner.cost])

    def edges(self, point: Point) -> Iterator[Edge]:
        """See `Base`."""
        names = [self.space.spec.operands[i].name for i in _far(self.space, self.level)]
        text = "; ".join(f"move {name} {self.level}" for name in names)
        yield Edge(text, self._own(), (Part("main", self.inner),))

    def _own(self) -> float:
        spec = self.space.spec
        total = 0.0
        for i in _far(self.space, self.level):
            o = spec.operands[i]
            times = passes(spec) if i == len(spec.inputs) else 1
            total += times * self._crossed(o, spec)
        return total

    def _crossed(self, o: Operand, spec: Spec) -> float:
        costs, level, extents = self.space.target.costs, o.placement.level, spec.extent_of(o)
        table = "back" if o is spec.output else "line"
        line = costs.of(table, level) * float(lines(o, extents))
        return line + costs.of("run", level) * float(runs(o, extents))
