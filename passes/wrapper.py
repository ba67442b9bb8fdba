"""The text of C entry points: functions that make memrefs from C arguments and call a body.

Two forms of the same wrapper: a memref arrives as a pointer to its descriptor (`DescriptorForm`,
MLIR's C interface) or as a pointer to its first element (`PointerForm`, plain C).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mlir import ir

ELEMENTS = ("f64", "f32", "f16", "bf16", "i64", "i32", "i16", "i8", "i1", "index")
"""The types that have a C form."""

_HALVES = ("f16", "bf16")


@dataclass(frozen=True)
class Argument:
    """One parameter of a wrapper: its declaration, the lines that convert it, what is passed on."""

    declaration: str
    lines: tuple[str, ...]
    value: str


def strided(memref: Any) -> tuple[list[int], int] | None:
    """Strides and offset of a memref, dynamic ones as MLIR's sentinel; None if not strided."""
    try:
        strides, offset = memref.get_strides_and_offset()
    except RuntimeError:
        return None
    return list(strides), offset


def has_plain_form(argument: Any) -> bool:
    """Whether a pointer to the first element (or the value) says everything."""
    if not isinstance(argument, ir.MemRefType):
        return str(argument) in ELEMENTS
    layout = strided(argument)
    dynamic = ir.ShapedType.get_dynamic_stride_or_offset()
    return (
        layout is not None
        and argument.has_static_shape
        and dynamic not in layout[0]
        and str(argument.element_type) in ELEMENTS
    )


def descriptor_form(number: int, kind: Any, is_result: bool) -> Argument:
    """A memref as a pointer to its descriptor; anything else by value."""
    given, value = f"%p{number}", f"%m{number}"
    if not isinstance(kind, ir.MemRefType):
        return Argument(f"{given}: {kind}", (), given)
    struct = _descriptor_type(kind)
    load = f"%d{number} = llvm.load {given} : !llvm.ptr -> {struct}"
    return Argument(f"{given}: !llvm.ptr", (load, _cast(value, f"%d{number}", kind)), value)


def pointer_form(number: int, kind: Any, is_result: bool) -> Argument:
    """A memref as a pointer to its first element; a scalar as C passes it."""
    given, value = f"%p{number}", f"%m{number}"
    if isinstance(kind, ir.MemRefType):
        attribute = " {llvm.noalias}" if is_result else ""
        lines = describe(number, kind, given, value)
        return Argument(f"{given}: !llvm.ptr{attribute}", tuple(lines), value)
    if str(kind) in _HALVES:
        line = f"{value} = arith.bitcast {given} : i16 to {kind}"
        return Argument(f"{given}: i16", (line,), value)
    return Argument(f"{given}: {kind}{_extension(kind)}", (), given)


def wrapper(
    name: str,
    body: str,
    kinds: Sequence[Any],
    arguments: Sequence[Argument],
    results: Sequence[Any],
) -> str:
    """The text of a function `name` that calls `body`, which takes `kinds`."""
    declared = ", ".join(a.declaration for a in arguments)
    lines = [line for a in arguments for line in a.lines]
    values, types, outcome = (
        ", ".join(map(str, listed)) for listed in ((a.value for a in arguments), kinds, results)
    )
    call = f'func.call @"{body}"({values}) : ({types}) -> ({outcome})'
    if results:
        names = ", ".join(f"%r#{i}" for i in range(len(results)))
        lines += [f"%r:{len(results)} = {call}", f"return {names} : {outcome}"]
    else:
        lines += [call, "return"]
    inner = "\n  ".join(lines)
    return f'func.func @"{name}"({declared}) -> ({outcome}) {{\n  {inner}\n}}'


def plain_wrapper(
    name: str,
    body: str,
    kinds: Sequence[Any],
    arguments: Sequence[Argument],
    results: Sequence[Any],
) -> str:
    """`wrapper` for at most one result, which is returned as C returns it."""
    text = wrapper(name, body, kinds, arguments, results)
    if not results:
        return text
    (kind,) = results
    if str(kind) in _HALVES:
        text = text.replace(f") -> ({kind}) {{\n", ") -> (i16) {\n")
        back = f"%bits = arith.bitcast %r#0 : {kind} to i16\n  return %bits : i16"
        return text.replace(f"return %r#0 : {kind}", back)
    return text.replace(f") -> ({kind}) {{\n", f") -> ({kind}{_extension(kind)}) {{\n")


def descriptor_width(kind: Any) -> int:
    """How many arguments a value of this type becomes in the llvm dialect."""
    return 3 + 2 * kind.rank if isinstance(kind, ir.MemRefType) else 1


def _extension(kind: Any) -> str:
    """C's bool is a whole byte."""
    return " {llvm.zeroext}" if str(kind) == "i1" else ""


def _descriptor_type(memref: Any) -> str:
    sizes = f", array<{memref.rank} x i64>" * 2 if memref.rank else ""
    return f"!llvm.struct<(ptr, ptr, i64{sizes})>"


def _cast(value: str, descriptor: str, memref: Any) -> str:
    struct = _descriptor_type(memref)
    return f"{value} = builtin.unrealized_conversion_cast {descriptor} : {struct} to {memref}"


def describe(number: int, memref: Any, given: str, value: str) -> list[str]:
    """Build the descriptor of a static memref whose first element is at `given`."""
    layout = strided(memref)
    assert layout is not None
    strides, offset = layout
    if offset == ir.ShapedType.get_dynamic_stride_or_offset():
        offset = 0
    struct = _descriptor_type(memref)
    base, lines = given, []
    if offset:
        # Code for a static offset adds it to the base, so the base lies before the first element.
        base = f"%b{number}"
        stored = "i64" if isinstance(memref.element_type, ir.IndexType) else memref.element_type
        kinds = f"(!llvm.ptr) -> !llvm.ptr, {stored}"
        lines.append(f"{base} = llvm.getelementptr {given}[{-offset}] : {kinds}")
    fields: list[tuple[str | int, str]] = [(base, "[0]"), (base, "[1]"), (offset, "[2]")]
    fields += [(size, f"[3, {i}]") for i, size in enumerate(memref.shape)]
    fields += [(stride, f"[4, {i}]") for i, stride in enumerate(strides)]
    lines.append(f"%d{number}_0 = llvm.mlir.poison : {struct}")
    for step, (field, position) in enumerate(fields):
        inserted = field
        if isinstance(field, int):
            inserted = f"%c{number}_{step}"
            lines.append(f"{inserted} = llvm.mlir.constant({field} : i64) : i64")
        before, after = f"%d{number}_{step}", f"%d{number}_{step + 1}"
        lines.append(f"{after} = llvm.insertvalue {inserted}, {before}{position} : {struct}")
    return [*lines, _cast(value, f"%d{number}_{len(fields)}", memref)]
