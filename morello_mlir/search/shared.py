"""The cache phases before any parallel loop: what threads share, and where they begin.

Each slab has its twin on one thread (`caches.py`). A parallel loop leads from the one to the other,
so parallel loops never nest; what a loop leaves over runs on one thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .caches import Moved, PhaseBase
from .closure import Array, Nest
from .decisions import Decided, width
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

    def _nest(self, a: int) -> Nest:
        costs = self.caches.space.target.costs
        entry = costs.loop_entry + costs.fork
        return Nest(a, "parallel", costs.loop_step, entry, threads=self.caches.threads)

    @property
    def ways(self) -> int:
        """See `PhaseBase`: one thread, the tiles of parallel loops, the next phase."""
        return 2 + sum(len(ladder.tiles) for ladder in self.world.ladders)

    def _codes(self, a: int) -> dict[int, int]:
        """The codes of parallel loops over an axis, by the index of the tile."""
        ladders = self.world.ladders
        first = 2 + sum(len(ladder.tiles) for ladder in ladders[:a])
        return {ladders[a].index[t]: c for c, t in enumerate(ladders[a].tiles, first)}

    def onward(self, tail: Tail | None, n: int) -> Decided:
        """See `PhaseBase`: one thread goes on, threads begin, or the next phase is shared too."""
        serial = part(self.serial.final, tail, n)
        if tail is not None and serial.shape[n + 1] > 1:
            serial = serial[(slice(None),) * (n + 1) + (slice(tail[0], tail[0] + 1),)]
        codes = np.array(np.isfinite(serial), width(self.choices))
        best = Decided(np.array(serial), codes, True)
        for a in range(n):
            if not self.caches.space.kinds[a]:
                self._parallel(serial, best, a)
        if (self.w, self.phase + 1, frozenset()) in self.slabs:
            its = self.caches.levels(self.world, self.phase + 1, frozenset())
            mine = chosen(self.levels, tail)
            take = tuple(
                slice(i.index(m[0]), i.index(m[-1]) + 1) for m, i in zip(mine, its, strict=True)
            )
            after = self.slabs[self.w, self.phase + 1, frozenset()].final
            best.offer(after[(slice(None),) * (n + 2) + take], self.ways)
        return best

    def _parallel(self, serial: Array, best: Decided, a: int) -> None:
        """Parallel loops over one axis; what they leave over runs on one thread."""
        nest = self._nest(a)
        rows = np.moveaxis(serial, a + 1, 0)
        out = Decided(np.moveaxis(best.costs, a + 1, 0), np.moveaxis(best.codes, a + 1, 0))
        codes = self._codes(a)
        for e, cuts in enumerate(self.world.ladders[a].cuts):
            for t, trips, rest in cuts:
                if trips > 1:
                    steps = nest.steps(trips)
                    total = rows[t] * steps + (steps * nest.step + nest.entry)
                    if rest >= 0:
                        total += rows[rest]
                    out.offer_at(e, total, codes[t])

    def edges(self, point: Point) -> Iterator[Edge]:
        """See `Base`."""
        n = len(self.world.ladders)
        yield Edge("", 0.0, (Part("main", self.serial.node(point)),))
        names = self.caches.space.spec.axes
        for a in range(n):
            if self.caches.space.kinds[a]:
                continue
            nest, ladder, codes = self._nest(a), self.world.ladders[a], self._codes(a)
            for t, trips, rest in ladder.cuts[point[a + 1]]:
                if trips == 1:
                    continue
                steps = nest.steps(trips)
                body = self.serial.node((*point[: a + 1], t, *point[a + 2 :]))
                parts = [Part("main", body, steps)]
                if rest >= 0:
                    left = self.serial.node((*point[: a + 1], rest, *point[a + 2 :]))
                    parts.append(Part("rest", left))
                text = f"tile {names[a].name} {ladder.values[t]} parallel"
                own = steps * nest.step + nest.entry
                yield Edge(text, own, tuple(parts), codes[t])
        if (self.w, self.phase + 1, frozenset()) in self.slabs:
            its = self.caches.levels(self.world, self.phase + 1, frozenset())
            shifted = (
                i.index(m[p]) for p, m, i in zip(point[n + 2 :], self.levels, its, strict=True)
            )
            after = self.slabs[self.w, self.phase + 1, frozenset()]
            node = after.node((*point[: n + 1], 0, *shifted))
            yield Edge("", 0.0, (Part("main", node),), self.ways)
        yield from self.move_edges(point)
