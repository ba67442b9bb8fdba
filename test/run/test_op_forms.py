"""Ops as frontends write them: zero points, padding, starts other than zero, several results.

What is synthesised and what is left to stock lowering must both give the right answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from generic import Array

from morello_mlir.compiler import Kernel, compile

pytestmark = pytest.mark.needs_cpu("avx2", "fma", "f16c")
RNG = np.random.default_rng(4)


def synthesized(text: str, *, leaves: bool = False) -> Kernel:
    """The kernel; whether a linalg op is left in it is as expected."""
    kernel = compile(text, "x86-64-v3", schedule="synthesize", db="none")
    assert ("linalg." in kernel.mlir) == leaves, kernel.mlir
    return kernel


def floats(*shape: int) -> Array:
    return RNG.uniform(-1, 1, shape).astype(np.float32)


def bytes_of(*shape: int, kind: Any = np.int8) -> Array:
    info = np.iinfo(kind)
    return RNG.integers(info.min, info.max, shape, dtype=kind, endpoint=True)


def windows(a: Array, kh: int, kw: int) -> Array:
    """NHWC to NHWCkk."""
    return np.lib.stride_tricks.sliding_window_view(a, (kh, kw), (1, 2))


def test_zero_points_that_are_constants() -> None:
    kernel = synthesized("""
func.func @f(%a: memref<1x6x9x5xi8>, %w: memref<3x3x5x19xi8>, %c: memref<1x4x7x19xi32>) {
  %za = arith.constant -128 : i32
  %zw = arith.constant 3 : i32
  linalg.conv_2d_nhwc_hwcf_q
      ins(%a, %w, %za, %zw : memref<1x6x9x5xi8>, memref<3x3x5x19xi8>, i32, i32)
      outs(%c : memref<1x4x7x19xi32>)
  return
}""")  # fmt: skip
    a, w, c = bytes_of(1, 6, 9, 5), bytes_of(3, 3, 5, 19), np.full((1, 4, 7, 19), 7, np.int32)
    want = 7 + np.einsum("nhwckl,klcf->nhwf", windows(a.astype(int) + 128, 3, 3), w.astype(int) - 3)
    kernel.f(a, w, c)
    np.testing.assert_array_equal(c, want)


def test_zero_points_in_memory() -> None:
    kernel = synthesized("""
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#s = affine_map<(m, n, k) -> ()>
#c = affine_map<(m, n, k) -> (m, n)>
func.func @f(%a: memref<7x13xi8>, %b: memref<13x19xi8>, %z: memref<i8>, %c: memref<7x19xi32>) {
  linalg.generic {indexing_maps = [#a, #b, #s, #c],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b, %z : memref<7x13xi8>, memref<13x19xi8>, memref<i8>) outs(%c : memref<7x19xi32>) {
  ^bb0(%x: i8, %y: i8, %p: i8, %old: i32):
    %0 = arith.extui %x : i8 to i32
    %1 = arith.extui %p : i8 to i32
    %2 = arith.subi %0, %1 : i32
    %3 = arith.extsi %y : i8 to i32
    %4 = arith.muli %2, %3 : i32
    %5 = arith.addi %old, %4 : i32
    linalg.yield %5 : i32
  }
  return
}""")
    a, b, c = bytes_of(7, 13, kind=np.uint8), bytes_of(13, 19), np.zeros((7, 19), np.int32)
    kernel.f(a, b, np.array(131, np.uint8), c)
    np.testing.assert_array_equal(c, (a.astype(int) - 131) @ b.astype(int))


CONVOLUTION = """
func.func @f(%a: tensor<1x6x7x5xf32>, %w: tensor<3x3x5x19xf32>) -> tensor<1x6x7x19xf32> {
  %zero = arith.constant 0.0 : f32
  %start = arith.constant START : f32
  %p = tensor.pad %a low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x6x7x5xf32> to tensor<1x8x9x5xf32>
  %e = tensor.empty() : tensor<1x6x7x19xf32>
  %s = linalg.fill ins(%start : f32) outs(%e : tensor<1x6x7x19xf32>) -> tensor<1x6x7x19xf32>
  %r = linalg.conv_2d_nhwc_hwcf ins(%p, %w : tensor<1x8x9x5xf32>, tensor<3x3x5x19xf32>)
      outs(%s : tensor<1x6x7x19xf32>) -> tensor<1x6x7x19xf32>
  return %r : tensor<1x6x7x19xf32>
}"""


@pytest.mark.parametrize("start", [0.0, 1.5])
def test_a_padded_convolution_from_any_start(start: float) -> None:
    kernel = synthesized(CONVOLUTION.replace("START", str(start)))
    a, w = floats(1, 6, 7, 5), floats(3, 3, 5, 19)
    padded = np.pad(a, ((0, 0), (1, 1), (1, 1), (0, 0)))
    want = start + np.einsum("nhwckl,klcf->nhwf", windows(padded, 3, 3), w)
    np.testing.assert_allclose(kernel.f(a, w), want, 1e-5, 1e-5)


@pytest.mark.parametrize("start", ["0xFF800000", "-3.40282347E+38"])
def test_a_padded_pooling_from_any_lowest_number(start: str) -> None:
    kernel = synthesized(f"""
func.func @f(%a: tensor<1x6x7x19xf32>) -> tensor<1x3x3x19xf32> {{
  %low = arith.constant {start} : f32
  %p = tensor.pad %a low[0, 1, 1, 0] high[0, 0, 0, 0] {{
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %low : f32
  }} : tensor<1x6x7x19xf32> to tensor<1x7x8x19xf32>
  %e = tensor.empty() : tensor<1x3x3x19xf32>
  %w = tensor.empty() : tensor<3x3xf32>
  %s = linalg.fill ins(%low : f32) outs(%e : tensor<1x3x3x19xf32>) -> tensor<1x3x3x19xf32>
  %r = linalg.pooling_nhwc_max {{strides = dense<2> : tensor<2xi64>}}
      ins(%p, %w : tensor<1x7x8x19xf32>, tensor<3x3xf32>)
      outs(%s : tensor<1x3x3x19xf32>) -> tensor<1x3x3x19xf32>
  return %r : tensor<1x3x3x19xf32>
}}""")
    a = floats(1, 6, 7, 19)
    padded = np.pad(a, ((0, 0), (1, 0), (1, 0), (0, 0)), constant_values=-9)
    want = windows(padded, 3, 3)[:, ::2, ::2].max((-1, -2))
    np.testing.assert_array_equal(kernel.f(a), want)


def test_a_bias_that_the_sum_begins_with() -> None:
    kernel = synthesized("""
func.func @f(%a: tensor<7x13xf32>, %b: tensor<13x19xf32>, %v: tensor<19xf32>) -> tensor<7x19xf32> {
  %e = tensor.empty() : tensor<7x19xf32>
  %s = linalg.broadcast ins(%v : tensor<19xf32>) outs(%e : tensor<7x19xf32>) dimensions = [0]
  %r = linalg.matmul ins(%a, %b : tensor<7x13xf32>, tensor<13x19xf32>)
      outs(%s : tensor<7x19xf32>) -> tensor<7x19xf32>
  return %r : tensor<7x19xf32>
}""")
    a, b, v = floats(7, 13), floats(13, 19), floats(19)
    np.testing.assert_allclose(kernel.f(a, b, v), a @ b + v, 1e-5, 1e-5)


def test_bytes_without_a_sign() -> None:
    kernel = synthesized("""
func.func @f(%a: memref<7x13xi8>, %b: memref<13x19xi8>, %c: memref<7x19xi32>) {
  linalg.matmul {cast = #linalg.type_fn<cast_unsigned>}
      ins(%a, %b : memref<7x13xi8>, memref<13x19xi8>) outs(%c : memref<7x19xi32>)
  return
}""")  # fmt: skip
    a, b = bytes_of(7, 13, kind=np.uint8), bytes_of(13, 19, kind=np.uint8)
    c = np.zeros((7, 19), np.int32)
    kernel.f(a, b, c)
    np.testing.assert_array_equal(c, a.astype(int) @ b.astype(int))


REDUCTION = """
#a = affine_map<(i, k) -> (i, k)>
#c = affine_map<(i, k) -> (i)>
func.func @f(%a: memref<5x37xTYPE>, %b: memref<5x37xTYPE>, %c: memref<5xTYPE>) {
  linalg.generic {indexing_maps = [#a, #a, #c], iterator_types = ["parallel", "reduction"]}
      ins(%a, %b : memref<5x37xTYPE>, memref<5x37xTYPE>) outs(%c : memref<5xTYPE>) {
  ^bb0(%x: TYPE, %y: TYPE, %old: TYPE):
    BODY
    linalg.yield %s : TYPE
  }
  return
}"""


def test_a_sum_by_fused_multiply_add() -> None:
    body = "%s = math.fma %x, %y, %old : f32"
    kernel = synthesized(REDUCTION.replace("TYPE", "f32").replace("BODY", body))
    a, b, c = floats(5, 37), floats(5, 37), floats(5)
    want = c + (a * b).sum(1)
    kernel.f(a, b, c)
    np.testing.assert_allclose(c, want, 1e-5, 1e-5)


@pytest.mark.parametrize("kind", ["f32", "i32"])
def test_a_sum_by_subtraction(kind: str) -> None:
    op = kind[0]
    body = f"%p = arith.mul{op} %x, %y : {kind}\n    %s = arith.sub{op} %old, %p : {kind}"
    kernel = synthesized(REDUCTION.replace("TYPE", kind).replace("BODY", body))
    a, b = (floats(5, 37) if op == "f" else bytes_of(5, 37, kind=np.int32) for _ in "ab")
    c = np.ones(5, a.dtype)
    with np.errstate(over="ignore"):
        want = c - (a * b).sum(1, dtype=a.dtype)
    kernel.f(a, b, c)
    np.testing.assert_allclose(c, want, 1e-5 if op == "f" else 0, 1e-5 if op == "f" else 0)


@pytest.mark.parametrize(("op", "by"), [("ori", np.any), ("andi", np.all)])
def test_truth_values(op: str, by: Any) -> None:
    """A vector of i1 has eight to the byte, memory one."""
    kernel = synthesized(f"""
func.func @f(%a: memref<5x37xi1>, %c: memref<5xi1>) {{
  linalg.reduce {{ arith.{op} }} ins(%a : memref<5x37xi1>) outs(%c : memref<5xi1>) dimensions = [1]
  return
}}""", leaves=True)  # fmt: skip
    a = RNG.uniform(size=(5, 37)) < (0.02 if op == "ori" else 0.98)
    c = np.full(5, op == "andi")
    kernel.f(a, c)
    np.testing.assert_array_equal(c, by(a, axis=1))


def test_several_results_are_left_to_stock_lowering() -> None:
    kernel = synthesized("""
func.func @f(%a: tensor<5x37xf32>, %s: tensor<5xf32>, %m: tensor<5xf32>)
    -> (tensor<5xf32>, tensor<5xf32>) {
  %r:2 = linalg.reduce ins(%a, %a : tensor<5x37xf32>, tensor<5x37xf32>)
      outs(%s, %m : tensor<5xf32>, tensor<5xf32>) dimensions = [1]
    (%x: f32, %y: f32, %old: f32, %most: f32) {
      %0 = arith.addf %old, %x : f32
      %1 = arith.maximumf %most, %y : f32
      linalg.yield %0, %1 : f32, f32
    }
  return %r#0, %r#1 : tensor<5xf32>, tensor<5xf32>
}""", leaves=True)  # fmt: skip
    assert any("has 2 results" in d for d in kernel.diagnostics)
    a, s, m = floats(5, 37), floats(5), floats(5)
    total, most = kernel.f(a, s, m)
    np.testing.assert_allclose(total, s + a.sum(1), 1e-5, 1e-5)
    np.testing.assert_array_equal(most, np.maximum(m, a.max(1)))


def test_the_place_of_the_largest() -> None:
    kernel = synthesized(
        """
#a = affine_map<(i, k) -> (i, k)>
#c = affine_map<(i, k) -> (i)>
func.func @f(%a: memref<5x37xf32>, %m: memref<5xf32>, %p: memref<5xi64>) {
  linalg.generic {indexing_maps = [#a, #c, #c], iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<5x37xf32>) outs(%m, %p : memref<5xf32>, memref<5xi64>) {
  ^bb0(%x: f32, %old: f32, %at: i64):
    %k = linalg.index 1 : index
    %here = arith.index_cast %k : index to i64
    %more = arith.cmpf ogt, %x, %old : f32
    %0 = arith.select %more, %x, %old : f32
    %1 = arith.select %more, %here, %at : i64
    linalg.yield %0, %1 : f32, i64
  }
  return
}""",
        leaves=True,
    )
    a, m, p = floats(5, 37), np.full(5, -9, np.float32), np.zeros(5, np.int64)
    kernel.f(a, m, p)
    np.testing.assert_array_equal(p, a.argmax(1))


@pytest.mark.parametrize("op", ["divsi", "remui"])
def test_padding_divides_by_nothing_that_traps(op: str) -> None:
    kernel = synthesized(f"""
func.func @f(%a: memref<5x37xi32>, %b: memref<5x37xi32>, %c: memref<5x37xi32>) {{
  linalg.map {{ arith.{op} }} ins(%a, %b : memref<5x37xi32>, memref<5x37xi32>)
      outs(%c : memref<5x37xi32>)
  return
}}""")
    a, b = RNG.integers(1, 1000, (2, 5, 37), dtype=np.int32)
    c = np.zeros_like(a)
    kernel.f(a, b, c)
    np.testing.assert_array_equal(c, a // b if op == "divsi" else a % b)


@pytest.mark.parametrize("power", [0, 1, 2, 7, -3])
def test_a_whole_power_is_products(power: int) -> None:
    kernel = synthesized(f"""
#i = affine_map<(i, j) -> (i, j)>
func.func @f(%a: memref<5x37xf32>, %c: memref<5x37xf32>) {{
  %n = arith.constant {power} : i64
  linalg.generic {{indexing_maps = [#i, #i], iterator_types = ["parallel", "parallel"]}}
      ins(%a : memref<5x37xf32>) outs(%c : memref<5x37xf32>) {{
  ^bb0(%x: f32, %o: f32):
    %p = math.fpowi %x, %n : f32, i64
    linalg.yield %p : f32
  }}
  return
}}""")
    a = RNG.uniform(0.5, 2, (5, 37)).astype(np.float32)
    c = np.zeros_like(a)
    kernel.f(a, c)
    np.testing.assert_allclose(c, a**power, 1e-6)


def test_truth_values_between_ops_are_bytes() -> None:
    """Made by an op, a constant and a fill; moved, cut, combined, read as one, counted."""
    kernel = synthesized("""
#i = affine_map<(i, j) -> (i, j)>
#r = affine_map<(i, j) -> (i)>
func.func @f(%a: tensor<5x16xf32>, %b: tensor<5x16xf32>) -> (tensor<5xf32>, tensor<5x16xf32>) {
  %no = arith.constant false
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %odd = arith.constant dense<[true, false, true, false, true]> : tensor<5xi1>
  %eb = tensor.empty() : tensor<5x16xi1>
  %less = linalg.generic {indexing_maps = [#i, #i, #i], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<5x16xf32>, tensor<5x16xf32>) outs(%eb : tensor<5x16xi1>) {
  ^bb0(%x: f32, %y: f32, %o: i1):
    %0 = arith.cmpf olt, %x, %y : f32
    linalg.yield %0 : i1
  } -> tensor<5x16xi1>
  %et = tensor.empty() : tensor<16x5xi1>
  %turned = linalg.transpose ins(%less : tensor<5x16xi1>) outs(%et : tensor<16x5xi1>)
      permutation = [1, 0]
  %cut = tensor.extract_slice %turned[0, 0] [8, 5] [2, 1] : tensor<16x5xi1> to tensor<8x5xi1>
  %er = tensor.empty() : tensor<5xi1>
  %ec = tensor.empty() : tensor<8x5xi1>
  %twice = linalg.map { arith.andi } ins(%cut, %cut : tensor<8x5xi1>, tensor<8x5xi1>)
      outs(%ec : tensor<8x5xi1>)
  %none = linalg.fill ins(%no : i1) outs(%er : tensor<5xi1>) -> tensor<5xi1>
  %any = linalg.reduce { arith.ori } ins(%twice : tensor<8x5xi1>) outs(%none : tensor<5xi1>)
      dimensions = [0]
  %unlike = linalg.map { arith.xori } ins(%any, %odd : tensor<5xi1>, tensor<5xi1>)
      outs(%er : tensor<5xi1>)
  %ef = tensor.empty() : tensor<5xf32>
  %marks = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>,
      affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%any, %unlike : tensor<5xi1>, tensor<5xi1>) outs(%ef : tensor<5xf32>) {
  ^bb0(%x: i1, %y: i1, %o: f32):
    %0 = arith.andi %x, %y : i1
    %1 = arith.uitofp %0 : i1 to f32
    linalg.yield %1 : f32
  } -> tensor<5xf32>
  %at = arith.constant 3 : index
  %first = tensor.extract %less[%at, %at] : tensor<5x16xi1>
  %scale = arith.select %first, %one, %zero : f32
  %em = tensor.empty() : tensor<5x16xf32>
  %least = linalg.generic {indexing_maps = [#i, #i, #i, #i],
      iterator_types = ["parallel", "parallel"]}
      ins(%less, %a, %b : tensor<5x16xi1>, tensor<5x16xf32>, tensor<5x16xf32>)
      outs(%em : tensor<5x16xf32>) {
  ^bb0(%c: i1, %x: f32, %y: f32, %o: f32):
    %0 = arith.select %c, %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<5x16xf32>
  %es = tensor.empty() : tensor<5x16xf32>
  %all = linalg.fill ins(%scale : f32) outs(%es : tensor<5x16xf32>) -> tensor<5x16xf32>
  %y = linalg.mul ins(%least, %all : tensor<5x16xf32>, tensor<5x16xf32>)
      outs(%em : tensor<5x16xf32>) -> tensor<5x16xf32>
  return %marks, %y : tensor<5xf32>, tensor<5x16xf32>
}""")
    assert "xi1>" not in kernel.mlir.replace("vector<16xi1>", "").replace("vector<8xi1>", "")
    for _ in range(4):
        a, b = floats(5, 16), floats(5, 16)
        a[2] = 9
        marks, y = kernel.f(a, b)
        some = (a < b)[:, ::2].any(1) & (np.arange(5) % 2 == 1)  # any and (any xor odd)
        np.testing.assert_array_equal(marks, some.astype(np.float32))
        np.testing.assert_array_equal(y, np.minimum(a, b) * (a[3, 3] < b[3, 3]))


def test_rows_of_which_all_is_masked() -> None:
    """The guard of PyTorch's softmax asks the maximum, and knows a NaN; a splat is a constant."""
    text = """
#r = affine_map<(i, k) -> (i, k)>
#c = affine_map<(i, k) -> (i)>
func.func @f(%x: tensor<5x37xf32>) -> (tensor<5xf32>, tensor<5x37xf32>) {
  %least = arith.constant 0xFF800000 : f32
  %true = arith.constant true
  %zeros = arith.constant dense<0.5> : tensor<5x37xf32>
  %em = tensor.empty() : tensor<5xf32>
  %fm = linalg.fill ins(%least : f32) outs(%em : tensor<5xf32>) -> tensor<5xf32>
  %max = linalg.generic {indexing_maps = [#r, #c], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<5x37xf32>) outs(%fm : tensor<5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %m = arith.maximumf %in, %out : f32
    linalg.yield %m : f32
  } -> tensor<5xf32>
  %eb = tensor.empty() : tensor<5x37xi1>
  %each = linalg.generic {indexing_maps = [#r, #r], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<5x37xf32>) outs(%eb : tensor<5x37xi1>) {
  ^bb0(%in: f32, %out: i1):
    %c = arith.cmpf oeq, %in, %least : f32
    linalg.yield %c : i1
  } -> tensor<5x37xi1>
  %ea = tensor.empty() : tensor<5xi1>
  %fa = linalg.fill ins(%true : i1) outs(%ea : tensor<5xi1>) -> tensor<5xi1>
  %all = linalg.generic {indexing_maps = [#r, #c], iterator_types = ["parallel", "reduction"]}
      ins(%each : tensor<5x37xi1>) outs(%fa : tensor<5xi1>) {
  ^bb0(%in: i1, %out: i1):
    %a = arith.andi %in, %out : i1
    linalg.yield %a : i1
  } -> tensor<5xi1>
  %ey = tensor.empty() : tensor<5x37xf32>
  %y = linalg.generic {indexing_maps = [#c, #r, #r, #r], iterator_types = ["parallel", "parallel"]}
      ins(%all, %zeros, %x : tensor<5xi1>, tensor<5x37xf32>, tensor<5x37xf32>)
      outs(%ey : tensor<5x37xf32>) {
  ^bb0(%c: i1, %z: f32, %in: f32, %out: f32):
    %s = arith.select %c, %z, %in : f32
    linalg.yield %s : f32
  } -> tensor<5x37xf32>
  return %max, %y : tensor<5xf32>, tensor<5x37xf32>
}"""
    kernel = synthesized(text)
    assert "andi" not in kernel.mlir
    x = floats(5, 37)
    x[1] = x[2] = x[3] = -np.inf
    x[2, 7], x[3, 36] = np.nan, -1e38
    most, y = kernel.f(x)
    np.testing.assert_array_equal(most, x.max(1))
    x[1] = 0.5
    np.testing.assert_array_equal(y, x)


def test_a_truth_value_without_dimensions() -> None:
    kernel = synthesized(
        """
#n = affine_map<() -> ()>
func.func @f(%a: tensor<f32>, %b: tensor<f32>) -> tensor<i1> {
  %e = tensor.empty() : tensor<i1>
  %c = linalg.generic {indexing_maps = [#n, #n, #n], iterator_types = []}
      ins(%a, %b : tensor<f32>, tensor<f32>) outs(%e : tensor<i1>) {
  ^bb0(%x: f32, %y: f32, %o: i1):
    %0 = arith.cmpf olt, %x, %y : f32
    linalg.yield %0 : i1
  } -> tensor<i1>
  return %c : tensor<i1>
}""",
        leaves=True,
    )
    one, two = np.array(1, np.float32), np.array(2, np.float32)
    assert kernel.f(one, two) and not kernel.f(two, one)


@pytest.mark.parametrize("schedule", [None, "synthesize"])
def test_a_check_in_a_body_stays(schedule: str | None) -> None:
    kernel = compile("""
#i = affine_map<(i) -> (i)>
func.func @f(%a: memref<37xf32>, %c: memref<37xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.generic {indexing_maps = [#i, #i], iterator_types = ["parallel"]}
      ins(%a : memref<37xf32>) outs(%c : memref<37xf32>) {
  ^bb0(%x: f32, %o: f32):
    %good = arith.cmpf one, %x, %zero : f32
    cf.assert %good, "a zero"
    %r = arith.divf %x, %x : f32
    linalg.yield %r : f32
  }
  return
}""", "x86-64-v3", schedule=schedule, db="none")  # fmt: skip
    a, c = floats(37) + 9, floats(37)
    kernel.f(a, c)
    np.testing.assert_array_equal(c, 1)
    assert "abort" in kernel.llvm
