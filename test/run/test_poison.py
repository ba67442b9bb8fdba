"""That `poison.poisoned` shows what a kernel reads without having written it, at any size."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from poison import poisoned

from morello_mlir import compiler

HALF_WRITTEN = """
func.func @f(%a: memref<8xf32>, %c: memref<SIZExf32>) {
  %t = memref.alloc() {alignment = 64} : memref<SIZExf32>
  %s = memref.subview %t[0] [8] [1] : memref<SIZExf32> to memref<8xf32, strided<[1]>>
  linalg.copy ins(%a : memref<8xf32>) outs(%s : memref<8xf32, strided<[1]>>)
  linalg.copy ins(%t : memref<SIZExf32>) outs(%c : memref<SIZExf32>)
  memref.dealloc %t : memref<SIZExf32>
  return
}
"""


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "mallopt"), reason="the C library has no mallopt"
)
@pytest.mark.parametrize("size", [300, 1024, 4096])  # beyond what the C library keeps
def test_what_nobody_wrote_is_nan(size: int) -> None:
    kernel = compiler.compile(HALF_WRITTEN.replace("SIZE", str(size)))
    c = np.zeros(size, np.float32)
    with poisoned():
        kernel.f(np.ones(8, np.float32), c)
    assert (c[:8] == 1).all() and np.isnan(c[8:]).all()
