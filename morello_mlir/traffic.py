"""Traffic: how the part of a buffer that a Spec touches lies in memory, as the cost model sees it.

All functions take the extents of the part per dimension, as numbers or as numpy arrays that
broadcast: the search asks for whole grids, `price.py` for one Spec, and both get the same answer.
Packed layouts (those with blocks) are seen as endless along their unsized parts, so that answers do
not depend on the extents at which a buffer was packed. Read next: `price.py`.
"""

from __future__ import annotations

from math import gcd, prod
from typing import Any

import numpy as np

from .spec import Operand

LINE = 64
PAGE = 4096
WAYS = 6
"""Lines with the same place in a page that the nearest cache keeps, beside those that stream."""

STREAMS = 32
"""Rows that may be read side by side, each going on where it was left."""

Extents = tuple[Any, ...]


def lines(operand: Operand, extents: Extents) -> Any:
    """Cache lines that the elements fill, as a fraction where they share some with neighbours."""
    return operand.dtype.size(_count(extents)) / LINE


def runs(operand: Operand, extents: Extents) -> Any:
    """Stretches of contiguous memory that the part is made of."""
    total, _ = _runs(operand, extents)
    return total


def footprint(operand: Operand, extents: Extents) -> Any:
    """Bytes of a cache that the part takes where it lies.

    Rows that are a power of two apart share the cache's sets: each keeps the others' neighbours
    out, as if it were as long as the greatest common divisor of their distance and a page.
    """
    total, length = _runs(operand, extents)
    row = -(-operand.dtype.size(length) // LINE) * LINE
    layout = operand.placement.layout
    if _is_packed(operand):
        blocks = [layout.block(d) for d in range(len(extents))]
        padded = _count(tuple(-(-e // b) * b for e, b in zip(extents, blocks, strict=True)))
        return np.maximum(total * row, operand.dtype.size(padded))
    if len(layout.parts) < 2:
        return total * row
    pitch = operand.dtype.size(layout.physical_strides(operand.shape)[-2])
    apart = gcd(pitch, PAGE)
    return total * np.where(np.asarray(total) > 1, np.maximum(row, apart), row)


def jumps(operand: Operand, axis: str, size: int, extents: Extents) -> Any:
    """The stretches of a part that begin anew after `size` steps along `axis`.

    All of them, if the next part is not where this one ends; on pages that were just open they
    count in part. A register across the end of a line is fetched as one more stretch.
    """
    dim = operand.dim_of(axis)
    if dim is None:
        return 0
    step = _step(operand, dim, abs(operand.map[dim].coefficient(axis)) * size)
    if step is None:
        return runs(operand, extents)
    total, length = _runs(operand, extents)
    far = np.maximum(operand.dtype.size(length), LINE) < step
    begun = total + straddling(operand, extents)
    return np.where(far, begun * min(1.0, step / PAGE), 0.0)


def crowded(operand: Operand, extents: Extents) -> Any:
    """The stretches of a part that push each other out of the nearest cache.

    Each is less than a line, and there are more with the same place in a page than that cache keeps
    of them: whoever reads on in them has to fetch the same lines once more.
    """
    total, length = _runs(operand, extents)
    short = operand.dtype.size(length) < LINE
    return np.where(short & (footprint(operand, extents) > WAYS * PAGE), total, 0)


def straddling(operand: Operand, extents: Extents) -> Any:
    """How many of the registers that the part is read to or written from cross a line's end.

    On average over where rows may begin, which depends on how far they are apart.
    """
    total, length = _runs(operand, extents)
    long = operand.dtype.size(length)
    apart = gcd(LINE, *_pitches(operand))
    across = np.maximum(0, np.minimum(long, LINE) - apart) / LINE
    return total * -(-long // LINE) * across


def fetched(operand: Operand, extents: Extents) -> Any:
    """Lines that are asked for to bring the part to registers: both of a register across two."""
    return lines(operand, extents) + straddling(operand, extents)


def _pitches(operand: Operand) -> list[int]:
    """Bytes between rows, for every way to go from one to another."""
    layout, size = operand.placement.layout, operand.dtype.size
    if _is_packed(operand):
        return [size(prod(p.size for p in layout.parts if p.size is not None))]
    return [size(s) for s in layout.physical_strides(operand.shape)[:-1]]


def _step(operand: Operand, dim: int, by: int) -> int | None:
    """Bytes between an element and the one `by` further along a dimension; None if far."""
    layout = operand.placement.layout
    if not _is_packed(operand):
        inner = [i for i, p in enumerate(layout.parts) if p.dim == dim][-1]
        return int(operand.dtype.size(layout.physical_strides(operand.shape)[inner] * by))
    block = layout.block(dim)
    inside = 1
    for part in reversed(layout.parts):
        if part.dim == dim and (part.size is None or by < block):
            whole = by // block if part.size is None else by
            return int(operand.dtype.size(inside * max(whole, 1)))
        if part.size is None:
            return None
        inside *= part.size
    return None


def _runs(operand: Operand, extents: Extents) -> tuple[Any, Any]:
    """How many contiguous stretches there are, and the elements of each."""
    layout = operand.placement.layout
    packed = _is_packed(operand)
    physical = layout.physical_shape(operand.shape)
    strides = layout.physical_strides(operand.shape)
    total: Any = 1
    length: Any = 1
    whole: Any = True
    if layout.strides is not None and layout.strides[-1:] != (1,):
        return _count(extents), 1
    for i in reversed(range(len(layout.parts))):
        part = layout.parts[i]
        step = layout.step(i)
        have = -(-extents[part.dim] // step)
        if part.size is not None:
            have = np.minimum(have, part.size)
        total = np.where(whole, total, total * have)
        length = np.where(whole, length * have, length)
        gap = layout.strides is not None and i and strides[i - 1] != strides[i] * physical[i]
        full = (
            (have == part.size)
            if part.size is not None
            else (not packed and not gap) & (have == physical[i])
        )
        whole = np.logical_and(whole, full)
    return total, length


def _is_packed(operand: Operand) -> bool:
    return any(p.size is not None for p in operand.placement.layout.parts)


def _count(extents: Extents) -> Any:
    total: Any = 1
    for e in extents:
        total = total * e
    return total
