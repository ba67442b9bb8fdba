"""Random descriptions of instructions, and random Specs that they may or may not compute.

Nothing is of the libraries. An instruction has one to three axes, one or two inputs in bytes, words
or integers, in memory or in registers, and masks along some axes. Most Specs are made from it:
more axes, windows with strides, other orders of axes, dimensions and inputs, longer chains of
casts, other extents; and then perhaps one thing is broken. Integers only, so that results are
exact. Read next: `blocks.py`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from morello_mlir.dtype import I8, I16, I32, U8, DType
from morello_mlir.expr import Apply, Arg, Expr
from morello_mlir.layout import Layout, Part, row_major
from morello_mlir.linear import Linear
from morello_mlir.memory import REG, Placement
from morello_mlir.spec import Axis, Kind, Operand, Spec, Start
from morello_mlir.target.instruction import Instruction, Template

TYPES = (I8, I8, U8, I16, I32)
COMBINES = ("arith.addi", "arith.addi", "arith.addi", "arith.maxsi", None)
BODIES = ("arith.muli", "arith.muli", "arith.addi", "arith.subi")


@dataclass(frozen=True)
class Pair:
    """An instruction and a Spec."""

    instruction: Instruction
    spec: Spec


def draw(seed: int) -> Pair:
    """A random pair, the same for the same seed."""
    r = random.Random(seed)
    goal = _meaning(r)
    instruction = _instruction(r, goal)
    made = _larger(r, goal)
    if r.random() < 0.35:
        made = r.choice(MISTAKES)(r, made)
    return Pair(instruction, made.canonical())


def _operand(
    r: random.Random, name: str, dtype: DType, axes: list[str], sizes: dict[str, int]
) -> Operand:
    r.shuffle(axes)
    shape = tuple(sizes[a] for a in axes)
    place = Placement("mem", row_major(len(axes)))
    return Operand(name, dtype, tuple(map(Linear.var, axes)), shape, place)


def _cast(index: int, dtype: DType) -> Expr:
    """An input as i32."""
    if dtype == I32:
        return Arg(index, I32)
    signless = I8 if dtype == U8 else dtype
    return Apply("arith.extsi" if dtype.signed else "arith.extui", (Arg(index, signless),), I32)


def _meaning(r: random.Random) -> Spec:
    """What an instruction computes."""
    combine = r.choice(COMBINES)
    count = r.randint(1, 3)
    kinds = [Kind.PARALLEL if combine is None or r.random() < 0.6 else Kind.REDUCTION
             for _ in range(count)]  # fmt: skip
    names = [f"x{n}" for n in range(count)]
    axes = tuple(Axis(n, k, r.randint(2, 4)) for n, k in zip(names, kinds, strict=True))
    sizes = {a.name: a.extent for a in axes}
    inputs = r.choice((1, 2, 2))
    types = [r.choice(TYPES) for _ in range(inputs)]
    varies = [[a for a in names if r.random() < 0.6] for _ in range(inputs)]
    for a in names:
        if not any(a in v for v in varies):
            r.choice(varies).append(a)
    body = _cast(0, types[0])
    if inputs == 2:
        body = Apply(r.choice(BODIES), (body, _cast(1, types[1])), I32)
    written = [a.name for a in axes if a.kind is Kind.PARALLEL]
    return Spec(
        axes,
        tuple(_operand(r, "AB"[i], t, varies[i], sizes) for i, t in enumerate(types)),
        _operand(r, "C", I32, written, sizes),
        body,
        combine,
        Start.NOTHING if combine is None else Start.VALUE,
    )


def _instruction(r: random.Random, goal: Spec) -> Instruction:
    def placed(o: Operand) -> Operand:
        if r.random() < 0.4:
            return o
        parts = (*map(Part, range(len(o.shape))), *(Part(d, e) for d, e in enumerate(o.shape)))
        lanes = 1
        for extent in o.shape:
            lanes *= extent
        return replace(o, placement=Placement(REG, Layout(parts), lanes))

    spec = replace(goal, inputs=tuple(map(placed, goal.inputs)), output=placed(goal.output))
    strides = tuple(
        None if o.placement.in_registers else (None,) * len(o.shape) for o in spec.operands
    )
    names = tuple(f"%arg{n}" for n in range(len(spec.operands)))
    template = Template(names, names, ())
    masks = tuple(a.name for a in spec.axes if r.random() < 0.5)
    return Instruction("random", spec, strides, template, frozenset(), 1.0, 1.0, "p0",
                       template if masks else None, masks)  # fmt: skip


def _larger(r: random.Random, goal: Spec) -> Spec:
    """A Spec that the instruction computes, with loops around it."""
    names = r.sample("abcdefgh", len(goal.axes))
    renamed = {a.name: n for a, n in zip(goal.axes, names, strict=True)}
    axes = [Axis(renamed[a.name], a.kind, r.randint(2, 7)) for a in goal.axes]
    operands = [replace(o, map=tuple(m.rename(renamed) for m in o.map)) for o in goal.operands]
    for name in r.sample("mnpqst", r.choice((0, 1, 1, 2))):
        reduces = goal.combine is not None and r.random() < 0.5
        axes.append(Axis(name, Kind.REDUCTION if reduces else Kind.PARALLEL, r.randint(2, 3)))
        reading = r.sample(range(len(operands) - 1), r.randint(1, len(operands) - 1))
        for i in (*reading, *(() if reduces else (len(operands) - 1,))):
            operands[i] = _along(r, operands[i], name, written=i == len(operands) - 1)
    r.shuffle(axes)
    operands = [_turned(r, o) for o in operands]
    body = _other_casts(r, goal.body)
    inputs = operands[:-1]
    if len(inputs) == 2 and r.random() < 0.5:
        body, inputs = _swapped(body), inputs[::-1]
    named = [replace(o, name="AB"[i], align=(), dims=()) for i, o in enumerate(inputs)]
    spec = Spec(tuple(axes), tuple(named), replace(operands[-1], align=(), dims=()), body,
                goal.combine, goal.start)  # fmt: skip
    return _sized(spec)


def _along(r: random.Random, o: Operand, name: str, *, written: bool) -> Operand:
    """The operand moving along one more axis: in a dimension of its own, or within a window."""
    if o.map and not written and r.random() < 0.4:
        d = r.randrange(len(o.map))
        window = o.map[d] + Linear.var(name, r.randint(1, 2))
        return replace(o, map=(*o.map[:d], window, *o.map[d + 1 :]), shape=o.shape)
    at = r.randint(0, len(o.map))
    return replace(o, map=(*o.map[:at], Linear.var(name), *o.map[at:]),
                   shape=(*o.shape[:at], 0, *o.shape[at:]), align=(), dims=())  # fmt: skip


def _turned(r: random.Random, o: Operand) -> Operand:
    order = r.sample(range(len(o.map)), len(o.map))
    return replace(o, map=tuple(o.map[d] for d in order), shape=tuple(o.shape[d] for d in order))


def _other_casts(r: random.Random, body: Expr) -> Expr:
    """The body with some casts in two steps, some commutative operands turned."""
    if not isinstance(body, Apply):
        return body
    args = tuple(_other_casts(r, a) for a in body.args)
    if body.op.startswith("arith.ext") and body.args[0].dtype == I8 and r.random() < 0.3:
        last = r.choice(("arith.extsi", body.op))  # no sign is left after extui
        return Apply(last, (Apply(body.op, args, I16),), body.dtype)
    if body.op in ("arith.muli", "arith.addi") and r.random() < 0.4:
        args = args[::-1]
    return replace(body, args=args)


def _swapped(body: Expr) -> Expr:
    if isinstance(body, Arg):
        return Arg(1 - body.index, body.dtype)
    return replace(body, args=tuple(map(_swapped, body.args))) if isinstance(body, Apply) else body


def _sized(spec: Spec) -> Spec:
    """The Spec with buffers just large enough."""

    def sized(o: Operand) -> Operand:
        place = Placement("mem", row_major(len(o.map)))
        return replace(o, shape=spec.extent_of(o), placement=place, align=(), dims=())

    return replace(spec, inputs=tuple(map(sized, spec.inputs)), output=sized(spec.output))


def _mistaken_kind(r: random.Random, spec: Spec) -> Spec:
    """A reduction that is none, or another way to combine."""
    if spec.combine is None:
        return replace(spec, combine="arith.addi", start=Start.VALUE)
    return replace(spec, combine="arith.maxsi" if spec.combine == "arith.addi" else "arith.addi")


def _mistaken_step(r: random.Random, spec: Spec) -> Spec:
    """An input that moves by more than one along some axis."""
    i = r.randrange(len(spec.inputs))
    o = spec.inputs[i]
    if not o.map:
        return spec
    d = r.randrange(len(o.map))
    maps = (*o.map[:d], o.map[d] * 2, *o.map[d + 1 :])
    return _sized(spec.with_operand(i, replace(o, map=maps)))


def _mistaken_dimension(r: random.Random, spec: Spec) -> Spec:
    """An input that moves along an axis twice, or along one more, or two in one dimension."""
    i = r.randrange(len(spec.inputs))
    o = spec.inputs[i]
    name = r.choice(spec.axes).name
    if o.map and r.random() < 0.5:
        d = r.randrange(len(o.map))
        maps = (*o.map[:d], Linear.of({**dict(o.map[d].terms), name: 1}), *o.map[d + 1 :])
    else:
        maps = (*o.map, Linear.var(name))
    changed = replace(o, map=maps, shape=(0,) * len(maps), align=(), dims=())
    return _sized(spec.with_operand(i, changed))


def _mistaken_sign(r: random.Random, spec: Spec) -> Spec:
    """Bytes that are read with the other sign."""

    def turn(e: Expr) -> Expr:
        if not isinstance(e, Apply):
            return e
        other = {"arith.extsi": "arith.extui", "arith.extui": "arith.extsi"}
        return replace(e, op=other.get(e.op, e.op), args=tuple(map(turn, e.args)))

    flipped = {I8: U8, U8: I8}
    inputs = tuple(replace(o, dtype=flipped.get(o.dtype, o.dtype)) for o in spec.inputs)
    return replace(spec, inputs=inputs, body=turn(spec.body))


MISTAKES = (_mistaken_kind, _mistaken_step, _mistaken_dimension, _mistaken_sign)
