"""Boxes, grids and slabs: how well they compress, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from morello_mlir.table import boxes as boxes_module
from morello_mlir.table.boxes import Boxes, Grid16, compress, expand, lookup, roughness
from morello_mlir.table.grid import Grid, Slab
from morello_mlir.table.table import Table


def decisions(shape: tuple[int, ...], actions: int, seed: int = 0) -> Grid16:
    """What a search leaves: the cheapest of Actions of affine cost that need capacities."""
    rng = np.random.default_rng(seed)
    sides = np.meshgrid(*(np.arange(n) for n in shape), indexing="ij", sparse=True)
    least, best = np.full(shape, np.inf), np.zeros(shape, np.uint16)
    for action in range(1, actions + 1):
        cost: Any = rng.uniform(0, 30) + sum(rng.uniform(0, 3) * s for s in sides[:3])
        fits = np.ones(shape, np.bool_)
        for side in sides[3:]:
            one, other = rng.choice(3, 2)
            need = rng.uniform(0, 6) + rng.uniform(0, 1.5) * (sides[one] + sides[other])
            fits &= (side >= np.floor(need)) | (rng.random() < 0.4)
        better = fits & (cost < least)
        least, best = np.where(better, cost, least), np.where(better, action, best)
    return best.astype(np.uint16)


def test_decisions_take_few_boxes() -> None:
    grid = decisions((11, 11, 11, 8, 10, 7), 60)
    boxes = compress(grid)
    assert np.array_equal(expand(boxes), grid)
    assert len(np.unique(grid)) > 10
    assert boxes.points / len(boxes) > 200


def test_the_boxes_are_the_same_every_time() -> None:
    grid = decisions((9, 9, 9, 5, 6), 30, seed=1)
    one, two = compress(grid), compress(np.asfortranarray(grid))
    assert np.array_equal(one.low, two.low) and np.array_equal(one.high, two.high)
    assert np.array_equal(one.value, two.value)


def test_a_constant_is_one_box_and_a_cut_makes_two() -> None:
    grid = np.full((4, 5, 1, 6), 7, np.uint16)
    assert len(compress(grid)) == 1
    grid[:, 3:] = 8
    boxes = compress(grid)
    assert boxes.low.tolist() == [[0, 0, 0, 0], [0, 3, 0, 0]]
    assert boxes.high.tolist() == [[3, 2, 0, 5], [3, 4, 0, 5]]


def test_runs_do_not_go_on_in_the_next_row() -> None:
    grid = np.array([[1, 2, 2], [2, 2, 3]], np.uint16)
    boxes = compress(grid)
    assert len(boxes) == 4 and np.array_equal(expand(boxes), grid)


@pytest.mark.parametrize("shape", [(0,), (3, 0, 2), ()])
def test_grids_of_no_point_or_no_axis(shape: tuple[int, ...]) -> None:
    grid = np.zeros(shape, np.uint16)
    boxes = compress(grid)
    assert len(boxes) == grid.size
    assert np.array_equal(expand(boxes), grid)


def test_roughness_counts_the_beginnings_of_runs() -> None:
    grid = np.array([[1, 1, 1, 1], [2, 2, 3, 3]], np.uint16)
    assert roughness(grid).tolist() == [1.0, 3 / 8]


def test_boxes_that_do_not_cover_the_grid_are_refused() -> None:
    low = np.zeros((1, 2), np.int32)
    with pytest.raises(ValueError, match="boxes of 1 points in a grid of 4"):
        expand(Boxes((2, 2), low, low, np.ones(1, np.uint16)))


def test_lookup_compares_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = np.random.default_rng(0).integers(0, 3, (30, 30)).astype(np.uint16)
    boxes = compress(grid)
    points = np.random.default_rng(1).integers(0, 30, (3, 2))
    many = np.random.default_rng(1).integers(0, 30, (50, 4, 2))
    monkeypatch.setattr(boxes_module, "COMPARED", len(boxes))
    monkeypatch.setattr(Boxes, "points", 10**9)
    assert np.array_equal(lookup(boxes, points), grid[tuple(points.T)])
    assert np.array_equal(lookup(boxes, many), grid[many[..., 0], many[..., 1]])


def test_a_table_joins_what_is_put_side_by_side() -> None:
    table = Table(2)
    for x in range(10):
        table.put((x, 0), (x, 4), 3)
    assert (table.boxes, table.points, table.compression) == (1, 50, 50.0)
    table.put((2, 2), (3, 3), 3)
    assert table.boxes == 1
    table.put((2, 2), (3, 3), 4)
    assert table.get((2, 2)) == 4 and table.get((2, 1)) == 3 and table.get((10, 0)) is None
    table.put((2, 2), (3, 3), 3)
    table.put((0, 0), (9, 4), 3)
    assert table.items() == [((0, 0), (9, 4), 3)]


def test_a_table_refuses_boxes_of_another_rank_and_empty_ones() -> None:
    table = Table(2)
    with pytest.raises(ValueError, match="2 axes"):
        table.put((1,), (2,), 0)
    with pytest.raises(ValueError, match="empty box"):
        table.put((1, 1), (2, 0), 0)


def test_slabs_of_two_shapes_share_the_points_of_both_ladders() -> None:
    stored = Grid(((1, 2, 4, 8, 1000), (0, 64)))
    wanted = Grid(((1, 2, 4, 8, 16, 1024), (64, 128)))
    here, there = wanted.overlap(stored)
    assert [a.tolist() for a in here] == [[0, 1, 2, 3], [0]]
    assert [a.tolist() for a in there] == [[0, 1, 2, 3], [1]]


def test_what_is_not_on_a_grid() -> None:
    grid = Grid(((1, 2, 1000), (0, 64)))
    assert grid.coordinates((1000, 64)).tolist() == [2, 1]
    assert grid.contains([(1000, 64), (999, 64), (1, 65)]).tolist() == [True, False, False]
    with pytest.raises(KeyError, match=r"\(999, 64\) is not on the grid"):
        grid.coordinates([(1000, 64), (999, 64)])
    with pytest.raises(IndexError, match="outside"):
        grid.values((3, 0))
    with pytest.raises(ValueError, match="grids of 2 and 1 axes"):
        grid.overlap(Grid(((1,),)))
    with pytest.raises(ValueError, match="do not ascend"):
        Grid(((1, 1),))


def test_slabs_are_checked() -> None:
    with pytest.raises(TypeError, match="not uint16"):
        Slab(((1, 2),), np.zeros(2, np.int64))
    with pytest.raises(ValueError, match="over a grid"):
        Slab(((1, 2),), np.zeros(3, np.uint16))
