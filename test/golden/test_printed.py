"""Printed Impls: what a reader of `print-impl` sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from engine import exponential, matmul, target

from morello_mlir.impl import render
from morello_mlir.schedule import Schedule, parse
from morello_mlir.spec import Spec

REGISTERS = "move C reg [m][n/16]<16n>\naccumulate\ntile k 1\nmove B reg [k][n/16]<16n>\n"
CASES: dict[str, tuple[Spec, str]] = {
    "open": (matmul(), "tile k 32\ntile m 6"),
    "pack": (matmul(), "move B L2 [n/32][k][32n]"),
    "register-tile": (matmul(6, 32), REGISTERS + "tile m 1\ntile n 16\nselect fma_f32x16"),
    "parallel": (exponential(64, 16), "tile i 8 parallel\nfinish"),
    "rest": (exponential(10, 16), "tile i 4\nfinish"),
    "finish": (matmul(2, 20, 3), "finish"),
    "dot": (matmul(1, 1, 70), "split_reduction k 16\nfinish"),
    "cache-level": (matmul(4, 16), "move A L1\nfinish"),
}


@pytest.mark.parametrize("name", CASES)
def test_printed(name: str, golden: Callable[..., None]) -> None:
    spec, text = CASES[name]
    golden(render(parse(text).apply(spec, target())))


SCHEDULES = {
    "calls": str(
        Schedule()
        .tile("n", 32, "parallel")
        .move("B", "L2", "[n/32][k][32n]")
        .on("load", Schedule().tile("k", 8).finish())
        .tile("m", 6, "unrolled")
        .move("C", "reg", "[m][n/16]<16n>")
        .accumulate()
        .split_reduction("k", 4, "L1")
        .split_reduction("k", 4)
        .select("fma_f32x16")
    ),
    "nested": str(parse("tile m 6;rest{tile n 8 ;rest { finish } finish};# why\n\tselect lanes")),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_printed_schedule(name: str, golden: Callable[..., None]) -> None:
    golden(SCHEDULES[name])
