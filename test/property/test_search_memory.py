"""Laws of memory: more of it never costs more, and a program takes what it is said to take.

On random tiny goals and machines, where every capacity is nearly too small (`../tiny.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

import pytest
from tiny import Draw, cramped, draw, odd

from morello_mlir.action.move import held
from morello_mlir.impl import Impl, Move, children
from morello_mlir.memory import REG, Limits
from morello_mlir.search.errors import NoProgramError
from morello_mlir.search.moves import UNITS
from morello_mlir.search.settle import SettleBase
from morello_mlir.search.solver import Solved, solve
from morello_mlir.search.tiles import SPARE
from morello_mlir.spec import Spec
from morello_mlir.target.target import Target
from morello_mlir.traffic import footprint

SEEDS = range(3000, 3040)


def drawn(seed: int) -> Draw:
    """Goals of both kinds."""
    return odd(seed) if seed % 2 else draw(seed)


def cycles(spec: Spec, machine: Target) -> float:
    """The least cost, infinite where there is no program."""
    try:
        return solve(spec, machine).cycles
    except NoProgramError:
        return float("inf")


def limited(spec: Spec, level: str, amount: int) -> Spec:
    """The goal with so much left of a level."""
    return replace(spec, limits=Limits.of(**{**dict(spec.limits.bytes), level: amount}))


def whole(found: Solved) -> str | None:
    """The cache that operands of the best program come to before anything else."""
    base = found.node.slab.base
    if not isinstance(base, SettleBase):
        return None
    opening, _ = base.options[int(found.node.slab.codes[found.node.point]) - 1]
    return opening.level if opening.moved else None


@pytest.mark.parametrize("seed", SEEDS)
def test_more_memory_never_costs_more(seed: int) -> None:
    one = drawn(seed)
    with cramped(seed):
        known = cycles(one.spec, one.target)
        for level, amount in one.spec.limits.bytes:
            for more in (amount + 1, 2 * amount, 16 * amount):
                found = cycles(limited(one.spec, level, more), one.target)
                assert found <= known * (1 + 1e-12), f"{level} {amount} to {more}: {one}"


@pytest.mark.parametrize("seed", SEEDS)
def test_peaks_are_honest(seed: int) -> None:
    """With no more than the program takes, the search finds it again."""
    with cramped(seed):
        one = drawn(seed)
        try:
            found = solve(one.spec, one.target)
        except NoProgramError:
            return
        taken, left = peak(found.impl, found.target), dict(found.spec.limits.bytes)[REG]
        again = {REG: taken + SPARE if taken else left}
        for level in ("L1", "L2", "L3"):
            again[level] = least(found, level)
        for level, amount in again.items():
            have = dict(found.spec.limits.bytes)[level]
            assert amount <= have, level
            spec = limited(found.spec, level, amount)
            once_more = solve(spec, found.target)
            assert once_more.cycles == pytest.approx(found.cycles, rel=1e-12), level
            if level == REG:
                assert str(once_more.schedule) == str(found.schedule)


def peak(impl: Impl, machine: Target, taken: int = 0) -> int:
    """The most registers that operands hold at a time, as Actions count them."""
    alone = getattr(impl, "buffer", None)
    for buffer in getattr(impl, "buffers", () if alone is None else (alone,)):
        if buffer.placement.in_registers:
            taken += held(buffer, REG, machine)
    return max([taken, *(peak(child, machine, taken) for _, child in children(impl))])


def least(found: Solved, level: str) -> int:
    """The least capacity of a cache that holds what the program moves there, as search counts."""
    have = dict(found.spec.limits.bytes)[level]
    if whole(found) == level:
        return have
    usable = found.target.costs.of("usable", level)

    ways = set(filling(found.impl, level, found.target)) - {()}

    def fits(amount: int) -> bool:
        unit = amount * usable / UNITS
        return all(sum(ceil(t / unit) for t in way) <= UNITS for way in ways)

    return next((c for c in range(1, have + 1) if fits(c)), have + 1) if ways else have


def filling(
    impl: Impl, level: str, machine: Target, taken: tuple[float, ...] = ()
) -> Iterator[tuple[float, ...]]:
    """What is moved to a cache on every way down."""
    if isinstance(impl, Move):
        o, to = (s.operands[impl.position] for s in (impl.spec, impl.body.spec))
        if to.placement.level == level and impl.buffer is None:
            taken = (*taken, float(footprint(o, impl.spec.extent_of(o))))
        elif to.placement.level == level:
            taken = (*taken, float(held(to, level, machine)))
    yield taken
    for _, child in children(impl):
        yield from filling(child, level, machine, taken)
