"""Rows that are looked up: embeddings and what reads them, compiled, against numpy."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from lookups import CLAMPED, PLAIN, WRAPPED, gather, tensor
from searched import searched

from morello_mlir import compile, interpret
from morello_mlir.interpreter import InterpretError

TARGET = "native"
SCHEDULES = ["finish", "synthesize"]
KINDS = {"f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16,
         "i32": np.int32, "i8": np.int8}  # fmt: skip


def table_of(shape: tuple[int, ...], kind: str = "f32") -> Any:
    return np.random.default_rng(1).integers(-8, 9, shape).astype(KINDS[kind])


def rows_of(shape: tuple[int, ...], low: int, high: int, kind: str = "i64") -> Any:
    numbers = np.random.default_rng(2).integers(low, high, shape)
    return numbers.astype(np.int64 if kind == "i64" else np.int32)


def embedding(
    shape: tuple[int, ...], sizes: tuple[int, ...], i: str, kind: str, row: str, dim: int
) -> str:
    out = tensor([*shape, *sizes[:dim], *sizes[dim + 1 :]], kind)
    op = gather("r", ("%x", shape, i), ("%t", sizes, kind), row, dim)
    head = f"%x: {tensor(shape, i)}, %t: {tensor(sizes, kind)}"
    return f"func.func @f({head}) -> {out} {{{op}\n  return %r : {out}\n}}\n"


@pytest.mark.parametrize("schedule", [None, *SCHEDULES])
@pytest.mark.parametrize(
    ("shape", "sizes", "i", "kind", "row", "dim"),
    [
        ((3, 9), (50, 20), "i64", "f32", PLAIN, 0),
        ((7,), (5, 33), "i32", "f32", CLAMPED, 0),
        ((2, 3), (4, 3, 5), "i64", "f16", WRAPPED, 0),
        ((4,), (6, 7, 3), "i32", "bf16", CLAMPED, 1),
        ((5,), (3, 31), "i64", "f64", WRAPPED, 1),
        ((3, 4), (40,), "i64", "i32", CLAMPED, 0),
        ((), (9, 17), "i64", "i8", PLAIN, 0),
        ((6,), (1, 16), "i64", "f32", CLAMPED, 0),
    ],
)
def test_an_embedding(
    shape: tuple[int, ...],
    sizes: tuple[int, ...],
    i: str,
    kind: str,
    row: str,
    dim: int,
    schedule: str | None,
) -> None:
    rows = sizes[dim]
    low, high = {PLAIN: (0, rows), WRAPPED: (-rows, rows), CLAMPED: (-9, rows + 9)}[row]
    x, t = rows_of(shape, low, high, i), table_of(sizes, kind)
    chosen = np.clip(x, 0, rows - 1) if row == CLAMPED else x
    wanted = np.moveaxis(t, dim, 0)[chosen]
    text = embedding(shape, sizes, i, kind, row, dim)
    kernel = compile(text, target=TARGET, schedule=schedule, db="none")
    np.testing.assert_array_equal(kernel.f(x, t), wanted)
    if schedule is not None:
        run = interpret(text, target=TARGET, schedule=schedule, db="none")
        np.testing.assert_array_equal(run.f(x, t), wanted)


S, V, K, N = 13, 50, 24, 19


def product(schedule: str = "") -> str:
    """Rows, times a matrix: one group where there is a schedule for it."""
    rows, out = tensor((S, K), "f32"), tensor((S, N), "f32")
    group = "morello.group = 0" if schedule else ""
    marked = f"attrs = {{{group}}}" if schedule else ""
    op = gather("r", ("%x", (S,), "i64"), ("%t", (V, K), "f32"), attributes=marked)
    written = f'{{{group}, morello.schedule = "{schedule}"}}' if schedule else ""
    return f"""
func.func @f(%x: {tensor((S,), "i64")}, %t: {tensor((V, K), "f32")}, %w: {tensor((K, N), "f32")})
    -> {out} {{{op}
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : {out}
  %z = linalg.fill ins(%zero : f32) outs(%e : {out}) -> {out}
  %y = linalg.matmul {written} ins(%r, %w : {rows}, {tensor((K, N), "f32")}) outs(%z : {out})
      -> {out}
  return %y : {out}
}}
"""


@pytest.mark.parametrize(
    "schedule",
    [
        "finish",
        "synthesize",
        "move A L2 [m][k]; finish",
        "tile m 5; move A L1 [m/4][k][4m]; tile n 8; finish",
        "tile k 7; finish",
        "tile m 4 parallel; tile k 8; move A L1 [k][m]; synthesize",
        "move A L2; tile m 1; move A reg; finish",
    ],
)
def test_rows_in_a_product(schedule: str) -> None:
    text = searched(product(schedule), TARGET, threads=2)
    assert text.count("morello.group = 0") == 2
    x, t, w = rows_of((S,), 0, V), table_of((V, K)), table_of((K, N))
    kernel = compile(text, target=TARGET, threads=2)
    np.testing.assert_array_equal(kernel.f(x, t, w), t[x] @ w)
    run = interpret(text, target=TARGET, threads=2, schedule=None)
    np.testing.assert_array_equal(run.f(x, t, w), t[x] @ w)


def test_rows_in_a_product_are_no_array() -> None:
    kernel = compile(product(), target=TARGET, schedule="synthesize", db="none")
    found = re.findall(r"memref.alloc\(\).* : memref<([\dx]+)xf32>", kernel.mlir)
    assert f"{S}x{N}" in found
    assert all(np.prod([int(e) for e in size.split("x")]) < S * K for size in found)


def test_what_reads_rows_of_several_tables() -> None:
    """Words and places, scaled, normalised and summed up."""
    b, s, k = 2, 9, 20
    shape = tensor((b, s, k), "f32")
    word = gather("p", ("%x", (b, s), "i64"), ("%t", (V, K - 4), "f32"))
    place = gather("q", ("%y", (b, s), "i32"), ("%u", (11, K - 4), "f32"), CLAMPED)
    text = f"""
#all = affine_map<(b, s, k) -> (b, s, k)>
#row = affine_map<(b, s, k) -> (b, s)>
#sum = affine_map<(b, s, k) -> (b, k)>
func.func @f(%x: tensor<2x9xi64>, %y: tensor<2x9xi32>, %t: tensor<50x20xf32>,
             %u: tensor<11x20xf32>, %m: tensor<2x9xf32>) -> (tensor<2x20xf32>, {shape}) {{
  {word}
  {place}
  %e = tensor.empty() : {shape}
  %a = linalg.generic {{indexing_maps = [#all, #all, #row, #all],
                       iterator_types = ["parallel", "parallel", "parallel"]}}
      ins(%p, %q, %m : {shape}, {shape}, tensor<2x9xf32>) outs(%e : {shape}) {{
  ^bb0(%i: f32, %j: f32, %l: f32, %o: f32):
    %g = arith.addf %i, %j : f32
    %h = arith.mulf %g, %l : f32
    linalg.yield %h : f32
  }} -> {shape}
  %zero = arith.constant 0.0 : f32
  %n = tensor.empty() : tensor<2x20xf32>
  %z = linalg.fill ins(%zero : f32) outs(%n : tensor<2x20xf32>) -> tensor<2x20xf32>
  %r = linalg.generic {{indexing_maps = [#all, #sum],
                       iterator_types = ["parallel", "reduction", "parallel"]}}
      ins(%a : {shape}) outs(%z : tensor<2x20xf32>) {{
  ^bb0(%i: f32, %o: f32):
    %g = arith.addf %o, %i : f32
    linalg.yield %g : f32
  }} -> tensor<2x20xf32>
  return %r, %p : tensor<2x20xf32>, {shape}
}}
"""
    x, y = rows_of((b, s), 0, V), rows_of((b, s), -5, 20, "i32")
    t, u, m = table_of((V, k)), table_of((11, k)), table_of((b, s))
    rows = t[x]
    wanted = ((rows + u[np.clip(y, 0, 10)]) * m[..., None]).sum(1)
    for schedule in SCHEDULES:
        kernel = compile(text, target=TARGET, schedule=schedule, db="none")
        run = interpret(text, target=TARGET, schedule=schedule, db="none")
        for f in (kernel.f, run.f):
            total, first = f(x, y, t, u, m)
            np.testing.assert_array_equal(total, wanted)
            np.testing.assert_array_equal(first, rows)


BATCHES = """
#rows = affine_map<(b, s, n, k) -> (b, s, k)>
#matrix = affine_map<(b, s, n, k) -> (k, n)>
#out = affine_map<(b, s, n, k) -> (b, s, n)>
func.func @f(%x: tensor<3x5xi64>, %t: tensor<50x24xf32>, %w: tensor<24x19xf32>)
    -> tensor<3x5x19xf32> {{{rows}
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3x5x19xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<3x5x19xf32>) -> tensor<3x5x19xf32>
  %y = linalg.generic {{indexing_maps = [#rows, #matrix, #out],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}}
      ins(%r, %w : tensor<3x5x24xf32>, tensor<24x19xf32>) outs(%z : tensor<3x5x19xf32>)
      attrs = {{morello.group = 0, morello.schedule = "{schedule}"}} {{
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }} -> tensor<3x5x19xf32>
  return %y : tensor<3x5x19xf32>
}}
"""


@pytest.mark.parametrize(
    "schedule",
    ["synthesize", "merge m0 m1; tile m0 4; move A L1 [k][m0]; finish", "tile m1 2; finish"],
)
def test_batches_of_rows_in_a_product(schedule: str) -> None:
    given = ("%x", (3, 5), "i64"), ("%t", (50, 24), "f32")
    rows = gather("r", *given, attributes="attrs = {morello.group = 0}")
    text = searched(BATCHES.format(rows=rows, schedule=schedule), TARGET)
    assert ("merge m0 m1" in text) == (not schedule.startswith("tile"))
    x, t, w = rows_of((3, 5), 0, 50), table_of((50, 24)), table_of((24, 19))
    np.testing.assert_array_equal(compile(text, target=TARGET).f(x, t, w), t[x] @ w)
    run = interpret(text, target=TARGET, schedule=None)
    np.testing.assert_array_equal(run.f(x, t, w), t[x] @ w)


AGAIN = """
#one = affine_map<(i) -> (i)>
func.func @f(%x: tensor<8xf32>, %n: tensor<8xi64>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %a = linalg.abs ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %t = tensor.extract_slice %a[2] [3] [1] : tensor<8xf32> to tensor<3xf32>
  %r = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]}
      ins(%a, %n : tensor<8xf32>, tensor<8xi64>) outs(%e : tensor<8xf32>) {
  ^bb0(%p: f32, %k: i64, %o: f32):
    %i = arith.index_cast %k : i64 to index
    %v = tensor.extract %t[%i] : tensor<3xf32>
    %q = arith.addf %p, %v : f32
    linalg.yield %q : f32
  } -> tensor<8xf32>
  return %r : tensor<8xf32>
}
"""


def test_a_table_that_comes_back() -> None:
    """What makes the table cannot be with what reads it, if another op stands between."""
    x, n = table_of((8,)), rows_of((8,), 0, 3)
    for schedule in SCHEDULES:
        kernel = compile(AGAIN, target=TARGET, schedule=schedule, db="none")
        np.testing.assert_array_equal(kernel.f(x, n), abs(x) + abs(x[2:5])[n])


JAX = """
func.func @f(%t: tensor<40x12xf32>, %x: tensor<3x5x1xi32>) -> tensor<3x5x12xf32> {
  %c0 = arith.constant 0 : index
  %c39 = arith.constant 39 : index
  %e = tensor.empty() : tensor<3x5x12xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      outs(%e : tensor<3x5x12xf32>) {
  ^bb0(%out: f32):
    %0 = linalg.index 0 : index
    %1 = linalg.index 1 : index
    %2 = linalg.index 2 : index
    %i = tensor.extract %x[%0, %1, %c0] : tensor<3x5x1xi32>
    %n = arith.index_cast %i : i32 to index
    %p = arith.minsi %n, %c39 : index
    %q = arith.maxsi %p, %c0 : index
    %k = arith.addi %c0, %2 : index
    %v = tensor.extract %t[%q, %k] : tensor<40x12xf32>
    linalg.yield %v : f32
  } -> tensor<3x5x12xf32>
  return %r : tensor<3x5x12xf32>
}
"""


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_an_index_array_that_is_extracted_from(schedule: str) -> None:
    """As StableHLO's gather is legalised: no array is an operand of the op."""
    t, x = table_of((40, 12)), rows_of((3, 5, 1), -9, 60, "i32")
    searched(JAX, TARGET)  # which takes nothing that is not understood
    kernel = compile(JAX, target=TARGET, schedule=schedule, db="none")
    np.testing.assert_array_equal(kernel.f(t, x), t[np.clip(x[..., 0], 0, 39)])


OUTSIDE = """
#one = affine_map<(i) -> (i)>
func.func @f(%x: tensor<40xf32>, %n: tensor<5xi64>, %t: tensor<9xf32>) -> tensor<40xf32> {
  %e = tensor.empty() : tensor<40xf32>
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %m = linalg.exp ins(%x : tensor<40xf32>) outs(%e : tensor<40xf32>) -> tensor<40xf32>
  %s = tensor.extract %m[%c3] : tensor<40xf32>
  %i = tensor.extract %n[%c3] : tensor<5xi64>
  %j = arith.index_cast %i : i64 to index
  %r = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]}
      ins(%m : tensor<40xf32>) outs(%e : tensor<40xf32>) {
  ^bb0(%a: f32, %o: f32):
    %p = arith.subf %a, %s : f32
    %v = tensor.extract %t[%j] : tensor<9xf32>
    %q = arith.mulf %p, %v : f32
    linalg.yield %q : f32
  } -> tensor<40xf32>
  return %r : tensor<40xf32>
}
"""


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_elements_that_are_extracted_before(schedule: str) -> None:
    searched(OUTSIDE, TARGET)
    x, t = table_of((40,)), table_of((9,))
    n = np.full(5, 7, np.int64)
    kernel = compile(OUTSIDE, target=TARGET, schedule=schedule, db="none")
    wanted = (np.exp(x) - np.exp(x[3])) * t[7]
    np.testing.assert_allclose(kernel.f(x, n, t), wanted, rtol=1e-5, atol=1e-5)
    run = interpret(OUTSIDE, target=TARGET, schedule=schedule, db="none")
    np.testing.assert_allclose(run.f(x, n, t), wanted, rtol=1e-5, atol=1e-5)


ASKED = """%c = arith.index_cast %in : {i} to index
    %rows = arith.constant {rows} : index
    %less = arith.cmpi slt, %c, %rows : index
    cf.assert %less, "index must be smaller than dim size"
    %zero = arith.constant 0 : {i}
    %more = arith.cmpi sge, %in, %zero : {i}
    cf.assert %more, "index must be larger or equal to 0"
    %row = arith.index_cast %in : {i} to index"""

WRONG = """
import sys
import numpy as np
from morello_mlir import compile
kernel = compile(sys.stdin.read(), target="native", schedule="synthesize", db="none")
x = np.zeros((3, 9), np.int64)
x[2, 5] = int(sys.argv[1])
print(kernel.f(x, np.ones((50, 20), np.float32)).sum())
"""


@pytest.mark.parametrize(("number", "good"), [(49, True), (50, False), (-1, False)])
def test_indices_are_asked_before(number: int, good: bool) -> None:
    text = embedding((3, 9), (50, 20), "i64", "f32", ASKED, 0)
    assert "cf.assert" in searched(text, TARGET)
    command = [sys.executable, "-c", WRONG, str(number)]
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    assert done.returncode == (0 if good else -signal.SIGABRT), done.stderr
    assert (done.stdout.strip() == "540.0") == good


def test_a_checked_embedding_is_interpreted() -> None:
    text = embedding((3, 9), (50, 20), "i64", "f32", ASKED, 0)
    x, t = rows_of((3, 9), 0, 50), table_of((50, 20))
    run = interpret(text, target=TARGET, schedule="finish", db="none")
    np.testing.assert_array_equal(run.f(x, t), t[x])
    x[2, 5] = 50
    with pytest.raises(InterpretError, match="index must be smaller than dim size"):
        run.f(x, t)
