"""A whole kernel: an Impl as the text of a function on the op's own operands.

The function takes memrefs, scalars, and tensors. Every memref is seen as a flat buffer; a tensor
input is read through `bufferization.to_buffer`, and every tensor that is written becomes a fresh
buffer, and then a returned tensor. The text parses with upstream dialects alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

from ...action import Finish
from ...action.move import copy_spec
from ...dtype import DType
from ...graph import written_by
from ...impl import Impl
from ...layout import Layout, row_major
from ...linear import Linear
from ...lookup import Lookup
from ...memory import Placement
from ...spec import Operand, Spec, Start
from ...target.target import Target
from .tree import Tree
from .view import MemoryView, RegisterView, Rows, View
from .writer import Writer

NAME = "kernel"


@dataclass(frozen=True)
class Argument:
    """What an operand is outside: its MLIR type, and for a memref its offset (None: dynamic)."""

    kind: str
    is_tensor: bool = False
    is_memref: bool = False
    offset: int | None = 0


def emit_kernel(impl: Impl, arguments: Sequence[Argument], target: Target) -> str:
    """The text of `func.func @kernel`, which returns what it writes where that is a tensor.

    Behind the operands there is an argument for the index array of each that is looked up.
    """
    writer = Writer()
    tree = Tree(writer, target)
    goal = impl.spec
    names = [f"%arg{i}" for i in range(len(arguments))]
    views: list[View] = []
    results: list[tuple[str, str]] = []
    first = len(goal.operands) - len(written_by(goal))
    indices = iter(zip(names[len(goal.operands) :], arguments[len(goal.operands) :], strict=True))
    for i, (operand, argument) in enumerate(zip(goal.operands, arguments, strict=False)):
        if i >= first and argument.is_tensor:
            view, result = _result_buffer(operand, argument, writer)
            views.append(view)
            results.append(result)
            if isinstance(goal, Spec) and not _writes_all(goal):
                old = _view(operand, argument, names[i], writer)
                whole = replace(operand, map=(Linear(),) * len(operand.map))
                copy = Finish().apply(copy_spec(whole, whole, goal.limits, False), target)
                tree.emit(copy, [old, view])
        elif operand.lookup is not None:
            views.append(_table(operand, operand.lookup, argument, names[i], next(indices), writer))
        else:
            views.append(_view(operand, argument, names[i], writer))
    tree.emit(impl, views)
    values, kinds = ", ".join(v for v, _ in results), ", ".join(k for _, k in results)
    writer.epilogue.append(f"  return {values} : {kinds}" if results else "  return")
    head = ", ".join(f"{n}: {a.kind}" for n, a in zip(names, arguments, strict=True))
    returned = f" -> ({kinds})" if results else ""
    return f"func.func @{NAME}({head}){returned} {{\n{writer.text()}\n}}\n"


def _writes_all(spec: Spec) -> bool:
    """Whether nothing of what the output held is left."""
    return spec.start is not Start.VALUE and spec.covers(spec.output)


def _view(operand: Operand, argument: Argument, name: str, writer: Writer) -> View:
    """An operand as it comes from outside."""
    if operand.placement.in_registers:
        view = RegisterView(operand.dtype, operand.placement.layout, 1, ())
        view.values[()] = name
        return view
    kind = argument.kind
    if argument.is_tensor:
        kind = kind.replace("tensor", "memref", 1)
        name = _top(writer, f"bufferization.to_buffer {name} read_only : {argument.kind} to {kind}")
    return _flat(operand, name, kind, argument.offset, writer)


def _table(
    operand: Operand,
    lookup: Lookup,
    argument: Argument,
    name: str,
    index: tuple[str, Argument],
    writer: Writer,
) -> MemoryView:
    """A table whose rows are looked up, of which the operand has some."""
    plain, shape = row_major(len(lookup.table)), operand.shape[: lookup.rank]
    table = _view(_buffer(operand.dtype, lookup.table, plain), argument, name, writer)
    numbers = _view(_buffer(lookup.dtype, shape, lookup.layout), index[1], index[0], writer)
    assert isinstance(table, MemoryView) and isinstance(numbers, MemoryView)
    return MemoryView.of(table.memref, table.kind, operand, rows=Rows(numbers, lookup))


def _buffer(dtype: DType, shape: tuple[int, ...], layout: Layout) -> Operand:
    """An array as it lies in memory."""
    return Operand("", dtype, (Linear(),) * len(shape), shape, Placement("mem", layout))


def _result_buffer(
    operand: Operand, argument: Argument, writer: Writer
) -> tuple[MemoryView, tuple[str, str]]:
    """A fresh buffer for a result, and the tensor that it becomes, with its type."""
    shape = "x".join([*map(str, operand.shape), operand.dtype.mlir])
    name, result = writer.fresh("destination"), writer.fresh("result")
    writer.prologue.append(f"  {name} = memref.alloc() {{alignment = 64 : i64}} : memref<{shape}>")
    writer.epilogue.append(
        f"  {result} = bufferization.to_tensor {name} restrict writable "
        f": memref<{shape}> to {argument.kind}"
    )
    return _flat(operand, name, f"memref<{shape}>", 0, writer), (result, argument.kind)


def _top(writer: Writer, text: str) -> str:
    name = writer.fresh("buffer")
    writer.prologue.append(f"  {name} = {text}")
    return name


def _flat(operand: Operand, name: str, kind: str, offset: int | None, writer: Writer) -> MemoryView:
    """A memref as one row of elements, starting where it starts."""
    layout, shape = operand.placement.layout, operand.shape
    span = layout.span(shape)
    element = operand.dtype.mlir
    stored = operand.dtype.size(layout.size(shape)) // operand.dtype.bytes
    if kind == f"memref<{stored}x{element}>":
        flat, row = name, kind  # of one dimension, or the row that a `morello.view` looks at
    elif offset == 0 and operand.placement.layout.strides is None and "strided" not in kind:
        if len(shape) == 1:
            flat, row = name, kind
        elif not shape:
            row = f"memref<1x{element}>"
            flat = _top(
                writer, f"memref.expand_shape {name} [] output_shape [1] : {kind} into {row}"
            )
        else:
            row = f"memref<{prod(shape)}x{element}>"
            dims = ", ".join(map(str, range(len(shape))))
            flat = _top(writer, f"memref.collapse_shape {name} [[{dims}]] : {kind} into {row}")
    elif offset is not None:
        tail = f", offset: {offset}" if offset else ""
        row = f"memref<{span}x{element}, strided<[1]{tail}>>"
        flat = _top(
            writer,
            f"memref.reinterpret_cast {name} to offset: [{offset}], sizes: [{span}], strides: [1] "
            f": {kind} to {row}",
        )
    else:
        rank = len(shape)
        base = writer.fresh("base")
        sizes = f"{base}s:{rank}, {base}t:{rank}"
        index = ", ".join(["index"] * (2 * rank + 1))
        writer.prologue.append(
            f"  {base}, {base}o, {sizes} = memref.extract_strided_metadata {name} : {kind} -> "
            f"memref<{element}>, {index}"
        )
        row = f"memref<{span}x{element}, strided<[1], offset: ?>>"
        flat = _top(
            writer,
            f"memref.reinterpret_cast {base} to offset: [{base}o], sizes: [{span}], strides: [1] "
            f": memref<{element}> to {row}",
        )
    return MemoryView.of(flat, row, operand)
