"""Goals without reductions on several threads: a parallel loop where it pays, and only there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine import exponential, operand, target
from tiny import cramped, divisible

from morello_mlir.action import Move
from morello_mlir.dtype import F32
from morello_mlir.expr import Arg, Const
from morello_mlir.impl import Impl, Loop, Merge, children, open_specs
from morello_mlir.price import price
from morello_mlir.search.forks import ForkBase
from morello_mlir.search.solver import Solved, solve
from morello_mlir.search.space import Space
from morello_mlir.spec import Axis, Kind, Spec

MACHINE = "x86-64-v4"


def copy(i: int, j: int, source: str = "ij") -> Spec:
    """C[i, j] = A[i, j] or A[j, i]."""
    e = {"i": i, "j": j}
    axes = tuple(Axis(a, Kind.PARALLEL, x) for a, x in e.items())
    spec = Spec(axes, (operand("A", source, e),), operand("C", "ij", e), Arg(0, F32))
    return replace(spec, limits=target().limits).canonical()


def fill(i: int, j: int) -> Spec:
    """C[i, j] = 0."""
    return replace(copy(i, j), inputs=(), body=Const("0.0", F32)).canonical()


def on(goal: Spec, threads: int) -> Solved:
    """A goal solved on so many threads."""
    machine = target(MACHINE, threads)
    return solve(replace(goal, limits=machine.limits), machine)


def parallel(impl: Impl) -> list[Loop]:
    """The parallel loops of a program."""
    here = [impl] if isinstance(impl, Loop) and impl.order == "parallel" else []
    return here + [loop for _, child in children(impl) for loop in parallel(child)]


LARGE = [exponential(500, 600), copy(800, 900), copy(700, 640, "ji"), fill(900, 1000),
         exponential(3, 200_003)]  # fmt: skip
SMALL = [exponential(20, 40), copy(40, 50), copy(48, 64, "ji"), fill(40, 50), fill(1, 1)]


@pytest.mark.parametrize("goal", LARGE, ids=str)
def test_threads_share_a_large_goal(goal: Spec) -> None:
    found = on(goal, 2)
    impl = found.impl
    while isinstance(impl, Merge):
        impl = impl.body
    assert parallel(impl) == [impl]  # outermost, and once
    assert 1.7 < on(goal, 1).cycles / found.cycles < 2.0
    assert price(found.impl, found.target).cycles == pytest.approx(found.cycles, rel=1e-9)


@pytest.mark.parametrize("goal", SMALL, ids=str)
def test_one_thread_does_a_small_goal(goal: Spec) -> None:
    one, two = on(goal, 1), on(goal, 2)
    assert not parallel(two.impl)
    assert two.cycles == one.cycles and two.schedule == one.schedule


def test_threads_begin_where_they_pay_for_themselves() -> None:
    fork = target(MACHINE).costs.fork
    for rows in range(40, 240, 20):
        one, two = (on(copy(rows, 60), t).cycles for t in (1, 2))
        assert two <= one
        assert (two < one) == (one > 2.1 * fork) or 1.9 * fork < one < 2.1 * fork, rows


@pytest.mark.parametrize("seed", range(2700, 2740))
def test_more_threads_never_cost_more_than_one(seed: int) -> None:
    with cramped(seed):
        draws = [divisible(seed, threads) for threads in (1, 2, 3)]
        alone, *others = (solve(d.spec, d.target).cycles for d in draws)
        assert all(cycles <= alone for cycles in others)


def test_what_is_in_a_parallel_loop_or_in_registers_is_for_one_thread() -> None:
    inside = replace(LARGE[1], serial=True)
    assert on(inside, 2).schedule == on(LARGE[1], 1).schedule
    goal, machine = copy(8, 16), target(MACHINE, 2)
    for left in open_specs(Move("A", "reg").apply(goal, machine)):
        assert Space(left, machine, tuple((a.extent,) for a in left.axes)).threads == 1


def test_no_axis_that_the_output_lacks_is_shared() -> None:
    """Threads would write to the same elements."""
    e = {"i": 2, "j": 300_000}
    axes = tuple(Axis(a, Kind.PARALLEL, x) for a, x in e.items())
    goal = Spec(axes, (operand("A", "ij", e),), operand("C", "i", e), Arg(0, F32))
    base = on(goal, 2).node.slab.base
    assert isinstance(base, ForkBase) and [nest.axis for nest in base.forks.nests] == [0]
    assert {e.action.partition(" ")[2][:1] for e in base.edges((0,))} == {"", "i"}
