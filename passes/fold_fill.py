"""Initial values: a `linalg.fill` with the neutral element, and what it saves its one user.

An accumulating op that follows such a fill is a Spec that initialises its output itself, so nothing
need be written twice. `folded_fill` finds the fill; it must be the only writer in between.
"""

from __future__ import annotations

from typing import Any

from mlir import ir

from ..dialect.blocks import operations
from ..expr import Const, neutral
from ..spec import Spec

_PASSED_OVER = frozenset({"arith.constant", "memref.alloc", "tensor.empty"})
_VIEWS = frozenset(
    f"memref.{op}"
    for op in ("subview", "cast", "collapse_shape", "expand_shape", "reinterpret_cast", "transpose")
)


def constant_of(value: Any) -> str | None:
    """The literal of an `arith.constant` that is a scalar or a splat; else None."""
    if isinstance(value, ir.BlockArgument) or value.owner.name != "arith.constant":
        return None
    given = value.owner.attributes["value"]
    if isinstance(value.type, ir.ShapedType):
        if not isinstance(given, ir.DenseElementsAttr) or not given.is_splat:
            return None
        given = given.get_splat_value()
    return str(given).rsplit(" :", 1)[0]


def same_number(literal: str, const: Const) -> bool:
    """Whether two literals of one type are the same number, the sign of zero included."""
    if literal == const.text:
        return True
    if not const.dtype.is_float:
        return literal.lstrip("-").isdigit() and int(literal) == int(const.text)
    try:
        a, b = float(literal), float(const.text)
    except ValueError:
        return literal.lower() == const.text.lower()
    return a == b and str(a) == str(b)


def folded_fill(op: Any, spec: Spec, output: Any) -> Any:
    """The fill whose work the Spec of `op` can do itself, or None.

    On tensors it is the op that makes the initial value; on memrefs the fill of the same memref
    that stands before `op` with nothing but constants and allocations between, where `op` does not
    read that memory. It must be a fill of all that `op` writes, and `op` must write all of it.
    """
    if spec.combine is None or not spec.covers(spec.output):
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
    every = operations(op.operation.parent, op.operation.block)
    for other in reversed(every[: every.index(op.operation)]):
        if other.name == "linalg.fill":
            read = list(op.operation.operands)[:-1]
            apart = all(_memory(v) != _memory(memref) for v in read)
            return other if other.operands[1] == memref and apart else None
        if other.name not in _PASSED_OVER:
            return None
    return None


def _memory(value: Any) -> Any:
    """The value that views of memory are views of."""
    while not isinstance(value, ir.BlockArgument) and value.owner.name in _VIEWS:
        value = value.owner.operands[0]
    return value
