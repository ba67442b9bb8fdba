"""What stands before and behind a product: requantisation, dequantised weights, several results.

Each module is one group; the product's sums are in registers when what follows is done, and what
comes before is done while its operand is packed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from morello_mlir import compile

TARGET = "x86-64-v3"
pytestmark = pytest.mark.needs_cpu("avx2", "fma")

MAPS = """
#all = affine_map<(m, n) -> (m, n)>
#column = affine_map<(m, n) -> (n)>
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (k, n)>
#out = affine_map<(m, n, k) -> (m, n)>
"""

REQUANTISED = (
    MAPS
    + """
func.func @f(%a: tensor<30x40xi8>, %b: tensor<40x50xi8>, %scale: tensor<50xf32>,
             %point: tensor<50xi32>) -> tensor<30x50xi8> {
  %zero = arith.constant 0 : i32
  %low = arith.constant -128.0 : f32
  %high = arith.constant 127.0 : f32
  %three = arith.constant 3.0 : f32
  %e = tensor.empty() : tensor<30x50xi32>
  %o = tensor.empty() : tensor<30x50xi8>
  %c = linalg.fill ins(%zero : i32) outs(%e : tensor<30x50xi32>) -> tensor<30x50xi32>
  %p = linalg.generic {indexing_maps = [#left, #right, #out],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<30x40xi8>, tensor<40x50xi8>) outs(%c : tensor<30x50xi32>) {
  ^bb0(%x: i8, %y: i8, %old: i32):
    %u = arith.extui %x : i8 to i32
    %s = arith.extsi %y : i8 to i32
    %t = arith.muli %u, %s : i32
    %r = arith.addi %old, %t : i32
    linalg.yield %r : i32
  } -> tensor<30x50xi32>
  %q = linalg.generic {indexing_maps = [#all, #column, #column, #all],
                       iterator_types = ["parallel", "parallel"]}
      ins(%p, %point, %scale : tensor<30x50xi32>, tensor<50xi32>, tensor<50xf32>)
      outs(%o : tensor<30x50xi8>) {
  ^bb0(%x: i32, %z: i32, %s: f32, %old: i8):
    %d = arith.subi %x, %z : i32
    %f = arith.sitofp %d : i32 to f32
    %g = arith.mulf %f, %s : f32
    %h = math.roundeven %g : f32
    %i = arith.addf %h, %three : f32
    %j = arith.maximumf %i, %low : f32
    %l = arith.minimumf %j, %high : f32
    %r = arith.fptosi %l : f32 to i8
    linalg.yield %r : i8
  } -> tensor<30x50xi8>
  return %q : tensor<30x50xi8>
}
"""
)

DEQUANTISED = (
    MAPS
    + """
func.func @f(%a: tensor<30x40xf32>, %b: tensor<40x50xi8>, %scale: tensor<50xf32>,
             %add: tensor<30x50xf32>) -> (tensor<30x50xf32>, tensor<30x50xf32>) {
  %zero = arith.constant 0.0 : f32
  %w = tensor.empty() : tensor<40x50xf32>
  %e = tensor.empty() : tensor<30x50xf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<30x50xf32>) -> tensor<30x50xf32>
  %d = linalg.generic {indexing_maps = [#all, #column, #all],
                       iterator_types = ["parallel", "parallel"]}
      ins(%b, %scale : tensor<40x50xi8>, tensor<50xf32>) outs(%w : tensor<40x50xf32>) {
  ^bb0(%x: i8, %s: f32, %old: f32):
    %f = arith.sitofp %x : i8 to f32
    %r = arith.mulf %f, %s : f32
    linalg.yield %r : f32
  } -> tensor<40x50xf32>
  %p = linalg.matmul ins(%a, %d : tensor<30x40xf32>, tensor<40x50xf32>)
                     outs(%c : tensor<30x50xf32>) -> tensor<30x50xf32>
  %y = linalg.generic {indexing_maps = [#all, #all, #all],
                       iterator_types = ["parallel", "parallel"]}
      ins(%p, %add : tensor<30x50xf32>, tensor<30x50xf32>) outs(%e : tensor<30x50xf32>) {
  ^bb0(%x: f32, %z: f32, %old: f32):
    %r = arith.addf %x, %z : f32
    linalg.yield %r : f32
  } -> tensor<30x50xf32>
  %z = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<30x50xf32>) outs(%e : tensor<30x50xf32>) {
  ^bb0(%x: f32, %old: f32):
    %r = arith.maximumf %x, %zero : f32
    linalg.yield %r : f32
  } -> tensor<30x50xf32>
  return %y, %z : tensor<30x50xf32>, tensor<30x50xf32>
}
"""
)


def kernel(source: str) -> Any:
    return compile(source, schedule="synthesize", target=TARGET, db="none")["f"]


def drawn() -> tuple[np.random.Generator, Any, Any]:
    rng = np.random.default_rng(7)
    weights = rng.integers(-128, 128, (40, 50)).astype(np.int8)
    return rng, weights, (rng.random(50) / 100).astype(np.float32)


def test_sums_of_bytes_are_requantised_in_registers() -> None:
    rng, weights, scale = drawn()
    image = rng.integers(0, 256, (30, 40)).astype(np.uint8)
    point = rng.integers(-99, 99, 50).astype(np.int32)
    found = kernel(REQUANTISED)(image.view(np.int8), weights, scale, point)
    sums = image.astype(np.int32) @ weights.astype(np.int32)
    real = (sums - point).astype(np.float32) * scale
    wanted = np.clip(np.rint(real) + np.float32(3), -128, 127).astype(np.int8)
    np.testing.assert_array_equal(found, wanted)


def test_weights_are_dequantised_and_a_sum_has_two_readers() -> None:
    rng, weights, scale = drawn()
    a, add = (rng.standard_normal(s).astype(np.float32) for s in ((30, 40), (30, 50)))
    total, positive = kernel(DEQUANTISED)(a, weights, scale, add)
    product = a.astype(np.float64) @ (weights.astype(np.float64) * scale)
    np.testing.assert_allclose(total, product + add, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(positive, np.maximum(product, 0), rtol=1e-5, atol=1e-4)
