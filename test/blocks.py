"""Mappings executed: loops around an instruction that does what its Spec says on blocks.

A block has the shape of the instruction's operand. What the Spec has is copied into it and, of the
output, back; what the Spec does not have is junk where nobody may look, and zero where the mapping
says that zeros add nothing. Elements are unsigned numbers of their type's bits, so that only casts
give them a sign. Nothing here looks at how mappings are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from itertools import product
from typing import Any

import numpy as np

from morello_mlir.dtype import DType
from morello_mlir.expr import Arg, Const, Expr
from morello_mlir.spec import Kind, Operand, Spec
from morello_mlir.target.mapping import Mapping, Rest

Array = Any


def signed(raw: Array, bits: int) -> Array:
    return (raw ^ (1 << (bits - 1))) - (1 << (bits - 1))


def evaluate(e: Expr, inputs: Sequence[Array]) -> Array:
    """The body at all points at once."""
    if isinstance(e, Arg):
        return inputs[e.index]
    assert not isinstance(e, Const)
    args = [evaluate(a, inputs) for a in e.args]
    return compute(e.op, args, e.args[0].dtype, e.dtype)


def compute(op: str, args: Sequence[Array], given: DType, to: DType) -> Array:
    if op == "arith.extui":
        return args[0]
    if op == "arith.extsi":
        return signed(args[0], given.bits) % (1 << to.bits)
    x, y = (signed(a, to.bits) for a in args)
    found = {"addi": x + y, "subi": x - y, "muli": x * y, "maxsi": np.maximum(x, y)}
    return found[op.split(".")[1]] % (1 << to.bits)


def index(o: Operand, at: Dict[str, Array]) -> tuple[Array, ...]:
    """The index of an operand's elements at points of the Spec; a scalar has one element."""
    zero = sum(at.values()) * 0
    return (zero, *(m.const + sum((c * at[v] for v, c in m.terms), zero) for m in o.map))


def run(spec: Spec, arrays: Sequence[Array], at: Dict[str, Array]) -> None:
    """Do what a Spec says at some points."""
    if not at:
        at = {"": np.zeros(1, np.int64)}
    read = [a[index(o, at)] for o, a in zip(spec.inputs, arrays, strict=False)]
    shape = np.broadcast(*at.values()).shape
    value = np.broadcast_to(evaluate(spec.body, read), shape).reshape(-1)
    there = tuple(i.reshape(-1) for i in index(spec.output, at))
    if spec.combine is None:
        arrays[-1][there] = value
        return
    assert spec.combine in ("arith.addi", "arith.maxsi")
    bits = spec.output.dtype.bits
    total = signed(arrays[-1], bits)
    (np.add if spec.combine == "arith.addi" else np.maximum).at(total, there, signed(value, bits))
    arrays[-1][...] = total % (1 << bits)


def points(extents: Dict[str, int]) -> dict[str, Array]:
    grid = np.indices(tuple(extents.values()))
    return dict(zip(extents, grid, strict=True))


def random_arrays(spec: Spec, seed: int) -> list[Array]:
    r = np.random.default_rng(seed)
    return [r.integers(0, 1 << o.dtype.bits, (1, *o.shape)) for o in spec.operands]


def execute(mapping: Mapping, spec: Spec, arrays: Sequence[Array]) -> int:
    """Compute a Spec as the mapping says; how often the instruction was executed."""
    sizes, rests = mapping.sizes, mapping.rests(spec)
    count = 0
    for start, length in _tiles(spec, sizes):
        short = {a for a, e in length.items() if e < sizes.get(a, 1)}
        if any(rests[a] is Rest.APART for a in short):
            run(spec, arrays, {a: start[a] + g for a, g in points(length).items()})
            continue
        _execute(mapping, spec, arrays, start, length, rests)
        count += 1
    return count


def _tiles(spec: Spec, sizes: Dict[str, int]) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """Where each tile starts, and how long it is."""
    names = [a.name for a in spec.axes]
    starts = (range(0, a.extent, sizes.get(a.name, 1)) for a in spec.axes)
    for at in product(*starts):
        start = dict(zip(names, at, strict=True))
        yield (
            start,
            {a.name: min(sizes.get(a.name, 1), a.extent - start[a.name]) for a in spec.axes},
        )


def _execute(
    mapping: Mapping,
    spec: Spec,
    arrays: Sequence[Array],
    start: Dict[str, int],
    length: Dict[str, int],
    rests: Dict[str, Rest],
) -> None:
    goal = mapping.instruction.spec
    axes = dict(mapping.axes)
    grid = points(goal.extents)
    mine = {a: np.asarray(s) for a, s in start.items()}
    mine |= {axes[x]: start[axes[x]] + g for x, g in grid.items()}
    order = (*mapping.inputs, len(spec.inputs))
    blocks = []
    for position, its in zip(order, goal.operands, strict=True):
        o, array = spec.operands[position], arrays[position]
        block = np.full((1, *its.shape), 0x5A, np.int64) % (1 << its.dtype.bits)
        valid = np.ones(np.broadcast(*grid.values()).shape, bool)
        for x, g in grid.items():
            if x not in its.axes:
                continue
            inside = g < length[axes[x]]
            reduces = any(a.name == x and a.kind is Kind.REDUCTION for a in goal.axes)
            if reduces or rests.get(axes[x]) is Rest.MASKED:
                block[tuple(i[~inside & valid] for i in _whole(index(its, grid), valid))] = 0
            valid &= inside
        there = _whole(index(its, grid), valid)
        here = _whole(index(o, mine), valid)
        source = array[tuple(i[valid] for i in here)]
        block[tuple(i[valid] for i in there)] = source
        assert (block[tuple(i[valid] for i in there)] == source).all(), f"{o.name} is not one block"
        blocks.append(block)
    run(goal, blocks, grid)
    valid = np.ones(np.broadcast(*grid.values()).shape, bool)
    for x, g in grid.items():
        if x in goal.output.axes:
            valid &= g < length[axes[x]]
    back = tuple(i[valid] for i in _whole(index(spec.output, mine), valid))
    arrays[-1][back] = blocks[-1][tuple(i[valid] for i in _whole(index(goal.output, grid), valid))]


def _whole(found: tuple[Array, ...], like: Array) -> tuple[Array, ...]:
    return tuple(np.broadcast_to(i, like.shape) for i in found)
