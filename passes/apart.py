"""An extremum and its place, written as ops of one result each: `write_apart`.

`extremes.py` says what an op is, and how it looks before and after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mlir import ir

from ..dialect.blocks import operations
from ..dialect.region import element_type
from ..dialect.structured import extents_of, indexing_maps
from ..dtype import I32
from ..expr import neutral
from .generics import constant, elementwise, filled, generic, make
from .orders import Meaning
from .positions import positions
from .unread import erase_unread


@dataclass(frozen=True)
class Extreme:
    """An op on tensors that gives an extremum and its place along an axis, of an element of its
    body; which of its results is the extremum; and the numbers that the two begin with."""

    op: Any
    extremum: int
    element: Any
    axis: int
    meaning: Meaning
    starts: tuple[str, str]

    @property
    def into(self) -> Any:
        """The map of both results."""
        return self.maps[-1]

    @property
    def maps(self) -> list[Any]:
        """The maps of the operands."""
        return [each.value for each in indexing_maps(self.op)]


def write_apart(found: Extreme) -> None:
    """Put ops of one result each in the place of the op."""
    op, extremum, place = found.op, found.extremum, 1 - found.extremum
    least, none = (op.operands[len(op.operands) - 2 + n] for n in (extremum, place))
    with ir.InsertionPoint(op), op.location:
        largest = _extremum(found, least)
        chosen = _chosen(found, largest, _place(found, largest, none.type), none.type)
    op.results[extremum].replace_all_uses_with(largest)
    op.results[place].replace_all_uses_with(chosen)
    every = operations(op.parent, op.block)
    read = [v for v in op.operands if not isinstance(v, ir.BlockArgument) and v.owner in every]
    op.erase()
    for value in sorted(set(read), key=lambda v: every.index(v.owner.operation)):
        erase_unread(value)  # no later one before what it reads


def _extremum(found: Extreme, start: Any) -> Any:
    """The extremum of each row."""
    inputs, arguments = _inputs(found)

    def body(*values: Any) -> Any:
        element = _copied(found, dict(zip(arguments, values, strict=False)))
        return make(found.meaning.combine, element.type, element, values[-1])

    return generic(inputs, start, found.into, body)


def _place(found: Extreme, extremum: Any, kind: Any) -> Any:
    """The place of the extremum in each row, the last or first of all i32 where there is none."""
    i32 = ir.IntegerType.get_signless(32)
    combine = "arith.maxsi" if found.meaning.last else "arith.minsi"
    nowhere = neutral(combine, I32).text
    along = ir.AffineMap.get(found.into.n_dims, 0, [ir.AffineDimExpr.get(found.axis)])
    rising = positions(found.op, extents_of(found.op)[found.axis])
    inputs, arguments = _inputs(found)

    def body(*values: Any) -> Any:
        *_, value, position, old = values
        element = _copied(found, dict(zip(arguments, values, strict=False)))
        here = _is_extremum(found.meaning, element, value)
        at = make("arith.select", i32, here, position, constant(i32, nowhere))
        return make(combine, i32, at, old)

    start = filled(ir.RankedTensorType.get(kind.shape, i32), nowhere)
    return generic([*inputs, (extremum, found.into), (rising, along)], start, found.into, body)


def _chosen(found: Extreme, extremum: Any, place: Any, kind: Any) -> Any:
    """The places in their own type, and what they begin with where no element was an extremum."""
    least, none = found.starts

    def body(value: Any, at: Any) -> Any:
        beaten = _is_beaten(found.meaning, value, least, at)
        other = constant(kind.element_type, none)
        return make("arith.select", other.type, beaten, _cast(at, other.type), other)

    return elementwise([extremum, place], kind, body)


def _inputs(found: Extreme) -> tuple[list[tuple[Any, Any]], list[Any]]:
    """The inputs that the element is made of, with their maps, and their arguments in the body."""
    seen: set[Any] = set()
    left = [found.element]
    while left:
        value = left.pop()
        if value not in seen:
            seen.add(value)
            left += [] if isinstance(value, ir.BlockArgument) else value.owner.operands
    arguments = [a for a in found.op.regions[0].blocks[0].arguments if a in seen]
    numbers = [a.arg_number for a in arguments]
    return [(found.op.operands[n], found.maps[n]) for n in numbers], arguments


def _copied(found: Extreme, known: dict[Any, Any]) -> Any:
    """The element, made of other arguments."""
    body = found.op.regions[0].blocks[0]

    def copy(value: Any) -> Any:
        if value not in known:
            if isinstance(value, ir.BlockArgument) or value.owner.operation.block != body:
                return value
            operands = [copy(each) for each in value.owner.operands]
            new = value.owner.operation.clone()
            for at, each in enumerate(operands):
                new.operands[at] = each
            known[value] = new.results[0]
        return known[value]

    return copy(found.element)


def _is_extremum(meaning: Meaning, element: Any, extremum: Any) -> Any:
    """Whether an element is the extremum; NaN is if that may be one."""
    if not _is_float(element):
        return _compared("arith.cmpi", "eq", element, extremum)
    same = _compared("arith.cmpf", "oeq", element, extremum)
    if not meaning.keeps_nan:
        return same
    no_number = _compared("arith.cmpf", "uno", element, element)
    return make("arith.ori", same.type, same, no_number)


def _is_beaten(meaning: Meaning, extremum: Any, least: str, place: Any) -> Any:
    """Whether an element took the place of what the op begins with."""
    if meaning.last:
        return _compared("arith.cmpi", "sge", place, constant(place.type, "0"))
    word = "gt" if meaning.is_maximum else "lt"
    name, prefix = ("arith.cmpf", "u") if _is_float(extremum) else ("arith.cmpi", "s")
    prefix = "u" if meaning.unsigned else prefix
    return _compared(name, prefix + word, extremum, constant(extremum.type, least))


_PREDICATES = {
    "arith.cmpf": {"oeq": 1, "ugt": 9, "ult": 11, "uno": 14},
    "arith.cmpi": {"eq": 0, "slt": 2, "sgt": 4, "sge": 5, "ult": 6, "ugt": 8},
}


def _compared(name: str, predicate: str, a: Any, b: Any) -> Any:
    kind = ir.IntegerType.get_signless(64)
    chosen = ir.IntegerAttr.get(kind, _PREDICATES[name][predicate])
    return make(name, ir.IntegerType.get_signless(1), a, b, predicate=chosen)


def _is_float(value: Any) -> bool:
    return element_type(value.type).is_float


def _cast(value: Any, kind: Any) -> Any:
    if value.type == kind:
        return value
    wider = kind.width > value.type.width
    return make("arith.extsi" if wider else "arith.trunci", kind, value)
