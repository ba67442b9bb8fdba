"""`inline VALUE`: an elementwise value is computed where it is read, and has no place at all.

    B[n] = A[n] + 1; C[n] = B[n] * B[n]      inline B      C[n] = (A[n] + 1) * (A[n] + 1)

Everything that reads the value computes it again at each of its points. A result is still written,
but not read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..expr import Apply, Expr, ops, size, substituted
from ..graph import Goal, Graph, goal_of
from ..impl import Impl, Open
from ..impl import Inline as InlineImpl
from ..spec import Operand, Spec
from ..target.target import Target
from .base import NotApplicable, known_value, several
from .bufferize import lent_in
from .hoist import hoisted, pulled

LONGEST = 256
"""Ops in a body that others were put into, at most."""

_CHEAP = frozenset({"arith.addf", "arith.subf", "arith.mulf", "arith.addi", "arith.subi"})


@dataclass(frozen=True, slots=True)
class Inline:
    """A value that is computed where it is read."""

    value: str

    def __str__(self) -> str:
        return f"inline {self.value}"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        graph = several(spec)
        why = "" if is_read_result(graph, self.value) else obstacle(graph, self.value)
        if why:
            raise NotApplicable(f"value {self.value}: {why}")
        return InlineImpl(graph, self.value, Open(inlined(graph, self.value)))


def obstacle(graph: Graph, value: str) -> str:
    """Why a value cannot be computed where it is read; empty if it can."""
    node = known_value(graph, value)
    if graph.has_place(value):
        return "has a place already"
    if node.combine is not None:
        return "is a reduction"
    return ""


def is_read_result(graph: Graph, value: str) -> bool:
    """Whether a value is a result that can be computed where it is read, too: nothing that it is
    computed from lies in its memory."""
    node = known_value(graph, value)
    again = node.combine is None and bool(graph.readers(value)) and not lent_in(graph, value)
    return value in graph.results and again


def inlined(graph: Graph, value: str) -> Goal:
    """The goal without a node, if it is no result: its body stands in those that read it."""
    node = graph.made[value]
    kept = [n for n in graph.nodes if n is not node or value in graph.results]
    nodes = [_with_body(n, node) for n in kept]
    return goal_of(nodes, graph.results, graph.placed, graph.limits, graph.serial)


def normal(goal: Goal, *, strict: bool = False) -> Goal:
    """The goal without values that cost nothing to compute where they are read: copies and fills,
    what one elementwise Spec or one plain reduction reads, each element once, and a difference or
    product that two of them read, which costs no more than to store and to load it.

    Unless it is `strict`, factors stand outside of sums, and quotients become products.
    """
    goal = without_free(goal)
    if isinstance(goal, Graph):
        goal = hoisted(goal, strict=strict)
    if isinstance(goal, Graph) and not strict:
        goal = without_free(pulled(goal))
    return _numbered(goal) if isinstance(goal, Graph) else goal


def without_free(goal: Goal) -> Goal:
    """The goal with what costs nothing computed where it is read."""
    while isinstance(goal, Graph):
        value = next((n.output.name for n in goal.nodes if _is_free(goal, n)), None)
        if value is None:
            break
        goal = inlined(goal, value)
    return goal


def _numbered(graph: Graph) -> Goal:
    """The goal with the values that have no place called V0, V1, ..."""
    inner = [v for v in graph.made if not graph.has_place(v)]
    names = {v: f"V{i}" for i, v in enumerate(inner)}

    def named(o: Operand) -> Operand:
        return replace(o, name=names.get(o.name, o.name))

    return graph.on(
        [
            replace(n, inputs=tuple(map(named, n.inputs)), output=named(n.output))
            for n in graph.nodes
        ]
    )


def _is_free(graph: Graph, node: Spec) -> bool:
    if obstacle(graph, node.output.name):
        return False
    if node.is_copy or not node.inputs:
        return True
    readers = graph.readers(node.output.name)
    if len(readers) > (2 if _is_cheap(graph, node) else 1):
        return False
    return all(
        r.points == node.points
        and (r.combine is None or len(r.inputs) == 1)
        and _length(r, node) <= LONGEST
        for r in readers
    )


def _length(reader: Spec, node: Spec) -> int:
    """The ops of a reader's body with a node's in it."""
    at = [o.name for o in reader.inputs].index(node.output.name)
    return size(reader.body) + size(reader.body, at) * size(node.body)


def _is_cheap(graph: Graph, node: Spec) -> bool:
    """Whether a value is one op of what is there anyway: not of a sum that is in registers."""
    body = node.body
    if not isinstance(body, Apply) or body.op not in _CHEAP or len(ops(body)) > 1:
        return False
    fresh = (graph.made.get(o.name) for o in node.inputs if o.axes == node.output.axes)
    return all(maker is None or maker.combine is None for maker in fresh)


def _with_body(reader: Spec, node: Spec) -> Spec:
    """A reader with a node's body in place of the value."""
    name = node.output.name
    if all(o.name != name for o in reader.inputs):
        return reader
    merged: list[Operand] = []
    mine = [-1 if o.name == name else _place(merged, o) for o in reader.inputs]
    its = [_place(merged, o) for o in node.inputs]
    value = _moved(node.body, its)
    body = substituted(
        reader.body,
        lambda arg: value if mine[arg.index] < 0 else replace(arg, index=mine[arg.index]),
    )
    return replace(reader, inputs=tuple(merged), body=body)


def _moved(body: Expr, places: Sequence[int]) -> Expr:
    """The body with its arguments in other places."""
    return substituted(body, lambda arg: replace(arg, index=places[arg.index]))


def _place(merged: list[Operand], operand: Operand) -> int:
    """Where an operand stands among those of both; it is added if it is new."""
    for i, o in enumerate(merged):
        if o.name == operand.name:
            return i
    merged.append(operand)
    return len(merged) - 1
