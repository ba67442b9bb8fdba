"""Impl trees: children and labels, exchanging a child, what is open, the printed lines."""

from __future__ import annotations

import pytest
from engine import exponential, matmul, target

from morello_mlir.action import Accumulate, Finish, Move, SplitReduction, Tile
from morello_mlir.impl import (
    Impl,
    Leaf,
    Loop,
    Open,
    children,
    headline,
    open_specs,
    render,
    with_child,
)
from morello_mlir.spec import Start


def labels(impl: Impl) -> list[str]:
    return [label for label, _ in children(impl)]


def test_children_come_in_the_order_they_run() -> None:
    machine = target()
    assert labels(Open(matmul())) == []
    assert labels(Tile("m", 6).apply(matmul(), machine)) == ["main", "rest"]
    assert labels(Tile("m", 5).apply(matmul(), machine)) == ["main"]
    assert labels(Accumulate().apply(matmul(), machine)) == ["fill", "main"]
    assert labels(Move("A", "L2", "[k][m]").apply(matmul(), machine)) == ["load", "main"]
    first = matmul(start=Start.FIRST)
    assert labels(Move("C", "L2", "[n][m]").apply(first, machine)) == ["main", "store", "combine"]
    split = SplitReduction("k", 3).apply(matmul(1, 1, 64), machine)
    assert labels(split) == ["main", "rest", "combine"]


@pytest.mark.parametrize("label", ["main", "rest"])
def test_exchanging_a_child_leaves_the_others(label: str) -> None:
    impl = Tile("m", 6).apply(matmul(), target())
    before = dict(children(impl))
    done = Finish().apply(before[label].spec, target())
    after = dict(children(with_child(impl, label, done)))
    assert after == {**before, label: done}
    assert dict(children(impl)) == before
    with pytest.raises(KeyError):
        with_child(impl, "load", done)


def test_open_goals_in_the_order_they_run() -> None:
    spec = matmul(100)
    assert list(open_specs(Open(spec))) == [spec]
    impl = Tile("m", 6).apply(spec, target())
    assert [s.extents["m"] for s in open_specs(impl)] == [6, 4]
    assert isinstance(impl, Loop) and impl.rest is not None
    impl = with_child(impl, "main", Accumulate().apply(impl.body.spec, target()))
    assert [(s.extents["m"], s.combine is None) for s in open_specs(impl)] == [
        (6, True),
        (6, False),
        (4, False),
    ]
    impl = with_child(impl, "main", Finish().apply(matmul(6), target()))
    assert [s.extents["m"] for s in open_specs(impl)] == [4]


def test_the_line_of_a_node() -> None:
    machine = target()
    spec = matmul()
    assert headline(Tile("m", 6).apply(spec, machine)) == "for m in 16 x 6 + 4"
    assert headline(Tile("m", 5, "unrolled").apply(spec, machine)) == "for m in 20 x 5 unrolled"
    assert headline(Move("A", "L1").apply(spec, machine)) == "A now in L1"
    assert headline(Move("B", "L2", "[n/32][k][32n]").apply(spec, machine)) == (
        "B to L2 [n/32][k][32n]"
    )
    assert headline(Accumulate().apply(spec, machine)) == "start C at the neutral element"
    assert headline(SplitReduction("k", 4, "L2").apply(spec, machine)) == "partial C in L2"
    leaf = Finish().apply(exponential(1, 16), machine)
    assert isinstance(leaf, Leaf) and headline(leaf) == "lanes"


def test_children_are_indented_and_labelled_but_for_the_main_one() -> None:
    impl = Tile("m", 6).apply(matmul(), target())
    first, main, rest = render(impl).split("\n")
    assert first == "for m in 16 x 6 + 4"
    assert main.startswith("  open C:f32[m, n] += 0 mulf(")
    assert rest.startswith("  rest: open C:f32[m, n] += 0 mulf(")
    assert " | m=4 n=96 k=64 | " in rest


def test_an_open_line_says_where_operands_are() -> None:
    impl = Move("B", "L2", "[n/32][k][32n]").apply(matmul(6, 64, 8), target())
    *_, main = render(impl).split("\n")
    assert main.endswith("| m=6 n=64 k=8 | A mem, B L2 [n/32][k][32n], C mem")
