"""Instruction libraries: `.mlir` files, and the loader that reads them into the engine's values.

A library is a module of modules, one per instruction:

    module @fma_f32x16 attributes {morello.features = "avx512f", morello.throughput = 0.5,
                                   morello.latency = 4.0, morello.ports = "p0|p5"} {
      func.func @semantics(...)   one linalg op on memrefs: what it computes
      func.func @emission(...)    how it is written, on vectors and on memory
      func.func @masked(...)      optional: the same for fewer elements, under masks
    }

An operand that is a memref in both functions is accessed in memory, at constant indices; one that
is a vector (or scalar) in `@emission` is in registers, its lanes in the row-major order of the
memref in `@semantics`. An output in registers is what `@emission` returns. A stride that is not
static in `@semantics` may be any. `@masked` has one more argument per axis that it can cover
partly, a vector of i1 with the attribute `morello.mask = AXIS`.

The library module's own attributes: `morello.lanes = {"arith.addf" = 0.5, ...}`, cycles per vector
of the scalar ops that `select lanes` writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from math import prod
from typing import Any

from mlir import ir

from ...layout import Layout, Part
from ...memory import REG, Placement
from ...spec import Operand, Spec
from ...target.instruction import Instruction, Template
from ...target.target import Target
from ..structured import is_structured, read_structured


class IsaError(ValueError):
    """An instruction library is wrong; the text says which instruction, and why."""


@dataclass(frozen=True)
class Library:
    """What one file holds: instructions in order, and the cost of lanes."""

    instructions: tuple[Instruction, ...]
    lanes: dict[str, float]


LIBRARIES = ("avx512", "avx2")


def with_instructions(target: Target, extra: tuple[Library, ...] = ()) -> Target:
    """The target with all instructions whose features it has, the widest library first."""
    libraries = [*extra, *(library(name) for name in LIBRARIES if _wide_enough(name, target))]
    found = [
        i for lib in libraries for i in lib.instructions if i.features <= target.features
    ]
    lanes: dict[str, float] = {}
    for lib in reversed(libraries):
        lanes |= lib.lanes
    return replace(target, instructions=tuple(found), lanes=lanes)


def _wide_enough(name: str, target: Target) -> bool:
    return name == "avx2" or "avx512f" in target.features


@lru_cache(maxsize=8)
def library(name: str) -> Library:
    """A library that comes with the package."""
    return read_library((resources.files(__package__) / f"{name}.mlir").read_text(), name)


def read_library(text: str, name: str) -> Library:
    """Read a library from its text; `IsaError` where it is wrong."""
    with ir.Context() as context, ir.Location.unknown():
        context.allow_unregistered_dialects = True
        context.enable_multithreading(False)
        try:
            module = ir.Module.parse(text)
        except ir.MLIRError as error:
            raise IsaError(f"{name}: {error}") from None
        module_attributes = module.operation.attributes
        lanes = {}
        if "morello.lanes" in module_attributes:
            lanes = {
                str(item.name): float(str(item.attr).split(" ")[0])
                for item in module_attributes["morello.lanes"]
            }
        found = [
            _instruction(op.operation)
            for op in module.body.operations
            if op.operation.name == "builtin.module"
        ]
    return Library(tuple(found), lanes)


def _instruction(op: Any) -> Instruction:
    name = ir.StringAttr(op.attributes["sym_name"]).value
    try:
        return _read(name, op)
    except (KeyError, ValueError) as error:
        raise IsaError(f"instruction {name}: {error}") from None


def _read(name: str, op: Any) -> Instruction:
    functions = {ir.StringAttr(f.operation.attributes["sym_name"]).value: f for f in _body(op)}
    meaning = functions["semantics"]
    emission = functions["emission"]
    ops = [o for o in meaning.entry_block.operations if is_structured(o)]
    if len(ops) != 1:
        raise ValueError(f"@semantics has {len(ops)} linalg ops, not one")
    structured = read_structured(ops[0])
    order = [ir.BlockArgument(v).arg_number for v in structured.values]
    emitted = list(emission.entry_block.arguments)
    operands = []
    strides: list[tuple[int | None, ...] | None] = []
    for o, number in zip(structured.spec.operands, order, strict=True):
        in_memory = isinstance(emitted[number].type, ir.MemRefType)
        operands.append(o if in_memory else _in_register(o))
        strides.append(_strides(emitted[number].type) if in_memory else None)
    spec = replace(structured.spec, inputs=tuple(operands[:-1]), output=operands[-1])
    masked = functions.get("masked")
    return Instruction(
        name,
        spec,
        tuple(strides),
        _template(emission, order),
        frozenset(ir.StringAttr(op.attributes["morello.features"]).value.split()),
        ir.FloatAttr(op.attributes["morello.throughput"]).value,
        ir.FloatAttr(op.attributes["morello.latency"]).value,
        ir.StringAttr(op.attributes["morello.ports"]).value,
        _template(masked, order) if masked else None,
        _masks(masked, spec) if masked else (),
    )


def _body(op: Any) -> Any:
    return op.regions[0].blocks[0].operations


def _in_register(o: Operand) -> Operand:
    """The operand as a register: every dimension a block, in order."""
    parts = tuple(Part(d) for d in range(len(o.shape)))
    blocks = tuple(Part(d, size) for d, size in enumerate(o.shape))
    return replace(o, placement=Placement(REG, Layout(parts + blocks), prod(o.shape)))


def _strides(memref: Any) -> tuple[int | None, ...]:
    strides, _ = memref.get_strides_and_offset()
    dynamic = ir.ShapedType.get_dynamic_stride_or_offset()
    return tuple(None if s == dynamic else s for s in strides)


def _masks(function: Any, spec: Spec) -> tuple[str, ...]:
    count = len(spec.operands)
    names = []
    for attributes in list(function.arg_attrs)[count:]:
        number = ir.IntegerAttr(ir.DictAttr(attributes)["morello.mask"]).value
        names.append(spec.axes[number].name)
    return tuple(names)


_CONSTANT = re.compile(r"\s*(%\w+) = arith\.constant (-?\d+) : index$")


def _template(function: Any, order: list[int]) -> Template:
    """The function's lines, with constant indices written in place."""
    arguments = list(function.entry_block.arguments)
    count = len(order)
    order = [*order, *range(count, len(arguments))]
    names = [f"%arg{n}" for n in order]
    types = [str(arguments[n].type) for n in order]
    constants: dict[str, str] = {}
    lines: list[str] = []
    result = ""
    for line in str(function).splitlines()[1:-1]:
        found = _CONSTANT.match(line)
        if found:
            constants[found[1]] = found[2]
        elif line.strip().startswith("return"):
            result = line.split()[1] if len(line.split()) > 1 else ""
        else:
            lines.append(line.strip())

    def inline(line: str) -> str:
        return re.sub(r"%[\w#]+", lambda m: constants.get(m[0], m[0]), line)

    return Template(tuple(names), tuple(types), tuple(map(inline, lines)), result)
