"""The function that packs an argument: from the array as it was to one row in another layout.

    func.func @f_pack_w(%source: memref<5x7xf32>, %packed: memref<64xf32> {bufferize.result}) {
      linalg.fill ...           // zeros in the blocks that the extents fill only partly
      %view = "morello.view"(%packed) {layout = ...} : (memref<64xf32>) -> memref<5x7xf32>
      linalg.copy {morello.schedule = "finish"} ins(%source) outs(%view)

The ops have their schedules, so `morello-apply` writes them like any other. For a tensor the same
body works on its buffer. Read next: `passes/layout.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

from mlir import ir

from ..dialect.morello import layout_attribute
from ..layout import Layout
from .readers import NAME, RESULT
from .upstream import is_public, walk

_FINISH = '{morello.schedule = "finish"}'


def pack_function(
    name: str, source: Any, packed: Any, layout: Layout | None, like: Any, after: Any
) -> Any:
    """`@name` from `source` to `packed` (types), put behind the op `after`, as public as `like`.

    Without a layout it is a plain copy. What it makes is a result, which callers from Python get.
    """
    memref, row = (str(t).replace("tensor", "memref", 1) for t in (source, packed))
    lines = list(_body(ir.MemRefType(ir.Type.parse(memref)), row, layout))
    private = "" if is_public(like) else "private "
    if isinstance(source, ir.RankedTensorType):
        head = f'(%given: {source} {{{NAME} = "source"}}) -> {packed}'
        lines = [
            f"%source = bufferization.to_buffer %given read_only : {source} to {memref}",
            f"%packed = memref.alloc() {{alignment = 64 : i64}} : {row}",
            *lines,
            f"%made = bufferization.to_tensor %packed restrict writable : {row} to {packed}",
            f"return %made : {packed}",
        ]
    else:
        result = f'{{{NAME} = "packed", {RESULT}}}'
        head = f'(%source: {source} {{{NAME} = "source"}}, %packed: {packed} {result})'
        lines.append("return")
    body = "\n  ".join(lines)
    parsed = ir.Module.parse(f'func.func {private}@"{name}"{head} {{\n  {body}\n}}')
    function = parsed.body.operations[0].operation
    for op in (function, *walk(function)):
        op.location = like.location
    function.move_after(after)
    return function


def _body(source: Any, row: str, layout: Layout | None) -> Iterator[str]:
    """Copy `%source` into `%packed`, with zeros around it."""
    view, shape, element = "%packed", tuple(source.shape), source.element_type
    seen = row
    if layout is not None:
        zero = "0.0" if isinstance(element, ir.FloatType) else "0"
        stretches = list(padding(layout, shape))
        if stretches:
            yield f"%zero = arith.constant {zero} : {element}"
        for i, (rows, pitch, length) in enumerate(stretches):
            at = pitch - length
            kind = f"memref<{rows}x{length}x{element}, strided<[{pitch}, 1], offset: {at}>>"
            yield (
                f"%blocks{i} = memref.reinterpret_cast %packed to offset: [{at}], "
                f"sizes: [{rows}, {length}], strides: [{pitch}, 1] : {row} to {kind}"
            )
            yield f"linalg.fill {_FINISH} ins(%zero : {element}) outs(%blocks{i} : {kind})"
        view = "%view"
        seen = str(ir.MemRefType.get(shape, element))
        attribute = layout_attribute(layout, [f"d{d}" for d in range(layout.rank)])
        yield f'%view = "morello.view"(%packed) {{layout = {attribute}}} : ({row}) -> {seen}'
    yield f"linalg.copy {_FINISH} ins(%source : {source}) outs({view} : {seen})"


def padding(layout: Layout, shape: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
    """The blocks that the extents fill only partly: rows, from row to row, and elements at the end.

    Of `[n/4][k][4n]` and 3 x 6: one row of 24 elements, of which the last 12 are columns 4 to 7.
    """
    extents, strides = layout.physical_shape(shape), layout.physical_strides(shape)
    for i, part in enumerate(layout.parts):
        if part.size is None and shape[part.dim] % layout.block(part.dim):
            yield prod(extents[:i]), strides[i] * extents[i], strides[i]
