"""Results of linalg ops that nobody reads: `drop_unread` takes them away.

A Spec has one result. Frameworks write the maximum of rows together with its place, and softmax
reads the maximum only.

Before: `%m:2 = linalg.generic ... outs(%a, %b)` with no use of `%m#1`, whose elements the other
result does not need; after: `%m = linalg.generic ... outs(%a)`. Memrefs are read by whoever has
them, so ops on those stay. Read next: `goals.py`.
"""

from __future__ import annotations

from typing import Any

from mlir import ir

from ..dialect.blocks import operations
from ..dialect.region import PURE
from . import upstream
from .linalg_ops import linalg_ops

_MAKERS = frozenset({"linalg.fill", "linalg.generic", "tensor.empty"})


def drop_unread(module: Any) -> None:
    """Rewrite `module` in place."""
    for op in list(linalg_ops(module.operation)):
        if op.name != "linalg.generic" or len(op.results) < 2:
            continue
        kept = _kept(op)
        if 0 < len(kept) < len(op.results):
            _narrow(op, kept)


def _kept(op: Any) -> list[int]:
    """The numbers of the results that are read, or whose old elements one of those needs."""
    block = op.regions[0].blocks[0]
    *inner, last = operations(op, block)
    first = len(op.operands) - len(op.results)
    kept = {n for n, result in enumerate(op.results) if any(True for _ in result.uses)}
    needed = [v for each in inner if not _is_pure(each) for v in each.operands]
    needed += [last.operands[n] for n in kept]
    seen = set()
    while needed:
        value = needed.pop()
        if value in seen:
            continue
        seen.add(value)
        if not isinstance(value, ir.BlockArgument):
            needed += value.owner.operands
        elif value.owner == block and value.arg_number >= first:
            number = value.arg_number - first
            if number not in kept:
                kept.add(number)
                needed.append(last.operands[number])
    return sorted(kept)


def _is_pure(op: Any) -> bool:
    return op.name.split(".")[0] in PURE and not op.regions


def _narrow(op: Any, kept: list[int]) -> None:
    """Replace the op by one that has only these results."""
    first = len(op.operands) - len(op.results)
    places = [*range(first), *(first + n for n in kept)]
    attributes = {a: op.attributes[a] for a in op.attributes}
    maps = op.attributes["indexing_maps"]
    attributes["indexing_maps"] = ir.ArrayAttr.get([maps[n] for n in places])
    attributes["operandSegmentSizes"] = ir.DenseI32ArrayAttr.get([first, len(kept)])
    with ir.InsertionPoint(op), op.location:
        new = ir.Operation.create(
            "linalg.generic",
            results=[op.results[n].type for n in kept],
            operands=[op.operands[n] for n in places],
            attributes=attributes,
            regions=1,
        )
    op.regions[0].blocks[0].append_to(new.regions[0])
    block = new.regions[0].blocks[0]
    *inner, last = operations(new, block)
    with ir.InsertionPoint(last), last.location:
        ir.Operation.create("linalg.yield", operands=[last.operands[n] for n in kept])
    last.erase()
    for each in reversed(inner):
        if _is_pure(each) and not any(True for result in each.results for _ in result.uses):
            each.erase()
    for number in reversed(range(len(op.results))):
        if number not in kept:
            block.erase_argument(first + number)
    for result, number in zip(new.results, kept, strict=True):
        op.results[number].replace_all_uses_with(result)
    starts = [op.operands[first + n] for n in range(len(op.results)) if n not in kept]
    op.erase()
    for start in starts:
        erase_unread(start)


def erase_unread(value: Any) -> None:
    """Erase the op that makes a tensor which nothing reads, and those that only it reads."""
    if isinstance(value, ir.BlockArgument) or any(True for _ in value.uses):
        return
    op = value.owner.operation
    inside = [each for each in upstream.walk(op) if each != op]
    if op.name in _MAKERS and len(op.results) == 1 and all(map(_is_pure, inside)):
        read = list(op.operands)
        op.erase()
        for each in read:
            erase_unread(each)
