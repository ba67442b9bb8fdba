"""Completeness: the mappings are those that an exhaustive matcher finds.

It knows definitions only. Every injective map of axes and every order of inputs is tried; bodies
are compared by their values on random numbers, indices point by point: each dimension of a Spec's
operand must move by the sum of the instruction's dimensions that stand for it, and these must be
different ones where lanes are registers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product
from math import prod
from typing import Any

import numpy as np
import pytest
from blocks import evaluate, points
from described import draw

from morello_mlir.spec import Kind, Operand, Spec
from morello_mlir.target.instruction import Instruction
from morello_mlir.target.mapping import mappings

Found = tuple[tuple[tuple[str, str], ...], tuple[int, ...]]


def exhaustive(spec: Spec, instruction: Instruction) -> Iterator[Found]:
    goal = instruction.spec
    if spec.combine != goal.combine or len(spec.inputs) != len(goal.inputs):
        return
    for order in permutations(range(len(spec.inputs))):
        pairs = [(goal.inputs[i], spec.inputs[s]) for i, s in enumerate(order)]
        pairs.append((goal.output, spec.output))
        if any(its.dtype != mine.dtype for its, mine in pairs) or not alike(spec, goal, order):
            continue
        for chosen in permutations(spec.axes, len(goal.axes)):
            axes = {a.name: c.name for a, c in zip(goal.axes, chosen, strict=True)}
            if any(c.kind is not a.kind for a, c in zip(goal.axes, chosen, strict=True)):
                continue
            if all(one_block(its, mine, axes, goal) for its, mine in pairs) and all(
                c.extent >= a.extent or may_be_short(instruction, a.name)
                for a, c in zip(goal.axes, chosen, strict=True)
            ):
                yield tuple(sorted(axes.items())), order


def alike(spec: Spec, goal: Spec, order: tuple[int, ...]) -> bool:
    """Whether two bodies have the same values."""
    r = np.random.default_rng(0)
    mine = [r.integers(0, 1 << o.dtype.bits, 50) for o in spec.inputs]
    its = [mine[s] for s in order]
    return bool((evaluate(spec.body, mine) == evaluate(goal.body, its)).all())


def one_block(its: Operand, mine: Operand, axes: dict[str, str], goal: Spec) -> bool:
    grid = points(goal.extents)
    moved: dict[str, Any] = {axes[x]: g for x, g in grid.items()}
    here = [sum((c * moved[v] for v, c in m.terms if v in moved), 0) for m in mine.map]
    there = [sum((c * grid[v] for v, c in m.terms), 0) for m in its.map]
    dims = range(len(here))
    for places in product(dims, repeat=len(there)):
        apart = len(set(places)) == len(places) or not its.placement.in_registers
        sums = [sum((t for t, p in zip(there, places, strict=True) if p == d), 0) for d in dims]
        if apart and all(np.all(h == s) for h, s in zip(here, sums, strict=True)):
            return True
    return False


def may_be_short(instruction: Instruction, axis: str) -> bool:
    """Whether the instruction can be executed for fewer elements along an axis."""
    goal = instruction.spec
    (kind,) = (a.kind for a in goal.axes if a.name == axis)
    if kind is Kind.REDUCTION and (goal.combine != "arith.addi" or not zeros_vanish(goal)):
        return False
    in_memory = axis in goal.output.axes and not goal.output.placement.in_registers
    return not in_memory or axis in instruction.masks


def zeros_vanish(goal: Spec) -> bool:
    """Whether a term is zero as soon as one of its inputs is."""
    r = np.random.default_rng(0)
    for i in range(len(goal.inputs)):
        given = [r.integers(1, 1 << o.dtype.bits, 50) for o in goal.inputs]
        given[i] *= 0
        if evaluate(goal.body, given).any():
            return False
    return True


@pytest.mark.parametrize("chunk", range(4))
def test_as_many_as_there_are(chunk: int) -> None:
    most, total = 0, 0
    for seed in range(5000 + chunk * 100, 5000 + (chunk + 1) * 100):
        pair = draw(seed)
        found = [(m.axes, m.inputs) for m in mappings(pair.spec, pair.instruction)]
        wanted = set(exhaustive(pair.spec, pair.instruction))
        assert len(set(found)) == len(found), f"seed {seed}: one mapping twice"
        assert set(found) == wanted, f"seed {seed}: {pair.spec} by {pair.instruction.spec}"
        tried = prod(range(1, len(pair.spec.axes) + 1))
        most, total = max(most, tried), total + len(found)
    assert most >= 24 and total >= 100
