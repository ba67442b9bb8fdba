"""Rows and columns of a product reduced tile by tile, on the registers that hold a tile of it."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from poison import poisoned
from reductions import Reduced
from searched import searched

from morello_mlir import compile, interpret

TARGET = "x86-64-v3"
machine = pytest.mark.needs_cpu("avx2", "fma")

DRAWS = 6
ROWS = "tile m 1; split_reduction n 8; accumulate; tile n 1; select lanes"
COLUMNS = "tile n 8; move {0} reg; accumulate; tile m 1; select lanes"
ELEMENTS = "tile m 1; tile n 8; select lanes"
HAND = """
accumulate {rows}
accumulate {columns}
move {rows} L1
move {columns} L1
{first}
tile m 4
tile n 24
bufferize {total} reg [m][n/8]<8n>
stage {value}
  before {{ accumulate; tile k 1; tile m 1; tile n 8; select lanes }}
  after {{ {after} }}
"""
STAGED = "stage C0; before {{ {elements} }} after {{ {both} }}"
BOTH = "stage {0}; before {{ {rows} }} after {{ {columns} }}"
FORMS = {
    (True, True): ("C1", "C2", "V0", "V0", "inline C0"),
    (True, False): ("C1", "C2", "C0", "C0b", ""),
    (False, True): ("C0", "C1", "V0", "V0", "inline V1"),
    (False, False): ("C0", "C1", "V0", "V0", ""),
}
"""By what is stored and has a bias: how rows, columns and the sum are called, what is staged, and
what comes first."""


def specified(text: str) -> str:
    """The module with its groups."""
    tool = Path(sys.executable).with_name("morello-opt")
    command = (tool, "-", "--morello-specify")
    return subprocess.run(command, input=text, text=True, capture_output=True, check=True).stdout


def by_hand(case: Reduced) -> str:
    """The schedule for rows and columns."""
    rows, columns, total, value, first = FORMS[case.stored, case.bias]
    after = BOTH.format(rows, rows=ROWS, columns=COLUMNS.format(columns))
    if case.stored:
        after = STAGED.format(elements=ELEMENTS, both=after)
    names = {"rows": rows, "columns": columns, "total": total, "value": value}
    return HAND.format(**names, first=first, after=after)


@machine
@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("m", "n"), [(8, 48), (31, 49), (5, 80), (9, 25)])
def test_tiles_add_to_rows_and_columns(m: int, n: int, bias: bool, stored: bool) -> None:
    case = Reduced(m, n, 17, (("row", "squares"), ("column", "sum")), "f32", stored, bias)
    text = specified(case.text)
    case.check(compile(text, target=TARGET, schedule=by_hand(case), db="none"))


@pytest.mark.parametrize("how", ["sum", "max"])
@pytest.mark.parametrize("dtype", ["bf16", "i8"])
def test_types_and_maxima_mean_what_the_ops_say(dtype: str, how: str) -> None:
    case = Reduced(9, 49, 7, (("row", how), ("column", how)), dtype, stored=False)
    case.check(interpret(specified(case.text), target=TARGET, schedule=by_hand(case)))


@pytest.mark.parametrize("stored", [True, False])
def test_sums_inside_of_tiles_begin_anew(stored: bool) -> None:
    """A sum whose tiles are cut along its terms begins with each tile of what is added to."""
    case = Reduced(5, 13, 17, (("row", "sum"),), stored=stored, bias=False)
    rows, total, value = ("C1", "C0", "C0b") if stored else ("C", "V0", "V0")
    schedule = f"""
        accumulate {rows}
        tile n 4 unrolled
        bufferize {total} L1
        stage {value}
          before {{ tile k 8; move {value} reg; finish }}
    """
    text = specified(case.text)
    case.check(interpret(text, target=TARGET, schedule=schedule))


@machine
@pytest.mark.parametrize("order", ["unrolled", "serial"])
def test_sums_inside_of_tiles_are_assigned_first(order: str) -> None:
    case = Reduced(5, 13, 17, (("row", "sum"),), stored=False, bias=False)
    schedule = f"""
        accumulate C
        tile n 4 {order}
        bufferize V0 L1
        stage V0; before {{ tile k 8; move V0 reg; finish }}
    """
    case.check(compile(specified(case.text), target=TARGET, schedule=schedule, db="none"))


def drawn(seed: int) -> Reduced:
    """A case of awkward sizes."""
    r = random.Random(seed)
    m, n, k = (r.choice((1, 2, 5, 7, 16, 17, 31, 33, 50, 64, 100)) for _ in range(3))
    kinds = r.sample(("row", "column", "one"), r.choice((1, 1, 2, 3)))
    pairs = tuple((kind, r.choice(("sum", "max", "squares"))) for kind in kinds)
    stored, bias = (r.random() < 0.5 for _ in range(2))
    return Reduced(m, n, k, pairs, r.choice(("f32", "f32", "bf16", "i8")), stored, bias)


@pytest.mark.parametrize("seed", range(DRAWS))
def test_what_the_search_finds_means_what_the_ops_say(seed: int) -> None:
    case = drawn(seed)
    case.check(interpret(searched(case.text, TARGET), target=TARGET, schedule=None), seed)


@pytest.mark.parametrize("seed", range(DRAWS, 2 * DRAWS))
def test_what_the_search_finds_computes_what_numpy_does(seed: int) -> None:
    case = drawn(seed)
    with poisoned():
        kernel = compile(case.text, target="native", schedule="synthesize", db="none")
        case.check(kernel, seed)


def test_threads_add_to_rows_of_their_own() -> None:
    case = Reduced(96, 128, 64, (("row", "squares"), ("column", "sum")))
    kernel = compile(case.text, target="native", schedule="synthesize", db="none", threads=2)
    case.check(kernel)


def test_ordered_sums_are_those_of_the_ops() -> None:
    case = Reduced(17, 33, 16, (("row", "sum"), ("column", "max")))
    kernel = compile(case.text, target="native", schedule="synthesize", db="none", strict_fp=True)
    case.check(kernel)
