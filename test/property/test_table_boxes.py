"""Boxes, tables and grids against plain dictionaries and arrays."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morello_mlir.table.boxes import Boxes, Grid16, compress, expand, find, lookup, merge, subtract
from morello_mlir.table.codec import decode, encode
from morello_mlir.table.grid import Grid, Slab
from morello_mlir.table.table import Table

Box = tuple[tuple[int, ...], tuple[int, ...]]


@st.composite
def grids(draw: st.DrawFn) -> Grid16:
    """Noise of few or many values, some of it stretched, so that boxes of all sorts come about."""
    rank = draw(st.integers(0, 5))
    extents = st.integers(1, 12 if rank < 3 else 5)
    shape = tuple(draw(st.lists(extents, min_size=rank, max_size=rank)))
    values = draw(st.sampled_from([(0,), (0, 1), (0, 1, 65535), tuple(range(300))]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    stretches = [draw(st.sampled_from((1, 2, 12))) for _ in shape]
    coarse = rng.choice(values, [-(-n // s) for n, s in zip(shape, stretches, strict=True)])
    for k, (n, stretch) in enumerate(zip(shape, stretches, strict=True)):
        coarse = np.repeat(coarse, stretch, axis=k).take(range(n), axis=k)
    return np.array(coarse, np.uint16)


@st.composite
def boxes_in(draw: st.DrawFn, rank: int, extent: int = 6) -> Box:
    corners = st.lists(st.integers(-1, extent), min_size=rank, max_size=rank)
    pairs = [sorted(p) for p in zip(draw(corners), draw(corners), strict=True)]
    return tuple(p[0] for p in pairs), tuple(p[1] for p in pairs)


def points_of(low: tuple[int, ...], high: tuple[int, ...]) -> list[tuple[int, ...]]:
    return list(itertools.product(*(range(a, b + 1) for a, b in zip(low, high, strict=True))))


def dictionary(boxes: Boxes) -> dict[tuple[int, ...], int]:
    """Point by point, and no point twice."""
    found: dict[tuple[int, ...], int] = {}
    for low, high, value in zip(boxes.low, boxes.high, boxes.value, strict=True):
        for point in points_of(tuple(low.tolist()), tuple(high.tolist())):
            assert point not in found
            found[point] = int(value)
    return found


@settings(deadline=None, max_examples=200)
@given(grids())
def test_boxes_cover_the_grid_exactly(grid: Grid16) -> None:
    boxes = compress(grid)
    assert dictionary(boxes) == {p: int(grid[p]) for p in np.ndindex(*grid.shape)}
    assert np.array_equal(expand(boxes), grid) and expand(boxes).flags.c_contiguous
    assert boxes.points == grid.size


@settings(deadline=None, max_examples=100)
@given(grids())
def test_no_two_boxes_can_be_joined(grid: Grid16) -> None:
    boxes = compress(grid)
    if grid.ndim:
        assert len(merge(boxes.low, boxes.high, boxes.value)[2]) == len(boxes)


@settings(deadline=None, max_examples=100)
@given(grids().filter(lambda grid: grid.ndim > 0), st.integers(0, 2**32))
def test_expand_takes_boxes_in_any_order_and_cut_anyhow(grid: Grid16, seed: int) -> None:
    rng = np.random.default_rng(seed)
    boxes = compress(grid)
    cut = boxes.low[rng.integers(len(boxes))]
    low, high, source = subtract(boxes.low, boxes.high, cut, cut)
    value = np.append(boxes.value[source], grid[tuple(cut)])
    order = rng.permutation(len(value))
    lows, highs = np.vstack((low, cut))[order], np.vstack((high, cut))[order]
    cut_up = Boxes(grid.shape, lows, highs, value[order])
    assert np.array_equal(expand(cut_up), grid)


@settings(deadline=None, max_examples=100)
@given(grids(), st.integers(0, 40), st.integers(0, 2**32))
def test_lookup_reads_what_the_grid_holds(grid: Grid16, count: int, seed: int) -> None:
    boxes = compress(grid)
    rng = np.random.default_rng(seed)
    points = rng.integers(0, grid.shape or 1, (count, grid.ndim))
    assert lookup(boxes, points).tolist() == [int(grid[tuple(p)]) for p in points]
    for point in points[:3]:
        assert lookup(boxes, point) == grid[tuple(point)]
        assert len(boxes) > 50 or find(boxes.low, boxes.high, point[np.newaxis])[0] >= 0


@pytest.mark.parametrize("point", [(-1, 0), (0, 3), (2, 0)])
def test_lookup_outside_is_an_error(point: tuple[int, int]) -> None:
    with pytest.raises(IndexError, match="outside"):
        lookup(compress(np.zeros((2, 3), np.uint16)), point)


@settings(deadline=None, max_examples=200)
@given(grids().flatmap(lambda grid: st.tuples(st.just(grid), boxes_in(grid.ndim))))
def test_subtract_is_exact(drawn: tuple[Grid16, Box]) -> None:
    grid, (low, high) = drawn
    boxes = compress(grid)
    left_low, left_high, source = subtract(boxes.low, boxes.high, low, high)
    left = dictionary(Boxes(grid.shape, left_low, left_high, boxes.value[source]))
    taken = set(points_of(low, high))
    assert left == {p: v for p, v in dictionary(boxes).items() if p not in taken}
    assert (np.diff(source) >= 0).all()


@settings(deadline=None, max_examples=150)
@given(
    st.integers(0, 3).flatmap(
        lambda rank: st.tuples(
            st.just(rank),
            st.lists(st.tuples(boxes_in(rank), st.integers(0, 3)), max_size=40),
        )
    )
)
def test_a_table_is_a_dictionary(drawn: tuple[int, list[tuple[Box, int]]]) -> None:
    rank, puts = drawn
    table, plain = Table(rank), dict[tuple[int, ...], int]()
    for (low, high), value in puts:
        table.put(low, high, value)
        plain.update(dict.fromkeys(points_of(low, high), value))
        assert table.points == len(plain)
    found: dict[tuple[int, ...], int] = {}
    for low, high, value in table.items():
        for point in points_of(low, high):
            assert point not in found
            found[point] = value
    assert found == plain
    for point in points_of((-2,) * rank, (7,) * rank):
        assert table.get(point) == plain.get(point)


@settings(deadline=None, max_examples=50)
@given(grids().filter(lambda g: g.ndim > 0 and g.size < 300), st.integers(0, 2**32))
def test_a_table_filled_point_by_point_joins_them(grid: Grid16, seed: int) -> None:
    table = Table(grid.ndim)
    points = list(np.ndindex(*grid.shape))
    for i in np.random.default_rng(seed).permutation(len(points)):
        table.put(points[i], points[i], int(grid[points[i]]))
    assert table.points == grid.size
    low, high, value = (np.array(column) for column in zip(*table.items(), strict=True))
    assert len(merge(low, high, value)[2]) == table.boxes
    assert all(table.get(p) == grid[p] for p in points)


@st.composite
def axes(draw: st.DrawFn, rank: int) -> tuple[tuple[int, ...], ...]:
    values = st.sets(st.integers(-3, 12) | st.integers(-(2**40), 2**40), max_size=8)
    return tuple(tuple(sorted(draw(values))) for _ in range(rank))


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 3).flatmap(axes))
def test_coordinates_and_values_are_inverse(given: tuple[tuple[int, ...], ...]) -> None:
    grid = Grid(given)
    places = list(np.ndindex(*grid.shape))
    where = np.array(places, np.intp).reshape(len(places), len(given))
    values = grid.values(where)
    assert [tuple(v) for v in values.tolist()] == list(itertools.product(*given))
    assert np.array_equal(grid.coordinates(values), where)
    assert grid.contains(values).all()


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 3).flatmap(lambda rank: st.tuples(axes(rank), axes(rank))))
def test_overlap_is_the_points_that_both_have(
    pair: tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]],
) -> None:
    one, other = (Grid(a) for a in pair)
    here, there = one.overlap(other)
    both = set(itertools.product(*pair[0])) & set(itertools.product(*pair[1]))
    shared = [one.values(p).tolist() for p in itertools.product(*here)]
    assert {tuple(v) for v in shared} == both and len(shared) == len(both)
    assert shared == [other.values(p).tolist() for p in itertools.product(*there)]


@settings(deadline=None, max_examples=100)
@given(grids(), st.integers(0, 2**32), st.binary(max_size=8))
def test_a_slab_is_read_back_equal(grid: Grid16, seed: int, context: bytes) -> None:
    rng = np.random.default_rng(seed)
    steps = [rng.integers(1, rng.choice((2, 1000, 2**40)), n) for n in grid.shape]
    slab = Slab(tuple(tuple(np.cumsum(s).tolist()) for s in steps), grid)
    blob, points, boxes = encode(slab, context)
    assert decode(blob, context) == slab
    assert points == grid.size and 0 < boxes <= points
    assert len(blob) <= 2 * grid.size + 10 * sum(grid.shape) + 80
    assert encode(slab, context).blob == blob
