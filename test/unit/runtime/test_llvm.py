"""Emission: forms, machines, and errors that must be exceptions."""

from __future__ import annotations

import pytest

from morello_mlir.runtime.capi import LLVMError
from morello_mlir.runtime.llvm import Form, emit, emit_isolated
from morello_mlir.runtime.machine import Machine

V3 = Machine("x86-64-v3")
FMA = """
declare <16 x float> @llvm.fma.v16f32(<16 x float>, <16 x float>, <16 x float>)
define <16 x float> @f(<16 x float> %a, <16 x float> %b, <16 x float> %c) {
  %r = call <16 x float> @llvm.fma.v16f32(<16 x float> %a, <16 x float> %b, <16 x float> %c)
  ret <16 x float> %r
}
"""
NEEDS_INT8 = """
declare <4 x i32> @llvm.x86.avx2.vpdpbssd.128(<4 x i32>, <16 x i8>, <16 x i8>)
define <4 x i32> @f(<4 x i32> %a, <16 x i8> %b) {
  %r = call <4 x i32> @llvm.x86.avx2.vpdpbssd.128(<4 x i32> %a, <16 x i8> %b, <16 x i8> %b)
  ret <4 x i32> %r
}
"""


def test_forms_come_in_the_order_asked_for() -> None:
    assembly, data, text = emit(FMA, V3, Form.ASSEMBLY, Form.OBJECT, Form.LLVM)
    assert b"vfmadd" in assembly
    assert data.startswith(b"\x7fELF")
    assert b"define <16 x float> @f" in text


def test_the_machine_decides_the_instructions() -> None:
    (narrow,) = emit(FMA, V3, Form.ASSEMBLY)
    (wide,) = emit(FMA, Machine("x86-64-v4"), Form.ASSEMBLY)
    (featured,) = emit(FMA, Machine("x86-64-v3", "+avx512f"), Form.ASSEMBLY)
    assert b"%ymm" in narrow and b"%zmm" not in narrow
    assert b"%zmm" in wide and b"%zmm" in featured


def test_it_optimises() -> None:
    loop = """
    define i32 @sum() {
    entry:
      br label %loop
    loop:
      %i = phi i32 [ 0, %entry ], [ %n, %loop ]
      %s = phi i32 [ 0, %entry ], [ %t, %loop ]
      %t = add i32 %s, %i
      %n = add i32 %i, 1
      %c = icmp ult i32 %n, 10
      br i1 %c, label %loop, label %done
    done:
      ret i32 %t
    }"""
    (text,) = emit(loop, V3, Form.LLVM)
    assert b"ret i32 45" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("junk", "expected top-level entity"),
        ("define i32 @f() {\n  ret void\n}", "doesn't match function result type"),
        ("define void @f() {\n  call void @missing()\n  ret void\n}", "undefined value '@missing'"),
        (
            'define void @f() {\n  call void asm "bogus", ""()\n  ret void\n}',
            "invalid instruction mnemonic 'bogus'",
        ),
        ("define void @f() {\na:\n  br label %a\n}", "Entry block"),
    ],
)
def test_errors_carry_the_words_of_llvm(
    text: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(LLVMError, match=message):
        emit(text, V3, Form.OBJECT)
    assert capfd.readouterr() == ("", "")


def test_an_unknown_triple_is_an_error() -> None:
    with pytest.raises(LLVMError, match="nosuch"):
        emit(FMA, Machine("x86-64", "", "nosuch-unknown-linux"), Form.OBJECT)


def test_isolated_emission_is_the_same() -> None:
    assert emit_isolated(FMA, V3, Form.OBJECT, Form.LLVM) == emit(FMA, V3, Form.OBJECT, Form.LLVM)


def test_isolation_turns_an_abort_into_an_error() -> None:
    with pytest.raises(LLVMError, match="Cannot select"):
        emit_isolated(NEEDS_INT8, V3, Form.OBJECT)


def test_isolation_passes_errors_on() -> None:
    with pytest.raises(LLVMError, match="expected top-level entity"):
        emit_isolated("junk", V3, Form.OBJECT)
