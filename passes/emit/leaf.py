"""Leaves: instructions from their templates, and bodies computed in lanes.

Both read their operands from views and leave their result in the output's view.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product

from ...dtype import BF16, F16, F32, DType
from ...expr import CASTS, COMBINES, Apply, Arg, Const, Expr, neutral
from ...linear import Linear
from ...spec import Kind, Operand, Spec
from ...target.instruction import Template
from ...target.match import Lanes, Match
from ...target.target import Target
from . import access, lane
from .view import MemoryView, RegisterView, View, vector_type
from .writer import Writer

_NAME = re.compile(r"%[A-Za-z_0-9]+")


def emit_match(
    spec: Spec, match: Match, views: Sequence[View], writer: Writer, target: Target
) -> None:
    """Write an instruction's template with the Spec's operands."""
    instruction = match.instruction
    template = instruction.template
    masks: tuple[str, ...] = ()
    if match.padded:
        assert instruction.masked is not None
        template, masks = instruction.masked, instruction.masks
    axes = dict(match.axes)
    extents = spec.extents
    order = (*match.inputs, len(spec.inputs))
    bound: dict[str, str] = {}
    memory: dict[str, _Memory] = {}
    for parameter, its, position, kind in zip(
        template.parameters, instruction.spec.operands, order, template.types, strict=False
    ):
        view = views[position]
        if isinstance(view, RegisterView):
            bound[parameter] = view.values.get(view.key(), "")
        else:
            mine = spec.operands[position]
            memory[parameter] = _Memory(view, its, mine, axes, extents, match.padded, kind)
    for parameter, axis in zip(template.parameters[len(order) :], masks, strict=True):
        full = instruction.spec.extents[axis]
        valid = extents.get(axes.get(axis, ""), 1)
        bound[parameter] = access.mask(valid if axis in match.padded else full, full, writer)
    result = _instantiate(template, bound, memory, writer)
    output = views[-1]
    if isinstance(output, RegisterView):
        output.values[output.key()] = result


class _Memory:
    """A memory operand of an instruction: addresses for its constant indices."""

    def __init__(
        self,
        view: MemoryView,
        its: Operand,
        mine: Operand,
        axes: dict[str, str],
        extents: dict[str, int],
        padded: tuple[str, ...],
        kind: str,
    ) -> None:
        self.view = view
        self.kind = kind
        self._dims: list[tuple[int | None, int]] = []
        for index in its.map:
            its_axis = index.names[0] if index.names else ""
            axis = axes.get(its_axis)
            dim = mine.dim_of(axis) if axis is not None else None
            limit = extents[axis] if axis is not None else 1
            self._dims.append((dim, limit if its_axis in padded else 1 << 60))

    def address(self, indices: Sequence[int], writer: Writer) -> Linear | None:
        """The address of an element, or None where the Spec has no such element."""
        logical = [0] * len(self.view.shape)
        for i, (dim, limit) in zip(indices, self._dims, strict=True):
            if i >= limit:
                return None
            if dim is not None:
                logical[dim] = i
        return self.view.address(logical, writer)


def _instantiate(
    template: Template, bound: dict[str, str], memory: dict[str, _Memory], writer: Writer
) -> str:
    names = dict(bound)

    def local(found: re.Match[str]) -> str:
        name = found[0]
        if name not in names:
            names[name] = writer.fresh()
        return names[name]

    for line in template.lines:
        parameter = next((p for p in memory if f"{p}[" in line), None)
        if parameter is not None:
            placed = _place(line, parameter, memory[parameter], writer)
            if placed is None:
                if "=" in line:
                    kind = line.rsplit(" ", 1)[-1]
                    zero = "0.0" if "f" in kind.split("x")[-1] else "0"
                    names[line.split(" ")[0]] = writer.constant(zero, kind)
                continue
            line, at = placed
            writer.line(_NAME.sub(local, line).replace("@view@", at))
        elif " = arith.constant " in line:
            name, text = line.split(" = ", 1)
            names[name] = writer.top(text)
        else:
            text = _NAME.sub(local, line)
            if not lane.rearranged_as_bits(text, writer):
                writer.line(text)
    return names.get(template.result, "")


def _place(line: str, parameter: str, memory: _Memory, writer: Writer) -> tuple[str, str] | None:
    """The line with its memory access put in place of the parameter's; None if it is void."""
    found = re.search(re.escape(parameter) + r"\[([\d, ]*)\]", line)
    assert found is not None, line
    indices = [int(i) for i in found[1].split(",")] if found[1].strip() else []
    address = memory.address(indices, writer)
    if address is None:
        return None
    line = line.replace(found[0], "@view@").replace(memory.kind, memory.view.kind)
    return line, f"{memory.view.memref}[{writer.address(address)}]"


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


Point = dict[str, int]


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
        return _gather(view, _elements(operand, points), writer)
    elements = _elements(operand, points)
    if operand.axes or count == 1:
        return access.load(view, elements, writer, target)
    scalar = access.load(view, [(0,) * len(operand.map)], writer, target)
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
        _scatter(value, view, _elements(operand, points), writer)
    else:
        access.store(value, view, _elements(operand, points), writer, target)


def _places(view: RegisterView, elements: access.Lanes) -> list[tuple[tuple[int, ...], int] | None]:
    """Register and lane of each valid element."""
    return [None if e is None else view.locate(e) for e in elements]


def _is_whole(view: RegisterView, places: Sequence[tuple[tuple[int, ...], int] | None]) -> bool:
    """Whether the elements are one register's, each in its own lane."""
    valid = [(i, p) for i, p in enumerate(places) if p is not None]
    return len(places) == max(view.lanes, 1) and all(
        at == i and key == valid[0][1][0] for i, (key, at) in valid
    )


def _gather(view: RegisterView, elements: access.Lanes, writer: Writer) -> str:
    """Elements from registers: a register as it is, or lane by lane."""
    places = _places(view, elements)
    first = next(p for p in places if p is not None)
    if _is_whole(view, places):
        return view.values[first[0]]
    count = len(places)
    value = writer.constant(view.dtype.zero, vector_type(count, view.dtype))
    for number, place in enumerate(places):
        if place is None:
            continue
        element = view.values[place[0]]
        if view.lanes > 1:
            element = lane.extract(element, place[1], view.lanes, view.dtype, writer)
        if count == 1:
            return element
        value = lane.insert(element, value, number, count, view.dtype, writer)
    return value


def _scatter(value: str, view: RegisterView, elements: access.Lanes, writer: Writer) -> None:
    """Elements into registers, the counterpart of `_gather`."""
    places = _places(view, elements)
    first = next(p for p in places if p is not None)
    if _is_whole(view, places):
        view.values[first[0]] = value
        return
    for number, place in enumerate(places):
        if place is None:
            continue
        key, to = place
        element = value
        if len(places) > 1:
            element = lane.extract(value, number, len(places), view.dtype, writer)
        if view.lanes > 1:
            old = view.values.get(key) or writer.constant(view.dtype.zero, view.kind)
            element = lane.insert(element, old, to, view.lanes, view.dtype, writer)
        view.values[key] = element


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
