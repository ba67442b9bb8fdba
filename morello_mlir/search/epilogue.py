"""Epilogues: elementwise Specs done on the registers of a sum, before anything is stored.

A Graph of one sum and of elementwise Specs behind it is a goal of the Spec search: the sum, whose
way back from registers is the others' work instead of a store. Nothing adds to old values then, so
sums are whole inside of every register tile: an image with a border is copied as wide as what reads
it, for pieces of a `cut` would each have a part of a sum. Programs begin as `bufferize` and `stage`
have it. Read next: `registers.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..action.inline import inlined, obstacle
from ..expr import Apply, ops
from ..graph import Goal, Graph, specs_of
from ..memory import Limits, Placement
from ..spec import Operand, Spec, Start
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


def kernel_of(graph: Graph) -> tuple[Spec, Epilogue, tuple[str, ...]] | None:
    """A Graph as a sum and its epilogue, with the values that are inlined for it; None if it is
    none."""
    total = _only_sum(graph)
    if total is None:
        return None
    names: list[str] = []
    goal: Goal = graph
    while isinstance(goal, Graph):
        name = next((v for v in goal.made if not obstacle(goal, v)), None)
        if name is None:
            break
        names.append(name)
        goal = inlined(goal, name)
        if any(map(_is_long, specs_of(goal))):  # before bodies grow without end
            return None
    if not isinstance(goal, Graph) or not all(_is_done(goal, n, total) for n in goal.nodes[1:]):
        return None
    return goal.goal(total), Epilogue(total.output.name, goal.nodes[1:]), tuple(names)


def _only_sum(graph: Graph) -> Spec | None:
    """The sum of products that stands before elementwise Specs alone, and has no place."""
    first, *others = graph.nodes
    alone = first.start is Start.NOTHING and all(n.combine is None for n in others)
    return first if alone and is_product(first) and not graph.has_place(first.output.name) else None


def _is_done(graph: Graph, node: Spec, total: Spec) -> bool:
    """Whether a node reads the sum element by element, and no other value."""
    made = {o.name for o in node.inputs if o.name in graph.made}
    return (
        made == {total.output.name} and node.output.axes == total.output.axes and not _is_long(node)
    )


def is_product(node: Spec) -> bool:
    """Whether a sum is of products that read elements again for other results: what tiles in
    registers are for."""
    along, body = node.output.axes, node.body
    if node.combine not in ("arith.addf", "arith.addi") or not isinstance(body, Apply):
        return False
    if body.op not in ("arith.mulf", "arith.muli"):
        return False
    return any(not along <= o.axes for o in node.inputs)


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
        found = tuple(
            phase.copies.compute(_at(n, out, place, needed), _by_axis(out, needed))
            for n in epilogue.nodes
        )
        return Stores(epilogue, found, phase)

    def costs(self, dims: Mapping[str, Any]) -> Array:
        """What is done and what crosses, by extents that broadcast against each other."""
        axes = _by_axis(self.phase.world.operands[-1], dims)
        total: Any = 0.0
        for n, copy in zip(self.epilogue.nodes, self.copies, strict=True):
            total = total + copy.costs(axes)
            for o in n.operands:
                if o.name != self.epilogue.value:
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
            for o in n.operands
            if o.name != self.epilogue.value
        )

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


def _at(node: Spec, out: Operand, place: Placement, needed: Mapping[str, Sequence[int]]) -> Spec:
    """An epilogue's Spec on registers, with everything else near."""
    buffer = made_for(out, place, needed)
    most = {a: max(v) for a, v in _by_axis(out, needed).items()}

    def moved(o: Operand) -> Operand:
        return buffer if o.name == out.name else near(o)

    return replace(
        node,
        axes=tuple(replace(a, extent=most[a.name]) for a in node.axes),
        inputs=tuple(map(moved, node.inputs)),
        output=moved(node.output),
        limits=Limits(()),
        serial=True,
    ).canonical()
