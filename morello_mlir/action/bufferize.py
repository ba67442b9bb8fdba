"""`bufferize VALUE LEVEL [LAYOUT]`, `bufferize VALUE RESULT`: give a value between Specs a place.

    S[m, n] = A[m, k] B[k, n]; D[m] = max of S[m, n]      bufferize S L2      main: S lies in L2

Without a layout it lies row by row; in registers, along the dimension that lies innermost. The
buffer is as large as the value is here, so that inside of loops over tiles it holds one tile.

    E[n] = exp(A[n]); D = sum of E[n]; C[n] = E[n] / D    bufferize E C    main: E lies in C

A result's memory is free until the result is written. Where that is done element by element, each
from the value's element in its place, and nothing reads the value later, the value may lie there.

A result has a place, which may be far. What is computed nearer has a `b` behind its name, and the
result is a copy of it:

    S[m, n] = A[m, k] B[k, n]; ...             Sb[m, n] = A[m, k] B[k, n]; S[m, n] = Sb[m, n]; ...
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..expr import Arg
from ..graph import Goal, Graph, goal_of
from ..impl import Bufferize as BufferizeImpl
from ..impl import Impl, Open
from ..memory import Limits
from ..spec import Operand, Spec, Start
from ..target.target import Target
from .base import NotApplicable, known_level, known_value, several
from .move import placed, taken


@dataclass(frozen=True, slots=True)
class Bufferize:
    """A place for a value: at a level of its own, or in the memory of a result."""

    value: str
    place: str
    layout: str = ""

    def __str__(self) -> str:
        layout = f" {self.layout}" if self.layout else ""
        return f"bufferize {self.value} {self.place}{layout}"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        graph = several(spec)
        known_value(graph, self.value)
        if self.place in graph.made:
            buffer = self._lent(graph)
            return self._with(graph, graph, buffer, graph.limits)
        inner, name = graph, self.value
        if graph.has_place(self.value):
            if why := in_the_way(graph, self.value):
                raise NotApplicable(f"value {self.value}: {why}")
            inner, name = apart(graph, self.value), buffered(self.value)
        known_level(self.place, target)
        buffer = placed(inner, inner.made[name].output, self.place, self.layout, target)
        return self._with(graph, inner, buffer, taken(graph, buffer, self.place, target))

    def _lent(self, graph: Graph) -> Operand:
        """The memory of a result, which takes nothing more."""
        if graph.has_place(self.value):
            raise NotApplicable(f"value {self.value}: has a place already")
        reason = "has its own layout" if self.layout else not_lent(graph, self.value, self.place)
        if reason:
            raise NotApplicable(f"value {self.value}: cannot lie in {self.place}, which {reason}")
        there = graph.made[self.place].output
        return replace(there, name=self.value, within=there.name)

    def _with(self, graph: Graph, inner: Graph, buffer: Operand, limits: Limits) -> Impl:
        """The goal with the buffer."""
        nodes, held = inner.with_operand(buffer).nodes, (*graph.placed, buffer.name)
        body = goal_of(nodes, graph.results, held, limits, graph.serial)
        return BufferizeImpl(graph, self.value, buffer, Open(body))


def not_lent(graph: Graph, value: str, result: str) -> str:
    """Why the memory of a result cannot hold a value until then; empty if it can."""
    writer = graph.made[result]
    mine, there = graph.made[value].output, writer.output
    if not graph.has_place(result) or there.placement.in_registers:
        return "has no place in memory"
    reading = next((o for o in writer.inputs if o.name == value), None)
    if reading is None:
        return "is not computed from it"
    maps = {mine.map, reading.map, there.map}
    if writer.combine is not None or len(maps) > 1 or mine.dtype != there.dtype:
        return "is not written element by element in the place of it"
    before = graph.needed(result)
    if any(r.output.name not in before for r in graph.readers(value)):
        return "is written before all have read it"
    other = lent_in(graph, result)
    return f"holds {other}" if other else ""


def lent_in(graph: Graph, result: str) -> str:
    """The value that lies in the memory of a result; empty if none does."""
    return next((o.name for o in graph.operands if o.within == result), "")


def buffered(value: str) -> str:
    """The name of what is computed apart from a result's place."""
    return f"{value}b"


def in_the_way(graph: Graph, value: str) -> str:
    """Why what has a place cannot be the copy of a value; empty if it can."""
    node = graph.made[value]
    known = {o.name for n in graph.nodes for o in n.operands}
    if value not in graph.results or buffered(value) in known:
        return "has a place already"
    if node.start is not Start.NOTHING:
        return "holds a value already"
    if other := lent_in(graph, value):
        return f"holds {other}"
    return "" if node.is_dense(node.output) else "has gaps, which a copy would overwrite"


def apart(graph: Graph, value: str) -> Graph:
    """The graph with a result as the copy of a value, which has no place and the result's
    readers."""
    node = graph.made[value]

    def renamed(o: Operand) -> Operand:
        return replace(o, name=buffered(value)) if o.name == value else o

    own = replace(node, output=renamed(node.output))
    axes = tuple(a for a in node.axes if a.name in node.output.axes)
    copy = Spec(axes, (own.output,), node.output, Arg(0, node.output.dtype))
    nodes: list[Spec] = []
    for n in graph.nodes:
        read = replace(n, inputs=tuple(map(renamed, n.inputs)))
        nodes += [own, copy] if n is node else [read]
    goal = graph.on(nodes)
    assert isinstance(goal, Graph)
    return goal
