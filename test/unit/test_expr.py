"""Scalar bodies: equality up to commutation, renumbering, neutral elements."""

from __future__ import annotations

import numpy as np
import pytest

from morello_mlir.dtype import F32, F64, I8, I32, dtype
from morello_mlir.expr import (
    Apply,
    Arg,
    Const,
    arguments,
    folded,
    infinity,
    neutral,
    rename,
    replace_argument,
    same,
)

X, Y = Arg(0, F32), Arg(1, F32)


def mul(*args: Arg | Apply | Const) -> Apply:
    return Apply("arith.mulf", args, F32)


def test_same_up_to_commutation() -> None:
    assert same(mul(X, mul(Y, X)), mul(mul(X, Y), X))
    assert not same(Apply("arith.subf", (X, Y), F32), Apply("arith.subf", (Y, X), F32))
    assert not same(mul(X, Y), Apply("arith.mulf", (X, Y), F64))


def test_attributes_matter() -> None:
    less = Apply("arith.cmpf", (X, Y), dtype("i1"), "predicate = 4 : i64")
    assert not same(less, Apply("arith.cmpf", (X, Y), dtype("i1"), "predicate = 2 : i64"))


def chain(*casts: str) -> Apply | Arg:
    """Casts around an input, the innermost first, as `extsi:i16`."""
    e: Apply | Arg = Arg(0, I8)
    for cast in casts:
        op, _, to = cast.partition(":")
        e = Apply(f"arith.{op}", (e,), dtype(to))
    return e


@pytest.mark.parametrize(
    ("casts", "one"),
    [
        (("extsi:i16", "extsi:i32"), ("extsi:i32",)),
        (("extui:i16", "extui:i32"), ("extui:i32",)),
        (("extui:i16", "extsi:i32"), ("extui:i32",)),  # the sign bit of what was widened is zero
        (("extsi:i16", "extui:i32"), None),
        (("extsi:i16", "extsi:i32", "sitofp:f32"), ("sitofp:f32",)),
        (("extui:i32", "sitofp:f32"), ("uitofp:f32",)),
        (("extsi:i32", "uitofp:f32"), None),
        (("sitofp:f16", "extf:f32", "extf:f64"), ("sitofp:f16", "extf:f64")),
        (("sitofp:f64", "truncf:f32", "extf:f64"), None),
        (("extsi:i32", "trunci:i16"), None),
    ],
)
def test_casts_that_are_one(casts: tuple[str, ...], one: tuple[str, ...] | None) -> None:
    assert folded(chain(*casts)) == chain(*(casts if one is None else one))
    product = Apply("arith.muli", (chain(*casts), Arg(1, I32)), I32)
    assert folded(product) == Apply("arith.muli", (folded(chain(*casts)), Arg(1, I32)), I32)


def test_renumbering() -> None:
    assert arguments(mul(Y, X)) == (1, 0)
    assert rename(mul(X, Y), {0: 5, 1: 3}) == mul(Arg(5, F32), Arg(3, F32))
    assert replace_argument(mul(X, Y), 0, Const("2.0", F32)) == mul(Const("2.0", F32), X)


@pytest.mark.parametrize(
    ("combine", "kind", "literal"),
    [
        ("arith.addf", F32, "0.0"),
        ("arith.muli", I32, "1"),
        ("arith.maxsi", I8, "-128"),
        ("arith.minsi", I8, "127"),
        ("arith.minui", I8, "-1"),
        ("arith.andi", I32, "-1"),
        ("arith.maximumf", F32, "0xFF800000"),
        ("arith.minimumf", F32, "0x7F800000"),
    ],
)
def test_neutral_elements(combine: str, kind: object, literal: str) -> None:
    assert neutral(combine, kind).text == literal  # type: ignore[arg-type]


def test_infinities_are_infinite() -> None:
    bits = int(infinity(F32, negative=True), 16)
    assert np.array([bits], np.uint32).view(np.float32)[0] == -np.inf


def test_unknown_types_are_refused() -> None:
    with pytest.raises(ValueError, match=r"no element type 'f8'"):
        dtype("f8")
