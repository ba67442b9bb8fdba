"""Reciprocal square root and powers.

x^y = 2^(y log2 x), where y multiplies the error of the logarithm by up to 2^7 in f32 and 2^10 in
f64: the logarithm must be a `Pair`. bench/fit_math.py derives the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf, nan

from morello_mlir.passes.approx.exp import LN2, exp2
from morello_mlir.passes.approx.lanes import (
    F32,
    F64,
    Real,
    Table,
    clamp,
    copysign,
    fma,
    parts,
    polynomial,
    select,
    sqrt,
    trunc,
)
from morello_mlir.passes.approx.log import split

ATANH: Table = {  # log(1 + f) = s (2 + z (2/3 + z p(z))); error 2^-36.8, 2^-66.3
    F32: (0.400001526, 0.285470545, 0.234206378),
    F64: (
        0.40000000000002284,
        0.28571428570085944,
        0.22222222522526378,
        0.18181784125913264,
        0.1538676900519475,
        0.1325653385892087,
        0.13199067142253468,
    ),
}
ENDLESS = 2.0**100  # as good an exponent as inf, but 0 times it is 0


def rsqrt(x: Real) -> Real:
    """1 / sqrt x, from the two correctly rounded instructions; -inf of -0, as IEEE 754 has it."""
    return 1.0 / sqrt(x)


def powf(x: Real, y: Real) -> Real:
    """x^y, with the special cases of IEEE 754's pow."""
    size, end = abs(x), clamp(y, -ENDLESS, ENDLESS)
    power = exp2(*_exponent(size, end))
    half = y * 0.5
    of_integer = select(half.equals(trunc(half)), power, copysign(power, x))
    of_fraction = select((x < 0.0) & (x > -inf), nan, power)
    result = select(y.equals(trunc(y)), of_integer, of_fraction)
    return select(y.equals(0.0) | x.equals(1.0), 1.0, result)


@dataclass(frozen=True, slots=True)
class Pair:
    """The unevaluated sum of a number and a small one, for twice the precision."""

    high: Real
    low: Real

    @staticmethod
    def constant(number: Fraction, x: Real) -> Pair:
        """`number` in x's format."""
        high, low = parts(number, x.form)
        return Pair(x.splat(high), x.splat(low))

    def scaled(self, x: Real) -> Pair:
        """x times the pair."""
        high = x * self.high
        return Pair(high, fma(x, self.low, fma(x, self.high, -high)))

    def times(self, other: Pair) -> Pair:
        """The product of the pairs."""
        high = self.high * other.high
        cross = fma(self.high, other.low, self.low * other.high)
        return Pair(high, fma(self.high, other.high, -high) + cross)

    def plus(self, x: Real) -> Pair:
        """x plus the pair; x is 0 or the larger."""
        high = x + self.high
        return Pair(high, ((x - high) + self.high) + self.low)


def _exponent(x: Real, y: Real) -> tuple[Real, Real]:
    """y log2 x as a sum, for x >= 0 (NaN too) and finite y."""
    e, f = split(x)
    product = _log1p(f).times(Pair.constant(1 / LN2, x)).plus(e).scaled(y)
    high = select(x < inf, product.high, y * x)
    high = select(x.equals(0.0), y * -inf, high)
    end = x.form.bias + 1.0  # from there on 2^high overflows, and low may be anything
    return high, select((high <= end) & (high > -2.0 * end), product.low, 0.0)


def _log1p(f: Real) -> Pair:
    """log(1 + f) for a reduced f."""
    under = f + 2.0
    inverse = 1.0 / under
    s_high = f * inverse
    rest = fma(-s_high, under, f) - s_high * (f - (under - 2.0))
    s = Pair(s_high, rest * inverse)
    z = s.times(s)
    third = Pair.constant(Fraction(2, 3), f)
    tail = Pair(z.high * polynomial(z.high, ATANH), third.low)
    return z.times(tail.plus(third.high)).plus(f.splat(2.0)).times(s)
