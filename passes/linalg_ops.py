"""Which ops of a module Specs are read from, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlir import ir

_NOT_STRUCTURED = frozenset({"linalg.yield", "linalg.index"})


def linalg_ops(root: Any) -> Iterator[Any]:
    """Every linalg op under `root` that computes something, outermost first."""
    found: list[Any] = []

    def visit(op: Any) -> Any:
        if op.name.startswith("linalg.") and op.name not in _NOT_STRUCTURED:
            found.append(op)
            return ir.WalkResult.SKIP
        return ir.WalkResult.ADVANCE

    root.walk(visit, ir.WalkOrder.PRE_ORDER)
    return iter(found)


def function_of(op: Any) -> str:
    """The name of the function that an op stands in; empty if there is none."""
    parent = op.parent
    while parent is not None and parent.name != "func.func":
        parent = parent.parent
    return "" if parent is None else ir.StringAttr(parent.attributes["sym_name"]).value
