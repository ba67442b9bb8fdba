"""Boxes: an integer grid as disjoint axis-aligned boxes of equal value.

Invariant of `Boxes`: every point of the grid lies in exactly one box. `compress` finds runs along
the smoothest axis, then joins equal neighbours along one axis after the other, the axis that joins
most first; so no two of its boxes could still be joined. While it works, a box is two integers: the
flat offset of its low corner, and how far its high corner is from there, which in mixed radix says
all its extents at once. All of it is array arithmetic, deterministic, and linear in the points but
for the logarithm of an extent. Read next: `table.py`, which changes boxes one by one; `codec.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Grid16 = NDArray[np.uint16]
Corners = NDArray[np.int32]
Index = NDArray[np.intp]

SAMPLE = 1 << 10
"""How many points or boxes an estimate looks at."""

COMPARED = 1 << 22
"""How many comparisons of a point with a box a look-up makes at a time."""


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes `low[i]` to `high[i]`, both inclusive, of value `value[i]`, in a grid of a shape."""

    shape: tuple[int, ...]
    low: Corners
    high: Corners
    value: Grid16

    def __len__(self) -> int:
        return len(self.value)

    @property
    def points(self) -> int:
        """How many points the grid has."""
        return math.prod(self.shape)


def compress(grid: Grid16, rough: NDArray[np.float64] | None = None) -> Boxes:
    """The boxes of a grid, whose roughness may be known."""
    if not grid.size:
        none = np.empty((0, grid.ndim), np.int32)
        return Boxes(grid.shape, none, none, np.empty(0, np.uint16))
    if not grid.ndim:
        point = np.zeros((1, 0), np.int32)
        return Boxes((), point, point, grid.reshape(1))
    grid = np.ascontiguousarray(grid)
    # The last of equals: the last axis needs no transposition.
    rough = roughness(grid) if rough is None else rough
    axis = grid.ndim - 1 - int(np.argmin(rough[::-1]))
    order = [*(k for k in range(grid.ndim) if k != axis), axis]
    turned = np.ascontiguousarray(grid.transpose(order))
    corners = _joined(*_runs(turned), turned.shape)
    low, high = (np.empty((len(corners[0]), grid.ndim), np.int32) for _ in range(2))
    for side, flat in ((low, corners[0]), (high, corners[1])):
        for k, column in zip(order, np.unravel_index(flat, turned.shape), strict=True):
            side[:, k] = column
    return Boxes(grid.shape, low, high, corners[2])


def roughness(grid: Grid16) -> NDArray[np.float64]:
    """Per axis, the share of points at which a run along it begins, estimated on a sample."""
    flat = grid.reshape(-1)
    some = np.arange(0, flat.size, _step(flat.size))
    values = flat[some]
    shares = np.empty(grid.ndim)
    stride = 1
    for k in reversed(range(grid.ndim)):
        n = grid.shape[k]
        goes_on = np.flatnonzero((some // stride) % n)
        same = np.count_nonzero(flat[some[goes_on] - stride] == values[goes_on])
        shares[k] = 1 - same / len(some)
        stride *= n
    return shares


def _step(size: int) -> int:
    """The distance of samples: odd, so that it does not keep in step with extents of 2**n."""
    return size // SAMPLE | 1


def _runs(grid: Grid16) -> tuple[Index, Index, Grid16]:
    """Runs of equal values along the last axis: first and last flat offset, value."""
    flat = grid.reshape(-1)
    first = np.empty(flat.size, np.bool_)
    first[0] = True
    np.not_equal(flat[1:], flat[:-1], out=first[1:])
    first[:: grid.shape[-1]] = True
    low = np.flatnonzero(first)
    high = np.empty_like(low)
    high[:-1] = low[1:] - 1
    high[-1] = flat.size - 1
    return low, high, flat[low]


def _joined(
    low: Index, high: Index, value: Grid16, shape: tuple[int, ...]
) -> tuple[Index, Index, Grid16]:
    """Join runs along all axes but the last; low corners stay sorted."""
    strides = _strides(shape)
    left = [k for k in range(len(shape) - 1) if shape[k] > 1]
    at = np.zeros(math.prod(shape), np.int32)  # the box whose low corner is at an offset, if any
    key = (high - low) << 16 | value  # what boxes must agree in
    while left and len(low) > 1:
        at[low] = np.arange(len(low), dtype=np.int32)
        some = np.arange(0, len(low), _step(len(low)))
        found = [len(_links(some, low, key, at, strides[k], shape[k])[0]) for k in left]
        best = len(left) - 1 - int(np.argmax(found[::-1]))
        if not found[best] and len(some) == len(low):
            break
        k = left.pop(best)
        every = np.arange(len(low))
        chained, onto = _links(every, low, key, at, strides[k], shape[k])
        if not len(chained):
            continue
        last, is_head = every, np.ones(len(low), np.bool_)
        last[chained] = onto
        is_head[onto] = False
        heads = np.flatnonzero(is_head)
        for _ in range((shape[k] - 1).bit_length()):
            last = last[last]
        grown = low[last[heads]] - low[heads]
        low, key = low[heads], key[heads] + (grown << 16)
    return low, low + (key >> 16), (key & 0xFFFF).astype(np.uint16)


def _links(
    some: Index, low: Index, key: Index, at: NDArray[np.int32], stride: int, extent: int
) -> tuple[Index, Index]:
    """Those of some boxes that go on one step along an axis in a box of equal key, and that box."""
    here = low[some]
    wanted = here + stride
    other = at.take(wanted, mode="clip").astype(np.intp)
    # An entry may be left over from boxes that are joined by now, hence the look at `low`.
    fits = low.take(other, mode="clip") == wanted
    fits &= key.take(other, mode="clip") == key[some]
    fits &= (here // stride) % extent < extent - 1
    chosen = np.flatnonzero(fits)
    return some[chosen], other[chosen]


def expand(boxes: Boxes) -> Grid16:
    """The grid of boxes."""
    shape = boxes.shape
    if not boxes.points or not shape:
        return np.array(boxes.value).reshape(shape)
    extents = (boxes.high - boxes.low).astype(np.intp) + 1
    volume = extents.prod(axis=1)
    if int(volume.sum()) != boxes.points:
        raise ValueError(f"boxes of {int(volume.sum())} points in a grid of {boxes.points}")
    runs = [int((volume // extents[:, k]).sum()) for k in range(len(shape))]
    axis = len(shape) - 1 - int(np.argmin(runs[::-1]))
    order = [*(k for k in range(len(shape)) if k != axis), axis]
    turned = tuple(shape[k] for k in order)
    strides = dict(zip(order, _strides(turned), strict=True))
    low, box = np.zeros(len(boxes), np.intp), np.arange(len(boxes))
    for k in order:
        low += strides[k] * boxes.low[:, k].astype(np.intp)
    for k in sorted(order[:-1], key=lambda k: int(extents[:, k].sum())):
        count = extents[box, k]
        if int(count.max()) == 1:
            continue
        first = np.cumsum(count) - count
        step = np.arange(int(count.sum())) - np.repeat(first, count)
        low = np.repeat(low, count) + step * strides[k]
        box = np.repeat(box, count)
    grid = _filled(low, boxes.value[box], boxes.points).reshape(turned)
    return np.ascontiguousarray(np.moveaxis(grid, -1, axis))


def _filled(low: Index, value: Grid16, total: int) -> Grid16:
    """Lay runs side by side that cover everything and come in any order."""
    first = np.zeros(total, np.bool_)
    first[low] = True
    values = np.empty(total, np.uint16)
    values[low] = value
    starts = np.flatnonzero(first)
    return np.repeat(values[starts], np.diff(starts, append=total))


def _strides(shape: tuple[int, ...]) -> list[int]:
    """How far apart in C order neighbours along each axis are."""
    return [math.prod(shape[k + 1 :]) for k in range(len(shape))]


def lookup(boxes: Boxes, points: ArrayLike) -> Grid16:
    """The values at points, whose coordinates are along the last axis."""
    where = np.asarray(points, np.intp)
    rows = where.reshape(math.prod(where.shape[:-1]), len(boxes.shape))
    if ((rows < 0) | (rows >= boxes.shape)).any():
        raise IndexError(f"a point outside of a grid of shape {boxes.shape}")
    if boxes.shape and boxes.points < len(rows) * len(boxes):
        return np.asarray(expand(boxes)[tuple(rows.T)]).reshape(where.shape[:-1])
    found = find(boxes.low, boxes.high, rows)
    return boxes.value[found].reshape(where.shape[:-1])


def find(low: Corners, high: Corners, points: Index) -> Index:
    """Per point of `points[m, d]` the box that it lies in, or -1; boxes are disjoint."""
    found = np.full(len(points), -1, np.intp)
    at_a_time = max(1, COMPARED // max(1, len(low)))
    for start in range(0, len(points), at_a_time):
        some = points[start : start + at_a_time, np.newaxis]
        inside = np.ones((some.shape[0], len(low)), np.bool_)
        for k in range(low.shape[1]):
            inside &= (low[:, k] <= some[..., k]) & (some[..., k] <= high[:, k])
        point, box = np.nonzero(inside)
        found[start + point] = box
    return found


def subtract(
    low: Corners, high: Corners, cut_low: ArrayLike, cut_high: ArrayLike
) -> tuple[Corners, Corners, Index]:
    """What is left of boxes without one box: disjoint boxes, each with the number of its source.

    Boxes that the cut does not touch come out whole, all in the order of their sources.
    """
    from_, to = np.asarray(cut_low, np.int32), np.asarray(cut_high, np.int32)
    touched = ((low <= to) & (high >= from_)).all(axis=1)
    whole, source = np.flatnonzero(~touched), np.flatnonzero(touched)
    low_now, high_now = low[source], high[source]  # shrinks, axis by axis, to what is cut away
    pieces = [(low[whole], high[whole], whole)]
    for k in range(low.shape[1]):
        for below in (True, False):
            sticks_out = low_now[:, k] < from_[k] if below else high_now[:, k] > to[k]
            piece_low, piece_high = low_now[sticks_out], high_now[sticks_out]
            if below:
                piece_high[:, k] = from_[k] - 1
            else:
                piece_low[:, k] = to[k] + 1
            pieces.append((piece_low, piece_high, source[sticks_out]))
        low_now[:, k] = np.maximum(low_now[:, k], from_[k])
        high_now[:, k] = np.minimum(high_now[:, k], to[k])
    lows, highs, sources = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    order = np.argsort(sources, kind="stable")
    return lows[order], highs[order], sources[order]


def merge(low: Corners, high: Corners, value: Grid16) -> tuple[Corners, Corners, Grid16]:
    """Join neighbours of equal value whose union is a box, until there are none."""
    before = -1
    while before != len(value):
        before = len(value)
        for k in range(low.shape[1]):
            others: list[Corners] = [
                c[:, j] for j in range(low.shape[1]) if j != k for c in (low, high)
            ]
            order = np.lexsort(np.stack([low[:, k], *others, value.astype(np.int32)]))
            low, high, value = low[order], high[order], value[order]
            goes_on = low[1:, k] == high[:-1, k] + 1
            goes_on &= value[1:] == value[:-1]
            for column in others:
                goes_on &= np.diff(column[order]) == 0
            is_head = np.concatenate(([True], ~goes_on)) if len(value) else np.ones(0, np.bool_)
            heads = np.flatnonzero(is_head)
            lasts = np.append(heads[1:], len(value))[: len(heads)] - 1
            high, low, value = high[lasts], low[heads], value[heads]
    return low, high, value
