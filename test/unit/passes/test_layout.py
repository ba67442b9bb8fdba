"""Free layouts as a search sees them, and constants as bits in another order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from mlir import ir

from morello_mlir.dialect.structured import read_structured
from morello_mlir.layout import parse_layout
from morello_mlir.passes.base import Report
from morello_mlir.passes.constants import elements, packed, repacked
from morello_mlir.passes.freedom import Stored, fix_layouts, free_operands, has_layouts
from morello_mlir.passes.layout import LayoutPass
from morello_mlir.passes.linalg_ops import linalg_ops
from morello_mlir.passes.source import new_context, read_module

SOURCE = """
memref.global "private" constant @table : memref<5x7xf32> = dense<1.0>
memref.global "private" @changes : memref<5x7xf32> = dense<1.0>
memref.global "private" constant @elsewhere : memref<5x7xf32>
func.func @f(%x: memref<5x7xf32>,
             %w: memref<5x7xf32> {morello.name = "w", morello.layout = "any"},
             %v: memref<5x7xf32> {morello.layout = "any"},
             %u: memref<5x7xf32> {morello.layout = "any"},
             %fixed: memref<5x7xf32> {morello.layout = "[d1][d0]"}, %c: memref<5x7xf32>) {
  linalg.add ins(%x, %w : memref<5x7xf32>, memref<5x7xf32>) outs(%c : memref<5x7xf32>)
  linalg.add ins(%v, %fixed : memref<5x7xf32>, memref<5x7xf32>) outs(%c : memref<5x7xf32>)
  linalg.add ins(%u, %u : memref<5x7xf32>, memref<5x7xf32>) outs(%c : memref<5x7xf32>)
  %0 = arith.constant 0 : index
  %1 = memref.load %u[%0, %0] : memref<5x7xf32>
  %t = memref.get_global @table : memref<5x7xf32>
  %s = memref.get_global @changes : memref<5x7xf32>
  linalg.add ins(%t, %s : memref<5x7xf32>, memref<5x7xf32>) outs(%c : memref<5x7xf32>)
  %r = memref.get_global @elsewhere : memref<5x7xf32>
  linalg.exp ins(%r : memref<5x7xf32>) outs(%c : memref<5x7xf32>)
  return
}
func.func @g(%x: tensor<3xf32>) -> tensor<3xf32> {
  %returned = arith.constant dense<2.0> : tensor<3xf32>
  %w = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %plain = arith.constant {morello.layout = "plain"} dense<4.0> : tensor<3xf32>
  %0 = linalg.add ins(%x, %w : tensor<3xf32>, tensor<3xf32>) outs(%x : tensor<3xf32>)
      -> tensor<3xf32>
  %1 = linalg.add ins(%0, %plain : tensor<3xf32>, tensor<3xf32>) outs(%x : tensor<3xf32>)
      -> tensor<3xf32>
  return %returned : tensor<3xf32>
}
func.func private @called(%x: memref<3xf32> {morello.layout = "any"}, %c: memref<3xf32>) {
  linalg.exp ins(%x : memref<3xf32>) outs(%c : memref<3xf32>)
  return
}
func.func @caller(%x: memref<3xf32>) {
  call @called(%x, %x) : (memref<3xf32>, memref<3xf32>) -> ()
  return
}
"""
W, V = Stored("f", "w"), Stored("f", "arg2")
TABLE, CONSTANT = Stored("", "@table"), Stored("g", "constant1")


@pytest.fixture
def module() -> Iterator[Any]:
    with new_context():
        yield read_module(SOURCE, Report())


def free(module: Any) -> list[dict[int, Stored]]:
    return [free_operands(read_structured(op)) for op in linalg_ops(module.operation)]


def test_what_is_free(module: Any) -> None:
    assert free(module) == [{1: W}, {0: V}, {}, {0: TABLE}, {}, {1: CONSTANT}, {}, {}]
    assert [str(s) for s in (W, TABLE, CONSTANT)] == ["@f: w", "@table", "@g: constant1"]


def test_choices_become_layouts(module: Any) -> None:
    fix_layouts(module, {W: "[d1/4][d0][4d1]", V: None, TABLE: "[d1][d0]", CONSTANT: "[d0/2][2d0]"})
    assert free(module) == [{}] * 8
    assert has_layouts(module)
    report = Report()
    LayoutPass().run(module, report)
    assert not has_layouts(module)
    assert [d.message for d in report.diagnostics] == [
        "argument 'arg3' of 'f' keeps the plain layout: none was chosen",
        "argument 'arg0' of 'called' keeps the plain layout: none was chosen",
    ]
    made = str(module)
    assert "@f_pack_w(%arg0: memref<5x7xf32>" in made
    assert "%arg1: memref<40xf32> {bufferize.result" in made
    assert "@f_pack_arg2(%arg0: memref<5x7xf32>" in made
    assert "@table_packed : memref<35xf32> = dense<1.0" in made
    assert "dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 0.000000e+00]> : tensor<4xf32>" in made
    # w and the fixed one, each with its packing, and the two constants
    assert made.count('"morello.view"') == 6


LAYOUTS = ("[k][n]", "[n][k]", "[n/4][k][4n]", "[n/4][k/2][4n][2k]", "[k/6][n][6k/2][2k]")


@pytest.mark.parametrize("text", LAYOUTS)
@pytest.mark.parametrize("shape", [(1, 1), (5, 7), (6, 8), (13, 3)])
def test_packed_is_where_the_layout_says(text: str, shape: tuple[int, int]) -> None:
    layout, _ = parse_layout(text, ("k", "n"))
    array = np.arange(1, 1 + shape[0] * shape[1], dtype=np.uint16).reshape(shape)
    want = np.zeros(layout.size(shape), np.uint16)
    for index in np.ndindex(shape):
        want[layout.offset(index, shape)] = array[index]
    np.testing.assert_array_equal(packed(array, layout), want)


TYPES = {
    "f64": np.float64,
    "f32": np.float32,
    "f16": np.float16,
    "bf16": ml_dtypes.bfloat16,
    "i64": np.int64,
    "i32": np.int32,
    "i16": np.int16,
    "i8": np.int8,
}


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("shape", [(2, 3), (11, 13)])
def test_elements_of_every_type(name: str, shape: tuple[int, int]) -> None:
    array = (np.arange(shape[0] * shape[1]).reshape(shape) - 3).astype(TYPES[name])
    array[-1, -1] = array[0, 0]  # as in one that is all alike
    bits = array.view(f"u{array.itemsize}")
    size = "x".join(map(str, shape))
    data = f'dense<"0x{array.tobytes().hex()}"> : tensor<{size}x{name}>'
    with new_context(), ir.Location.unknown():
        np.testing.assert_array_equal(elements(ir.Attribute.parse(data)), bits)
        alike = ir.Attribute.parse(
            f'dense<"0x{array[:1, :1].tobytes().hex()}"> : tensor<{size}x{name}>'
        )
        np.testing.assert_array_equal(elements(alike), np.full_like(bits, bits[0, 0]))
        row = repacked(alike, parse_layout("[n][k]", ("k", "n"))[0])
        assert row.is_splat and str(row.type) == f"tensor<{array.size}x{name}>"
        back = repacked(ir.Attribute.parse(data), parse_layout("[n][k]", ("k", "n"))[0])
        np.testing.assert_array_equal(elements(back), bits.T.reshape(-1))
