"""The passes by command-line name, and how to put them into a PassManager.

`REGISTRY` is the whole list; a pass is imported when it is first asked for, so that drivers start
fast. `add_to` serves the PassManager of any MLIR package that has `add(callable)` (`mlir`,
`torch_mlir`, `iree.compiler`): a pass gets the module that the PassManager runs on.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from typing import Any

from morello_mlir.passes.base import Diagnostic, Pass, PassFailure, Report, Severity, parse_options

REGISTRY: dict[str, str] = {
    "morello-specify": "morello_mlir.passes.specify:SpecifyPass",
    "morello-match": "morello_mlir.passes.match:MatchPass",
    "morello-layout": "morello_mlir.passes.layout:LayoutPass",
    "morello-schedule": "morello_mlir.passes.schedule:SchedulePass",
    "morello-synthesize": "morello_mlir.passes.synthesize:SynthesizePass",
    "morello-apply": "morello_mlir.passes.apply:ApplyPass",
    "morello-math": "morello_mlir.passes.math:MathPass",
    "morello-pool": "morello_mlir.passes.pool:PoolPass",
    "morello-entry": "morello_mlir.passes.entry:EntryPass",
    "morello-lower": "morello_mlir.passes.lower:LowerPass",
}

DiagnosticHandler = Callable[[Diagnostic], None]


def pass_class(name: str) -> type[Pass]:
    """Import and return the pass called `name` on the command line; KeyError if there is none."""
    module, _, cls = REGISTRY[name].partition(":")
    found: type[Pass] = getattr(importlib.import_module(module), cls)
    return found


def create(name: str, options: str = "") -> Pass:
    """Build the pass called `name` from options text; raise `OptionError` if that is wrong."""
    return parse_options(pass_class(name), options)


def add_to(pm: Any, *passes: Pass | str, on_diagnostic: DiagnosticHandler | None = None) -> None:
    """Add passes (or their names) to the end of `pm`, which must be anchored on builtin.module.

    Before: `PassManager.parse("builtin.module(canonicalize)")`; after `add_to(pm, "morello-lower")`
    it prints `builtin.module(canonicalize,morello-lower)`. What a pass reports goes to
    `on_diagnostic`; without one, errors become diagnostics of the MLIR context and the rest is
    logged.
    """
    for one in passes:
        built = create(one) if isinstance(one, str) else one
        # Never give op_name: a mismatch with the anchor of `pm` aborts the process.
        pm.add(
            _as_callable(built, on_diagnostic or _to_context),
            name=type(built).__name__,
            argument=built.name,
            description=(type(built).__doc__ or "").partition("\n")[0],
        )


def _as_callable(built: Pass, on_diagnostic: DiagnosticHandler) -> Callable[[Any, Any], None]:
    def run(op: Any, running: Any) -> None:
        report = Report()
        try:
            if op.name == "builtin.module":
                with op.context:
                    built.run(op.opview, report)
            else:
                report.error(op.location, f"{built.name} runs on builtin.module, not on {op.name}")
        except PassFailure:
            running.signal_pass_failure()
        finally:
            for diagnostic in report.diagnostics:
                on_diagnostic(diagnostic)
        if any(d.severity is Severity.ERROR for d in report.diagnostics):
            running.signal_pass_failure()

    return run


def _to_context(diagnostic: Diagnostic) -> None:
    """Emit an error at its location; log what the bindings cannot emit (warnings and remarks)."""
    if diagnostic.severity is Severity.ERROR and diagnostic.location is not None:
        diagnostic.location.emit_error(diagnostic.message)
        return
    level = logging.INFO if diagnostic.severity is Severity.REMARK else logging.WARNING
    logging.getLogger("morello_mlir").log(level, "%s: %s", diagnostic.location, diagnostic.message)
