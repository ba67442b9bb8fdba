"""Actions on several Specs of which some are results, or sums over what others vary along."""

from __future__ import annotations

import pytest
from engine import target
from reductions import Reduced

from morello_mlir.action import Accumulate, Action, Bufferize, Inline, NotApplicable, Stage, Tile
from morello_mlir.graph import Goal, Graph, specs_of
from morello_mlir.impl import Impl, children
from morello_mlir.schedule import Schedule
from morello_mlir.search.printed import schedule_of

LAYER = Reduced(24, 32, 16, (("row", "sum"), ("column", "max")))
"""V0 is the product, C0 the sum with the bias, C1 has its rows, C2 its columns."""

PLAIN = Reduced(24, 32, 16, (("row", "max"),), bias=False)
"""C0 is the product, C1 has its rows."""


def after(goal: Goal, *actions: Action) -> Goal:
    for action in actions:
        goal = dict(children(action.apply(goal, target())))["main"].spec
    return goal


def applied(case: Reduced, action: Action) -> tuple[Graph, Impl]:
    graph = case.graph(target())
    return graph, action.apply(graph, target())


def test_accumulate_starts_the_sums_that_have_places() -> None:
    graph, impl = applied(LAYER, Accumulate())
    parts = dict(children(impl))
    assert parts["fill"].spec.formula() == "C1:f32[m] = 0.0; C2:f32[n] = 0xFF800000"
    signs = {n.output.name: n.start.value for n in specs_of(parts["main"].spec)}
    assert signs == {"V0": "nothing", "C0": "nothing", "C1": "value", "C2": "value"}
    assert "C1:f32[m] += C0" in after(graph, Accumulate("C1")).formula()
    assert "C2:f32[n] maximum= 0 C0" in after(graph, Accumulate("C1")).formula()


@pytest.mark.parametrize(
    ("actions", "reason"),
    [
        ((Accumulate("V0"),), "value V0: has no place; bufferize it first"),
        ((Accumulate("D"),), "value D: the goal computes V0, C0, C1, C2"),
        ((Accumulate("C0"),), "operand C0: is assigned, not accumulated"),
        ((Accumulate("C1"), Accumulate("C1")), "operand C1: holds a value already"),
        ((Tile("n", 8),), "operand C1: holds nothing yet; accumulate before tiling n"),
        ((Accumulate(), Tile("n", 8, "parallel")), "axis n is a reduction; split_reduction"),
        ((Accumulate(), Tile("k", 8)), "axis k: C0 does not vary along it"),
        ((Accumulate(), Bufferize("C1", "L1")), "value C1: holds a value already"),
        ((Bufferize("V0", "L1"), Bufferize("V0", "L1")), "value V0: has a place already"),
        ((Bufferize("C0", "L1"), Bufferize("C0", "L1")), "value C0: has a place already"),
        ((Bufferize("C0", "L1"), Inline("C0")), "value C0: has a place already"),
        ((Bufferize("V0", "C0"), Inline("C0")), "value C0: has a place already"),
        ((Bufferize("V0", "C0"), Bufferize("C0", "L1")), "value C0: holds V0"),
        ((Bufferize("V0", "L1"), Bufferize("V0", "C0")), "value V0: has a place already"),
        ((Inline("C1"),), "value C1: has a place already"),
    ],
)
def test_refusals(actions: tuple[Action, ...], reason: str) -> None:
    goal = after(LAYER.graph(target()), *actions[:-1])
    with pytest.raises(NotApplicable, match=reason):
        actions[-1].apply(goal, target())


def test_threads_share_what_every_reduction_has() -> None:
    rows = Reduced(24, 32, 16, (("row", "sum"),)).graph(target(threads=2))
    Tile("m", 4, "parallel").apply(rows, target(threads=2))


def test_a_result_is_inlined_and_written() -> None:
    graph, _ = applied(LAYER, Inline("C0"))
    body = "addf(V0:f32[m, n], D:f32[n])"
    inner = after(graph, Inline("C0")).formula()
    assert f"C0:f32[m, n] = {body}; C1:f32[m] += 0 {body}; C2:f32[n] maximum= 0 {body}" in inner


def test_a_result_is_bufferized_and_copied() -> None:
    graph, impl = applied(PLAIN, Bufferize("C0", "L1"))
    inner = after(graph, Bufferize("C0", "L1"))
    assert inner.formula() == (
        "C0b:f32[m, n] += 0 mulf(A:f32[m, k], B:f32[k, n]); "
        "C0:f32[m, n] = C0b:f32[m, n]; C1:f32[m] maximum= 0 C0b:f32[m, n]"
    )
    assert isinstance(inner, Graph) and inner.placed == ("C0b",)
    before, rest = (child.spec for _, child in children(Stage("C0b").apply(inner, target())))
    assert before.extents.keys() == {"m", "n", "k"} and isinstance(rest, Graph)
    assert str(schedule_of(impl, target())) == "bufferize C0 L1 [m][n]"


@pytest.mark.parametrize("text", ["accumulate C1", "accumulate C2\naccumulate C1", "accumulate"])
def test_what_is_started_is_printed(text: str) -> None:
    schedule = Schedule()
    for line in text.splitlines():
        schedule = schedule.accumulate(line.removeprefix("accumulate").strip())
    impl = schedule.apply(LAYER.graph(target()), target())
    wanted = "accumulate C2\naccumulate" if "\n" in text else text
    assert str(schedule_of(impl, target())) == wanted


def test_a_copy_of_a_lent_value_lies_by_itself() -> None:
    goal = after(LAYER.graph(target()), Bufferize("V0", "C0"))
    assert isinstance(goal, Graph)
    lent = goal.made["V0"].output
    assert (lent.within, lent.buffered(lent.shape, lent.placement).within) == ("C0", "")
