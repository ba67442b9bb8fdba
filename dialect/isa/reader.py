"""Reading a library's text: from MLIR to `Instruction` values, with a reason where it is wrong.

The format is described in `__init__.py`; `template.py` reads the functions that spell an
instruction and checks them, `bare.py` what stands in for them on machines without, `machine.py`
the attributes of a machine. All errors are `IsaError` and name the instruction.
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

from ...expr import Const
from ...layout import Layout, Part
from ...memory import REG, Placement
from ...spec import Operand, Spec
from ...target.cpus import CPUS
from ...target.instruction import Instruction, Template
from ..blocks import operations
from ..region import UnsupportedOp
from ..structured import is_structured, read_structured
from .also import of_type
from .bare import read_partial, read_places
from .faulty import Faulty, IsaError, error_at
from .machine import Machine, read_machine
from .template import Signature, read_masks, read_template, strides_of


@dataclass(frozen=True)
class Library:
    """What one file holds: instructions in order, the cost of lanes, features of its own, and a
    machine where it describes one."""

    instructions: tuple[Instruction, ...]
    lanes: dict[str, float]
    features: frozenset[str] = frozenset()
    machine: Machine | None = None


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
            found = error.error_diagnostics[0]
            line, column = found.location.start_line, found.location.start_col
            raise IsaError(name, f"line {line}: {found.message}", line, column) from None
        attributes = module.operation.attributes
        try:
            features = frozenset(_text(attributes, "morello.features", "").split())
            machine = read_machine(attributes)
            lanes = _lanes(attributes)
        except Faulty as error:
            raise error_at(name, str(error), module.operation.location) from None
        near = machine.nearest if machine else REG
        world = _World(name, FEATURES | features, near, machine is not None)
        entries = (op.operation for op in module.body.operations)
        instructions = tuple(i for op in entries for i in _instructions(op, world))
        return Library(instructions, lanes, features, machine)


@dataclass(frozen=True)
class _World:
    """What an instruction's library says: its name, features that may be asked for, the name of
    the nearest memory, and whether it is a machine of its own."""

    library: str
    features: frozenset[str]
    nearest: str
    is_machine: bool


@lru_cache(maxsize=1)
def _context() -> Any:
    """One context for all libraries: making it and loading dialects takes as long as a library."""
    context = ir.Context()
    context.allow_unregistered_dialects = True
    context.enable_multithreading(False)
    return context


def _text(attributes: Any, name: str, default: str | None = None) -> str:
    if name not in attributes and default is not None:
        return default
    if name not in attributes:
        raise Faulty(f"has no attribute {name}")
    value = attributes[name]
    if not isinstance(value, ir.StringAttr):
        raise Faulty(f"{name} = {value} is not a string")
    return str(value.value)


def _lanes(attributes: Any) -> dict[str, float]:
    if "morello.lanes" not in attributes:
        return {}
    if not isinstance(attributes["morello.lanes"], ir.DictAttr):
        raise Faulty('morello.lanes is not like {"arith.addf" = 0.5}')
    lanes = {str(item.name): item.attr for item in attributes["morello.lanes"]}
    for op, cycles in lanes.items():
        if not isinstance(cycles, ir.FloatAttr):
            raise Faulty(f"morello.lanes has {op} = {cycles}; cycles are like 0.5")
    return {op: float(cycles.value) for op, cycles in lanes.items()}


def _instructions(op: Any, world: _World) -> Iterator[Instruction]:
    if op.name != "builtin.module" or "sym_name" not in op.attributes:
        reason = f"{op.name} is no instruction; write module @name {{ ... }}"
        raise error_at(world.library, reason, op.location)
    name = _text(op.attributes, "sym_name")
    try:
        first = _read(name, op, world)
        yield first
        for word in _text(op.attributes, "morello.also", "").split():
            yield of_type(first, word)
    except (Faulty, UnsupportedOp) as error:
        where = getattr(error, "location", None) or op.location
        raise error_at(world.library, f"instruction {name}: {error}", where) from None


def _read(name: str, op: Any, world: _World) -> Instruction:
    functions = _functions(op, bare=world.is_machine)
    meaning = functions["semantics"]
    places = read_places(meaning, world.nearest)
    structured = _structured(meaning)
    order = [_argument(v) for v in structured.values]
    if sorted(order) != list(range(len(meaning.arguments))):
        raise Faulty(
            "@semantics has arguments that its op does not take, or takes twice", meaning.location
        )
    shapes = Signature(tuple(meaning.arguments[n].type for n in order), tuple(order))
    template: Template | None = None
    in_memory = tuple(places.in_memory(n) for n in order)
    strides = tuple(places.strides[n] if m else None for n, m in zip(order, in_memory, strict=True))
    if "emission" in functions:
        emission = functions["emission"]
        template, in_memory = read_template("emission", emission, shapes)
        if any(m and not places.in_memory(n) for n, m in zip(order, in_memory, strict=True)):
            raise Faulty("@emission has operands in memory that @semantics has not")
        strides = tuple(
            strides_of(emission.arguments[n].type) if m else None
            for n, m in zip(order, in_memory, strict=True)
        )
    spec = _placed(structured.spec, in_memory, world.nearest)
    masked: Template | None = None
    masks = read_partial(op, spec) if template is None else ()
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
        _features(op, world),
        _number(op, "morello.throughput"),
        _number(op, "morello.latency"),
        _ports(op, optional=world.is_machine),
        masked,
        masks,
    )


def _functions(op: Any, *, bare: bool) -> dict[str, Any]:
    found = {}
    for f in op.regions[0].blocks[0].operations:
        if f.operation.name != "func.func" or f.name.value not in _SECTIONS:
            raise Faulty(
                f"{str(f).splitlines()[0]} ... is none of @{', @'.join(_SECTIONS)}", f.location
            )
        if f.is_external or len(f.regions[0].blocks) != 1:
            raise Faulty(f"@{f.name.value} is not one block", f.location)
        found[f.name.value] = f
    wanted = ["semantics"] if bare and "masked" not in found else ["semantics", "emission"]
    for name in wanted:
        if name not in found:
            raise Faulty(f"has no @{name}")
    return found


def _structured(meaning: Any) -> Any:
    every = operations(meaning.operation, meaning.entry_block)
    ops = [o for o in every if o.name != "func.return"]
    if len(ops) != 1 or not is_structured(ops[0]):
        names = ", ".join(o.name for o in ops) or "nothing"
        raise Faulty(f"@semantics is not one linalg op: it has {names}", meaning.location)
    return read_structured(ops[0])


def _argument(value: Any) -> int:
    if not isinstance(value, ir.BlockArgument):
        raise Faulty("the op of @semantics takes a value that is no argument of @semantics")
    return int(value.arg_number)


def _placed(spec: Spec, in_memory: tuple[bool, ...], nearest: str) -> Spec:
    """The Spec with its operands where they are."""
    operands = zip(spec.operands, in_memory, strict=True)
    *inputs, output = (o if m else _in_register(o, nearest) for o, m in operands)
    return replace(spec, inputs=tuple(inputs), output=output, body=_plain_zero(spec.body))


def _in_register(o: Operand, nearest: str) -> Operand:
    """The operand as a register: every dimension a block, in order."""
    parts = tuple(Part(d) for d in range(len(o.shape)))
    blocks = tuple(Part(d, size) for d, size in enumerate(o.shape))
    return replace(o, placement=Placement(nearest, Layout(parts + blocks), prod(o.shape)))


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


def _ports(op: Any, *, optional: bool) -> str:
    ports = _text(op.attributes, "morello.ports", "" if optional else None)
    if ports == "" and optional:
        return ports
    if not _PORTS.fullmatch(ports):
        raise Faulty(f"morello.ports = '{ports}'; write it like '2*p5 + p2|p3'")
    return ports


def _features(op: Any, world: _World) -> frozenset[str]:
    known = world.features
    words = _text(op.attributes, "morello.features", "" if world.is_machine else None).split()
    for word in words:
        if word not in known:
            near = difflib.get_close_matches(word, known, 3, 0.6)
            hint = f"did you mean {' or '.join(near)}?" if near else "list it in the library's own"
            raise Faulty(
                f"unknown feature '{word}'; {hint}" + ("" if near else " morello.features")
            )
    return frozenset(words)
