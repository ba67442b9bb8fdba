"""Lanes of half bytes: read two to a byte, each becomes a byte of its own.

Elements two apart are in the same half of neighbouring bytes. So of an even number of neighbours
every other one comes from as many bytes as there are pairs, and the rest from the same bytes, or
from the next ones where the first element is in an upper half. No byte is read that has none of
the elements.

    3 .. 6 of   [0 1] [2 3] [4 5] [6 7]       3 5 above in bytes 1 2,  4 6 below in bytes 2 3
"""

from __future__ import annotations

from ...linear import Linear
from .view import MemoryView, vector_type
from .writer import Writer

BITS = 4


def single(view: MemoryView, address: Linear, writer: Writer) -> str:
    """One element, as a byte."""
    byte, upper = writer.divide(address, 2)
    both = writer.value(f"memref.load {view.memref}[{writer.address(byte)}] : {view.kind}")
    return _signed(_half(both, upper, view.dtype.mlir, writer), view, view.dtype.mlir, writer)


def neighbours(view: MemoryView, address: Linear, count: int, writer: Writer) -> str:
    """An even number of elements, as a vector of bytes."""
    kind = f"vector<{count // 2}x{view.dtype.mlir}>"
    loaded: dict[Linear, str] = {}

    def every_other(first: Linear) -> str:
        byte, upper = writer.divide(first, 2)
        if byte not in loaded:
            at = f"{view.memref}[{writer.address(byte)}]"
            loaded[byte] = writer.value(f"vector.load {at} : {view.kind}, {kind}")
        return _half(loaded[byte], upper, kind, writer)

    pair = f"{every_other(address)}, {every_other(address + 1)}"
    whole = vector_type(count, view.dtype)
    value = writer.value(f"vector.interleave {pair} : {kind} -> {whole}")
    return _signed(value, view, whole, writer)


def _half(both: str, upper: Linear, kind: str, writer: Writer) -> str:
    """The lower halves of bytes, or the upper ones where `upper` is one, without a sign."""
    if upper.terms:
        (element,) = kind.removeprefix("vector<").removesuffix(">").split("x")[-1:]
        shift = writer.once(f"arith.index_cast {writer.address(upper * BITS)} : index to {element}")
        if kind != element:
            shift = writer.once(f"vector.broadcast {shift} : {element} to {kind}")
        both = writer.value(f"arith.shrui {both}, {shift} : {kind}")
    elif upper.const:
        return writer.value(f"arith.shrui {both}, {writer.constant(str(BITS), kind)} : {kind}")
    return writer.value(f"arith.andi {both}, {writer.constant('15', kind)} : {kind}")


def _signed(value: str, view: MemoryView, kind: str, writer: Writer) -> str:
    """The value with the sign that its four bits have, where they have one."""
    if not view.dtype.signed:
        return value
    top = writer.constant("8", kind)
    value = writer.value(f"arith.xori {value}, {top} : {kind}")
    return writer.value(f"arith.subi {value}, {top} : {kind}")
