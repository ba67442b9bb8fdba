"""Hoisting: what is the same along an axis is computed once, and stands outside of sums along it.

    C[m, n] = A[m, n] / D[m]                    V[m] = 1 / D[m]; C[m, n] = A[m, n] * V[m]
    V[m, k] = A[m, k] * D[m]                    V[m, n] = sum of A[m, k] B[k, n]
    C[m, n] = sum of V[m, k] B[k, n]            C[m, n] = V[m, n] * D[m]

Both change roundings, so neither is done where sums and products are to keep their bits
(`strict-fp`). Part of a Graph's normal form: see `inline.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..expr import Apply, Arg, Const, Expr, arguments, rename
from ..graph import Graph
from ..layout import row_major
from ..memory import Placement
from ..spec import Axis, Kind, Operand, Spec

_DEAR = ("arith.divf", "math.")
"""How ops begin that are worth a value of their own."""


def pulled(graph: Graph) -> Graph:
    """The graph with the factors outside of sums that are the same for all their terms."""
    for n in graph.nodes:
        for factors in graph.made.values():
            split = _outside(n, factors) if graph.readers(factors.output.name) == (n,) else None
            if split is not None and not graph.has_place(factors.output.name):
                nodes = [split.get(x.output.name, [x]) for x in graph.nodes]
                found = graph.on([x for each in nodes for x in each])
                assert isinstance(found, Graph)
                return pulled(found)
    return graph


def _outside(total: Spec, factors: Spec) -> dict[str, list[Spec]] | None:
    """What becomes of a sum of products and of what gives it one factor, itself a product with
    something that is the same for all terms; None if it is none."""
    value = factors.output.name
    e, product = factors.body, total.body
    if total.combine != "arith.addf" or factors.combine is not None:
        return None
    if not (isinstance(e, Apply) and isinstance(product, Apply)):
        return None
    if (e.op, product.op) != ("arith.mulf", "arith.mulf") or len(total.inputs) < 2:
        return None
    if not any(isinstance(a, Arg) and total.inputs[a.index].name == value for a in product.args):
        return None
    summed = {a.name for a in total.reductions}
    for outer, inner in (e.args, e.args[::-1]):
        axes = {a for i in arguments(outer) for a in factors.inputs[i].axes}
        if arguments(outer) and not axes & summed and axes <= total.output.axes:
            name = f"{total.output.name}s"
            sums = replace(total, output=replace(total.output, name=name))
            kept = tuple(a for a in total.axes if a.name in total.output.axes)
            read = arguments(outer)
            factor = rename(outer, {old: new for new, old in enumerate(read, 1)})
            dtype = total.output.dtype
            whole = replace(
                total,
                axes=kept,
                inputs=(sums.output, *(factors.inputs[i] for i in read)),
                body=Apply("arith.mulf", (Arg(0, dtype), factor), dtype),
                combine=None,
            )
            return {value: [_trimmed(factors, inner)], total.output.name: [sums, whole]}
    return None


def _trimmed(node: Spec, body: Expr) -> Spec:
    """The node with another body, without inputs that it does not read."""
    kept = arguments(body)
    body = rename(body, {old: new for new, old in enumerate(kept)})
    return replace(node, inputs=tuple(node.inputs[i] for i in kept), body=body)


def hoisted(graph: Graph, *, strict: bool = False) -> Graph:
    """The graph with values for what nodes would compute again and again."""
    nodes: list[Spec] = []
    for n in graph.nodes:
        nodes += _hoisted(n, strict)
    found = graph.on(nodes)
    assert isinstance(found, Graph)
    return found


def _hoisted(node: Spec, strict: bool) -> list[Spec]:
    """A node, and before it what is the same along some of its axes."""
    found = _Hoisting(node, strict)
    body = found.walk(node.body)
    if not found.values:
        return [node]
    inputs = (*node.inputs, *(v.output for v in found.values))
    return [*found.values, _trimmed(replace(node, inputs=inputs), body)]


@dataclass
class _Hoisting:
    """The values that a node's body gives."""

    node: Spec
    strict: bool
    values: list[Spec] = field(default_factory=list)

    def walk(self, e: Expr) -> Expr:
        """The expression with values in place of what is the same along some axis."""
        if not isinstance(e, Apply):
            return e
        if (
            not self.strict
            and e.op == "arith.divf"
            and self._is_less(e.args[1])
            and not isinstance(e.args[1], Const)
        ):
            one = Apply("arith.divf", (Const("1.0", e.dtype), e.args[1]), e.dtype)
            if not self._is_less(e.args[0]):
                return Apply("arith.mulf", (self.walk(e.args[0]), self._value(one)), e.dtype)
        if self._is_less(e) and is_dear(e):
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
        body = rename(e, {old: new for new, old in enumerate(read)})
        name = f"{node.output.name}h{len(self.values)}"
        output = _like(widest, name, node, e)
        kept = tuple(Axis(a.name, Kind.PARALLEL, a.extent) for a in node.axes if a.name in axes)
        self.values.append(Spec(kept, inputs, output, body, limits=node.limits, serial=node.serial))
        return Arg(len(node.inputs) + len(self.values) - 1, e.dtype)


def _like(o: Operand, name: str, node: Spec, e: Expr) -> Operand:
    """A value that is walked as an operand is."""
    shape = node.extent_of(o)
    maps = tuple(m + -m.const for m in o.map)
    place = Placement("mem", row_major(len(shape)))
    return Operand(name, e.dtype, maps, shape, place, dims=o.dims)


def is_dear(e: Expr) -> bool:
    """Whether an expression has an op that takes long."""
    if not isinstance(e, Apply):
        return False
    return e.op.startswith(_DEAR) or any(map(is_dear, e.args))
