"""Exponentials: exp, exp2, expm1, and tanh, which is a quotient of two of them.

With n the integer nearest to x / ln 2 and r = x - n ln 2, exp x = 2^n exp r, and exp r is a
polynomial on |r| <= ln 2 / 2. n is never converted to an integer: adding `Format.shifter` leaves
it in the low bits of a float, whence one shift makes the bits of 2^n. (AVX2 has no conversion
between f64 and i64.) bench/fit_math.py derives the table.
"""

from __future__ import annotations

from fractions import Fraction

from morello_mlir.passes.approx.lanes import (
    F32,
    F64,
    Real,
    Table,
    Word,
    clamp,
    copysign,
    fma,
    parts,
    polynomial,
    select,
)

LN2 = Fraction("0.693147180559945309417232121458176568075500134360255254120680009")

EXP: Table = {  # exp r = 1 + r + r^2 p(r); error 2^-28.2, 2^-57.8
    F32: (0.49999994, 0.166665152, 0.0416684598, 0.008369416, 0.0013813026),
    F64: (
        0.5000000000000012,
        0.16666666666666385,
        0.04166666666651923,
        0.00833333333350804,
        0.0013888888946902572,
        0.00019841269485286952,
        2.4801489369195007e-05,
        2.755759798636439e-06,
        2.763168161461358e-07,
        2.4998738584920733e-08,
    ),
}
TANH: Table = {  # tanh x = x + x^3 p(x^2) for |x| <= 0.6; error 2^-28.4, 2^-57.8
    F32: (-0.333332986, 0.133319244, -0.0537838414, 0.0207960084, -0.00589520345),
    F64: (
        -0.33333333333333126,
        0.13333333333299663,
        -0.05396825394929579,
        0.02186948800256693,
        -0.008863226777575494,
        0.003592037381018578,
        -0.0014552153761767292,
        0.000587188463360963,
        -0.0002303969578491381,
        7.931415258429179e-05,
        -1.7178841721279215e-05,
    ),
}
ZERO_BELOW = {F32: -104.0, F64: -746.0}  # exp rounds to 0 there
INFINITE_ABOVE = {F32: 89.0, F64: 710.0}  # exp overflows there
MINUS_ONE_BELOW = {F32: -30.0, F64: -60.0}  # expm1 rounds to -1 there
ONE_ABOVE = {F32: 10.0, F64: 20.0}  # tanh rounds to 1 there


def exp(x: Real) -> Real:
    """e^x, down to the subnormals."""
    x = clamp(x, ZERO_BELOW[x.form], INFINITE_ABOVE[x.form])
    shifted, n = _nearest(x, float(1 / LN2), 2 * x.form.bias)
    high, low = parts(LN2, x.form)
    return _scale(_exp(fma(n, -low, fma(n, -high, x))), shifted)


def exp2(x: Real, low: Real | None = None) -> Real:
    """2^x, or 2^(x + low) for a small low; down to the subnormals; exact for an integer x."""
    x = clamp(x, -(x.form.bias + x.form.fraction + 1.0), x.form.bias + 1.0)
    shifted, n = _nearest(x, 1.0, 2 * x.form.bias)
    r = x - n if low is None else (x - n) + low
    return _scale(_exp(r * float(LN2)), shifted)


def expm1(x: Real) -> Real:
    """e^x - 1, precise near 0: half of 2^n (exp r - 1) + (2^n - 1), doubled, lest 2^n overflow.

    The rounding of r would weigh double for some x, so that its exact high part goes into the sum
    and its low part into the small terms.
    """
    tiny = abs(x) < 2.0 ** -(x.form.fraction + 2)
    y = clamp(x, MINUS_ONE_BELOW[x.form], INFINITE_ABOVE[x.form])
    shifted, n = _nearest(y, float(1 / LN2), x.form.bias - 1)
    high, low = parts(LN2, x.form)
    r_high = fma(n, -high, y)
    r = fma(n, -low, r_high)
    rest = fma(r * r, polynomial(r, EXP), n * -low)
    half = (shifted << x.form.fraction).real()
    result = fma(rest, half, fma(r_high, half, half - 0.5))
    return select(tiny, x, result + result)  # the half of a subnormal would lose a bit, 0 its sign


def tanh(x: Real) -> Real:
    """An odd polynomial up to 0.6, from there on 1 - 2 / (e^2x + 1); exactly odd."""
    size = abs(x)
    z = size * size
    near = fma(size * z, polynomial(z, TANH), size)
    y = select(size > ONE_ABOVE[x.form], 2.0 * ONE_ABOVE[x.form], size + size)
    shifted, n = _nearest(y, float(1 / LN2), x.form.bias)
    high, low = parts(LN2, x.form)
    power = (shifted << x.form.fraction).real()
    far = 1.0 - 2.0 / fma(_exp(fma(n, -low, fma(n, -high, y))), power, 1.0)
    return copysign(select(size > 0.6, far, near), x)


def _nearest(x: Real, factor: float, offset: int) -> tuple[Word, Real]:
    """The integer n nearest to `factor` x: a word whose low bits hold n + offset, and n itself."""
    shifter = x.form.shifter + offset
    shifted = x + shifter if factor == 1.0 else fma(x, factor, shifter)
    return shifted.word(), shifted - shifter


def _exp(r: Real) -> Real:
    """exp r for a reduced r."""
    return fma(fma(polynomial(r, EXP), r, 1.0), r, 1.0)


def _scale(x: Real, n: Word) -> Real:
    """2^n x, rounded once, from a word with n + 2 bias.

    Two factors, as neither the least subnormal nor what overflows is one power of two away.
    """
    half = n >> 1
    return x * (half << x.form.fraction).real() * ((n - half) << x.form.fraction).real()
