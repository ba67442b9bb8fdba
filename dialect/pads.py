"""Pads: a `tensor.pad` by a constant, seen as a border of what it pads.

An op that reads the padded tensor can read the tensor itself, and the constant wherever it reaches
beyond. Only pads of static widths that take nothing away are seen so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mlir import ir

from .blocks import operations


@dataclass(frozen=True)
class Pad:
    """What is padded, how far on either side of each dimension, and the constant's literal."""

    source: Any
    low: tuple[int, ...]
    high: tuple[int, ...]
    value: str


def read_pad(value: Any) -> Pad | None:
    """The pad that a value is the result of; None if it is no such result."""
    if isinstance(value, ir.BlockArgument) or value.owner.name != "tensor.pad":
        return None
    op = value.owner.operation
    source = op.operands[0]
    if len(op.operands) != 1 or not source.type.has_static_shape:
        return None
    low, high = _widths(op, "static_low"), _widths(op, "static_high")
    literal = _constant(op)
    if literal is None or min((*low, *high), default=0) < 0:
        return None
    return Pad(source, low, high, literal)


def padded(value: Any) -> Any:
    """What a value is a pad of, or the value itself."""
    pad = read_pad(value)
    return value if pad is None else pad.source


def _widths(op: Any, name: str) -> tuple[int, ...]:
    return tuple(ir.DenseI64ArrayAttr(op.attributes[name]))


def _constant(op: Any) -> str | None:
    """The literal that the region yields, where that is a constant."""
    (yielded,) = operations(op, op.regions[0].blocks[0])[-1].operands
    if isinstance(yielded, ir.BlockArgument) or yielded.owner.name != "arith.constant":
        return None
    return str(yielded.owner.attributes["value"]).rsplit(" :", 1)[0]
