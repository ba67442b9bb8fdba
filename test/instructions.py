"""Instructions as functions that can be called: what the tests of the libraries share.

Each operand becomes a memref argument: one in memory with the strides that the instruction takes
(odd ones where it takes any), one in registers as a row of lanes. Masks become rows of bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ml_dtypes
import numpy as np

from morello_mlir.expr import Apply, Arg, Const, Expr
from morello_mlir.spec import Operand, Start
from morello_mlir.target.instruction import Instruction

NUMPY: dict[str, Any] = {
    "f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16,
    "i64": np.int64, "i32": np.int32, "i16": np.int16, "i8": np.int8, "u8": np.uint8,
}  # fmt: skip
GAP = 3
"""How much longer than its elements a row is, where the instruction takes rows of any distance."""


@dataclass(frozen=True)
class Case:
    """A form of an instruction as the function `name`."""

    instruction: Instruction
    masked: bool

    @property
    def name(self) -> str:
        return self.instruction.name + ("_masked" if self.masked else "")


def cases(instructions: tuple[Instruction, ...]) -> Iterator[Case]:
    for i in instructions:
        yield Case(i, False)
        if i.masked:
            yield Case(i, True)


def strides(i: Instruction, position: int) -> tuple[int, ...]:
    """The strides of an operand in memory, in elements."""
    given = i.strides[position]
    assert given is not None
    shape = i.spec.operands[position].shape
    found: list[int] = []
    step = 1
    for extent, fixed in zip(reversed(shape), reversed(given), strict=True):
        found.append(step + GAP if fixed is None else fixed)
        step = found[-1] * extent
    return tuple(reversed(found))


def argument_type(i: Instruction, position: int) -> str:
    o = i.spec.operands[position]
    if o.placement.in_registers:
        return f"memref<{max(o.placement.lanes, 1)}x{o.dtype.mlir}>"
    sizes = "".join(f"{e}x" for e in o.shape)
    layout = f", strided<[{', '.join(map(str, strides(i, position)))}]>" if o.shape else ""
    return f"memref<{sizes}{o.dtype.mlir}{layout}>"


def function(case: Case, constant_masks: dict[str, int] | None = None) -> str:
    """The case as a function; `constant_masks` has the lengths where masks are no arguments."""
    i = case.instruction
    template = i.masked if case.masked else i.template
    assert template is not None
    operands = i.spec.operands
    types = [argument_type(i, n) for n in range(len(operands))]
    head = [f"%x{n}: {t}" for n, t in enumerate(types)]
    lines = [f"%c{n} = arith.constant {n} : index" for n in range(65)]
    values: dict[str, str] = {}
    for n, o in enumerate(operands):
        if not o.placement.in_registers:
            lines.append(f"%m{n} = memref.cast %x{n} : {types[n]} to {template.types[n]}")
            values[template.parameters[n]] = f"%m{n}"
        elif template.types[n].startswith("vector"):
            lines.append(f"%m{n} = vector.load %x{n}[%c0] : {types[n]}, {template.types[n]}")
            values[template.parameters[n]] = f"%m{n}"
        else:
            lines.append(f"%m{n} = memref.load %x{n}[%c0] : {types[n]}")
            values[template.parameters[n]] = f"%m{n}"
    for n, axis in enumerate(i.masks if case.masked else (), len(operands)):
        extent = i.spec.extents[axis]
        if constant_masks is None:
            head.append(f"%x{n}: memref<{extent}xi8>")
            lines.append(
                f"%b{n} = vector.load %x{n}[%c0] : memref<{extent}xi8>, vector<{extent}xi8>"
            )
            lines.append(f"%m{n} = arith.trunci %b{n} : vector<{extent}xi8> to vector<{extent}xi1>")
        else:
            lines.append(
                f"%m{n} = vector.constant_mask [{constant_masks[axis]}] : vector<{extent}xi1>"
            )
        values[template.parameters[n]] = f"%m{n}"
    memory = {
        template.parameters[n] for n, o in enumerate(operands) if not o.placement.in_registers
    }

    def name(found: re.Match[str]) -> str:
        word = found[0]
        return values.get(word, f"%v_{word[1:]}")

    for line in template.lines:
        for p in memory:
            line = re.sub(
                re.escape(p) + r"\[([\d, ]+)\]",
                lambda m: m[0][: m[0].index("[")] + re.sub(r"(\d+)", r"%c\1", f"[{m[1]}]"),
                line,
            )
        lines.append(re.sub(r"%(?!c\d+\b(?=[\],]))[\w#]+", name, line))
    if template.result:
        n = len(operands) - 1
        result = re.sub(r"%[\w#]+", name, template.result)
        if template.types[n].startswith("vector"):
            lines.append(f"vector.store {result}, %x{n}[%c0] : {types[n]}, {template.types[n]}")
        else:
            lines.append(f"memref.store {result}, %x{n}[%c0] : {types[n]}")
    body = "\n".join(f"  {line}" for line in lines)
    return f"func.func @{case.name}({', '.join(head)}) {{\n{body}\n  return\n}}\n"


def random(rng: np.random.Generator, o: Operand, count: int) -> Any:
    """Elements: integers of the full range with its ends often, floats of both signs."""
    kind = np.dtype(NUMPY[o.dtype.name])
    if o.dtype.is_float:
        return (rng.standard_normal(count) * 2).astype(kind)
    ends = np.iinfo(kind)
    values = rng.integers(ends.min, ends.max, count, dtype=kind, endpoint=True)
    extreme = rng.choice(np.array([ends.min, ends.max], kind), count)
    return np.where(rng.random(count) < rng.choice([0.0, 0.5, 1.0]), extreme, values)


def view(flat: Any, shape: tuple[int, ...], steps: tuple[int, ...]) -> Any:
    size = flat.dtype.itemsize
    return np.lib.stride_tricks.as_strided(flat, shape, tuple(s * size for s in steps))


def arguments(i: Instruction, rng: np.random.Generator) -> list[Any]:
    """Random operands as arrays, for the function of `case`."""
    arrays = []
    for n, o in enumerate(i.spec.operands):
        if o.placement.in_registers:
            arrays.append(random(rng, o, max(o.placement.lanes, 1)))
        else:
            steps = strides(i, n)
            room = 1 + sum((e - 1) * s for e, s in zip(o.shape, steps, strict=True))
            arrays.append(view(random(rng, o, room), o.shape, steps))
    return arrays


def logical(i: Instruction, n: int, array: Any) -> Any:
    """An operand's array in its logical shape."""
    return array.reshape(i.spec.operands[n].shape) if i.strides[n] is None else array


def _wide(e: Expr) -> Any:
    return np.float64 if e.dtype.is_float else np.int64


def _wrap(value: Any, dtype: Any) -> Any:
    return np.asarray(value).astype(np.int64).astype(NUMPY[dtype.name]).astype(np.int64)


OPS = {
    "mul": np.multiply, "add": np.add, "maximum": np.maximum, "maxnum": np.fmax, "maxs": np.maximum,
}  # fmt: skip


def evaluate(e: Expr, inputs: list[Any]) -> Any:
    """The body at all points at once, in wide arithmetic; integers wrap as their type does."""
    if isinstance(e, Arg):
        return inputs[e.index]
    if isinstance(e, Const):
        return _wide(e)(float(e.text))
    args = [evaluate(a, inputs) for a in e.args]
    name = e.op.split(".")[1]
    if name in ("extf", "truncf"):
        return args[0].astype(NUMPY[e.dtype.name]).astype(np.float64)
    if name == "extui":
        bits = e.args[0].dtype.bits
        return args[0] & ((1 << bits) - 1)
    if name in ("extsi", "trunci"):
        return _wrap(args[0], e.dtype)
    assert isinstance(e, Apply)
    value = OPS[name[:-1]](*args)
    return value if e.dtype.is_float else _wrap(value, e.dtype)


def expected(i: Instruction, arrays: list[Any], extents: dict[str, int]) -> tuple[Any, Any]:
    """The output and the magnitude of what was summed up in it, of the first `extents` elements."""
    spec = i.spec
    names = [a.name for a in spec.axes]
    ranges = [np.arange(extents[n]) for n in names]
    grid = dict(zip(names, np.meshgrid(*ranges, indexing="ij"), strict=True))
    points = [extents[n] for n in names]

    def index(o: Operand) -> tuple[Any, ...]:
        return tuple(
            np.broadcast_to(sum(c * grid[v] for v, c in m.terms) + m.const, points) for m in o.map
        )

    inputs = []
    for n, o in enumerate(spec.inputs):
        wide = np.float64 if o.dtype.is_float else np.int64
        inputs.append(logical(i, n, arrays[n]).astype(wide)[index(o)])
    value = np.broadcast_to(evaluate(spec.body, inputs), points)
    out = spec.output
    result = logical(i, len(spec.inputs), arrays[-1]).astype(value.dtype).copy()
    # One dimension more, as scalars have none.
    result, at = result[np.newaxis], (np.zeros(points, int), *index(out))
    if spec.combine is None:
        result[at] = value
        return result[0], np.abs(result[0])
    assert spec.start is Start.VALUE
    size = np.abs(result)
    combine = OPS[spec.combine.split(".")[1][:-1]]
    combine.at(result, at, value)
    np.add.at(size, at, np.abs(value))
    return (result if out.dtype.is_float else _wrap(result, out.dtype))[0], size[0]
