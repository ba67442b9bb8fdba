"""Logarithms: log, log2, log10, log1p.

x = 2^e (1 + f) with 1 + f between sqrt(1/2) and sqrt(2), so that log x = e log 2 + log(1 + f),
and log(1 + f) = f + f^2 p(f). Each sum takes its small terms first. bench/fit_math.py derives
the table.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan

from morello_mlir.passes.approx.exp import LN2
from morello_mlir.passes.approx.lanes import (
    F32,
    F64,
    Real,
    Table,
    Word,
    copysign,
    fma,
    parts,
    polynomial,
    select,
)

LOG10_E = Fraction("0.434294481903251827651128918916605082294397005803666566114453783")

LOG: Table = {  # log(1 + f) = f + f^2 p(f); error 2^-27.9, 2^-56.8
    F32: (
        -0.499999881,
        0.333333254,
        -0.250015825,
        0.200019747,
        -0.166090742,
        0.141818136,
        -0.132430375,
        0.129044995,
        -0.0762174055,
    ),
    F64: (
        -0.5000000000000003,
        0.33333333333333026,
        -0.24999999999974926,
        0.20000000000085183,
        -0.16666666671354707,
        0.14285714279624484,
        -0.12499999604559793,
        0.11111111098734622,
        -0.10000017936626693,
        0.09090927450581755,
        -0.08332864132030983,
        0.07691433062227031,
        -0.07149936958083904,
        0.06685934622753845,
        -0.061943688199560094,
        0.0565897601302799,
        -0.056780999158248975,
        0.0652950509917479,
        -0.06006109805987208,
        0.026174255435053827,
    ),
}
SQRT_HALF = {F32: 0x3F3504F3, F64: 0x3FE6A09E667F3BCC}  # the bits


def log(x: Real) -> Real:
    """The natural logarithm."""
    e, f = split(x)
    high, low = parts(LN2, x.form)
    return _specials(x, fma(e, high, f + fma(e, low, _tail(f))))


def log2(x: Real) -> Real:
    """The logarithm to base 2; exact for powers of 2."""
    e, f = split(x)
    high, low = parts(1 / LN2, x.form)
    return _specials(x, e + fma(f, high, fma(f, low, _tail(f) * high)))


def log10(x: Real) -> Real:
    """The logarithm to base 10."""
    e, f = split(x)
    high, low = parts(LOG10_E, x.form)
    e_high, e_low = parts(LOG10_E * LN2, x.form)
    small = fma(f, low, fma(e, e_low, _tail(f) * high))
    return _specials(x, fma(e, e_high, fma(f, high, small)))


def log1p(x: Real) -> Real:
    """log(1 + x), precise near 0: the f of 1 + x is made from x, not from the rounded sum."""
    y = 1.0 + x
    e, f, biased = _fraction(y)
    scale = ((2 * x.form.bias - biased) << x.form.fraction).real()  # 2^-e
    f = select(x < 2.0 ** (x.form.fraction + 2), fma(x, scale, scale - 1.0), f)
    high, low = parts(LN2, x.form)
    result = fma(e, high, f + fma(e, low, _tail(f)))
    return copysign(_specials(y, result), x)


def split(x: Real) -> tuple[Real, Real]:
    """e and f of any positive finite x."""
    subnormal, up = x < x.form.smallest_normal, float(x.form.fraction + 1)
    e, f, _ = _fraction(select(subnormal, x * 2.0**up, x))
    return select(subnormal, e - up, e), f


def _fraction(x: Real) -> tuple[Real, Real, Word]:
    """e and f of a normal x, and the word e + bias."""
    form, root = x.form, SQRT_HALF[x.form]
    moved = x.word() + ((form.bias << form.fraction) - root)
    biased = moved >> form.fraction
    f = ((moved & ((1 << form.fraction) - 1)) + root).real() - 1.0
    magic = 2.0**form.fraction
    e = (biased | ((form.bias + form.fraction) << form.fraction)).real() - (magic + form.bias)
    return e, f, biased


def _tail(f: Real) -> Real:
    """log(1 + f) - f."""
    return f * f * polynomial(f, LOG)


def _specials(x: Real, result: Real) -> Real:
    """`result` for the positive numbers; and inf of inf, -inf of 0, NaN of the negative and NaN."""
    result = select(x < inf, result, x)
    result = select(x > 0.0, result, nan)
    return select(x.equals(0.0), -inf, result)
