"""Extrema with their places, as argmax and argmin are written: ops of one result each.

A Spec has one result. What such an op does is read from a table (`orders.py`), so it does not
matter how a framework writes it, nor whether the positions come from `linalg.index` or from an op
that only writes them down.

Before: `%m:2 = linalg.generic ins(%x) outs(%least, %none)`, the largest of each row and its place;
after: `%v = reduce maximumf(%x)`; `%p = reduce minsi(select(%x == %v, position, 2147483647))`, the
first place, in i32; `%m#1 = select(%v > least, extsi(%p), none)`. Where rows have NaN and the body
lets one be the maximum, the place is that of the first NaN, which not all bodies say: `strict_fp`
leaves those that do not. An op that carries something else than the position along the one axis
that it reduces is left, with a remark. Read next: `orders.py`, `prepare.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

from mlir import ir

from ..dialect.blocks import operations
from ..dialect.region import PURE, UnsupportedOp, element_type
from ..dialect.structured import extents_of, indexing_maps
from ..expr import Const, number
from .apart import Extreme, write_apart
from .base import Report
from .fold_fill import constant_of
from .linalg_ops import linalg_ops
from .orders import (
    NotOrderedError,
    Number,
    Step,
    evaluated,
    leaves,
    meaning_of,
    places_in_order,
    side,
)
from .positions import are_positions

ELEMENTS, PLACES = "elements", "places"
_CASTS = frozenset({"arith.extsi", "arith.extui", "arith.index_cast", "arith.trunci"})
_NAMES = frozenset({"linalg.generic", "linalg.reduce"})


class NotSplitError(Exception):
    """An op that compares and chooses, but is not understood; the text says why."""


def split_extremes(module: Any, report: Report, strict_fp: bool) -> None:
    """Rewrite `module` in place."""
    for op in list(linalg_ops(module.operation)):
        if op.name in _NAMES and len(op.results) == 2:
            try:
                write_apart(_read(op, strict_fp))
            except NotSplitError as reason:
                report.remark(op.location, f"{op.name} is no extremum with its place: it {reason}")
            except (NotOrderedError, UnsupportedOp):
                continue


def _read(op: Any, strict_fp: bool) -> Extreme:
    """What an op does; `NotOrderedError` if it does not only compare and choose."""
    extents = extents_of(op)
    *inner, last = operations(op, op.regions[0].blocks[0])
    into, other = _maps(op)[-2:]
    reduced = set(range(into.n_dims)) - set(_dims(into))
    if not reduced or any(v.regions or v.name.split(".")[0] not in PURE for v in inner):
        raise NotOrderedError
    old = list(op.regions[0].blocks[0].arguments)[-2:]
    places, elements = _leaves(op, last, old)
    axis = min(reduced)
    if len(reduced) > 1 or other != into:
        raise NotSplitError("reduces along more than one axis, or writes its results apart")
    if not places or any(_axis_of(op, value) != axis for value in places):
        raise NotSplitError("carries something else than the position along the axis it reduces")
    if len(elements) != 1:
        raise NotSplitError("compares other than its element and the extremum so far")
    extremum = _extremum_of(last, old, elements, places)
    starts = _starts(op, extremum)

    def does(step: Step) -> tuple[Number, Number]:
        given = {elements[0]: step.element, old[extremum]: step.extremum}
        given |= dict.fromkeys(places, step.place) | {old[1 - extremum]: step.old_place}
        one, two = (evaluated(last.operands[n], given) for n in (extremum, 1 - extremum))
        return one, two

    is_read = any(True for _ in op.results[extremum].uses)
    pairs = places_in_order(int(starts[1]), extents[axis])
    is_float = element_type(elements[0].type).is_float
    meaning = meaning_of(does, is_float, pairs, strict_fp, strict_fp and is_read)
    if meaning is None:
        raise NotSplitError("gives neither the first nor the last place of a maximum or minimum")
    return Extreme(op, extremum, elements[0], axis, meaning, starts)


def _extremum_of(last: Any, old: list[Any], elements: list[Any], places: list[Any]) -> int:
    """Which of the results is made of elements, where the other one is made of places."""
    for extremum in (0, 1):
        sides = dict.fromkeys([*elements, old[extremum]], ELEMENTS)
        sides |= dict.fromkeys([*places, old[1 - extremum]], PLACES)
        wanted = [PLACES, PLACES]
        wanted[extremum] = ELEMENTS
        try:
            found = [side(value, sides) for value in last.operands]
            if found == wanted and elements[0].type == old[extremum].type:
                return extremum
        except NotOrderedError:
            continue
    raise NotSplitError("compares elements with places")


def _leaves(op: Any, last: Any, old: list[Any]) -> tuple[list[Any], list[Any]]:
    """The positions and the other numbers that a body compares, beside those so far."""
    needing = _needing(op, old)
    kinds = [value.type for value in old]

    def is_leaf(value: Any) -> bool:
        return value not in needing and (_axis_of(op, value) is not None or value.type in kinds)

    found = leaves(last.operands, is_leaf)
    if any(value in needing and value not in old for value in found):
        raise NotOrderedError
    read = [value for value in found if value not in old]
    places = [value for value in read if _axis_of(op, value) is not None]
    return places, [value for value in read if value not in places]


def _needing(op: Any, old: list[Any]) -> set[Any]:
    """The values of a body that are computed with those."""
    found = set(old)
    for each in operations(op, op.regions[0].blocks[0]):
        if any(value in found for value in each.operands):
            found |= set(each.results)
    return found


def _starts(op: Any, extremum: int) -> tuple[str, str]:
    """What the extremum and its place begin with."""
    found = []
    for value in list(op.operands)[-2:]:
        if not isinstance(value, ir.BlockArgument) and value.owner.name == "linalg.fill":
            value = value.owner.operands[0]
        found.append(constant_of(value))
    least, place = found[extremum], found[1 - extremum]
    kinds = [element_type(result.type.element_type) for result in op.results]
    if least is None or place is None:
        raise NotSplitError("does not begin with constants")
    if isnan(number(Const(least, kinds[extremum]))):
        raise NotSplitError("begins with NaN")
    return least, place


def _axis_of(op: Any, value: Any) -> int | None:
    """The axis that a value of a body is the position along; None if it is something else."""
    width = None
    while not isinstance(value, ir.BlockArgument) and value.owner.name in _CASTS:
        bits = 64 if isinstance(value.type, ir.IndexType) else value.type.width
        width = min(bits, width or bits)
        value = value.owner.operands[0]
    if not isinstance(value, ir.BlockArgument) or value.owner != op.regions[0].blocks[0]:
        return None
    read = op.operands[value.arg_number]
    dim = _rising(read)
    if dim is None or (width is not None and read.type.shape[dim] > 1 << (width - 1)):
        return None
    index = _maps(op)[value.arg_number].results[dim]
    return index.position if isinstance(index, ir.AffineDimExpr) else None


def _rising(value: Any) -> int | None:
    """The dimension of a tensor along which its elements are their positions."""
    if are_positions(value):
        return 0
    if isinstance(value, ir.BlockArgument) or not value.owner.name.startswith("linalg."):
        return None
    op = value.owner.operation
    if len(op.results) != 1 or not _maps(op) or not _maps(op)[-1].is_permutation:
        return None
    *_, last = operations(op, op.regions[0].blocks[0])
    axis = _axis_of(op, last.operands[0])
    return None if axis is None else list(_dims(_maps(op)[-1])).index(axis)


def _maps(op: Any) -> list[Any]:
    return [each.value for each in indexing_maps(op) or ()]


def _dims(affine: Any) -> Iterator[int]:
    return (e.position for e in affine.results if isinstance(e, ir.AffineDimExpr))
