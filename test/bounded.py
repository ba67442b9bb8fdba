"""Arrays with bounds of their rounding errors: what a kernel must compute, how far off it may be.

Floats are computed in float64, integers exactly, modulo their width. `error` is what an element may
be off when each operation rounds in `dtype`, in any order of the sums. So a test needs no tolerance
of its own, and a kernel that loses a term of a sum shows. Read next: `dags.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

UNIT = {"f32": 2.0**-23, "f16": 2.0**-10, "i32": 0.0}
TINY = {"f32": 2.0**-120, "f16": 2.0**-23, "i32": 0.0}
"""Around the least number: what is smaller may become zero."""

ULPS = 4
"""The error of an elementary function, in units of the last place."""


@dataclass(frozen=True)
class Bounded:
    """Elements, each with the largest error that it may have."""

    dtype: str
    array: Any
    error: Any

    @staticmethod
    def exact(dtype: str, array: Any) -> Bounded:
        """Elements without an error."""
        return Bounded(dtype, array, np.zeros(np.shape(array)))

    @property
    def most(self) -> float:
        """The largest magnitude."""
        return float(np.abs(self.array).max(initial=0))

    def like(self, array: Any, error: Any, ulps: float = 1) -> Bounded:
        """A result of one operation, which rounds."""
        if self.dtype == "i32":
            wrapped = np.asarray(array).astype(np.int64).astype(np.int32).astype(np.int64)
            return Bounded.exact("i32", wrapped)
        rounded = ulps * (UNIT[self.dtype] * (np.abs(array) + error) + TINY[self.dtype])
        return Bounded(self.dtype, array, error + rounded)

    def at(self, index: Any) -> Bounded:
        """Other elements of it."""
        return Bounded(self.dtype, self.array[index], self.error[index])

    def transposed(self, order: Sequence[int]) -> Bounded:
        """The dimensions in another order."""
        return Bounded(self.dtype, self.array.transpose(order), self.error.transpose(order))

    def shaped(self, shape: Sequence[int]) -> Bounded:
        """The same elements in another shape."""
        return Bounded(self.dtype, self.array.reshape(shape), self.error.reshape(shape))

    def __add__(self, other: Bounded) -> Bounded:
        return self.like(self.array + other.array, self.error + other.error)

    def __sub__(self, other: Bounded) -> Bounded:
        return self.like(self.array - other.array, self.error + other.error)

    def __mul__(self, other: Bounded) -> Bounded:
        error = (
            np.abs(self.array) * other.error
            + np.abs(other.array) * self.error
            + self.error * other.error
        )
        return self.like(self.array * other.array, error)

    def over(self, other: Bounded) -> Bounded:
        """The quotient by something that is one at least."""
        error = self.error + np.abs(self.array) * other.error
        return self.like(self.array / other.array, error, 2)

    def max(self, other: Bounded) -> Bounded:
        """The larger one."""
        chosen = np.maximum(self.array, other.array)
        return Bounded(self.dtype, chosen, np.maximum(self.error, other.error))

    def min(self, other: Bounded) -> Bounded:
        """The smaller one."""
        chosen = np.minimum(self.array, other.array)
        return Bounded(self.dtype, chosen, np.maximum(self.error, other.error))

    def mapped(self, function: Any) -> Bounded:
        """A function of slope one at most."""
        return self.like(function(self.array), self.error, ULPS)

    def cast(self, dtype: str, scale: float = 1) -> Bounded:
        """The elements times `scale`, a power of two, in another type."""
        if dtype == "i32":
            return Bounded.exact(dtype, np.trunc(self.array * scale).astype(np.int64))
        wide = Bounded(dtype, self.array * scale, self.error * scale)
        return wide.like(wide.array, wide.error)

    def sum(self, axes: tuple[int, ...], start: Bounded) -> Bounded:
        """The sum along axes, in any order."""
        terms = int(np.prod([self.array.shape[a] for a in axes], initial=1)) + 2
        total = self.array.sum(axes) + start.array
        error = self.error.sum(axes) + start.error
        if self.dtype != "i32":
            size = np.abs(self.array).sum(axes) + np.abs(start.array) + error
            error = error + terms * (UNIT[self.dtype] * size + TINY[self.dtype])
        return self.like(total, error)

    def largest(self, axes: tuple[int, ...]) -> Bounded:
        """The largest along axes."""
        return Bounded(self.dtype, self.array.max(axes), self.error.max(axes))

    def check(self, got: Any) -> None:
        """`AssertionError` if an element is further off than it may be."""
        got = np.asarray(got).astype(np.int64 if self.dtype == "i32" else np.float64)
        assert got.shape == np.shape(self.array), f"{got.shape}, not {np.shape(self.array)}"
        good = np.abs(got - self.array) <= 1.01 * self.error
        if not np.all(good):
            at = tuple(int(i) for i in np.argwhere(~good)[0])
            raise AssertionError(
                f"{int(np.sum(~good))} of {good.size} elements of {self.dtype}, the first at {at}: "
                f"{got[at]}, not {self.array[at]} +- {np.asarray(self.error)[at]}"
            )
