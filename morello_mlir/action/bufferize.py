"""`bufferize VALUE LEVEL [LAYOUT]`: give a value between Specs a place.

    S[m, n] = A[m, k] B[k, n]; D[m] = max of S[m, n]      bufferize S L2      main: S lies in L2

Without a layout it lies row by row; in registers, along the dimension that lies innermost. The
buffer is as large as the value is here, so that inside of loops over tiles it holds one tile.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..graph import Goal, goal_of
from ..impl import Bufferize as BufferizeImpl
from ..impl import Impl, Open
from ..target.target import Target
from .base import NotApplicable, known_level, known_value, several
from .move import placed, taken


@dataclass(frozen=True, slots=True)
class Bufferize:
    """A place for a value."""

    value: str
    level: str
    layout: str = ""

    def __str__(self) -> str:
        layout = f" {self.layout}" if self.layout else ""
        return f"bufferize {self.value} {self.level}{layout}"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        graph = several(spec)
        node = known_value(graph, self.value)
        if graph.has_place(self.value):
            raise NotApplicable(f"value {self.value}: has a place already")
        known_level(self.level, target)
        buffer = placed(graph, node.output, self.level, self.layout, target)
        limits = taken(graph, buffer, self.level, target)
        nodes, held = graph.with_operand(buffer).nodes, (*graph.placed, self.value)
        body = goal_of(nodes, graph.results, held, limits, graph.serial)
        return BufferizeImpl(graph, buffer, Open(body))
