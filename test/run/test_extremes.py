"""Extrema with their places against numpy, in the forms of every framework."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from extremes import IGNORE, JAX, LAST, SIGNED, TORCH, TOSA, UNSIGNED, Array, Form

from morello_mlir.compiler import Kernel, compile

pytestmark = pytest.mark.needs_cpu("avx2", "fma", "f16c")
RNG = np.random.default_rng(7)
LARGEST = "0x7F800000"
KINDS = {"f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16}


def split(form: Form, schedule: str = "finish\n", **options: Any) -> Kernel:
    """The kernel, in which no linalg op is left."""
    kernel = compile(form.text(), "x86-64-v3", schedule=schedule, db="none", **options)
    assert "linalg." not in kernel.mlir, kernel.mlir
    return kernel


def check(form: Form, x: Array, kernel: Kernel | None = None) -> None:
    value, place = form.given((kernel or split(form)).f(x))
    wanted, at = form.answer(x)
    np.testing.assert_array_equal(place, at)
    if value is not None:
        np.testing.assert_array_equal(value, wanted)


def numbers(*shape: int, kind: Any = np.float32) -> Array:
    """With many that are equal."""
    return RNG.integers(-4, 5, shape).astype(kind)


@pytest.mark.parametrize("schedule", ["finish\n", "synthesize"])
@pytest.mark.parametrize("form", [
    Form(TORCH),
    Form(TORCH, largest=False, least=LARGEST, none=-1),
    Form(TORCH, (3, 6), only_place=True),
    Form(JAX, place="i32", separate=True),
    Form(JAX, place="i32", separate=True, only_place=True, largest=False, least=LARGEST),
    Form(TOSA, (4, 3, 17), axis=1, place="i32", swapped=True),
    Form(IGNORE, (19, 33), axis=0),
    Form(IGNORE, (7, 1)),
    Form(IGNORE, (41,), none=-1),
    Form(LAST, (2, 3, 5, 7), axis=-2, last=True),
    Form(LAST, place="i16", last=True, largest=False, least=LARGEST, swapped=True),
    Form(SIGNED, element="i8", least="-128", place="i8"),
    Form(SIGNED, element="i64", least="9223372036854775807", largest=False),
])  # fmt: skip
def test_the_place_is_the_one_that_numpy_says(form: Form, schedule: str) -> None:
    kind = np.dtype(form.element.replace("i", "int").replace("f", "float")).type
    check(form, numbers(*form.shape, kind=kind), split(form, schedule))


@pytest.mark.parametrize("element", KINDS)
@pytest.mark.parametrize("body", [TORCH, JAX, IGNORE])
def test_elements_of_every_float(element: str, body: str) -> None:
    least = {"f64": "0xFFF0000000000000", "f32": "0xFF800000", "f16": "0xFC00", "bf16": "0xFF80"}
    form = Form(body, element=element, least=least[element])
    check(form, numbers(*form.shape, kind=KINDS[element]))


@pytest.mark.parametrize("bits", [8, 16, 32, 64])
def test_integers_without_a_sign(bits: int) -> None:
    x = RNG.integers(0, 1 << bits, (5, 37), f"u{bits // 8}")
    x[:, 3::4] = x.max()
    form = Form(UNSIGNED, element=f"i{bits}", least="0")
    value, place = split(form).f(x.view(f"i{bits // 8}"))
    np.testing.assert_array_equal(place, x.argmax(1))
    np.testing.assert_array_equal(value.view(x.dtype), x.max(1))


@pytest.mark.parametrize("body", [TORCH, JAX, TOSA])
def test_the_first_nan_is_the_extremum(body: str) -> None:
    x = numbers(6, 37)
    x[1, 5] = x[1, 9] = x[2, 0] = x[3, 36] = np.nan
    x[4] = np.nan
    x[5, :3] = np.inf
    x[5, 7] = np.nan
    check(Form(body, x.shape), x)
    check(Form(body, x.shape, largest=False, least=LARGEST), x)


def test_nan_is_passed_over_where_the_body_says_so() -> None:
    x = numbers(4, 37)
    x[1, 5] = x[1, 0] = np.nan
    x[2] = np.nan
    x[3] = np.nan
    x[3, 8] = -np.inf
    value, place = split(Form(IGNORE, x.shape, none=-1)).f(x)
    np.testing.assert_array_equal(value, [x[0].max(), np.nanmax(x[1]), -np.inf, -np.inf])
    np.testing.assert_array_equal(place, [x[0].argmax(), np.nanargmax(x[1]), -1, -1])


@pytest.mark.parametrize("form", [Form(TORCH, none=-7), Form(JAX), Form(LAST, none=-7)])
def test_rows_that_do_not_beat_what_the_module_begins_with(form: Form) -> None:
    x = numbers(5, 37)
    x[1] = x[3, :9] = -np.inf
    value, place = split(form).f(x)
    np.testing.assert_array_equal(value, x.max(1))
    unbeaten = 36 if form.body == LAST else form.none
    at = 36 - x[:, ::-1].argmax(1) if form.body == LAST else x.argmax(1)
    np.testing.assert_array_equal(place, np.where(x.max(1) == -np.inf, unbeaten, at))


@pytest.mark.parametrize("body", [TORCH, LAST])
def test_numbers_below_the_start_have_its_place(body: str) -> None:
    x = numbers(5, 37)
    x[1], x[2, 5] = -9, 1.5
    x[3] = np.minimum(x[3], 1.5)
    x[3, [4, 6]] = 1.5
    value, place = split(Form(body, least="1.5", none=99)).f(x)
    np.testing.assert_array_equal(value, np.maximum(x.max(1), 1.5))
    for row, at in zip(x, place, strict=True):
        kept = np.flatnonzero(row == max(row.max(), 1.5))
        if body == LAST:
            assert at == (kept[-1] if kept.size else 99)
        else:
            assert at == (kept[0] if row.max() > 1.5 else 99)


def test_the_extremum_of_what_the_body_computes() -> None:
    body = """
    %less = arith.subf %in, %half : f32
    %far = math.absf %less : f32
    %more = arith.cmpf ogt, %far, %old : f32
    %value = arith.select %more, %far, %old : f32
    %place = arith.select %more, %here, %at : i64"""
    text = Form(body).text().replace("%none =", "%half = arith.constant 0.5 : f32\n  %none =")
    kernel = compile(text, "x86-64-v3", schedule="finish\n", db="none")
    assert "linalg." not in kernel.mlir
    x = numbers(5, 37)
    value, place = kernel.f(x)
    np.testing.assert_array_equal(value, abs(x - 0.5).max(1))
    np.testing.assert_array_equal(place, abs(x - 0.5).argmax(1))


@pytest.mark.parametrize("n", [1, 2, 7, 8, 31, 32, 33, 127, 1000])
def test_rows_of_any_length(n: int) -> None:
    form = Form(TORCH, (3, n), only_place=True)
    check(form, numbers(3, n))


def test_strict_floating_point_keeps_what_says_more() -> None:
    """JAX names the first NaN's place, torch-mlir's body another; zeros have signs."""
    x = numbers(5, 37)
    x[1, 5] = x[1, 9] = np.nan
    place_only = replace(Form(JAX), only_place=True)
    check(place_only, x, split(place_only, strict_fp=True))
    for form in (Form(TORCH), Form(JAX)):
        kernel = compile(form.text(), "x86-64-v3", schedule="finish\n", strict_fp=True)
        assert "linalg." in kernel.mlir
        assert any("is no extremum with its place" in d for d in kernel.diagnostics)
    _, place = compile(Form(TORCH).text(), "x86-64-v3", strict_fp=True).f(x)
    assert place[1] == x[1, :5].argmax()
