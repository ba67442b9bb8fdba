"""`accumulate [VALUE]`: write the neutral element into the output first, then add to it.

C[m, n] = sum of A[m, k] B[k, n]      fill:  C[m, n] = 0
                                      main:  C[m, n] += A[m, k] B[k, n]

Where several Specs are computed, all sums that have a place are started, or the one that is named.
Those that get a place inside of loops are started there.
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

    value: str = ""

    def __str__(self) -> str:
        return f"accumulate {self.value}".rstrip()

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        named = self._named(spec)
        sums = [n for n in named if n.combine is not None and _may_start(n, spec)]
        if not sums:
            raise NotApplicable(_obstacle(named))
        fills = [_fill(n) for n in sums]
        fill = goal_of(fills, [f.output.name for f in fills], (), spec.limits, spec.serial)
        started = [replace(n, start=Start.VALUE) if n in sums else n for n in specs_of(spec)]
        body = spec.on(started) if isinstance(spec, Graph) else started[0]
        return AccumulateImpl(spec, Open(fill), Open(body))

    def _named(self, goal: Goal) -> list[Spec]:
        """The Spec of that name, or all."""
        made = {n.output.name: n for n in specs_of(goal)}
        if not self.value:
            return list(made.values())
        if self.value not in made:
            raise NotApplicable(f"value {self.value}: the goal computes {', '.join(made)}")
        return [made[self.value]]


def startable(goal: Goal) -> list[str]:
    """The sums of a goal that have a place, which holds nothing yet."""
    sums = [n for n in specs_of(goal) if n.combine is not None and n.start is Start.NOTHING]
    places = {o.name for o in written_by(goal)}
    return [n.output.name for n in sums if n.output.name in places]


def _may_start(node: Spec, goal: Goal) -> bool:
    """Whether a sum can be started; `NotApplicable` says why one that is alone cannot."""
    name = node.output.name
    if isinstance(goal, Graph):
        return name in startable(goal)
    if node.start is Start.VALUE:
        raise NotApplicable(f"operand {name}: holds a value already")
    if node.start is Start.FIRST:
        raise NotApplicable(
            f"operand {name}: the loop around tiles a reduction; accumulate before that loop, "
            f"or move {name} to reg"
        )
    return True


def _obstacle(nodes: list[Spec]) -> str:
    """Why none of several Specs can be started."""
    names = ", ".join(n.output.name for n in nodes)
    sums = [n for n in nodes if n.combine is not None]
    for n in sums:
        if n.start is Start.NOTHING:
            return f"value {n.output.name}: has no place; bufferize it first"
    return f"operand {names}: {'holds a value already' if sums else 'is assigned, not accumulated'}"


def _fill(node: Spec) -> Spec:
    """The neutral element in all of a sum's output."""
    assert node.combine is not None
    axes = tuple(a for a in node.axes if a.name in node.output.axes)
    value = neutral(node.combine, node.output.dtype)
    return Spec(axes, (), node.output, value, limits=node.limits, serial=node.serial)
