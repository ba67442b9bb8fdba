"""`morello-pool`: scratch memory that outlives a call, so that its pages fault in only once.

Takes bufferized IR. In each function, `memref.alloc`s of static size at the top level that are
freed at the top level become parts of one block of memory. A global slot keeps it between calls:

- at entry the slot is atomically exchanged with null; the block is allocated only if it was null;
- at exit the block is exchanged into the slot, and what it displaces is freed.

So concurrent and recursive calls are safe: whoever finds the slot empty allocates. The slot holds
at most one block. Large blocks ask for huge pages. `f_free_workspace` gives it back; it is marked
`morello.release`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mlir import ir

from morello_mlir.passes import upstream
from morello_mlir.passes.base import PassFailure, Report
from morello_mlir.passes.wrapper import describe

RELEASE = "morello.release"
SUFFIX = "_free_workspace"
_LINE = 64
_HUGE_PAGE = 2 << 20
_LARGE = 256 << 10
"""Blocks from this size on begin at a huge page and ask for some: in those, neighbours share no
set of a cache, and few entries of the TLB reach all."""
_APART = 17 * _LINE
"""How far into a huge page they begin: callers' arrays may begin with a page, and stores there hold
up loads at the same place in another."""
_BITS = {"f64": 64, "f32": 32, "f16": 16, "bf16": 16, "index": 64}

_SUPPORT = """
llvm.func @aligned_alloc(i64, i64) -> !llvm.ptr
llvm.func @madvise(!llvm.ptr, i64, i32) -> i32
llvm.func @free(!llvm.ptr)
llvm.func internal @morello.acquire(%slot: !llvm.ptr, %alignment: i64, %size: i64)
    -> (!llvm.ptr {llvm.noalias, llvm.align = 64 : i64}) attributes {passthrough = ["noinline"]} {
  %null = llvm.mlir.zero : !llvm.ptr
  %kept = llvm.atomicrmw xchg %slot, %null acq_rel : !llvm.ptr, !llvm.ptr
  %missing = llvm.icmp "eq" %kept, %null : !llvm.ptr
  llvm.cond_br %missing, ^new, ^done(%kept : !llvm.ptr)
^new:
  %made = llvm.call @aligned_alloc(%alignment, %size) : (i64, i64) -> !llvm.ptr
  %page = llvm.mlir.constant(2097152 : i64) : i64  // _HUGE_PAGE
  %large = llvm.icmp "uge" %alignment, %page : i64
  llvm.cond_br %large, ^advise, ^done(%made : !llvm.ptr)
^advise:
  %huge = llvm.mlir.constant(14 : i32) : i32  // MADV_HUGEPAGE; what does not know it refuses
  %ignored = llvm.call @madvise(%made, %size, %huge) : (!llvm.ptr, i64, i32) -> i32
  llvm.br ^done(%made : !llvm.ptr)
^done(%block: !llvm.ptr):
  llvm.return %block : !llvm.ptr
}
llvm.func internal @morello.release(%slot: !llvm.ptr, %block: !llvm.ptr)
    attributes {passthrough = ["noinline"]} {
  %displaced = llvm.atomicrmw xchg %slot, %block acq_rel : !llvm.ptr, !llvm.ptr
  llvm.call @free(%displaced) : (!llvm.ptr) -> ()
  llvm.return
}
"""
_SLOT = """
llvm.mlir.global internal @"{slot}"() : !llvm.ptr {{
  %null = llvm.mlir.zero : !llvm.ptr
  llvm.return %null : !llvm.ptr
}}
llvm.func @"{name}{suffix}"() attributes {{{release}}} {{
  %slot = llvm.mlir.addressof @"{slot}" : !llvm.ptr
  %null = llvm.mlir.zero : !llvm.ptr
  llvm.call @morello.release(%slot, %null) : (!llvm.ptr, !llvm.ptr) -> ()
  llvm.return
}}
"""


@dataclass(frozen=True)
class PoolPass:
    """Keep scratch memory of `min_bytes` or more per function between calls."""

    name: ClassVar[str] = "morello-pool"
    min_bytes: int = 4096

    def run(self, module: Any, report: Report) -> None:
        """Rewrite `module` in place."""
        for function in list(upstream.functions(module)):
            pairs = _matched(function)
            if sum(_bytes(allocation) for allocation, _ in pairs) >= max(self.min_bytes, 1):
                _pool(function, pairs, module, report)


def _matched(function: Any) -> list[tuple[Any, Any]]:
    """Pairs of alloc and dealloc at the top level of `function`, if that is one block."""
    blocks = list(function.regions[0].blocks)
    if len(blocks) != 1:
        return []
    pairs = []
    for op in blocks[0].operations:
        if op.operation.name != "memref.alloc" or _bytes(op.operation) == 0:
            continue
        frees = [u.owner.operation for u in op.results[0].uses if _is_free(u.owner)]
        if len(frees) == 1 and frees[0].block == blocks[0]:
            pairs.append((op.operation, frees[0]))
    return pairs


def _is_free(op: Any) -> bool:
    return bool(op.operation.name == "memref.dealloc")


def _bytes(allocation: Any) -> int:
    """The size of a buffer that can be pooled, else 0."""
    kind = ir.MemRefType(allocation.results[0].type)
    element = kind.element_type
    bits = element.width if isinstance(element, ir.IntegerType) else _BITS.get(str(element), 0)
    plain = kind.has_static_shape and kind.memory_space is None
    if not plain or kind.layout != ir.AffineMapAttr.get(ir.AffineMap.get_identity(kind.rank)):
        return 0
    return int(math.prod(kind.shape) * ((bits + 7) // 8))


def _alignment(allocation: Any) -> int:
    if "alignment" in allocation.attributes:
        return max(_LINE, int(ir.IntegerAttr(allocation.attributes["alignment"]).value))
    return _LINE


def _pool(function: Any, pairs: Sequence[tuple[Any, Any]], module: Any, report: Report) -> None:
    """Replace every pair by a part of one block, taken at the first and given back at the last."""
    name = ir.StringAttr(function.attributes["sym_name"]).value
    slot = f"{name}.workspace"
    for symbol in (slot, name + SUFFIX):
        if symbol in ir.SymbolTable(module.operation):
            report.error(function.location, f"'{name}' needs the symbol '{symbol}', which exists")
            raise PassFailure("a symbol exists already")
    kinds = [allocation.results[0].type for allocation, _ in pairs]
    values = ["%slot", "%block", *(f"%m{number}" for number in range(len(pairs)))]
    listed = ", ".join(["!llvm.ptr", "!llvm.ptr", *map(str, kinds)])
    body = "\n".join([*_acquisition(slot, pairs), f"return {', '.join(values)} : {listed}"])
    support = _SUPPORT + _SLOT.format(slot=slot, name=name, suffix=SUFFIX, release=RELEASE)
    made = ir.Module.parse(f"{support}\nfunc.func @made() -> ({listed}) {{\n{body}\n}}")
    slot_value, block, *buffers = _take_over(made, module, before=pairs[0][0])
    last = max((free for _, free in pairs), key=_position)
    with ir.InsertionPoint(last), last.location:
        _call("morello.release", slot_value, block)
    for (allocation, free), buffer in zip(pairs, buffers, strict=True):
        free.erase()
        allocation.results[0].replace_all_uses_with(buffer)
        allocation.erase()


def _acquisition(slot: str, pairs: Sequence[tuple[Any, Any]]) -> list[str]:
    """The text that takes a block and makes a memref of each part of it."""
    largest = max(_alignment(allocation) for allocation, _ in pairs)
    large = sum(_bytes(allocation) for allocation, _ in pairs) >= _LARGE
    parts: list[str] = []
    size = _APART if large else 0
    for number, (allocation, _) in enumerate(pairs):
        size = _round_up(size, _alignment(allocation))
        part = f"%part{number}"
        parts.append(f"{part} = llvm.getelementptr %block[{size}] : (!llvm.ptr) -> !llvm.ptr, i8")
        parts += describe(number, allocation.results[0].type, part, f"%m{number}")
        size += _bytes(allocation)
    if large:
        largest = max(largest, _HUGE_PAGE)
    return [
        f'%slot = llvm.mlir.addressof @"{slot}" : !llvm.ptr',
        f"%alignment = llvm.mlir.constant({largest} : i64) : i64",
        f"%size = llvm.mlir.constant({_round_up(size, largest)} : i64) : i64",
        "%block = llvm.call @morello.acquire(%slot, %alignment, %size)"
        " : (!llvm.ptr, i64, i64) -> !llvm.ptr",
        *parts,
    ]


def _take_over(made: Any, module: Any, before: Any) -> list[Any]:
    """Move the body of `@made` before an operation, and the symbols it needs into `module`."""
    *support, function = (op.operation for op in made.body.operations)
    table = ir.SymbolTable(module.operation)
    first = module.body.operations[0].operation
    for op in support:
        if ir.StringAttr(op.attributes["sym_name"]).value not in table:
            op.move_before(first)
    *operations, terminator = list(function.regions[0].blocks[0].operations)
    results = list(terminator.operands)
    terminator.operation.erase()
    for op in operations:
        op.operation.move_before(before)
    return results


def _call(callee: str, *operands: Any) -> None:
    """An `llvm.call` without result."""
    sizes = ir.DenseI32ArrayAttr.get
    ir.Operation.create(
        "llvm.call",
        operands=list(operands),
        attributes={
            "callee": ir.FlatSymbolRefAttr.get(callee),
            "operandSegmentSizes": sizes([len(operands), 0]),
            "op_bundle_sizes": sizes([]),
        },
    )


def _position(op: Any) -> int:
    return next(i for i, other in enumerate(op.block.operations) if other.operation == op)


def _round_up(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment
