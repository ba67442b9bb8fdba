"""A lower bound on the cost of any program of a goal: compulsory work and compulsory traffic."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from ..action.cut import products_inside
from ..expr import ops
from ..leaf_price import LEAST, LOADS, line_table, passes
from ..spec import Operand, Spec
from ..target.instruction import Instruction
from ..target.mapping import Mapping
from ..target.target import Target
from ..traffic import lines
from .plans import plans


def lower_bound(spec: Spec, target: Target) -> float:
    """Cycles that no program of the space can do without, under the cost model.

    Every point is computed at the best rate of an instruction or of code lane by lane, except for
    those that a border makes neutral; all elements of operands cross from where they lie at least
    once, and threads share both evenly. Nothing is known of operands at points, nor of programs
    that begin with a rewrite (`algorithms.py`).
    """
    if any(o.placement.layout.is_transformed for o in spec.operands):
        return 0.0
    rates = [_rate(i, target) for i in _instructions(spec, target)]
    work = spec.points * products_inside(spec) * min([_lane_rate(spec, target), *rates])
    traffic = sum(_crossing(o, spec, target) for o in spec.operands)
    return (work + traffic) / (1 if spec.serial else target.threads)


def _instructions(spec: Spec, target: Target) -> Iterator[Instruction]:
    """Those that may compute the goal or, for a reduction, what splitting it leaves.

    A split has an axis more, along which other instructions fit: of these only types are compared.
    """
    if spec.combine is None:
        yield from (p.instruction for p in plans(spec, target))
        return
    for i in target.instructions:
        its = i.spec
        if its.combine == spec.combine and _types(its) == _types(spec):
            yield i


def _types(spec: Spec) -> tuple[str, ...]:
    return (spec.output.dtype.name, *sorted(o.dtype.value.name for o in spec.inputs))


def mapping_bound(mapping: Mapping, spec: Spec, target: Target) -> float:
    """Cycles of a mapping's instruction alone, as often as it is executed, padding included."""
    return mapping.executions(spec) * _cycles(mapping.instruction, target)


def _cycles(instruction: Instruction, target: Target) -> float:
    loads = LOADS.fullmatch(instruction.ports)
    return instruction.throughput * (target.costs.load if loads else 1.0)


def _rate(instruction: Instruction, target: Target) -> float:
    """Cycles per point of an instruction."""
    return _cycles(instruction, target) / prod(instruction.spec.extents.values())


def _lane_rate(spec: Spec, target: Target) -> float:
    """Cycles per point of code lane by lane at its best: with registers that are full."""
    names = [o.op for o in ops(spec.body) if hasattr(o, "op")]
    if spec.combine is not None:
        names.append(spec.combine)
    cycles = sum(target.lanes.get(name, target.costs.lane_op) for name in names)
    widest = max(o.dtype.bytes for o in spec.operands)
    return max(cycles, LEAST) * widest / target.register_bytes


def _crossing(o: Operand, spec: Spec, target: Target) -> float:
    """Cycles to bring an operand from where it lies, or to take it there: once.

    An input that is packed is read by a copy, at another price.
    """
    if o.placement.in_registers or not spec.is_dense(o) or o.border is not None:
        return 0.0
    table, level = line_table(spec, o), o.placement.level
    rate = target.costs.of(table, level)
    if o is spec.output:
        rate *= passes(spec)
    elif spec.combine is not None:
        rate = min(rate, target.costs.of("copied", level))
    return rate * float(lines(o, spec.extent_of(o)))
