"""Specs in IR: `morello.spec` written from a Spec, and a Spec read from it.

    "morello.spec"() {
      axes = ["m", "k"], iterator_types = ["parallel", "reduction"], extents = array<i64: 8, 4>,
      operands = ["A", "C"], types = ["f32", "f32"],
      indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (m)>],
      shapes = [array<i64: 8, 4>, array<i64: 8>],
      placements = [#morello.placement<"mem", #morello.layout<["m", "k"], "[m][k]">>, ...],
      body = "%0: f32", combine = "arith.addf", start = "value", limits = {L1 = 32768}, serial
    } : () -> ()

What may be left out: `combine`, `start` (`nothing`), `limits`, `serial`, `aligns` (arrays like
`shapes`: numbers that divide where each view starts, 0 where it starts at 0), `borders` and
`lookups` (an array per operand, empty for none; `reads.py` says what is in it). Invariant:
`read_spec(write_spec(spec)) == spec`, for a context in which the dialect is registered.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import Any, TypeVar

from mlir import ir

from ..dtype import dtype
from ..expr import COMBINES, arguments
from ..linear import Linear
from ..memory import LEVELS, Limits
from ..spec import Axis, Kind, Operand, Spec, Start
from .bodies import parse_body, print_body
from .morello import SpecOp, placement_attribute, read_placement, strings
from .reads import (
    border_attribute,
    integers,
    lookup_attribute,
    read_border,
    read_lookup,
    string,
)

_PER_OPERAND = ("types", "indexing_maps", "shapes", "placements")
REQUIRED = ("axes", "iterator_types", "extents", "operands", *_PER_OPERAND, "body")
OPTIONAL = ("aligns", "borders", "lookups", "combine", "start", "limits", "serial")


def write_spec(spec: Spec) -> Any:
    """A `morello.spec` op of the Spec, at the insertion point or by itself."""
    names = [a.name for a in spec.axes]
    operands = spec.operands
    attributes = {
        "axes": _strings(names),
        "iterator_types": _strings([a.kind.value for a in spec.axes]),
        "extents": ir.DenseI64ArrayAttr.get([a.extent for a in spec.axes]),
        "operands": _strings([o.name for o in operands]),
        "types": _strings([o.dtype.name for o in operands]),
        "indexing_maps": ir.ArrayAttr.get([_map_attribute(o.map, names) for o in operands]),
        "shapes": ir.ArrayAttr.get([ir.DenseI64ArrayAttr.get(o.shape) for o in operands]),
        "placements": ir.ArrayAttr.get(
            [placement_attribute(o.placement, o.dims) for o in operands]
        ),
        "body": ir.StringAttr.get(print_body(spec.body)),
    }
    if any(any(o.align) for o in operands):
        aligns = [ir.DenseI64ArrayAttr.get(o.align) for o in operands]
        attributes["aligns"] = ir.ArrayAttr.get(aligns)
    if any(o.border for o in operands):
        attributes["borders"] = ir.ArrayAttr.get([border_attribute(o.border) for o in operands])
    if any(o.lookup for o in operands):
        lookups = [lookup_attribute(o.lookup, o.dims) for o in operands]
        attributes["lookups"] = ir.ArrayAttr.get(lookups)
    if spec.combine is not None:
        attributes["combine"] = ir.StringAttr.get(spec.combine)
    if spec.start is not Start.NOTHING:
        attributes["start"] = ir.StringAttr.get(spec.start.value)
    if spec.limits.bytes:
        i64 = ir.IntegerType.get_signless(64)
        limits = {name: ir.IntegerAttr.get(i64, left) for name, left in spec.limits.bytes}
        attributes["limits"] = ir.DictAttr.get(limits)
    if spec.serial:
        attributes["serial"] = ir.UnitAttr.get()
    return ir.Operation.create(SpecOp.OPERATION_NAME, attributes=attributes)


def read_spec(op: Any) -> Spec:
    """The Spec that a `morello.spec` op states; `ValueError` says what is wrong with it."""
    attributes = {name: op.attributes[name] for name in op.attributes}
    _check_names(attributes)
    names = strings(attributes["axes"], "axes")
    axes = _axes(attributes, names)
    inputs_and_output = _operands(attributes, names)
    body = parse_body(string(attributes["body"], "body"))
    spec = Spec(
        axes,
        inputs_and_output[:-1],
        inputs_and_output[-1],
        body,
        _combine(attributes),
        _choice(Start, string(attributes["start"], "start"), "start")
        if "start" in attributes
        else Start.NOTHING,
        _limits(attributes),
        "serial" in attributes,
    )
    _check(spec)
    return spec


def _strings(texts: Sequence[str]) -> Any:
    return ir.ArrayAttr.get([ir.StringAttr.get(t) for t in texts])


def _map_attribute(indices: Sequence[Linear], names: Sequence[str]) -> Any:
    results = []
    for index in indices:
        total = ir.AffineConstantExpr.get(index.const)
        for name, coefficient in index.terms:
            total = total + ir.AffineDimExpr.get(names.index(name)) * coefficient
        results.append(total)
    return ir.AffineMapAttr.get(ir.AffineMap.get(len(names), 0, results))


def _check_names(attributes: dict[str, Any]) -> None:
    for name in REQUIRED:
        if name not in attributes:
            raise ValueError(f"has no {name}")
    known = (*REQUIRED, *OPTIONAL)
    for name in attributes:
        if name not in known and "." not in name:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            raise ValueError(f"has an unknown attribute {name}; {hint}")


def _axes(attributes: dict[str, Any], names: list[str]) -> tuple[Axis, ...]:
    kinds = strings(attributes["iterator_types"], "iterator_types")
    extents = integers(attributes["extents"], "extents")
    if not len(names) == len(kinds) == len(extents):
        raise ValueError(
            f"has {len(names)} axes, {len(kinds)} iterator_types and {len(extents)} extents"
        )
    if len(set(names)) != len(names):
        raise ValueError(f"names two axes alike: {', '.join(names)}")
    for name, extent in zip(names, extents, strict=True):
        if extent < 1:
            raise ValueError(f"axis {name} has extent {extent}")
    return tuple(
        Axis(n, _choice(Kind, k, "iterator_types"), e)
        for n, k, e in zip(names, kinds, extents, strict=True)
    )


def _operands(attributes: dict[str, Any], axes: list[str]) -> tuple[Operand, ...]:
    names = strings(attributes["operands"], "operands")
    if not names or len(set(names)) != len(names):
        raise ValueError("wants operands of different names, the output last")
    count = len(names)
    types, maps, shapes, places = (_elements(attributes[k], k, count) for k in _PER_OPERAND)
    aligns: list[Any] = [None] * count
    if "aligns" in attributes:
        aligns = _elements(attributes["aligns"], "aligns", count)
    found = [
        _operand(names[i], types[i], maps[i], shapes[i], places[i], aligns[i], axes)
        for i in range(count)
    ]
    if "borders" in attributes:
        given = _elements(attributes["borders"], "borders", count)
        pairs = zip(found, given, strict=True)
        found = [replace(o, border=read_border(b, len(o.shape))) for o, b in pairs]
    if "lookups" in attributes:
        given = _elements(attributes["lookups"], "lookups", count)
        pairs = zip(found, given, strict=True)
        found = [replace(o, lookup=read_lookup(each, o.shape)) for o, each in pairs]
    return tuple(found)


def _operand(
    name: str, kind: Any, index: Any, shape: Any, placement: Any, align: Any, axes: list[str]
) -> Operand:
    try:
        sizes = integers(shape, "its shape")
        indices = _linears(index, axes)
        place, dims = read_placement(placement)
        aligns = (0,) * len(sizes) if align is None else integers(align, "its aligns")
        if {len(indices), len(aligns), len(dims)} != {len(sizes)}:
            raise ValueError(
                f"{len(sizes)} sizes, {len(indices)} indices, {len(aligns)} aligns and a layout of"
                f" {len(dims)} dimensions"
            )
        return Operand(name, dtype(string(kind, "its type")), indices, sizes, place, aligns, dims)
    except ValueError as error:
        raise ValueError(f"operand {name}: {error}") from None


def _linears(attribute: Any, axes: list[str]) -> tuple[Linear, ...]:
    if not isinstance(attribute, ir.AffineMapAttr):
        raise ValueError(f"{attribute} is not an affine map")
    affine = attribute.value
    if affine.n_dims != len(axes) or affine.n_symbols:
        raise ValueError(f"its map has {affine.n_dims} dimensions, the Spec {len(axes)} axes")
    return tuple(_linear(e, axes) for e in affine.results)


def _linear(e: Any, axes: list[str]) -> Linear:
    if isinstance(e, ir.AffineDimExpr):
        return Linear.var(axes[e.position])
    if isinstance(e, ir.AffineConstantExpr):
        return Linear((), e.value)
    if isinstance(e, ir.AffineAddExpr):
        return _linear(e.lhs, axes) + _linear(e.rhs, axes)
    if isinstance(e, ir.AffineMulExpr) and isinstance(e.rhs, ir.AffineConstantExpr):
        return _linear(e.lhs, axes) * int(ir.AffineConstantExpr(e.rhs).value)
    raise ValueError(f"its index {e} is not a sum of axes")


def _combine(attributes: dict[str, Any]) -> str | None:
    if "combine" not in attributes:
        return None
    combine = string(attributes["combine"], "combine")
    if combine not in COMBINES:
        raise ValueError(f"combine = '{combine}' is none of {', '.join(COMBINES)}")
    return combine


def _limits(attributes: dict[str, Any]) -> Limits:
    if "limits" not in attributes:
        return Limits(())
    given = attributes["limits"]
    if not isinstance(given, ir.DictAttr):
        raise ValueError("limits is not a dictionary")
    found = {str(item.name): item.attr for item in given}
    for name, left in found.items():
        if name not in LEVELS or not isinstance(left, ir.IntegerAttr) or left.value < 0:
            raise ValueError(f"limits has {name} = {left}; write one of {', '.join(LEVELS)} = N")
    return Limits.of(**{name: left.value for name, left in found.items()})


def _check(spec: Spec) -> None:
    """What holds for every Spec."""
    for index in arguments(spec.body):
        if index >= len(spec.inputs):
            raise ValueError(f"body reads %{index} of {len(spec.inputs)} inputs")
    reduced = [a.name for a in spec.axes if a.kind is Kind.REDUCTION]
    if reduced and spec.combine is None:
        raise ValueError(f"reduces along {', '.join(reduced)} without combine")
    if spec.combine is None and spec.start is not Start.NOTHING:
        raise ValueError(f"start = '{spec.start.value}' without combine")
    for name in reduced:
        if name in spec.output.axes:
            raise ValueError(f"axis {name} is a reduction, and indexes the output")
    if spec.output.border is not None:
        raise ValueError(f"operand {spec.output.name}: is written, and has no border")
    if spec.output.lookup is not None:
        raise ValueError(f"operand {spec.output.name}: is written, and has no lookup")
    for o in spec.operands:
        for d, (wanted, size) in enumerate(zip(spec.extent_of(o), o.shape, strict=True)):
            if wanted > size and (o.border is None or d not in o.border.dims):
                raise ValueError(
                    f"operand {o.name}: reaches over {wanted} of {size} in dimension {d}"
                )


def _elements(attribute: Any, what: str, count: int) -> list[Any]:
    if not isinstance(attribute, ir.ArrayAttr) or len(attribute) != count:
        raise ValueError(f"wants one of {what} per operand, {count} in all")
    return list(attribute)


E = TypeVar("E", bound=Enum)


def _choice(kind: type[E], word: str, what: str) -> E:
    try:
        return kind(word)
    except ValueError:
        raise ValueError(
            f"{what}: '{word}' is none of {', '.join(k.value for k in kind)}"
        ) from None
