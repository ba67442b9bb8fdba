"""Extracts: what a body reads by `tensor.extract`, as operands like those that it is given.

At places that iterators say, an array is an input as any other. A place along one dimension may be
a number that the body makes of an element of an array of integers (cast, clamped, wrapped around):
then the operand is a table with rows that are looked up.

    %i = arith.index_cast %in : i64 to index           A[i, j, p] = table[in[i, j], p]
    %j = linalg.index 2 : index
    %v = tensor.extract %table[%i, %j] : tensor<50x16xf32>

Read next: `structured.py`, `../morello_mlir/lookup.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from mlir import ir

from ..dtype import I1, I64, DType
from ..expr import Apply, Arg, Const, Expr
from ..layout import row_major
from ..linear import Linear
from ..lookup import Lookup
from ..spec import Operand
from .region import UnsupportedOp, attributes_of, element_type

EXTRACT = "tensor.extract"
Source = tuple[Any, int]
"""An op, and the number of an operand of it."""

_ROW = "row"
_CASTS = ("arith.index_cast", "arith.index_castui")


@dataclass(frozen=True)
class Extracted:
    """An operand that a body reads, where that is said, and where its index array is, if any."""

    operand: Operand
    source: Source
    index: Source | None = None


@dataclass
class Extracts:
    """Those of one body, in order: `arguments` from `first` on.

    `axes` are the names of the iterators, with their extents; `given` has the operand that a block
    argument is an element of, and `seen` the one that a value is, read at some indices.
    """

    first: int
    axes: dict[str, int]
    given: Callable[[Any], tuple[Operand, Source]]
    seen: Callable[[Any, tuple[Linear, ...]], Operand]
    found: list[Extracted] = field(default_factory=list)

    def argument(self, op: Any) -> Expr:
        """The element that a `tensor.extract` gives."""
        extracted = self._extracted(op)
        for i, other in enumerate(self.found):
            if _same(extracted, other):
                return Arg(self.first + i, extracted.operand.dtype)
        self.found.append(extracted)
        return Arg(self.first + len(self.found) - 1, extracted.operand.dtype)

    def _extracted(self, op: Any) -> Extracted:
        maps: list[Linear] = []
        row: tuple[Expr, Operand, Source] | None = None
        for value in list(op.operands)[1:]:
            place = self._linear(value)
            if place is None:
                if row is not None:
                    raise UnsupportedOp("looks up elements along two dimensions of a table")
                row, place = self._row(value), Linear.var(_ROW)
            maps.append(place)
        operand = self.seen(op.operands[0], tuple(maps))
        self._check_inside(operand)
        if row is None or not any(m.coefficient(_ROW) for m in operand.map):
            return Extracted(operand, (op, 0))  # a table of one row may be seen without it
        number, index, source = row
        return Extracted(_with_rows(operand, number, index), (op, 0), source)

    def _check_inside(self, o: Operand) -> None:
        """An index that an iterator says is inside of the array, as the source has it."""
        for d, (m, size) in enumerate(zip(o.map, o.shape, strict=True)):
            if m.coefficient(_ROW) or (o.border is not None and d in o.border.dims):
                continue
            last = m.const + sum(c * (self.axes[v] - 1) for v, c in m.terms)
            if m.const < 0 or last >= size:
                raise UnsupportedOp(f"reads an array of {size} at {m}, beyond its ends")

    def _linear(self, value: Any) -> Linear | None:
        """An index that the iterators say; None for any other."""
        if isinstance(value, ir.BlockArgument):
            return None
        op = value.owner.operation
        if op.name == "linalg.index":
            return Linear.var(list(self.axes)[ir.IntegerAttr(op.attributes["dim"]).value])
        if op.name == "arith.constant":
            number = ir.IntegerAttr(op.attributes["value"]).value
            return Linear((), number) if number >= 0 else None
        if op.name == "arith.addi":
            left, right = map(self._linear, op.operands)
            return None if left is None or right is None else left + right
        return None

    def _row(self, value: Any) -> tuple[Expr, Operand, Source]:
        """A row's number as an expression of one element, and the array that has this."""
        elements: list[tuple[Operand, Source]] = []

        def read(value: Any) -> Expr:
            if isinstance(value, ir.BlockArgument):
                return element(*self.given(value))
            op = value.owner.operation
            if op.name == EXTRACT:
                inner = self._extracted(op)
                if inner.index is not None:
                    raise UnsupportedOp("looks up rows by elements that are looked up themselves")
                return element(inner.operand, inner.source)
            return read_number(op, read)

        def element(o: Operand, source: Source) -> Expr:
            if all((o.map, _array(source)) != (p.map, _array(other)) for p, other in elements):
                elements.append((o, source))
            return Arg(0, o.dtype)

        number = read(value)
        if len(elements) != 1:
            raise UnsupportedOp(f"looks up rows by {len(elements)} elements; one is what may be")
        ((index, source),) = elements
        _check_index(index, source)
        return number, index, source


def _check_index(o: Operand, source: Source) -> None:
    kind = _array(source).type
    if not isinstance(kind, ir.RankedTensorType):
        raise UnsupportedOp(f"looks up rows by {kind}, which is no tensor")
    if o.dtype.is_float or o.dtype == I1:
        raise UnsupportedOp(f"looks up rows by elements of type {o.dtype}")
    if o.border is not None:
        raise UnsupportedOp("looks up rows by an array that is padded")


def _with_rows(table: Operand, number: Expr, index: Operand) -> Operand:
    """A table, read at a row along one dimension, as an operand with rows that are looked up."""
    (dim,) = (d for d, m in enumerate(table.map) if m.coefficient(_ROW))
    if table.border is not None:
        raise UnsupportedOp("looks up rows of a table that is padded")
    layout = table.placement.layout
    rest = [d for d in range(len(table.map)) if d != dim]
    if layout != row_major(len(table.map)):
        raise UnsupportedOp("looks up rows of a table that has a layout of its own")
    lookup = Lookup(index.dtype, index.placement.layout, number, table.shape, dim)
    shape = (*index.shape, *(table.shape[d] for d in rest))
    place = replace(table.placement, layout=lookup.operand_layout(shape))
    return Operand(
        table.name,
        table.dtype,
        (*index.map, *(table.map[d] for d in rest)),
        shape,
        place,
        lookup=lookup,
    )


def read_number(op: Any, read: Callable[[Any], Expr]) -> Expr:
    """An op of a body on integers, as an expression; an index is an integer of 64 bits."""
    if op.name.split(".")[0] != "arith" or len(op.results) != 1:
        raise UnsupportedOp(f"looks up rows by what {op.name} makes")
    dtype = _integer(op.results[0])
    if op.name == "arith.constant":
        return Const(str(op.attributes["value"]).rsplit(" :", 1)[0], dtype)
    arguments = tuple(map(read, op.operands))
    if op.name not in _CASTS:
        return Apply(op.name, arguments, dtype, attributes_of(op))
    (of,) = arguments
    if of.dtype.bits == dtype.bits:
        return of
    longer = "arith.extsi" if op.name == _CASTS[0] else "arith.extui"
    return Apply(longer if of.dtype.bits < dtype.bits else "arith.trunci", (of,), dtype)


def _integer(value: Any) -> DType:
    return I64 if isinstance(value.type, ir.IndexType) else element_type(value.type)


def _array(source: Source) -> Any:
    op, number = source
    return op.operands[number]


def _same(one: Extracted, other: Extracted) -> bool:
    """Whether two are the same elements of the same arrays."""
    pairs = [(one.source, other.source)]
    if one.index is not None and other.index is not None:
        pairs.append((one.index, other.index))
    return one.operand == other.operand and all(_array(a) == _array(b) for a, b in pairs)
