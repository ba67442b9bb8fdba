"""Initial values: a `linalg.fill` with the neutral element, and what it saves its one user.

An accumulating op that follows such a fill is a Spec that initialises its output itself, so nothing
need be written twice. `folded_fill` finds the fill; it must be the only writer in between.
"""

from __future__ import annotations

from typing import Any

from mlir import ir

from ..expr import Const, neutral
from ..spec import Spec

_PASSED_OVER = frozenset({"arith.constant", "linalg.fill", "memref.alloc", "tensor.empty"})


def constant_of(value: Any) -> str | None:
    """The literal of a scalar that is an `arith.constant`, or None."""
    if isinstance(value, ir.BlockArgument) or value.owner.name != "arith.constant":
        return None
    return str(value.owner.attributes["value"]).rsplit(" :", 1)[0]


def same_number(literal: str, const: Const) -> bool:
    """Whether two literals of one type are the same number, the sign of zero included."""
    if literal == const.text:
        return True
    try:
        a, b = float(literal), float(const.text)
    except ValueError:
        return literal.lower() == const.text.lower()
    return a == b and str(a) == str(b)


def folded_fill(op: Any, spec: Spec, output: Any) -> Any:
    """The fill whose work the Spec of `op` can do itself, or None.

    On tensors it is the op that makes the initial value; on memrefs the fill of the same memref
    that stands before `op` with nothing but fills and constants between.
    """
    if spec.combine is None:
        return None
    start = neutral(spec.combine, spec.output.dtype)
    fill = _defining_fill(output) if not isinstance(output.type, ir.MemRefType) else None
    if fill is None and isinstance(output.type, ir.MemRefType):
        fill = _preceding_fill(op, output)
    if fill is None:
        return None
    literal = constant_of(fill.operands[0])
    return fill if literal is not None and same_number(literal, start) else None


def _defining_fill(value: Any) -> Any:
    if isinstance(value, ir.BlockArgument) or value.owner.name != "linalg.fill":
        return None
    return value.owner


def _preceding_fill(op: Any, memref: Any) -> Any:
    before = []
    for other in op.operation.block.operations:
        if other.operation == op.operation:
            break
        before.append(other.operation)
    for other in reversed(before):
        if other.name not in _PASSED_OVER:
            return None
        if other.name == "linalg.fill" and other.operands[1] == memref:
            return other
    return None
