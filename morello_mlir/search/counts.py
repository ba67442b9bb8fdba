"""Arrays of counts: how large each is, and the count itself where somebody wants it.

Nearly all counts of a solved space fit into a machine word, but those near the goal may have
thousands of digits. So an array has the logarithm of each count, the count modulo 2^64, which
machine arithmetic gives for nothing and which is the count itself where that is small, and, if
`exact`, Python's integers for the others. Sums of logarithms have terms of one sign, so that each
operation is off by some 2^-52 of its result. Read next: `count.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

WORD = 62.0
"""Logarithms below this are of counts that a word holds."""

NOTHING = -1e300
"""The logarithm of zero: large enough that sums of a few stay finite."""


FAR = -200.0
"""Logarithms this far below another change no sum; powers that underflow take far longer."""


@dataclass(eq=False)
class Counts:
    """Counts by position: `low` modulo 2^64, `size` to base 2, `big` where that is above a word."""

    low: Array
    size: Array
    exact: bool
    big: Array | None = None

    @staticmethod
    def of(mask: Array, exact: bool) -> Counts:
        """One where a mask holds, elsewhere nothing."""
        return Counts(mask.astype(np.uint64), np.where(mask, 0.0, NOTHING), exact)

    @staticmethod
    def total(terms: Sequence[Counts]) -> Counts:
        """The sum of arrays of one shape."""
        return _settled(
            sum((t.low for t in terms[1:]), terms[0].low),
            total_size([t.size for t in terms]),
            all(t.exact for t in terms),
            lambda where: sum(t.whole(where) for t in terms),
        )

    @staticmethod
    def product(factors: Sequence[Counts]) -> Counts:
        """The product of arrays of one shape."""
        low, size = factors[0].low, factors[0].size
        for f in factors[1:]:
            low, size = low * f.low, np.maximum(size + f.size, NOTHING)

        def whole(where: Array) -> Any:
            found = factors[0].whole(where)
            for f in factors[1:]:
                found = found * f.whole(where)
            return found

        return _settled(low, size, all(f.exact for f in factors), whole)

    @staticmethod
    def union(one: Counts, other: Counts, both: Counts) -> Counts:
        """How many are in one set or the other, of which some are in both."""
        most = np.maximum(one.size, other.size)
        parts = [np.exp2(np.maximum(c.size - most, FAR)) for c in (one, other, both)]
        size = np.where(most > NOTHING, most + np.log2(parts[0] + parts[1] - parts[2]), NOTHING)
        return _settled(
            one.low + other.low - both.low,
            size,
            one.exact,
            lambda where: one.whole(where) + other.whole(where) - both.whole(where),
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """The array's shape."""
        return tuple(self.low.shape)

    def _with(self, change: Any) -> Counts:
        big = None if self.big is None else change(self.big)
        return Counts(change(self.low), change(self.size), self.exact, big)

    def view(self, shape: tuple[int, ...]) -> Counts:
        """The same in another shape."""
        return self._with(lambda a: a.reshape(shape))

    def moved(self, source: int, to: int) -> Counts:
        """With an axis elsewhere, contiguous."""
        return self._with(lambda a: np.moveaxis(a, source, to).copy())

    def at(self, index: Any) -> Counts:
        """The part under an index."""
        return self._with(lambda a: a[index])

    def spread(self, like: Counts) -> Counts:
        """Counts that do not depend on a capacity, for each of another array's."""
        if self.shape == like.shape:
            return self
        return self._with(lambda a: np.broadcast_to(a, like.shape))

    def taken(self, where: Array) -> Counts:
        """Those at flat positions; nothing where a position is negative."""
        flat = self._with(lambda a: a.reshape(-1)[np.maximum(where, 0)])
        flat.low[where < 0] = 0
        flat.size[where < 0] = NOTHING
        return flat

    def whole(self, where: Array) -> Any:
        """The integers at the positions that a mask chooses."""
        found = self.low[where].astype(object)
        if self.big is not None:
            large = self.size[where] >= WORD
            found[large] = self.big[where][large]
        return found

    def empty(self) -> Counts:
        """Nothing everywhere, in the same shape."""
        return Counts.of(np.zeros(self.shape, bool), self.exact)

    def set(self, here: tuple[int, ...], low: Any, size: Any, whole: Any) -> None:
        """Set a row; `whole` gives the integers of those positions that are above a word."""
        self.low[here], self.size[here] = low, size
        if self.exact:
            where = self.size[here] >= WORD
            if where.any():
                if self.big is None:
                    self.big = np.empty(self.shape, object)
                self.big[here][where] = whole(where)

    def set_sum(self, here: tuple[int, ...], *terms: Counts) -> None:
        """Set a row to the sum of others' rows."""
        rows = [t.at(here) for t in terms]
        low = sum((r.low for r in rows[1:]), rows[0].low)
        size = total_size([r.size for r in rows])
        self.set(here, low, size, lambda where: sum(r.whole(where) for r in rows))

    def set_products(
        self,
        here: tuple[int, ...],
        bodies: Counts,
        rests: Counts,
        pairs: Sequence[tuple[int, int, int, int]],
    ) -> None:
        """Set a row to a sum of products: a row of bodies, and one of rests if not negative."""
        if not pairs:
            return
        low, sizes = np.zeros(self.low[here].shape, np.uint64), []
        for s, t, later, rest in pairs:
            if rest < 0:
                low += bodies.low[s, t]
                sizes.append(bodies.size[s, t])
            else:
                low += bodies.low[s, t] * rests.low[later, rest]
                sizes.append(bodies.size[s, t] + rests.size[later, rest])

        def whole(where: Array) -> Any:
            total = 0
            for s, t, later, rest in pairs:
                term = bodies.at((s, t)).whole(where)
                total = total + (term if rest < 0 else term * rests.at((later, rest)).whole(where))
            return total

        self.set(here, low, np.maximum(total_size(sizes), NOTHING), whole)

    def drop(self, here: tuple[int, ...], where: Array) -> None:
        """Nothing where a mask of a row holds."""
        self.low[here][where] = 0
        self.size[here][where] = NOTHING


def total_size(sizes: Sequence[Array]) -> Array:
    """The logarithm of a sum, from those of its terms."""
    if len(sizes) == 1:
        return sizes[0]
    most = np.maximum.reduce(sizes)
    rest = np.zeros(most.shape)
    for s in sizes:
        rest += np.exp2(np.maximum(s - most, FAR))
    return np.asarray(most + np.log2(rest))


def _settled(low: Array, size: Array, exact: bool, whole: Any) -> Counts:
    made = Counts(np.empty(low.shape, np.uint64), np.empty(low.shape), exact)
    made.set((), low, size, whole)
    return made
