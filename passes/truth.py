"""Arrays of truth values between linalg ops become arrays of bytes: `keep_truth_in_bytes`.

A vector of i1 has eight to the byte and memory one, so no Spec has an array of i1; as bytes, the
same ops are Specs. An array is taken if every op that makes or reads it is linalg or a view, whose
other arrays are taken too: what a function takes or returns stays as it is, with the ops on it.

Before: `linalg.generic ... -> tensor<8xi1>` and readers of it; after: `-> tensor<8xi8>`, all bits
or none of each byte, compared with zero where it is read. Read next: `prepare.py`.
"""

from __future__ import annotations

from typing import Any

from mlir import ir

from ..dialect.blocks import operations
from . import upstream

_VIEWS = frozenset(f"tensor.{n}" for n in ("expand_shape", "collapse_shape", "extract_slice"))
_MOVES = frozenset(f"linalg.{n}" for n in ("broadcast", "copy", "fill", "transpose"))
_COMPUTES = frozenset(f"linalg.{n}" for n in ("generic", "map", "reduce"))
_MADE = _VIEWS | _MOVES | _COMPUTES | {"tensor.empty"}
_READ = _VIEWS | _MOVES | _COMPUTES | {"tensor.extract"}
_COMBINED = frozenset({"arith.andi", "arith.ori", "arith.xori"})
_NOT_EQUAL = 1


def keep_truth_in_bytes(module: Any) -> None:
    """Rewrite `module` in place."""
    taken = _taken(module)
    owners = {value.owner.operation for value in taken}
    readers = {use.owner.operation for value in taken for use in value.uses}
    for op in upstream.walk(module.operation):
        if op in owners or op in readers:
            _retype(op, [value in taken for value in op.operands])
    with module.operation.location:
        for value in taken:
            value.set_type(_bytes(value.type))


def _taken(module: Any) -> set[Any]:
    """The arrays that can be of bytes, all together."""
    ops = upstream.walk(module.operation)
    taken = {result for op in ops for result in op.results if _is_truth(result)}
    size = -1
    while size != len(taken):
        size = len(taken)
        taken = {value for value in taken if _fits(value, taken)}
    return taken


def _is_truth(value: Any) -> bool:
    kind = value.type
    return isinstance(kind, ir.RankedTensorType) and str(kind.element_type) == "i1"


def _fits(value: Any, taken: set[Any]) -> bool:
    made = value.owner.operation
    ops = [use.owner.operation for use in value.uses]
    if made.name == "arith.constant":
        if not isinstance(made.attributes["value"], ir.DenseElementsAttr):
            return False
    elif made.name not in _MADE:
        return False
    else:
        ops.append(made)
    return all(op is made or op.name in _READ for op in ops) and all(
        other in taken for op in ops for other in (*op.operands, *op.results) if _is_truth(other)
    )


def _bytes(kind: Any) -> Any:
    return ir.RankedTensorType.get(kind.shape, _byte(), kind.encoding)


def _byte() -> Any:
    return ir.IntegerType.get_signless(8)


def _retype(op: Any, taken: list[bool]) -> None:
    """Make one op read and write bytes, its results' own types aside."""
    with op.location:
        if op.name == "arith.constant":
            _retype_constant(op)
        elif op.name == "tensor.extract":
            _retype_extract(op)
        elif op.name == "linalg.fill":
            with ir.InsertionPoint(op):
                op.operands[0] = _extended(op.operands[0])
            _retype_body(op, [True, True])
        elif op.name in _MOVES | _COMPUTES:
            _retype_body(op, taken)


def _retype_constant(op: Any) -> None:
    import numpy as np  # where it is needed only

    kind = _bytes(op.results[0].type)
    given = op.attributes["value"]
    if given.is_splat:
        one = ir.IntegerAttr.get(_byte(), -int(ir.BoolAttr(given.get_splat_value()).value))
        op.attributes["value"] = ir.DenseElementsAttr.get_splat(kind, one)
        return
    elements = -np.array([bool(bit) for bit in ir.DenseIntElementsAttr(given)], np.int8)
    op.attributes["value"] = ir.DenseElementsAttr.get(elements.reshape(kind.shape), type=kind)


def _retype_extract(op: Any) -> None:
    result = op.results[0]
    result.set_type(_byte())
    block = list(op.block.operations)
    after = block[[o.operation for o in block].index(op) + 1]
    with ir.InsertionPoint(after):
        bit = _bit(result)
    result.replace_all_uses_except(bit, bit.owner.operation)


def _retype_body(op: Any, taken: list[bool]) -> None:
    """Arguments of a body are bytes, compared where they are read; what is yielded is bytes."""
    block = op.regions[0].blocks[0]
    bits: dict[Any, Any] = {}
    with ir.InsertionPoint.at_block_begin(block):
        for argument, is_taken in zip(block.arguments, taken, strict=True):
            if is_taken:
                argument.set_type(_byte())
                bit = _bit(argument)
                argument.replace_all_uses_except(bit, bit.owner.operation)
                bits[bit] = argument
    first = len(block.arguments) - max(1, len(op.results))
    *inner, last = operations(op, block)
    with ir.InsertionPoint(last):
        for number in range(len(last.operands)):
            if taken[first + number]:
                last.operands[number] = _as_byte(last.operands[number], bits)
    for each in reversed(inner):
        if each.name.startswith("arith.") and not any(True for r in each.results for _ in r.uses):
            each.erase()


def _as_byte(value: Any, bits: dict[Any, Any]) -> Any:
    """A truth value as a byte; combined as bytes, if the bytes of both are there or can be made."""
    if value in bits:
        return bits[value]
    if not isinstance(value, ir.BlockArgument) and value.owner.name in _COMBINED:
        op = value.owner.operation
        if any(operand in bits for operand in op.operands):
            both = [_as_byte(operand, bits) for operand in op.operands]
            return ir.Operation.create(op.name, results=[_byte()], operands=both).result
    return _extended(value)


def _extended(value: Any) -> Any:
    if not isinstance(value, ir.BlockArgument) and value.owner.name == "arith.constant":
        return _constant(-int(ir.BoolAttr(value.owner.attributes["value"]).value))
    return ir.Operation.create("arith.extsi", results=[_byte()], operands=[value]).result


def _constant(number: int) -> Any:
    value = ir.IntegerAttr.get(_byte(), number)
    return ir.Operation.create("arith.constant", [_byte()], attributes={"value": value}).result


def _bit(value: Any) -> Any:
    """Whether a byte is not zero."""
    nothing = _constant(0)
    predicate = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), _NOT_EQUAL)
    truth = ir.IntegerType.get_signless(1)
    both = [value, nothing]
    return ir.Operation.create("arith.cmpi", [truth], both, {"predicate": predicate}).result
