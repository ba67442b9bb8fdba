"""Flat buffers of programs that are run: where elements lie in them, and which values are known.

A place is known once somebody wrote it. Values of unknown places may be computed with, as registers
hold padding; that an element of the Spec comes to depend on one is an error. `Points` says where an
operand's elements lie at some points, and hands out no place outside of the buffer. Read next:
`lanes_leaf.py`, `match_leaf.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .evaluate import apply, constant, evaluate
from .expr import Arg, Const, Expr
from .layout import Layout
from .lookup import Lookup
from .spec import Operand, Spec

Array = Any


class InterpretError(RuntimeError):
    """A program does what it must not; the text says what, and where."""


@dataclass
class Memory:
    """A buffer; `lanes` are the elements of one register, 0 outside of registers.

    Of an operand with a lookup it is the table, and `index` what says which rows of it are read.
    """

    data: Array
    known: Array
    real: Array | None = None
    lanes: int = 0
    index: Memory | None = None

    @staticmethod
    def zeros(size: int, kind: Any) -> Memory:
        """A buffer that is all known."""
        return Memory(np.zeros(size, kind), np.ones(size, bool))

    @staticmethod
    def unknown(real: Array, kind: Any, lanes: int) -> Memory:
        """A new buffer: nothing is known but that padding in memory is zero."""
        data = np.full(real.shape, 0x55 if kind.kind in "iu" else 1, kind)
        if lanes:
            return Memory(data, np.zeros(real.shape, bool), real, lanes)
        data[~real] = 0
        return Memory(data, ~real, real)

    def write(self, at: Array, values: Array, known: Array) -> None:
        """Elements one by one; the padding of a register of which nothing is known becomes zero."""
        if self.lanes > 1 and self.real is not None:
            for register in {int(i) // self.lanes for i in at}:
                whole = slice(register * self.lanes, (register + 1) * self.lanes)
                if not self.known[whole].any():
                    padding = ~self.real[whole]
                    self.data[whole][padding] = 0
                    self.known[whole] = padding
        self.data[at], self.known[at] = values, known


@dataclass(frozen=True, slots=True)
class View:
    """Where an operand's view starts in its buffer."""

    memory: Memory
    start: tuple[int, ...]

    def moved(self, by: Sequence[int]) -> View:
        """The view so far on along each dimension."""
        return View(self.memory, tuple(s + b for s, b in zip(self.start, by, strict=True)))

    def ahead(self, operand: Operand, axis: str, steps: int) -> View:
        """The view `steps` further along an axis of its operand."""
        if not steps:
            return self
        return self.moved([m.coefficient(axis) * steps for m in operand.map])


@dataclass
class Points:
    """Where the elements of an operand lie: an index per dimension and point, from a view's start.

    Where `padded`, whole blocks may be touched, else the elements of the buffer alone; along the
    dimensions of a border also what is outside, which has the place of an element inside.
    """

    operand: Operand
    index: Array
    padded: bool = False
    _found: dict[tuple[int, ...], Array] = field(default_factory=dict)

    def at(self, view: View) -> Array:
        """The places of all points."""
        o = self.operand
        if o.lookup is not None:
            return _looked_up(o, o.lookup, self._indices(view.start), view.memory.index)
        found = self._found.get(view.start)
        if found is None:
            if len(self._found) > 4096:
                self._found.clear()
            found = places(o.placement.layout, o.shape, self._indices(view.start))
            self._found[view.start] = found
        return found

    def _indices(self, start: tuple[int, ...]) -> Array:
        """The logical indices of all points in the buffer."""
        o = self.operand
        layout, shape = o.placement.layout, o.shape
        index = self.index + np.asarray(start, np.int64).reshape(-1, 1)
        for d, (at, align) in enumerate(zip(start, o.align, strict=True)):
            if (at % align if align else at) != 0:
                raise InterpretError(f"{o.name} starts at {at} along {o.dims[d]}, not at {align}s")
            block = layout.block(d) if self.padded else 1
            room = -(-shape[d] // block) * block
            if o.border is not None and d in o.border.dims:
                index[d] = np.clip(index[d], 0, shape[d] - 1)
            if index[d].size and (index[d].min() < 0 or index[d].max() >= room):
                bad = int(index[d].max() if index[d].max() >= room else index[d].min())
                raise InterpretError(f"{o.name} leaves its buffer: {o.dims[d]} = {bad} of {room}")
        return index

    def read(self, view: View) -> tuple[Array, Array]:
        """The values of all points and which are known; a border's constant outside."""
        o, memory, at = self.operand, view.memory, self.at(view)
        values, known = memory.data[at], memory.known[at]
        if o.border is None:
            return values, known
        outside = np.zeros(self.index.shape[1], bool)
        for d in o.border.dims:
            i = self.index[d] + view.start[d]
            outside |= (i < 0) | (i >= o.shape[d])
        edge = constant(Const(o.border.value, o.dtype))
        return np.where(outside, edge, values).astype(values.dtype), known | outside


def places(layout: Layout, shape: tuple[int, ...], index: Array) -> Array:
    """Where the elements of a buffer lie that have these indices, one per column."""
    # A layout computes with arrays as it does with integers.
    return np.zeros(index.shape[1], np.int64) + layout.offset(index, shape)


def _looked_up(o: Operand, lookup: Lookup, index: Array, numbers: Memory | None) -> Array:
    """Where the elements with these indices lie in the table."""
    assert numbers is not None, f"{o.name} has no index array"
    at = places(lookup.layout, o.shape[: lookup.rank], index[: lookup.rank])
    if not numbers.known[at].all():
        raise InterpretError(f"{o.name}: nobody wrote which rows it has")
    rows = np.broadcast_to(evaluate(lookup.row, [numbers.data[at]]), at.shape)
    if rows.size and (rows.min() < 0 or rows.max() >= lookup.rows):
        bad = int(rows.max() if rows.max() >= lookup.rows else rows.min())
        raise InterpretError(f"{o.name}: has row {bad} of a table of {lookup.rows}")
    inside = index.copy()
    inside[: lookup.rank] = 0
    return rows * lookup.pitch + places(o.placement.layout, o.shape, inside)


def every_index(shape: Sequence[int]) -> Array:
    """Every index of a shape in order: a row per dimension, a column per element."""
    if not shape:
        return np.zeros((0, 1), np.int64)
    return np.indices(tuple(shape)).reshape(len(shape), -1)


def indices(operand: Operand, grid: Mapping[str, Array], count: int) -> Array:
    """The logical indices of an operand at `count` points that have these values of the axes."""
    rows = []
    for m in operand.map:
        row = np.full(count, m.const, np.int64)
        for v, c in m.terms:
            row += c * grid[v]
        rows.append(row)
    return np.stack(rows) if rows else np.zeros((0, count), np.int64)


def corner(operand: Operand, count: int = 1) -> Array:
    """The logical index where all axes are zero, `count` times."""
    return indices(operand, dict.fromkeys(operand.axes, np.int64(0)), count)


def computed(body: Expr, values: list[Array], known: list[Array]) -> tuple[Array, Array]:
    """A body's value at all points at once, and where that is known."""
    if all(k.all() for k in known):
        return evaluate(body, values), np.asarray(True)
    return _known(body, values, known)


def _known(body: Expr, values: Sequence[Array], known: Sequence[Array]) -> tuple[Array, Array]:
    """A value is known where all it depends on is, or an integer factor is a known zero."""
    if isinstance(body, Arg):
        return values[body.index], known[body.index]
    if isinstance(body, Const):
        return constant(body), np.asarray(True)
    pairs = [_known(a, values, known) for a in body.args]
    value = apply(body, [v for v, _ in pairs])
    sure = np.logical_and.reduce([np.broadcast_to(k, np.shape(value)) for _, k in pairs])
    if body.op == "arith.muli":
        for v, k in pairs:
            sure = sure | (k & (np.asarray(v) == 0))
    return value, sure


def refuse(spec: Spec, what: str) -> InterpretError:
    """The error of a result that is not known where it must be."""
    return InterpretError(f"{what} depends on an element that nobody wrote: {spec}")
