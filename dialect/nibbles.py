"""Elements of i4: which bodies may read them, and as what.

Memory has two to the byte, and a lane has one as a byte, with the sign or the zeros that the body's
casts ask for. So casts are all that may read one, and what they read is a byte then.

    extsi(%0: i4 to i32)  ->  extsi(%0: i8 to i32), of an input that is i4
    extui(%0: i4 to i8)   ->  %0: i8, of an input that is u4
"""

from __future__ import annotations

from typing import Any

from mlir import ir

from ..dtype import I4, U4, DType
from ..expr import Apply, Arg, Expr
from .region import UnsupportedOp

_CASTS = {"arith.extsi": I4, "arith.sitofp": I4, "arith.extui": U4, "arith.uitofp": U4}


def is_nibble(element: Any) -> bool:
    """Whether an MLIR element type has four bits."""
    return isinstance(element, ir.IntegerType) and element.width == I4.bits


def holds_nibbles(value: Any) -> bool:
    """Whether a value is an array of i4, in memory or to be."""
    kind = value.type
    return isinstance(kind, ir.RankedTensorType | ir.MemRefType) and is_nibble(kind.element_type)


def in_bytes(body: Expr) -> tuple[Expr, dict[int, DType]]:
    """The body on bytes, and which of its inputs are half bytes, with a sign or without."""
    kinds: dict[int, DType] = {}

    def walk(e: Expr) -> Expr:
        if isinstance(e, Apply):
            if e.op in _CASTS and isinstance(e.args[0], Arg) and e.args[0].dtype == I4:
                return byte(e, e.args[0].index)
            return Apply(e.op, tuple(map(walk, e.args)), e.dtype, e.attrs)
        if isinstance(e, Arg) and e.dtype == I4:
            raise UnsupportedOp("reads elements of type i4 by other than a cast to a longer type")
        return e

    def byte(cast: Apply, index: int) -> Expr:
        kind = _CASTS[cast.op]
        if kinds.setdefault(index, kind) != kind:
            raise UnsupportedOp("reads elements of type i4 both with a sign and without")
        read = Arg(index, I4.value)
        return read if cast.dtype == read.dtype else Apply(cast.op, (read,), cast.dtype)

    return walk(body), kinds
