"""Arithmetic on positions inside of a body, done in i32: `narrow`.

A vector holds twice as many i32 as i64, and no vector has elements of type `index`. What comes from
positions and constants has bounds, so it is known what fits. Where it does not, or where something
else is computed with it, a position is extended to the type that it had; `index` is i64 then.

Before: `%w = arith.index_cast %i : index to i64`, `%s = arith.addi %w, %c : i64`; after, for the
position `%p`: `%n = arith.addi %p, %d : i32`, `%s = arith.extsi %n : i32 to i64`. Read next:
`positions.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mlir import ir

from ..dialect.blocks import operations
from .generics import constant, make

INDEX = "linalg.index"


@dataclass(frozen=True)
class Number:
    """An i32 that is at least `low` and at most `high`."""

    value: Any
    low: int
    high: int


def is_understood(op: Any) -> bool:
    """Whether a body only does arithmetic with its indices, each made there or constant."""
    block = op.regions[0].blocks[0]
    for each in operations(op, block):
        if each.regions or (each.name != INDEX and each.name.split(".")[0] not in _DIALECTS):
            return False
        indices = [v for v in (*each.operands, *each.results) if _is_index(v.type)]
        if indices and each.name != INDEX and not each.name.startswith("arith."):
            return False
        if any(isinstance(v, ir.BlockArgument) or not _is_near(v, block) for v in indices):
            return False
    return True


def narrow(op: Any, positions: dict[int, Number]) -> None:
    """Rewrite the body of `op`, whose positions are there as numbers by dimension."""
    block = op.regions[0].blocks[0]
    inner = operations(op, block)
    work = _Narrowing()
    for each in inner:
        with ir.InsertionPoint(each), each.location:
            if each.name == INDEX:
                dim = ir.IntegerAttr(each.attributes["dim"]).value
                if dim in positions:  # if it is read
                    work.numbers[each.results[0]] = positions[dim]
            elif each.name != "arith.constant":
                work.rewrite(each)
    for each in reversed(inner):
        if each.name.startswith(("arith.", INDEX)) and not any(
            True for result in each.results for _ in result.uses
        ):
            each.erase()


_DIALECTS = frozenset({"arith", "linalg", "math"})


def _is_near(value: Any, block: Any) -> bool:
    made = value.owner.operation
    return bool(made.block == block or made.name == "arith.constant")


class _Narrowing:
    """What is known of the values of one body so far."""

    def __init__(self) -> None:
        self.numbers: dict[Any, Number] = {}
        self.extended: dict[Any, Any] = {}

    def rewrite(self, op: Any) -> None:
        """Compute an op in i32, or give it what it had, in the types that it had."""
        first = 1 if op.name == "arith.select" else 0
        given = [self._number(value) for value in list(op.operands)[first:]]
        numbers = [each for each in given if each is not None]
        if numbers and len(numbers) == len(given) and self._narrowed(op, numbers):
            return
        for at, value in enumerate(list(op.operands)):
            op.operands[at] = self._wide(value)
        if op.name in _INDEX_CASTS:
            cast = _cast(op.operands[0], _type(op.results[0].type), _INDEX_CASTS[op.name])
            op.results[0].replace_all_uses_with(cast)
            return
        for result in op.results:
            result.set_type(_type(result.type))

    def _narrowed(self, op: Any, given: list[Number]) -> bool:
        """Whether the op could be done on these numbers."""
        if op.name in _READERS:
            if not _READERS[op.name](op) and min(each.low for each in given) < 0:
                return False
            for at, each in enumerate(given):
                op.operands[at] = each.value
            return True
        rule = _BOUNDS.get(op.name)
        bounds = rule(*given) if rule is not None else None
        if bounds is None or not all(_fits(bounds, kind) for kind in (op.results[0].type, _i32())):
            return False
        value = given[0].value
        if op.name not in _CASTS:
            condition = list(op.operands)[: len(op.operands) - len(given)]
            value = make(op.name, _i32(), *condition, *(each.value for each in given))
        self.numbers[op.results[0]] = Number(value, *bounds)
        return True

    def _number(self, value: Any) -> Number | None:
        if value not in self.numbers and not isinstance(value, ir.BlockArgument):
            number = _constant_of(value)
            if number is not None and _fits((number, number), _i32()):
                literal = constant(_i32(), str(number))
                self.numbers[value] = Number(literal, number, number)
        return self.numbers.get(value)

    def _wide(self, value: Any) -> Any:
        """A value in its own type, or in i64 if that is `index`."""
        if not isinstance(value, ir.BlockArgument) and value.owner.name == "arith.constant":
            number = _constant_of(value)
            return constant(_type(value.type), str(number)) if _is_index(value.type) else value
        if value not in self.numbers:
            return value
        if value not in self.extended:
            self.extended[value] = _cast(
                self.numbers[value].value, _type(value.type), "arith.extsi"
            )
        return self.extended[value]


def _constant_of(value: Any) -> int | None:
    """What a constant of an integer type is; truth values are no numbers."""
    if value.owner.name != "arith.constant" or str(value.type) == "i1":
        return None
    given = value.owner.attributes["value"]
    return int(given.value) if isinstance(given, ir.IntegerAttr) else None


def _cast(value: Any, kind: Any, extension: str) -> Any:
    old, new = value.type.width, kind.width
    if old == new:
        return value
    return make(extension if old < new else "arith.trunci", kind, value)


def _i32() -> Any:
    return ir.IntegerType.get_signless(32)


def _is_index(kind: Any) -> bool:
    return isinstance(kind, ir.IndexType)


def _type(kind: Any) -> Any:
    return ir.IntegerType.get_signless(64) if _is_index(kind) else kind


def _fits(bounds: tuple[int, int], kind: Any) -> bool:
    top = 1 << (_type(kind).width - 1)
    return bool(-top <= bounds[0] and bounds[1] < top)


_UNSIGNED = 6
"""The first predicate of `arith.cmpi` that is on unsigned numbers."""

_READERS: dict[str, Callable[[Any], bool]] = {
    "arith.cmpi": lambda op: bool(ir.IntegerAttr(op.attributes["predicate"]).value < _UNSIGNED),
    "arith.sitofp": lambda op: True,
    "arith.uitofp": lambda op: False,
}
"""What makes something else of numbers, and whether an op does so with their sign."""

Bounds = tuple[int, int]
_INDEX_CASTS = {"arith.index_cast": "arith.extsi", "arith.index_castui": "arith.extui"}


def _same(a: Number) -> Bounds:
    return a.low, a.high


def _same_if_positive(a: Number) -> Bounds | None:
    return (a.low, a.high) if a.low >= 0 else None


def _product(a: Number, b: Number) -> Bounds:
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return min(corners), max(corners)


def _quotient(a: Number, b: Number) -> Bounds | None:
    by = b.low
    return (a.low // by, a.high // by) if a.low >= 0 and 0 < by == b.high else None


def _remainder(a: Number, b: Number) -> Bounds | None:
    return (0, b.high - 1) if a.low >= 0 and 0 < b.low == b.high else None


_CASTS: dict[str, Callable[..., Bounds | None]] = {
    "arith.index_cast": _same,
    "arith.extsi": _same,
    "arith.trunci": _same,
    "arith.index_castui": _same_if_positive,
    "arith.extui": _same_if_positive,
}
_BOUNDS: dict[str, Callable[..., Bounds | None]] = _CASTS | {
    "arith.addi": lambda a, b: (a.low + b.low, a.high + b.high),
    "arith.subi": lambda a, b: (a.low - b.high, a.high - b.low),
    "arith.muli": _product,
    "arith.maxsi": lambda a, b: (max(a.low, b.low), max(a.high, b.high)),
    "arith.minsi": lambda a, b: (min(a.low, b.low), min(a.high, b.high)),
    "arith.select": lambda a, b: (min(a.low, b.low), max(a.high, b.high)),
    "arith.divsi": _quotient,
    "arith.divui": _quotient,
    "arith.floordivsi": _quotient,
    "arith.remsi": _remainder,
    "arith.remui": _remainder,
}
"""The bounds of what an op makes of numbers; None where that is not said."""
