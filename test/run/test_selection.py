"""`select=`: programs under a mapping that was chosen before are right, and cost no less."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from engine import matmul, target

import morello_mlir
from morello_mlir.dtype import BF16, F32
from morello_mlir.expr import Apply, Arg
from morello_mlir.search.scheduler import Scheduler
from morello_mlir.search.selection import SELECTIONS, ranked_mappings
from morello_mlir.spec import Spec

CONVOLUTION = """
func.func @op(%a: memref<1x9x10x5xf32>, %b: memref<3x2x5x18xf32>, %c: memref<1x4x9x18xf32>) {
  linalg.conv_2d_nhwc_hwcf {strides = dense<[2, 1]> : tensor<2xi64>}
    ins(%a, %b : memref<1x9x10x5xf32>, memref<3x2x5x18xf32>) outs(%c : memref<1x4x9x18xf32>)
  return
}"""
BYTES = """
func.func @op(%a: memref<7x9xi8>, %b: memref<9x21xi8>, %c: memref<7x21xi32>) {
  linalg.generic {
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>,
                     affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]
  } ins(%a, %b : memref<7x9xi8>, memref<9x21xi8>) outs(%c : memref<7x21xi32>) {
  ^bb0(%p: i8, %q: i8, %s: i32):
    %0 = arith.extui %p : i8 to i16
    %1 = arith.extsi %0 : i16 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %s, %3 : i32
    linalg.yield %4 : i32
  }
  return
}"""


@pytest.mark.parametrize("select", SELECTIONS)
def test_a_convolution(select: str) -> None:
    kernel = morello_mlir.compile(CONVOLUTION, schedule="synthesize", db="none", select=select)
    r = np.random.default_rng(0)
    a = r.integers(-3, 4, (1, 9, 10, 5)).astype(np.float32)
    b = r.integers(-3, 4, (3, 2, 5, 18)).astype(np.float32)
    c = r.integers(-3, 4, (1, 4, 9, 18)).astype(np.float32)
    wanted = c.copy()
    for y in range(3):
        for x in range(2):
            wanted += a[:, y : y + 7 : 2, x : x + 9] @ b[y, x]
    kernel["op"](a, b, c)
    assert (c == wanted).all()


@pytest.mark.parametrize("select", SELECTIONS)
def test_bytes_widened_in_two_steps(select: str) -> None:
    kernel = morello_mlir.compile(BYTES, schedule="synthesize", db="none", select=select)
    r = np.random.default_rng(0)
    a = r.integers(-128, 128, (7, 9)).astype(np.int8)
    b = r.integers(-128, 128, (9, 21)).astype(np.int8)
    c = r.integers(-99, 99, (7, 21)).astype(np.int32)
    wanted = c + a.view(np.uint8).astype(np.int32) @ b.astype(np.int32)
    kernel["op"](a, b, c)
    assert (c == wanted).all()


def halves(m: int, n: int, k: int) -> Spec:
    """A product of bf16 in f32."""
    spec = matmul(m, n, k)
    wide = tuple(Apply("arith.extf", (Arg(i, BF16),), F32) for i in (0, 1))
    inputs = tuple(replace(o, dtype=BF16) for o in spec.inputs)
    return replace(spec, inputs=inputs, body=Apply("arith.mulf", wide, F32))


class TestScheduler:
    MACHINE = target("znver4")

    def test_what_each_chooses(self) -> None:
        spec = halves(32, 64, 32)
        first, cost, joint = (Scheduler(self.MACHINE, select=s).plan(spec) for s in SELECTIONS)
        assert joint.statistics.mapping is None
        assert joint.cycles[0] <= min(first.cycles[0], cost.cycles[0])
        least = ranked_mappings(spec, self.MACHINE)[0][1]
        assert cost.statistics.mapping == str(least)
        assert "select dot2_bf16_f32x16" in str(cost.schedule)
        order = [i.name for i in self.MACHINE.instructions]
        mapped = {m.instruction.name for _, m in ranked_mappings(spec, self.MACHINE)}
        name = next(n for n in order if n in mapped)
        assert str(first.statistics.mapping).startswith(f"{name} (")

    def test_what_nothing_maps_is_left_to_the_search(self) -> None:
        few = replace(self.MACHINE, instructions=())
        found = Scheduler(few, select="first").plan(halves(16, 16, 2))
        assert found.statistics.mapping is None

    def test_answers_are_kept_apart(self) -> None:
        spec, scheduler = halves(16, 32, 8), Scheduler(self.MACHINE)
        first = replace(scheduler, select="first")
        assert scheduler.plan(spec).statistics.mapping is None
        assert first.plan(spec).statistics.mapping is not None
        assert len(scheduler.made) == 2
