"""Goals whose output is a part of what some register holds: one element after the other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine import matmul, target
from tiny import cramped, odd

from morello_mlir.price import price
from morello_mlir.schedule import parse
from morello_mlir.search.errors import NoProgramError
from morello_mlir.search.scheduler import Scheduler
from morello_mlir.search.solver import solve
from morello_mlir.spec import Start
from morello_mlir.target.match import covers_registers


@pytest.mark.parametrize("count", (16, 32))
@pytest.mark.parametrize("rows", (1, 4))
def test_a_split_that_does_not_divide_is_filled_in(rows: int, count: int) -> None:
    machine = target("x86-64-v4")
    goal = replace(matmul(rows, 1, 1000), limits=machine.limits)
    by_hand = parse(f"split_reduction k {count}; finish").apply(goal, machine)
    open_goals = parse(f"split_reduction k {count}; synthesize")
    found = Scheduler(machine).complete(open_goals, goal).apply(goal, machine)
    assert price(found, machine).cycles <= price(by_hand, machine).cycles


def test_what_is_filled_in_part_has_a_program_that_applies() -> None:
    seen = 0
    for seed in range(1001, 2601, 2):
        with cramped(seed):
            one = odd(seed)
            o = one.spec.output
            if o.placement.in_registers and not covers_registers(o, one.spec.extent_of(o)):
                try:
                    solved = solve(one.spec, one.target)
                except NoProgramError:
                    continue
                assert price(solved.impl, one.target).cycles == pytest.approx(solved.cycles)
                seen += one.spec.start is Start.NOTHING
    assert seen
