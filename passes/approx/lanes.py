"""Expressions on lanes: what the elementary functions of this folder are written in.

A `Real` is a float of one `Format`, scalar or of any vector shape; a `Word` is the integers of
the same width that share its bits; a `Mask` holds truth values. Operators on them emit one
upstream op each through an `Emitter`: the one of `passes/math.py` makes IR, the one of the unit
tests computes with numpy. Python numbers are splat. Nothing is folded and nothing reassociated:
what is written is what is computed, each op rounded once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, Protocol


@dataclass(frozen=True)
class Format:
    """A binary interchange format of IEEE 754: 1 sign bit, the exponent, the fraction."""

    width: int
    fraction: int

    @property
    def bias(self) -> int:
        """What is added to an exponent to store it."""
        return (1 << (self.width - self.fraction - 2)) - 1

    @property
    def sign(self) -> int:
        """The word with the sign bit alone, which is the most negative one."""
        return -1 << (self.width - 1)

    @property
    def shifter(self) -> float:
        """Added to a small x, it leaves the integer nearest to x in the low bits of the word."""
        return 1.5 * 2.0**self.fraction

    @property
    def smallest_normal(self) -> float:
        """The least positive number with the full precision."""
        return 2.0 ** (1 - self.bias)


F32 = Format(32, 23)
F64 = Format(64, 52)
Table = Mapping[Format, tuple[float, ...]]


@cache
def parts(number: Fraction, form: Format, count: int = 2) -> tuple[float, ...]:
    """`number` as a sum of `count` floats, each the nearest to what its forerunners leave."""
    found: list[float] = []
    for _ in range(count):
        mantissa = number - sum(map(Fraction, found))
        unit = Fraction(2) ** (_exponent(mantissa) - form.fraction)
        found.append(float(round(mantissa / unit) * unit))
    return tuple(found)


def _exponent(number: Fraction) -> int:
    """The e of 2^e <= |number| < 2^(e + 1)."""
    number = abs(number)
    guess = number.numerator.bit_length() - number.denominator.bit_length()
    return guess if number >= Fraction(2) ** guess else guess - 1


class Kind(Enum):
    """What a lane holds."""

    REAL = "real"
    WORD = "word"
    MASK = "mask"


class Emitter(Protocol):
    """Makes values of one shape and one `Format`; values are opaque to everybody else."""

    @property
    def form(self) -> Format:
        """The format of `Kind.REAL`; `Kind.WORD` has the same width."""
        ...

    def op(self, name: str, kind: Kind, *operands: Any) -> Any:
        """The result, of kind `kind`, of an upstream op; a comparison as "arith.cmpf.olt"."""
        ...

    def constant(self, kind: Kind, number: float) -> Any:
        """`number` in every lane."""
        ...

    def resized(self, form: Format) -> Emitter:
        """Makes values of the same shape in another format."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is an instruction, of those that only some machines have.

        `SCALE` is 2^n x for any whole n, rounded once, and inf or zero where n is infinite, even
        if x is NaN then; `ESTIMATE` is 1 / x to 14 bits; `LARGER` and `SMALLER` of two numbers
        order the zeros, and take the other one where one is NaN.
        """
        ...

    def instruction(self, name: str, *operands: Any) -> Any:
        """The result of an instruction that there is."""
        ...


SCALE, ESTIMATE, LARGER, SMALLER = "scale", "estimate", "larger", "smaller"


@dataclass(frozen=True, slots=True)
class Mask:
    """Truth values, one per lane."""

    value: Any
    emit: Emitter

    def __and__(self, other: Mask) -> Mask:
        """Both."""
        return Mask(self.emit.op("arith.andi", Kind.MASK, self.value, other.value), self.emit)

    def __or__(self, other: Mask) -> Mask:
        """Either."""
        return Mask(self.emit.op("arith.ori", Kind.MASK, self.value, other.value), self.emit)


@dataclass(frozen=True, slots=True)
class Word:
    """Integers as wide as the floats; they wrap around, and shift right without a sign."""

    value: Any
    emit: Emitter

    def _op(self, name: str, other: Word | int) -> Word:
        if isinstance(other, int):
            other = Word(self.emit.constant(Kind.WORD, other), self.emit)
        return Word(self.emit.op(name, Kind.WORD, self.value, other.value), self.emit)

    def __add__(self, other: Word | int) -> Word:
        return self._op("arith.addi", other)

    def __sub__(self, other: Word | int) -> Word:
        return self._op("arith.subi", other)

    def __rsub__(self, other: int) -> Word:
        return Word(self.emit.constant(Kind.WORD, other), self.emit) - self

    def __and__(self, other: Word | int) -> Word:
        return self._op("arith.andi", other)

    def __or__(self, other: Word | int) -> Word:
        return self._op("arith.ori", other)

    def __xor__(self, other: Word | int) -> Word:
        return self._op("arith.xori", other)

    def __lshift__(self, count: int) -> Word:
        return self._op("arith.shli", count)

    def __rshift__(self, count: int) -> Word:
        return self._op("arith.shrui", count)

    def equals(self, other: int) -> Mask:
        """Whether the words are equal (`==` stays what it is for every Python object)."""
        constant = self.emit.constant(Kind.WORD, other)
        return Mask(self.emit.op("arith.cmpi.eq", Kind.MASK, self.value, constant), self.emit)

    def real(self) -> Real:
        """The floats with these bits."""
        return Real(self.emit.op("arith.bitcast", Kind.REAL, self.value), self.emit)


@dataclass(frozen=True, slots=True)
class Real:
    """Floats. Comparisons are ordered: false where an operand is NaN."""

    value: Any
    emit: Emitter

    @property
    def form(self) -> Format:
        """The format of each lane."""
        return self.emit.form

    def splat(self, number: Real | float) -> Real:
        """`number` with the type of self, if it is not a Real already."""
        if isinstance(number, Real):
            return number
        return Real(self.emit.constant(Kind.REAL, number), self.emit)

    def op(self, name: str, *others: Real | float) -> Real:
        """The op `name` on self and `others`."""
        values = [self.splat(other).value for other in others]
        return Real(self.emit.op(name, Kind.REAL, self.value, *values), self.emit)

    def _compare(self, predicate: str, other: Real | float) -> Mask:
        name, value = f"arith.cmpf.{predicate}", self.splat(other).value
        return Mask(self.emit.op(name, Kind.MASK, self.value, value), self.emit)

    def __add__(self, other: Real | float) -> Real:
        return self.op("arith.addf", other)

    def __radd__(self, other: float) -> Real:
        return self.splat(other) + self

    def __sub__(self, other: Real | float) -> Real:
        return self.op("arith.subf", other)

    def __rsub__(self, other: float) -> Real:
        return self.splat(other) - self

    def __mul__(self, other: Real | float) -> Real:
        return self.op("arith.mulf", other)

    def __rmul__(self, other: float) -> Real:
        return self.splat(other) * self

    def __truediv__(self, other: Real | float) -> Real:
        return self.op("arith.divf", other)

    def __rtruediv__(self, other: float) -> Real:
        return self.splat(other) / self

    def __neg__(self) -> Real:
        return self.op("arith.negf")

    def __abs__(self) -> Real:
        return self.op("math.absf")

    def __lt__(self, other: Real | float) -> Mask:
        return self._compare("olt", other)

    def __le__(self, other: Real | float) -> Mask:
        return self._compare("ole", other)

    def __gt__(self, other: Real | float) -> Mask:
        return self._compare("ogt", other)

    def equals(self, other: Real | float) -> Mask:
        """Whether the numbers are equal (`==` stays what it is for every Python object)."""
        return self._compare("oeq", other)

    def unordered(self, other: Real | float) -> Mask:
        """Whether one of the numbers is NaN."""
        return self._compare("uno", other)

    def word(self) -> Word:
        """The bits."""
        return Word(self.emit.op("arith.bitcast", Kind.WORD, self.value), self.emit)


def fma(x: Real, y: Real | float, z: Real | float) -> Real:
    """x y + z, rounded once."""
    return x.op("math.fma", y, z)


def sqrt(x: Real) -> Real:
    """The square root, correctly rounded."""
    return x.op("math.sqrt")


def trunc(x: Real) -> Real:
    """The integer part, as a float."""
    return x.op("math.trunc")


def copysign(x: Real, sign: Real) -> Real:
    """|x| with the sign bit of `sign`."""
    return x.op("math.copysign", sign)


def select(mask: Mask, x: Real | float, y: Real | float) -> Real:
    """The x where mask holds, else the y; one of them is no Python number."""
    form = x if isinstance(x, Real) else y
    assert isinstance(form, Real)
    values = mask.value, form.splat(x).value, form.splat(y).value
    return Real(form.emit.op("arith.select", Kind.REAL, *values), form.emit)


def clamp(x: Real, low: float, high: float) -> Real:
    """The x moved into [low, high]; NaN stays."""
    return at_least(at_most(x, high), low)


def at_least(x: Real, low: float) -> Real:
    """The larger; NaN stays. One instruction."""
    return select(x < low, low, x)


def at_most(x: Real, high: float) -> Real:
    """The smaller; NaN stays. One instruction."""
    return select(x > high, high, x)


def quotient(x: Real, y: Real, rest: Real | None = None) -> Real:
    """x / (y + rest) within an ulp, where y and 1 / y are normal and `rest` is what y lacks.

    An estimate of 1 / y, and what is left of x by it: half the time of a division.
    """
    if y.emit.has(ESTIMATE):
        inverse = Real(y.emit.instruction(ESTIMATE, y.value), y.emit)
    else:
        inverse = 1.0 / y
    rough = x * inverse
    left = fma(-rough, y, x)
    if rest is not None:
        left = fma(-rough, rest, left)
    return fma(left, inverse, rough)


def polynomial(x: Real, table: Table) -> Real:
    """The polynomial in x whose coefficients, constant term first, are the ones of x's format."""
    *rest, leading = table[x.form]
    result = x.splat(leading)
    for coefficient in reversed(rest):
        result = fma(result, x, coefficient)
    return result


def resize(x: Real, form: Format) -> Real:
    """The x extended or rounded to another format."""
    emit = x.emit.resized(form)
    name = "arith.extf" if form.width > x.form.width else "arith.truncf"
    return Real(emit.op(name, Kind.REAL, x.value), emit)
