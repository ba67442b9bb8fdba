"""The larger and the smaller of two numbers, where a machine has instructions for the hard part.

`arith.maximumf` and `arith.minimumf` give NaN where one of the two is, and -0 is less than +0. On
x86 that takes six instructions; three where one orders the zeros.
"""

from __future__ import annotations

from morello_mlir.passes.approx.lanes import LARGER, SMALLER, Real, select


def maximum(x: Real, y: Real) -> Real:
    """The larger, or NaN."""
    return _extreme(LARGER, x, y)


def minimum(x: Real, y: Real) -> Real:
    """The smaller, or NaN."""
    return _extreme(SMALLER, x, y)


def _extreme(instruction: str, x: Real, y: Real) -> Real:
    found = Real(x.emit.instruction(instruction, x.value, y.value), x.emit)
    return select(x.unordered(y), x + y, found)
