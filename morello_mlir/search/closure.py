"""Closing a cost array under loops over one axis: a min-plus product with a one-axis transfer.

    closed[e] = min(inner[e], min over tiles t of steps * (inner[t] + step) + entry + closed[rest])

All other axes go along, vectorised. Loops over one axis do not nest directly in each other: what
is inside a tile is `inner`, what is left over may be tiled again. Exact: with the axes closed one
after the other, the result is the best over all nests in that order of axes.

The first axis of an array is the start: one entry, or two where the output may hold nothing (0) or
a value (1). A reduction's body finds nothing on the first step only: several trips over a Spec that
starts from nothing cost what the body costs that adds. Read next: `slab.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from .decisions import Array as Array
from .decisions import Codes
from .ladder import Ladder
from .progress import Clock

Indices = np.ndarray[Any, np.dtype[np.int64]]

_BLOCK = 8192
"""Elements of a row that are worked on at a time: the rows of an axis stay in L2."""


@dataclass(frozen=True)
class Toll:
    """What every step by a tile pays besides: an array by tile that broadcasts over other axes.

    Loops over extents up to `above` pay nothing. Of the axes in `first`, by number among the
    others, only the first entry pays.
    """

    cost: Callable[[int], Array]
    above: int = 0
    first: frozenset[int] = frozenset()

    def where(self, others: tuple[int, ...]) -> tuple[slice, ...]:
        """The part of an array over the other axes that pays."""
        return tuple(slice(0, 1 if p in self.first else n) for p, n in enumerate(others))


@dataclass(frozen=True)
class Nest:
    """The loops over one axis that a closure allows, and what they cost.

    `step` and `entry` are cycles per trip and per loop. A body by a tile takes at least `least`
    cycles: an array like a toll's. `threads` above one divides the trips. `within`, if given, is
    where loops are allowed at all: an array of truth values that broadcasts over the extents.
    """

    axis: int
    order: str
    step: float
    entry: float
    most_trips: int = 0
    least: Callable[[int], Array] | None = None
    tolls: tuple[Toll, ...] = ()
    threads: int = 1
    reduces: bool = False
    within: Callable[[], Any] | None = None

    def allows(self, trips: int) -> bool:
        """Whether a loop may have that many trips."""
        return not self.most_trips or trips <= self.most_trips

    def steps(self, trips: int) -> int:
        """The tiles that the busiest thread does."""
        return -(-trips // min(self.threads, trips)) if self.threads > 1 else trips


@dataclass
class Scratch:
    """Two buffers that closures work in: memory that is new costs more than the arithmetic.

    And what a search knows of its slabs, as all that solves them has the scratch at hand: the
    clock, the slabs so far, and where to find the decisions of all if nothing is to be solved.
    """

    rows: Array = field(default_factory=lambda: np.empty(0))
    out: Array = field(default_factory=lambda: np.empty(0))
    clock: Clock = field(default_factory=Clock)
    slabs: list[Any] = field(default_factory=list)
    memo: Callable[[Any], Codes] | None = None

    def pair(self, size: int) -> tuple[Array, Array]:
        """Two flat arrays of a size."""
        if self.rows.size < size:
            self.rows, self.out = np.empty(size), np.empty(size)
        return self.rows[:size], self.out[:size]


def close(
    inner: Array,
    ladder: Ladder,
    nest: Nest,
    scratch: Scratch,
    codes: Codes | None = None,
    first: int = 0,
) -> Array:
    """Close `inner` along an axis. The result lives in the scratch until the next closure.

    Where a loop costs less, `codes`, if given, get the number of its tile, counted from `first`.
    """
    axis = nest.axis + 1
    moved = np.moveaxis(inner, axis, 1)
    shape = (moved.shape[0], moved.shape[1], inner.size // (moved.shape[0] * moved.shape[1]))
    flat_rows, flat_out = scratch.pair(inner.size)
    rows, out = flat_rows.reshape(shape), flat_out.reshape(shape)
    np.copyto(rows.reshape(moved.shape), moved)
    np.copyto(out, rows)
    tolls = [_Paid.of(toll, ladder, nest, inner.shape) for toll in nest.tolls]
    least = _Paid.of(Toll(nest.least), ladder, nest, inner.shape).rows if nest.least else {}
    kept: Codes | None = None
    if codes is not None:
        turned = np.moveaxis(codes, axis, 1)
        kept = turned.copy() if nest.within is not None else np.ascontiguousarray(turned)
        kept = kept.reshape(shape)
    last = len(rows) - 1
    for start in reversed(range(len(rows))):
        later = last if nest.reduces else start
        noted = None if kept is None else (kept[start], first)
        ends = rows[start], rows[later], out[start], out[later]
        _run(*ends, ladder, nest, tolls, least, noted)
    mask: Any = True
    if nest.within is not None:
        mask = nest.within()
        mask = np.moveaxis(mask.reshape(*mask.shape, *(1,) * (inner.ndim - mask.ndim)), axis, 1)
        np.copyto(out.reshape(moved.shape), rows.reshape(moved.shape), where=~mask)
    if codes is not None and kept is not None and not np.may_share_memory(codes, kept):
        np.copyto(np.moveaxis(codes, axis, 1), kept.reshape(moved.shape), where=mask)
    return np.moveaxis(out.reshape(moved.shape), 1, axis)


def _run(
    once: Array,
    often: Array,
    out: Array,
    left: Array,
    ladder: Ladder,
    nest: Nest,
    tolls: list[_Paid],
    least: dict[int, Array],
    noted: tuple[Codes, int] | None,
) -> None:
    width = once.shape[1]
    codes, first = noted or (None, 0)
    numbers = {ladder.index[t]: c for c, t in enumerate(ladder.tiles, first)}
    most = max(map(len, ladder.cuts), default=0) if codes is not None else 0
    for low in range(0, width, _BLOCK):
        part = slice(low, min(low + _BLOCK, width))
        scratch = np.empty(part.stop - low)
        lower = np.empty((most, part.stop - low), np.bool_)
        here = [paid for toll in tolls if (paid := toll.within(part)) is not None]
        for e, cuts in enumerate(ladder.cuts):
            best = out[e, part]
            tried: list[int] = []
            for t, trips, rest in cuts:
                if not nest.allows(trips):
                    continue
                body = (once if trips == 1 else often)[t, part]
                steps = nest.steps(trips)
                if least:
                    body = np.maximum(body, least[t][part], out=scratch)
                np.multiply(body, steps, out=scratch)
                for above, where, cost in here:
                    if ladder.values[e] > above:
                        scratch[where] += steps * cost[t]
                if rest >= 0:
                    scratch += left[rest, part]
                own = steps * nest.step + nest.entry
                if own:
                    scratch += own
                if codes is not None:
                    np.less(scratch, best, out=lower[len(tried)])
                    tried.append(numbers[t])
                np.minimum(best, scratch, out=best)
            if codes is not None and tried:
                _note(lower[: len(tried)], tried, codes[e, part])


def _note(lower: Any, tried: list[int], codes: Codes) -> None:
    """The last tile that cost less than what was before it counts; codes of tiles ascend."""
    marks = lower.view(np.uint8) if codes.itemsize == 1 else lower.astype(codes.dtype)
    marks *= np.array(tried, codes.dtype).reshape(-1, 1)
    np.maximum(codes, np.maximum.reduce(marks, axis=0), out=codes)


@dataclass(frozen=True)
class _Paid:
    """A toll as rows: which elements of a row pay, None for all of them, and what, by tile."""

    above: int
    index: Indices | None
    rows: dict[int, Array]

    @staticmethod
    def of(toll: Toll, ladder: Ladder, nest: Nest, shape: tuple[int, ...]) -> _Paid:
        """The rows for arrays of a shape."""
        others = shape[1 : nest.axis + 1] + shape[nest.axis + 2 :]
        where = toll.where(others)
        tiles = {t for cuts in ladder.cuts for t, trips, _ in cuts if nest.allows(trips)}
        full = {t: np.broadcast_to(toll.cost(t), others)[where] for t in tiles}
        rows = {t: np.ascontiguousarray(r).reshape(-1) for t, r in full.items()}
        index = np.arange(prod(others)).reshape(others)[where].reshape(-1) if toll.first else None
        return _Paid(toll.above, index, rows)

    def within(self, part: slice) -> tuple[int, Any, dict[int, Array]] | None:
        """The extent from which it is paid, where in a part of a row, and what by tile."""
        if self.index is None:
            return self.above, slice(None), {t: row[part] for t, row in self.rows.items()}
        low, high = np.searchsorted(self.index, (part.start, part.stop))
        if low == high:
            return None
        rows = {t: row[low:high] for t, row in self.rows.items()}
        return self.above, self.index[low:high] - part.start, rows
