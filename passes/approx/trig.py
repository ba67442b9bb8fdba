"""Sine, cosine and arc tangent.

With n the integer nearest to 2 x / pi and r = x - n pi / 2, sin x and cos x are one of sin r and
cos r, by the parity of n, with the sign that n mod 4 says. The first of the three steps that take
n pi / 2 off is exact, as fma rounds once. Past `LIMIT` the remainder would lose its precision,
and the answer is NaN rather than a guess. bench/fit_math.py derives the tables.
"""

from __future__ import annotations

from fractions import Fraction
from math import nan

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

PI = Fraction("3.14159265358979323846264338327950288419716939937510582097494459230781640629")
LIMIT = {F32: 2.0**20, F64: 2.0**40}

SIN: Table = {  # sin r = r + r^3 p(r^2); error 2^-36.9, 2^-57.1
    F32: (-0.166666672, 0.00833332818, -0.000198389433, 2.71474073e-06),
    F64: (
        -0.16666666666666607,
        0.008333333333316043,
        -0.00019841269824762177,
        2.7557311963912977e-06,
        -2.5050491516656994e-08,
        1.5881591048716353e-10,
    ),
}
COS: Table = {  # cos r = 1 - r^2 / 2 + r^4 p(r^2); error 2^-32.7, 2^-63.2
    F32: (0.0416666418, -0.00138870825, 2.44060302e-05),
    F64: (
        0.04166666666666655,
        -0.0013888888888866208,
        2.4801587284523233e-05,
        -2.7557312922188726e-07,
        2.0875529916359248e-09,
        -1.1349718764532207e-11,
    ),
}
ATAN: Table = {  # atan t = t + t^3 p(t^2); error 2^-30.4, 2^-59.3
    F32: (-0.333333135, 0.199984163, -0.142424196, 0.105851494, -0.0605528317),
    F64: (
        -0.3333333333333318,
        0.19999999999948814,
        -0.1428571427969945,
        0.11111110757927073,
        -0.09090897006758908,
        0.07692046595934032,
        -0.0666294660746576,
        0.05846726478119217,
        -0.050339947726473634,
        0.03792802112769383,
        -0.017756050142250904,
    ),
}


def sin(x: Real) -> Real:
    """The sine, exactly odd."""
    r, n = _reduce(abs(x))
    return _flip(_wave(r, n), x.word() & x.form.sign)


def cos(x: Real) -> Real:
    """The cosine: the sine a quarter turn on."""
    r, n = _reduce(abs(x))
    return _wave(r, n + 1)


def atan(x: Real) -> Real:
    """The arc tangent: atan t for |t| <= tan(pi/8), and multiples of pi/4 by the rule for sums."""
    size = abs(x)
    steep, middling = size > 1 + 2.0**0.5, size > 2.0**0.5 - 1
    over = select(steep, -1.0, select(middling, size - 1.0, size))
    under = select(steep, size, select(middling, size + 1.0, 1.0))
    t = over / under
    half, quarter = parts(PI / 2, x.form), parts(PI / 4, x.form)
    high, low = (
        select(steep, half[i], select(middling, x.splat(quarter[i]), 0.0)) for i in range(2)
    )
    z = t * t
    return copysign(high + (t + fma(t * z, polynomial(z, ATAN), low)), x)


def _reduce(x: Real) -> tuple[Real, Word]:
    """r, and a word whose low bits hold n; the r is NaN past the limit."""
    shifter = x.form.shifter
    shifted = fma(x, float(2 / PI), shifter)
    n, r = shifted - shifter, select(x <= LIMIT[x.form], x, nan)
    for part in parts(PI / 2, x.form, 3):
        r = fma(n, -part, r)
    return r, shifted.word()


def _wave(r: Real, n: Word) -> Real:
    """sin(r + n pi / 2)."""
    z = r * r
    sine = fma(r * z, polynomial(z, SIN), r)
    cosine = fma(z * z, polynomial(z, COS), fma(z, -0.5, 1.0))
    wave = select((n & 1).equals(0), sine, cosine)
    return _flip(wave, (n << (r.form.width - 2)) & r.form.sign)


def _flip(x: Real, sign: Word) -> Real:
    """The x, negated where `sign` has the sign bit."""
    return (x.word() ^ sign).real()
