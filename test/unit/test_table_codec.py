"""Slabs as bytes: their size, and that damage is noticed."""

from __future__ import annotations

import numpy as np
import pytest

from morello_mlir.table import codec
from morello_mlir.table.boxes import Grid16, compress, expand
from morello_mlir.table.codec import CorruptError, decode, encode
from morello_mlir.table.grid import Slab


def slab(grid: Grid16) -> Slab:
    return Slab(tuple(tuple(1 << i for i in range(n)) for n in grid.shape), grid)


def smooth() -> Slab:
    grid = np.zeros((8, 9, 10), np.uint16)
    grid[3:, 2:7] = 5
    grid[:, :, 9] = 300
    return slab(grid)


def noise() -> Slab:
    return slab(np.random.default_rng(0).integers(0, 1 << 16, (10, 11, 12)).astype(np.uint16))


@pytest.mark.parametrize("make", [smooth, noise])
def test_every_flipped_byte_is_noticed(make: object) -> None:
    assert callable(make)
    written = make()
    blob = encode(written, b"key").blob
    assert decode(blob, b"key") == written
    for place in range(len(blob)):
        for flip in (1, 0x80, 0xFF):
            damaged = bytearray(blob)
            damaged[place] ^= flip
            with pytest.raises(CorruptError):
                decode(bytes(damaged), b"key")


def test_other_damage_is_noticed() -> None:
    blob = encode(smooth(), b"key").blob
    for size in range(len(blob)):
        with pytest.raises(CorruptError):
            decode(blob[:size], b"key")
    for wrong in (blob + b"\0", blob[1:], b"\0" * len(blob), b""):
        with pytest.raises(CorruptError):
            decode(wrong, b"key")
    with pytest.raises(CorruptError, match="checksum"):
        decode(blob, b"another key")


def test_a_later_version_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = encode(smooth()).blob
    monkeypatch.setattr(codec, "VERSION", 2)
    with pytest.raises(CorruptError, match="version 1 of the format; this is version 2"):
        decode(blob)


def test_wrong_content_under_a_right_checksum_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "_checksum", lambda *_: 0)
    blob = encode(smooth()).blob
    for size in (len(blob) - 9, codec.HEADER.size + 3):
        with pytest.raises(CorruptError, match="content is wrong"):
            decode(blob[:size])


def test_noise_takes_two_bytes_per_point_and_decisions_hardly_any() -> None:
    wild = noise()
    assert len(encode(wild).blob) < 2 * wild.decisions.size + 200
    few = slab(wild.decisions % 4)
    assert encode(few).boxes == few.decisions.size  # as no boxes were tried
    even = slab(np.repeat(np.arange(64, dtype=np.uint16), 4096).reshape(32, 2, 16, 16, 16))
    encoded = encode(even)
    assert (encoded.points, encoded.boxes) == (64 * 4096, 64)
    assert len(encoded.blob) < 1000


def test_where_boxes_take_more_bytes_the_grid_is_written() -> None:
    grid = np.zeros((60, 60, 60), np.uint16)
    rng = np.random.default_rng(0)
    grid[rng.random(grid.shape) < 0.05] = 1
    encoded = encode(slab(grid))
    assert encoded.boxes < grid.size / 4
    assert len(encoded.blob) < grid.size / 12
    assert decode(encoded.blob) == slab(grid)


@pytest.mark.parametrize("most", [0, 255, 256, 65535])
def test_values_of_one_byte_and_of_two(most: int) -> None:
    for grid in (np.full((3, 4), most), np.random.default_rng(0).integers(0, most + 1, (30, 40))):
        one = slab(grid.astype(np.uint16))
        assert decode(encode(one).blob) == one


@pytest.mark.parametrize("extent", [256, 257, 300, 65_536, 65_537, 70_000])
def test_boxes_along_long_axes(extent: int) -> None:
    cuts = np.array([1, extent // 3, extent - 1, extent])
    grid = np.where(np.arange(extent)[:, np.newaxis] < cuts, 700, 99).astype(np.uint16)
    boxes = compress(grid)
    columns = b"".join(codec._columns(boxes, 2))
    read = codec._boxes_from(columns, 0, grid.shape, len(boxes), 2)
    assert np.array_equal(expand(read), grid)


def test_what_is_read_can_be_written_to() -> None:
    for one in (smooth(), noise()):
        decode(encode(one).blob).decisions[0, 0] = 1
