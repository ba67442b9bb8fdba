"""Which memref arguments of a function are written: a conservative reading of the IR.

An argument counts as read-only if every use of it, and of every view of it, is an operation listed
here as reading. Anything else, control flow that carries memrefs included, counts as a write.
"""

from __future__ import annotations

from typing import Any

from mlir import ir

_VIEWS = frozenset(
    f"memref.{name}"
    for name in (
        "assume_alignment",
        "cast",
        "collapse_shape",
        "expand_shape",
        "extract_strided_metadata",
        "memory_space_cast",
        "reinterpret_cast",
        "subview",
        "transpose",
        "view",
    )
)
_READERS = frozenset(
    (
        "affine.load",
        "affine.vector_load",
        "memref.dim",
        "memref.load",
        "memref.prefetch",
        "memref.rank",
        "vector.gather",
        "vector.load",
        "vector.maskedload",
        "vector.transfer_read",
    )
)


def written_arguments(function: Any, module: Any) -> tuple[bool, ...]:
    """For each argument of a `func.func`: whether its memory may be written (scalars: False)."""
    table = ir.SymbolTable(module.operation)
    return tuple(
        _is_memref(argument) and _is_written(argument, table, frozenset())
        for argument in function.regions[0].blocks[0].arguments
    )


def _is_memref(value: Any) -> bool:
    return isinstance(value.type, ir.MemRefType | ir.UnrankedMemRefType)


def _is_written(value: Any, table: Any, calling: frozenset[str]) -> bool:
    for use in value.uses:
        user = use.owner.operation
        if user.name in _VIEWS:
            if any(_is_memref(r) and _is_written(r, table, calling) for r in user.results):
                return True
        elif user.name == "func.call":
            if _callee_writes(user, use.operand_number, table, calling):
                return True
        elif user.name == "memref.copy":
            if use.operand_number != 0:
                return True
        elif user.name not in _READERS:
            return True
    return False


def _callee_writes(call: Any, operand: int, table: Any, calling: frozenset[str]) -> bool:
    name = ir.FlatSymbolRefAttr(call.attributes["callee"]).value
    if name in calling or name not in table:
        return True
    callee = table[name].operation
    if not callee.regions or not callee.regions[0].blocks:
        return True
    argument = callee.regions[0].blocks[0].arguments[operand]
    return _is_written(argument, table, calling | {name})
