"""What bodies ask of `linalg.index`, against numpy: masks, encodings, numbers that do not fit."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import pytest

from morello_mlir.compiler import compile

pytestmark = pytest.mark.needs_cpu("avx2", "fma", "f16c")
ROW, COLUMN = np.meshgrid(np.arange(5), np.arange(37), indexing="ij")
RNG = np.random.default_rng(11)


def made(body: str, kind: str, given: str = "", *arguments: Any, schedule: str = "finish\n") -> Any:
    """A tensor of 5x37 made by a body of the indices %i and %j, and of `%in` if there is one."""
    ins = f"ins(%x : tensor<5x37x{given}>)" if given else ""
    text = f"""
#all = affine_map<(d0, d1) -> (d0, d1)>
func.func @f({f"%x: tensor<5x37x{given}>" if given else ""}) -> tensor<5x37x{kind}> {{
  %three = arith.constant 3 : index
  %e = tensor.empty() : tensor<5x37x{kind}>
  %r = linalg.generic {{indexing_maps = [{"#all, " if given else ""}#all],
                       iterator_types = ["parallel", "parallel"]}}
      {ins} outs(%e : tensor<5x37x{kind}>) {{
  ^bb0({f"%in: {given}, " if given else ""}%old: {kind}):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    {body}
    linalg.yield %r : {kind}
  }} -> tensor<5x37x{kind}>
  return %r : tensor<5x37x{kind}>
}}"""
    kernel = compile(text, "x86-64-v3", schedule=schedule, db="none")
    assert "linalg." not in kernel.mlir, kernel.mlir
    return kernel.f(*arguments)


BIG = 3_000_000_000
CASES = {
    "a cast": ("i64", "%r = arith.index_cast %j : index to i64", COLUMN),
    "arithmetic on indices": (
        "i32",
        """%a = arith.muli %i, %three : index
           %b = arith.subi %a, %j : index
           %c = arith.maxsi %b, %three : index
           %r = arith.index_cast %c : index to i32""",
        np.maximum(3 * ROW - COLUMN, 3),
    ),
    "quotients": (
        "i16",
        """%a = arith.divsi %j, %three : index
           %b = arith.remui %j, %three : index
           %m = arith.muli %a, %i : index
           %s = arith.addi %m, %b : index
           %r = arith.index_cast %s : index to i16""",
        COLUMN // 3 * ROW + COLUMN % 3,
    ),
    "a quotient of what may be negative": (
        "i64",
        """%a = arith.subi %i, %j : index
           %b = arith.divsi %a, %three : index
           %c = arith.floordivsi %a, %three : index
           %d = arith.subi %b, %c : index
           %r = arith.index_cast %d : index to i64""",
        np.trunc((ROW - COLUMN) / 3) - (ROW - COLUMN) // 3,
    ),
    "a product beyond i32": (
        "i64",
        f"""%big = arith.constant {BIG} : i64
            %k = arith.index_cast %j : index to i64
            %a = arith.muli %k, %big : i64
            %one = arith.constant 1 : i64
            %r = arith.addi %a, %one : i64""",
        COLUMN * BIG + 1,
    ),
    "squares beyond i32": (
        "i64",
        """%c = arith.constant 40000 : index
           %a = arith.muli %j, %c : index
           %b = arith.muli %a, %a : index
           %r = arith.index_cast %b : index to i64""",
        (COLUMN * 40000) ** 2,
    ),
    "what a narrow type wraps": (
        "i8",
        """%k = arith.index_cast %j : index to i8
           %c = arith.constant 100 : i8
           %a = arith.muli %k, %c : i8
           %r = arith.addi %a, %k : i8""",
        (COLUMN * 101).astype(np.int8),
    ),
    "what a narrow type wraps, extended": (
        "i64",
        """%k = arith.index_cast %j : index to i8
           %c = arith.constant 100 : i8
           %a = arith.muli %k, %c : i8
           %r = arith.extsi %a : i8 to i64""",
        (COLUMN * 100).astype(np.int8),
    ),
    "a quotient without a sign": (
        "i64",
        """%a = arith.subi %i, %j : index
           %b = arith.divui %a, %three : index
           %r = arith.index_cast %b : index to i64""",
        ((ROW - COLUMN).astype(np.uint64) // np.uint64(3)).astype(np.int64),
    ),
    "what a cast cuts": (
        "i8",
        """%c = arith.constant 50 : index
           %a = arith.muli %j, %c : index
           %r = arith.index_cast %a : index to i8""",
        (COLUMN * 50).astype(np.int8),
    ),
    "an extension without a sign": (
        "i64",
        """%a = arith.subi %i, %three : index
           %b = arith.index_cast %a : index to i32
           %r = arith.extui %b : i32 to i64""",
        (ROW - 3).astype(np.int32).astype(np.uint32).astype(np.int64),
    ),
    "a comparison without a sign": (
        "i64",
        """%a = arith.subi %i, %j : index
           %c = arith.cmpi ult, %a, %three : index
           %s = arith.select %c, %a, %j : index
           %r = arith.index_cast %s : index to i64""",
        np.where((ROW - COLUMN >= 0) & (ROW - COLUMN < 3), ROW - COLUMN, COLUMN),
    ),
    "bits of indices": (
        "i64",
        """%a = arith.andi %j, %three : index
           %b = arith.shli %a, %three : index
           %c = arith.addi %b, %i : index
           %r = arith.index_cast %c : index to i64""",
        ((COLUMN & 3) << 3) + ROW,
    ),
    "a number without a sign": (
        "f64",
        """%a = arith.subi %i, %three : index
           %b = arith.index_cast %a : index to i16
           %r = arith.uitofp %b : i16 to f64""",
        ((ROW - 3) % 65536).astype(np.float64),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_arithmetic_on_positions(name: str) -> None:
    kind, body, wanted = CASES[name]
    np.testing.assert_array_equal(made(body, kind), wanted)


@pytest.mark.parametrize("schedule", ["finish\n", "synthesize"])
def test_a_mask_by_position_and_length(schedule: str) -> None:
    """Causal, where the row goes on for some steps that an element says."""
    body = """
    %far = arith.index_cast %j : index to i64
    %near = arith.cmpi slt, %far, %in : i64
    %causal = arith.cmpi uge, %i, %j : index
    %both = arith.andi %near, %causal : i1
    %least = arith.constant 0xFF800000 : f32
    %zero = arith.constant 0.0 : f32
    %r = arith.select %both, %zero, %least : f32"""
    lengths = RNG.integers(0, 5, (5, 37))
    got = made(body, "f32", "i64", lengths, schedule=schedule)
    np.testing.assert_array_equal(got, np.where((lengths > COLUMN) & (ROW >= COLUMN), 0, -np.inf))


def test_an_index_that_is_read() -> None:
    body = """
    %at = arith.index_cast %in : i32 to index
    %d = arith.subi %at, %j : index
    %s = arith.addi %d, %three : index
    %r = arith.index_cast %s : index to i64"""
    x = RNG.integers(-(2**31), 2**31, (5, 37), np.int32)
    np.testing.assert_array_equal(made(body, "i64", "i32", x), x.astype(np.int64) - COLUMN + 3)


@pytest.mark.parametrize("kind", ["f64", "f32", "f16", "bf16"])
def test_encodings_of_positions(kind: str) -> None:
    body = f"""
    %p = arith.index_cast %j : index to i64
    %q = arith.sitofp %p : i64 to {kind}
    %c = arith.constant 0.5 : {kind}
    %r = arith.mulf %q, %c : {kind}"""
    dtype = {"f64": np.float64, "f32": np.float32, "f16": np.float16}.get(kind, ml_dtypes.bfloat16)
    np.testing.assert_array_equal(made(body, kind), COLUMN.astype(dtype) * dtype(0.5))


def test_positions_along_a_reduction() -> None:
    text = """
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @f(%x: tensor<5x37xf32>) -> tensor<5xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<5xf32>
  %s = linalg.fill ins(%zero : f32) outs(%e : tensor<5xf32>) -> tensor<5xf32>
  %r = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<5x37xf32>) outs(%s : tensor<5xf32>) {
  ^bb0(%in: f32, %old: f32):
    %j = linalg.index 1 : index
    %k = arith.index_cast %j : index to i32
    %w = arith.sitofp %k : i32 to f32
    %t = arith.mulf %in, %w : f32
    %n = arith.addf %old, %t : f32
    linalg.yield %n : f32
  } -> tensor<5xf32>
  return %r : tensor<5xf32>
}"""
    x = RNG.integers(-9, 9, (5, 37)).astype(np.float32)
    for schedule in ("finish\n", "synthesize"):
        kernel = compile(text, "x86-64-v3", schedule=schedule, db="none")
        assert "linalg." not in kernel.mlir
        np.testing.assert_array_equal(kernel.f(x), x @ np.arange(37))
