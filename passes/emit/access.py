"""Memory access by lanes: one vector from, or to, wherever its elements lie.

Lanes whose elements are neighbours in memory move together. A vector that is not full is moved
under a mask where the machine has masks for its element type, and in a shorter vector otherwise;
memory outside the valid lanes is never touched. Lanes that are not valid read as zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

from ...dtype import DType
from ...layout import Layout
from ...linear import Linear
from ...spec import Operand
from ...target.target import Target
from . import lane, nibbles
from .view import Elements, MemoryView, vector_type
from .writer import Writer

LINE = 64
AHEAD = 4096
"""Bytes by which prefetches run ahead."""


@dataclass(frozen=True)
class Run:
    """Neighbouring lanes that are neighbours in memory."""

    lane: int
    length: int
    address: Linear


def runs(view: MemoryView, elements: Elements, writer: Writer) -> list[Run]:
    """The valid lanes as runs, in order.

    Where the elements walk along one dimension by a constant step, one address gives all.
    """
    step = _step(view, elements)
    if step is None:
        addresses = [view.address(index, writer) for _, index in elements.valid]
    else:
        first = view.address(elements.first, writer)
        if step == 1 and elements.are_together:
            return [Run(0, len(elements.valid), first)]
        addresses = [first + i * step for i in range(len(elements.valid))]
    found: list[Run] = []
    for (number, _), address in zip(elements.valid, addresses, strict=True):
        last = found[-1] if found else None
        if (
            last is not None
            and last.lane + last.length == number
            and last.address + last.length == address
        ):
            found[-1] = Run(last.lane, last.length + 1, last.address)
        else:
            found.append(Run(number, 1, address))
    return found


def _step(view: MemoryView, elements: Elements) -> int | None:
    """How far apart in memory the elements lie, where that is the same for all neighbours."""
    dim = elements.along
    if dim is None or view.walks_rows(dim):
        return None
    start = view.start[dim] + elements.first[dim]
    align = gcd(start.const, *(c for _, c in start.terms))
    return view.layout.stride_along(dim, len(elements.valid), align, view.shape)


def halves(parts: list[Run]) -> Iterator[Run]:
    """The same lanes in runs whose lengths are powers of two (LLVM aborts on odd ones of bf16)."""
    for run in parts:
        lane_number, left, address = run.lane, run.length, run.address
        while left:
            length = 1 << (left.bit_length() - 1)
            yield Run(lane_number, length, address)
            lane_number, left, address = lane_number + length, left - length, address + length


def can_mask(target: Target, element_bytes: int) -> bool:
    """Whether masked moves of that element size are one instruction."""
    if "avx512bw" in target.features:
        return True
    return element_bytes >= 4


def mask(valid: int, lanes: int, writer: Writer) -> str:
    """The mask of the first `valid` lanes."""
    return writer.top(f"vector.constant_mask [{valid}] : vector<{lanes}xi1>")


def is_far(operand: Operand, target: Target) -> bool:
    """Whether an operand comes from beyond L2, as its level and its size say, and goes on where it
    was left: of rows that are looked up nobody knows where the next one is."""
    place = operand.placement
    return (
        operand.lookup is None
        and place.level in ("mem", "L3")
        and is_large(operand.dtype, place.layout, operand.shape, target)
    )


def is_large(dtype: DType, layout: Layout, shape: tuple[int, ...], target: Target) -> bool:
    """Whether L2 does not hold an array."""
    near = max((level.capacity for level in target.levels if level.name in ("L1", "L2")), default=0)
    return bool(dtype.size(layout.size(shape)) > near)


def load(
    view: MemoryView, elements: Elements, writer: Writer, target: Target, ahead: bool = False
) -> str:
    """A vector of those elements (a scalar for one lane); `ahead`: what follows is asked for."""
    if view.border is not None:
        from .border import load_bordered

        return load_bordered(view, view.border, elements, writer, target)
    parts = runs(view, elements, writer)
    count, kind = elements.lanes, vector_type(elements.lanes, view.dtype)
    if count == 1:
        return _load_scalar(view, parts[0], writer)
    if len(parts) == 1 and parts[0].lane == 0:
        run = parts[0]
        if run.length == count and not (view.dtype.is_nibble and count % 2):
            if ahead:
                _prefetch(view, run, count, "read", writer)
            return _load_vector(view, run, writer)
        if can_mask(target, view.dtype.bytes) and not view.dtype.is_nibble:
            at = f"{view.memref}[{writer.address(run.address)}]"
            valid = mask(run.length, count, writer)
            zero = writer.constant(view.dtype.zero, kind)
            return writer.value(
                f"vector.maskedload {at}, {valid}, {zero} : "
                f"{view.kind}, vector<{count}xi1>, {kind} into {kind}"
            )
    value = writer.constant(view.dtype.zero, kind)
    for run in halves(parts):
        if run.length == 1:
            element = _load_scalar(view, run, writer)
            value = lane.insert(element, value, run.lane, count, view.dtype, writer)
        else:
            part = _load_vector(view, run, writer)
            value = lane.insert_slice(part, run.length, value, run.lane, count, view.dtype, writer)
    return value


def _prefetch(view: MemoryView, run: Run, count: int, why: str, writer: Writer) -> None:
    """Ask for the lines that lie `AHEAD` of a vector; past the end of an array nothing happens."""
    if not run.address.names:
        return  # no loop comes there
    for start in range(0, count, view.dtype.count(LINE)):
        prefetch(view, run.address + (start + view.dtype.count(AHEAD)), 3, why, writer)


def prefetch(view: MemoryView, address: Linear, locality: int, why: str, writer: Writer) -> None:
    """Ask for the line of an element, to read or to write it, for so near a cache (3: L1)."""
    at = writer.address(view.place(address, writer))
    what = f"{why}, locality<{locality}>, data"
    writer.line(f"memref.prefetch {view.memref}[{at}], {what} : {view.kind}")


def _load_scalar(view: MemoryView, run: Run, writer: Writer) -> str:
    if view.dtype.is_nibble:
        return nibbles.single(view, run.address, writer)
    return writer.value(f"memref.load {view.memref}[{writer.address(run.address)}] : {view.kind}")


def _load_vector(view: MemoryView, run: Run, writer: Writer) -> str:
    """Two elements or more."""
    if view.dtype.is_nibble:
        return nibbles.neighbours(view, run.address, run.length, writer)
    at = f"{view.memref}[{writer.address(run.address)}]"
    return writer.value(f"vector.load {at} : {view.kind}, {vector_type(run.length, view.dtype)}")


def store(
    value: str,
    view: MemoryView,
    elements: Elements,
    writer: Writer,
    target: Target,
    ahead: bool = False,
) -> None:
    """Write the valid lanes of a vector (or a scalar); `ahead`: what follows is asked for."""
    parts = runs(view, elements, writer)
    count, kind = elements.lanes, vector_type(elements.lanes, view.dtype)
    if count == 1:
        at = writer.address(parts[0].address)
        writer.line(f"memref.store {value}, {view.memref}[{at}] : {view.kind}")
        return
    if len(parts) == 1 and parts[0].lane == 0:
        run = parts[0]
        at = f"{view.memref}[{writer.address(run.address)}]"
        if run.length == count:
            if ahead:
                _prefetch(view, run, count, "write", writer)
            writer.line(f"vector.store {value}, {at} : {view.kind}, {kind}")
            return
        if can_mask(target, view.dtype.bytes):
            valid = mask(run.length, count, writer)
            writer.line(
                f"vector.maskedstore {at}, {valid}, {value} : "
                f"{view.kind}, vector<{count}xi1>, {kind}"
            )
            return
    for run in halves(parts):
        at = f"{view.memref}[{writer.address(run.address)}]"
        if run.length == 1:
            part = lane.single(value, run.lane, count, view.dtype, writer)
            writer.line(f"vector.store {part}, {at} : {view.kind}, vector<1x{view.dtype.mlir}>")
        else:
            short = vector_type(run.length, view.dtype)
            part = lane.slice_of(value, run.lane, run.length, count, view.dtype, writer)
            writer.line(f"vector.store {part}, {at} : {view.kind}, {short}")
