"""Decisions: which option gives each point of an array its least cost, as a small integer.

Options are numbered from 1 and offered in that order, and only a lower cost replaces another. So a
point's code is the largest number that was lower than all before it: a running maximum, which costs
a fraction of the arithmetic on costs. 0 stands for no option at all. Read next: `slab.py`, where
loops are options as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Codes = np.ndarray[Any, np.dtype[Any]]
"""Unsigned integers of one byte or two."""

MARGIN = 1 + 1e-12
"""Costs within this factor are equal but for rounding, and the option offered first is taken."""

_BLOCK = 1 << 13


@dataclass(eq=False)
class Decided:
    """The least costs so far, and the codes of the options they come from."""

    costs: Array
    codes: Codes
    fresh: bool = False
    """Whether the arrays are of this alone, and may be written."""

    @staticmethod
    def first(costs: Array) -> Decided:
        """Option 1, where it is one."""
        return Decided(costs, np.isfinite(costs).view(np.uint8))

    def offer(self, costs: Array, code: int) -> None:
        """Take the next option where it costs less; arrays grow to the axes that it brings."""
        if self.fresh and costs.shape == self.costs.shape and costs.flags.c_contiguous:
            its, best, codes = costs.reshape(-1), self.costs.reshape(-1), self.codes.reshape(-1)
            for low in range(0, costs.size, _BLOCK):
                part = slice(low, low + _BLOCK)
                _offer(its[part], best[part], codes[part], code)
            return
        self.codes = np.maximum(self.codes, coded(np.less(costs * MARGIN, self.costs), code))
        self.costs, self.fresh = np.minimum(self.costs, costs), True

    def offer_at(self, where: Any, costs: Array, code: int) -> None:
        """The same for a part of arrays that may be written."""
        best = self.costs[where]
        self.codes[where] = np.maximum(
            self.codes[where], coded(np.less(costs * MARGIN, best), code)
        )
        self.costs[where] = np.minimum(best, costs)

    def over(self, shape: tuple[int, ...], dtype: Any) -> Decided:
        """A copy spread over a larger array, with codes of a type."""
        spread = Decided(np.empty(shape), np.empty(shape, dtype), True)
        spread.costs[...] = self.costs
        spread.codes[...] = self.codes
        return spread

    def __getitem__(self, part: Any) -> Decided:
        return Decided(self.costs[part], self.codes[part])


def _offer(costs: Array, best: Array, codes: Codes, code: int) -> None:
    """A part that stays in a cache from the comparison to the minimum."""
    np.maximum(codes, coded(np.less(costs * MARGIN, best), code), out=codes)
    np.minimum(best, costs, out=best)


def coded(chosen: Any, code: int) -> Codes:
    """A code where something is true, 0 elsewhere; takes the place of the truth values."""
    marks: Codes = np.asarray(chosen).view(np.uint8)
    if code < 256:
        marks *= np.uint8(code)
    else:
        marks = marks.astype(np.uint16) * np.uint16(code)
    return marks


def width(codes: int) -> Any:
    """The type of so many codes and 0."""
    return np.uint8 if codes < 256 else np.uint16
