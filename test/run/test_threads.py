"""Parallel loops: serial code for one thread, LLVM's OpenMP runtime for several."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from poison import poisoned

from morello_mlir import compiler
from morello_mlir.compiler import build


def random(*shape: int) -> Any:
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


def openmp_path() -> str | None:
    from morello_mlir.runtime import openmp

    try:
        return openmp.load()
    except openmp.OpenMPError:
        return None


PARALLEL = """
func.func @f(%a: memref<64x8xf32>, %c: memref<64x8xf32>) {
  scf.forall (%t) in (4) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %c16 = arith.constant 16 : index
    %start = arith.muli %t, %c16 : index
    %end = arith.addi %start, %c16 : index
    scf.for %i = %start to %end step %c1 {
      scf.for %j = %c0 to %c8 step %c1 {
        %x = memref.load %a[%i, %j] : memref<64x8xf32>
        %y = arith.addf %x, %x : f32
        memref.store %y, %c[%i, %j] : memref<64x8xf32>
      }
    }
  }
  return
}
"""


LOOPS = 8
ROOTS = (
    "func.func @f(%a: memref<64xf32>) {\n"
    + LOOPS
    * """
  scf.forall (%t) in (64) {
    %x = memref.load %a[%t] : memref<64xf32>
    %v = vector.broadcast %x : f32 to vector<4xf32>
    %r = llvm.call_intrinsic "llvm.x86.sse.rcp.ps"(%v) : (vector<4xf32>) -> vector<4xf32>
    %y = vector.extract %r[0] : f32 from vector<4xf32>
    memref.store %y, %a[%t] : memref<64xf32>
  }"""
    + "\n  return\n}\n"
)
"""Loops whose bodies call what might allocate: each of them is a scope."""


def test_one_thread_needs_no_runtime() -> None:
    built = build(PARALLEL, threads=1)
    assert not built.needs_openmp
    a, c = random(64, 8), np.zeros((64, 8), np.float32)
    compiler.compile(PARALLEL).f(a, c)
    np.testing.assert_array_equal(c, a + a)


def test_several_threads_call_the_runtime() -> None:
    built = build(PARALLEL, "x86-64-v3", threads=4)
    assert built.needs_openmp
    assert "i32 4)" in built.llvm_ir.split("@__kmpc_push_num_threads")[1]


def test_several_threads_give_the_same_result() -> None:
    if openmp_path() is None:
        pytest.skip("LLVM's OpenMP runtime is not installed: pip install morello-mlir[parallel]")
    a, c = random(64, 8), np.zeros((64, 8), np.float32)
    compiler.compile(PARALLEL, threads=4).f(a, c)
    np.testing.assert_array_equal(c, a + a)


def test_what_is_lowered_is_not_asked_for_again() -> None:
    """Memory that is given back is overwritten at once here."""
    with poisoned():
        built = build(ROOTS, "x86-64-v3", threads=4)
    assert built.llvm_ir.count("call <4 x float> @llvm.x86.sse.rcp.ps") == LOOPS
