"""Padded tensors: `tensor.pad` folds into the op that reads it, and answers are numpy's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from morello_mlir import compiler

CONV = """
func.func @f(%x: tensor<2x{h}x{w}x{c}x{t}>, %k: tensor<{kh}x{kw}x{c}x{n}x{t}>)
    -> tensor<2x{oh}x{ow}x{n}x{u}> {{
  %z = arith.constant {zero} : {t}
  %s = arith.constant {start} : {u}
  %p = tensor.pad %x low[0, {lo}, {lo}, 0] high[0, {hi}, {hi}, 0] {{
  ^bb0(%a: index, %b: index, %d: index, %e: index):
    tensor.yield %z : {t}
  }} : tensor<2x{h}x{w}x{c}x{t}> to tensor<2x{H}x{W}x{c}x{t}>
  %e = tensor.empty() : tensor<2x{oh}x{ow}x{n}x{u}>
  %i = linalg.fill ins(%s : {u}) outs(%e : tensor<2x{oh}x{ow}x{n}x{u}>)
    -> tensor<2x{oh}x{ow}x{n}x{u}>
  %r = linalg.conv_2d_nhwc_hwcf
    {{strides = dense<{s}> : tensor<2xi64>, dilations = dense<{d}> : tensor<2xi64>}}
    ins(%p, %k : tensor<2x{H}x{W}x{c}x{t}>, tensor<{kh}x{kw}x{c}x{n}x{t}>)
    outs(%i : tensor<2x{oh}x{ow}x{n}x{u}>) -> tensor<2x{oh}x{ow}x{n}x{u}>
  return %r : tensor<2x{oh}x{ow}x{n}x{u}>
}}
"""

POOL = """
func.func @f(%x: tensor<1x7x9x5xf32>) -> tensor<1x4x5x5xf32> {
  %z = arith.constant VALUE : f32
  %s = arith.constant START : f32
  %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %d: index, %e: index):
    tensor.yield %z : f32
  } : tensor<1x7x9x5xf32> to tensor<1x9x11x5xf32>
  %w = tensor.empty() : tensor<3x3xf32>
  %e = tensor.empty() : tensor<1x4x5x5xf32>
  %i = linalg.fill ins(%s : f32) outs(%e : tensor<1x4x5x5xf32>) -> tensor<1x4x5x5xf32>
  %r = linalg.pooling_nhwc_NAME {strides = dense<2> : tensor<2xi64>}
    ins(%p, %w : tensor<1x9x11x5xf32>, tensor<3x3xf32>) outs(%i : tensor<1x4x5x5xf32>)
    -> tensor<1x4x5x5xf32>
  return %r : tensor<1x4x5x5xf32>
}
"""


@pytest.mark.parametrize("schedule", ["finish", "cut k0; finish", "cut m2; finish", "synthesize"])
@pytest.mark.parametrize(
    ("h", "w", "c", "n", "kh", "kw", "s", "d", "lo", "hi"),
    [
        (9, 10, 20, 32, 3, 3, 1, 1, 1, 1),
        (13, 11, 3, 17, 5, 3, 2, 1, 2, 1),
        (8, 7, 4, 5, 3, 3, 1, 2, 2, 2),
    ],
)
def test_convolutions(
    h: int,
    w: int,
    c: int,
    n: int,
    kh: int,
    kw: int,
    s: int,
    d: int,
    lo: int,
    hi: int,
    schedule: str,
) -> None:
    high, wide = h + lo + hi, w + lo + hi
    oh, ow = (high - (kh - 1) * d - 1) // s + 1, (wide - (kw - 1) * d - 1) // s + 1
    text = CONV.format(**locals(), H=high, W=wide, t="f32", u="f32", zero="0.0", start="0.0")
    kernel = compiler.compile(text, target="native", schedule=schedule, db="none")
    rng = np.random.default_rng(0)
    x = rng.integers(-3, 4, (2, h, w, c)).astype(np.float32)
    k = rng.integers(-3, 4, (kh, kw, c, n)).astype(np.float32)
    padded = np.pad(x, ((0, 0), (lo, hi), (lo, hi), (0, 0)))
    wanted = np.zeros((2, oh, ow, n), np.float32)
    for i in range(kh):
        for j in range(kw):
            rows = slice(i * d, i * d + (oh - 1) * s + 1, s)
            columns = slice(j * d, j * d + (ow - 1) * s + 1, s)
            wanted += padded[:, rows, columns] @ k[i, j]
    assert np.array_equal(kernel.f(x, k), wanted)


@pytest.mark.parametrize(
    ("name", "value", "start", "op"),
    [
        ("max", "0xFF800000", "0xFF800000", np.maximum),
        ("sum", "0.0", "0.0", np.add),
        ("min", "-2.5", "0x7F800000", np.minimum),  # a border that counts
    ],
)
def test_pools(name: str, value: str, start: str, op: Any) -> None:
    text = POOL.replace("NAME", name).replace("VALUE", value).replace("START", start)
    kernel = compiler.compile(text, target="native", schedule="synthesize", db="none")
    x = np.random.default_rng(0).integers(-9, 10, (1, 7, 9, 5)).astype(np.float32)
    outside = {"max": -np.inf, "sum": 0.0, "min": -2.5}[name]
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=outside)
    taps = [padded[:, i : i + 7 : 2, j : j + 9 : 2] for i in range(3) for j in range(3)]
    assert np.array_equal(kernel.f(x), op.reduce(taps))
