"""The text of C headers; `test/run/test_c_example.py` compiles one."""

from __future__ import annotations

from morello_mlir.runtime.header import header
from morello_mlir.runtime.signature import ELEMENTS, Layout, Parameter, Signature, row_major


def test_prototypes_and_comments() -> None:
    f32, bf16 = ELEMENTS["f32"], ELEMENTS["bf16"]
    signature = Signature(
        "mix",
        (
            Parameter("a", bf16, Layout((2, 3), (8, 1), 2)),
            Parameter("s", ELEMENTS["index"], None),
            Parameter("r", f32, Layout((2,), (1,), 64), written=True, is_result=True),
        ),
        f32,
    )
    text = header((signature,), ("mix_free_workspace",), "my-kernels")
    assert "#ifndef MORELLO_MY_KERNELS_H\n" in text
    assert "float mix(const uint16_t *a, int64_t s, float *r);" in text
    assert "a[2][3] of bf16, strides [8, 1] elements" in text
    assert "r[2] of f32, aligned to 64 bytes, written" in text
    assert "float _mlir_ciface_mix(struct morello_memref_2 *a, int64_t s," in text
    assert "void mix_free_workspace(void);" in text


def test_halves_by_value_have_no_descriptor_form() -> None:
    """`_mlir_ciface_f` takes them as floating-point registers, for which C has no old name."""
    signature = Signature("f", (Parameter("x", ELEMENTS["bf16"], None),))
    text = header((signature,))
    assert "void f(uint16_t x);" in text
    assert "_mlir_ciface_f(" not in text


def test_without_arguments() -> None:
    assert "void f(void);" in header((Signature("f", ()),))


def test_bytes_say_which_numbers_they_hold() -> None:
    held = Parameter("w", ELEMENTS["i8"], Layout((4, 3), (3, 1), 1), nibbles=(4, 6))
    text = header((Signature("f", (held,)),))
    assert "w[4][3] of i8, two to each the i4 [4][6], the first in the low half" in text
    assert "void f(const int8_t *w);" in text


def test_row_major() -> None:
    assert row_major((2, 3, 4)) == (12, 4, 1)
    assert row_major(()) == ()
