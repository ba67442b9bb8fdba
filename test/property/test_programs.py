"""Random ops under random legal schedules compute what numpy computes.

Tests are split so that workers share them; together they make some four hundred draws. Longer runs:
`python test/property/campaign.py 10000`.
"""

from __future__ import annotations

import pytest
from programs import Draw, draw, draw_halves

from morello_mlir.dialect.isa import with_instructions
from morello_mlir.runtime.host import host
from morello_mlir.target.cpus import cpu_target
from morello_mlir.target.native import native_target

EACH = 40


@pytest.mark.parametrize("first", range(0, 8 * EACH, EACH))
def test_random_schedules_compute_what_numpy_computes(first: int) -> None:
    target = with_instructions(native_target())
    for seed in range(first, first + EACH):
        _run(draw(seed, target), "native")


@pytest.mark.needs_cpu("avx2", "fma", "f16c")
@pytest.mark.parametrize("first", range(1000, 1000 + 2 * EACH, EACH))
def test_the_same_on_a_lesser_machine(first: int) -> None:
    target = with_instructions(cpu_target("x86-64-v3"))
    for seed in range(first, first + EACH):
        _run(draw(seed, target), "x86-64-v3")


def test_numbers_of_four_bits_on_the_host() -> None:
    target = with_instructions(native_target())
    for seed in range(2000, 2000 + EACH):
        _run(draw_halves(seed, target), "native")


@pytest.mark.needs_cpu("avx2", "fma", "f16c")
def test_numbers_of_four_bits_on_a_lesser_machine() -> None:
    target = with_instructions(cpu_target("x86-64-v3"))
    for seed in range(3000, 3000 + EACH):
        _run(draw_halves(seed, target), "x86-64-v3")


def _run(one: Draw, target: str) -> None:
    try:
        one.run(target)
    except Exception as failure:
        raise AssertionError(str(one)) from failure


def test_the_host_is_what_the_engine_thinks() -> None:
    """The features that instructions ask for, as the engine reads them and as LLVM does."""
    target = with_instructions(native_target())
    asked = {f for i in target.instructions for f in i.features}
    assert asked <= host().features
