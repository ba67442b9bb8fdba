"""Costs add and scale; prices are affine and tell programs apart."""

from __future__ import annotations

import re

import pytest
from engine import exponential, matmul, target

from morello_mlir.cost import Cost
from morello_mlir.impl import Loop
from morello_mlir.price import explain, price
from morello_mlir.schedule import parse

KERNEL = """
move C reg [m][n/16]<16n>
accumulate
tile k 1
move B reg [k][n/16]<16n>
tile m 1
tile n 16
select fma_f32x16
"""


def test_terms_add_up() -> None:
    cost = Cost.of({"a": 1, "b": 2.5}) + Cost.of({"b": 0.5, "c": 0}) * 2
    assert cost == Cost.of({"a": 1, "b": 3.5})
    assert cost.cycles == 4.5
    assert str(cost) == "4.5 cycles (a 1, b 3.5)"


def test_no_saturation() -> None:
    large = Cost.of({"a": 1.0}) * 2.0**40
    assert (large + Cost.of({"a": 1.0})).cycles - large.cycles == 1.0


@pytest.mark.parametrize("name", ["skylake-avx512"])
def test_a_loop_is_affine_in_its_trips(name: str) -> None:
    machine = target(name)
    few, many = (parse("tile m 6" + KERNEL).apply(matmul(m=m, n=32), machine) for m in (12, 600))
    assert isinstance(few, Loop) and isinstance(many, Loop)
    entry = machine.costs.loop_entry
    one = price(few, machine).cycles - entry
    assert one * 50 == pytest.approx(price(many, machine).cycles - entry)


def test_multiplying_is_counted_exactly() -> None:
    impl = parse(KERNEL).apply(matmul(6, 32, 64), target())
    terms = dict(price(impl, target()).terms)
    assert terms["instructions"] >= 6 * 2 * 64 * 0.5
    assert terms["loops"] == 64 * target().costs.loop_step


def test_registers_are_cheaper_than_memory() -> None:
    spec = matmul(60, 64, 64)
    near = "move A L1\nmove B L1\n"
    fast = parse(near + "tile n 32\ntile m 6" + KERNEL).apply(spec, target())
    slow = parse(near + "accumulate\ntile m 1\ntile k 1\nfinish").apply(spec, target())
    assert price(fast, target()).cycles < price(slow, target()).cycles / 2


def test_threads_share_the_work() -> None:
    spec = exponential(4096, 512)
    alone = parse("tile i 8\nfinish").apply(spec, target())
    shared = parse("tile i 8 parallel\nfinish").apply(spec, target(threads=2))
    ratio = price(alone, target()).cycles / price(shared, target(threads=2)).cycles
    assert 1.8 < ratio < 2.0


def test_open_goals_are_named() -> None:
    assert dict(price(parse("").apply(matmul(2, 3, 4), target()), target()).terms) == {"open": 24.0}


def test_an_explanation_adds_up() -> None:
    text = "tile n 32\nmove B L2 [n/32][k][32n]\ntile m 6" + KERNEL
    impl = parse(text).apply(matmul(100, 96, 64), target())
    *rows, total = explain(impl, target()).splitlines()
    shares = [re.search(r" {2}(\d+)(?: |$)", row[40:]) for row in rows]
    parts = sum(int(found[1]) for found in shares if found)
    assert parts == pytest.approx(price(impl, target()).cycles, rel=0.01)
    assert total.startswith("total")
