"""Hoisting: what is the same along an axis is a value of its own, computed once.

    C[m, n] = A[m, n] / D[m]       ->       V[m] = 1 / D[m]; C[m, n] = A[m, n] * V[m]

A quotient by what varies along fewer axes becomes a product with a reciprocal, unless sums and
products are to keep their bits (`strict-fp`). Part of a Graph's normal form: see `inline.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..expr import Apply, Arg, Const, Expr, arguments, substituted
from ..graph import Graph
from ..spec import Operand, Spec

_DEAR = ("arith.divf", "math.")
"""How ops begin that are worth a value of their own."""


def hoisted(graph: Graph) -> Graph:
    """The graph with values for what nodes would compute again and again."""
    nodes: list[Spec] = []
    for n in graph.nodes:
        nodes += _hoisted(n)
    found = graph.on(nodes)
    assert isinstance(found, Graph)
    return found


def _hoisted(node: Spec) -> list[Spec]:
    """A node, and before it what is the same along some of its axes."""
    found = _Hoisting(node)
    body = found.walk(node.body)
    if not found.values:
        return [node]
    kept = arguments(body)
    places = {old: new for new, old in enumerate(kept)}
    inputs = (*node.inputs, *(v.output for v in found.values))
    body = substituted(body, lambda arg: replace(arg, index=places[arg.index]))
    return [*found.values, replace(node, inputs=tuple(inputs[i] for i in kept), body=body)]


@dataclass
class _Hoisting:
    """The values that a node's body gives."""

    node: Spec
    values: list[Spec] = field(default_factory=list)

    def walk(self, e: Expr) -> Expr:
        """The expression with values in place of what is the same along some axis."""
        if not isinstance(e, Apply):
            return e
        if e.op == "arith.divf" and self._is_less(e.args[1]) and not isinstance(e.args[1], Const):
            one = Apply("arith.divf", (Const("1.0", e.dtype), e.args[1]), e.dtype)
            if not self._is_less(e.args[0]):
                return Apply("arith.mulf", (self.walk(e.args[0]), self._value(one)), e.dtype)
        if self._is_less(e) and _is_dear(e):
            return self._value(e)
        return Apply(e.op, tuple(map(self.walk, e.args)), e.dtype, e.attrs)

    def _is_less(self, e: Expr) -> bool:
        """Whether an expression reads something, and is the same along some axis of the node."""
        read = arguments(e)
        axes = frozenset(a for i in read for a in self.node.inputs[i].axes)
        every = frozenset(a.name for a in self.node.axes)
        return bool(read) and axes < every

    def _value(self, e: Expr) -> Expr:
        """A new value of an expression."""
        node, read = self.node, arguments(e)
        inputs = tuple(node.inputs[i] for i in read)
        widest = max(inputs, key=lambda o: len(o.axes))
        axes = frozenset(a for o in inputs for a in o.axes)
        if axes != widest.axes:
            return e  # no input walks what the value would
        places = {old: new for new, old in enumerate(read)}
        body = substituted(e, lambda arg: replace(arg, index=places[arg.index]))
        name = f"{node.output.name}h{len(self.values)}"
        output = _like(widest, name, node, e)
        kept = tuple(a for a in node.axes if a.name in axes)
        self.values.append(Spec(kept, inputs, output, body, limits=node.limits, serial=node.serial))
        return Arg(len(node.inputs) + len(self.values) - 1, e.dtype)


def _like(o: Operand, name: str, node: Spec, e: Expr) -> Operand:
    """A value that is walked as an operand is."""
    from ..layout import row_major
    from ..memory import Placement

    shape = node.extent_of(o)
    maps = tuple(m + -m.const for m in o.map)
    place = Placement("mem", row_major(len(shape)))
    return Operand(name, e.dtype, maps, shape, place, dims=o.dims)


def _is_dear(e: Expr) -> bool:
    """Whether an expression has an op that takes long."""
    if not isinstance(e, Apply):
        return False
    return e.op.startswith(_DEAR) or any(map(_is_dear, e.args))
