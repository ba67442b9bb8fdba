"""Table: a memo over integer points that is filled box by box.

Invariant: its boxes are disjoint. What is put last holds, exactly in its box. A new box grows over
neighbours of the same value while the union is a box; all boxes are merged when they have doubled.
Every call costs one look at all boxes, so this is for what is found one by one; whole slabs go
through `boxes.compress`. Read next: `codec.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .boxes import Corners, Grid16, find, merge, subtract

Point = Sequence[int]


class Table:
    """Values at integer points."""

    def __init__(self, rank: int) -> None:
        """Make an empty table over so many axes."""
        self.rank = rank
        self._low: Corners = np.empty((0, rank), np.int32)
        self._high: Corners = np.empty((0, rank), np.int32)
        self._value: Grid16 = np.empty(0, np.uint16)
        self._merged = 16

    @property
    def boxes(self) -> int:
        """How many boxes the table is stored in."""
        return len(self._value)

    @property
    def points(self) -> int:
        """How many points have a value."""
        extents = self._high.astype(np.int64) - self._low + 1
        return int(extents.prod(axis=1).sum())

    @property
    def compression(self) -> float:
        """Points per box."""
        return self.points / self.boxes if self.boxes else 1.0

    def items(self) -> list[tuple[tuple[int, ...], tuple[int, ...], int]]:
        """All boxes: low corner, high corner, value."""
        rows = zip(self._low.tolist(), self._high.tolist(), self._value.tolist(), strict=True)
        return [(tuple(low), tuple(high), value) for low, high, value in rows]

    def get(self, point: Point) -> int | None:
        """The value at a point, if it has one."""
        box = int(find(self._low, self._high, np.array([point], np.intp))[0])
        return None if box < 0 else int(self._value[box])

    def put(self, low: Point, high: Point, value: int) -> None:
        """Set the points from `low` to `high`, both inclusive."""
        new_low, new_high = np.array(low, np.int32), np.array(high, np.int32)
        if new_low.shape != (self.rank,) or new_high.shape != (self.rank,):
            raise ValueError(f"a box of {new_low.shape} in a table of {self.rank} axes")
        if (new_low > new_high).any():
            raise ValueError(f"an empty box: {tuple(low)} to {tuple(high)}")
        around = (self._low <= new_low).all(axis=1) & (self._high >= new_high).all(axis=1)
        if (around & (self._value == value)).any():
            return
        self._low, self._high, source = subtract(self._low, self._high, new_low, new_high)
        self._value = self._value[source]
        self._grow(new_low, new_high, value)
        if self.boxes >= 2 * self._merged:
            self._low, self._high, self._value = merge(self._low, self._high, self._value)
            self._merged = max(16, self.boxes)

    def _grow(self, low: Corners, high: Corners, value: int) -> None:
        """Add a box that overlaps no other, joined with the neighbours it fits."""
        while self.rank:
            apart = (self._low != low) | (self._high != high)
            meets = (self._low == high + 1) | (self._high == low - 1)
            fits = (apart.sum(axis=1) == 1) & (apart & meets).any(axis=1)
            neighbours = np.flatnonzero(fits & (self._value == value))
            if not len(neighbours):
                break
            one = neighbours[0]
            low, high = np.minimum(low, self._low[one]), np.maximum(high, self._high[one])
            self._keep(np.arange(self.boxes) != one)
        self._low = np.concatenate((self._low, low[np.newaxis]))
        self._high = np.concatenate((self._high, high[np.newaxis]))
        self._value = np.append(self._value, np.array([value], np.uint16))

    def _keep(self, which: NDArray[np.bool_]) -> None:
        self._low, self._high = self._low[which], self._high[which]
        self._value = self._value[which]
