"""Which ops of a module Specs are read from, in order, and what is said of those that are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlir import ir

from ..dialect.region import UnsupportedOp
from .base import Report

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


def not_understood(op: Any, reason: UnsupportedOp, report: Report, strict: bool) -> bool:
    """Report an op that is left alone; whether that is an error."""
    text = f"{op.name} {reason}"
    if strict:
        report.error(op.location, text)
    else:
        report.remark(op.location, f"{text}; left as it is")
    return strict
