"""Reading: from a structured op (linalg, named or generic) to the Spec that it is.

All that the engine needs stands in the op's indexing maps and its scalar body, so one reader serves
every linalg op that has both, and no op name occurs here. What the reader does not understand
raises `UnsupportedOp` with a reason that a user can act on. Read next: `passes/apply.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import pairwise
from typing import Any

from mlir import ir

from ..expr import Expr, arguments, rename
from ..layout import Layout, Part, row_major
from ..linear import Linear
from ..memory import REG, Placement
from ..spec import Axis, Border, Kind, Operand, Spec, Start, element_name, name_axes
from .blocks import operations
from .extracts import EXTRACT, Extracts, Source
from .morello import is_view, view_layout
from .nibbles import in_bytes
from .pads import padded, read_pad
from .region import (
    UnsupportedOp,
    byte_types,
    combined_term,
    element_type,
    input_type,
    read_body,
    summed_term,
)
from .reshapes import read_reshape, reshaped, unshaped

# mlir.dialects.linalg has this function too, and takes forty milliseconds to import.
indexing_maps = import_module("mlir._mlir_libs._mlirDialectsLinalg").get_indexing_maps

HUGE = 1 << 40  # elements; beyond it a tensor cannot exist, and index arithmetic stays exact


@dataclass(frozen=True)
class Structured:
    """An op as a Spec; by operand of that which operand it is of the op, or of one in its body,
    and so for the index array where rows are looked up, else None."""

    op: Any
    spec: Spec
    sources: tuple[Source, ...]
    indices: tuple[Source | None, ...]

    @property
    def positions(self) -> tuple[int, ...]:
        """By operand of the Spec, which operand of the op it is; -1 if the body has it."""
        return tuple(i if op == self.op else -1 for op, i in self.sources)

    @property
    def values(self) -> tuple[Any, ...]:
        """The values that the Spec's operands stand for, as the op has them now."""
        *inputs, (op, output) = self.sources
        return (*(seen(o.operands[i]) for o, i in inputs), op.operands[output])


def arrays_of(op: Any) -> Iterator[Any]:
    """What an op is given, and what its body reads by `tensor.extract`."""
    yield from op.operands
    for region in op.regions:
        for each in operations(op, region.blocks[0]):
            if each.name == EXTRACT:
                yield each.operands[0]


def seen(value: Any) -> Any:
    """What an op that reads a value reads: through reshapes, then a pad."""
    return padded(reshaped(value))


def seen_through(value: Any) -> Iterator[Any]:
    """The ops between a value and what is read of it."""
    while is_view(value) or read_reshape(value) or read_pad(value):
        op = value.owner.operation
        yield op
        value = op.operands[0]


def is_structured(op: Any) -> bool:
    """Whether the op is a linalg op with indexing maps and a body."""
    return bool(op.operation.name.startswith("linalg.")) and len(op.operation.regions) == 1


def read_structured(op: Any) -> Structured:
    """The Spec of a linalg op; operands are in memory, nothing is known of the machine."""
    op = op.operation
    maps = indexing_maps(op)
    if maps is None or len(op.regions) != 1 or not op.regions[0].blocks:
        raise UnsupportedOp("has no indexing maps and scalar body")
    maps = [m.value for m in maps]
    values = list(op.operands)
    if len(maps) != len(values):
        raise UnsupportedOp("has operands without indexing maps")
    outputs = _output_count(op)
    if outputs != 1:
        raise UnsupportedOp(f"has {outputs} results; one is what a Spec has")
    extents = _extents(maps, values)
    kinds = _kinds(op, maps)
    names = name_axes(kinds, tuple(dims_of(m) for m in maps))
    operands = tuple(
        _operand(value, m, names, element_name(i, len(values) - 1), i < len(values) - 1)
        for i, (value, m) in enumerate(zip(values, maps, strict=True))
    )
    extracts = _extracts(op, maps, names, extents)
    body, uses_output = read_body(op, extracts.argument)
    inside = tuple(each.operand for each in extracts.found)
    spec, read = _assemble(names, kinds, extents, operands, inside, body, uses_output)
    places: list[tuple[Source, Source | None]] = [((op, i), None) for i in range(len(values))]
    places += [(each.source, each.index) for each in extracts.found]
    return Structured(op, spec, *zip(*(places[i] for i in read), strict=True))


def _extracts(
    op: Any, maps: list[Any], names: tuple[str, ...], extents: tuple[int, ...]
) -> Extracts:
    """What reads the arrays that the body extracts elements from."""
    block, last = op.regions[0].blocks[0], len(maps) - 1

    def given(value: Any) -> tuple[Operand, Source]:
        number = value.arg_number
        if value.owner != block or number == last:
            raise UnsupportedOp("looks up rows by what is no input")
        return _operand(op.operands[number], maps[number], names, "", True), (op, number)

    def seen_at(value: Any, indices: tuple[Linear, ...]) -> Operand:
        return _placed(value, indices, "", True)

    return Extracts(len(maps), dict(zip(names, extents, strict=True)), given, seen_at)


def _assemble(
    names: tuple[str, ...],
    kinds: tuple[Kind, ...],
    extents: tuple[int, ...],
    operands: tuple[Operand, ...],
    inside: tuple[Operand, ...],
    body: Expr,
    uses_output: bool,
) -> tuple[Spec, tuple[int, ...]]:
    """Tell an accumulation from an assignment, and drop operands that the body does not read.

    Also returns which are left of the op's operands and of those `inside` of its body.
    """
    inputs, output = (*operands, *inside), operands[-1]
    combine, start = None, Start.NOTHING
    last = len(operands) - 1
    if uses_output:
        found = combined_term(body, last)
        if found is None and Kind.REDUCTION in kinds:
            found = summed_term(body, last)
        if found is not None:
            (combine, body), start = found, Start.VALUE
        elif Kind.REDUCTION in kinds:
            raise UnsupportedOp(f"reduces by other than a sum, product, minimum or maximum: {body}")
    elif Kind.REDUCTION in kinds:
        raise UnsupportedOp("has reduction iterators, but its body does not read the output")
    used = arguments(body)
    body, nibbles = in_bytes(rename(body, {old: new for new, old in enumerate(used)}))
    dtypes = byte_types(body) | nibbles
    kept = tuple(
        replace(inputs[i], name=element_name(n, len(used)), dtype=dtypes.get(n, inputs[i].dtype))
        for n, i in enumerate(used)
    )
    axes = tuple(Axis(n, k, e) for n, k, e in zip(names, kinds, extents, strict=True))
    spec = Spec(axes, kept, replace(output, name="C"), body, combine, start)
    return spec.canonical(), (*used, last)


def _output_count(op: Any) -> int:
    if len(op.results):
        return len(op.results)
    if "operandSegmentSizes" in op.attributes:
        *_, outputs = ir.DenseI32ArrayAttr(op.attributes["operandSegmentSizes"])
        return int(outputs)
    return 1


def dims_of(affine_map: Any) -> frozenset[int]:
    """The iterators that a map mentions."""
    found: set[int] = set()

    def visit(e: Any) -> None:
        if isinstance(e, ir.AffineDimExpr):
            found.add(ir.AffineDimExpr(e).position)
        elif isinstance(e, ir.AffineBinaryExpr):
            binary = ir.AffineBinaryExpr(e)
            visit(binary.lhs)
            visit(binary.rhs)

    for result in affine_map.results:
        visit(result)
    return frozenset(found)


def _kinds(op: Any, maps: list[Any]) -> tuple[Kind, ...]:
    if "iterator_types" in op.attributes:
        words = [str(a) for a in op.attributes["iterator_types"]]
        if any("window" in w for w in words):
            raise UnsupportedOp("has window iterators")
        return tuple(Kind.REDUCTION if "reduction" in w else Kind.PARALLEL for w in words)
    written = dims_of(maps[-1])
    return tuple(Kind.PARALLEL if d in written else Kind.REDUCTION for d in range(maps[-1].n_dims))


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of a value, () of a scalar; `UnsupportedOp` where no Spec can have it."""
    if not isinstance(value.type, ir.ShapedType):
        return ()
    shaped = value.type
    if not shaped.has_rank:
        raise UnsupportedOp("has an operand without rank")
    if not shaped.has_static_shape:
        raise UnsupportedOp(f"has a dynamic shape, {shaped}; shapes must be static")
    shape = tuple(shaped.shape)
    total = 1
    for extent in shape:
        if extent == 0:
            raise UnsupportedOp(f"has nothing to compute: {shaped}")
        total *= extent
    if total > HUGE:
        raise UnsupportedOp(f"is too large: {shaped}")
    return shape


def extents_of(op: Any) -> tuple[int, ...]:
    """The extents of an op's iterators; `UnsupportedOp` where they are not known."""
    return _extents([m.value for m in indexing_maps(op)], list(op.operands))


def _extents(maps: list[Any], values: list[Any]) -> tuple[int, ...]:
    """Extents of the iterators, from the operands that one iterator indexes alone."""
    found: dict[int, int] = {}
    for affine_map, value in zip(maps, values, strict=True):
        for result, extent in zip(affine_map.results, shape_of(value), strict=False):
            if isinstance(result, ir.AffineDimExpr):
                found.setdefault(ir.AffineDimExpr(result).position, extent)
    count = maps[-1].n_dims
    missing = [f"d{d}" for d in range(count) if d not in found]
    if missing:
        raise UnsupportedOp(f"has iterators of unknown extent: {', '.join(missing)}")
    return tuple(found[d] for d in range(count))


def _linear(e: Any, names: tuple[str, ...]) -> Linear:
    if isinstance(e, ir.AffineDimExpr):
        return Linear.var(names[ir.AffineDimExpr(e).position])
    if isinstance(e, ir.AffineConstantExpr):
        return Linear((), ir.AffineConstantExpr(e).value)
    if isinstance(e, ir.AffineAddExpr):
        pair = ir.AffineAddExpr(e)
        return _linear(pair.lhs, names) + _linear(pair.rhs, names)
    if isinstance(e, ir.AffineMulExpr):
        pair = ir.AffineMulExpr(e)
        left, right = _linear(pair.lhs, names), _linear(pair.rhs, names)
        if not right.terms and right.const >= 0:
            return left * right.const
        if not left.terms and left.const >= 0:
            return right * left.const
    raise UnsupportedOp(f"has an index that is not a sum of iterators: {e}")


def _operand(value: Any, affine_map: Any, names: tuple[str, ...], name: str, read: bool) -> Operand:
    maps = tuple(_linear(r, names) for r in affine_map.results)
    return _placed(value, maps, name, read)


def _placed(value: Any, maps: tuple[Linear, ...], name: str, read: bool) -> Operand:
    """A value as an operand, at those indices."""
    border = None
    if read:
        value, maps = unshaped(value, maps)
    pad = read_pad(value) if read else None
    if pad is not None:
        value = pad.source
        maps = tuple(m + -low for m, low in zip(maps, pad.low, strict=True))
        dims = (d for d, widths in enumerate(zip(pad.low, pad.high, strict=True)) if any(widths))
        border = Border(pad.value, tuple(dims))
    element = value.type
    shape = shape_of(value)
    placement = Placement(REG, Layout(()), 1)
    if isinstance(value.type, ir.ShapedType):
        element = value.type.element_type
        if str(element) == "i1":  # a byte each in memory, a bit each in a vector
            raise UnsupportedOp("has an array of i1, which vectors do not read as memory has it")
        layout = view_layout(value.owner) if is_view(value) else memory_layout(value.type, shape)
        placement = Placement("mem", layout)
    is_seen = read and is_view(value) and border is None
    dtype = input_type(element) if is_seen else element_type(element)
    return Operand(name, dtype, maps, shape, placement, border=border)


def memory_layout(shaped: Any, shape: tuple[int, ...]) -> Layout:
    """The order in which a memref's strides say that its dimensions lie."""
    if not isinstance(shaped, ir.MemRefType):
        return row_major(len(shape))
    try:
        strides, _ = shaped.get_strides_and_offset()
    except RuntimeError:
        raise UnsupportedOp(f"has a layout that is not strided: {shaped}") from None
    dynamic = ir.ShapedType.get_dynamic_stride_or_offset()
    if any(s == dynamic for s in strides):
        raise UnsupportedOp(f"has dynamic strides: {shaped}")
    if any(s <= 0 for s, extent in zip(strides, shape, strict=True) if extent > 1):
        raise UnsupportedOp(f"has strides that are not positive: {shaped}")
    order = sorted(
        range(len(shape)), key=lambda d: (-strides[d] if shape[d] > 1 else -(1 << 62), d)
    )
    layout = Layout(tuple(Part(d) for d in order))
    tight = layout.physical_strides(shape)
    given = tuple(strides[d] for d in order)
    if all(t == g or shape[d] == 1 for t, g, d in zip(tight, given, order, strict=True)):
        return layout
    for outer, inner in pairwise(range(len(order))):
        if given[outer] < given[inner] * shape[order[inner]] and shape[order[outer]] > 1:
            raise UnsupportedOp(f"has rows that overlap: {shaped}")
    return Layout(layout.parts, given)
