"""What a body asks of `linalg.index` becomes an input: `give_positions`.

Then the op is a Spec like any: positions are read as elements, and loops, vectors and moves treat
them so. A body that reads tensors at places that it computes (`tensor.extract`) is left alone.

Before: `linalg.generic outs(%e : tensor<4x9xi64>)` with `%k = linalg.index 1` in its body; after:
an input `dense<[0, ..., 8]> : tensor<9xi32>`, read by `(i, k) -> (k)`; there is one such constant
per length, at the beginning of the function. Read next: `indices.py`, `extremes.py`.
"""

from __future__ import annotations

from typing import Any

from mlir import ir

from ..dialect.blocks import operations
from ..dialect.region import UnsupportedOp
from ..dialect.structured import extents_of
from .generics import make, with_inputs
from .indices import INDEX, Number, is_understood, narrow
from .linalg_ops import linalg_ops

LONGEST = 1 << 20
"""Positions along one dimension, at most: 4 MB."""


def give_positions(module: Any) -> None:
    """Rewrite `module` in place."""
    for op in list(linalg_ops(module.operation)):
        asked = _asked(op)
        if not asked or not is_understood(op):
            continue
        try:
            extents = extents_of(op)
        except UnsupportedOp:
            continue
        if max(extents[dim] for dim in asked) <= LONGEST and _function(op) is not None:
            _give(op, {dim: extents[dim] for dim in asked})


def _asked(op: Any) -> list[int]:
    """The dimensions along which the body of an op on tensors asks for its position."""
    if op.name != "linalg.generic" or not op.results:
        return []
    inner = operations(op, op.regions[0].blocks[0])
    read = [each for each in inner if each.name == INDEX and any(True for _ in each.result.uses)]
    return sorted({ir.IntegerAttr(each.attributes["dim"]).value for each in read})


def _give(op: Any, lengths: dict[int, int]) -> None:
    rank = op.attributes["indexing_maps"][0].value.n_dims
    with op.location:
        maps = [ir.AffineMap.get(rank, 0, [ir.AffineDimExpr.get(dim)]) for dim in lengths]
        constants = [positions(op, length) for length in lengths.values()]
        new, arguments = with_inputs(op, list(zip(constants, maps, strict=True)))
    pairs = zip(lengths.items(), arguments, strict=True)
    narrow(new, {dim: Number(value, 0, length - 1) for (dim, length), value in pairs})


def positions(op: Any, length: int) -> Any:
    """The constant that has the positions along a dimension, in the function of `op`."""
    import numpy as np  # where it is needed only

    block = _function(op).regions[0].blocks[0]
    kind = ir.RankedTensorType.get([length], ir.IntegerType.get_signless(32))
    rising = ir.DenseElementsAttr.get(np.arange(length, dtype=np.int32), type=kind)
    for each in operations(_function(op), block):
        if each.name != "arith.constant":
            break
        if each.attributes["value"] == rising:
            return each.results[0]
    with ir.InsertionPoint.at_block_begin(block), op.location:
        return make("arith.constant", kind, value=rising)


def are_positions(value: Any) -> bool:
    """Whether a value is such a constant."""
    if isinstance(value, ir.BlockArgument) or value.owner.name != "arith.constant":
        return False
    kind = value.type
    if (
        not isinstance(kind, ir.RankedTensorType)
        or kind.rank != 1
        or str(kind.element_type) != "i32"
    ):
        return False
    import numpy as np

    given = value.owner.attributes["value"]
    rising = np.arange(kind.shape[0], dtype=np.int32)
    return isinstance(given, ir.DenseElementsAttr) and bool((np.array(given) == rising).all())


def _function(op: Any) -> Any:
    """The function that an op stands in; None if there is none."""
    while op is not None and op.name != "func.func":
        op = op.parent
    return op
