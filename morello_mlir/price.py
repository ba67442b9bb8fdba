"""Prices: what an Impl costs on a Target, term by term.

`instructions` counts reciprocal throughputs, `lines` what comes from beyond L1, `loops` the steps
of loops that are not unrolled, `threads` what it takes to start and join a parallel loop. The
coefficients are rough and the same for all machines; they order programs and do not predict time.
Open goals are priced as if they were finished by the plain rule's lanes, one point a cycle.
"""

from __future__ import annotations

from math import prod

from .cost import Cost
from .expr import Expr, ops
from .impl import Accumulate, Impl, Leaf, Loop, Move, Open, SplitReduction
from .spec import Operand, Spec
from .target.match import Match
from .target.target import Target

LINE = 64
CYCLES_PER_LINE = {"L2": 2.0, "L3": 6.0, "mem": 12.0}
LOOP_STEP = 1.0
FORK_AND_JOIN = 10_000.0
PLAIN_OP = 1.0  # cycles of a vector op that the target's table does not have


def price(impl: Impl, target: Target) -> Cost:
    """The cost of a program."""
    if isinstance(impl, Open):
        return Cost.of({"open": float(impl.spec.points)})
    if isinstance(impl, Leaf):
        return _leaf(impl, target)
    if isinstance(impl, Loop):
        return _loop(impl, target)
    if isinstance(impl, Move):
        return _move(impl, target)
    if isinstance(impl, Accumulate):
        return price(impl.fill, target) + price(impl.body, target)
    assert isinstance(impl, SplitReduction)
    rest = price(impl.rest, target) if impl.rest is not None else Cost()
    return price(impl.body, target) + rest + price(impl.combine, target)


def _leaf(leaf: Leaf, target: Target) -> Cost:
    lines = sum((_lines(o, leaf.spec) for o in leaf.spec.operands), Cost())
    if isinstance(leaf.match, Match):
        return lines + Cost.of({"instructions": leaf.match.instruction.throughput})
    body: tuple[Expr, ...] = ops(leaf.spec.body)
    names = [o.op for o in body if hasattr(o, "op")]
    if leaf.spec.combine is not None:
        names.append(leaf.spec.combine)
    widest = max(o.dtype.bytes for o in leaf.spec.operands)
    registers = -(-leaf.match.count * widest // target.register_bytes)
    moved = sum(not o.placement.in_registers for o in leaf.spec.operands)
    cycles = sum(target.lanes.get(name, PLAIN_OP) for name in names) + moved * PLAIN_OP
    return lines + Cost.of({"instructions": cycles * registers})


def _loop(loop: Loop, target: Target) -> Cost:
    cost = price(loop.body, target) * loop.trips
    in_registers = any(o.placement.in_registers and loop.axis in o.axes for o in loop.spec.operands)
    if loop.order != "unrolled" and not in_registers:
        cost = cost + Cost.of({"loops": LOOP_STEP * loop.trips})
    if loop.rest is not None:
        cost = cost + price(loop.rest, target)
    threads = min(loop.threads, loop.trips)
    if threads > 1:
        cost = cost * (1 / threads) + Cost.of({"threads": FORK_AND_JOIN})
    return cost


def _move(move: Move, target: Target) -> Cost:
    cost = price(move.body, target)
    if move.buffer is None:
        operand = move.spec.operands[move.position]
        return cost + _lines(operand, move.spec)
    back = move.combine or move.store
    for child in (move.load, back):
        if child is not None:
            cost = cost + price(child, target)
    return cost


def _lines(operand: Operand, spec: Spec) -> Cost:
    """What it costs to bring all that a Spec touches of an operand to L1 once."""
    per_line = CYCLES_PER_LINE.get(operand.placement.level, 0.0)
    touched = prod(spec.extent_of(operand)) * operand.dtype.bytes
    return Cost.of({"lines": per_line * touched / LINE})
