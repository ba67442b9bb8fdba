"""What the search makes of products whose rows and columns are reduced."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine import target
from reductions import Reduced

from morello_mlir.dtype import F32
from morello_mlir.expr import Apply
from morello_mlir.graph import Graph
from morello_mlir.impl import Bufferize, Impl, Loop, children
from morello_mlir.price import price
from morello_mlir.search.epilogue import is_hindered, kernel_of
from morello_mlir.search.fusion import Fusion
from morello_mlir.search.known import NOTHING, Found
from morello_mlir.search.scheduler import Scheduler
from morello_mlir.target.strict import strict
from morello_mlir.target.target import Target

EVERY = ("row", "squares"), ("column", "sum"), ("one", "max")
LAYER = Reduced(24, 24, 24, (("row", "sum"),))
CASES = [
    Reduced(100, 96, 64, EVERY),
    Reduced(17, 50, 33, EVERY, bias=False),
    Reduced(31, 33, 7, EVERY[:1], "bf16", stored=False),
    Reduced(5, 70, 12, EVERY[1:], "i8", stored=False, bias=False),
    Reduced(64, 64, 64, (("row", "max"),), "i8"),
    Reduced(9, 1, 40, (("column", "sum"),)),
]


def planned(goal: Graph, machine: Target) -> tuple[Found, Impl]:
    found = Fusion(Scheduler(machine)).plan(goal)
    return found, found.schedule.apply(goal, machine)


def every(impl: Impl) -> list[Impl]:
    return [impl, *(x for _, child in children(impl) for x in every(child))]


@pytest.mark.parametrize("name", ["skylake-avx512", "x86-64-v3"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_price_is_what_the_search_says(case: Reduced, name: str) -> None:
    goal, machine = case.graph(target(name)), target(name)
    found, impl = planned(goal, machine)
    assert price(impl, machine).cycles == pytest.approx(found.cycles, rel=1e-3)


@pytest.mark.parametrize("kind", ["row", "column", "one"])
@pytest.mark.parametrize("stored", [True, False])
def test_products_and_what_they_are_reduced_to_are_one_kernel(kind: str, stored: bool) -> None:
    goal = Reduced(96, 96, 256, ((kind, "sum"),), stored=stored).graph(target())
    found, impl = planned(goal, target())
    plain, _ = planned(Reduced(96, 96, 256, ()).graph(target()), target())
    assert found.cycles < 1.1 * plain.cycles
    assert [x.buffer.placement.in_registers for x in every(impl) if isinstance(x, Bufferize)]
    assert "before" in str(found.schedule) and "accumulate C" in str(found.schedule)


def test_kernels_end_in_reductions_that_nobody_reads() -> None:
    goal = Reduced(8, 8, 8, EVERY).graph(target())
    kernel = kernel_of(goal)
    assert kernel is not None and kernel[2] == ("C0",)
    assert [n.output.name for n in kernel[1].reductions] == ["C1", "C2", "C3"]
    plain = kernel_of(Reduced(8, 8, 8, EVERY, bias=False).graph(target()))
    assert plain is not None and plain[1].value == "C0b" and plain[1].nodes[0].is_copy


def test_the_order_of_terms_is_not_given_up() -> None:
    machine = strict(target())
    for how, done in (("sum", False), ("max", True)):
        goal = Reduced(24, 24, 24, (("row", how),)).graph(machine)
        assert (Fusion(Scheduler(machine)).known.kernel(goal) is not NOTHING) == done


@pytest.mark.parametrize("kind", ["row", "column"])
def test_threads_share_what_is_kept(kind: str) -> None:
    machine = target(threads=2)
    goal = Reduced(512, 512, 256, ((kind, "sum"),)).graph(machine)
    _, impl = planned(goal, machine)
    loops = [x for x in every(impl) if isinstance(x, Loop) and x.order == "parallel"]
    assert {x.axis for x in loops} == {"m" if kind == "row" else "n"}


def test_what_threads_cannot_share_is_apart() -> None:
    machine = target(threads=2)
    goal = Reduced(512, 512, 256, (("row", "sum"), ("column", "sum"))).graph(machine)
    found, impl = planned(goal, machine)
    assert any(isinstance(x, Loop) and x.order == "parallel" for x in every(impl))
    assert found.cycles < Fusion(Scheduler(machine)).known.kernel(goal).cycles


def test_what_takes_long_is_not_computed_for_every_reader() -> None:
    layer = LAYER.graph(target())
    product, biased, rows = layer.nodes
    assert not is_hindered(layer, target())
    assert is_hindered(Reduced(24, 24, 24, EVERY).graph(target(threads=2)), target(threads=2))
    slow = replace(biased, body=Apply("math.tanh", (biased.body,), F32))
    assert is_hindered(replace(layer, nodes=(product, slow, rows)), target())


@pytest.mark.parametrize("within", ["", "C0"])
def test_what_is_written_over_is_not_computed_from_again(within: str) -> None:
    goal = LAYER.graph(target())
    product, biased, rows = goal.nodes
    old = replace(biased.output, name="D", within=within)
    inputs = tuple(old if o.name == "D" else o for o in biased.inputs)
    over = replace(goal, nodes=(product, replace(biased, inputs=inputs), rows))
    assert (Fusion(Scheduler(target())).known.kernel(over) is NOTHING) == bool(within)
