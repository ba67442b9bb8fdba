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
from .kernel import LANES
from .ladder import Ladder
from .progress import Clock
from .trips import Nest as Nest
from .trips import Toll as Toll
from .trips import cut


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

    def pair(self, inner: Array) -> tuple[Array, Array]:
        """Two flat arrays of the size of another one, which does not live in the first."""
        if self.rows.size < inner.size:
            self.rows, self.out = np.empty(inner.size), np.empty(inner.size)
        one, two = self.rows[: inner.size], self.out[: inner.size]
        return (two, one) if np.may_share_memory(inner, one) else (one, two)


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
    # Where few numbers lie between two extents, the axis comes first.
    axis = nest.axis + 1
    shape = inner.shape
    others = shape[1:axis] + shape[axis + 1 :]
    free, used = scratch.pair(inner)
    before, after = prod(shape[1:axis]), prod(shape[axis + 1 :])
    if after >= LANES:
        order = tuple(range(inner.ndim))
    else:
        order = (0, axis, *(k for k in range(1, inner.ndim) if k != axis))
        before, after = 1, prod(others)
    rows, out = inner.transpose(order), free
    if not rows.flags.c_contiguous:
        np.copyto(free.reshape(rows.shape), rows)
        rows, out = free.reshape(rows.shape), used
    out = out.reshape(rows.shape)
    kept: Codes | None = None
    if codes is not None:
        kept = np.ascontiguousarray(codes.transpose(order))
        if nest.within is not None and np.may_share_memory(codes, kept):
            kept = kept.copy()
    flat = (shape[0], before, shape[axis], after)
    its = None if kept is None else kept.reshape(flat)
    cut(rows.reshape(flat), out.reshape(flat), ladder, nest, its, first, others)
    mask: Any = True
    if nest.within is not None:
        mask = nest.within()
        mask = mask.reshape(*mask.shape, *(1,) * (inner.ndim - mask.ndim)).transpose(order)
        np.copyto(out, rows, where=~mask)
    if codes is not None and kept is not None and not np.may_share_memory(codes, kept):
        np.copyto(codes.transpose(order), kept, where=mask)
    closed: Array = out.transpose([order.index(k) for k in range(inner.ndim)])
    return closed
