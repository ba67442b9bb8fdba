"""Layouts: their index expression is a bijection, and their text is read back."""

from __future__ import annotations

from itertools import pairwise, product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morello_mlir.layout import (
    Layout,
    Part,
    lane_parts,
    parse_layout,
    permuted,
    print_layout,
    row_major,
)

NAMES = ("m", "n", "k")


@st.composite
def layouts(draw: st.DrawFn) -> tuple[Layout, tuple[int, ...]]:
    rank = draw(st.integers(1, 3))
    parts = list(draw(st.permutations([Part(d) for d in range(rank)])))
    for _ in range(draw(st.integers(0, 3))):
        parts.append(Part(draw(st.integers(0, rank - 1)), draw(st.sampled_from([2, 3, 4]))))
    shape = tuple(draw(st.integers(1, 9)) for _ in range(rank))
    return Layout(tuple(parts)), shape


@given(layouts())
def test_offsets_are_a_bijection_into_the_buffer(case: tuple[Layout, tuple[int, ...]]) -> None:
    layout, shape = case
    offsets = [layout.offset(i, shape) for i in product(*map(range, shape))]
    assert len(set(offsets)) == prod(shape)
    assert min(offsets) == 0
    assert max(offsets) < layout.size(shape)


@given(layouts(), st.data())
@settings(max_examples=200)
def test_stride_along_is_what_walking_finds(
    case: tuple[Layout, tuple[int, ...]], data: st.DataObject
) -> None:
    layout, shape = case
    dim = data.draw(st.integers(0, len(shape) - 1))
    align = data.draw(st.sampled_from([0, 1, 2, 3, 4, 8]))
    extent = data.draw(st.integers(2, 9))
    starts = range(0, shape[dim] - extent + 1, align or shape[dim])
    step = layout.stride_along(dim, extent, align, shape)
    index = [0] * len(shape)
    for start in starts if step is not None else ():
        walk = []
        for i in range(start, start + extent):
            index[dim] = i
            walk.append(layout.offset(index, shape))
        assert {b - a for a, b in pairwise(walk)} == {step}


@given(layouts(), st.booleans())
def test_text_is_read_back(case: tuple[Layout, tuple[int, ...]], registers: bool) -> None:
    layout, shape = case
    names = NAMES[: len(shape)]
    lanes = 0
    if registers and layout.parts[-1].size:
        lanes = layout.parts[-1].size
    assert parse_layout(print_layout(layout, names, lanes), names) == (layout, lanes)


def test_panels() -> None:
    layout, lanes = parse_layout("[n/32][k][32n]", ("k", "n"))
    assert layout == Layout((Part(1), Part(0), Part(1, 32)))
    assert lanes == 0
    assert layout.physical_shape((64, 100)) == (4, 64, 32)
    assert layout.offset((3, 33), (64, 100)) == 1 * 64 * 32 + 3 * 32 + 1


def test_blocks_inside_of_blocks() -> None:
    layout, _ = parse_layout("[n/32][k][32n/8][8n]", ("k", "n"))
    assert [layout.step(i) for i in range(4)] == [32, 1, 8, 1]
    assert layout.physical_index((3, 45)) == (1, 3, 1, 5)
    assert layout.physical_shape((5, 70)) == (3, 5, 4, 8)


def test_registers_of_pairs() -> None:
    layout, lanes = parse_layout("[k/2][n/16]<16n 2k>", ("k", "n"))
    assert lanes == 32
    assert lane_parts(layout, lanes) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[n/32][k]", "outer part|steps by 32"),
        ("[n][k][32n]", "steps by 1"),
        ("[n/32][32n]", "leaves out dimension k"),
        ("[q][k]", "names no dimension"),
        ("[k][n", "not a layout"),
        ("[k n]", "one dimension per"),
        ("<16n>[k]", "<...> comes last|one dimension"),
        ("", "not a layout"),
        ("[n/16][k][24n/16]", "whole number"),
        ("[16n][n/16][k]", "outer part"),
    ],
)
def test_errors(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_layout(text, ("k", "n"))


def test_permutations_and_gaps() -> None:
    assert permuted((1, 0)).physical_strides((3, 5)) == (3, 1)
    assert Layout(row_major(2).parts, (48, 1)).offset((2, 3), (20, 30)) == 99
