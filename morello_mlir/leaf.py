"""Leaves of programs, run on flat arrays: one instruction, or the lanes of a vector.

`Memory` is a flat array and which of its places are known: that somebody wrote them. Values of
unknown places may be computed with, as registers hold padding; that an element of the Spec comes to
depend on one is an error. `Points` says where an operand's elements lie at some points. Read next:
`evaluate.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from .dtype import BF16, F16
from .evaluate import apply, combine, constant, evaluate, numpy_type, reduce
from .expr import Arg, Const, Expr
from .spec import Kind, Operand, Spec
from .target.match import Lanes, Match

Array = Any


class InterpretError(RuntimeError):
    """A program does what it must not; the text says what, and where."""


@dataclass
class Memory:
    """A buffer; `lanes` are the elements of one register, 0 outside of registers."""

    data: Array
    known: Array
    real: Array | None = None
    lanes: int = 0

    @staticmethod
    def zeros(size: int, kind: Any) -> Memory:
        """A buffer that is all known."""
        return Memory(np.zeros(size, kind), np.ones(size, bool))

    @staticmethod
    def unknown(real: Array, kind: Any, lanes: int) -> Memory:
        """A new buffer: nothing is known but that padding in memory is zero."""
        data = (
            np.full(real.shape, 0x55, kind) if kind.kind in "iu" else np.full(real.shape, 1, kind)
        )
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
    _known: dict[tuple[int, ...], Array] = field(default_factory=dict)

    def at(self, view: View) -> Array:
        """The places of all points."""
        found = self._known.get(view.start)
        if found is None:
            if len(self._known) > 4096:
                self._known.clear()
            found = self._known[view.start] = self._places(view.start)
        return found

    def _places(self, start: tuple[int, ...]) -> Array:
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
        total = np.zeros(self.index.shape[1], np.int64)
        strides = layout.physical_strides(shape)
        for i, (part, stride) in enumerate(zip(layout.parts, strides, strict=True)):
            at = index[part.dim] // layout.step(i)
            total += (at if part.size is None else at % part.size) * stride
        return total


def _with_border(points: Points, view: View, values: Array, known: Array) -> tuple[Array, Array]:
    """The values at some points, with the constant of the border outside of the buffer."""
    o = points.operand
    if o.border is None:
        return values, known
    outside = np.zeros(points.index.shape[1], bool)
    for d in o.border.dims:
        at = points.index[d] + view.start[d]
        outside |= (at < 0) | (at >= o.shape[d])
    edge = constant(Const(o.border.value, o.dtype))
    return np.where(outside, edge, values).astype(values.dtype), known | outside


def every_index(shape: Sequence[int]) -> Array:
    """Every index of a shape in order: a row per dimension, a column per element."""
    if not shape:
        return np.zeros((0, 1), np.int64)
    return np.indices(tuple(shape)).reshape(len(shape), -1)


def _indices(operand: Operand, grid: dict[str, Array], count: int) -> Array:
    """The logical indices of an operand at points that have these values of the axes."""
    rows = []
    for m in operand.map:
        row = np.full(count, m.const, np.int64)
        for v, c in m.terms:
            row += c * grid[v]
        rows.append(row)
    return np.stack(rows) if rows else np.zeros((0, count), np.int64)


def _known(body: Expr, values: Sequence[Array], known: Sequence[Array]) -> tuple[Array, Array]:
    """A body and whether its value is known: also where an integer factor is a known zero."""
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


def _computed(body: Expr, values: list[Array], known: list[Array]) -> tuple[Array, Array]:
    if all(k.all() for k in known):
        return evaluate(body, values), np.asarray(True)
    return _known(body, values, known)


def _refuse(spec: Spec, what: str) -> None:
    raise InterpretError(f"{what} depends on an element that nobody wrote: {spec}")


class LanesLeaf:
    """The body in lanes; those of padding compute as well, and are kept in whole registers."""

    def __init__(self, spec: Spec, lanes: Lanes) -> None:
        """Work out what is the same at every place."""
        self.spec, self.count = spec, lanes.count
        sizes = [size for _, size in lanes.order]
        grids = every_index(sizes)
        grid = {name: g for (name, _), g in zip(lanes.order, grids, strict=True) if name}
        extents = [spec.extents.get(name, 1) for name, _ in lanes.order]
        inside = [g < e for g, e in zip(grids, extents, strict=True)]
        self.valid = np.logical_and.reduce(inside) if inside else np.ones(1, bool)
        self.lane = np.flatnonzero(self.valid)
        here = {name: g[self.valid] for name, g in grid.items()}
        self.points = [Points(o, _indices(o, here, len(self.lane))) for o in spec.operands]
        nowhere = {a.name: np.zeros(1, np.int64) for a in spec.axes}
        self.single = Points(spec.output, _indices(spec.output, nowhere, 1))

    def run(self, views: Sequence[View]) -> None:
        """Compute at the places of the views."""
        spec = self.spec
        with np.errstate(all="ignore"):
            values, known = [], []
            for n, view in enumerate(views[:-1]):
                v, k = self._read(n, view)
                values.append(v)
                known.append(k)
            value, sure = _computed(spec.body, values, known)
            value = np.broadcast_to(value, self.count)
            sure = np.broadcast_to(sure, self.count)
            if not sure[self.valid].all():
                _refuse(spec, "a lane")
            if spec.reductions:
                self._reduced(value[self.valid], views[-1])
                return
            if spec.combine is not None:
                old, had = self._read(len(views) - 1, views[-1])
                if not had[self.valid].all():
                    _refuse(spec, f"what {spec.output.name} held")
                value, sure = combine(spec.combine, old, value), sure & had
        self._write(views[-1], value, sure)

    def _read(self, n: int, view: View) -> tuple[Array, Array]:
        o, memory = self.spec.operands[n], view.memory
        at = self.points[n].at(view)
        found = _with_border(self.points[n], view, memory.data[at], memory.known[at])
        if not o.axes:
            return np.broadcast_to(found[0][0], self.count), np.broadcast_to(
                found[1][0], self.count
            )
        base = self._whole(o, at)
        if base is not None:
            whole = slice(base, base + self.count)
            return memory.data[whole], memory.known[whole]
        if len(at) == self.count:
            return found
        values = np.zeros(self.count, memory.data.dtype)
        known = np.ones(self.count, bool)
        values[self.lane], known[self.lane] = found
        return values, known

    def _whole(self, o: Operand, at: Array) -> int | None:
        """Where the register begins whose lanes these are, one by one; None if there is none."""
        if not o.placement.in_registers or max(o.placement.lanes, 1) != self.count:
            return None
        base = int(at[0])
        if base % self.count or self.lane[0] != 0:
            return None
        return base if (at - base == self.lane).all() else None

    def _write(self, view: View, value: Array, known: Array) -> None:
        at = self.points[-1].at(view)
        base = self._whole(self.spec.output, at)
        if base is not None:
            whole = slice(base, base + self.count)
            view.memory.data[whole], view.memory.known[whole] = value, known
            return
        view.memory.write(at, value[self.lane], known[self.lane])

    def _reduced(self, terms: Array, view: View) -> None:
        spec, at = self.spec, self.single.at(view)
        assert spec.combine is not None
        if not view.memory.known[at].all():
            _refuse(spec, f"what {spec.output.name} held")
        old, kind = view.memory.data[at], view.memory.data.dtype
        if spec.output.dtype in (BF16, F16):
            terms, old = terms.astype(np.float32), old.astype(np.float32)
        total = combine(spec.combine, old, reduce(spec.combine, terms, (0,)))
        view.memory.write(at, np.asarray(total).astype(kind), np.ones(1, bool))


class MatchLeaf:
    """An instruction: all points of its own Spec, on whole registers and masked memory."""

    def __init__(self, spec: Spec, match: Match) -> None:
        """Work out what is the same at every place."""
        self.spec, self.match = spec, match
        its = self.its = match.instruction.spec
        self.shape = tuple(a.extent for a in its.axes)
        count = prod(self.shape)
        grids = every_index(self.shape)
        grid = {a.name: g for a, g in zip(its.axes, grids, strict=True)}
        order = (*match.inputs, len(spec.inputs))
        self.inputs = [
            _InstructionOperand(self, n, mine, grid, count) for n, mine in enumerate(order[:-1])
        ]
        self.sums = tuple(i for i, a in enumerate(its.axes) if a.kind is Kind.REDUCTION)
        kept = [i for i in range(len(self.shape)) if i not in self.sums]
        rest = every_index([self.shape[i] for i in kept])
        there = {its.axes[i].name: g for i, g in zip(kept, rest, strict=True)}
        there |= {its.axes[i].name: np.zeros(rest.shape[1], np.int64) for i in self.sums}
        self.output = _InstructionOperand(self, len(order) - 1, order[-1], there, rest.shape[1])
        self.real = self._real(there, rest.shape[1])

    def limit(self, axis: str) -> int:
        """How many of its steps along its axis are the Spec's."""
        mine = dict(self.match.axes).get(axis)
        return self.spec.extents[mine] if mine is not None else 1

    def _real(self, grid: dict[str, Array], count: int) -> Array:
        """Which outputs are elements of the Spec."""
        real = np.ones(count, bool)
        for name, g in grid.items():
            real &= g < self.limit(name)
        return real

    def run(self, views: Sequence[View]) -> None:
        """Compute at the places of the views."""
        its = self.its
        with np.errstate(all="ignore"):
            pairs = [o.read(views[o.mine]) for o in self.inputs]
            value, sure = _computed(its.body, [v for v, _ in pairs], [k for _, k in pairs])
            count = prod(self.shape)
            value = np.broadcast_to(value, count).reshape(self.shape)
            sure = np.broadcast_to(sure, count).reshape(self.shape)
            if its.combine is not None:
                old, had = self.output.read(views[-1])
                value = combine(its.combine, old, reduce(its.combine, value, self.sums).reshape(-1))
                sure = had & np.logical_and.reduce(sure, axis=self.sums).reshape(-1)
        sure = np.broadcast_to(sure.reshape(-1), self.real.shape)
        if not sure[self.real].all():
            _refuse(self.spec, f"{self.match.instruction.name}: its result")
        self.output.write(views[-1], value.reshape(-1), sure)


class _InstructionOperand:
    """An operand of an instruction in the Spec's: the lanes of a register, or masked memory."""

    def __init__(
        self, leaf: MatchLeaf, number: int, mine: int, grid: dict[str, Array], count: int
    ) -> None:
        self.mine = mine
        its, o = leaf.its.operands[number], leaf.spec.operands[mine]
        own = _indices(its, grid, count)
        self.in_registers = its.placement.in_registers
        self.kind = numpy_type(its.dtype)
        self.strides = leaf.match.instruction.strides[number]
        if self.in_registers:
            start = _indices(o, {a.name: np.zeros(1, np.int64) for a in leaf.spec.axes}, 1)
            self.points = Points(o, start)
            self.lanes = max(its.placement.lanes, 1)
            flat = (
                np.ravel_multi_index(tuple(own), its.shape) if its.shape else np.zeros(count, int)
            )
            self.lane = np.asarray(flat, np.int64)
            self.touched = np.ones(count, bool)
            return
        axes = dict(leaf.match.axes)
        index = np.stack([np.full(count, m.const, np.int64) for m in o.map]) if o.map else None
        self.touched = np.ones(count, bool)
        for d, m in enumerate(its.map):
            name = m.names[0] if m.names else ""
            axis = axes.get(name)
            dim = o.dim_of(axis) if axis is not None else None
            if name in leaf.match.padded:
                self.touched &= own[d] < leaf.limit(name)
            if dim is not None and index is not None:
                index[dim] += own[d]
        inside = index[:, self.touched] if index is not None else np.zeros((0, count), np.int64)
        self.points = Points(o, inside, padded=True)
        self.own = own[:, self.touched]

    def read(self, view: View) -> tuple[Array, Array]:
        """Values at its points; what a mask covers is zero."""
        memory, at = view.memory, self._at(view)
        if self.touched.all():
            return memory.data[at], memory.known[at]
        values = np.zeros(self.touched.shape, memory.data.dtype)
        known = np.ones(self.touched.shape, bool)
        values[self.touched], known[self.touched] = memory.data[at], memory.known[at]
        return values, known

    def write(self, view: View, values: Array, known: Array) -> None:
        """Values at its points but those that a mask covers."""
        memory, at = view.memory, self._at(view)
        memory.data[at], memory.known[at] = values[self.touched], known[self.touched]

    def _at(self, view: View) -> Array:
        at = self.points.at(view)
        if self.in_registers:
            return int(at[0]) // self.lanes * self.lanes + self.lane
        self._check(at)
        return at

    def _check(self, at: Array) -> None:
        """That elements are as far apart as the instruction takes them."""
        assert self.strides is not None
        for d, step in enumerate(self.strides):
            if step is None or not len(at):
                continue
            others = np.delete(self.own, d, axis=0)
            first = (self.own[d] == 0) & (others == 0).all(axis=0)
            along = (others == 0).all(axis=0)
            if not first.any():
                continue
            expected = at[first][0] + step * self.own[d][along]
            if (at[along] != expected).any():
                name = self.points.operand.name
                raise InterpretError(f"elements of {name} do not lie {step} apart")
