"""Sources: where a module comes from, and what is checked before any pass sees it.

`read_module` takes text, a path or a module, in a context that `new_context` made. The module it
returns is the caller's own; a module that was given stays as it is.
"""

from __future__ import annotations

import os
from typing import Any

from mlir import ir

from morello_mlir import dialect
from morello_mlir.dialect import verify
from morello_mlir.passes.base import Diagnostic, PassFailure, Report, Severity
from morello_mlir.passes.nesting import LIMIT, too_deep


def new_context() -> Any:
    """A context that knows the `morello` dialect."""
    context = ir.Context()
    # A pool of threads costs more than it gives on one kernel.
    context.enable_multithreading(False)
    dialect.register(context)
    return context


def read_module(source: object, report: Report) -> Any:
    """The module of text, a path or an `ir.Module`, parsed into the current context."""
    text, name = _text(source)
    if (offset := too_deep(text.encode())) is not None:
        line = text.encode()[:offset].count(b"\n") + 1
        report.error(ir.Location.file(name, line, 1), f"nested more than {LIMIT} deep")
        raise PassFailure("the source is nested too deeply")
    try:
        module = ir.Module.parseFile(name) if name != "-" else ir.Module.parse(text)
    except ir.MLIRError as failure:
        for info in failure.error_diagnostics:
            notes = tuple(Diagnostic(Severity.NOTE, n.location, n.message) for n in info.notes)
            report.error(info.location, info.message, *notes)
        raise PassFailure("the source is not valid MLIR") from failure
    if "morello" in text:
        for fault in verify.faults(module):
            report.error(fault.location, fault.message)
        if report.errors():
            raise PassFailure("the source misuses the morello dialect")
    return module


def _text(source: object) -> tuple[str, str]:
    """The text of a source, and the name of its file (`-` where it is none)."""
    if isinstance(source, os.PathLike) or (isinstance(source, str) and _is_path(source)):
        with open(source, "rb") as file:  # MLIR's own message for a missing file has no reason
            return file.read().decode("utf-8", "replace"), os.fspath(source)
    if isinstance(source, str):
        return source, "-"
    operation = getattr(source, "operation", None)
    if operation is None or not hasattr(operation, "get_asm"):
        raise TypeError(
            f"source must be MLIR text, a path or an MLIR module, not {type(source).__name__}"
        )
    return operation.get_asm(enable_debug_info=True), "-"


def _is_path(source: str) -> bool:
    """MLIR that is not blank has a brace or a new line somewhere; a path has neither."""
    return bool(source.strip()) and "\n" not in source and "{" not in source
