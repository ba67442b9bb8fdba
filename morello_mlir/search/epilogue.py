"""Epilogues: Specs done on the registers of a sum, before anything is stored.

A Graph of one sum and of Specs behind it, which are elementwise or reduce what it has computed, is
a goal of the Spec search: the sum, whose way back from registers is the others' work instead of a
store. Nothing adds to old values of the sum then, so it is whole inside of every register tile: an
image with a border is copied as wide as what reads it, for pieces of a `cut` would each have a part
of a sum. Reductions of it have been started before all loops, and every tile adds to them. Programs
begin as `bufferize` and `stage` have it. Read next: `sums.py`, `registers.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..action.bufferize import apart, buffered, in_the_way
from ..action.hoist import is_dear
from ..action.inline import inlined, is_read_result, obstacle
from ..expr import Apply, ops
from ..graph import Goal, Graph, specs_of
from ..memory import Limits, Placement
from ..spec import Operand, Spec, Start
from ..target.target import Target
from ..traffic import lines
from .closure import Array
from .copies import Copy, made_for, near
from .reshapes import ReshapeBase
from .slab import Edge, Node, Part, Slab

if TYPE_CHECKING:
    from .registers import Registers

OPS = 64
"""Ops in a body that others were put into, at most."""


@dataclass(frozen=True)
class Epilogue:
    """What is done with the value of a sum: Specs that each write one result."""

    value: str
    nodes: tuple[Spec, ...]

    @property
    def reductions(self) -> tuple[Spec, ...]:
        """Those that reduce the value."""
        return tuple(n for n in self.nodes if n.combine is not None)


def kernel_of(graph: Graph) -> tuple[Spec, Epilogue, tuple[str, ...]] | None:
    """A Graph as a sum and its epilogue, with the values that are inlined for it; None if it is
    none."""
    total = graph.nodes[0]
    if total.start is not Start.NOTHING or not is_product(total):
        return None
    names: list[str] = []
    goal: Goal = graph
    while isinstance(goal, Graph):
        name = next((v for v in goal.made if _is_inlined(goal, v)), None)
        if name is None:
            break
        names.append(name)
        goal = inlined(goal, name)
        if any(map(_is_long, specs_of(goal))):  # before bodies grow without end
            return None
    if not isinstance(goal, Graph):
        return None
    value = total.output.name
    if goal.has_place(value):  # which is a copy, then
        if in_the_way(goal, value):
            return None
        goal, value = apart(goal, value), buffered(value)
    done = goal.nodes[1:]
    if not all(_is_done(goal, n, goal.nodes[0]) for n in done):
        return None
    return goal.goal(total), Epilogue(value, done), tuple(names)


def _is_inlined(graph: Graph, value: str) -> bool:
    return not obstacle(graph, value) or is_read_result(graph, value)


def _is_done(graph: Graph, node: Spec, total: Spec) -> bool:
    """Whether a node reads all of the sum and no other value, element by element, and what it
    reduces is not read."""
    made = {o.name for o in node.inputs if o.name in graph.made}
    whole = {a.name for a in node.axes} == total.output.axes
    ends = node.combine is None or not graph.readers(node.output.name)
    return made == {total.output.name} and whole and ends and not _is_long(node)


def is_product(node: Spec) -> bool:
    """Whether a sum is of products that read elements again for other results: what tiles in
    registers are for."""
    along, body = node.output.axes, node.body
    if node.combine not in ("arith.addf", "arith.addi") or not isinstance(body, Apply):
        return False
    if body.op not in ("arith.mulf", "arith.muli"):
        return False
    return any(not along <= o.axes for o in node.inputs)


def is_hindered(kernel: Graph, target: Target) -> bool:
    """Whether what a kernel reduces may be better apart from it: threads share none of its loops,
    or what takes long is computed for several readers."""
    if all(n.combine is None for n in kernel.nodes[1:]):
        return False
    shared = frozenset.intersection(*(n.output.axes for n in kernel.nodes))
    alone = target.threads > 1 and not kernel.serial and not shared
    return alone or any(
        is_dear(n.body) and len(kernel.readers(v)) + kernel.has_place(v) > 1
        for v, n in kernel.made.items()
        if n.combine is None
    )


def _is_long(node: Spec) -> bool:
    return len(ops(node.body)) > OPS


@dataclass(frozen=True)
class Stores:
    """An epilogue at one register place of its sum."""

    epilogue: Epilogue
    copies: tuple[Copy, ...]
    phase: Registers

    @staticmethod
    def of(phase: Registers, place: Placement, needed: Mapping[str, Sequence[int]]) -> Stores:
        """Solve what is done at a place, for the extents that are asked for by dimension."""
        epilogue, out = phase.space.epilogue, phase.world.operands[-1]
        assert epilogue is not None
        buffer = replace(made_for(out, place, needed), name=epilogue.value)
        axes = _by_axis(out, needed)

        def solved(node: Spec) -> Copy:
            if node.combine is not None:
                registers = Limits.of(**{phase.space.target.nearest: phase.spare})
                goal = replace(_at(node, buffer, axes), limits=registers)
                return phase.copies.reduce(goal, buffer, axes)
            return phase.copies.compute(_at(_near(node), buffer, axes), axes)

        return Stores(epilogue, tuple(map(solved, epilogue.nodes)), phase)

    def costs(self, dims: Mapping[str, Any]) -> Array:
        """What is done and what crosses, by extents that broadcast against each other."""
        axes = _by_axis(self.phase.world.operands[-1], dims)
        total: Any = 0.0
        for n, copy in zip(self.epilogue.nodes, self.copies, strict=True):
            total = total + copy.costs(axes)
            for o in self._crossing(n):
                total = total + self._rate(n, o) * lines(o, _extents(o, axes))
        return np.asarray(total)

    def _rate(self, node: Spec, o: Operand) -> float:
        table = "back" if o is node.output else "line"
        return self.phase.space.target.costs.of(table, o.placement.level)

    def own(self, dims: Mapping[str, int]) -> float:
        """What crosses at one point."""
        axes = _by_axis(self.phase.world.operands[-1], dims)
        return sum(
            self._rate(n, o) * float(lines(o, _extents(o, axes)))
            for n in self.epilogue.nodes
            for o in self._crossing(n)
        )

    def _crossing(self, node: Spec) -> Iterator[Operand]:
        """What crosses beside a node's work; that which reduces is priced with its lines."""
        for o in node.operands if node.combine is None else ():
            if o.name != self.epilogue.value:
                yield o

    def node(self, dims: Mapping[str, int]) -> Node:
        """All that is done at one point, one Spec after the other."""
        axes = _by_axis(self.phase.world.operands[-1], dims)
        nodes = [copy.node(axes) for copy in self.copies]
        after = nodes[-1]
        for n, before in reversed(list(zip(self.epilogue.nodes[:-1], nodes[:-1], strict=True))):
            parts = Part("before", before), Part("after", after)
            after = single(n, Edge(f"stage {n.output.name}", 0.0, parts), self.phase)
        return after


def single(spec: Spec, edge: Edge, phase: Registers) -> Node:
    """A node with one way on."""
    slab = Slab("epilogue", (), (), (), ReshapeBase(spec, (edge,)))
    slab.solve(phase.scratch)
    return slab.node((0,))


def _by_axis(out: Operand, by_dim: Mapping[str, Any]) -> dict[str, Any]:
    """What is known by dimension of the sum's value, by the axis that runs along each."""
    return {m.names[0]: by_dim[d] for d, m in zip(out.dims, out.map, strict=True) if m.names}


def _extents(o: Operand, axes: Mapping[str, Any]) -> tuple[Any, ...]:
    """The extents of an operand's dimensions."""
    found = []
    for m in o.map:
        extent: Any = 1
        for v, c in m.terms:
            extent = extent + abs(c) * (axes[v] - 1)
        found.append(extent)
    return tuple(found)


def _at(node: Spec, buffer: Operand, most: Mapping[str, Sequence[int]]) -> Spec:
    """An epilogue's Spec on registers that hold the sum's value."""

    def moved(o: Operand) -> Operand:
        return buffer if o.name == buffer.name else o

    return replace(
        node,
        axes=tuple(replace(a, extent=max(most[a.name])) for a in node.axes),
        inputs=tuple(map(moved, node.inputs)),
        output=node.output,
        limits=Limits(()),
        serial=True,
    ).canonical()


def _near(node: Spec) -> Spec:
    """The Spec with everything near."""
    return replace(node, inputs=tuple(map(near, node.inputs)), output=near(node.output))
