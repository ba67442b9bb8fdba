"""morello-mlir: fast x86 kernels from linalg, under schedules that can be read and written.

`compile` turns MLIR into functions on numpy arrays; see `compiler.py`. Importing this package loads
neither mlir nor numpy: what it exports is loaded when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from morello_mlir.compiler import CompileError, Kernel, compile
    from morello_mlir.simulate import interpret

__all__ = ["CompileError", "Kernel", "compile", "interpret"]

_EXPORTS = {
    "CompileError": "morello_mlir.compiler",
    "Kernel": "morello_mlir.compiler",
    "compile": "morello_mlir.compiler",
    "interpret": "morello_mlir.simulate",
}


def __getattr__(name: str) -> Any:
    """Load what is exported when it is first asked for."""
    if name not in _EXPORTS:
        raise AttributeError(f"module 'morello_mlir' has no attribute '{name}'")
    value = getattr(importlib.import_module(_EXPORTS[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Include what is loaded on first use."""
    return sorted({*globals(), *_EXPORTS})
