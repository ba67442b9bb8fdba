"""Graph: a goal that is several Specs at once, each of which may read what others write.

Values go by name: a node's output `S` is what other nodes read as their input `S`, all of them with
one map, for axes have one name in all nodes that run along them. A value between nodes has no
place until it is bufferized; `placed` are those that have one, beside the results, which lie
outside. Work along a common axis can then be done tile by tile, and what is between nodes is a
tile as well: that is what fusing means here.

Invariants (`goal_of` makes graphs that keep them): nodes stand in the order in which they can run,
no two write one value, and there are two nodes at least: one alone is a Spec. Read next:
`action/stage.py`, `impl.py`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod

from .memory import LEVELS, Limits
from .spec import Axis, Kind, Operand, Spec, Walked


@dataclass(frozen=True)
class Graph(Walked):
    """Specs as one goal; see the module's text."""

    nodes: tuple[Spec, ...]
    results: tuple[str, ...]
    placed: tuple[str, ...] = ()
    limits: Limits = field(default_factory=lambda: Limits(()))
    serial: bool = False

    @cached_property
    def made(self) -> dict[str, Spec]:
        """The nodes by what they write."""
        return {n.output.name: n for n in self.nodes}

    @cached_property
    def operands(self) -> tuple[Operand, ...]:
        """All that has a place: what is read alone in order of first use, then what is written."""
        read: dict[str, Operand] = {}
        for n in self.nodes:
            for o in n.inputs:
                if o.name not in self.made:
                    read.setdefault(o.name, o)
        return (*read.values(), *self.written)

    @property
    def inputs(self) -> tuple[Operand, ...]:
        """What is read and not written, in order of first use."""
        return self.operands[: len(self.operands) - len(self.written)]

    @cached_property
    def written(self) -> tuple[Operand, ...]:
        """What nodes write to a place, in their order."""
        return tuple(n.output for n in self.nodes if self.has_place(n.output.name))

    def has_place(self, value: str) -> bool:
        """Whether a value that a node writes has a place."""
        return value in self.results or value in self.placed

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of all nodes; one is a reduction where any node reduces along it."""
        found: dict[str, Axis] = {}
        for n in self.nodes:
            for a in n.axes:
                if a.name not in found or a.kind is Kind.REDUCTION:
                    found[a.name] = a
        return tuple(found.values())

    @property
    def points(self) -> int:
        """Points of the iteration spaces of all nodes."""
        return sum(n.points for n in self.nodes)

    def readers(self, value: str) -> tuple[Spec, ...]:
        """The nodes that read a value."""
        return tuple(n for n in self.nodes if any(o.name == value for o in n.inputs))

    def needed(self, value: str) -> frozenset[str]:
        """What is written on the way to a value, itself included."""
        found: set[str] = set()
        todo = [value]
        while todo:
            name = todo.pop()
            if name in self.made and name not in found:
                found.add(name)
                todo += [o.name for o in self.made[name].inputs]
        return frozenset(found)

    def goal(self, node: Spec) -> Spec:
        """A node as a goal of its own."""
        return replace(node, limits=self.limits, serial=self.serial)

    def with_operand(self, operand: Operand) -> Graph:
        """The graph with the operand of that name in another place, in all nodes."""
        return replace(self, nodes=tuple(_placed(n, operand) for n in self.nodes))

    def tiled(self, axis: str, size: int, step: int) -> Goal:
        """The goal of one tile: `axis` shrunk to `size`, views starting at multiples of `step`."""
        return self.on([n.tiled(axis, size, step) for n in self.nodes])

    def canonical(self) -> Goal:
        """The goal without axes of extent one."""
        return self.on([n.canonical() for n in self.nodes])

    def on(self, nodes: Sequence[Spec]) -> Goal:
        """The goal with those nodes, of the same values."""
        return goal_of(nodes, self.results, self.placed, self.limits, self.serial)

    def __str__(self) -> str:
        sizes = " ".join(f"{a.name}={a.extent}" for a in self.axes)
        places = ", ".join(f"{o.name} {o.placement.describe(o.dims)}" for o in self.operands)
        return f"{self.formula()} | {sizes} | {places}"

    def formula(self) -> str:
        """What is computed, node by node."""
        return "; ".join(n.formula() for n in self.nodes)


Goal = Spec | Graph


def goal_of(
    nodes: Sequence[Spec],
    results: Iterable[str],
    placed: Iterable[str],
    limits: Limits,
    serial: bool,
) -> Goal:
    """Nodes as one goal: a Spec where there is one. Values without a place shrink to what is used;
    results and places are those of values that the nodes write."""
    made = [n.output.name for n in nodes]
    kept = tuple(r for r in made if r in frozenset(results))
    held = tuple(p for p in made if p in frozenset(placed) and p not in kept)
    if len(nodes) == 1:
        assert kept or held, f"nothing reads {made[0]}"
        return replace(nodes[0], limits=limits, serial=serial)
    inner = frozenset(made) - frozenset(kept) - frozenset(held)
    plain = [replace(_shrunk(n, inner), limits=Limits(()), serial=False) for n in nodes]
    return Graph(tuple(plain), kept, held, limits, serial)


def ordered(nodes: Sequence[Spec]) -> list[Spec]:
    """The nodes so that none comes before what it reads, else in the order given."""
    made = {n.output.name: n for n in nodes}
    done: dict[str, Spec] = {}

    def visit(n: Spec) -> None:
        if n.output.name in done:
            return
        for o in n.inputs:
            if o.name in made and o.name != n.output.name:
                visit(made[o.name])
        done[n.output.name] = n

    for n in nodes:
        visit(n)
    return list(done.values())


def sole(goal: Goal) -> Spec:
    """A goal that is known to be one Spec."""
    assert not isinstance(goal, Graph), f"several Specs: {goal}"
    return goal


def specs_of(goal: Goal) -> tuple[Spec, ...]:
    """The Specs that a goal is made of."""
    return goal.nodes if isinstance(goal, Graph) else (goal,)


def written_by(goal: Goal) -> tuple[Operand, ...]:
    """The operands that a goal writes."""
    return goal.written if isinstance(goal, Graph) else (goal.output,)


def reducing(goal: Goal, axis: str) -> Iterator[Spec]:
    """The Specs of a goal that reduce along an axis."""
    for n in specs_of(goal):
        if any(a.name == axis for a in n.reductions):
            yield n


def size_of(graph: Graph, value: str) -> int:
    """The elements of a value."""
    return prod(graph.extent_of(graph.made[value].output))


def free_of_values(goal: Goal) -> Iterator[Spec]:
    """The Specs of a goal as if values without a place cost nothing, and inputs were brought once:
    they are as near as memory comes."""
    if isinstance(goal, Spec):
        yield goal
        return
    brought: set[str] = {v for v in goal.made if not goal.has_place(v)}
    for n in goal.nodes:
        yield goal.goal(
            replace(
                n,
                inputs=tuple(_near(o, brought) for o in n.inputs),
                output=_near(n.output, brought),
            )
        )
        brought |= {o.name for o in n.inputs}


def _near(operand: Operand, brought: Container[str]) -> Operand:
    if operand.name not in brought or operand.placement.in_registers:
        return operand
    return replace(operand, placement=replace(operand.placement, level=LEVELS[-2]))


def _placed(node: Spec, operand: Operand) -> Spec:
    """The node with its operands of that name exchanged for another place of the same value."""

    def one(o: Operand) -> Operand:
        return operand if o.name == operand.name else o

    return replace(node, inputs=tuple(map(one, node.inputs)), output=one(node.output))


def _shrunk(node: Spec, inner: frozenset[str]) -> Spec:
    """The node with values that have no place no larger than what is used of them."""

    def one(o: Operand) -> Operand:
        if o.name not in inner:
            return o
        shape = node.extent_of(o)
        maps = tuple(m + -m.const for m in o.map)
        return replace(o, shape=shape, map=maps, align=(0,) * len(shape))

    return replace(node, inputs=tuple(map(one, node.inputs)), output=one(node.output))
