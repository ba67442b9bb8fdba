"""Run upstream passes from inside one of ours, with their errors going to the `Report`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlir import ir
from mlir.passmanager import PassManager

from morello_mlir.passes.base import Diagnostic, PassFailure, Report, Severity


def run(module: Any, pipeline: str, report: Report) -> None:
    """Run `builtin.module(pipeline)` on `module`; raise `PassFailure` after an error."""
    try:
        manager = PassManager.parse(f"builtin.module({pipeline})", module.operation.context)
        manager.run(module.operation)
    except ir.MLIRError as failure:
        for info in failure.error_diagnostics:
            notes = tuple(Diagnostic(Severity.NOTE, n.location, n.message) for n in info.notes)
            report.error(info.location, info.message, *notes)
        raise PassFailure(f"an upstream pass failed in '{pipeline}'") from failure


def walk(operation: Any) -> Iterator[Any]:
    """Every operation below `operation`, outer before inner, in order; the list is fixed first."""
    found: list[Any] = []

    def visit(op: Any) -> Any:
        found.append(op)
        return ir.WalkResult.ADVANCE

    operation.walk(visit, ir.WalkOrder.PRE_ORDER)
    yield from found


def functions(module: Any) -> Iterator[Any]:
    """Every `func.func` of `module` that has a body."""
    for op in list(module.body.operations):
        if op.operation.name == "func.func" and op.operation.regions[0].blocks:
            yield op.operation


def is_public(function: Any) -> bool:
    """Whether `function` can be called from outside its module."""
    attributes = function.attributes
    return (
        "sym_visibility" not in attributes
        or ir.StringAttr(attributes["sym_visibility"]).value == "public"
    )
