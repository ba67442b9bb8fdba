"""The cache phases before any parallel loop: what threads share, and where they begin.

Each slab has its twin on one thread (`caches.py`). A parallel loop leads from the one to the other,
so parallel loops never nest; what a loop leaves over runs on one thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .caches import Moved, PhaseBase
from .decisions import Decided, width
from .forks import Forks
from .grids import chosen, part
from .slab import Edge, Part, Point, Slab, Tail


@dataclass(eq=False)
class SharedBase(PhaseBase):
    """A phase before any parallel loop: it begins one, or moves what the threads share."""

    @property
    def slabs(self) -> dict[tuple[int, int, Moved], Slab]:
        """See `PhaseBase`."""
        return self.caches.shared

    @property
    def serial(self) -> Slab:
        """The same goals on one thread."""
        return self.caches.slabs[self.w, self.phase, self.moved]

    @cached_property
    def forks(self) -> Forks:
        """One thread, and the loops in which threads begin."""
        return Forks(self.caches.space, self.serial)

    @property
    def ways(self) -> int:
        """See `PhaseBase`: one thread, the tiles of parallel loops, the next phase."""
        return self.forks.choices + 1

    def onward(self, tail: Tail | None, n: int) -> Decided:
        """See `PhaseBase`: one thread goes on, threads begin, or the next phase is shared too."""
        serial = part(self.serial.final, tail, n)
        if tail is not None and serial.shape[n + 1] > 1:
            serial = serial[(slice(None),) * (n + 1) + (slice(tail[0], tail[0] + 1),)]
        codes = np.array(np.isfinite(serial), width(self.choices))
        best = Decided(np.array(serial), codes, True)
        self.forks.offer(best, serial, tail)
        if (self.w, self.phase + 1, frozenset()) in self.slabs:
            its = self.caches.levels(self.world, self.phase + 1, frozenset())
            mine = chosen(self.levels, tail)
            take = tuple(
                slice(i.index(m[0]), i.index(m[-1]) + 1) for m, i in zip(mine, its, strict=True)
            )
            after = self.slabs[self.w, self.phase + 1, frozenset()].final
            best.offer(after[(slice(None),) * (n + 2) + take], self.ways)
        return best

    def edges(self, point: Point) -> Iterator[Edge]:
        """See `Base`."""
        n = len(self.world.ladders)
        yield from self.forks.edges(point)
        if (self.w, self.phase + 1, frozenset()) in self.slabs:
            its = self.caches.levels(self.world, self.phase + 1, frozenset())
            shifted = (
                i.index(m[p]) for p, m, i in zip(point[n + 2 :], self.levels, its, strict=True)
            )
            after = self.slabs[self.w, self.phase + 1, frozenset()]
            node = after.node((*point[: n + 1], 0, *shifted))
            yield Edge("", 0.0, (Part("main", node),), self.ways)
        yield from self.move_edges(point)
