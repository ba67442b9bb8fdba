"""Prices of leaves: an instruction by its throughput, lanes op by op, and the lines they touch.

Read next: `price.py`, which adds them up.
"""

from __future__ import annotations

import re
from math import prod

from .cost import Cost
from .expr import Expr, ops
from .spec import Kind, Operand, Spec, Start
from .target.match import Lanes, Match
from .target.strict import is_ordered
from .target.target import Target
from .traffic import lines, straddling

LOADS = re.compile(r"(\d\*)?p2\|p3")
"""The ports of instructions that only load: they run beside arithmetic."""

ACROSS = 2.0
"""Cycles to bring half of the lanes to the other half."""

SINGLE = 2
"""Vector ops that bring one element to a lane where none lies beside it, or take it from there."""

UNPACK = 2
"""Vector ops that make bytes of a register of half bytes."""

LEAST = 0.25
"""Cycles of a vector op that does next to nothing."""


def leaf_price(spec: Spec, match: Match | Lanes, target: Target) -> Cost:
    """An instruction by its throughput; lanes op by op and register by register."""
    broken = {"splits": target.costs.split * _splits(spec)}
    if isinstance(match, Match):
        instruction = match.instruction
        if LOADS.fullmatch(instruction.ports):
            return Cost.of({"loads": instruction.throughput * target.costs.load, **broken})
        return Cost.of({"instructions": instruction.throughput, **broken})
    body: tuple[Expr, ...] = ops(spec.body)
    names = [o.op for o in body if hasattr(o, "op")]
    if spec.combine is not None:
        names.append(spec.combine)
    widest = max(o.dtype.bytes for o in spec.operands)
    registers = -(-match.count * widest // target.register_bytes)
    plain = target.costs.lane_op
    cycles = sum(target.lanes.get(name, plain) for name in names)
    moved = sum(
        _lane_moves(o, spec, match, registers) * (1 + UNPACK * o.dtype.is_nibble)
        for o in spec.operands
    )
    tests = sum(len(o.border.dims) for o in spec.inputs if o.border is not None)
    work = cycles * registers + (moved + tests) * plain
    total = max(work, LEAST * registers) + _across(spec, match, target)
    return Cost.of({"instructions": total, **broken})


def _splits(spec: Spec) -> float:
    """Registers that are read or written across the end of a line."""
    memory = (o for o in spec.operands if not o.placement.in_registers)
    return sum(float(straddling(o, spec.extent_of(o))) for o in memory)


def _across(spec: Spec, match: Lanes, target: Target) -> float:
    """To reduce the lanes of a register to one: half of them at a time, or one after the other."""
    reduced = [a.extent for a in spec.reductions if dict(match.order).get(a.name, 1) > 1]
    if is_ordered(spec, target):
        return sum(target.costs.latency * extent for extent in reduced)
    return sum(ACROSS * (extent - 1).bit_length() for extent in reduced)


def _lane_moves(o: Operand, spec: Spec, match: Lanes, registers: int) -> int:
    """The loads or stores that bring an operand to lanes: one by one where they lie apart."""
    if o.placement.in_registers:
        return 0
    step = 1
    for axis, size in reversed(match.order):
        if axis in o.axes and spec.extents.get(axis, 1) > 1:
            dim = o.dim_of(axis)
            if dim is None or _stride(o, dim, axis, spec) != step:
                apart = prod(spec.extents.get(a, 1) for a, _ in match.order if a in o.axes)
                return SINGLE * apart
        step *= size if axis in o.axes else 1
    return registers if any(a in o.axes for a, _ in match.order) else 1


def _stride(o: Operand, dim: int, axis: str, spec: Spec) -> int | None:
    """Elements between neighbours along an axis; None where they are not evenly apart."""
    extent, by = spec.extents[axis], o.map[dim].coefficient(axis)
    step = o.placement.layout.stride_along(dim, extent, o.align[dim], o.shape)
    return None if step is None else step * by


def latency(spec: Spec, target: Target) -> float:
    """Cycles from one accumulation into a register to the next into the same one."""
    kinds = sorted(o.dtype.value.name for o in spec.inputs)
    chains = [
        i.latency
        for i in target.instructions
        if i.spec.combine == spec.combine
        and i.spec.output.dtype == spec.output.dtype
        and sorted(o.dtype.name for o in i.spec.inputs) == kinds
        and any(a.kind is Kind.PARALLEL for a in i.spec.axes)
    ]
    return min(chains, default=target.costs.latency)


def touched(spec: Spec, target: Target) -> Cost:
    """What a leaf reads and writes beyond L1."""
    terms: dict[str, float] = {}
    for o in spec.operands:
        table = line_table(spec, o)
        rate = target.costs.of(table, o.placement.level)
        if rate and not o.placement.in_registers:
            times = passes(spec) if o is spec.output else 1
            name = f"{table}.{o.placement.level}"
            terms[name] = terms.get(name, 0.0) + times * rate * lines(o, spec.extent_of(o))
    return Cost.of(terms)


def line_table(spec: Spec, operand: Operand) -> str:
    """Where to look up what lines cost: of inputs beside arithmetic, of outputs, of copies."""
    in_memory = not any(o.placement.in_registers for o in spec.operands)
    if spec.combine is None and in_memory:
        return "copied"
    return "back" if operand is spec.output else "line"


def passes(spec: Spec) -> int:
    """How often the output's lines cross: written, or read and written."""
    return 1 if spec.combine is None or spec.start is Start.NOTHING else 2
