"""Winograd's transforms as code: awkward sizes, every edge, and errors against exact sums.

Fresh memory is poisoned, so that reading what nobody wrote shows as NaN.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from poison import poisoned

import morello_mlir
from morello_mlir.compiler import Kernel

ERRORS = {2: 4e-6, 4: 4e-5}
"""The largest error that normally distributed data may make, as a part of the results' deviation.

Sums of 64 products in one order after another make some 1e-6."""


def conv(
    image: tuple[int, int, int, int], columns: int, marked: str = "", fill: bool = True
) -> str:
    """A convolution by 3 x 3 taps of an image that is padded already, channels last."""
    b, h, w, c = image
    x, y = f"memref<{b}x{h}x{w}x{c}xf32>", f"memref<{b}x{h - 2}x{w - 2}x{columns}xf32>"
    taps = f"memref<3x3x{c}x{columns}xf32>"
    mark = f', morello.layout = "{marked}"' if marked else ""
    return f"""
func.func @conv(%x: {x}, %w: {taps} {{morello.name = "w"{mark}}}, %y: {y}) {{
  {"%z = arith.constant 0.0 : f32" if fill else ""}
  {f"linalg.fill ins(%z : f32) outs(%y : {y})" if fill else ""}
  linalg.conv_2d_nhwc_hwcf ins(%x, %w : {x}, {taps}) outs(%y : {y})
  return
}}"""


def direct(x: Any, w: Any) -> Any:
    """The same in f64."""
    h, v = x.shape[1] - 2, x.shape[2] - 2
    x, w = x.astype(np.float64), w.astype(np.float64)
    parts = [x[:, i : i + h, j : j + v] @ w[i, j] for i, j in product(range(3), repeat=2)]
    return np.sum(parts, axis=0)


def numbers(shape: tuple[int, ...], seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def compiled(source: str, schedule: str, target: str = "native") -> Kernel:
    return morello_mlir.compile(
        source, schedule=schedule, target=target, accuracy="relaxed", db="none"
    )


def close(found: Any, wanted: Any, results: int) -> None:
    error = np.abs(found - wanted).max() / np.sqrt(np.mean(wanted**2))
    assert error < ERRORS[results], f"an error of {error:.2g}"


SHAPES = [
    ((1, 6, 6, 16), 16),  # one whole tile
    ((1, 5, 4, 5), 7),  # less than a tile
    ((1, 9, 11, 33), 20),  # rests everywhere
    ((3, 7, 10, 1), 17),
    ((2, 12, 5, 18), 1),
    ((1, 4, 20, 64), 70),
]


@pytest.mark.parametrize("results", [2, 4])
@pytest.mark.parametrize(("image", "columns"), SHAPES)
def test_awkward_sizes(image: tuple[int, int, int, int], columns: int, results: int) -> None:
    x, w = numbers(image), numbers((3, 3, image[3], columns), 1)
    source = conv(image, columns, f"[d0^{results}][d1^{results}][d2][d3]")
    total = image[0] * -(-(image[1] - 2) // results) * -(-(image[2] - 2) // results)
    for tiles in {1, min(4, total)}:
        kernel = compiled(source, f"winograd {results} {tiles}\nfinish")
        y = np.full((image[0], image[1] - 2, image[2] - 2, columns), np.nan, np.float32)
        with poisoned():
            kernel.conv(x, kernel.conv_pack_w(w), y)
        close(y, direct(x, w), results)


@pytest.mark.needs_cpu("avx2", "fma", "f16c")
@pytest.mark.parametrize("results", [2, 4])
def test_the_same_on_a_lesser_machine(results: int) -> None:
    image, columns = (1, 9, 8, 19), 21
    x, w = numbers(image), numbers((3, 3, 19, 21), 1)
    schedule = f"move B L2 [k0^{results}][k1^{results}][n/8][k2][8n]\nwinograd {results} 3\nfinish"
    y = np.empty((1, 7, 6, 21), np.float32)
    with poisoned():
        compiled(conv(image, columns), schedule, "x86-64-v3").conv(x, w, y)
    close(y, direct(x, w), results)


@pytest.mark.parametrize("results", [2, 4])
def test_adding_to_what_is_there(results: int) -> None:
    image = (2, 7, 9, 8)
    x, w = numbers(image), numbers((3, 3, 8, 24), 1)
    source = conv(image, 24, f"[d0^{results}][d1^{results}][d2][d3]", fill=False)
    kernel = compiled(source, f"winograd {results} 2\nfinish")
    y = numbers((2, 5, 7, 24), 2)
    wanted = y + direct(x, w)
    with poisoned():
        kernel.conv(x, kernel.conv_pack_w(w), y)
    close(y, wanted, results)


@pytest.mark.parametrize(("channels", "bound"), [(16, 1.0), (256, 1.5)])
@pytest.mark.parametrize("results", [2, 4])
def test_errors_are_those_that_the_docs_say(results: int, channels: int, bound: float) -> None:
    """Two kinds of data, more channels: `docs/schedules.md` has these bounds."""
    image = (1, 18, 18, channels)
    stored = f"[d0^{results}][d1^{results}][d3/16][d2][16d3]"
    kernel = compiled(conv(image, 16, stored), f"winograd {results} 16\nfinish")
    for draw in ("normal", "uniform"):
        rng = np.random.default_rng(7)
        x, w = (
            getattr(rng, draw)(size=shape).astype(np.float32)
            for shape in (image, (3, 3, channels, 16))
        )
        y = np.empty((1, 16, 16, 16), np.float32)
        kernel.conv(x, kernel.conv_pack_w(w), y)
        wanted = direct(x, w)
        error = np.abs(y - wanted).max() / np.sqrt(np.mean(wanted**2))
        assert error < bound * ERRORS[results]


def test_constants_are_transformed_at_compile_time() -> None:
    """Bits differ from those of `transform` by its rounding alone."""
    image, w = (1, 8, 9, 3), numbers((3, 3, 3, 4), 1)
    dense = np.array2string(w, separator=", ", threshold=w.size + 1)
    source = f"""
func.func @conv(%x: tensor<1x8x9x3xf32>, %y: tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32> {{
  %w = arith.constant {{morello.layout = "[d0^4][d1^4][d2][d3]"}}
      dense<{dense}> : tensor<3x3x3x4xf32>
  %0 = linalg.conv_2d_nhwc_hwcf ins(%x, %w : tensor<1x8x9x3xf32>, tensor<3x3x3x4xf32>)
    outs(%y : tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32>
  return %0 : tensor<1x6x7x4xf32>
}}"""
    x, y = numbers(image), numbers((1, 6, 7, 4), 2)
    found = compiled(source, "winograd 4 4\nfinish").conv(x, y)
    close(found, y + direct(x, w), 4)


GENERIC = """
#image = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d4, d1 + d3, d5)>
#taps = affine_map<(d0, d1, d2, d3, d4, d5) -> (d4, d2, d3, d5)>
#result = affine_map<(d0, d1, d2, d3, d4, d5) -> (d4, d0, d2, d1)>
func.func @conv(%x: memref<3x2x12x5xf64>,
    %w: memref<2x6x3x5xf64> {morello.name = "w", morello.layout = "[d2^RES][d0][d3][d1]"},
    %y: memref<2x3x6x10xf64>) {
  linalg.generic {indexing_maps = [#image, #taps, #result], iterator_types =
      ["parallel", "parallel", "parallel", "reduction", "parallel", "reduction"]}
      ins(%x, %w : memref<3x2x12x5xf64>, memref<2x6x3x5xf64>) outs(%y : memref<2x3x6x10xf64>) {
    ^bb0(%a: f64, %b: f64, %c: f64):
      %0 = arith.mulf %b, %a : f64
      %1 = arith.addf %c, %0 : f64
      linalg.yield %1 : f64
  } -> ()
  return
}"""


@pytest.mark.parametrize("results", [2, 4])
def test_one_window_groups_and_no_op_name(results: int) -> None:
    """A generic op in f64, whose output is contiguous along the window."""
    rng = np.random.default_rng(3)
    x, w = rng.standard_normal((3, 2, 12, 5)), rng.standard_normal((2, 6, 3, 5))
    y = np.zeros((2, 3, 6, 10))
    kernel = compiled(GENERIC.replace("RES", str(results)), f"winograd {results} 3\nfinish")
    with poisoned():
        kernel.conv(x, kernel.conv_pack_w(w), y)
    wanted = sum(np.einsum("bgxc,gnc->gbnx", x[:, :, t : t + 10], w[:, :, t]) for t in range(3))
    np.testing.assert_allclose(y, wanted, atol=1e-12)


def test_images_with_windows_along_the_contiguous_dimension() -> None:
    """Channels first: one lane at a time, and right."""
    rng = np.random.default_rng(4)
    x, w = rng.standard_normal((2, 3, 7, 8)), rng.standard_normal((4, 3, 3, 3))
    x, w = x.astype(np.float32), w.astype(np.float32)
    source = """
func.func @conv(%x: memref<2x3x7x8xf32>, %w: memref<4x3x3x3xf32>, %y: memref<2x4x5x6xf32>) {
  linalg.conv_2d_nchw_fchw ins(%x, %w : memref<2x3x7x8xf32>, memref<4x3x3x3xf32>)
    outs(%y : memref<2x4x5x6xf32>)
  return
}"""
    y = np.zeros((2, 4, 5, 6), np.float32)
    schedule = "move B mem [k1^4][k2^4][n][k0]\nwinograd 4 3\nfinish"
    with poisoned():
        compiled(source, schedule).conv(x, w, y)
    wanted = direct(x.transpose(0, 2, 3, 1), w.transpose(2, 3, 1, 0)).transpose(0, 3, 1, 2)
    close(y, wanted, 4)


def test_the_search_takes_it_if_it_may() -> None:
    image = (1, 16, 16, 16)
    x, w = numbers(image), numbers((3, 3, 16, 16), 1)
    kernel = compiled(conv(image, 16, "any"), "synthesize")
    packed = kernel.conv_pack_w(w)
    assert packed.size in (w.size * 16 // 9, w.size * 36 // 9)
    y = np.empty((1, 14, 14, 16), np.float32)
    kernel.conv(x, packed, y)
    close(y, direct(x, w), 4)


PADDED = """
func.func @conv(%x: tensor<2x7x9x6xf32>, %w: tensor<3x3x6x20xf32> {morello.name = "w",
    morello.layout = "[d0^RES][d1^RES][d2][d3]"}, %y: tensor<2x7x9x20xf32>)
    -> tensor<2x7x9x20xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
    ^bb0(%a: index, %b: index, %c: index, %d: index):
      tensor.yield %zero : f32
  } : tensor<2x7x9x6xf32> to tensor<2x9x11x6xf32>
  %0 = linalg.conv_2d_nhwc_hwcf ins(%p, %w : tensor<2x9x11x6xf32>, tensor<3x3x6x20xf32>)
    outs(%y : tensor<2x7x9x20xf32>) -> tensor<2x7x9x20xf32>
  return %0 : tensor<2x7x9x20xf32>
}"""


@pytest.mark.parametrize("results", [2, 4])
def test_a_border_of_zeros_is_never_read(results: int) -> None:
    x, w, y = numbers((2, 7, 9, 6)), numbers((3, 3, 6, 20), 1), numbers((2, 7, 9, 20), 2)
    kernel = compiled(PADDED.replace("RES", str(results)), f"winograd {results} 4\nfinish")
    assert "tensor.pad" not in kernel.mlir
    with poisoned():
        found = kernel.conv(x, kernel.conv_pack_w(w), y)
    around = ((0, 0), (1, 1), (1, 1), (0, 0))
    close(found, y + direct(np.pad(x, around), w), results)
