"""The vocabulary in MLIR: structured ops as Specs, the `morello` dialect, instruction libraries."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any


def register(context: Any) -> None:
    """Make the `morello` dialect known to an MLIR context; a second time does nothing."""
    from mlir import ir
    from mlir.dialects import irdl

    if not context.is_registered_operation("morello.spec"):
        with context, ir.Location.unknown(context):
            irdl.load_dialects(ir.Module.parse(_definition()))


@lru_cache(maxsize=1)
def _definition() -> str:
    return (resources.files(__package__) / "morello.irdl.mlir").read_text()
