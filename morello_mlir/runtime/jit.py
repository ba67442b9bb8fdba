"""Load an object file into this process and find its symbols; no compiler or linker is needed.

Undefined symbols (libm, malloc, an OpenMP runtime loaded with RTLD_GLOBAL) resolve against the
process. The code stays loaded as long as its `Code` lives; whoever hands out addresses keeps it.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Iterable

from morello_mlir.runtime import capi


class Code:
    """An object file, loaded. Dropping the value unloads it, after calling `finalizers`.

    `finalizers` names argumentless functions of the object that release what it holds.
    """

    def __init__(self, data: bytes, finalizers: Iterable[str] = ()) -> None:
        """Load `data`, an object file for the host."""
        lib = capi.library()
        jit = ctypes.c_void_p()
        capi.check(lib.LLVMOrcCreateLLJIT(ctypes.byref(jit), None), "cannot start the JIT")
        self._jit = jit
        self._messages: list[str] = []
        self._reporter = _error_reporter(self._messages)
        session = lib.LLVMOrcLLJITGetExecutionSession(jit)
        lib.LLVMOrcExecutionSessionSetErrorReporter(session, self._reporter, None)
        releases: list[int] = []
        self._close = weakref.finalize(self, _dispose, jit, releases, self._reporter)
        buffer = capi.memory_buffer(data, b"kernel.o")
        dylib = lib.LLVMOrcLLJITGetMainJITDylib(jit)
        capi.check(lib.LLVMOrcLLJITAddObjectFile(jit, dylib, buffer), "cannot load the object")
        releases.extend(self.address(name) for name in finalizers)

    def address(self, symbol: str) -> int:
        """The address of a symbol that the object defines; `LLVMError` where it cannot be had."""
        address = ctypes.c_uint64()
        error = capi.library().LLVMOrcLLJITLookup(self._jit, ctypes.byref(address), symbol.encode())
        try:
            capi.check(error, f"cannot link '{symbol}'")
        except capi.LLVMError as failure:
            reasons = [m for m in self._messages if "Failed to materialize" not in m]
            self._messages.clear()
            raise capi.LLVMError("; ".join([str(failure), *reasons])) from None
        return address.value

    def close(self) -> None:
        """Unload now; every address handed out is dangling afterwards."""
        self._close()


def _error_reporter(messages: list[str]) -> object:
    """A callback for ORC's session errors, which would otherwise go to stderr."""

    def report(_: int, error: int) -> None:
        try:
            capi.check(error, "JIT")
        except capi.LLVMError as failure:
            messages.append(str(failure))

    return capi.ERROR_REPORTER(report)


def _dispose(jit: ctypes.c_void_p, releases: list[int], reporter: object) -> None:
    """Release in the order: what the code holds, the code; the reporter must outlive both."""
    for address in releases:
        ctypes.CFUNCTYPE(None)(address)()
    capi.check(capi.library().LLVMOrcDisposeLLJIT(jit), "cannot unload")
    del reporter
