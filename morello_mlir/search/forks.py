"""Goals without reductions on several threads: one parallel loop around what one thread does.

A slab of one point, the goal: to go on on one thread, or a parallel loop over an axis of the output
by each tile that it has. The loop's body and its rest are points of the goal's slab on one thread
(`loops.py`), so parallel loops never nest, threads begin once, and where that costs more than the
others take off, one thread does it all. Read next: `loops.py`, `ways.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .closure import Array, Nest, Scratch
from .decisions import Decided, width
from .loops import tolls
from .slab import Base, Edge, Node, Part, Point, Slab, Tail
from .space import Space


@dataclass(eq=False)
class ForkBase(Base):
    """One thread, or a parallel loop; `alone` is the goal on one thread."""

    space: Space
    alone: Node

    @cached_property
    def nests(self) -> tuple[Nest, ...]:
        """The parallel loops, by axis: threads write to parts of their own."""
        space, costs = self.space, self.space.target.costs
        entry = costs.loop_entry + costs.fork
        return tuple(
            Nest(a, "parallel", costs.loop_step, entry, tolls=paid, threads=space.threads)
            for a, (axis, paid) in enumerate(zip(space.spec.axes, tolls(space), strict=True))
            if axis.name in space.spec.output.axes
        )

    def costs(self, tail: Tail | None) -> Array:
        """See `Base`."""
        return self.decided().costs

    def decided(self) -> Decided:
        """See `Base`."""
        best = Decided(np.full(1, np.inf), np.zeros(1, width(self.choices)), True)
        for edge in self.edges((0,)):
            best.offer(np.asarray([edge.cost]), edge.code)
        return best

    @property
    def choices(self) -> int:
        """See `Base`."""
        return 1 + sum(len(self.alone.slab.ladders[nest.axis].tiles) for nest in self.nests)

    def edges(self, point: Point) -> Iterator[Edge]:
        """See `Base`."""
        yield Edge("", 0.0, (Part("main", self.alone),))
        slab, goal = self.alone.slab, self.alone.point
        first = 2
        for nest in self.nests:
            ladder, at = slab.ladders[nest.axis], nest.axis + 1
            for t, trips, rest in ladder.cuts[goal[at]]:
                if trips == 1:
                    continue
                steps, own = slab.paid(nest, goal, t, trips)
                parts = [Part("main", slab.node((*goal[:at], t, *goal[at + 1 :])), steps)]
                if rest >= 0:
                    parts.append(Part("rest", slab.node((*goal[:at], rest, *goal[at + 1 :]))))
                text = f"tile {slab.axes[nest.axis]} {ladder.values[t]} parallel"
                code = first + ladder.tiles.index(ladder.values[t])
                yield Edge(text, own, tuple(parts), code)
            first += len(ladder.tiles)


def forked(space: Space, alone: Node, scratch: Scratch) -> Slab | None:
    """The slab of a goal that threads may share; None if there is one thread."""
    if space.threads == 1:
        return None
    slab = Slab("forks", (), (), (), ForkBase(space, alone))
    slab.solve(scratch)
    return slab
