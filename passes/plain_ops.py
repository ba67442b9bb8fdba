"""The ops around goals, on the interpreter's buffers: constants, buffers, slices, casts, copies.

`run_plain` knows them by name; a value is a `Memory`, of which an op that looks at a part of a
buffer makes another one over the same places. Tensors are values: an op that makes one has a buffer
of its own. What is not known raises `UnsupportedOp`. Read next: `../morello_mlir/simulate.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from mlir import ir

from ..dialect.region import UnsupportedOp, element_type
from ..dialect.structured import memory_layout, shape_of
from ..evaluate import constant, numpy_type
from ..expr import Const
from ..interpreter import Memory, offsets
from ..layout import Layout
from .plain_loops import run_loop, run_scalar

Values = dict[Any, Memory]


def kind_of(value: Any) -> Any:
    """The numpy type of a value's elements."""
    shaped = isinstance(value.type, ir.ShapedType)
    return numpy_type(element_type(value.type.element_type if shaped else value.type))


def layout_of(value: Any) -> Layout:
    """How a value's elements lie in its buffer."""
    return memory_layout(value.type, shape_of(value))


def places_of(value: Any) -> Any:
    """Where a value's elements lie in its buffer, in logical order."""
    return offsets(layout_of(value), shape_of(value))


def fresh(value: Any) -> Memory:
    """A buffer for a value, of which nothing is known."""
    layout, shape = layout_of(value), shape_of(value)
    return Memory.unknown(np.ones(layout.span(shape), bool), kind_of(value), 0)


def copied(source: Any, result: Any, values: Values) -> Memory:
    """A new buffer for `result` with the elements of `source`, in the same logical order."""
    memory, old = fresh(result), values[source]
    to, at = places_of(result), places_of(source)
    memory.data[to], memory.known[to] = old.data[at], old.known[at]
    return memory


def run_plain(op: Any, values: Values) -> None:
    """Run an op that is no goal."""
    known = _OPS.get(op.name)
    if known is None and op.name.startswith("arith."):
        known = _scalar
    if known is None:
        raise UnsupportedOp(f"{op.name} is not known to the interpreter")
    known(op, values)


def _constant(op: Any, values: Values) -> None:
    result, given = op.results[0], op.attributes["value"]
    if isinstance(result.type, ir.IndexType):
        return
    if not isinstance(result.type, ir.ShapedType):
        literal = Const(str(given).rsplit(" :", 1)[0], element_type(result.type))
        values[result] = _known(np.asarray([constant(literal)]), result)
        return
    if isinstance(given, ir.DenseElementsAttr) and given.is_splat:
        literal = Const(
            str(given.get_splat_value()).rsplit(" :", 1)[0], element_type(result.type.element_type)
        )
        elements = np.full(prod(shape_of(result)), constant(literal))
    else:
        elements = np.array(given)
    values[result] = _known(elements, result)


def _known(elements: Any, value: Any) -> Memory:
    flat = np.ascontiguousarray(elements).reshape(-1)
    kind = kind_of(value)
    data = flat.view(kind) if flat.dtype.itemsize == kind.itemsize else flat.astype(kind)
    return Memory(data.copy(), np.ones(len(flat), bool))


def _fresh(op: Any, values: Values) -> None:
    values[op.results[0]] = fresh(op.results[0])


def _nothing(op: Any, values: Values) -> None:
    return None


def _same(op: Any, values: Values) -> None:
    source, result = op.operands[0], op.results[0]
    memory = values[source]
    if not isinstance(result.type, ir.MemRefType) or layout_of(source) == layout_of(result):
        values[result] = memory
        return
    raise UnsupportedOp(f"{op.name} changes the layout")


def _reshaped(op: Any, values: Values) -> None:
    """The same elements in the same order; a memref stays the same buffer."""
    source, result = op.operands[0], op.results[0]
    if not isinstance(result.type, ir.MemRefType):
        values[result] = copied(source, result, values)
        return
    if (places_of(source) != places_of(result)).any():
        raise UnsupportedOp(f"{op.name} of elements that do not lie side by side")
    values[result] = values[source]


def _slice(op: Any, shaped: Any) -> Any:
    """Where the elements of a static slice lie in the buffer that it is cut from."""
    words = [
        list(ir.DenseI64ArrayAttr(op.attributes[f"static_{n}"]))
        for n in ("offsets", "sizes", "strides")
    ]
    if any(w < 0 for row in words for w in row):
        raise UnsupportedOp(f"{op.name} has offsets, sizes or strides that are not constant")
    ranges = [o + s * np.arange(n) for o, n, s in zip(*words, strict=True)]
    shape = shape_of(shaped)
    return places_of(shaped).reshape(shape)[np.ix_(*ranges)].reshape(-1)


def _extract(op: Any, values: Values) -> None:
    source, result = op.operands[0], op.results[0]
    at, memory, old = _slice(op, source), fresh(result), values[source]
    to = places_of(result)
    memory.data[to], memory.known[to] = old.data[at], old.known[at]
    values[result] = memory


def _insert(op: Any, values: Values) -> None:
    source, into, result = op.operands[0], op.operands[1], op.results[0]
    memory = copied(into, result, values)
    at, old, given = _slice(op, into), values[source], places_of(source)
    memory.data[at], memory.known[at] = old.data[given], old.known[given]
    values[result] = memory


def _pad(op: Any, values: Values) -> None:
    """A constant around; goals that read through the op do not need what it makes."""
    source, result = op.operands[0], op.results[0]
    low = list(ir.DenseI64ArrayAttr(op.attributes["static_low"]))
    (filling,) = list(op.regions[0].blocks[0].operations)[-1].operands
    if any(n < 0 for n in low) or filling not in values:
        raise UnsupportedOp(f"{op.name} by a width or a value that is not constant")
    memory, old, shape = fresh(result), values[source], shape_of(source)
    memory.data[:], memory.known[:] = values[filling].data[0], values[filling].known[0]
    ranges = [n + np.arange(e) for n, e in zip(low, shape, strict=True)]
    inside = places_of(result).reshape(shape_of(result))[np.ix_(*ranges)].reshape(-1)
    at = places_of(source)
    memory.data[inside], memory.known[inside] = old.data[at], old.known[at]
    values[result] = memory


def _subview(op: Any, values: Values) -> None:
    source, result = op.operands[0], op.results[0]
    begin, old = int(_slice(op, source)[0]), values[source]
    values[result] = Memory(old.data[begin:], old.known[begin:])


def _copy(op: Any, values: Values) -> None:
    source, to = op.operands[0], op.operands[1]
    at, there, old, new = places_of(source), places_of(to), values[source], values[to]
    new.data[there], new.known[there] = old.data[at].copy(), old.known[at].copy()


def _scalar(op: Any, values: Values) -> None:
    if any(isinstance(r.type, ir.ShapedType) for r in op.results):
        raise UnsupportedOp(f"{op.name} on whole arrays is not known to the interpreter")
    run_scalar(op, values, places_of)


def _loop(op: Any, values: Values) -> None:
    run_loop(op, values, places_of)


_OPS: dict[str, Callable[[Any, Values], None]] = {
    "arith.constant": _constant,
    "tensor.empty": _fresh,
    "memref.alloc": _fresh,
    "memref.alloca": _fresh,
    "bufferization.alloc_tensor": _fresh,
    "memref.dealloc": _nothing,
    "tensor.cast": _same,
    "memref.cast": _same,
    "tensor.expand_shape": _reshaped,
    "tensor.collapse_shape": _reshaped,
    "memref.expand_shape": _reshaped,
    "memref.collapse_shape": _reshaped,
    "tensor.extract_slice": _extract,
    "tensor.insert_slice": _insert,
    "tensor.pad": _pad,
    "memref.subview": _subview,
    "memref.copy": _copy,
    "scf.for": _loop,
    "tensor.extract": _scalar,
}
