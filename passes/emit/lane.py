"""Single lanes of vectors: insert, extract, broadcast, slice.

LLVM 22 aborts on arithmetic with short vectors of bf16 and on building them from scalars, so lanes
of bf16 are handled as the 16-bit integers that they are, and widened by a shift: LLVM folds an
`extf` and a `truncf` around an addition back into an addition of bf16.
"""

from __future__ import annotations

import re

from ...dtype import BF16, F32, I16, I32, DType
from .view import Elements, RegisterView, vector_type
from .writer import Writer


def _bits(value: str, lanes: int, dtype: DType, writer: Writer) -> tuple[str, DType]:
    """The value as lanes that LLVM can take apart."""
    if dtype != BF16:
        return value, dtype
    op = "vector.bitcast" if lanes > 1 else "arith.bitcast"
    kinds = f"{vector_type(lanes, BF16)} to {vector_type(lanes, I16)}"
    return writer.once(f"{op} {value} : {kinds}"), I16


def _from_bits(value: str, lanes: int, dtype: DType, writer: Writer) -> str:
    if dtype != BF16:
        return value
    op = "vector.bitcast" if lanes > 1 else "arith.bitcast"
    return writer.value(f"{op} {value} : {vector_type(lanes, I16)} to {vector_type(lanes, BF16)}")


def insert(element: str, vector: str, lane: int, lanes: int, dtype: DType, writer: Writer) -> str:
    """The vector with one lane exchanged."""
    element, _ = _bits(element, 1, dtype, writer)
    vector, plain = _bits(vector, lanes, dtype, writer)
    value = writer.value(
        f"vector.insert {element}, {vector} [{lane}] : "
        f"{plain.mlir} into {vector_type(lanes, plain)}"
    )
    return _from_bits(value, lanes, dtype, writer)


def extract(vector: str, lane: int, lanes: int, dtype: DType, writer: Writer) -> str:
    """One lane as a scalar."""
    vector, plain = _bits(vector, lanes, dtype, writer)
    value = writer.value(
        f"vector.extract {vector}[{lane}] : {plain.mlir} from {vector_type(lanes, plain)}"
    )
    return _from_bits(value, 1, dtype, writer)


def single(vector: str, lane: int, lanes: int, dtype: DType, writer: Writer) -> str:
    """One lane as a vector of one."""
    vector, plain = _bits(vector, lanes, dtype, writer)
    scalar = writer.value(
        f"vector.extract {vector}[{lane}] : {plain.mlir} from {vector_type(lanes, plain)}"
    )
    one = f"vector<1x{plain.mlir}>"
    value = writer.value(f"vector.broadcast {scalar} : {plain.mlir} to {one}")
    if plain == dtype:
        return value
    return writer.value(f"vector.bitcast {value} : {one} to vector<1x{dtype.mlir}>")


def broadcast(element: str, lanes: int, dtype: DType, writer: Writer) -> str:
    """A scalar in every lane."""
    element, plain = _bits(element, 1, dtype, writer)
    kinds = f"{plain.mlir} to {vector_type(lanes, plain)}"
    value = writer.value(f"vector.broadcast {element} : {kinds}")
    return _from_bits(value, lanes, dtype, writer)


def insert_slice(
    part: str, length: int, vector: str, lane: int, lanes: int, dtype: DType, writer: Writer
) -> str:
    """The vector with neighbouring lanes exchanged."""
    part, _ = _bits(part, length, dtype, writer)
    vector, plain = _bits(vector, lanes, dtype, writer)
    value = writer.value(
        f"vector.insert_strided_slice {part}, {vector} {{offsets = [{lane}], strides = [1]}} : "
        f"{vector_type(length, plain)} into {vector_type(lanes, plain)}"
    )
    return _from_bits(value, lanes, dtype, writer)


def slice_of(vector: str, lane: int, length: int, lanes: int, dtype: DType, writer: Writer) -> str:
    """Neighbouring lanes as a shorter vector (two lanes or more)."""
    vector, plain = _bits(vector, lanes, dtype, writer)
    value = writer.value(
        f"vector.extract_strided_slice {vector} "
        f"{{offsets = [{lane}], sizes = [{length}], strides = [1]}} : "
        f"{vector_type(lanes, plain)} to {vector_type(length, plain)}"
    )
    return _from_bits(value, length, dtype, writer)


def widen_bf16(value: str, lanes: int, writer: Writer) -> str:
    """Lanes of bf16 as f32: the same bits, further up."""
    bits, _ = _bits(value, lanes, BF16, writer)
    wide = vector_type(lanes, I32)
    value = writer.value(f"arith.extui {bits} : {vector_type(lanes, I16)} to {wide}")
    value = writer.value(f"arith.shli {value}, {writer.constant('16', wide)} : {wide}")
    op = "vector.bitcast" if lanes > 1 else "arith.bitcast"
    return writer.value(f"{op} {value} : {wide} to {vector_type(lanes, F32)}")


_REARRANGES = re.compile(r"(%\w+) = vector\.(shuffle|interleave|broadcast) (.*?) : (.*)$")


def rearranged_as_bits(line: str, writer: Writer) -> bool:
    """Write a line that rearranges lanes of bf16, on their bits; False for any other line."""
    found = _REARRANGES.match(line) if BF16.mlir in line else None
    if found is None or BF16.mlir not in found[4]:
        return False
    result, op, operands, kinds = found.groups()
    types = re.findall(r"vector<\d+xbf16>|bf16", kinds)
    taken = types if op == "shuffle" else [types[0]] * 2
    for name, kind in zip(re.findall(r"%\w+", operands), taken, strict=False):
        cast = "vector.bitcast" if kind.startswith("vector") else "arith.bitcast"
        bits = writer.once(f"{cast} {name} : {kind} to {kind.replace('bf16', 'i16')}")
        operands = re.sub(rf"{name}\b", bits, operands, count=1)
    value = writer.value(f"vector.{op} {operands} : {kinds.replace('bf16', 'i16')}")
    kind = types[-1]
    if op == "shuffle":
        kind = f"vector<{operands.split('[')[1].count(',') + 1}xbf16>"
    writer.line(f"{result} = vector.bitcast {value} : {kind.replace('bf16', 'i16')} to {kind}")
    return True


def _whole(view: RegisterView, elements: Elements) -> tuple[int, ...] | None:
    """The register that holds just these elements, each in its own lane; None if none does."""
    if elements.lanes != max(view.lanes, 1):
        return None
    key, at = view.locate(elements.first)
    if elements.along is not None and elements.are_together:
        last = len(elements.valid) - 1
        return key if at == 0 and view.locate(elements.valid[last][1]) == (key, last) else None
    whole = all(view.locate(index) == (key, number) for number, index in elements.valid)
    return key if whole else None


def gather(view: RegisterView, elements: Elements, writer: Writer) -> str:
    """Elements from registers: a register as it is, or lane by lane."""
    whole = _whole(view, elements)
    if whole is not None:
        return view.values[whole]
    count = elements.lanes
    value = writer.constant(view.dtype.zero, vector_type(count, view.dtype))
    for number, index in elements.valid:
        key, at = view.locate(index)
        element = view.values[key]
        if view.lanes > 1:
            element = extract(element, at, view.lanes, view.dtype, writer)
        if count == 1:
            return element
        value = insert(element, value, number, count, view.dtype, writer)
    return value


def scatter(value: str, view: RegisterView, elements: Elements, writer: Writer) -> None:
    """Elements into registers, the counterpart of `gather`."""
    whole = _whole(view, elements)
    if whole is not None:
        view.values[whole] = value
        return
    count = elements.lanes
    for number, index in elements.valid:
        key, to = view.locate(index)
        element = value
        if count > 1:
            element = extract(value, number, count, view.dtype, writer)
        if view.lanes > 1:
            old = view.values.get(key) or writer.constant(view.dtype.zero, view.kind)
            element = insert(element, old, to, view.lanes, view.dtype, writer)
        view.values[key] = element
