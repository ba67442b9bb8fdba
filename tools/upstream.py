"""What upstream MLIR registers: its passes, their anchors, its dialects.

The bindings have no call for any of these lists, so each function states the roundabout way that it
takes, and answers with nothing where a release of the wheels closes that way.
"""

from __future__ import annotations

import re
from typing import Any

from mlir import ir
from mlir.passmanager import PassManager

_PRINT_PASSES = "_ZN4mlir21printRegisteredPassesEv"
"""`void mlir::printRegisteredPasses()`, which the bindings' library exports; prints to fd 1."""


def print_passes() -> bool:
    """Print upstream's passes with their options; they are registered once a Context was made.

    The text appears on standard output when the process ends (LLVM buffers it).
    """
    import ctypes
    from pathlib import Path

    import mlir._mlir_libs as libs

    for library in Path(libs.__file__).parent.glob("libMLIRPythonCAPI*"):
        function = getattr(ctypes.CDLL(str(library)), _PRINT_PASSES, None)
        if function is not None:
            function()
            return True
    return False


def pass_names() -> list[str]:
    """Return the names of upstream's passes and pipelines, read from a `print_passes` elsewhere."""
    import subprocess
    import sys

    script = (
        "from mlir import ir; from morello_mlir.tools import upstream;"
        "context = ir.Context(); upstream.print_passes()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    return re.findall(r"^  --(\S+?)(?:=\S*)? +-", done.stdout, flags=re.MULTILINE)


def dialect_names(context: Any) -> list[str]:
    """Return the names of the dialects, read from what the parser says about an unknown one."""
    names: list[str] = []

    def listen(info: Any) -> bool:
        for note in info.notes:
            if found := re.match(r"(?:Available|Registered) dialects: ([^;]*)", note.message):
                names.extend(re.findall(r"\w+", found[1]))
        return True

    context.emit_error_diagnostics = True
    handler = context.attach_diagnostic_handler(listen)
    try:
        ir.Module.parse("no_such_dialect.op", context)
    except ir.MLIRError:
        handler.detach()
    return names


def required_anchor(anchor: str, element: str, context: Any) -> str | None:
    """Return the operation that `element` must be nested under to stand below `anchor`, or None.

    Raises ValueError with upstream's words if `element` is not a pass or its options are wrong.
    """
    try:
        PassManager.parse(f"{anchor}({element})", context)
    except ValueError as error:
        if found := re.search(r"restricted to '([^']+)'", str(error)):
            PassManager.parse(f"{found[1]}({element})", context)
            return found[1]
        raise
    return None if anchor != "builtin.module" or _can_schedule(element, context) else "func.func"


def _can_schedule(element: str, context: Any) -> bool:
    """Tell whether a pass without a fixed anchor runs on modules (some want a function).

    Upstream checks that when a PassManager starts, before its first pass; so a first pass that
    fails shows it without running `element`.
    """
    refused = False

    def listen(info: Any) -> bool:
        nonlocal refused
        refused = refused or info.message.startswith("unable to schedule pass")
        return True

    def fail(_op: Any, running: Any) -> None:
        running.signal_pass_failure()

    pm = PassManager("builtin.module", context)
    pm.add(fail, name="Fail")
    pm.add(element)
    handler = context.attach_diagnostic_handler(listen)
    try:
        pm.run(ir.Module.parse("", context).operation)
    except ir.MLIRError:
        handler.detach()
    return not refused
