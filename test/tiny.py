"""Tiny machines and random tiny goals on which every limit of the search binds somewhere.

A machine has some of AVX2's instructions, perhaps with fewer lanes, a handful of registers, and
caches of a few lines. `draw(seed)` is a goal on one, `odd(seed)` one that packs or splits, or that
a schedule written by hand leaves open, `divisible(seed, threads)` one without reductions,
`scattered(seed, threads)` one whose rows lie apart; within `cramped(seed)` the sizes that loops may
step by, and how much may be unrolled, are few as well.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any
from unittest import mock

from engine import target as named

from morello_mlir import price
from morello_mlir.action import Action, Move, NotApplicable, SplitReduction, Tile
from morello_mlir.dtype import BF16, F32, I8, I32, U8, DType
from morello_mlir.expr import Apply, Arg, Const, Expr
from morello_mlir.impl import open_specs
from morello_mlir.layout import Layout, Part, permuted, print_layout
from morello_mlir.linear import Linear
from morello_mlir.memory import REG, Limits, Placement
from morello_mlir.search import ladder, loops, registers, streams, tiles
from morello_mlir.search.plans import plans
from morello_mlir.spec import Axis, Kind, Operand, Spec, Start
from morello_mlir.target.coefficients import Coefficients
from morello_mlir.target.instruction import Instruction
from morello_mlir.target.target import Level, Target

WIDE = 8
"""Lanes of the instructions that machines are made of."""

COPIES = [
    "load_f32x8",
    "store_f32x8",
    "broadcast_f32x8",
    "zero_f32x8",
    "transpose_f32_8x8",
    "load_i32x8",
    "store_i32x8",
    "zero_i32x8",
    "load_bf16x8",
    "load2_bf16x8",
    "pack2_bf16x8",
    "load4_i8x8",
    "widen_bf16_f32x8",
    "sum_f32x8",
    "max_f32x8",
]
COPIED = ("copied", "copied_run")
PRODUCTS = ["fma_f32x8", "fma_lanes_f32x8", "fma_bf16_f32x8", "dot2_bf16_f32x8", "dot4_u8s8_i32x8"]


Kinds = tuple[Callable[[random.Random], Spec], ...]


def narrow(instruction: Instruction, by: int) -> Instruction:
    """An instruction with as many times fewer lanes."""

    def size(n: int | None) -> int | None:
        return WIDE // by if n == WIDE else n

    def view(o: Operand) -> Operand:
        place = o.placement
        parts = tuple(replace(p, size=size(p.size)) for p in place.layout.parts)
        has = any(p.size == WIDE for p in place.layout.parts)
        lanes = place.lanes // by if has else place.lanes
        shape = tuple(size(e) or 1 for e in o.shape)
        placed = Placement(place.level, Layout(parts, place.layout.strides), lanes)
        return replace(o, shape=shape, placement=placed)

    spec = instruction.spec
    axes = tuple(replace(a, extent=size(a.extent) or 1) for a in spec.axes)
    goal = replace(spec, axes=axes, inputs=tuple(map(view, spec.inputs)), output=view(spec.output))
    return replace(instruction, spec=goal)


def machine(r: random.Random, threads: int = 1) -> Target:
    """A machine: at least one product, and no cache without those outside of it being larger."""
    whole = named("x86-64-v3")
    by = r.choice((1, 2, 2, 4))
    wanted = {n for n in (*COPIES, *PRODUCTS) if r.random() < 0.7} | {r.choice(PRODUCTS)}
    found = tuple(narrow(i, by) for i in whole.instructions if i.name in wanted)
    sizes = sorted(r.choice((96, 192, 512, 1024, 4096, 65536)) for _ in range(3))
    levels = tuple(Level(n, s) for n, s in zip(("L1", "L2", "L3"), sizes, strict=True))
    return Target(
        "tiny",
        levels,
        4 * WIDE // by,
        r.randint(3, 8),
        whole.features,
        found,
        whole.lanes,
        threads,
        given=scaled(r, whole.costs),
    )


def scaled(r: random.Random, costs: Coefficients) -> Coefficients:
    """Coefficients that are a few times larger or smaller, some of them nothing at all."""

    def some(value: Any, most: float = 1e9) -> Any:
        if isinstance(value, tuple):
            return tuple((name, some(v)) for name, v in value)
        return min(most, value * r.choice((0.0, 0.3, 1.0, 1.0, 3.0)))

    values = {f.name: some(getattr(costs, f.name)) for f in fields(costs)}
    values["fork"] = r.choice((0.0, 5.0, 50.0))
    values["usable"] = tuple((name, r.choice((0.5, 0.75, 1.0))) for name, _ in costs.usable)
    return replace(costs, **values)


def copying(costs: Coefficients) -> Coefficients:
    """Coefficients by which copies are cheap beside elements that are read one by one."""
    free: dict[str, Any] = {
        n: tuple((level, 0.0) for level, _ in getattr(costs, n)) for n in COPIED
    }
    return replace(costs, **free, loop_step=0.0, loop_entry=0.0, load=0.0, lane_op=4.0)


@contextmanager
def cramped(seed: int) -> Iterator[None]:
    """Few sizes to step by, and little that may be unrolled."""
    r = random.Random(seed)
    factors = r.choice(((1, 2), (1, 3), (1, 2, 3)))
    unrolled = r.choice((2, 3, 8))
    open_streams = r.choice((1, 2, 32))
    with ExitStack() as stack:
        for where, name, value in (
            (ladder, "FACTORS", (factors,) * len(ladder.FACTORS)),
            (ladder, "REDUCED", r.choice(((1, 2), (1, 3)))),
            (loops, "UNROLLED", unrolled),
            (tiles, "UNROLLED", unrolled),
            (loops, "LEAVES", r.choice((1, 2, 16))),
            (tiles, "LEAVES", r.choice((1, 4, 64))),
            (registers, "STEPS", r.choice((2, 4, 32))),
            (price, "STREAMS", open_streams),
            (streams, "STREAMS", open_streams),
        ):
            stack.enter_context(mock.patch.object(where, name, value))
        yield


def operand(r: random.Random, name: str, maps: list[Linear], extents: dict[str, int],
            dtype: DType = F32, turned: float = 0.3) -> Operand:  # fmt: skip
    """A view in memory: now and then transposed, or of a larger buffer."""
    rank = len(maps)
    inside = [1 + sum(c * (extents[v] - 1) for v, c in m.terms) for m in maps]
    larger = r.random() < 0.15
    shape = tuple(e + (r.choice((0, 1, 8)) if larger else 0) for e in inside)
    order = list(range(rank))
    if r.random() < turned:
        r.shuffle(order)
    place = Placement("mem", permuted(order))
    return Operand(name, dtype, tuple(maps), shape, place)


def goal(r: random.Random, target: Target, kinds: Kinds | None = None) -> Spec:
    """A goal of some kind, on a part of the target's capacities."""
    spec = r.choice(kinds or KINDS)(r)
    shares = {name: int(most * r.choice((1, 1, 1, 0.5))) for name, most in target.limits.bytes}
    shares["reg"] = max(3, shares["reg"])
    serial = r.random() < 0.2
    return replace(spec, limits=Limits.of(**shares), serial=serial).canonical()


def left_open(r: random.Random, spec: Spec, target: Target) -> Spec:
    """What a few Actions leave open: operands in caches, in blocks, in registers; partial sums."""
    for _ in range(r.randint(1, 3)):
        try:
            opens = list(open_specs(_action(r, spec, target).apply(spec, target)))
        except NotApplicable:
            continue
        spec = r.choice(opens)
    return spec.canonical()


def _action(r: random.Random, spec: Spec, target: Target) -> Action:
    i = r.randrange(len(spec.operands))
    o = spec.operands[i]
    places = [p.registers(spec)[i] for p in plans(spec, target) if i in p.registers(spec)]
    if places and r.random() < 0.5:
        place = r.choice(places)
        return Move(o.name, REG, print_layout(place.layout, o.dims, place.lanes))
    if o.map and r.random() < 0.5:
        order = list(range(len(o.map)))
        r.shuffle(order)
        blocks = Layout((*map(Part, order), Part(r.choice(order), r.choice((2, 4)))))
        return Move(o.name, r.choice(("L2", "L1")), print_layout(blocks, o.dims))
    if spec.reductions and r.random() < 0.3:
        return SplitReduction(r.choice(spec.reductions).name, r.choice((2, 4)))
    if spec.axes and r.random() < 0.5:
        axis = r.choice(spec.axes)
        return Tile(axis.name, r.randint(1, axis.extent))
    return Move(o.name, r.choice(("L3", "L2", "L1")))


TYPES: dict[tuple[DType, DType, DType], Expr] = {
    (F32, F32, F32): Apply("arith.mulf", (Arg(0, F32), Arg(1, F32)), F32),
    (BF16, BF16, F32): Apply(
        "arith.mulf",
        (Apply("arith.extf", (Arg(0, BF16),), F32), Apply("arith.extf", (Arg(1, BF16),), F32)),
        F32,
    ),
    (U8, I8, I32): Apply(
        "arith.muli",
        (Apply("arith.extui", (Arg(0, U8),), I32), Apply("arith.extsi", (Arg(1, I8),), I32)),
        I32,
    ),
}


def product(r: random.Random, axes: str, extents: dict[str, int], turned: float = 0.3) -> Spec:
    """A contraction: `m` and `n` index one input, `b` both and the output, `k` both.

    Inputs lie turned by chance, or all of them in order.
    """
    types = r.choice((*TYPES, (F32, F32, F32)))
    kinds = {a: Kind.REDUCTION if a == "k" else Kind.PARALLEL for a in axes}

    def view(name: str, on: str, dtype: DType) -> Operand:
        order = [a for a in on if a in axes]
        if r.random() < turned:
            r.shuffle(order)
        return operand(r, name, [Linear.var(a) for a in order], extents, dtype, turned)

    return Spec(
        tuple(Axis(a, kinds[a], extents[a]) for a in axes),
        (view("A", "bmk", types[0]), view("B", "bkn", types[1])),
        view("C", "bmn", types[2]),
        TYPES[types],
        "arith.addf" if types[2] is F32 else "arith.addi",
        r.choice((Start.NOTHING, Start.NOTHING, Start.VALUE)),
    )


def matmul(r: random.Random) -> Spec:
    sizes = {"m": r.randint(1, 3), "n": r.choice((2, 4, 5, 8, 9)), "k": r.randint(2, 4)}
    return product(r, "mnk", sizes)


def batched(r: random.Random) -> Spec:
    sizes = {"b": 2, "m": r.randint(1, 2), "n": r.choice((2, 4, 5)), "k": r.randint(2, 3)}
    return product(r, "bmnk", sizes)


def vector(r: random.Random) -> Spec:
    """Matrix times vector, vector times matrix, dot, outer product."""
    axes = r.choice(("mk", "mk", "nk", "nk", "k", "mn"))
    sizes = {"m": r.randint(2, 4), "n": r.choice((3, 8, 12, 17)), "k": r.randint(2, 12)}
    return product(r, axes, {a: sizes[a] for a in axes})


def panels(r: random.Random) -> Spec:
    """A product that reads an input against the grain, many times."""
    extents = {"m": r.choice((4, 6)), "n": r.choice((4, 5, 8)), "k": r.randint(2, 3)}
    spec = product(r, "mnk", extents)
    far = replace(spec.inputs[1], placement=Placement("mem", permuted((1, 0))))
    return spec.with_operand(1, far)


def dot(r: random.Random) -> Spec:
    """Sums along what lies contiguous."""
    extents = {"m": r.choice((1, 1, 2, 3)), "k": r.choice((8, 9, 12, 16, 17, 24))}
    return product(r, "mk", extents, turned=0.0)


def elementwise(r: random.Random) -> Spec:
    """One to three inputs, some of them broadcast."""
    extents = {"i": r.randint(1, 9), "j": r.choice((1, 2, 4, 8, 13, 24))}
    count = r.randint(1, 3)
    body: Expr = Arg(0, F32)
    for i in range(1, count):
        body = Apply(r.choice(("arith.addf", "arith.subf")), (body, Arg(i, F32)), F32)
    if count == 1:
        body = Apply("math.exp", (body,), F32)
    inputs = tuple(
        operand(r, n, [Linear.var(a) for a in r.choice(("ij", "ij", "ji", "i", "j"))], extents)
        for n in "ABD"[:count]
    )
    return _parallel(r, extents, inputs, body)


def fill(r: random.Random) -> Spec:
    extents = {"i": r.randint(1, 9), "j": r.choice((1, 2, 4, 8, 13, 24))}
    return _parallel(r, extents, (), Const("0.0", F32))


def copy(r: random.Random) -> Spec:
    """Copies: plain, transposed, of windows, widening."""
    extents = {"i": r.choice((1, 3, 8, 9)), "j": r.choice((2, 4, 8, 13))}
    order = [Linear.var(a) for a in r.choice(("ij", "ji"))]
    dtype = r.choice((F32, F32, BF16))
    body: Expr = Arg(0, dtype)
    if dtype is BF16:
        body = Apply("arith.extf", (body,), F32)
    return _parallel(r, extents, (operand(r, "A", order, extents, dtype),), body)


def _parallel(
    r: random.Random, extents: dict[str, int], inputs: tuple[Operand, ...], body: Expr
) -> Spec:
    axes = tuple(Axis(a, Kind.PARALLEL, e) for a, e in extents.items())
    out = operand(r, "C", [Linear.var(a) for a in r.choice(("ij", "ij", "ji"))], extents)
    return Spec(axes, inputs, out, body)


def largest(r: random.Random) -> Spec:
    """A maximum along rows or columns."""
    extents = {"i": r.choice((1, 2, 4, 5, 9)), "k": r.choice((2, 3, 8, 9, 16))}
    return Spec(
        (Axis("i", Kind.PARALLEL, extents["i"]), Axis("k", Kind.REDUCTION, extents["k"])),
        (operand(r, "A", [Linear.var(a) for a in r.choice(("ik", "ki"))], extents),),
        operand(r, "C", [Linear.var("i")], extents),
        Arg(0, F32),
        r.choice(("arith.maximumf", "arith.addf")),
        r.choice((Start.NOTHING, Start.VALUE)),
    )


def window(r: random.Random) -> Spec:
    """A convolution in one dimension."""
    extents = {"i": r.choice((4, 5, 8)), "k": r.choice((2, 3))}
    return Spec(
        (Axis("i", Kind.PARALLEL, extents["i"]), Axis("k", Kind.REDUCTION, extents["k"])),
        (
            operand(r, "A", [Linear.of({"i": r.choice((1, 1, 2)), "k": 1})], extents),
            operand(r, "B", [Linear.var("k")], extents),
        ),
        operand(r, "C", [Linear.var("i")], extents),
        TYPES[F32, F32, F32],
        "arith.addf",
        r.choice((Start.NOTHING, Start.VALUE)),
    )


def added(r: random.Random) -> Spec:
    """A product, or a matrix whose rows lie apart, added to what is there."""
    if r.random() < 0.5:
        sizes = {"m": r.randint(2, 9), "n": r.choice((3, 4, 8, 13))}
        return replace(product(r, "mn", sizes), start=Start.VALUE)
    return replace(apart(copy(r)), combine="arith.addf", start=Start.VALUE)


def apart(spec: Spec) -> Spec:
    """A goal whose first input is part of a buffer so large that its rows share no lines."""
    first = spec.inputs[0]
    return spec.with_operand(0, replace(first, shape=tuple(e + 40 for e in first.shape)))


KINDS = (matmul, matmul, matmul, batched, vector, vector, elementwise, elementwise, fill, copy,
         largest, window)  # fmt: skip


@dataclass(frozen=True)
class Draw:
    """A goal on a machine."""

    seed: int
    target: Target
    spec: Spec

    def __str__(self) -> str:
        t = self.target
        return f"seed {self.seed}: {self.spec} | {self.spec.limits} | {len(t.instructions)} known"


def draw(seed: int, threads: int = 1) -> Draw:
    """The goal of a seed."""
    r = random.Random(seed)
    target = machine(r, threads)
    return Draw(seed, target, goal(r, target))


def divisible(seed: int, threads: int) -> Draw:
    """A goal without reductions, which threads may share."""
    r = random.Random(seed)
    target = machine(r, threads)
    spec = goal(r, target, (elementwise, fill, copy, added, added))
    return Draw(seed, target, replace(spec, serial=False))


def scattered(seed: int, threads: int) -> Draw:
    """A goal that threads may share, and in which loops break streams."""
    r = random.Random(seed)
    target = machine(r, threads)
    spec = goal(r, target, (*[largest] * 6, matmul, elementwise, copy, added))
    return Draw(seed, target, replace(apart(spec), serial=False))


def odd(seed: int, threads: int = 1) -> Draw:
    """A goal that wants packing or partial sums, or what is left open of one: it may have no
    program."""
    r = random.Random(seed)
    target = machine(r, threads)
    if r.random() < 0.5:
        target = replace(target, given=copying(target.costs))
    spec = goal(r, target, (panels, panels, dot, matmul, vector, copy))
    return Draw(seed, target, left_open(r, spec, target) if r.random() < 0.5 else spec)
