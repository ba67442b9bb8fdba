"""C entry points: what is written, what is aligned, and what stays private."""

from __future__ import annotations

from typing import Any

import pytest
from mlir import ir

from morello_mlir.passes.base import Report
from morello_mlir.passes.entry import ENTRY, EntryPass
from morello_mlir.passes.writes import written_arguments


def entries(source: str) -> dict[str, Any]:
    """The `morello.entry` of each plain C function after the pass."""
    with ir.Context():
        module = ir.Module.parse(source)
        EntryPass().run(module, Report())
        assert module.operation.verify()
        return {
            ir.StringAttr(op.operation.attributes["sym_name"]).value: ir.DictAttr(
                op.operation.attributes[ENTRY]
            )
            for op in module.body.operations
            if ENTRY in op.operation.attributes
        }


def written(body: str, arguments: str = "%a: memref<8xf32>", others: str = "") -> tuple[bool, ...]:
    with ir.Context():
        source = f"{others}\nfunc.func @f({arguments}) {{\n{body}\n  return\n}}"
        module = ir.Module.parse(source)
        function = list(module.body.operations)[-1].operation
        return written_arguments(function, module)


READS = """
  %c = arith.constant 0 : index
  %x = memref.load %a[%c] : memref<8xf32>
  %v = vector.load %a[%c] : memref<8xf32>, vector<4xf32>
  %s = memref.subview %a[2] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1], offset: 2>>
  %y = memref.load %s[%c] : memref<4xf32, strided<[1], offset: 2>>
  memref.prefetch %a[%c], read, locality<3>, data : memref<8xf32>
"""
STORE = """
  %c = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
"""


def test_loads_are_not_writes() -> None:
    assert written(READS) == (False,)


@pytest.mark.parametrize(
    "body",
    [
        STORE + "memref.store %z, %a[%c] : memref<8xf32>",
        STORE + "%s = memref.subview %a[2] [4] [1] : memref<8xf32> to"
        " memref<4xf32, strided<[1], offset: 2>>\n"
        "memref.store %z, %s[%c] : memref<4xf32, strided<[1], offset: 2>>",
        STORE + '"test.unknown"(%a) : (memref<8xf32>) -> ()',
        STORE + "%p = memref.extract_aligned_pointer_as_index %a : memref<8xf32> -> index",
        STORE + "%l = scf.for %i = %c to %c step %c iter_args(%m = %a) -> (memref<8xf32>) {\n"
        "  scf.yield %m : memref<8xf32>\n}",
        "func.call @outside(%a) : (memref<8xf32>) -> ()",
        "func.call @writes(%a) : (memref<8xf32>) -> ()",
    ],
)
def test_anything_else_is_a_write(body: str) -> None:
    others = """
    func.func private @outside(memref<8xf32>)
    func.func private @writes(%a: memref<8xf32>) {
      %c = arith.constant 0 : index
      %z = arith.constant 0.0 : f32
      memref.store %z, %a[%c] : memref<8xf32>
      return
    }"""
    with ir.Context() as context:
        context.allow_unregistered_dialects = True
        source = f"{others}\nfunc.func @f(%a: memref<8xf32>) {{\n{body}\n  return\n}}"
        module = ir.Module.parse(source)
        function = list(module.body.operations)[-1].operation
        assert written_arguments(function, module) == (True,)


def test_calls_and_copies_are_followed() -> None:
    others = """
    func.func private @reads(%a: memref<8xf32>, %b: memref<8xf32>) {
      memref.copy %a, %b : memref<8xf32> to memref<8xf32>
      return
    }"""
    body = "func.call @reads(%a, %b) : (memref<8xf32>, memref<8xf32>) -> ()"
    arguments = "%a: memref<8xf32>, %b: memref<8xf32>, %n: index"
    assert written(body, arguments, others) == (False, True, False)


def test_recursion_ends() -> None:
    body = "func.call @f(%a) : (memref<8xf32>) -> ()"
    assert written(body) == (True,)


def test_names_alignment_and_returns() -> None:
    found = entries("""
    func.func @f(%a: memref<8xf32> {morello.name = "left"}, %b: memref<8xf32>, %s: f64) -> f32 {
      %c = arith.constant 0 : index
      %aligned = memref.assume_alignment %b, 64 : memref<8xf32>
      %x = memref.load %aligned[%c] : memref<8xf32>
      return %x : f32
    }""")["f"]
    assert [ir.StringAttr(a).value for a in found["names"]] == ["left", "arg1", "arg2"]
    assert [ir.IntegerAttr(a).value for a in found["alignments"]] == [1, 64, 1]
    assert [ir.BoolAttr(a).value for a in found["written"]] == [False, False, False]
    assert [str(ir.TypeAttr(a).value) for a in found["returns"]] == ["f32"]


@pytest.mark.parametrize(
    "argument",
    [
        "memref<?xf32>",
        "memref<4x4xf32, strided<[?, 1]>>",
        "memref<4xcomplex<f32>>",
        "vector<4xf32>",
        "i7",
    ],
)
def test_what_a_pointer_does_not_describe_has_no_plain_form(argument: str) -> None:
    assert entries(f"func.func @f(%a: {argument}) {{\n  return\n}}") == {}


def test_two_results_by_value_have_no_plain_form() -> None:
    assert entries("func.func @f(%a: f32) -> (f32, f32) {\n  return %a, %a : f32, f32\n}") == {}


def test_calls_go_to_the_body_and_the_pass_runs_once() -> None:
    source = """
    func.func @f() {
      return
    }
    func.func @g() {
      call @f() : () -> ()
      return
    }"""
    with ir.Context():
        module = ir.Module.parse(source)
        EntryPass().run(module, Report())
        once = str(module)
        assert "call @f.body() : () -> ()" in once.split("@g.body")[-1]
        for name in ("f", "g", "_mlir_ciface_f", "_mlir_ciface_g"):
            assert f"func.func @{name}()" in once
