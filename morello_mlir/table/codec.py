"""Slabs as bytes, and back.

A blob is a header and one zstandard frame. The header has a checksum of all other bytes and of a
`context`, the key it is stored under, so a blob that is damaged, or that was found in another's
place, is a CorruptError. The frame holds the axes, then either boxes, column by column in the
smallest integers that hold the column, or the plain grid: whichever is smaller, so a blob takes at
most as much as the grid and some bytes per value of an axis. Read next: `database.py`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import zstandard
from numpy.typing import NDArray

from .boxes import Boxes, compress, expand, roughness
from .grid import Slab

MAGIC = b"MMSL"
VERSION = 1
GRID, BOXES = 0, 1
HEADER = struct.Struct("<4sBBBBIQQ")
"""Magic, version, GRID or BOXES, axes, bytes per decision, checksum, boxes, points."""

LEVEL = 3
TOO_ROUGH = 0.3
"""The share of points that differ from the one before, along the best axis, from which boxes are
not tried: they would take more time and more bytes than the grid."""


class CorruptError(ValueError):
    """A blob is not what was written."""


class Encoded(NamedTuple):
    """A blob, and what it holds."""

    blob: bytes
    points: int
    boxes: int
    """As many as points where boxes were not tried."""


def encode(slab: Slab, context: bytes = b"") -> Encoded:
    """Write a slab."""
    grid = slab.decisions
    width = 2 if grid.size and int(grid.max()) > 255 else 1
    pack = zstandard.ZstdCompressor(level=LEVEL).compress
    axes = _axes_bytes(slab.axes)
    form, count, frame = GRID, grid.size, pack(axes + _column(grid, width))
    rough = roughness(grid) if grid.size and grid.ndim else None
    if rough is None or rough.min() - 1 / max(grid.shape) <= TOO_ROUGH:
        boxes = compress(grid, rough)
        count = len(boxes)
        packed = pack(axes + b"".join(_columns(boxes, width)))
        if len(packed) <= len(frame):
            form, frame = BOXES, packed
    fields = (MAGIC, VERSION, form, grid.ndim, width)
    crc = _checksum(HEADER.pack(*fields, 0, count, grid.size), frame, context)
    return Encoded(HEADER.pack(*fields, crc, count, grid.size) + frame, grid.size, count)


def decode(blob: bytes, context: bytes = b"") -> Slab:
    """Read a slab that was written with the same context."""
    if len(blob) < HEADER.size:
        raise CorruptError(f"{len(blob)} bytes are no slab")
    header, frame = blob[: HEADER.size], blob[HEADER.size :]
    magic, version, form, rank, width, crc, count, points = HEADER.unpack(header)
    if magic != MAGIC:
        raise CorruptError("no slab: it begins with other bytes")
    if version != VERSION:
        raise CorruptError(f"version {version} of the format; this is version {VERSION}")
    unsigned = HEADER.pack(magic, version, form, rank, width, 0, count, points)
    if crc != _checksum(unsigned, frame, context):
        raise CorruptError("its checksum is wrong")
    try:
        content = zstandard.ZstdDecompressor().decompress(frame)
        axes, offset = _axes_from(content, rank)
        shape = tuple(len(axis) for axis in axes)
        if form == GRID:
            return Slab(
                axes, _read(content, offset, points, width).astype(np.uint16).reshape(shape)
            )
        return Slab(axes, expand(_boxes_from(content, offset, shape, count, width)))
    except (zstandard.ZstdError, ValueError) as error:
        raise CorruptError(f"its content is wrong: {error}") from error


def _checksum(header: bytes, frame: bytes, context: bytes) -> int:
    return zlib.crc32(frame, zlib.crc32(header, zlib.crc32(context)))


def _axes_bytes(axes: tuple[tuple[int, ...], ...]) -> bytes:
    lengths = np.array([len(axis) for axis in axes], "<u4")
    return lengths.tobytes() + b"".join(np.array(axis, "<i8").tobytes() for axis in axes)


def _axes_from(content: bytes, rank: int) -> tuple[tuple[tuple[int, ...], ...], int]:
    """The axes, and where they end."""
    axes, offset = [], 4 * rank
    for n in np.frombuffer(content, "<u4", rank).tolist():
        axes.append(tuple(np.frombuffer(content, "<i8", n, offset).tolist()))
        offset += 8 * n
    return tuple(axes), offset


def _columns(boxes: Boxes, width: int) -> Iterator[bytes]:
    for k, n in enumerate(boxes.shape):
        yield _column(boxes.low[:, k], _width(n))
        yield _column(boxes.high[:, k] - boxes.low[:, k], _width(n))
    yield _column(boxes.value, width)


def _boxes_from(
    content: bytes, offset: int, shape: tuple[int, ...], count: int, width: int
) -> Boxes:
    low, high = (np.empty((count, len(shape)), np.int32) for _ in range(2))
    for k, n in enumerate(shape):
        for side in (low, high):
            side[:, k] = _read(content, offset, count, _width(n))
            offset += count * _width(n)
        high[:, k] += low[:, k]
    return Boxes(shape, low, high, _read(content, offset, count, width).astype(np.uint16))


def _width(extent: int) -> int:
    """The bytes of a coordinate, or of how far two are apart."""
    return 1 if extent <= 1 << 8 else 2 if extent <= 1 << 16 else 4


def _column(numbers: NDArray[Any], width: int) -> bytes:
    return numbers.astype(f"<u{width}").tobytes()


def _read(content: bytes, offset: int, count: int, width: int) -> NDArray[Any]:
    return np.frombuffer(content, f"<u{width}", count, offset)
