"""Guards of softmax: whether all of a row is -inf is what its maximum says.

PyTorch's attention gives zeros for rows of which everything is masked. It compares each element and
combines the answers; but softmax has the maximum of the row already.

Before: `%all = reduce andi (cmpf oeq %x, -inf)` beside `%max = reduce maximumf %x`; after:
`%all = cmpf oeq %max, -inf`. Equal for all numbers: a NaN makes the maximum NaN. Read next:
`truth.py`.
"""

from __future__ import annotations

from typing import Any

from mlir import ir

from ..dialect.blocks import operations
from ..dialect.structured import indexing_maps
from .linalg_ops import linalg_ops
from .unread import erase_unread

_EQUAL = 1
_LEAST = float("-inf")


def ask_the_maximum(module: Any) -> None:
    """Rewrite `module` in place."""
    for op in list(linalg_ops(module.operation)):
        if _combines(op, "arith.andi") and _begins_with(op, True):
            made = op.operands[0].owner
            if not isinstance(made, ir.Block) and _is_least(made.operation):
                _ask(op, made.operation)


def _ask(op: Any, comparison: Any) -> None:
    """Compare the maximum, if there is one of the same rows."""
    for use in comparison.operands[0].uses:
        other = use.owner.operation
        if (
            _combines(other, "arith.maximumf")
            and _begins_with(other, _LEAST)
            and other.attributes["iterator_types"] == op.attributes["iterator_types"]
            and _read(other) == _read(op)
            and _written(other) == _written(op)
        ):
            maximum = _shaped(other.results[0], op)
            if maximum is not None:
                _replace(op, comparison, maximum)
                return


def _shaped(maximum: Any, op: Any) -> Any:
    """The maximum, or a reshape of it before `op`, in the shape of the result of `op`."""
    shape = list(op.results[0].type.shape)
    for value in (maximum, *(r for use in maximum.uses for r in use.owner.results)):
        made = value.owner.operation
        views = value == maximum or made.name in ("tensor.expand_shape", "tensor.collapse_shape")
        every = operations(op.parent, op.block)
        if views and list(value.type.shape) == shape and made in every[: every.index(op)]:
            return value
    return None


def _replace(op: Any, comparison: Any, maximum: Any) -> None:
    result = op.results[0]
    rank = len(result.type.shape)
    with op.location, ir.InsertionPoint(op):
        empty = ir.Operation.create("tensor.empty", [result.type]).result
        new = comparison.clone()
        same = ir.AffineMapAttr.get(ir.AffineMap.get_identity(rank))
        parallel = ir.Attribute.parse("#linalg.iterator_type<parallel>")
        new.attributes["indexing_maps"] = ir.ArrayAttr.get([same, same])
        new.attributes["iterator_types"] = ir.ArrayAttr.get([parallel] * rank)
        new.operands[0], new.operands[1] = maximum, empty
        new.results[0].set_type(result.type)
    result.replace_all_uses_with(new.results[0])
    erase_unread(result)


def _combines(op: Any, name: str) -> bool:
    """Whether an op only combines its one input with what was there, on tensors."""
    if op.name != "linalg.generic" or len(op.operands) != 2 or len(op.results) != 1:
        return False
    block = op.regions[0].blocks[0]
    inner = operations(op, block)
    return (
        [each.name for each in inner] == [name, "linalg.yield"]
        and set(inner[0].operands) == set(block.arguments)
        and inner[1].operands[0] == inner[0].results[0]
    )


def _begins_with(op: Any, number: float) -> bool:
    start = op.operands[1].owner
    if isinstance(start, ir.Block) or start.name != "linalg.fill":
        return False
    return _number(start.operands[0]) == number


def _number(value: Any) -> float | None:
    if isinstance(value, ir.BlockArgument) or value.owner.name != "arith.constant":
        return None
    given = value.owner.attributes["value"]
    return given.value if isinstance(given, ir.FloatAttr | ir.BoolAttr) else None


def _is_least(op: Any) -> bool:
    """Whether an op says, for each element of its one input, if it is -inf."""
    if op.name != "linalg.generic" or len(op.operands) != 2 or len(op.results) != 1:
        return False
    block = op.regions[0].blocks[0]
    names = [each.name for each in operations(op, block)]
    *first, compared, last = operations(op, block)
    if names[-2:] != ["arith.cmpf", "linalg.yield"] or names[:-2] not in ([], ["arith.extf"]):
        return False
    element = block.arguments[0]
    if first:
        if first[0].operands[0] != element:
            return False
        element = first[0].results[0]
    return (
        all(map(_is_identity, indexing_maps(op)))
        and last.operands[0] == compared.results[0]
        and compared.operands[0] == element
        and _number(compared.operands[1]) == _LEAST
        and ir.IntegerAttr(compared.attributes["predicate"]).value == _EQUAL
    )


def _is_identity(attribute: Any) -> bool:
    affine = attribute.value
    return bool(affine == ir.AffineMap.get_identity(affine.n_dims))


def _read(op: Any) -> Any:
    return indexing_maps(op)[0]


def _written(op: Any) -> list[str]:
    """The iterators that the result has, without dimensions that are one long."""
    results = indexing_maps(op)[1].value.results
    return [str(each) for each in results if isinstance(each, ir.AffineDimExpr)]
