"""`stage VALUE`: what a value needs is computed first, everything else after it.

    E[n] = exp(A[n]); D = sum of E[n]; C[n] = E[n] / D

    stage D      before: E[n] = exp(A[n]); D = sum of E[n]
                 after:  C[n] = E[n] / D

What is read on the other side has a place by then, as E has here: see `bufferize`.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..graph import Goal, goal_of
from ..impl import Impl, Open
from ..impl import Stage as StageImpl
from ..target.target import Target
from .base import NotApplicable, known_value, several


@dataclass(frozen=True, slots=True)
class Stage:
    """Two goals, one after the other."""

    value: str

    def __str__(self) -> str:
        return f"stage {self.value}"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        graph = several(spec)
        known_value(graph, self.value)
        needed = graph.needed(self.value)
        first = [n for n in graph.nodes if n.output.name in needed]
        later = [n for n in graph.nodes if n.output.name not in needed]
        if not later:
            raise NotApplicable(f"value {self.value}: needs all that the goal computes")
        crossing = {o.name for n in later for o in n.inputs} & needed
        for name in sorted(crossing):
            if not graph.has_place(name):
                raise NotApplicable(f"value {name}: is read after {self.value}; bufferize it first")
        out = {*graph.results, *crossing}
        before = goal_of(first, out, graph.placed, graph.limits, graph.serial)
        after = goal_of(later, graph.results, graph.placed, graph.limits, graph.serial)
        return StageImpl(graph, Open(before), Open(after))
