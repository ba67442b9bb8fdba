"""What a body does that only compares: an extremum and its place, told from a table.

Such a body takes an element and its place, and an extremum so far and the place of that, and gives
both anew. As it only compares, chooses, and takes the larger or smaller, all that can matter is
the order of the two elements (or that one is no number), and that of the two places. So it is
evaluated for all of these, and a `Meaning` that agrees everywhere is what it does, however it is
written. Read next: `extremes.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from math import copysign, isnan, nan
from typing import Any

from mlir import ir

Number = float | int


class NotOrderedError(Exception):
    """What a body does depends on more than the order of its elements and of its places."""


@dataclass(frozen=True)
class Step:
    """An element and its place, the extremum so far and the place of that."""

    element: Number
    extremum: Number
    place: int
    old_place: int

    @property
    def has_only_numbers(self) -> bool:
        """Whether neither is NaN."""
        return not isnan(self.element) and not isnan(self.extremum)


@dataclass(frozen=True)
class Meaning:
    """The first or the last place of the extremum that `combine` gives."""

    combine: str
    last: bool

    @property
    def is_maximum(self) -> bool:
        """Whether it is the largest."""
        return self.combine.startswith("arith.max")

    @property
    def keeps_nan(self) -> bool:
        """Whether what is no number is the extremum, rather than passed over."""
        return self.combine in ("arith.maximumf", "arith.minimumf")

    @property
    def unsigned(self) -> bool:
        """Whether integers are without a sign."""
        return self.combine.endswith("ui")

    def after(self, step: Step) -> tuple[Number, int]:
        """The extremum and its place after one more element."""
        old, new = (step.extremum, step.old_place), (step.element, step.place)
        if not step.has_only_numbers:
            if not self.keeps_nan:
                return old
            later = self.last or not isnan(step.extremum)
            return new if isnan(step.element) and later else old
        keys = [self._key(number) for number in (step.element, step.extremum)]
        more = keys[0] > keys[1]
        moves = self.last if step.element == step.extremum else more
        return (new if more else old)[0], (new if moves else old)[1]

    def _key(self, number: Number) -> tuple[Number, float]:
        """What is larger the sooner it is the extremum; a zero with a sign is less than without."""
        if self.unsigned and number < 0:
            number = 2**64 + number
        sign = 1 if self.is_maximum else -1
        return sign * number, sign * copysign(1, number)


_FLOATS = ("arith.maximumf", "arith.minimumf", "arith.maxnumf", "arith.minnumf")
_INTEGERS = ("arith.maxsi", "arith.minsi", "arith.maxui", "arith.minui")


def meaning_of(
    does: Callable[[Step], tuple[Number, Number]],
    is_float: bool,
    places: Iterable[tuple[int, int]],
    exact_nan: bool,
    exact_zero: bool,
) -> Meaning | None:
    """The meaning that agrees with a body for these pairs of places, the old one last.

    If not exact, it is open where an extremum is that is no number, and which sign a zero has.
    """
    numbers: tuple[Number, ...] = (-1.0, -0.0, 0.0, 1.0, nan) if is_float else (-2, -1, 0, 1)
    steps = [Step(a, b, *at) for a, b in product(numbers, repeat=2) for at in places]
    done = [(step, *does(step)) for step in steps]

    def agrees(meaning: Meaning, step: Step, value: Number, place: Number) -> bool:
        if isnan(step.extremum) and not meaning.keeps_nan:
            return True  # which does not come about: it begins with a number
        wanted = meaning.after(step)
        is_open = meaning.keeps_nan and not step.has_only_numbers and not exact_nan
        return _same(wanted[0], value, exact_zero) and (is_open or wanted[1] == place)

    for combine, last in product(_FLOATS if is_float else _INTEGERS, (False, True)):
        if all(agrees(Meaning(combine, last), *each) for each in done):
            return Meaning(combine, last)
    return None


def _same(a: Number, b: Number, exact_zero: bool) -> bool:
    if isnan(a) or isnan(b):
        return isnan(a) and isnan(b)
    return a == b and (not exact_zero or copysign(1, a) == copysign(1, b))


def places_in_order(first: int, length: int) -> list[tuple[int, int]]:
    """A place and an old one, in every order that can come about: the old one is before it, or is
    what the op begins with."""
    near = min(max(first, 0), length - 1)
    begun = [(place, first) for place in sorted({0, near, length - 1})]
    return [*begun, (length - 1, 0)] if length > 1 else begun


def leaves(values: Iterable[Any], is_leaf: Callable[[Any], bool]) -> list[Any]:
    """What is compared for these: what `is_leaf`, and what is made by more than comparing."""
    found: dict[Any, bool] = {}
    left = list(values)
    while left:
        value = left.pop()
        if value not in found:
            found[value] = is_leaf(value) or _rule(value) is None
            left += [] if found[value] else value.owner.operands
    return [value for value, is_one in found.items() if is_one]


def side(value: Any, sides: dict[Any, Any]) -> Any:
    """On which side of a body a number is, elements or places; None of a truth value.

    `NotOrderedError` where one of each meet: how these are ordered is in no table.
    """
    if value not in sides:
        met = {side(each, sides) for each in value.owner.operands} - {None}
        if len(met) > 1:
            raise NotOrderedError(value)
        sides[value] = None if _is_truth(value) else met.pop()
    return sides[value]


def evaluated(value: Any, given: dict[Any, Number]) -> Number:
    """What a value of a body is where leaves are these numbers."""
    if value not in given:
        op, rule = value.owner.operation, _rule(value)
        assert rule is not None
        given[value] = rule(op, *(evaluated(each, given) for each in op.operands))
    return given[value]


def _rule(value: Any) -> Callable[..., Number] | None:
    """How to evaluate what only compares or chooses; None for all else."""
    if isinstance(value, ir.BlockArgument) or value.owner.name not in _RULES:
        return None
    op = value.owner.operation
    on_truth = all(map(_is_truth, op.operands)) and _is_truth(value)
    takes_truth = op.name == "arith.select" or not any(map(_is_truth, op.operands))
    fits = on_truth if op.name in _LOGIC else takes_truth
    return _RULES[op.name] if fits else None


def _is_truth(value: Any) -> bool:
    return str(value.type) == "i1"


def _compare_floats(op: Any, a: Number, b: Number) -> int:
    case = 8 if isnan(a) or isnan(b) else 1 if a == b else 2 if a > b else 4
    return int(bool(_HOLDS_FOR[ir.IntegerAttr(op.attributes["predicate"]).value] & case))


_HOLDS_FOR = (*range(8), *range(9, 15), 8, 15)
"""By predicate of `arith.cmpf`, a bit each for equal, greater, less and no number."""


def _compare_integers(op: Any, a: Number, b: Number) -> int:
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    if predicate < 2:
        return int((a == b) == (predicate == 0))
    if predicate >= 6:
        a, b = _unsigned(op, a), _unsigned(op, b)
    return int((a < b, a <= b, a > b, a >= b)[(predicate - 2) % 4])


def _unsigned(op: Any, number: Number) -> Number:
    kind = op.operands[0].type
    return number % (1 << (64 if isinstance(kind, ir.IndexType) else kind.width))


def _chosen(largest: bool, keeps_nan: bool) -> Callable[..., Number]:
    def rule(op: Any, a: Number, b: Number) -> Number:
        if isnan(a) or isnan(b):
            other = b if isnan(a) else a
            return nan if keeps_nan else other
        key = (lambda x: (x, copysign(1, x))) if largest else (lambda x: (-x, -copysign(1, x)))
        return max(a, b, key=key)

    return rule


def _chosen_unsigned(largest: bool) -> Callable[..., Number]:
    def rule(op: Any, a: Number, b: Number) -> Number:
        return (max if largest else min)(a, b, key=lambda x: _unsigned(op, x))

    return rule


_LOGIC = frozenset({"arith.andi", "arith.constant", "arith.ori", "arith.xori"})
_RULES: dict[str, Callable[..., Number]] = {
    "arith.constant": lambda op: int(ir.BoolAttr(op.attributes["value"]).value),
    "arith.cmpf": _compare_floats,
    "arith.cmpi": _compare_integers,
    "arith.select": lambda op, condition, a, b: a if condition else b,
    "arith.andi": lambda op, a, b: int(a) & int(b),
    "arith.ori": lambda op, a, b: int(a) | int(b),
    "arith.xori": lambda op, a, b: int(a) ^ int(b),
    "arith.maximumf": _chosen(largest=True, keeps_nan=True),
    "arith.minimumf": _chosen(largest=False, keeps_nan=True),
    "arith.maxnumf": _chosen(largest=True, keeps_nan=False),
    "arith.minnumf": _chosen(largest=False, keeps_nan=False),
    "arith.maxsi": lambda op, a, b: max(a, b),
    "arith.minsi": lambda op, a, b: min(a, b),
    "arith.maxui": _chosen_unsigned(largest=True),
    "arith.minui": _chosen_unsigned(largest=False),
    "arith.extf": lambda op, a: a,
    "arith.extsi": lambda op, a: a,
    "arith.extui": _unsigned,
}
"""What ops do that only compare and choose, with numbers of their own."""
