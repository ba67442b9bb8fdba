"""Exponentials: exp, exp2, expm1, and tanh and tanh + 1, which are quotients of such.

With n the integer nearest to x / ln 2 and r = x - n ln 2, exp x = 2^n exp r, and exp r is a
polynomial on |r| <= ln 2 / 2. n is never converted to an integer: adding `Format.shifter` leaves
it in the low bits of a float, whence one shift makes the bits of 2^n. (AVX2 has no conversion
between f64 and i64.) Where the machine multiplies by 2^n itself, n is all it takes.
bench/fit_math.py derives the table.
"""

from __future__ import annotations

from fractions import Fraction

from morello_mlir.passes.approx.lanes import (
    F32,
    F64,
    SCALE,
    Real,
    Table,
    Word,
    at_least,
    at_most,
    clamp,
    copysign,
    fma,
    parts,
    polynomial,
    quotient,
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
ZERO_BELOW = {F32: -104.0, F64: -746.0}  # exp rounds to 0 there
INFINITE_ABOVE = {F32: 89.0, F64: 710.0}  # exp overflows there
MINUS_ONE_BELOW = {F32: -30.0, F64: -60.0}  # expm1 rounds to -1 there
ONE_ABOVE = {F32: 10.0, F64: 20.0}  # tanh rounds to 1 there


def exp(x: Real) -> Real:
    """e^x, down to the subnormals.

    For a large x, r is anything: a polynomial of even degree is positive or inf then, as it should.
    """
    if x.form == F64 or not x.emit.has(SCALE):
        x = at_most(x, INFINITE_ABOVE[x.form])
    x = at_least(x, ZERO_BELOW[x.form])
    shifted, n = _nearest(x, float(1 / LN2), 2 * x.form.bias)
    high, low = parts(LN2, x.form)
    return _scale(_exp(fma(n, -low, fma(n, -high, x))), shifted, n)


def exp2(x: Real, low: Real | None = None) -> Real:
    """2^x, or 2^(x + low) for a small low; down to the subnormals; exact for an integer x."""
    x = clamp(x, -(x.form.bias + x.form.fraction + 1.0), x.form.bias + 1.0)
    shifted, n = _nearest(x, 1.0, 2 * x.form.bias)
    r = x - n if low is None else (x - n) + low
    return _scale(_exp(r * float(LN2)), shifted, n)


def expm1(x: Real) -> Real:
    """e^x - 1, precise near 0: half of 2^n (exp r - 1) + (2^n - 1), doubled, lest 2^n overflow."""
    tiny = abs(x) < 2.0 ** -(x.form.fraction + 2)
    y = clamp(x, MINUS_ONE_BELOW[x.form], INFINITE_ABOVE[x.form])
    shifted, n = _nearest(y, float(1 / LN2), x.form.bias - 1)
    half = (shifted << x.form.fraction).real()
    result = _less_one(y, n, half, half - 0.5)
    return select(tiny, x, result + result)  # the half of a subnormal would lose a bit, 0 its sign


def tanh(x: Real) -> Real:
    """t / (t + 2) for t = e^2x - 1 of |x|, precise near 0 as t is; exactly odd.

    An f32 does with one part of ln 2: what that lacks is 2^-29, little even beside small sums.
    """
    size = at_most(abs(x), ONE_ABOVE[x.form])
    y = size + size
    shifted, n = _nearest(y, float(1 / LN2), x.form.bias)
    power = (shifted << x.form.fraction).real()
    if x.form == F32:
        r = fma(n, -float(LN2), y)
        t = fma(fma(r * r, polynomial(r, EXP), r), power, power - 1.0)
    else:
        t = _less_one(y, n, power, power - 1.0)
    under = t + 2.0
    return copysign(quotient(t, under, t - (under - 2.0)), x)


def tanh_and_one(x: Real) -> Real:
    """tanh x + 1 = 2t / (t + 1) for t = e^2x: a sigmoid, precise where the sum would cancel."""
    half = at_most(x, ONE_ABOVE[x.form])
    t = exp(half + half)
    return quotient(t + t, t + 1.0)


def _less_one(y: Real, n: Real, power: Real, base: Real) -> Real:
    """power (exp r - 1) + base, with r = y - n ln 2.

    The rounding of r would weigh double for some y, so that its exact high part goes into the sum
    and its low part into the small terms.
    """
    high, low = parts(LN2, y.form)
    r_high = fma(n, -high, y)
    r = fma(n, -low, r_high)
    rest = fma(r * r, polynomial(r, EXP), n * -low)
    return fma(rest, power, fma(r_high, power, base))


def _nearest(x: Real, factor: float, offset: int) -> tuple[Word, Real]:
    """The integer n nearest to `factor` x: a word whose low bits hold n + offset, and n itself."""
    shifter = x.form.shifter + offset
    shifted = x + shifter if factor == 1.0 else fma(x, factor, shifter)
    return shifted.word(), shifted - shifter


def _exp(r: Real) -> Real:
    """exp r for a reduced r."""
    return fma(fma(polynomial(r, EXP), r, 1.0), r, 1.0)


def _scale(x: Real, shifted: Word, n: Real) -> Real:
    """2^n x, rounded once; `shifted` has n + 2 bias in its low bits.

    By two factors, as neither the least subnormal nor what overflows is one power of two away.
    """
    if x.emit.has(SCALE):
        return Real(x.emit.instruction(SCALE, x.value, n.value), x.emit)
    half = shifted >> 1
    return x * (half << x.form.fraction).real() * ((shifted - half) << x.form.fraction).real()
