"""Moves to caches: an operand as it lies, which emits no code, or packed into another layout."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ..layout import print_layout
from ..spec import Operand
from ..traffic import footprint, lines, runs
from . import kernel
from .closure import Array
from .copies import Copy
from .decisions import MARGIN, Decided
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
        none = np.full(self.here.shape(tail), np.inf)
        found = Decided(none, np.zeros(none.shape, np.uint8), True)
        self.offer(found, 1, tail)
        return found.costs

    def offer(self, decided: Decided, code: int, tail: Tail | None) -> None:
        """Take the move where it costs less than what was decided so far."""
        here = self.here
        space, world = here.caches.space, here.world
        n = len(world.ladders)
        levels = chosen(here.levels, tail)
        inner = self.inner.final
        assert inner.dtype == decided.costs.dtype == np.float64
        need = self.units(extent_grids(space.spec, self.operand, world.ladders, 0))
        have = [UNITS]
        if here.counts:
            have = [*range(UNITS + 1)] if tail is None else [tail[0]]
        own = np.asarray(self._own(levels, n), np.float64)
        whole = (len(own), *world.shape, 1, *map(len, levels))
        kinds = inner.shape[n + 2 :]
        kernel.offer(
            {
                "source": inner,
                "cells": prod(inner.shape[1 : n + 1]),
                "rooms": inner.shape[n + 1],
                "kinds": prod(kinds),
                "result": decided.costs,
                "codes": decided.codes,
                "code_bytes": decided.codes.itemsize,
                "starts": 2,
                "points": prod(world.shape),
                "capacities": len(have),
                "levels": prod(map(len, levels)),
                "own": np.ascontiguousarray(np.broadcast_to(own, whole)),
                "own_next": prod(whole[1:]) if len(own) > 1 else 0,
                "cell": self._cells(inner.shape[1 : n + 1]),
                "need": np.ascontiguousarray(np.broadcast_to(need, (1, *world.shape))),
                "have": np.array(have, np.int64),
                "kind": self._kinds(levels, kinds),
                "code": code,
                "margin": MARGIN,
            }
        )

    def _cells(self, shape: tuple[int, ...]) -> Any:
        """Per point of this world its cell in the other one, or -1."""
        cells = np.ix_(*cells_between(self.here.world.ladders, self.other.ladders))
        found = np.ravel_multi_index([np.maximum(c, 0) for c in cells], shape)
        for c in cells:
            found = np.where(c < 0, -1, found)
        return np.ascontiguousarray(found, np.int64)

    def _kinds(self, levels: Levels, kinds: tuple[int, ...]) -> Any:
        """Per levels here those of the array that the move leads to, where one is settled."""
        its = self.here.caches.levels(self.other, self.here.phase, self.here.moved | {self.i})
        take = tuple(
            slice(0, 1) if j == self.i else slice(i.index(m[0]), i.index(m[-1]) + 1)
            for j, (m, i) in enumerate(zip(levels, its, strict=True))
        )
        numbers = np.arange(prod(kinds), dtype=np.int64).reshape(kinds)[take]
        return np.ascontiguousarray(np.broadcast_to(numbers, [*map(len, levels)]))

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
