"""`accumulate`: write the neutral element into the output first, then add to it.

C[m, n] = sum of A[m, k] B[k, n]      fill:  C[m, n] = 0
                                      main:  C[m, n] += A[m, k] B[k, n]

Where several Specs are computed, all sums are started, and those have a place by then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..expr import neutral
from ..graph import Goal, Graph, goal_of, specs_of, written_by
from ..impl import Accumulate as AccumulateImpl
from ..impl import Impl, Open
from ..spec import Spec, Start
from ..target.target import Target
from .base import NotApplicable


@dataclass(frozen=True, slots=True)
class Accumulate:
    """Initialise the output, then add to it."""

    def __str__(self) -> str:
        return "accumulate"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        sums = [n for n in specs_of(spec) if n.combine is not None and _may_start(n, spec)]
        if not sums:
            names = ", ".join(o.name for o in written_by(spec))
            raise NotApplicable(f"operand {names}: is assigned, not accumulated")
        fills = [_fill(n) for n in sums]
        fill = goal_of(fills, [f.output.name for f in fills], (), spec.limits, spec.serial)
        started = [replace(n, start=Start.VALUE) if n in sums else n for n in specs_of(spec)]
        body = spec.on(started) if isinstance(spec, Graph) else started[0]
        return AccumulateImpl(spec, Open(fill), Open(body))


def _may_start(node: Spec, goal: Goal) -> bool:
    """Whether a sum holds nothing yet; `NotApplicable` says why one cannot be started alone."""
    name = node.output.name
    if isinstance(goal, Graph):
        if not goal.has_place(name):
            raise NotApplicable(f"value {name}: has no place; bufferize it first")
        return node.start is Start.NOTHING
    if node.start is Start.VALUE:
        raise NotApplicable(f"operand {name}: holds a value already")
    if node.start is Start.FIRST:
        raise NotApplicable(
            f"operand {name}: the loop around tiles a reduction; accumulate before that loop, "
            f"or move {name} to reg"
        )
    return True


def _fill(node: Spec) -> Spec:
    """The neutral element in all of a sum's output."""
    assert node.combine is not None
    axes = tuple(a for a in node.axes if a.name in node.output.axes)
    value = neutral(node.combine, node.output.dtype)
    return Spec(axes, (), node.output, value, limits=node.limits, serial=node.serial)
