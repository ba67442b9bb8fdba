"""Reading a library's text: from MLIR to `Instruction` values, with a reason where it is wrong.

The format is described in `__init__.py`; `template.py` reads the functions that spell an
instruction and checks them. All errors are `IsaError` and name the instruction.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod
from typing import Any

from mlir import ir

from ...dtype import BY_NAME, DType
from ...expr import Arg, Const
from ...layout import Layout, Part
from ...memory import REG, Placement
from ...spec import Operand
from ...target.cpus import CPUS
from ...target.instruction import Instruction, Template
from ..blocks import operations
from ..region import UnsupportedOp
from ..structured import is_structured, read_structured
from .template import Faulty, Signature, read_masks, read_template, strides_of


class IsaError(ValueError):
    """An instruction library is wrong; the text says which instruction, and why."""


@dataclass(frozen=True)
class Library:
    """What one file holds: instructions in order, and the cost of lanes."""

    instructions: tuple[Instruction, ...]
    lanes: dict[str, float]


_LATER = "avxvnniint8 avxvnniint16 avxneconvert avxifma amx-fp16 amx-complex avx10.1 avx10.2"
FEATURES = frozenset(" ".join([*(cpu.features for cpu in CPUS.values()), _LATER]).split())
"""The features that instructions may ask for without further ado."""

_PORTS = re.compile(r"(\d+\*)?p\w+(\|p\w+)*( \+ (\d+\*)?p\w+(\|p\w+)*)*")
_SECTIONS = ("semantics", "emission", "masked")


def read_library(text: str, name: str) -> Library:
    """Read a library from its text; `IsaError` where it is wrong."""
    with _context(), ir.Location.unknown():
        try:
            module = ir.Module.parse(text)
        except ir.MLIRError as error:
            raise IsaError(f"{name}: {_first_line(error)}") from None
        attributes = module.operation.attributes
        features = FEATURES | set(_text(attributes, "morello.features", "").split())
        entries = (op.operation for op in module.body.operations)
        found = [i for op in entries for i in _instructions(op, name, features)]
        return Library(tuple(found), _lanes(attributes, name))


@lru_cache(maxsize=1)
def _context() -> Any:
    """One context for all libraries: making it and loading dialects takes as long as a library."""
    context = ir.Context()
    context.allow_unregistered_dialects = True
    context.enable_multithreading(False)
    return context


def _first_line(error: Any) -> str:
    found = error.error_diagnostics[0]
    return f"line {found.location.start_line}: {found.message}"


def _text(attributes: Any, name: str, default: str | None = None) -> str:
    if name not in attributes and default is not None:
        return default
    if name not in attributes:
        raise Faulty(f"has no attribute {name}")
    value = attributes[name]
    if not isinstance(value, ir.StringAttr):
        raise Faulty(f"{name} = {value} is not a string")
    return str(value.value)


def _lanes(attributes: Any, name: str) -> dict[str, float]:
    if "morello.lanes" not in attributes:
        return {}
    lanes = {str(item.name): item.attr for item in attributes["morello.lanes"]}
    for op, cycles in lanes.items():
        if not isinstance(cycles, ir.FloatAttr):
            raise IsaError(f"{name}: morello.lanes has {op} = {cycles}; cycles are like 0.5")
    return {op: float(cycles.value) for op, cycles in lanes.items()}


def _instructions(op: Any, library: str, features: frozenset[str]) -> Iterator[Instruction]:
    if op.name != "builtin.module" or "sym_name" not in op.attributes:
        raise IsaError(f"{library}: {op.name} is no instruction; write module @name {{ ... }}")
    name = _text(op.attributes, "sym_name")
    try:
        first = _read(name, op, features)
        yield first
        for word in _text(op.attributes, "morello.also", "").split():
            yield _of_type(first, word)
    except (Faulty, UnsupportedOp) as error:
        raise IsaError(f"{library}: instruction {name}: {error}") from None


def _read(name: str, op: Any, features: frozenset[str]) -> Instruction:
    functions = _functions(op)
    meaning = functions["semantics"]
    structured = _structured(meaning)
    order = [_argument(v) for v in structured.values]
    if sorted(order) != list(range(len(meaning.arguments))):
        raise Faulty("@semantics has arguments that its op does not take, or takes twice")
    operands = structured.spec.operands
    shapes = Signature(tuple(meaning.arguments[n].type for n in order), tuple(order))
    emission = functions["emission"]
    template, in_memory = read_template("emission", emission, shapes)
    placed = [o if m else _in_register(o) for o, m in zip(operands, in_memory, strict=True)]
    spec = replace(
        structured.spec,
        inputs=tuple(placed[:-1]),
        output=placed[-1],
        body=_plain_zero(structured.spec.body),
    )
    strides = tuple(
        strides_of(emission.arguments[n].type) if m else None
        for n, m in zip(order, in_memory, strict=True)
    )
    masked: Template | None = None
    masks: tuple[str, ...] = ()
    if "masked" in functions:
        masked, again = read_template("masked", functions["masked"], shapes, masked=True)
        if again != in_memory:
            raise Faulty("@masked has operands in memory that @emission has not, or the reverse")
        masks = read_masks(functions["masked"], spec)
    return Instruction(
        name,
        spec,
        strides,
        template,
        _features(op, features),
        _number(op, "morello.throughput"),
        _number(op, "morello.latency"),
        _ports(op),
        masked,
        masks,
    )


def _functions(op: Any) -> dict[str, Any]:
    found = {}
    for f in op.regions[0].blocks[0].operations:
        if f.operation.name != "func.func" or f.name.value not in _SECTIONS:
            raise Faulty(f"{str(f).splitlines()[0]} ... is none of @{', @'.join(_SECTIONS)}")
        if f.is_external or len(f.regions[0].blocks) != 1:
            raise Faulty(f"@{f.name.value} is not one block")
        found[f.name.value] = f
    for wanted in ("semantics", "emission"):
        if wanted not in found:
            raise Faulty(f"has no @{wanted}")
    return found


def _structured(meaning: Any) -> Any:
    every = operations(meaning.operation, meaning.entry_block)
    ops = [o for o in every if o.name != "func.return"]
    if len(ops) != 1 or not is_structured(ops[0]):
        names = ", ".join(o.name for o in ops) or "nothing"
        raise Faulty(f"@semantics is not one linalg op: it has {names}")
    return read_structured(ops[0])


def _argument(value: Any) -> int:
    if not isinstance(value, ir.BlockArgument):
        raise Faulty("the op of @semantics takes a value that is no argument of @semantics")
    return int(value.arg_number)


def _in_register(o: Operand) -> Operand:
    """The operand as a register: every dimension a block, in order."""
    parts = tuple(Part(d) for d in range(len(o.shape)))
    blocks = tuple(Part(d, size) for d, size in enumerate(o.shape))
    return replace(o, placement=Placement(REG, Layout(parts + blocks), prod(o.shape)))


def _plain_zero(body: Any) -> Any:
    """The body, a constant zero spelled as the engine spells it."""
    if isinstance(body, Const) and body.dtype.is_float and body.text == "0.000000e+00":
        return Const(body.dtype.zero, body.dtype)
    return body


def _number(op: Any, name: str) -> float:
    if name not in op.attributes:
        raise Faulty(f"has no attribute {name}")
    value = op.attributes[name]
    if not isinstance(value, ir.FloatAttr) or value.value < 0:
        raise Faulty(f"{name} = {value}; cycles are like 0.5")
    return float(value.value)


def _ports(op: Any) -> str:
    ports = _text(op.attributes, "morello.ports")
    if not _PORTS.fullmatch(ports):
        raise Faulty(f"morello.ports = '{ports}'; write it like '2*p5 + p2|p3'")
    return ports


def _features(op: Any, known: frozenset[str]) -> frozenset[str]:
    words = _text(op.attributes, "morello.features").split()
    for word in words:
        if word not in known:
            near = difflib.get_close_matches(word, known, 3, 0.6)
            hint = f"did you mean {' or '.join(near)}?" if near else "list it in the library's own"
            raise Faulty(
                f"unknown feature '{word}'; {hint}" + ("" if near else " morello.features")
            )
    return frozenset(words)


def _of_type(i: Instruction, word: str) -> Instruction:
    """The entry of a copy for another element type."""
    old = i.spec.output.dtype
    new = BY_NAME.get(word)
    if new is None or new.bits != old.bits or not i.spec.is_copy:
        raise Faulty(f"morello.also = '{word}': wants a copy, and a type as wide as {old}")
    inputs = tuple(replace(o, dtype=new) for o in i.spec.inputs)
    output = replace(i.spec.output, dtype=new)
    return replace(
        i,
        name=_named(i.name, old, new),
        spec=replace(i.spec, inputs=inputs, output=output, body=Arg(0, new)),
        template=_retyped(i.template, old, new),
        masked=_retyped(i.masked, old, new) if i.masked else None,
    )


def _named(name: str, old: DType, new: DType) -> str:
    renamed = re.sub(rf"_{old}(?=x|_)", f"_{new}", name)
    if renamed == name:
        raise Faulty(f"morello.also: the name does not say {old}, so that it cannot say {new}")
    return renamed


def _retyped(template: Template, old: DType, new: DType) -> Template:
    if old.mlir == new.mlir:
        return template
    pattern = re.compile(rf"(?<=[x< ]){old.mlir}(?=[>, ]|$)")

    def retype(text: str) -> str:
        if old.is_float and not new.is_float:
            text = text.replace("0.000000e+00", "0")
        return pattern.sub(new.mlir, text)

    return replace(
        template,
        types=tuple(map(retype, template.types)),
        lines=tuple(map(retype, template.lines)),
    )
