"""Grids: extents and coefficients as arrays that broadcast over a slab's array.

The axes of a slab's array are the start, the Spec's axes, the capacity, and a level per operand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..spec import Operand, Spec
from ..target.target import Target
from .closure import Array
from .ladder import Ladder
from .slab import Tail

CACHES = ("mem", "L3", "L2", "L1")

Levels = tuple[tuple[int, ...], ...]
"""Per operand the levels it may be in, as indices of `CACHES`."""

Grids = tuple[Any, ...]


def extent_grids(spec: Spec, o: Operand, ladders: Sequence[Ladder], tail: int) -> Grids:
    """The extents of an operand's dimensions over the axes, with a start and `tail` axes more."""
    rank = 1 + len(ladders) + tail
    grids = []
    for m in o.map:
        total: Any = np.ones((1,) * rank, dtype=np.int64)
        for a, axis in enumerate(spec.axes):
            c = abs(m.coefficient(axis.name))
            if c:
                total = total + c * (values_along(ladders[a], a, rank) - 1)
        grids.append(total)
    return tuple(grids)


def values_along(ladder: Ladder, axis: int, rank: int) -> Any:
    """A ladder's values along a Spec's axis of a slab's array."""
    shape = [1] * rank
    shape[axis + 1] = len(ladder)
    return np.asarray(ladder.values).reshape(shape)


def axis_grids(spec: Spec, ladders: Sequence[Ladder], tail: int) -> dict[str, Any]:
    """Extents by axis name."""
    rank = 1 + len(ladders) + tail
    return {
        a.name: values_along(ladder, i, rank)
        for i, (a, ladder) in enumerate(zip(spec.axes, ladders, strict=True))
    }


def by_dim(o: Operand, grids: Sequence[Any]) -> dict[str, Any]:
    """Grids by the names of an operand's dimensions."""
    return dict(zip(o.dims, grids, strict=True))


def needed_of(spec: Spec, o: Operand, ladders: Sequence[Ladder]) -> dict[str, tuple[int, ...]]:
    """The extents that occur, by the names of an operand's dimensions."""
    grids = extent_grids(spec, o, ladders, 0)
    return {d: tuple(int(v) for v in np.unique(g)) for d, g in zip(o.dims, grids, strict=True)}


def chosen(levels: Levels, tail: Tail | None) -> Levels:
    """The levels that a part of an array stands for."""
    if tail is None:
        return levels
    return tuple((own[t if len(own) > 1 else 0],) for own, t in zip(levels, tail[1:], strict=True))


def rates(target: Target, table: str, levels: Levels, position: int, axes: int) -> Array:
    """A coefficient by the level of an operand, along its axis of an array."""
    values = [target.costs.of(table, CACHES[level]) for level in levels[position]]
    shape = [1] * (2 + axes + len(levels))
    shape[2 + axes + position] = len(values)
    return np.asarray(values).reshape(shape)


def part(array: Array, tail: Tail | None, axes: int) -> Array:
    """The part of an array that has the levels of a tail; all capacities."""
    if tail is None:
        return array
    index: list[Any] = [slice(None)] * (axes + 2)
    for n, t in zip(array.shape[axes + 2 :], tail[1:], strict=True):
        i = t if n > 1 else 0
        index.append(slice(i, i + 1))
    return np.asarray(array[tuple(index)])
