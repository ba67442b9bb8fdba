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
from typing import Any

import numpy as np

from .ladder import Ladder

Array = np.ndarray[Any, np.dtype[np.float64]]

_BLOCK = 4096
"""Elements of a row that are worked on at a time: the rows of an axis stay in L2."""


@dataclass(frozen=True)
class Nest:
    """The loops over one axis that a closure allows, and what they cost.

    `step` and `entry` are cycles per trip and per loop. A body takes at least `least` cycles (a
    chain of accumulations). `extra`, if given, is what a step by each tile adds: an array that
    broadcasts against the others' axes. `threads` above one divides the trips. `within`, if given,
    is where loops are allowed at all: an array of truth values that broadcasts over the extents.
    """

    axis: int
    order: str
    step: float
    entry: float
    most_trips: int = 0
    least: float = 0.0
    extra: Callable[[int], Array] | None = None
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
    """Two buffers that closures work in: memory that is new costs more than the arithmetic."""

    rows: Array = field(default_factory=lambda: np.empty(0))
    out: Array = field(default_factory=lambda: np.empty(0))

    def pair(self, size: int) -> tuple[Array, Array]:
        """Two flat arrays of a size."""
        if self.rows.size < size:
            self.rows, self.out = np.empty(size), np.empty(size)
        return self.rows[:size], self.out[:size]


def close(inner: Array, ladder: Ladder, nest: Nest, scratch: Scratch) -> Array:
    """Close `inner` along an axis. The result lives in the scratch until the next closure."""
    axis = nest.axis + 1
    moved = np.moveaxis(inner, axis, 1)
    shape = (moved.shape[0], moved.shape[1], inner.size // (moved.shape[0] * moved.shape[1]))
    flat_rows, flat_out = scratch.pair(inner.size)
    rows, out = flat_rows.reshape(shape), flat_out.reshape(shape)
    np.copyto(rows.reshape(moved.shape), moved)
    np.copyto(out, rows)
    extra = _extras(ladder, nest, inner.shape)
    last = len(rows) - 1
    for start in reversed(range(len(rows))):
        later = last if nest.reduces else start
        _run(rows[start], rows[later], out[start], out[later], ladder, nest, extra)
    if nest.within is not None:
        mask = nest.within()
        mask = np.moveaxis(mask.reshape(*mask.shape, *(1,) * (inner.ndim - mask.ndim)), axis, 1)
        np.copyto(out.reshape(moved.shape), rows.reshape(moved.shape), where=~mask)
    return np.moveaxis(out.reshape(moved.shape), 1, axis)


def _run(
    once: Array,
    often: Array,
    out: Array,
    left: Array,
    ladder: Ladder,
    nest: Nest,
    extra: dict[int, Array],
) -> None:
    width = once.shape[1]
    for low in range(0, width, _BLOCK):
        part = slice(low, min(low + _BLOCK, width))
        scratch = np.empty(part.stop - low)
        for e, cuts in enumerate(ladder.cuts):
            best = out[e, part]
            for t, trips, rest in cuts:
                if not nest.allows(trips):
                    continue
                body = (once if trips == 1 else often)[t, part]
                steps = nest.steps(trips)
                if nest.least:
                    body = np.maximum(body, nest.least, out=scratch)
                np.multiply(body, steps, out=scratch)
                if extra:
                    scratch += steps * extra[t][part]
                if rest >= 0:
                    scratch += left[rest, part]
                own = steps * nest.step + nest.entry
                if own:
                    scratch += own
                np.minimum(best, scratch, out=best)


def _extras(ladder: Ladder, nest: Nest, shape: tuple[int, ...]) -> dict[int, Array]:
    """What a step by each tile adds, as rows."""
    if nest.extra is None:
        return {}
    others = shape[1 : nest.axis + 1] + shape[nest.axis + 2 :]
    indices = {t for cuts in ladder.cuts for t, trips, _ in cuts if nest.allows(trips)}
    rows = {t: np.broadcast_to(nest.extra(t), others) for t in indices}
    return {t: np.ascontiguousarray(r).reshape(-1) for t, r in rows.items()}
