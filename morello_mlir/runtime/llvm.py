"""LLVM IR text to an object, assembly, or optimised IR text for a `Machine`.

Every error that LLVM reports becomes an `LLVMError` with LLVM's text. LLVM still aborts the
process on some valid-looking input ("Cannot select": an intrinsic without its CPU feature); where
that can happen, use `emit_isolated`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from morello_mlir.runtime import capi
from morello_mlir.runtime.capi import LLVMError
from morello_mlir.runtime.isolate import run_isolated
from morello_mlir.runtime.machine import Machine, create_target_machine

OPTIMISE = "default<O3>"


class Form(Enum):
    """What `emit` makes."""

    OBJECT = "object"
    ASSEMBLY = "assembly"
    LLVM = "llvm"


def emit(text: str, machine: Machine, *forms: Form, optimise: bool = True) -> tuple[bytes, ...]:
    """Optimise LLVM IR text once for `machine` and emit it in every form asked for.

    Text that says all there is to say compiles in a third of the time without passes.
    """
    with capi.context() as (context, errors), _target_machine(machine) as target_machine:
        module = _parse(context, text, errors)
        try:
            _set_target(module, target_machine, machine)
            if optimise:
                _optimise(module, target_machine)
            outputs = [_print(module) if Form.LLVM in forms else b""]
            for form in forms:
                if form is not Form.LLVM:
                    outputs.append(_emit(module, target_machine, form, errors))
        finally:
            capi.library().LLVMDisposeModule(module)
    printed, *emitted = outputs
    code = iter(emitted)
    return tuple(printed if form is Form.LLVM else next(code) for form in forms)


def emit_isolated(text: str, machine: Machine, *forms: Form) -> tuple[bytes, ...]:
    """`emit` in a process of its own, so that an abort of LLVM is an `LLVMError` here."""
    outputs: tuple[bytes, ...] = run_isolated(
        "morello_mlir.runtime.llvm:emit", (text, machine, *forms), LLVMError
    )
    return outputs


@contextmanager
def _target_machine(machine: Machine) -> Iterator[int]:
    handle = create_target_machine(machine)
    try:
        yield handle
    finally:
        capi.library().LLVMDisposeTargetMachine(handle)


def _parse(context: int, text: str, errors: list[str]) -> int:
    lib = capi.library()
    buffer = capi.memory_buffer(text.encode(), b"module.ll")
    module, message = ctypes.c_void_p(), ctypes.c_void_p()
    failed = lib.LLVMParseIRInContext(context, buffer, ctypes.byref(module), ctypes.byref(message))
    explanation = capi.take_message(message.value)
    if failed or module.value is None:
        raise LLVMError("; ".join((explanation.strip(), *errors)))
    message = ctypes.c_void_p()
    return_status = 2
    broken = lib.LLVMVerifyModule(module, return_status, ctypes.byref(message))
    explanation = capi.take_message(message.value)
    if broken:
        lib.LLVMDisposeModule(module)
        raise LLVMError(f"invalid LLVM IR: {explanation.strip()}")
    return module.value


def _set_target(module: int, target_machine: int, machine: Machine) -> None:
    lib = capi.library()
    layout = lib.LLVMCreateTargetDataLayout(target_machine)
    lib.LLVMSetModuleDataLayout(module, layout)
    lib.LLVMDisposeTargetData(layout)
    lib.LLVMSetTarget(module, machine.triple.encode())


def _optimise(module: int, target_machine: int) -> None:
    lib = capi.library()
    options = lib.LLVMCreatePassBuilderOptions()
    try:
        error = lib.LLVMRunPasses(module, OPTIMISE.encode(), target_machine, options)
        capi.check(error, "optimisation")
    finally:
        lib.LLVMDisposePassBuilderOptions(options)


def _print(module: int) -> bytes:
    return capi.take_message(capi.library().LLVMPrintModuleToString(module)).encode()


def _emit(module: int, target_machine: int, form: Form, errors: list[str]) -> bytes:
    lib = capi.library()
    buffer, message = ctypes.c_void_p(), ctypes.c_void_p()
    filetype = 0 if form is Form.ASSEMBLY else 1
    failed = lib.LLVMTargetMachineEmitToMemoryBuffer(
        target_machine, module, filetype, ctypes.byref(message), ctypes.byref(buffer)
    )
    explanation = capi.take_message(message.value) if failed else ""
    data = b""
    if buffer.value is not None:
        start, size = lib.LLVMGetBufferStart(buffer), lib.LLVMGetBufferSize(buffer)
        data = ctypes.string_at(start, size)
        lib.LLVMDisposeMemoryBuffer(buffer)
    if failed or errors:
        raise LLVMError("; ".join(part for part in (explanation, *errors) if part))
    return data
