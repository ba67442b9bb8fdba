"""What `morello-lower` takes besides plain linalg, run and compared with numpy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from morello_mlir import compiler

Reference = Callable[..., Any]


def softmax(a: Any) -> Any:
    shifted = np.exp(a - a.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def packed(a: Any) -> Any:
    padded = np.pad(a, ((0, 1), (0, 1)), constant_values=1)
    return padded.reshape(3, 2, 2, 2).transpose(0, 2, 1, 3)


CASES: dict[str, tuple[str, Reference]] = {
    "softmax": (
        """func.func @f(%a: tensor<4x6xf32>) -> tensor<4x6xf32> {
          %e = tensor.empty() : tensor<4x6xf32>
          %0 = linalg.softmax dimension(1) ins(%a : tensor<4x6xf32>)
                              outs(%e : tensor<4x6xf32>) -> tensor<4x6xf32>
          return %0 : tensor<4x6xf32>
        }""",
        softmax,
    ),
    "pack": (
        """func.func @f(%a: tensor<5x3xf32>) -> tensor<3x2x2x2xf32> {
          %one = arith.constant 1.0 : f32
          %e = tensor.empty() : tensor<3x2x2x2xf32>
          %0 = linalg.pack %a padding_value(%one : f32) inner_dims_pos = [0, 1]
              inner_tiles = [2, 2] into %e : tensor<5x3xf32> -> tensor<3x2x2x2xf32>
          return %0 : tensor<3x2x2x2xf32>
        }""",
        packed,
    ),
    "pad": (
        """func.func @f(%a: tensor<5x3xf32>) -> tensor<8x4xf32> {
          %one = arith.constant 1.0 : f32
          %0 = tensor.pad %a low[0, 0] high[3, 1] {
          ^bb0(%i: index, %j: index):
            tensor.yield %one : f32
          } : tensor<5x3xf32> to tensor<8x4xf32>
          return %0 : tensor<8x4xf32>
        }""",
        lambda a: np.pad(a, ((0, 3), (0, 1)), constant_values=1),
    ),
    "slices": (
        """func.func @f(%a: tensor<8x8xf32>) -> tensor<8x8xf32> {
          %s = tensor.extract_slice %a[0, 0] [4, 8] [1, 1] : tensor<8x8xf32> to tensor<4x8xf32>
          %e = tensor.empty() : tensor<4x8xf32>
          %n = linalg.negf ins(%s : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
          %r = tensor.insert_slice %n into %a[4, 0] [4, 8] [1, 1]
              : tensor<4x8xf32> into tensor<8x8xf32>
          return %r : tensor<8x8xf32>
        }""",
        lambda a: np.concatenate([a[:4], -a[:4]]),
    ),
    "a tensor carried around a loop": (
        """func.func @f(%a: tensor<4xf32>) -> tensor<4xf32> {
          %c0 = arith.constant 0 : index
          %c1 = arith.constant 1 : index
          %c3 = arith.constant 3 : index
          %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%x = %a) -> tensor<4xf32> {
            %e = tensor.empty() : tensor<4xf32>
            %y = linalg.add ins(%x, %a : tensor<4xf32>, tensor<4xf32>)
                            outs(%e : tensor<4xf32>) -> tensor<4xf32>
            scf.yield %y : tensor<4xf32>
          }
          return %r : tensor<4xf32>
        }""",
        lambda a: 4 * a,
    ),
    "a constant": (
        """func.func @f() -> tensor<2x2xf32> {
          %0 = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
          return %0 : tensor<2x2xf32>
        }""",
        lambda: np.array([[1, 2], [3, 4]]),
    ),
    "rank 0": (
        """func.func @f(%a: tensor<5xf32>) -> tensor<f32> {
          %z = arith.constant dense<0.0> : tensor<f32>
          %0 = linalg.reduce ins(%a : tensor<5xf32>) outs(%z : tensor<f32>) dimensions = [0]
            (%x: f32, %y: f32) {
              %s = arith.addf %x, %y : f32
              linalg.yield %s : f32
            }
          return %0 : tensor<f32>
        }""",
        lambda a: a.sum(),
    ),
    "i1 in memory": (
        """func.func @f(%a: tensor<67xf32>, %b: tensor<67xf32>) -> tensor<67xi1> {
          %e = tensor.empty() : tensor<67xi1>
          %0 = linalg.map ins(%a, %b : tensor<67xf32>, tensor<67xf32>) outs(%e : tensor<67xi1>)
            (%x: f32, %y: f32, %o: i1) {
              %c = arith.cmpf ogt, %x, %y : f32
              linalg.yield %c : i1
            }
          return %0 : tensor<67xi1>
        }""",
        lambda a, b: a > b,
    ),
    "vectors of two dimensions": (
        """func.func @f(%a: memref<4x8xf32>, %b: memref<8x4xf32>) -> f32 {
          %c0 = arith.constant 0 : index
          %z = arith.constant 0.0 : f32
          %i = arith.constant dense<0.0> : vector<4xf32>
          %x = vector.transfer_read %a[%c0, %c0], %z {in_bounds = [true, true]}
              : memref<4x8xf32>, vector<4x8xf32>
          %t = vector.transpose %x, [1, 0] : vector<4x8xf32> to vector<8x4xf32>
          %y = vector.transfer_read %b[%c0, %c0], %z {in_bounds = [true, true]}
              : memref<8x4xf32>, vector<8x4xf32>
          %p = arith.mulf %t, %y : vector<8x4xf32>
          %r = vector.multi_reduction <add>, %p, %i [0] : vector<8x4xf32> to vector<4xf32>
          %s = vector.reduction <add>, %r : vector<4xf32> into f32
          return %s : f32
        }""",
        lambda a, b: (a.T * b).sum(),
    ),
    "masked vectors and a polynomial": (
        """func.func @f(%a: tensor<13xf32>) -> tensor<13xf32> {
          %c0 = arith.constant 0 : index
          %c13 = arith.constant 13 : index
          %z = arith.constant 0.0 : f32
          %m = vector.create_mask %c13 : vector<16xi1>
          %x = vector.transfer_read %a[%c0], %z, %m : tensor<13xf32>, vector<16xf32>
          %y = math.exp %x : vector<16xf32>
          %e = tensor.empty() : tensor<13xf32>
          %r = vector.transfer_write %y, %e[%c0], %m : vector<16xf32>, tensor<13xf32>
          return %r : tensor<13xf32>
        }""",
        np.exp,
    ),
    "a call": (
        """func.func private @twice(%a: tensor<4xf32>) -> tensor<4xf32> {
          %e = tensor.empty() : tensor<4xf32>
          %0 = linalg.add ins(%a, %a : tensor<4xf32>, tensor<4xf32>)
                          outs(%e : tensor<4xf32>) -> tensor<4xf32>
          return %0 : tensor<4xf32>
        }
        func.func @f(%a: tensor<4xf32>) -> tensor<4xf32> {
          %0 = call @twice(%a) : (tensor<4xf32>) -> tensor<4xf32>
          %1 = call @twice(%0) : (tensor<4xf32>) -> tensor<4xf32>
          return %1 : tensor<4xf32>
        }""",
        lambda a: 4 * a,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_against_numpy(case: str) -> None:
    source, reference = CASES[case]
    function = compiler.compile(source).f
    generator = np.random.default_rng(0)
    inputs = [
        generator.standard_normal(p.layout.shape, dtype=np.float32)
        for p in function.signature.inputs
        if p.layout is not None
    ]
    before = [array.copy() for array in inputs]
    result = function(*inputs)
    np.testing.assert_allclose(result, reference(*before), rtol=1e-5, atol=1e-6)
    for array, copy in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_affine_loops_and_memrefs() -> None:
    source = """
    memref.global "private" constant @shift : memref<4xf32> = dense<2.0>
    func.func @f(%a: memref<4xf32>, %c: memref<4xf32>) {
      %s = memref.get_global @shift : memref<4xf32>
      affine.for %i = 0 to 4 {
        %x = affine.load %a[%i] : memref<4xf32>
        %y = affine.load %s[%i] : memref<4xf32>
        %z = arith.addf %x, %y : f32
        affine.store %z, %c[3 - %i] : memref<4xf32>
      }
      return
    }"""
    a, c = np.arange(4, dtype=np.float32), np.zeros(4, np.float32)
    compiler.compile(source).f(a, c)
    np.testing.assert_array_equal(c, a[::-1] + 2)
