"""Forks: parallel loops around what one thread does, so that they never nest.

From a point of a slab on one thread, the loop's body and its rest lead to other points of the same
slab. The loop costs what the slab's own loop over that axis costs, and the start of the threads.
`Forks` says so at one point and, of a whole array, at all; the cache phases begin threads by it
(`shared.py`), and goals without reductions, whose slab here has one point, the goal: threads begin
once, and where that costs more than the others take off, one thread does it all. Read next:
`shared.py`, `ways.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .closure import Array, Nest, Scratch
from .decisions import Decided, width
from .slab import Base, Edge, Node, Part, Point, Slab, Tail
from .space import Space


@dataclass(frozen=True, eq=False)
class Forks:
    """To go on on one thread, which has code 1, or a parallel loop by any axis and tile."""

    space: Space
    alone: Slab

    @cached_property
    def nests(self) -> tuple[Nest, ...]:
        """The parallel loops, by axis: threads write to parts of their own."""
        spec, fork = self.space.spec, self.space.target.costs.fork
        serial = {nest.axis: nest for nest in self.alone.nests if nest.order == "serial"}
        return tuple(
            replace(nest, order="parallel", entry=nest.entry + fork, threads=self.space.threads)
            for a, nest in sorted(serial.items())
            if spec.axes[a].name in self.space.apart
        )

    @cached_property
    def codes(self) -> tuple[dict[int, int], ...]:
        """By loop, the codes of the tiles by their index."""
        found, code = [], 1
        for nest in self.nests:
            ladder = self.alone.ladders[nest.axis]
            found.append({ladder.index[t]: c for c, t in enumerate(ladder.tiles, code + 1)})
            code += len(ladder.tiles)
        return tuple(found)

    @property
    def choices(self) -> int:
        """The codes go from 1 to this."""
        return 1 + sum(map(len, self.codes))

    def edges(self, point: Point) -> Iterator[Edge]:
        """The ways on from a point of the slab."""
        slab = self.alone
        yield Edge("", 0.0, (Part("main", slab.node(point)),))
        for nest, codes in zip(self.nests, self.codes, strict=True):
            ladder, at = slab.ladders[nest.axis], nest.axis + 1
            for t, trips, rest in ladder.cuts[point[at]]:
                if trips == 1:
                    continue
                steps, own = slab.paid(nest, point, t, trips)
                parts = [Part("main", slab.node((*point[:at], t, *point[at + 1 :])), steps)]
                if rest >= 0:
                    parts.append(Part("rest", slab.node((*point[:at], rest, *point[at + 1 :]))))
                text = f"tile {slab.axes[nest.axis]} {ladder.values[t]} parallel"
                yield Edge(text, own, tuple(parts), codes[t])

    def offer(self, best: Decided, alone: Array, tail: Tail | None) -> None:
        """Offer the loops at every point, or at those of a tail; `alone` is what one thread costs.

        The arrays of `best` are written.
        """
        for nest, codes in zip(self.nests, self.codes, strict=True):
            here = nest if tail is None else self.alone.nest_at(nest, tail)
            costs, noted, rows = (
                np.moveaxis(array, nest.axis + 1, 0) for array in (best.costs, best.codes, alone)
            )
            out, ladder = Decided(costs, noted), self.alone.ladders[nest.axis]
            paid = {t: [toll.by(t, rows.shape[2:]) for toll in here.tolls] for t in codes}
            for e, (extent, cuts) in enumerate(zip(ladder.values, ladder.cuts, strict=True)):
                for t, trips, rest in cuts:
                    if trips > 1:
                        total = here.total(rows[t], trips, extent, paid[t])
                        out.offer_at(e, total if rest < 0 else total + rows[rest], codes[t])


@dataclass(eq=False)
class ForkBase(Base):
    """One thread, or a parallel loop, at a point of the slab on one thread: the goal."""

    forks: Forks
    goal: Point

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
        return self.forks.choices

    def edges(self, point: Point) -> Iterator[Edge]:
        """See `Base`."""
        return self.forks.edges(self.goal)


def forked(space: Space, alone: Node, scratch: Scratch) -> Slab | None:
    """The slab of a goal that threads may share; None if there is one thread."""
    if space.threads == 1:
        return None
    slab = Slab("forks", (), (), (), ForkBase(Forks(space, alone.slab), alone.point))
    slab.solve(scratch)
    return slab
