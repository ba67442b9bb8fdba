"""Tensors to memrefs: which buffers there are, who owns them, and what is refused."""

from __future__ import annotations

import pytest
from mlir import ir

from morello_mlir.passes.base import PassFailure, Report
from morello_mlir.passes.bufferize import bufferize


def bufferized(source: str) -> str:
    with ir.Context():
        module = ir.Module.parse(source)
        bufferize(module, Report())
        assert module.operation.verify()
        return str(module)


def test_memrefs_are_left_alone() -> None:
    source = """
    func.func @f(%a: memref<4xf32>) {
      %t = memref.alloc() : memref<4xf32>
      memref.copy %a, %t : memref<4xf32> to memref<4xf32>
      memref.dealloc %t : memref<4xf32>
      return
    }"""
    with ir.Context():
        assert bufferized(source) == str(ir.Module.parse(source))


def test_a_destination_is_copied_into_the_result_and_nothing_else_is() -> None:
    text = bufferized("""
    func.func @f(%a: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = linalg.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>)
                         outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }""")
    assert "%arg2: memref<4x4xf32> {bufferize.result}" in text
    assert text.count("memref.copy") == 1
    assert "memref.copy %arg1, %arg2" in text
    assert "outs(%arg2 : memref<4x4xf32>)" in text
    assert "memref.alloc" not in text


def test_buffers_made_on_the_way_are_freed() -> None:
    text = bufferized("""
    func.func @f(%a: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %e = tensor.empty() : tensor<4x4xf32>
      %z = arith.constant 0.0 : f32
      %f = linalg.fill ins(%z : f32) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
      %0 = linalg.matmul ins(%a, %a : tensor<4x4xf32>, tensor<4x4xf32>)
                         outs(%f : tensor<4x4xf32>) -> tensor<4x4xf32>
      %1 = linalg.matmul ins(%0, %a : tensor<4x4xf32>, tensor<4x4xf32>)
                         outs(%f : tensor<4x4xf32>) -> tensor<4x4xf32>
      return %1 : tensor<4x4xf32>
    }""")
    assert text.count("memref.alloc()") == text.count("memref.dealloc") == 1
    assert text.index("memref.dealloc") > text.rindex("linalg.matmul")


def test_one_buffer_as_two_results_is_copied_once() -> None:
    text = bufferized("""
    func.func @f(%a: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
      %e = tensor.empty() : tensor<4xf32>
      %0 = linalg.exp ins(%a : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
      return %0, %0 : tensor<4xf32>, tensor<4xf32>
    }""")
    assert "memref.copy %arg1, %arg2" in text
    assert "memref.alloc" not in text


def test_a_buffer_carried_around_a_loop_is_freed() -> None:
    text = bufferized("""
    func.func @f(%a: tensor<4xf32>, %n: index, %c: i1) -> tensor<4xf32> {
      %0 = scf.if %c -> tensor<4xf32> {
        %e = tensor.empty() : tensor<4xf32>
        %1 = linalg.exp ins(%a : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
        scf.yield %1 : tensor<4xf32>
      } else {
        scf.yield %a : tensor<4xf32>
      }
      return %0 : tensor<4xf32>
    }""")
    assert text.count("memref.alloc()") <= text.count("memref.dealloc")


def test_a_result_of_dynamic_shape_is_refused() -> None:
    report = Report()
    with ir.Context(), pytest.raises(PassFailure):
        source = (
            "func.func @f(%a: tensor<?xf32>) -> tensor<?xf32> {\n  return %a : tensor<?xf32>\n}"
        )
        bufferize(ir.Module.parse(source), report)
    (error,) = report.diagnostics
    assert "result 0 of 'f' has a dynamic shape" in error.message
    assert error.location.start_line == 1
