"""Reshapes that only add or drop dimensions of extent one, seen as other indices of their source.

An op that reads `tensor.expand_shape` of 8 to 8x1 at (i, 0) can read the 8 at (i). What else
reshapes is left alone: it changes which elements are neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlir import ir

from ..linear import Linear

Maps = tuple[Linear, ...]
_NAMES = ("tensor.expand_shape", "tensor.collapse_shape")


def read_reshape(value: Any) -> tuple[Any, Callable[[Maps], Maps]] | None:
    """What a value is a reshape of, and its indices there by those of the value."""
    if isinstance(value, ir.BlockArgument) or value.owner.name not in _NAMES:
        return None
    op = value.owner.operation
    source = op.operands[0]
    if not (source.type.has_static_shape and value.type.has_static_shape):
        return None
    before, after = tuple(source.type.shape), tuple(value.type.shape)
    kept = [d for d, extent in enumerate(after) if extent != 1]
    if [after[d] for d in kept] != [extent for extent in before if extent != 1]:
        return None

    def indices(maps: Maps) -> Maps:
        left = iter(kept)
        return tuple(Linear() if extent == 1 else maps[next(left)] for extent in before)

    return source, indices


def unshaped(value: Any, maps: Maps) -> tuple[Any, Maps]:
    """The value that all reshapes are of, and the indices there."""
    while (found := read_reshape(value)) is not None:
        value, indices = found
        maps = indices(maps)
    return value, maps


def reshaped(value: Any) -> Any:
    """The value that all reshapes are of."""
    while (found := read_reshape(value)) is not None:
        value, _ = found
    return value
