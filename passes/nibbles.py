"""Arrays of i4 become rows of bytes, two elements to each: `keep_nibbles_in_bytes`.

Stock lowering takes a byte per element; here, as elsewhere in models, the first element of two is
in the low half of a byte. So arguments and constants of i4 are arrays of i8, which ops read through
a `morello.view`, as they read what lies in a layout of its own.

    func.func @f(%w: tensor<64x32xi4>)  ->  func.func @f(%w: tensor<64x16xi8> {morello.nibbles})
                                            %row = tensor.collapse_shape %w  (1024 x i8)
                                            %seen = "morello.view"(%row)     (64 x 32 x i4)

An odd last dimension leaves one row of bytes. What else makes an array of i4, or takes one, stays
and is refused by `morello-lower`. Read next: `../dialect/nibbles.py`, `emit/nibbles.py`.
"""

from __future__ import annotations

from math import prod
from typing import Any

from mlir import ir

from ..dialect import register
from ..dialect.morello import row_of, view
from ..dialect.nibbles import holds_nibbles
from ..dialect.structured import HUGE
from ..layout import row_major
from . import upstream
from .constants import halves
from .readers import NIBBLES, argument_attributes, callers

_RESHAPES = ("expand_shape", "collapse_shape")


def keep_nibbles_in_bytes(module: Any) -> None:
    """Rewrite `module` in place."""
    with module.operation.location:
        for function in upstream.functions(module):
            found = [a for a in function.regions[0].blocks[0].arguments if _can_be_bytes(a)]
            if found and not any(True for _ in callers(function, module)):
                _arguments(function, found)
        for op in upstream.walk(module.operation):
            if op.name == "arith.constant" and _can_be_bytes(op.results[0]):
                _constant(op)


def _can_be_bytes(value: Any) -> bool:
    """Whether a value is an array of i4, its elements one after the other."""
    kind = value.type
    if not holds_nibbles(value) or not kind.has_static_shape:
        return False
    is_plain: bool = kind == type(kind).get(kind.shape, kind.element_type)
    return is_plain and 0 < prod(kind.shape) <= HUGE


def _arguments(function: Any, found: list[Any]) -> None:
    """Make arrays of bytes of those arguments of a function; they say what they hold."""
    given = [{n.name: n.attr for n in a} for a in argument_attributes(function)]
    for argument in found:
        shape = ir.DenseI64ArrayAttr.get(list(argument.type.shape))
        given[argument.arg_number][NIBBLES] = shape
        _argument(argument)
    function.attributes["arg_attrs"] = ir.ArrayAttr.get([ir.DictAttr.get(g) for g in given])
    taken = [a.type for a in function.regions[0].blocks[0].arguments]
    kind = ir.FunctionType.get(taken, list(function.opview.type.results))
    function.attributes["function_type"] = ir.TypeAttr.get(kind)


def _seen(row: Any, kind: Any) -> Any:
    """A row of bytes as an array of type `kind`, at the insertion point."""
    register(kind.context)  # in another package's PassManager nobody has
    return view(row, row_major(kind.rank), kind)


def _argument(argument: Any) -> None:
    old = argument.type
    *outer, last = (*old.shape,) or (1,)
    size, byte = row_of(old, row_major(old.rank))
    shape = [*outer, last // 2] if last % 2 == 0 else [size]
    argument.set_type(type(old).get(shape, byte))
    uses = list(argument.uses)
    if not uses:
        return
    with ir.InsertionPoint.at_block_begin(argument.owner), argument.location:
        row = argument if len(shape) == 1 else _row(argument)
        seen = _seen(row, old)
    for use in uses:
        use.owner.operation.operands[use.operand_number] = seen
    _look_at_row(seen, row)


def _row(array: Any) -> Any:
    """All of an array as one dimension."""
    kind = array.type
    numbers = [ir.IntegerAttr.get(ir.IntegerType.get_signless(64), d) for d in range(kind.rank)]
    groups = ir.ArrayAttr.get([ir.ArrayAttr.get(numbers)])
    flat = type(kind).get([prod(kind.shape)], kind.element_type)
    name = f"{_dialect(kind)}.collapse_shape"
    return ir.Operation.create(name, [flat], [array], {"reassociation": groups}).result


def _dialect(kind: Any) -> str:
    return "memref" if isinstance(kind, ir.MemRefType) else "tensor"


def _look_at_row(seen: Any, row: Any) -> None:
    """Look at the row itself wherever what is seen of it gets another shape."""
    for use in list(seen.uses):
        op = use.owner.operation
        names = (f"{_dialect(seen.type)}.{name}" for name in _RESHAPES)
        if op.name in names and _can_be_bytes(op.results[0]):
            result = op.results[0]
            with ir.InsertionPoint(op), op.location:
                again = _seen(row, result.type)
            result.replace_all_uses_with(again)
            op.erase()
            _look_at_row(again, row)
    if not any(True for _ in seen.uses):
        seen.owner.erase()


def _constant(op: Any) -> None:
    result = op.results[0]
    try:
        row = halves(op.attributes["value"])
    except ValueError:
        return  # which morello-lower refuses
    size, byte = row_of(result.type, row_major(result.type.rank))
    kind = ir.RankedTensorType.get([size], byte)
    data = ir.DenseElementsAttr.get(row[:1] if (row == row[0]).all() else row, type=kind)
    with ir.InsertionPoint(op), op.location:
        held = ir.Operation.create("arith.constant", [kind], attributes={"value": data}).result
        seen = _seen(held, result.type)
    result.replace_all_uses_with(seen)
    op.erase()
    _look_at_row(seen, held)
