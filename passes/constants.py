"""The data of constants: read from attributes, laid out anew, and made into attributes.

Elements are bits here: unsigned integers of their width. So every type is moved alike, and the
padding, zero bits, is zero in each. `ValueError` says what cannot be read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
from mlir import ir
from mlir.passmanager import PassManager

from ..layout import Layout
from ..winograd import POINTS, TAPS, transforms

Array = np.ndarray[Any, np.dtype[Any]]
LARGEST = 1 << 32  # elements; what is larger is no constant to be repacked in memory
_BYTES = {"f64": 8, "f32": 4, "f16": 2, "bf16": 2, "i64": 8, "i32": 4, "i16": 2, "i8": 1}


def repacked(data: Any, layout: Layout) -> Any:
    """A dense attribute of the elements of `data` in one row, in that order, padded with zeros."""
    if layout.size(data.type.shape) > LARGEST:
        raise ValueError(f"is too large in that layout: {layout.size(data.type.shape)} elements")
    bits = elements(data)
    if layout.is_transformed:
        bits, layout = at_points(bits, layout)
    row = packed(bits, layout)
    kind = ir.RankedTensorType.get([row.size], data.type.element_type)
    if row.size and (row == row[0]).all():
        row = row[:1]  # all alike, which takes no room
    return ir.DenseElementsAttr.get(row, type=kind)


def elements(data: Any) -> Array:
    """The elements of a `dense` or `dense_resource` attribute, as bits."""
    kind = data.type
    if str(kind.element_type) not in _BYTES:
        raise ValueError(f"has elements of type {kind.element_type} (known: {', '.join(_BYTES)})")
    bits = np.dtype(f"u{_BYTES[str(kind.element_type)]}")
    if isinstance(data, ir.DenseElementsAttr):
        if isinstance(kind.element_type, ir.BF16Type):
            data = _as_integers(data, "0.0", "arith.bitcast", "i16")
        numbers: Array = np.array(data)
        return numbers.view(bits)
    return np.frombuffer(_resource(data), bits).reshape(tuple(kind.shape))


def packed(array: Array, layout: Layout) -> Array:
    """One row of the array's elements in that layout."""
    shape = array.shape
    blocks = [[p.size or 0 for p in layout.parts if p.dim == d] for d in range(len(shape))]
    for d, sizes in enumerate(blocks):
        sizes[0] = -(-shape[d] // layout.block(d))
    whole = [-(-n // layout.block(d)) * layout.block(d) for d, n in enumerate(shape)]
    padded = np.zeros(whole, array.dtype)
    padded[tuple(map(slice, shape))] = array
    order, seen = [], [0] * len(shape)
    for part in layout.parts:
        order.append(sum(map(len, blocks[: part.dim])) + seen[part.dim])
        seen[part.dim] += 1
    split = padded.reshape([size for sizes in blocks for size in sizes])
    return np.ascontiguousarray(split.transpose(order)).reshape(-1)


def at_points(bits: Array, layout: Layout) -> tuple[Array, Layout]:
    """Taps as values at points, and the layout of those: what `transform` makes, more exactly."""
    if bits.dtype.itemsize < 4:
        raise ValueError("only f32 and f64 are stored at points")
    kind = np.dtype(f"f{bits.dtype.itemsize}")
    values = bits.view(kind).astype(np.float64)
    for part in layout.parts:
        if part.results:
            if part.results not in POINTS or values.shape[part.dim] != TAPS:
                raise ValueError(f"has {values.shape[part.dim]} taps; take ^2 or ^4 of {TAPS}")
            matrix = np.array(transforms(part.results).taps, np.float64)
            values = np.moveaxis(np.tensordot(matrix, values, (1, part.dim)), 0, part.dim)
    parts = tuple(replace(p, results=0) for p in layout.parts)
    return np.ascontiguousarray(values.astype(kind)).view(bits.dtype), Layout(parts)


def halves(data: Any) -> Array:
    """One row of bytes with the elements of an attribute of i4, two to each.

    Resources may have them so already, or a byte for each.
    """
    count = prod(data.type.shape)
    if isinstance(data, ir.DenseElementsAttr):
        numbers: Array = np.array(_as_integers(data, "0", "arith.extui", "i8"))
        bits: Array = numbers.reshape(-1).view(np.uint8)
    else:
        bits = np.frombuffer(_resource(data), np.uint8)
    if bits.size == -(-count // 2):
        return bits
    if bits.size != count:
        raise ValueError(f"has {bits.size} bytes of data for {count} elements of i4")
    low = np.append(bits & 15, np.zeros(count % 2, np.uint8))
    paired: Array = low[0::2] | low[1::2] << 4
    return paired


def _as_integers(data: Any, zero: str, cast: str, element: str) -> Any:
    """Elements that the bindings give no numbers of, as others: MLIR folds a cast of them."""
    given = str(data.type)
    bits = given.replace(str(data.type.element_type), element)
    module = ir.Module.parse(
        f"func.func @bits() -> {bits} {{\n"
        f"  %given = arith.constant dense<{zero}> : {given}\n"
        f"  %bits = {cast} %given : {given} to {bits}\n"
        f"  return %bits : {bits}\n}}"
    )
    block = module.body.operations[0].regions[0].blocks[0]
    block.operations[0].attributes["value"] = data
    PassManager.parse("builtin.module(canonicalize)").run(module.operation)
    return block.operations[0].attributes["value"]


def _resource(data: Any) -> bytes:
    """The bytes of a `dense_resource`, which the bindings show in the text of a module alone."""
    found = re.match(r"dense_resource<(.*?)> :", str(data), re.DOTALL)
    if found is None:
        raise ValueError("has data that are neither dense nor a dense resource")
    with ir.Location.unknown(data.context):
        holder = ir.Module.create()
    holder.operation.attributes["morello.data"] = data
    text = holder.operation.get_asm()
    pattern = rf'^ *{re.escape(found[1])}: "0x([0-9A-Fa-f]*)"'
    blob = re.search(pattern, text[text.find("{-#") :], re.MULTILINE)
    if blob is None:
        raise ValueError(f"has no data in the module: {found[0][:-2]}")
    return bytes.fromhex(blob[1][8:])  # after four bytes that say how it is aligned
