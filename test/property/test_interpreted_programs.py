"""What the search finds for random ops, on targets of several kinds, computes what numpy computes.

The interpreter runs it: no emitted code is involved, the host does not matter, and what fails
is matching, layouts, padding or the order of loops. Longer runs: more seeds.
"""

from __future__ import annotations

import random

import pytest
from programs import contraction, draw, elementwise

from morello_mlir import interpret
from morello_mlir.dialect.isa import with_instructions
from morello_mlir.target.cpus import cpu_target

TARGETS = ("x86-64-v3", "skylake-avx512", "znver5", "sapphirerapids")
MOST = 6_000
"""Elements of what is computed: larger draws take seconds, and show nothing more."""


@pytest.mark.parametrize("first", range(0, 60, 15))
def test_solved_programs_mean_what_the_op_says(first: int) -> None:
    for seed in range(first, first + 15):
        r = random.Random(seed)
        program = contraction(r) if seed % 3 else elementwise(r)
        if program.answer.size * (program.inputs[0].size if seed % 3 else 1) > MOST * 100:
            continue
        name = TARGETS[seed % len(TARGETS)]
        try:
            program.check(interpret(program.text, target=name, db="none"))
        except Exception as failure:
            raise AssertionError(f"seed {seed} on {name}\n{program.text}") from failure


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_random_schedules_mean_what_the_op_says(first: int) -> None:
    for seed in range(first, first + 20):
        name = TARGETS[seed % len(TARGETS)]
        one = draw(seed, with_instructions(cpu_target(name)))
        if one.program.answer.size > MOST:
            continue
        try:
            call = interpret(one.program.text, target=name, schedule=f"{one.schedule}\n")
            one.program.check(call)
        except Exception as failure:
            raise AssertionError(f"{name}: {one}") from failure
