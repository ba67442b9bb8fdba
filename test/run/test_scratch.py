"""Scratch memory of compiled functions: no new page faults, no sharing, and released at the end."""

from __future__ import annotations

import gc
import resource
import threading
from pathlib import Path
from typing import Any

import numpy as np

from morello_mlir import compiler

SCRATCH = """
func.func @f(%a: memref<64x64xf32>, %c: memref<64x64xf32>) {
  %t = memref.alloc() {alignment = 64} : memref<64x64xf32>
  linalg.add ins(%a, %a : memref<64x64xf32>, memref<64x64xf32>) outs(%t : memref<64x64xf32>)
  linalg.mul ins(%t, %a : memref<64x64xf32>, memref<64x64xf32>) outs(%c : memref<64x64xf32>)
  memref.dealloc %t : memref<64x64xf32>
  return
}
"""


def random(*shape: int) -> Any:
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_scratch_memory_is_released_with_the_kernel() -> None:
    size = 4096  # too large for malloc to keep by itself
    source = SCRATCH.replace("64x64", f"{size}x{size}")
    a, c = np.ones((size, size), np.float32), np.zeros((size, size), np.float32)
    kernel = compiler.compile(source)
    kernel.f(a, c)
    held = resident()
    del kernel
    gc.collect()
    assert held - resident() > 0.9 * a.nbytes


def test_scratch_memory_does_not_fault_again() -> None:
    size = 4096  # too large for malloc to keep by itself
    source = SCRATCH.replace("64x64", f"{size}x{size}")
    a, c = np.ones((size, size), np.float32), np.zeros((size, size), np.float32)
    bound = compiler.compile(source).f.bind(a, c)
    bound()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    bound()
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    assert faults < 0.01 * a.nbytes / resource.getpagesize()


def test_scratch_memory_is_not_shared_by_concurrent_calls() -> None:
    kernel = compiler.compile(SCRATCH)
    inputs = [random(64, 64) * (i + 1) for i in range(6)]
    outputs = [np.zeros((64, 64), np.float32) for _ in inputs]
    calls = [kernel.f.bind(a, c) for a, c in zip(inputs, outputs, strict=True)]
    threads = [threading.Thread(target=lambda c=c: [c() for _ in range(300)]) for c in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for a, c in zip(inputs, outputs, strict=True):
        np.testing.assert_array_equal(c, (a + a) * a)
