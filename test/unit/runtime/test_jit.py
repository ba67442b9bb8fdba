"""Objects in this process: symbols, errors, and release."""

from __future__ import annotations

import ctypes
import gc
import weakref

import pytest

from morello_mlir.runtime.capi import LLVMError
from morello_mlir.runtime.jit import Code
from morello_mlir.runtime.llvm import Form, emit
from morello_mlir.runtime.machine import Machine

# The subject is loading, so code that any x86-64 machine can run will do.
BASELINE = Machine("x86-64")
UNLOAD = """
@flag = internal global ptr null
define void @watch(ptr %p) {
  store ptr %p, ptr @flag
  ret void
}
define void @leave() {
  %p = load ptr, ptr @flag
  store i32 7, ptr %p
  ret void
}
"""


def load(text: str, *finalizers: str) -> Code:
    (data,) = emit(text, BASELINE, Form.OBJECT)
    return Code(data, finalizers)


def test_symbols_of_the_process_resolve() -> None:
    code = load("""
    declare double @cbrt(double)
    define double @f(double %x) {
      %y = call double @cbrt(double %x)
      ret double %y
    }""")
    function = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(code.address("f"))
    assert function(27.0) == pytest.approx(3.0)


def test_two_objects_may_define_the_same_symbol() -> None:
    first, second = (load(f"define i32 @f() {{\n  ret i32 {number}\n}}") for number in (1, 2))
    answers = [ctypes.CFUNCTYPE(ctypes.c_int)(code.address("f"))() for code in (first, second)]
    assert answers == [1, 2]


def test_a_missing_dependency_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    code = load(
        "declare void @nowhere_to_be_found()\ndefine void @f() {\n"
        "  call void @nowhere_to_be_found()\n  ret void\n}"
    )
    with pytest.raises(LLVMError, match="nowhere_to_be_found"):
        code.address("f")
    assert capfd.readouterr() == ("", "")


def test_a_symbol_that_is_not_there_is_named() -> None:
    with pytest.raises(LLVMError, match=r"cannot link 'g'.*g"):
        load("define void @f() {\n  ret void\n}").address("g")


@pytest.mark.parametrize("data", [b"", b"not an object", b"\x7fELF"])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(LLVMError):
        Code(data).address("f")


def test_dropping_calls_the_finalizers_then_unloads() -> None:
    flag = ctypes.c_int(0)
    code = load(UNLOAD, "leave")
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(code.address("watch"))(ctypes.addressof(flag))
    gone = weakref.ref(code)
    assert flag.value == 0
    del code
    gc.collect()
    assert gone() is None
    assert flag.value == 7


def test_close_twice_is_harmless() -> None:
    flag = ctypes.c_int(0)
    code = load(UNLOAD, "leave")
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(code.address("watch"))(ctypes.addressof(flag))
    code.close()
    assert flag.value == 7
    flag.value = 0
    code.close()
    assert flag.value == 0
