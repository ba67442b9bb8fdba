"""Lanes in memory: which move together, under which mask, and that nothing else is touched."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from morello_mlir.dtype import BF16, F32, F64, I8, DType
from morello_mlir.layout import Layout, Part, parse_layout, row_major
from morello_mlir.linear import Linear
from morello_mlir.passes.emit.access import Run, can_mask, halves, load, mask, runs, store
from morello_mlir.passes.emit.view import Elements, MemoryView
from morello_mlir.passes.emit.writer import Writer
from morello_mlir.target.cpus import cpu_target
from morello_mlir.target.target import Target

V3, SKX = cpu_target("x86-64-v3"), cpu_target("skylake-avx512")


def view(
    layout: Layout,
    shape: Sequence[int],
    start: Sequence[Linear | int] = (),
    dtype: DType = F32,
) -> MemoryView:
    """A window of a buffer that starts at `start` (at 0 if not given)."""
    given = start or [0] * len(shape)
    at = tuple(s if isinstance(s, Linear) else Linear((), s) for s in given)
    size = layout.size(shape)
    kind, strides = f"memref<{size}x{dtype.mlir}>", layout.physical_strides(shape)
    return MemoryView("%m", kind, dtype, layout, tuple(shape), strides, at, Linear())


def row(count: int, dtype: DType = F32, size: int = 64) -> tuple[MemoryView, list[tuple[int]]]:
    return view(row_major(1), (size,), dtype=dtype), [(i,) for i in range(count)]


def found(where: MemoryView, lanes: Sequence[tuple[int, ...] | None]) -> list[tuple[int, int, str]]:
    return [(r.lane, r.length, str(r.address)) for r in runs(where, Elements.of(lanes), Writer())]


def padded(lanes: Sequence[tuple[int, ...]], count: int) -> list[tuple[int, ...] | None]:
    return [*lanes, *[None] * (count - len(lanes))]


def test_a_row_is_one_run() -> None:
    where, lanes = row(8)
    assert found(where, lanes) == [(0, 8, "0")]


def test_a_column_is_as_many_runs() -> None:
    where = view(row_major(2), (4, 6))
    assert found(where, [(i, 0) for i in range(4)]) == [(i, 1, str(6 * i)) for i in range(4)]


def test_a_column_of_a_column_major_tensor_is_one_run() -> None:
    where = view(Layout((Part(1), Part(0))), (4, 6))
    assert found(where, [(i, 0) for i in range(4)]) == [(0, 4, "0")]


def test_lanes_that_are_not_valid_end_the_run() -> None:
    where, lanes = row(5)
    assert found(where, padded(lanes, 8)) == [(0, 5, "0")]


def test_lanes_that_are_not_valid_may_lie_between() -> None:
    where, _ = row(8)
    assert found(where, [(0,), None, (1,), None]) == [(0, 1, "0"), (2, 1, "1")]
    assert found(where, [None, None, (0,), (1,)]) == [(2, 2, "0")]


def test_rows_that_follow_each_other_are_one_run() -> None:
    lanes = [(i, j) for i in range(2) for j in range(4)]
    assert found(view(row_major(2), (2, 4)), lanes) == [(0, 8, "0")]
    assert found(view(row_major(2), (2, 6)), lanes) == [(0, 4, "0"), (4, 4, "6")]
    gap = Layout((Part(0), Part(1)), (10, 1))
    assert found(view(gap, (2, 4)), lanes) == [(0, 4, "0"), (4, 4, "10")]


def test_a_stride_within_rows() -> None:
    apart = Layout((Part(0), Part(1)), (24, 3))
    assert found(view(apart, (4, 8)), [(0, j) for j in range(3)]) == [
        (0, 1, "0"),
        (1, 1, "3"),
        (2, 1, "6"),
    ]


def test_one_element_for_all_lanes() -> None:
    where, _ = row(1)
    assert found(where, [(3,), (3,)]) == [(0, 1, "3"), (1, 1, "3")]


def test_the_window_starts_at_a_loop_variable() -> None:
    where = view(row_major(2), (32, 48), (Linear.var("%i", 2), Linear.var("%j", 16)))
    assert found(where, [(1, j) for j in range(16)]) == [(0, 16, "96*%i + 16*%j + 48")]


def test_panels() -> None:
    panels, _ = parse_layout("[n/16][k][16n]", ("k", "n"))
    lanes = [(0, j) for j in range(16)]
    aligned = view(panels, (10, 64), (Linear.var("%k"), Linear.var("%j", 16)))
    writer = Writer()
    writer.ranges.update({"%k": 10, "%j": 4})
    (run,) = runs(aligned, Elements.of(lanes), writer)
    assert (run.lane, run.length, str(run.address)) == (0, 16, "160*%j + 16*%k")
    assert not writer.lines


def test_a_walk_from_one_panel_into_the_next() -> None:
    panels, _ = parse_layout("[n/16][k][16n]", ("k", "n"))
    lanes = [(0, j) for j in range(16)]
    assert found(view(panels, (10, 64), (0, 8)), lanes) == [(0, 8, "8"), (8, 8, "160")]


def test_pairs_that_lie_together() -> None:
    pairs, _ = parse_layout("[k/2][16n][2k]".replace("[16n]", "[n]"), ("k", "n"))
    where = view(pairs, (4, 8))
    assert found(where, [(k, n) for n in range(4) for k in range(2)]) == [(0, 8, "0")]
    assert found(where, [(0, n) for n in range(3)]) == [(0, 1, "0"), (1, 1, "2"), (2, 1, "4")]


@pytest.mark.parametrize("count", range(1, 33))
@pytest.mark.parametrize(
    "text", ["[m][n]", "[n][m]", "[n/8][m][8n]", "[n/4][m/2][4n][2m]", "[m/3][n/5][3m][5n]"]
)
@pytest.mark.parametrize("start", [(0, 0), (1, 3), (5, 8)])
def test_runs_are_the_layout(text: str, count: int, start: tuple[int, int]) -> None:
    """Every valid lane once, at the offset that the layout says."""
    layout, _ = parse_layout(text, ("m", "n"))
    shape = (8, 40)
    where = view(layout, shape, start)
    lanes = [(0, i) for i in range(count)]
    expected = [
        layout.offset((start[0], start[1] + i), shape)
        for i in range(count)
    ]  # fmt: skip
    parts = runs(where, Elements.of(lanes), Writer())
    assert all(not r.address.terms for r in parts)
    assert [r.lane + i for r in parts for i in range(r.length)] == list(range(count))
    assert [r.address.const + i for r in parts for i in range(r.length)] == expected


@pytest.mark.parametrize("length", range(1, 65))
def test_halves_cover_a_run(length: int) -> None:
    parts = list(halves([Run(3, length, Linear((), 10))]))
    assert all(p.length & (p.length - 1) == 0 for p in parts)
    assert [p.lane + i for p in parts for i in range(p.length)] == list(range(3, 3 + length))
    assert [p.address.const - p.lane for p in parts] == [7] * len(parts)


def test_where_masks_are_one_instruction() -> None:
    assert [can_mask(V3, b) for b in (1, 2, 4, 8)] == [False, False, True, True]
    assert [can_mask(SKX, b) for b in (1, 2, 4, 8)] == [True] * 4


def test_a_mask_is_written_once() -> None:
    writer = Writer()
    assert mask(5, 8, writer) == mask(5, 8, writer)
    assert mask(6, 8, writer) != mask(5, 8, writer)
    assert len(writer.prologue) == 2
    assert "vector.constant_mask [5] : vector<8xi1>" in writer.prologue[0]


def loaded(where: MemoryView, lanes: Sequence[tuple[int, ...] | None], on: Target) -> str:
    writer = Writer()
    load(where, Elements.of(lanes), writer, on)
    return writer.text()


def stored(where: MemoryView, lanes: Sequence[tuple[int, ...] | None], on: Target) -> str:
    writer = Writer()
    store("%value", where, Elements.of(lanes), writer, on)
    return writer.text()


def test_a_full_row_is_one_move() -> None:
    where, lanes = row(8)
    for on in (V3, SKX):
        text = loaded(where, lanes, on)
        assert "vector.load %m[" in text and "vector<8xf32>" in text and "mask" not in text
        text = stored(where, lanes, on)
        assert text.count("vector.store %value") == 1 and "mask" not in text


@pytest.mark.parametrize(
    ("dtype", "count", "on", "masked"),
    [
        (F32, 8, V3, True),
        (F64, 4, V3, True),
        (BF16, 16, V3, False),
        (I8, 32, V3, False),
        (F32, 16, SKX, True),
        (BF16, 32, SKX, True),
        (I8, 64, SKX, True),
    ],
)
def test_a_row_that_is_not_full(dtype: DType, count: int, on: Target, masked: bool) -> None:
    where, lanes = row(count - 1, dtype)
    partial = padded(lanes, count)
    inside, outside = loaded(where, partial, on), stored(where, partial, on)
    assert ("vector.maskedload" in inside) == masked
    assert ("vector.maskedstore" in outside) == masked
    for text in (inside, outside):
        assert (f"vector.constant_mask [{count - 1}] : vector<{count}xi1>" in text) == masked
        if not masked:
            wide = f": {where.kind}, vector<{count}x{dtype.mlir}>"
            assert not [li for li in text.splitlines() if "%m[" in li and wide in li]


def test_lanes_that_are_not_valid_read_as_zero() -> None:
    where, lanes = row(3)
    text = loaded(where, padded(lanes, 8), SKX)
    zero = text.split(" = arith.constant dense<0.0> : vector<8xf32>")[0].split()[-1]
    assert f", {zero} : memref<64xf32>" in text


def test_a_mask_is_for_the_first_lanes_only() -> None:
    """Valid lanes in the middle go one run at a time."""
    where, _ = row(8)
    text = stored(where, [None, None, (0,), (1,)], SKX)
    assert "mask" not in text.replace("%mask", "")
    assert "vector<2xf32>" in text


def test_one_lane_is_a_scalar() -> None:
    where, lanes = row(1)
    assert "memref.load %m[" in loaded(where, lanes, SKX)
    assert "memref.store %value, %m[" in stored(where, lanes, SKX)
