"""Streams: what a loop pays where an operand that is still far goes on elsewhere than it left off.

A few dozen rows that a tile reads side by side stay open as streams: the next tile goes on in each.
Only loops over more rows than that pay, for every row that they begin (`traffic.jumps`): loops of
reductions around registers, and farther out all loops over an operand that nothing reads twice.
Read next: `caches.py`, `tiles.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..spec import Operand
from ..traffic import STREAMS, crowded, jumps
from .closure import Array, Toll
from .grids import Levels, extent_grids, rates
from .ladder import Ladder
from .space import Space


@dataclass(frozen=True)
class Streams:
    """The inputs in memory of a slab, and its grid."""

    space: Space
    operands: tuple[Operand, ...]
    ladders: tuple[Ladder, ...]
    levels: Levels
    known: dict[tuple[int, int, int], tuple[Array, Array]] = field(default_factory=dict)
    """What is begun and what is crowded, by operand, axis and tile: levels do not matter."""

    def around_registers(self, axis: int) -> Iterator[Toll]:
        """What loops over an axis pay once the output is in registers."""
        if self.space.kinds[axis]:
            for i in self._far(axis):
                yield Toll(self._cost(i, axis), above=STREAMS)

    def farther_out(self, axis: int) -> Iterator[Toll]:
        """What loops over an axis pay before: for an operand that varies along all axes left."""
        spec = self.space.spec
        for i in self._far(axis):
            others = [a for a, x in enumerate(spec.axes) if x.name not in self.operands[i].axes]
            if all(self.ladders[a].values[0] == 1 for a in others):
                first = frozenset(a - (a > axis) for a in others)
                yield Toll(self._cost(i, axis), above=STREAMS, first=first)

    def _far(self, axis: int) -> Iterator[int]:
        name = self.space.spec.axes[axis].name
        for i, o in enumerate(self.operands[:-1]):
            if not o.placement.in_registers and name in o.axes:
                yield i

    def _cost(self, i: int, axis: int) -> Any:
        o, name = self.operands[i], self.space.spec.axes[axis].name
        begin = rates(self.space.target, "jump", self.levels, i, len(self.ladders))

        def counted(t: int) -> tuple[Array, Array]:
            grids = extent_grids(self.space.spec, o, self.ladders, 1 + len(self.levels))
            tile = tuple(at_tile(g, axis, t) for g in grids)
            begun = jumps(o, name, self.ladders[axis].values[t], tile)
            return np.asarray(begun), np.asarray(crowded(o, tile))

        def cost(t: int) -> Array:
            if (i, axis, t) not in self.known:
                self.known[i, axis, t] = counted(t)
            begun, close = self.known[i, axis, t]
            return without(begun * begin + close * self.space.target.costs.crowd, axis)

        return cost


def at_tile(grid: Any, axis: int, t: int) -> Any:
    """A grid of extents where an axis has the extent of a tile."""
    return grid.take([t], axis=axis + 1) if grid.shape[axis + 1] > 1 else grid


def without(array: Any, axis: int) -> Array:
    """An array that has one start, and one entry along a Spec's axis, without these two."""
    shape = array.shape[1 : axis + 1] + array.shape[axis + 2 :]
    dropped: Array = np.asarray(array, dtype=np.float64).reshape(shape)
    return dropped
