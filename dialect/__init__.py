"""The vocabulary in MLIR: structured ops as Specs, the `morello` dialect, instruction libraries.

The dialect is defined in `morello.irdl.mlir`; `morello.py` has its classes, `specs.py` Specs in IR
and back, and `verify.py` checks what IRDL cannot.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module, resources
from typing import Any


def register(context: Any) -> None:
    """Make the `morello` dialect known to an MLIR context; a second time does nothing."""
    from mlir import ir

    if not context.is_registered_operation("morello.spec"):
        # mlir.dialects.irdl has the same function, and takes ten milliseconds to import.
        bindings = import_module("mlir._mlir_libs._mlirDialectsIRDL")
        with context, ir.Location.unknown(context):
            bindings.load_dialects(ir.Module.parse(_definition()))


@lru_cache(maxsize=1)
def _definition() -> str:
    return (resources.files(__package__) / "morello.irdl.mlir").read_text()
