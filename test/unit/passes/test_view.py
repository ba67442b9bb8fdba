"""Views and lanes: where elements are, and when a register holds just the lanes that are wanted."""

from __future__ import annotations

from itertools import product

import pytest

from morello_mlir.dtype import F32
from morello_mlir.layout import parse_layout
from morello_mlir.linear import Linear
from morello_mlir.passes.emit import lane
from morello_mlir.passes.emit.view import Elements, RegisterView, elements, factors_of, shifted
from morello_mlir.passes.emit.writer import Writer
from morello_mlir.spec import Operand

M, N = Linear.var("m"), Linear.var("n")


def registers(
    text: str, start: tuple[int, int] = (0, 0), shape: tuple[int, int] = (8, 32)
) -> RegisterView:
    """A view of registers that are called by their number in the layout."""
    layout, lanes = parse_layout(text, ("m", "n"))
    held = RegisterView(F32, layout, lanes, start)
    for index in product(*map(range, shape)):
        key, _ = RegisterView(F32, layout, lanes, (0, 0)).locate(index)
        held.values.setdefault(key, f"%r{len(held.values)}")
    return held


def test_lanes_along_one_dimension() -> None:
    found = elements((M, N + 3), (("n", 4, 4),))
    assert found == Elements(4, ((0, (0, 3)), (1, (0, 4)), (2, (0, 5)), (3, (0, 6))), along=1)
    assert found.first == (0, 3)
    assert found.are_together


def test_lanes_beyond_an_extent_have_no_element() -> None:
    found = elements((M, N), (("n", 4, 2),))
    assert [number for number, _ in found.valid] == [0, 1]
    assert found.are_together
    assert not Elements.of([None, (0, 0)]).are_together


def test_lanes_along_two_dimensions_walk_along_neither() -> None:
    found = elements((M, N), (("m", 2, 2), ("n", 2, 1)))
    assert found.valid == ((0, (0, 0)), (2, (1, 0)))
    assert elements((M, N), (("m", 2, 2), ("n", 2, 2))).along is None


def test_steps_of_two_are_no_walk() -> None:
    assert elements((M, N * 2), (("n", 4, 4),)).along is None


def test_no_lanes_are_one_element() -> None:
    assert elements((M, N), ()) == Elements(1, ((0, (0, 0)),), along=None)


@pytest.mark.parametrize("text", ["[m][n/8]<8n>", "[n][m/8]<8m>", "[m/2][n/4]<2m 4n>"])
@pytest.mark.parametrize("start", [(0, 0), (0, 8), (0, 3), (2, 4)])
@pytest.mark.parametrize("count", [1, 5, 8])
@pytest.mark.parametrize("along", [0, 1])
def test_a_register_is_taken_whole_only_if_every_lane_is_its_own(
    text: str, start: tuple[int, int], count: int, along: int
) -> None:
    held = registers(text, start, (16, 48))
    walk = [tuple(i if d == along else 0 for d in range(2)) for i in range(count)]
    lanes = Elements.of([*walk, *[None] * (8 - count)])
    places = [held.locate(index) for index in walk]
    whole = all(p == (places[0][0], i) for i, p in enumerate(places))
    writer = Writer()
    value = lane.gather(held, lanes, writer)
    assert (value == held.values[places[0][0]] and not writer.lines) == whole


def test_a_view_that_an_axis_does_not_move_stays_itself() -> None:
    layout, lanes = parse_layout("[m][n/8]<8n>", ("m", "n"))
    held = registers("[m][n/8]<8n>")
    operand = Operand("C", F32, (M, N), (8, 32), None)  # type: ignore[arg-type]
    assert shifted(held, factors_of(operand, "k"), Linear.var("%i")) is held
    moved = shifted(held, factors_of(operand, "n"), 8)
    assert moved == RegisterView(F32, layout, lanes, (0, 8), held.values)
    assert moved.key() == (0, 1)
