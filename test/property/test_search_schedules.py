"""What the search gives out: programs whose parallel loops do not nest, and their schedules.

On random tiny goals and machines (`../tiny.py`), and some of a real machine's size.
"""

from __future__ import annotations

import random

import pytest
from engine import exponential, matmul, target
from tiny import cramped, draw, goal, odd, scattered, window
from tiny import machine as drawn_machine

from morello_mlir.impl import Impl, Loop, children
from morello_mlir.price import price
from morello_mlir.schedule import parse
from morello_mlir.search.errors import NoProgramError
from morello_mlir.search.solver import Solved, solve


def solution(seed: int, threads: int = 1) -> Solved | None:
    """A seed's goal solved, if it has a program."""
    one = odd(seed, threads) if seed % 2 else draw(seed, threads)
    try:
        return solve(one.spec, one.target)
    except NoProgramError:
        return None


@pytest.mark.parametrize("seed", range(3100, 3112))
@pytest.mark.parametrize("threads", (2, 3))
def test_parallel_loops_do_not_nest(seed: int, threads: int) -> None:
    with cramped(seed):
        found = solution(seed, threads)
        if found is not None:
            for schedule in found.best(2):
                alone(schedule.apply(found.spec, found.target), found.spec.serial)


@pytest.mark.parametrize("threads", (2, 4))
def test_large_goals_use_threads_once(threads: int) -> None:
    for spec in (matmul(128, 512, 256), matmul(1, 512, 1024), exponential(200, 300)):
        machine = target("x86-64-v4", threads)
        alone(solve(spec, machine).impl, False)


def alone(impl: Impl, inside: bool) -> None:
    """No parallel loop is inside of a parallel one, or in a goal for one thread."""
    if isinstance(impl, Loop) and impl.order == "parallel":
        assert not inside
        inside = True
    for _, child in children(impl):
        alone(child, inside)


@pytest.mark.parametrize("threads", (1, 2))
@pytest.mark.parametrize("seed", range(3200, 3212))
def test_a_printed_schedule_means_the_program(seed: int, threads: int) -> None:
    with cramped(seed):
        found = solution(seed, threads)
        if found is None:
            return
        for cost, schedule in found.ranked(3):
            assert parse(str(schedule)) == schedule
            again = parse(str(schedule)).apply(found.spec, found.target)
            assert price(again, found.target).cycles == pytest.approx(cost, rel=1e-9)
        cost, schedule = found.ranked(1)[0]
        assert cost == pytest.approx(found.cycles, rel=1e-9) and schedule == found.schedule
        assert found.schedule.apply(found.spec, found.target) == found.impl


@pytest.mark.parametrize("threads", (2, 3))
@pytest.mark.parametrize("seed", range(3336, 3350))
def test_programs_on_threads_cost_what_is_said(seed: int, threads: int) -> None:
    """Threads pay for broken streams too."""
    one = scattered(seed, threads)
    with cramped(seed):
        try:
            found = solve(one.spec, one.target)
        except NoProgramError:
            return
        for cost, schedule in found.ranked(20):
            program = schedule.apply(found.spec, found.target)
            assert price(program, found.target).cycles == pytest.approx(cost, rel=1e-9), schedule


@pytest.mark.parametrize("seed", (10002, 10004, 10031, 10042, 10060, 10075))
def test_windows_cost_what_is_said(seed: int) -> None:
    """Also where a tile has one element of the output: no lanes run along it."""
    r = random.Random(seed)
    with cramped(seed):
        machine = drawn_machine(r)
        found = solve(goal(r, machine, (window,)), machine)
        for cost, schedule in found.ranked(25):
            program = schedule.apply(found.spec, machine)
            assert price(program, machine).cycles == pytest.approx(cost, rel=1e-9)
