"""A lowered module: its text at each stage, and what its functions take, read back from attributes.

`Built` goes to LLVM for any machine, without a JIT. Read next: `compiler.py`, which makes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mlir import ir

from morello_mlir.passes.base import Diagnostic
from morello_mlir.passes.entry import ENTRY, is_entry
from morello_mlir.passes.pool import RELEASE
from morello_mlir.runtime import llvm
from morello_mlir.runtime.header import header
from morello_mlir.runtime.llvm import Form
from morello_mlir.runtime.machine import Machine
from morello_mlir.runtime.signature import ELEMENTS, Layout, Parameter, Signature


@dataclass(frozen=True)
class Built:
    """A lowered module: text at each stage, and what its functions take."""

    mlir: str
    """The module after its schedule was applied, before lowering."""
    llvm_ir: str
    machine: Machine
    signatures: tuple[Signature, ...]
    releases: tuple[str, ...]
    """Functions without arguments that free what a kernel keeps between calls."""
    diagnostics: tuple[Diagnostic, ...]

    @property
    def needs_openmp(self) -> bool:
        """Whether the code calls LLVM's OpenMP runtime."""
        return "@__kmpc_" in self.llvm_ir

    def emit(self, *forms: Form, isolate: bool = False) -> tuple[bytes, ...]:
        """Optimise and emit; `isolate` survives an abort of LLVM, for another process's cost."""
        emit = llvm.emit_isolated if isolate else llvm.emit
        return emit(self.llvm_ir, self.machine, *forms)

    def header(self, title: str = "kernels") -> str:
        """The C header of the functions."""
        return header(self.signatures, self.releases, title)


def releases(module: Any) -> Iterator[str]:
    """The names of the functions that free what a kernel keeps between calls."""
    for op in module.body.operations:
        if RELEASE in op.operation.attributes:
            yield ir.StringAttr(op.operation.attributes["sym_name"]).value


def signatures(module: Any) -> Iterator[Signature]:
    """What the functions take, as `morello-entry` wrote it down."""
    for op in module.body.operations:
        if not is_entry(op.operation):
            continue
        attributes = op.operation.attributes
        entry = ir.DictAttr(attributes[ENTRY])
        names = [ir.StringAttr(a).value for a in ir.ArrayAttr(entry["names"])]
        types = [ir.TypeAttr(a).value for a in ir.ArrayAttr(entry["types"])]
        written = [ir.BoolAttr(a).value for a in ir.ArrayAttr(entry["written"])]
        inputs = len(names) - ir.IntegerAttr(entry["results"]).value
        alignments = [ir.IntegerAttr(a).value for a in ir.ArrayAttr(entry["alignments"])]
        nibbles = [
            tuple(a) if isinstance(a, ir.DenseI64ArrayAttr) else None
            for a in ir.ArrayAttr(entry["halves"])
        ]
        yield Signature(
            name=ir.StringAttr(attributes["sym_name"]).value,
            parameters=tuple(
                _parameter(name, kind, writes, number >= inputs, alignment, halves)
                for number, (name, kind, writes, alignment, halves) in enumerate(
                    zip(names, types, written, alignments, nibbles, strict=True)
                )
            ),
            returns=next(
                (ELEMENTS[str(ir.TypeAttr(a).value)] for a in ir.ArrayAttr(entry["returns"])), None
            ),
        )


def _parameter(
    name: str,
    kind: Any,
    written: bool,
    is_result: bool,
    alignment: int,
    nibbles: tuple[int, ...] | None,
) -> Parameter:
    if not isinstance(kind, ir.MemRefType):
        return Parameter(name, ELEMENTS[str(kind)], None)
    element = ELEMENTS[str(kind.element_type)]
    strides, _ = kind.get_strides_and_offset()
    layout = Layout(tuple(kind.shape), tuple(strides), max(alignment, element.size))
    return Parameter(name, element, layout, written, is_result, nibbles)
