"""The lower bound is one: no goal's cheapest program costs less."""

from __future__ import annotations

import random

import pytest
from engine import exponential, matmul, target
from tiny import cramped, draw
from tiny import goal as random_goal

from morello_mlir.search.bound import lower_bound
from morello_mlir.search.errors import NoProgramError
from morello_mlir.search.solver import solve
from morello_mlir.spec import Spec, Start
from morello_mlir.target.target import Target

LOST = 1 + 1e-9
"""What sums of floats may be off by."""

GOALS = [
    *(matmul(n, n, n) for n in (1, 7, 16, 33, 64, 100)),
    *(matmul(*e) for e in ((35, 70, 204), (1, 300, 500), (300, 1, 500), (1, 1, 900), (64, 64, 2))),
    *(matmul(m, 48, 96, Start.VALUE) for m in (1, 31, 64)),
    *(exponential(i, j) for i, j in ((1, 1), (20, 40), (128, 100))),
]


@pytest.mark.parametrize("low", range(0, 120, 30))
def test_the_bound_is_below_the_optimum_of_random_goals(low: int) -> None:
    for seed in range(low, low + 30):
        with cramped(seed):
            one = draw(seed, threads=1 + seed % 2)
            assert _holds(one.spec, one.target), str(one)


@pytest.mark.parametrize("threads", (1, 2))
def test_the_bound_is_below_the_optimum_of_other_types(threads: int) -> None:
    machine = target(threads=threads)
    for seed in range(30):
        goal = random_goal(random.Random(seed), machine)
        assert _holds(goal, machine), str(goal)


@pytest.mark.parametrize("goal", GOALS, ids=str)
@pytest.mark.parametrize("name", ("skylake-avx512", "x86-64-v3"))
def test_the_bound_is_below_the_optimum(goal: Spec, name: str) -> None:
    assert _holds(goal, target(name))


def test_the_bound_is_near_where_little_but_work_is_left() -> None:
    goal = matmul(96, 96, 96)
    assert solve(goal, target()).cycles <= 1.3 * lower_bound(goal, target())


def test_threads_share_the_work() -> None:
    goal, two = matmul(192, 192, 192), target(threads=2)
    assert solve(goal, two).cycles < lower_bound(goal, target())
    assert _holds(goal, two)


def _holds(goal: Spec, machine: Target) -> bool:
    try:
        solved = solve(goal, machine)
    except NoProgramError:
        return True
    return 0 <= lower_bound(solved.spec, machine) <= solved.cycles * LOST
