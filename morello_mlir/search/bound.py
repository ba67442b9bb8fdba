"""A lower bound on the cost of any program of a goal: compulsory work and compulsory traffic."""

from __future__ import annotations

from math import prod

from ..price import LEAST, passes
from ..spec import Spec
from ..target.target import Target
from ..traffic import lines
from .plans import plans


def lower_bound(spec: Spec, target: Target) -> float:
    """Cycles that no program can do without, under the cost model.

    Every point is computed by some instruction at its best rate, and every element of every operand
    crosses from where it lies at least once.
    """
    widest = max(o.dtype.bytes for o in spec.operands)
    rates = [LEAST / (4 * target.lane_count(widest))]
    found = [p.instruction.throughput / prod(p.sizes.values()) for p in plans(spec, target)]
    work = spec.points * (min(found) if found else rates[0])
    traffic = 0.0
    for o in spec.operands:
        if not o.placement.in_registers and spec.is_dense(o):
            times = passes(spec) if o is spec.output else 1
            rate = target.costs.of("line", o.placement.level)
            traffic += times * rate * float(lines(o, spec.extent_of(o)))
    return work + traffic
