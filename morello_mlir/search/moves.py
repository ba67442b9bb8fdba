"""Moves to caches: an operand as it lies, which emits no code, or packed into another layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..layout import print_layout
from ..spec import Operand
from ..traffic import footprint, lines, runs
from .closure import Array
from .copies import Copy
from .grids import CACHES, Grids, Levels, by_dim, chosen, extent_grids, needed_of, rates
from .ladder import cells_between, cells_of, values_at
from .slab import Edge, Part, Point, Slab, Tail
from .space import World

if TYPE_CHECKING:
    from .caches import PhaseBase

UNITS = 8
"""Into how many parts a capacity is counted."""


@dataclass(frozen=True, eq=False)
class CacheMove:
    """Moving operand `i` to the level of a phase, into world `v` (packed if it is another one)."""

    here: PhaseBase
    v: int
    i: int

    @property
    def packed(self) -> bool:
        """Whether the move copies."""
        return self.v != self.here.w

    @property
    def table(self) -> str:
        """Where to look up what lines cost."""
        if self.packed:
            return "copied"
        return "back" if self.i == len(self.here.caches.space.spec.inputs) else "line"

    @property
    def runs(self) -> str:
        """Where to look up what broken streams cost."""
        return "copied_run" if self.packed else "run"

    @property
    def other(self) -> World:
        """The world that the move leads to."""
        return self.here.caches.space.worlds[self.v]

    @property
    def operand(self) -> Operand:
        """The operand where it comes from."""
        return self.here.world.operands[self.i]

    @property
    def inner(self) -> Slab:
        """The slab that goes on with the operand moved."""
        here = self.here
        return here.slabs[self.v, here.phase, here.moved | {self.i}]

    @property
    def level(self) -> str:
        """The name of the level."""
        return CACHES[self.here.phase]

    def units(self, extents: Grids) -> Any:
        """How much of the level the operand takes, in units of its capacity."""
        unit = max(1e-3, self.here.caches.space.room(self.level) / UNITS)
        if self.packed:
            to = self.other.operands[self.i]
            taken: Any = to.dtype.bytes
            for d, e in enumerate(extents):
                block = to.placement.layout.block(d)
                taken = taken * (-(-e // block) * block)
        else:
            taken = footprint(self.operand, extents)
        return np.ceil(np.asarray(taken) / unit).astype(np.int64)

    def costs(self, tail: Tail | None) -> Array:
        """Costs over the array of the slab that the move starts from."""
        here = self.here
        space, world = here.caches.space, here.world
        n = len(world.ladders)
        levels = chosen(here.levels, tail)
        inner = self._inner(levels, n)
        cells = cells_between(world.ladders, self.other.ladders)
        need = self.units(extent_grids(space.spec, self.operand, world.ladders, 0))
        need = np.broadcast_to(need, (1, *world.shape)).reshape(-1)
        have = np.asarray([UNITS])
        if here.counts:
            have = np.arange(UNITS + 1) if tail is None else np.asarray([tail[0]])
        left = have[None, :] - need[:, None]
        grid = np.ravel_multi_index(
            np.ix_(*(np.maximum(c, 0) for c in cells)), inner.shape[1 : n + 1]
        ).reshape(-1)
        rows = inner.reshape(2, -1, inner.shape[n + 1], int(np.prod(inner.shape[n + 2 :])))
        where = np.maximum(left, 0) if rows.shape[2] > 1 else np.zeros_like(left)
        taken = rows[:, grid[:, None], where]
        taken[:, left < 0] = np.inf
        taken = taken.reshape(2, *world.shape, len(have), *inner.shape[n + 2 :])
        for a, c in enumerate(cells):
            if (c < 0).any():
                taken[(slice(None),) * (a + 1) + (c < 0,)] = np.inf
        return np.asarray(taken + self._own(levels, n))

    def _inner(self, levels: Levels, n: int) -> Array:
        """The array that the move leads to, at the levels of this one."""
        its = self.here.caches.levels(self.other, self.here.phase, self.here.moved | {self.i})
        take = tuple(
            slice(0, 1) if j == self.i else slice(i.index(m[0]), i.index(m[-1]) + 1)
            for j, (m, i) in enumerate(zip(levels, its, strict=True))
        )
        return self.inner.final[(slice(None),) * (n + 2) + take]

    def _own(self, levels: Levels, n: int) -> Any:
        """What the move itself costs: lines, broken streams, and the copy if it is one."""
        here = self.here
        space = here.caches.space
        tail = 1 + len(levels)
        grids = extent_grids(space.spec, self.operand, here.world.ladders, tail)
        own = lines(self.operand, grids) * rates(space.target, self.table, levels, self.i, n)
        own = own + runs(self.operand, grids) * rates(space.target, self.runs, levels, self.i, n)
        if self.i == len(space.spec.inputs):
            own = own * np.asarray([1.0, 2.0]).reshape(2, *(1,) * (n + tail))
        if self.packed:
            copy, write = self.copy()
            own = own + copy.costs(by_dim(self.operand, grids)) + write * lines(self.operand, grids)
        return own

    def copy(self) -> tuple[Copy, float]:
        """The copy that packs, and what a line written costs."""
        here = self.here
        space = here.caches.space
        needed = needed_of(space.spec, self.operand, here.world.ladders)
        place = self.other.operands[self.i].placement
        load = here.caches.copies.load(self.operand, place, needed)
        return load, space.target.costs.of(self.table, self.level)

    def edge(self, point: Point) -> Edge | None:
        """The move at one point; None where it does not fit."""
        here = self.here
        space = here.caches.space
        n = len(here.world.ladders)
        values = values_at(here.world.ladders, point[1 : n + 1])
        cells = cells_of(self.other.ladders, values)
        if cells is None:
            return None
        extents = dict(zip((a.name for a in space.spec.axes), values, strict=True))
        tile = space.at(here.world.operands, extents)
        dims = tile.extent_of(tile.operands[self.i])
        left = (point[n + 1] if here.counts else UNITS) - int(self.units(dims))
        if left < 0:
            return None
        o = self.operand
        levels = tuple(m[p] for m, p in zip(here.levels, point[n + 2 :], strict=True))
        source = CACHES[levels[self.i]]
        costs = space.target.costs
        own = costs.of(self.table, source) * float(lines(o, dims))
        own += costs.of(self.runs, source) * float(runs(o, dims))
        if self.i == len(space.spec.inputs):
            own *= 1 + point[0]
        its = here.caches.levels(self.other, here.phase, here.moved | {self.i})
        where = [
            0 if j == self.i else i.index(m)
            for j, (m, i) in enumerate(zip(levels, its, strict=True))
        ]
        child = self.inner.node((point[0], *cells, left, *where))
        if not self.packed:
            return Edge(f"move {o.name} {self.level}", own, (Part("main", child),))
        copy, write = self.copy()
        own += write * float(lines(o, dims))
        load = Part("load", copy.node(dict(zip(o.dims, dims, strict=True))))
        layout = print_layout(self.other.operands[self.i].placement.layout, o.dims)
        return Edge(f"move {o.name} {self.level} {layout}", own, (load, Part("main", child)))
