"""Grid: the bijection between values and coordinates; Slab: a grid with a decision per point.

An axis is its values in ascending order, each once: extents from a ladder, capacities, a numbering
of placements. The coordinate of a value is its place among them. Read next: `codec.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .boxes import Grid16, Index

Values = NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """All points whose value along axis k is one of `axes[k]`."""

    axes: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        for axis in self.axes:
            if any(a >= b for a, b in pairwise(axis)):
                raise ValueError(f"an axis whose values do not ascend: {axis}")

    @cached_property
    def _columns(self) -> tuple[Values, ...]:
        return tuple(np.array(axis, np.int64) for axis in self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis has."""
        return tuple(len(axis) for axis in self.axes)

    def coordinates(self, values: ArrayLike) -> Index:
        """The coordinates of points given by values, which lie along the last axis."""
        wanted, found, exact = self._searched(values)
        if not exact.all():
            bad = wanted[~exact.all(axis=-1)].reshape(-1, len(self.axes))[0]
            raise KeyError(f"{tuple(bad.tolist())} is not on the grid")
        return found

    def contains(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Per point, whether it is on the grid."""
        return np.asarray(self._searched(values)[2].all(axis=-1))

    def _searched(self, values: ArrayLike) -> tuple[Values, Index, NDArray[np.bool_]]:
        wanted = np.asarray(values, np.int64)
        if wanted.shape[-1:] != (len(self.axes),):
            raise ValueError(f"points of {wanted.shape[-1:]} values on {len(self.axes)} axes")
        found = np.zeros(wanted.shape, np.intp)
        exact = np.zeros(wanted.shape, np.bool_)
        for k, column in enumerate(self._columns):
            if len(column):
                found[..., k] = np.searchsorted(column, wanted[..., k])
                exact[..., k] = column.take(found[..., k], mode="clip") == wanted[..., k]
        return wanted, found, exact

    def values(self, coordinates: ArrayLike) -> Values:
        """The values of points given by coordinates, which lie along the last axis."""
        where = np.asarray(coordinates, np.intp)
        if where.shape[-1:] != (len(self.axes),) or ((where < 0) | (where >= self.shape)).any():
            raise IndexError(f"coordinates outside of a grid of shape {self.shape}")
        found = np.empty(where.shape, np.int64)
        for k, column in enumerate(self._columns):
            found[..., k] = column[where[..., k]]
        return found

    def overlap(self, other: Grid) -> tuple[tuple[Index, ...], tuple[Index, ...]]:
        """The points that two grids share: their coordinates per axis, here and there.

        `mine[np.ix_(*here)] = theirs[np.ix_(*there)]` carries them over.
        """
        if len(self.axes) != len(other.axes):
            raise ValueError(f"grids of {len(self.axes)} and {len(other.axes)} axes")
        pairs = [
            np.intersect1d(a, b, assume_unique=True, return_indices=True)[1:]
            for a, b in zip(self._columns, other._columns, strict=True)
        ]
        return tuple(here for here, _ in pairs), tuple(there for _, there in pairs)


@dataclass(frozen=True, eq=False)
class Slab:
    """Decisions over a grid; 0 says that no program exists."""

    axes: tuple[tuple[int, ...], ...]
    decisions: Grid16

    def __post_init__(self) -> None:
        if self.decisions.dtype != np.uint16:
            raise TypeError(f"decisions of type {self.decisions.dtype}, not uint16")
        if self.decisions.shape != self.grid.shape:
            raise ValueError(f"decisions {self.decisions.shape} over a grid {self.grid.shape}")

    @property
    def grid(self) -> Grid:
        """Where the decisions are."""
        return Grid(self.axes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Slab):
            return NotImplemented
        return self.axes == other.axes and np.array_equal(self.decisions, other.decisions)

    __hash__ = None  # type: ignore[assignment]
