"""Impl trees run on numpy arrays: loops loop, moves copy, leaves do what their Spec says.

Arrays have the logical shapes of the operands' buffers; layouts play no part. New buffers hold NaN,
so that reading what nobody wrote shows. Every view is checked against its operand: it starts where
`align` says that it may, and ends inside the buffer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import inf
from typing import Any

import numpy as np

from morello_mlir.expr import Arg, Const, Expr, is_cast, neutral, number
from morello_mlir.graph import sole
from morello_mlir.impl import (
    Accumulate,
    Cut,
    Impl,
    Leaf,
    Loop,
    Merge,
    Move,
    Open,
    SplitReduction,
    Transform,
    Winograd,
)
from morello_mlir.spec import Kind, Operand, Spec, Start
from morello_mlir.winograd import TAPS, Matrix, transforms


@dataclass(frozen=True)
class View:
    """Where an operand's view starts in its buffer."""

    array: Any
    start: tuple[int, ...]

    def ahead(self, operand: Operand, axis: str, steps: int) -> View:
        """The view `steps` further along an axis of its operand."""
        moved = (
            s + m.coefficient(axis) * steps for s, m in zip(self.start, operand.map, strict=True)
        )
        return View(self.array, tuple(moved))


def new(operand: Operand) -> View:
    return View(np.full(shape_of(operand), np.nan), (0,) * len(operand.shape))


def shape_of(operand: Operand) -> tuple[int, ...]:
    """The elements of a buffer, or its values at points."""
    shape = list(operand.shape)
    for part in operand.placement.layout.parts:
        shape[part.dim] += max(part.results - 1, 0)
    return tuple(shape)


OPS = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "maximum": np.maximum,
    "minimum": np.minimum, "max": np.maximum, "min": np.minimum,
}  # fmt: skip


def op(name: str) -> Any:
    """The function of `arith.addf`, `arith.maxsi`, ..."""
    word = name.split(".")[1]
    return OPS.get(word[:-1]) or OPS[word[:-2]]


def evaluate(e: Expr, inputs: Sequence[Any]) -> Any:
    """The body at all points at once. Functions of `math` are all the same one."""
    if isinstance(e, Arg):
        return inputs[e.index]
    if isinstance(e, Const):
        if e.text.startswith("0x"):
            return -inf if int(e.text, 16) >> (e.dtype.bits - 1) else inf
        return float(e.text)
    args = [evaluate(a, inputs) for a in e.args]
    if is_cast(e):
        return args[0]
    return 3 * args[0] + 1 if e.op.startswith("math.") else op(e.op)(*args)


def meaning(spec: Spec, views: Sequence[View], *, first: bool = True) -> None:
    """Do what a Spec says; `first` says which step it is where the Spec starts at `Start.FIRST`."""
    points = tuple(a.extent for a in spec.axes)
    grid = dict(zip((a.name for a in spec.axes), np.indices(points), strict=True))

    def index(o: Operand, view: View) -> tuple[Any, ...]:
        found: list[Any] = []
        for m, start, extent, align in zip(
            o.map, view.start, view.array.shape, o.align, strict=True
        ):
            assert start % align == 0 if align else start == 0, f"{o.name} starts at {start}"
            at = np.broadcast_to(sum((c * grid[v] for v, c in m.terms), start + m.const), points)
            free = o.border is not None and len(found) in o.border.dims
            assert free or (at.min() >= 0 and at.max() < extent), f"{o.name} leaves its buffer"
            found.append(at)
        return tuple(found)

    def elements(o: Operand, view: View) -> Any:
        at = index(o, view)
        sizes = list(zip(at, view.array.shape, strict=True))
        inside = np.all([(i >= 0) & (i < n) for i, n in sizes], axis=0) if sizes else True
        here = view.array[tuple(np.clip(i, 0, n - 1) for i, n in sizes)]
        return (
            here
            if o.border is None
            else np.where(inside, here, number(Const(o.border.value, o.dtype)))
        )

    assert all(v.array.shape == shape_of(o) for o, v in zip(spec.operands, views, strict=True))
    read = [elements(o, v) for o, v in zip(spec.inputs, views, strict=False)]
    value = np.broadcast_to(evaluate(spec.body, read), points)
    out, at = views[-1].array[np.newaxis], index(spec.output, views[-1])
    at = (np.zeros(points, int), *at)  # a scalar has no dimension to index
    if spec.combine is None:
        out[at] = value
        return
    if spec.start is Start.NOTHING or (spec.start is Start.FIRST and first):
        out[at] = evaluate(neutral(spec.combine, spec.output.dtype), ())
    op(spec.combine).at(out, at, value)


def interpret(impl: Impl, views: Sequence[View], *, first: bool = True) -> None:
    """Run a program, whose open leaves do what their Spec says."""
    spec = sole(impl.spec)
    if isinstance(impl, (Open, Leaf)):
        meaning(spec, views, first=first)
    elif isinstance(impl, Loop):
        _loop(impl, views, first)
    elif isinstance(impl, Move):
        _move(impl, views, first)
    elif isinstance(impl, Accumulate):
        interpret(impl.fill, views[-1:], first=first)
        interpret(impl.body, views, first=first)
    elif isinstance(impl, Cut):
        for piece in impl.pieces:
            ahead = [_shifted(v, by) for v, by in zip(views, impl.shifts(piece), strict=True)]
            interpret(impl.bodies[piece.body], ahead, first=first)
    elif isinstance(impl, Merge):
        inner = zip(spec.operands, impl.body.spec.operands, views, strict=True)
        interpret(impl.body, [_merged(impl, old, o, v) for old, o, v in inner], first=first)
    elif isinstance(impl, Transform):
        _to_points(impl, views)
    elif isinstance(impl, Winograd):
        _winograd(impl, views)
    else:
        assert isinstance(impl, SplitReduction)
        _split(impl, views, first)


def _shifted(view: View, by: tuple[int, ...]) -> View:
    return View(view.array, tuple(s + b for s, b in zip(view.start, by, strict=True)))


class UnmodelledError(Exception):
    """Dimensions are one in memory, and not in numpy's array of the logical elements."""


def _merged(impl: Merge, old: Operand, o: Operand, view: View) -> View:
    """The same memory with two dimensions as one."""
    if old == o:
        return view
    outer, inner = old.dim_of(impl.outer), old.dim_of(impl.inner)
    assert outer is not None and inner is not None
    order = [d for d in range(len(old.shape)) if d != inner]
    order.insert(order.index(outer) + 1, inner)
    there = order.index(outer)
    start = list(view.start)
    start[outer] = start[outer] * old.shape[inner] + start[inner]
    del start[inner]
    swapped = view.array.transpose(order)
    shape = (*swapped.shape[:there], -1, *swapped.shape[there + 2 :])
    array = swapped.view()
    try:
        array.shape = tuple(np.reshape(swapped, shape).shape)  # in place, or an error
    except AttributeError as error:
        raise UnmodelledError from error
    return View(array, tuple(start))


def _loop(impl: Loop, views: Sequence[View], first: bool) -> None:
    spec = impl.spec
    axis = spec.axis(impl.axis)
    assert axis is not None
    reduces = axis.kind is Kind.REDUCTION

    def at(steps: int) -> list[View]:
        return [v.ahead(o, impl.axis, steps) for o, v in zip(spec.operands, views, strict=True)]

    tiles = range(impl.trips)
    for i in reversed(tiles) if impl.order == "parallel" else tiles:
        starts = i == 0 if reduces else True
        outer = first or sole(spec).start is not Start.FIRST
        interpret(impl.body, at(i * impl.size), first=starts and outer)
    if impl.rest is not None:
        interpret(impl.rest, at(impl.trips * impl.size), first=first)


def _move(impl: Move, views: Sequence[View], first: bool) -> None:
    if impl.buffer is None:
        interpret(impl.body, views, first=first)
        return
    there, here = views[impl.position], new(impl.buffer)
    inside = [*views]
    inside[impl.position] = here
    if impl.load is not None:
        interpret(impl.load, [there, here])
    interpret(impl.body, inside, first=first)
    start = sole(impl.spec).start
    old = start is Start.VALUE or (start is Start.FIRST and not first)
    back = impl.combine if old else impl.store
    if impl.position == len(impl.spec.inputs):
        assert back is not None
        interpret(back, [here, there])


def _split(impl: SplitReduction, views: Sequence[View], first: bool) -> None:
    (buffer,) = impl.buffers
    partial = new(buffer)
    interpret(impl.body, [*views[:-1], partial])
    if impl.rest is not None:
        (axis,) = (a for a in sole(impl.spec).reductions if buffer.map[-1].names == (f"{a.name}p",))
        count = buffer.shape[-1]
        done = axis.extent // count * count
        ahead = [v.ahead(o, axis.name, done) for o, v in zip(impl.spec.inputs, views, strict=False)]
        interpret(impl.rest, [*ahead, partial])
    interpret(impl.combine, [partial, views[-1]], first=first)


def _along(matrix: Matrix, array: Any, dim: int) -> Any:
    """A matrix times the vectors along a dimension."""
    exact = np.array(matrix, float)
    return np.moveaxis(np.tensordot(exact, array, (1, dim)), 0, dim)


def _to_points(impl: Transform, views: Sequence[View]) -> None:
    values = views[0].array
    assert not any(views[0].start) and not any(views[1].start), "all of a filter"
    for part in impl.spec.output.placement.layout.parts:
        if part.results:
            values = _along(transforms(part.results).taps, values, part.dim)
    views[1].array[...] = values


def _winograd(impl: Winograd, views: Sequence[View]) -> None:
    """Tile by tile, each cut out of the image with zeros beyond its end."""
    tiles = list(product(*map(range, impl.grid)))
    for first in range(0, len(tiles), impl.tiles):
        block = tiles[first : first + impl.tiles]
        body = impl.body if len(block) == impl.tiles else impl.rest
        assert body is not None, "a block that nothing computes"
        points, sums = new(impl.image), new(impl.sums)
        for i, tile in enumerate(block):
            _image_tile(impl, tile, views[impl.roles.image], points.array[:, i])
        filters = views[impl.roles.filter]
        taps = tuple(w.tap_dim for w in impl.roles.windows)
        order = (*taps, *(d for d in range(filters.array.ndim) if d not in taps))
        moved = filters.array.transpose(order)
        start = (0, *(s for d, s in enumerate(filters.start) if d not in taps))
        flat = View(moved.reshape(-1, *moved.shape[len(taps) :]), start)
        interpret(body, [points, flat, sums])
        for i, tile in enumerate(block):
            _result_tile(impl, tile, sums.array[:, i], views[-1])


def _corner(impl: Winograd, tile: tuple[int, ...], operand: Operand, view: View) -> View:
    """The view of a tile."""
    sizes = [1] * len(impl.roles.batch) + [impl.results] * len(impl.roles.windows)
    axes = (*impl.roles.batch, *(w.slide for w in impl.roles.windows))
    for axis, size, i in zip(axes, sizes, tile, strict=True):
        view = view.ahead(operand, axis, size * i)
    return view


def _points_of(impl: Winograd, operand: Operand, buffer: Operand) -> Any:
    """For each element of a buffer's tile, the axes' values: those of the buffer's own axes."""
    axes = [m.names[0] for m in buffer.map[2:]]
    extents = [impl.spec.extents[a] for a in axes]
    for point in product(*map(range, extents)):
        yield point, dict(zip(axes, point, strict=True))


def _image_tile(impl: Winograd, tile: tuple[int, ...], view: View, points: Any) -> None:
    operand, windows = impl.spec.inputs[impl.roles.image], impl.roles.windows
    corner, size = _corner(impl, tile, operand, view), impl.results + TAPS - 1
    for point, at in _points_of(impl, operand, impl.image):
        values = np.zeros((size,) * len(windows))
        for index in product(range(size), repeat=len(windows)):
            slid = dict(zip((w.image_dim for w in windows), index, strict=True))
            where = [
                s + m.const + sum(c * at.get(v, 0) for v, c in m.terms) + slid.get(d, 0)
                for d, (s, m) in enumerate(zip(corner.start, operand.map, strict=True))
            ]
            if all(0 <= i < extent for i, extent in zip(where, view.array.shape, strict=True)):
                values[index] = view.array[tuple(where)]
        for dim in range(len(windows)):
            values = _along(transforms(impl.results).image, values, dim)
        at_point = (slice(None), *point)
        points[at_point] = values.reshape(-1)


def _result_tile(impl: Winograd, tile: tuple[int, ...], sums: Any, view: View) -> None:
    operand, windows = impl.spec.output, impl.roles.windows
    corner, size = _corner(impl, tile, operand, view), impl.results + TAPS - 1
    for point, at in _points_of(impl, operand, impl.sums):
        at_point = (slice(None), *point)
        values = sums[at_point].reshape((size,) * len(windows))
        for dim in range(len(windows)):
            values = _along(transforms(impl.results).result, values, dim)
        for index in product(range(impl.results), repeat=len(windows)):
            slid = dict(zip((w.result_dim for w in windows), index, strict=True))
            where = tuple(
                s + m.const + sum(c * at.get(v, 0) for v, c in m.terms) + slid.get(d, 0)
                for d, (s, m) in enumerate(zip(corner.start, operand.map, strict=True))
            )
            if all(i < extent for i, extent in zip(where, view.array.shape, strict=True)):
                old = view.array[where] if impl.spec.start is Start.VALUE else 0.0
                view.array[where] = old + values[index]
