"""Bodies computed in lanes: the scalar body op by op on vectors, then assigned or combined.

Each lane computes one point of the Spec's iteration space; lanes of padding have none. Operands are
read from wherever their views are, so this works for every Spec that `select lanes` accepts.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from ...dtype import BF16, F16, F32, DType
from ...expr import CASTS, COMBINES, Apply, Arg, Const, Expr, neutral
from ...spec import Kind, Operand, Spec
from ...target.match import Lanes
from ...target.target import Target
from . import access, lane
from .view import RegisterView, View, vector_type
from .writer import Writer

Point = dict[str, int]


def emit_lanes(
    spec: Spec, lanes: Lanes, views: Sequence[View], writer: Writer, target: Target
) -> None:
    """Write the body op by op in lanes, then combine it with the output or assign it."""
    points = _points(spec, lanes)
    count = len(points)
    inputs = [
        _read(o, v, points, writer, target) for o, v in zip(spec.inputs, views[:-1], strict=True)
    ]
    output, view = spec.output, views[-1]
    reduces = any(a.kind is Kind.REDUCTION for a in spec.axes)
    if spec.combine is None:
        _write(output, view, _compute(spec.body, inputs, count, writer), points, writer, target)
        return
    if reduces:
        term = _compute(spec.body, inputs, count, writer)
        _write(
            output, view, _across(spec, term, points, view, writer, target), [{}], writer, target
        )
        return
    old = _read(output, view, points, writer, target)
    kind = vector_type(count, output.dtype)
    body = spec.body
    fused = (
        spec.combine == "arith.addf"
        and isinstance(body, Apply)
        and body.op == "arith.mulf"
        and output.dtype.bits >= 32
    )
    if fused:
        assert isinstance(body, Apply)
        a, b = (_compute(x, inputs, count, writer) for x in body.args)
        new = writer.value(f"math.fma {a}, {b}, {old} : {kind}")
    else:
        term = _compute(body, inputs, count, writer)
        new = _apply(spec.combine, (old, term), [output.dtype] * 2, output, count, writer)
    _write(output, view, new, points, writer, target)


def _points(spec: Spec, lanes: Lanes) -> list[Point | None]:
    """The point of the iteration space that each lane computes, or None for a lane of padding."""
    extents = spec.extents
    found: list[Point | None] = []
    for index in product(*(range(size) for _, size in lanes.order)):
        point = {a: i for (a, _), i in zip(lanes.order, index, strict=True)}
        valid = all(i < extents.get(a, 1) for a, i in point.items())
        found.append({a: i for a, i in point.items() if a} if valid else None)
    return found


def _elements(operand: Operand, points: Sequence[Point | None]) -> list[tuple[int, ...] | None]:
    """The logical index of each lane's element."""
    return [
        None
        if p is None
        else tuple(m.evaluate({**dict.fromkeys(m.names, 0), **p}) for m in operand.map)
        for p in points
    ]


def _read(
    operand: Operand, view: View, points: Sequence[Point | None], writer: Writer, target: Target
) -> str:
    """An operand's elements, one per lane."""
    count = len(points)
    if isinstance(view, RegisterView):
        if view.lanes <= 1 < count and not operand.axes:
            return lane.broadcast(view.values[view.key()], count, view.dtype, writer)
        return lane.gather(view, _elements(operand, points), writer)
    elements = _elements(operand, points)
    if operand.axes or count == 1:
        return access.load(view, elements, writer, target)
    scalar = access.load(view, elements[:1], writer, target)
    return lane.broadcast(scalar, count, view.dtype, writer)


def _write(
    operand: Operand,
    view: View,
    value: str,
    points: Sequence[Point | None],
    writer: Writer,
    target: Target,
) -> None:
    if isinstance(view, RegisterView):
        lane.scatter(value, view, _elements(operand, points), writer)
    else:
        access.store(value, view, _elements(operand, points), writer, target)


def _across(
    spec: Spec,
    term: str,
    points: Sequence[Point | None],
    view: View,
    writer: Writer,
    target: Target,
) -> str:
    """The output's element combined with all valid lanes of `term`."""
    assert spec.combine is not None
    dtype = spec.output.dtype
    old = _read(spec.output, view, [{}], writer, target)
    valid = sum(p is not None for p in points)
    kind = vector_type(len(points), dtype)
    if valid == 1 and len(points) > 1:
        term = lane.extract(term, 0, len(points), dtype, writer)
    if valid == 1:
        return _apply(spec.combine, (old, term), [dtype] * 2, spec.output, 1, writer)
    if valid < len(points):
        bits = ", ".join("false" if p is None else "true" for p in points)
        mask = writer.top(f"arith.constant dense<[{bits}]> : vector<{len(points)}xi1>")
        rest = writer.constant(neutral(spec.combine, dtype).text, kind)
        kinds = f"vector<{len(points)}xi1>, {kind}"
        term = writer.value(f"arith.select {mask}, {term}, {rest} : {kinds}")
    wide = F32 if dtype in (BF16, F16) else dtype
    if wide != dtype:
        term = _convert("extf", term, dtype, wide, len(points), writer)
        old = _convert("extf", old, dtype, wide, 1, writer)
    how = COMBINES[spec.combine]
    flags = " fastmath<reassoc>" if dtype.is_float and how in ("add", "mul") else ""
    kinds = f"{vector_type(len(points), wide)} into {wide.mlir}"
    value = writer.value(f"vector.reduction <{how}>, {term}, {old}{flags} : {kinds}")
    return value if wide == dtype else _convert("truncf", value, wide, dtype, 1, writer)


def _compute(expr: Expr, inputs: Sequence[str], count: int, writer: Writer) -> str:
    """An expression over the inputs' lanes."""
    kind = vector_type(count, expr.dtype)
    if isinstance(expr, Arg):
        return inputs[expr.index]
    if isinstance(expr, Const):
        return writer.constant(expr.text, kind)
    arguments = tuple(_compute(a, inputs, count, writer) for a in expr.args)
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
