"""Random programs: a linalg op as text, a legal schedule for it, inputs, and the answer by numpy.

`draw(seed, target)` is one of them; the suite (`property/test_programs.py`) and longer campaigns
(`property/campaign.py`) run the same draws, so that a seed replays a failure.
"""

from __future__ import annotations

import random
import string
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import ml_dtypes
import numpy as np
from mlir import ir
from poison import poisoned

from morello_mlir.action import Action, Finish, Move, NotApplicable, Select, SplitReduction, Tile
from morello_mlir.action.accumulate import Accumulate
from morello_mlir.compiler import compile
from morello_mlir.dialect.structured import read_structured
from morello_mlir.graph import Goal, sole
from morello_mlir.impl import children
from morello_mlir.layout import Layout, Part, print_layout
from morello_mlir.memory import REG
from morello_mlir.passes.base import Report
from morello_mlir.passes.fold_fill import folded_fill
from morello_mlir.passes.linalg_ops import linalg_ops
from morello_mlir.passes.prepare import prepare
from morello_mlir.schedule import Schedule, ScheduleError, Step, parse
from morello_mlir.spec import Operand, Spec, Start
from morello_mlir.target.target import Target

NUMPY: dict[str, Any] = {
    "f64": np.float64,
    "f32": np.float32,
    "bf16": ml_dtypes.bfloat16,
    "f16": np.float16,
    "i64": np.int64,
    "i32": np.int32,
    "i16": np.int16,
    "i8": np.int8,
    "u8": np.uint8,
    "i4": ml_dtypes.int4,
    "u4": ml_dtypes.uint4,
}
# Element types of the inputs and the output of a contraction, and how inputs are widened.
CONTRACTIONS = (
    ("f64", "f64", "f64"),
    ("f32", "f32", "f32"),
    ("bf16", "bf16", "f32"),
    ("f16", "f16", "f32"),
    ("bf16", "bf16", "bf16"),
    ("f16", "f16", "f16"),
    ("f32", "bf16", "f32"),
    ("u8", "i8", "i32"),
    ("i8", "u8", "i32"),
    ("i8", "i8", "i32"),
    ("u8", "u8", "i32"),
    ("i16", "i16", "i32"),
    ("i32", "i32", "i32"),
    ("i64", "i64", "i64"),
    ("i16", "i16", "i16"),
    ("i8", "i8", "i8"),
)
# The same with inputs of four bits.
HALVES = (
    ("u8", "i4", "i32"),
    ("u4", "i8", "i32"),
    ("i4", "u4", "i32"),
    ("i8", "i4", "i16"),
    ("f32", "i4", "f32"),
    ("f32", "u4", "f32"),
    ("u4", "bf16", "f32"),
)


@dataclass(frozen=True)
class Program:
    """A module with one function `f`, its arguments, and what the last one must hold afterwards."""

    text: str
    inputs: tuple[np.ndarray, ...]
    output: np.ndarray
    answer: np.ndarray
    tolerance: float

    def check(self, kernel: Any) -> None:
        """Run the kernel and compare."""
        out = self.output.copy()
        kernel.f(*self.inputs, out)
        got, want = out.astype(np.float64), self.answer.astype(np.float64)
        if self.tolerance == 0:
            np.testing.assert_array_equal(got, want)
        else:
            scale = np.maximum(np.abs(want), 1.0)
            assert np.all(np.abs(got - want) <= self.tolerance * scale), np.abs(got - want).max()


def mlir(name: str) -> str:
    """The MLIR spelling of an element type."""
    return name.replace("u", "i")


def memref(shape: tuple[int, ...], dtype: str) -> str:
    """A memref type."""
    return f"memref<{'x'.join([*map(str, shape), mlir(dtype)])}>"


def data(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Random elements: integers over the whole range, floats around one."""
    kind = NUMPY[dtype]
    if dtype[0] in "iu" and dtype != "bf16":
        if dtype in ("i4", "u4"):
            return rng.integers(0, 16, shape).astype(np.uint8).astype(kind)
        info = np.iinfo(kind)
        return rng.integers(info.min, info.max, shape, dtype=kind, endpoint=True)
    return rng.uniform(-1, 1, shape).astype(kind)


def _cast(old: str, new: str) -> str:
    """The op that makes a longer type of one."""
    if old[0] in "fb":
        return "extf"
    if new[0] in "fb":
        return "uitofp" if old[0] == "u" else "sitofp"
    return "extui" if old[0] == "u" else "extsi"


def contraction(r: random.Random, kinds: Sequence[tuple[str, str, str]] = CONTRACTIONS) -> Program:
    """A contraction of two to five iterators with permuted maps."""
    count = r.randint(2, 5)
    roles = [r.choice("mnkb") for _ in range(count)]
    if "k" not in roles and r.random() < 0.8:
        roles[r.randrange(count)] = "k"
    extents = _extents(r, count)
    types = r.choice(kinds)
    dims = {
        "a": [i for i in range(count) if roles[i] in "mkb"],
        "b": [i for i in range(count) if roles[i] in "nkb"],
        "c": [i for i in range(count) if roles[i] in "mnb"],
    }
    for order in dims.values():
        r.shuffle(order)
    shapes = [tuple(extents[i] for i in dims[o]) for o in "abc"]
    body = []
    values = ["%x", "%y"]
    for i in (0, 1):
        if types[i] != types[2]:
            pair = f"{mlir(types[i])} to {mlir(types[2])}"
            body.append(f"%e{i} = arith.{_cast(types[i], types[2])} {values[i]} : {pair}")
            values[i] = f"%e{i}"
    suffix = "f" if types[2][0] in "fb" else "i"
    out = mlir(types[2])
    body.append(f"%p = arith.mul{suffix} {values[0]}, {values[1]} : {out}")
    body.append(f"%s = arith.add{suffix} %z, %p : {out}")
    body.append(f"linalg.yield %s : {out}")
    iterators = ["reduction" if role == "k" else "parallel" for role in roles]
    text = _module(dims, shapes, types, iterators, body, fill=r.random() < 0.5)
    return _contraction_answer(r, text, dims, shapes, types)


def _contraction_answer(
    r: random.Random,
    text: str,
    dims: dict[str, list[int]],
    shapes: list[tuple[int, ...]],
    types: tuple[str, str, str],
) -> Program:
    rng = np.random.default_rng(r.randrange(1 << 30))
    a, b, c = (data(rng, s, t) for s, t in zip(shapes, types, strict=True))
    wide = np.float64 if types[2][0] in "fb" else np.int64
    letters = {o: "".join(string.ascii_letters[i] for i in dims[o]) for o in "abc"}
    with np.errstate(over="ignore"):
        product = np.einsum(
            f"{letters['a']},{letters['b']}->{letters['c']}", a.astype(wide), b.astype(wide)
        )
        start = np.zeros_like(c) if "linalg.fill" in text else c
        answer = (product + start.astype(wide)).astype(NUMPY[types[2]])
    terms = np.prod([s for s in shapes[0]], initial=1.0)
    unit = {"f64": 1e-15, "f32": 1e-6, "bf16": 2e-2, "f16": 2e-3}.get(types[2], 0.0)
    return Program(text, (a, b), c, answer, unit * (4 + terms**0.5 * (2 if unit > 1e-3 else 1)))


ELEMENTWISE = ("f64", "f32", "bf16", "f16", "i64", "i32", "i16", "i8")


def elementwise(r: random.Random) -> Program:
    """Up to three inputs, permuted and broadcast, under a random expression."""
    count = r.randint(1, 4)
    extents = _extents(r, count)
    dtype = r.choice(ELEMENTWISE)
    arity = r.randint(1, 3)
    names = "abd"[:arity]
    dims = {}
    for name in names:
        kept = [i for i in range(count) if r.random() < 0.8]
        r.shuffle(kept)
        dims[name] = kept
    out = list(range(count))
    r.shuffle(out)
    dims["c"] = out
    shapes = [tuple(extents[i] for i in dims[o]) for o in (*names, "c")]
    rng = np.random.default_rng(r.randrange(1 << 30))
    arrays = [data(rng, s, dtype) for s in shapes]
    suffix = "f" if dtype[0] in "fb" else "i"
    ops = {"add": np.add, "sub": np.subtract, "mul": np.multiply}
    grid = [
        np.einsum(
            a.astype(np.float64 if suffix == "f" else np.int64),
            dims[o],
            [d for d in dims["c"] if d in dims[o]],
        ).reshape([extents[d] if d in dims[o] else 1 for d in dims["c"]])
        for o, a in zip(names, arrays[:-1], strict=True)
    ]
    value, expr, body = grid[0], "%x0", []
    with np.errstate(over="ignore"):
        for i in range(1, arity):
            op = r.choice(list(ops))
            body.append(f"%t{i} = arith.{op}{suffix} {expr}, %x{i} : {dtype}")
            expr = f"%t{i}"
            value = ops[op](value, grid[i])
    if suffix == "f" and r.random() < 0.3:
        body.append(f"%u = math.absf {expr} : {dtype}")
        expr, value = "%u", np.abs(value)
    body.append(f"linalg.yield {expr} : {dtype}")
    types = (dtype,) * (arity + 1)
    text = _module(dims, shapes, types, ["parallel"] * count, body, fill=False)
    answer = np.broadcast_to(value, shapes[-1]).astype(NUMPY[dtype])
    unit = {"f64": 1e-14, "f32": 1e-6, "bf16": 3e-2, "f16": 4e-3}.get(dtype, 0.0)
    return Program(text, tuple(arrays[:-1]), arrays[-1], answer, unit)


def _extents(r: random.Random, count: int) -> list[int]:
    while True:
        extents = [
            r.choice((1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40)) for _ in range(count)
        ]
        if np.prod(extents) <= 60_000:
            return extents


def _module(
    dims: dict[str, list[int]],
    shapes: list[tuple[int, ...]],
    types: tuple[str, ...],
    kinds: list[str],
    body: list[str],
    fill: bool,
) -> str:
    """The text of a module whose function `f` holds one linalg.generic."""
    iterators = ", ".join(f"d{i}" for i in range(len(kinds)))
    maps = ", ".join(
        f"affine_map<({iterators}) -> ({', '.join(f'd{i}' for i in order)})>"
        for order in dims.values()
    )
    names = [f"%{o}" for o in dims]
    memrefs = [memref(s, t) for s, t in zip(shapes, types, strict=True)]
    head = ", ".join(f"{n}: {t}" for n, t in zip(names, memrefs, strict=True))
    out = mlir(types[-1])
    scalars = [f"%x{i}" for i in range(len(names) - 1)] if len(names) != 3 else ["%x", "%y"]
    if not any("%y" in line for line in body):
        scalars = [f"%x{i}" for i in range(len(names) - 1)]
    block = ", ".join(f"{n}: {mlir(t)}" for n, t in zip([*scalars, "%z"], types, strict=True))
    zero = "0.0" if out[0] in "fb" else "0"
    filling = (
        f"  %zero = arith.constant {zero} : {out}\n"
        f"  linalg.fill ins(%zero : {out}) outs(%c : {memrefs[-1]})\n"
        if fill
        else ""
    )
    quoted = ", ".join(f'"{k}"' for k in kinds)
    lines = "\n".join(f"    {line}" for line in body)
    return (
        f"func.func @f({head}) {{\n{filling}"
        f"  linalg.generic {{indexing_maps = [{maps}], iterator_types = [{quoted}]}}\n"
        f"      ins({', '.join(names[:-1])} : {', '.join(memrefs[:-1])})"
        f" outs(%c : {memrefs[-1]}) {{\n"
        f"  ^bb0({block}):\n{lines}\n  }}\n  return\n}}\n"
    )


def random_schedule(spec: Spec, target: Target, r: random.Random) -> Schedule:
    """A legal schedule: random Actions on the main line, closed by the plain rule."""
    steps: list[Step] = []
    for _ in range(r.randint(0, 9)):
        action = _random_action(spec, target, r)
        if action is None:
            continue
        try:
            impl = action.apply(spec, target)
        except NotApplicable:
            continue
        main = dict(children(impl)).get("main")
        steps.append(Step(action))
        if main is None:
            return Schedule(tuple(steps))
        spec = sole(main.spec)
    return Schedule((*steps, Step(Finish())))


def _random_action(spec: Spec, target: Target, r: random.Random) -> Action | None:
    kind = r.choice(("tile", "tile", "tile", "move", "move", "accumulate", "split", "select"))
    if kind == "tile" and spec.axes:
        axis = r.choice(spec.axes)
        size = r.choice((1, 2, 3, 4, 6, 8, 16, 32, max(1, axis.extent - 1)))
        order = r.choice(("serial", "serial", "unrolled", "parallel"))
        if order == "unrolled" and axis.extent // size > 8:
            order = "serial"
        return Tile(axis.name, size, order)
    if kind == "move":
        return _random_move(spec, target, r)
    if kind == "accumulate":
        return Accumulate()
    if kind == "split" and spec.reductions:
        axis = r.choice(spec.reductions)
        return SplitReduction(axis.name, r.choice((2, 3, 4, 8, 16)), r.choice((REG, "L1")))
    if kind == "select" and target.instructions:
        return Select(r.choice(target.instructions).name)
    return None


def _random_move(spec: Spec, target: Target, r: random.Random) -> Action | None:
    operand = r.choice(spec.operands)
    place = random_place(spec, operand, r)
    return None if place is None else Move(operand.name, *place)


def random_place(goal: Goal, operand: Operand, r: random.Random) -> tuple[str, str] | None:
    """A level and the text of a layout, if any, for an operand, which need not fit."""
    rank = len(operand.shape)
    level = r.choice(("L3", "L2", "L1", REG))
    if rank == 0 or r.random() < 0.3:
        return level, ""
    order = list(range(rank))
    r.shuffle(order)
    parts = [Part(d) for d in order]
    lanes = 0
    for _ in range(r.randint(0, 2)):
        size = r.choice((2, 4, 8, 16))
        parts.append(Part(r.randrange(rank), size))
        lanes = max(lanes, 1) * size
    if level == REG:
        covered = goal.extent_of(operand)
        elements = Layout(tuple(parts)).size(covered)
        if elements // max(lanes, 1) > 16 or lanes > 64:
            return None
    return level, print_layout(Layout(tuple(parts)), operand.dims, lanes if level == REG else 0)


@dataclass(frozen=True)
class Draw:
    """A program under a schedule."""

    seed: int
    program: Program
    schedule: str

    def run(self, target: str, threads: int = 1) -> None:
        """Compile, run and compare, on fresh memory that is full of NaN.

        LLVM works in a process of its own, which it may abort.
        """
        kernel = compile(
            self.program.text,
            target=target,
            threads=threads,
            schedule=f"{self.schedule}\n",
            isolate=True,
        )
        with poisoned():
            self.program.check(kernel)

    def __str__(self) -> str:
        return f"seed {self.seed}\n{self.program.text}\n{self.schedule}\n"


def draw(seed: int, target: Target) -> Draw:
    """The program and the schedule of a seed."""
    r = random.Random(seed)
    program = contraction(r) if r.random() < 0.65 else elementwise(r)
    return under_a_schedule(seed, program, r, target)


def draw_halves(seed: int, target: Target) -> Draw:
    """A program that reads numbers of four bits, and the schedule of a seed."""
    r = random.Random(seed)
    return under_a_schedule(seed, contraction(r, HALVES), r, target)


def under_a_schedule(seed: int, program: Program, r: random.Random, target: Target) -> Draw:
    """The program with a random legal schedule for its last op."""
    with ir.Context():
        module = ir.Module.parse(program.text)
        prepare(module, Report())
        op = list(linalg_ops(module.operation))[-1]
        read = read_structured(op)
        spec = replace(read.spec, limits=target.limits)
        if folded_fill(op, spec, read.values[-1]) is not None:
            spec = replace(spec, start=Start.NOTHING)
        schedule = random_schedule(spec, target, r)
        try:
            schedule.apply(spec, target)
        except ScheduleError:  # the moves left no register for the plain rule
            schedule = Schedule().finish()
    assert parse(str(schedule)) == schedule
    return Draw(seed, program, str(schedule))
