"""MLIR's llvm dialect to LLVM IR text.

The bindings' own `translate_module_to_llvmir` crashes the process when translation fails, so this
calls the C function under it and raises MLIR's diagnostics instead.
"""

from __future__ import annotations

import ctypes
import functools
from pathlib import Path
from typing import Any

from morello_mlir.runtime import capi
from morello_mlir.runtime.capi import LLVMError


class TranslationError(LLVMError):
    """MLIR could not translate an operation; `diagnostics` are (`ir.Location`, message) pairs."""

    def __init__(self, diagnostics: list[tuple[Any, str]]) -> None:
        """Keep the diagnostics; a location is None where there is none."""
        self.diagnostics = diagnostics
        lines = [what for _, what in diagnostics] or ["no reason given"]
        super().__init__("cannot translate to LLVM IR: " + "; ".join(lines))


class _Operation(ctypes.Structure):
    """MlirOperation, passed by value."""

    _fields_ = (("ptr", ctypes.c_void_p),)


@functools.cache
def _translate_function() -> Any:
    import mlir._mlir_libs

    directory = Path(next(iter(mlir._mlir_libs.__path__)))
    # PyDLL keeps the lock of the interpreter, which diagnostics need: their handler is in Python.
    library = ctypes.PyDLL(str(directory / "libMLIRPythonCAPI.so"))
    function = library.mlirTranslateModuleToLLVMIR
    function.restype = ctypes.c_void_p
    function.argtypes = (_Operation, ctypes.c_void_p)
    return function


def _operation_pointer(operation: Any) -> int:
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    name = ctypes.pythonapi.PyCapsule_GetName
    name.restype, name.argtypes = ctypes.c_char_p, (ctypes.py_object,)
    capsule = operation._CAPIPtr
    pointer: int = get(capsule, name(capsule))
    return pointer


def to_llvm_ir(module: Any) -> str:
    """LLVM IR text of an `ir.Module` that holds llvm (and omp) operations only."""
    found: list[tuple[Any, str]] = []

    def on_diagnostic(info: Any) -> bool:
        found.append((info.location, info.message))
        return True

    handler = module.context.attach_diagnostic_handler(on_diagnostic)
    try:
        with capi.context() as (context, errors):
            pointer = _operation_pointer(module.operation)
            translated = _translate_function()(_Operation(pointer), context)
            if not translated:
                raise TranslationError(found + [(None, error) for error in errors])
            lib = capi.library()
            text = capi.take_message(lib.LLVMPrintModuleToString(translated))
            lib.LLVMDisposeModule(translated)
            return text
    finally:
        handler.detach()
