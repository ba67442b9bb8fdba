"""`linalg.generic` ops on tensors: how one is made, and how one gets more inputs.

What passes that rewrite ops before Specs are read have in common. Read next: `positions.py`,
`extremes.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mlir import ir

Input = tuple[Any, Any]
"""A value that is read, and the affine map that says where."""


def make(name: str, kind: Any, *operands: Any, **attributes: Any) -> Any:
    """The result of a new op, at the insertion point."""
    return ir.Operation.create(name, [kind], list(operands), attributes).result


def constant(kind: Any, literal: str) -> Any:
    """A number of a scalar type, as MLIR spells it."""
    return make("arith.constant", kind, value=ir.Attribute.parse(f"{literal} : {kind}"))


def filled(shaped: Any, literal: str) -> Any:
    """A new tensor that has one number everywhere."""
    kind = shaped.element_type
    operands = [constant(kind, literal), make("tensor.empty", shaped)]
    sizes = {"operandSegmentSizes": ir.DenseI32ArrayAttr.get([1, 1])}
    op = ir.Operation.create("linalg.fill", [shaped], operands, sizes, regions=1)
    block = ir.Block.create_at_start(op.regions[0], [kind, kind], [op.location] * 2)
    with ir.InsertionPoint(block):
        ir.Operation.create("linalg.yield", operands=[block.arguments[0]])
    return op.result


def elementwise(inputs: Sequence[Any], shaped: Any, body: Callable[..., Any]) -> Any:
    """A new tensor of what `body` makes of the elements of tensors of the same shape."""
    same = ir.AffineMap.get_identity(shaped.rank)
    empty = make("tensor.empty", shaped)
    return generic([(value, same) for value in inputs], empty, same, lambda *a: body(*a[:-1]))


def generic(inputs: Sequence[Input], start: Any, into: Any, body: Callable[..., Any]) -> Any:
    """The result of a new op; `body` makes the element from the inputs' and the old one.

    What the result has no dimension of is a reduction.
    """
    values, maps = zip(*inputs, (start, into), strict=True)
    written = {e.position for e in into.results if isinstance(e, ir.AffineDimExpr)}
    kinds = ["parallel" if d in written else "reduction" for d in range(into.n_dims)]
    words = ", ".join(f"#linalg.iterator_type<{kind}>" for kind in kinds)
    attributes = {
        "indexing_maps": ir.ArrayAttr.get([ir.AffineMapAttr.get(each) for each in maps]),
        "iterator_types": ir.Attribute.parse(f"[{words}]"),
        "operandSegmentSizes": ir.DenseI32ArrayAttr.get([len(inputs), 1]),
    }
    op = ir.Operation.create("linalg.generic", [start.type], list(values), attributes, regions=1)
    elements = [element_of(value) for value in values]
    block = ir.Block.create_at_start(op.regions[0], elements, [op.location] * len(elements))
    with ir.InsertionPoint(block):
        ir.Operation.create("linalg.yield", operands=[body(*block.arguments)])
    return op.result


def with_inputs(op: Any, added: Sequence[Input]) -> tuple[Any, list[Any]]:
    """The op with more inputs behind its own, in its place, and the arguments of its body."""
    first = len(op.operands) - len(op.results)
    operands, maps = list(op.operands), list(op.attributes["indexing_maps"])
    operands[first:first] = [value for value, _ in added]
    maps[first:first] = [ir.AffineMapAttr.get(each) for _, each in added]
    attributes = {name: op.attributes[name] for name in op.attributes}
    attributes["indexing_maps"] = ir.ArrayAttr.get(maps)
    sizes = [first + len(added), len(op.results)]
    attributes["operandSegmentSizes"] = ir.DenseI32ArrayAttr.get(sizes)
    kinds = [result.type for result in op.results]
    with ir.InsertionPoint(op), op.location:
        new = ir.Operation.create("linalg.generic", kinds, operands, attributes, regions=1)
    op.regions[0].blocks[0].append_to(new.regions[0])
    block = new.regions[0].blocks[0]
    outputs = list(block.arguments)[first:]
    for value, _ in added:
        block.add_argument(element_of(value), op.location)
    for output in outputs:
        output.replace_all_uses_with(block.add_argument(output.type, op.location))
    for _ in outputs:
        block.erase_argument(first)
    for old, result in zip(op.results, new.results, strict=True):
        old.replace_all_uses_with(result)
    op.erase()
    return new, list(block.arguments)[first : sizes[0]]


def element_of(value: Any) -> Any:
    """The type of a value's elements; of a scalar, its own."""
    return value.type.element_type if isinstance(value.type, ir.ShapedType) else value.type
