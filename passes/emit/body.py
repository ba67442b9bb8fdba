"""Bodies computed in lanes: the scalar body op by op on vectors, then assigned or combined.

Each lane computes one point of the Spec's iteration space; lanes of padding have none. Operands are
read from wherever their views are, so this works for every Spec that `select lanes` accepts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...dtype import BF16, F16, F32, DType
from ...expr import CASTS, COMBINES, Apply, Arg, Const, Expr, neutral, ops
from ...spec import Operand, Spec
from ...target.match import Lanes
from ...target.strict import is_ordered
from ...target.target import Target
from . import access, lane
from .view import LaneExtents, RegisterView, View, elements, vector_type
from .writer import Writer

SLOW = 6.0
"""Cycles of a body from which on what it reads and writes is asked for ahead: so few loads are in
flight then that the machine's own prefetching falls behind, and stores wait for their lines."""


def emit_lanes(
    spec: Spec, lanes: Lanes, views: Sequence[View], writer: Writer, target: Target
) -> None:
    """Write the body op by op in lanes, then combine it with the output or assign it."""
    extents = spec.extents
    order = tuple((name, size, extents.get(name, 1)) for name, size in lanes.order)
    count, held = lanes.count, _held(order)
    slow = _cycles(spec.body, target) >= SLOW
    inputs = [
        _read(o, v, order, count, writer, target, slow and access.is_far(o, target))
        for o, v in zip(spec.inputs, views[:-1], strict=True)
    ]
    output, view = spec.output, views[-1]
    if spec.combine is None:
        value = _compute(spec.body, inputs, held, writer)
        _write(output, view, value, order, writer, target, slow)
        return
    if spec.reductions:
        term = _compute(spec.body, inputs, held, writer)
        _write(output, view, _across(spec, term, order, view, writer, target), (), writer, target)
        return
    old = _read(output, view, order, count, writer, target)
    kind = vector_type(count, output.dtype)
    body = spec.body
    fused = (
        spec.combine == "arith.addf"
        and isinstance(body, Apply)
        and body.op == "arith.mulf"
        and output.dtype.bits >= 32
        and not target.strict_fp
    )
    if fused:
        assert isinstance(body, Apply)
        a, b = (_compute(x, inputs, held, writer) for x in body.args)
        new = writer.value(f"math.fma {a}, {b}, {old} : {kind}")
    else:
        term = _compute(body, inputs, held, writer)
        new = _apply(spec.combine, (old, term), [output.dtype] * 2, output, count, writer)
    _write(output, view, new, order, writer, target)


def _cycles(body: Expr, target: Target) -> float:
    """Roughly what the body takes for a register."""
    return sum(target.lanes.get(each.op, target.costs.lane_op) for each in ops(body))


def _read(
    operand: Operand,
    view: View,
    order: LaneExtents,
    count: int,
    writer: Writer,
    target: Target,
    ahead: bool = False,
) -> str:
    """An operand's elements, one per lane."""
    if isinstance(view, RegisterView):
        if view.lanes <= 1 < count and not operand.axes:
            return lane.broadcast(view.values[view.key()], count, view.dtype, writer)
        return lane.gather(view, elements(operand.map, order), writer)
    if operand.axes or count == 1:
        return access.load(view, elements(operand.map, order), writer, target, ahead)
    scalar = access.load(view, elements(operand.map, ()), writer, target)
    return lane.broadcast(scalar, count, view.dtype, writer)


def _write(
    operand: Operand,
    view: View,
    value: str,
    order: LaneExtents,
    writer: Writer,
    target: Target,
    slow: bool = False,
) -> None:
    if isinstance(view, RegisterView):
        lane.scatter(value, view, elements(operand.map, order), writer)
    else:
        ahead = slow and access.is_large(view.dtype, view.layout, view.shape, target)
        access.store(value, view, elements(operand.map, order), writer, target, ahead)


def _across(
    spec: Spec,
    term: str,
    order: LaneExtents,
    view: View,
    writer: Writer,
    target: Target,
) -> str:
    """The output's element combined with all valid lanes of `term`."""
    assert spec.combine is not None
    dtype = spec.output.dtype
    old = _read(spec.output, view, (), 1, writer, target)
    held = _held(order)
    count, valid = held.count, held.lanes
    kind = vector_type(count, dtype)
    if len(valid) == 1 and count > 1:
        term = lane.extract(term, 0, count, dtype, writer)
    if len(valid) == 1:
        return _apply(spec.combine, (old, term), [dtype] * 2, spec.output, 1, writer)
    if len(valid) < count:
        mask = held.mask(writer)
        nothing = neutral(spec.combine, dtype).text
        if is_ordered(spec, target) and spec.combine == "arith.addf":
            nothing = "-0.0"  # which leaves a sum of -0 as it is
        rest = writer.constant(nothing, kind)
        kinds = f"vector<{count}xi1>, {kind}"
        term = writer.value(f"arith.select {mask}, {term}, {rest} : {kinds}")
    wide = F32 if dtype in (BF16, F16) else dtype
    if wide != dtype:
        term = _convert("extf", term, dtype, wide, count, writer)
        old = _convert("extf", old, dtype, wide, 1, writer)
    how = COMBINES[spec.combine]
    free = dtype.is_float and how in ("add", "mul") and not target.strict_fp
    flags = " fastmath<reassoc>" if free else ""
    kinds = f"{vector_type(count, wide)} into {wide.mlir}"
    value = writer.value(f"vector.reduction <{how}>, {term}, {old}{flags} : {kinds}")
    return value if wide == dtype else _convert("truncf", value, wide, dtype, 1, writer)


_DIVIDE = "divsi divui remsi remui ceildivsi ceildivui floordivsi"
_DIVISIONS = frozenset(f"arith.{op}" for op in _DIVIDE.split())


@dataclass(frozen=True)
class _Held:
    """How many lanes there are, and which of them hold a point."""

    count: int
    lanes: frozenset[int]

    def mask(self, writer: Writer) -> str:
        """The mask of the lanes that hold a point."""
        bits = ", ".join("true" if i in self.lanes else "false" for i in range(self.count))
        return writer.top(f"arith.constant dense<[{bits}]> : vector<{self.count}xi1>")


def _held(order: LaneExtents) -> _Held:
    every = elements((), order)
    return _Held(every.lanes, frozenset(number for number, _ in every.valid))


def _compute(
    expr: Expr,
    inputs: Sequence[str],
    held: _Held,
    writer: Writer,
    known: dict[Expr, str] | None = None,
) -> str:
    """An expression over the inputs' lanes; equal parts of it are computed once."""
    known = {} if known is None else known
    if expr not in known:
        known[expr] = _computed(expr, inputs, held, writer, known)
    return known[expr]


def _computed(
    expr: Expr, inputs: Sequence[str], held: _Held, writer: Writer, known: dict[Expr, str]
) -> str:
    """An expression by those of its arguments. Lanes of padding divide by one: zero would trap."""
    count = held.count
    kind = vector_type(count, expr.dtype)
    if isinstance(expr, Arg):
        return inputs[expr.index]
    if isinstance(expr, Const):
        return writer.constant(expr.text, kind)
    arguments = [_compute(a, inputs, held, writer, known) for a in expr.args]
    if expr.op in _DIVISIONS and len(held.lanes) < count:
        one = writer.constant("1", kind)
        kinds = f"vector<{count}xi1>, {kind}"
        safe = f"arith.select {held.mask(writer)}, {arguments[1]}, {one} : {kinds}"
        arguments[1] = writer.value(safe)
    return _apply(expr.op, arguments, [a.dtype for a in expr.args], expr, count, writer)


def _apply(
    op: str,
    arguments: Sequence[str],
    types: Sequence[DType],
    result: Apply | Operand,
    count: int,
    writer: Writer,
) -> str:
    """One op on lanes. Arithmetic on 16-bit floats is done in f32 and rounded: the same answer.

    (The sum, product, quotient or root of two such numbers, rounded to f32 and then to 16 bits, is
    the number rounded once, as f32 has more than twice their digits.)
    """
    dtype = result.dtype
    attrs = result.attrs if isinstance(result, Apply) else ""
    if op == "arith.extf":
        return _convert("extf", arguments[0], types[0], dtype, count, writer)
    narrow = {BF16, F16} & {dtype, *types}
    is_math = not (op in CASTS or op in ("arith.select", "arith.constant"))
    if narrow and is_math:
        arguments = [
            _convert("extf", a, t, F32, count, writer) if t in (BF16, F16) else a
            for a, t in zip(arguments, types, strict=True)
        ]
        types = [F32 if t in (BF16, F16) else t for t in types]
        wide = F32 if dtype in (BF16, F16) else dtype
        value = _generic(op, arguments, types, wide, attrs, count, writer)
        return value if wide == dtype else _convert("truncf", value, F32, dtype, count, writer)
    return _generic(op, arguments, types, dtype, attrs, count, writer)


def _convert(op: str, value: str, old: DType, new: DType, count: int, writer: Writer) -> str:
    if op == "extf" and old == BF16:
        value = lane.widen_bf16(value, count, writer)
        return value if new == F32 else _convert("extf", value, F32, new, count, writer)
    kinds = f"{vector_type(count, old)} to {vector_type(count, new)}"
    return writer.value(f"arith.{op} {value} : {kinds}")


def _generic(
    op: str,
    arguments: Sequence[str],
    types: Sequence[DType],
    dtype: DType,
    attrs: str,
    count: int,
    writer: Writer,
) -> str:
    properties = f" <{{{attrs}}}>" if attrs else ""
    kinds = ", ".join(vector_type(count, t) for t in types)
    return writer.value(
        f'"{op}"({", ".join(arguments)}){properties} : ({kinds}) -> {vector_type(count, dtype)}'
    )
