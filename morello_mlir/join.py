"""Joining: from Specs that read each other's outputs to one Graph, with axes by one name.

Every Spec comes with the values that its operands are of. Where one reads what another writes, the
axes along the dimensions of both are one axis. That takes that both walk the value alike, dimension
by dimension; what does not (a window, a diagonal, a part) is a `JoinError` with the reason.
Read next: `graph.py`.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from .expr import Expr, rename
from .graph import Goal, goal_of
from .linear import Linear
from .memory import Limits
from .spec import Operand, Spec, element_name, name_axes

AxisOf = tuple[int, str]
"""An axis of a part, by the part's number and its own name there."""


class JoinError(ValueError):
    """Specs that cannot be one Graph; the text says why."""


@dataclass(frozen=True)
class Part:
    """A Spec, and by operand the value that it is of: inputs in order, then what it writes.

    Where rows are looked up, that is the pair of a table and an index array.
    """

    spec: Spec
    values: tuple[Hashable, ...]


@dataclass(frozen=True)
class Joined:
    """The goal, and by operand of it the place that it has: the part and the position there."""

    goal: Goal
    places: tuple[tuple[int, int], ...]


def join(parts: Sequence[Part], results: frozenset[Hashable], limits: Limits) -> Joined:
    """Parts, each after those that it reads, as one goal that writes `results`."""
    made = {p.values[-1]: i for i, p in enumerate(parts)}
    axes = _Axes(parts)
    for i, part in enumerate(parts):
        for o, value in zip(part.spec.inputs, part.values[:-1], strict=True):
            if o.lookup is not None:
                _check_outside(value, made)
            elif value in made:
                axes.unite(made[value], i, o)
    if not axes.apart():
        raise JoinError("walks two axes of one Spec as one")
    axes.unite_readers(made)
    names = axes.names()
    values = {v: f"V{n}" for n, v in enumerate(made)}
    lone = [v for v in made if v in results]
    values.update({v: "C" if len(lone) == 1 else f"C{n}" for n, v in enumerate(lone)})
    outside: dict[Hashable, Operand] = {}
    places: dict[str, tuple[int, int]] = {}
    nodes: list[Spec] = []
    for i, part in enumerate(parts):
        own = {a.name: names[i, a.name] for a in part.spec.axes}
        operands: list[Operand] = []
        for j, (o, value) in enumerate(zip(part.spec.operands, part.values, strict=True)):
            o = replace(o, map=tuple(m.rename(own) for m in o.map), dims=())
            if value in made:
                read = j < len(part.spec.inputs)
                o = nodes[made[value]].output if read else replace(o, name=values[value])
            else:
                key = value, o.map, o.dtype, o.lookup
                fresh = replace(o, name=element_name(len(outside), -1))
                o = outside.setdefault(key, fresh)
            places.setdefault(o.name, (i, j))
            operands.append(o)
        renamed = tuple(replace(a, name=own[a.name]) for a in part.spec.axes)
        body, inputs = _each_once(part.spec.body, operands[:-1])
        whole = replace(part.spec, axes=renamed, output=operands[-1])
        nodes.append(replace(whole, inputs=inputs, body=body))
    written = [values[v] for v in lone]
    goal = goal_of(_needed(nodes, written), written, (), limits, serial=False)
    return Joined(goal, tuple(places[o.name] for o in goal.operands))


def _check_outside(value: Hashable, made: Container[Hashable]) -> None:
    """`JoinError` for rows of a value, or by a value, that another part makes."""
    assert isinstance(value, tuple)
    table, index = value
    if table in made:
        raise JoinError("looks up rows of a value")
    if index in made:
        raise JoinError("looks up rows by a value")


def _each_once(body: Expr, operands: Sequence[Operand]) -> tuple[Expr, tuple[Operand, ...]]:
    """A body and its inputs, each of them once."""
    names = list(dict.fromkeys(o.name for o in operands))
    places = {i: names.index(o.name) for i, o in enumerate(operands)}
    inputs = tuple({o.name: o for o in operands}[name] for name in names)
    return rename(body, places), inputs


def _needed(nodes: Sequence[Spec], results: Sequence[str]) -> list[Spec]:
    """The nodes that some result needs: an op may read what its body does not."""
    needed = set(results)
    for n in reversed(nodes):
        if n.output.name in needed:
            needed |= {o.name for o in n.inputs}
    if not needed:
        raise JoinError("nobody reads what they compute")
    return [n for n in nodes if n.output.name in needed]


@dataclass
class _Axes:
    """Classes of axes that are one."""

    parts: Sequence[Part]

    def __post_init__(self) -> None:
        self.above: dict[AxisOf, AxisOf] = {
            (i, a.name): (i, a.name) for i, p in enumerate(self.parts) for a in p.spec.axes
        }

    def root(self, axis: AxisOf) -> AxisOf:
        """The axis that stands for a class."""
        while self.above[axis] != axis:
            axis = self.above[axis]
        return axis

    def unite(self, maker: int, reader: int, operand: Operand) -> None:
        """The axes of a value where it is written and where it is read."""
        output = self.parts[maker].spec.output
        if operand.border is not None:
            raise JoinError("reads a value beyond its ends")
        if (operand.dtype, operand.placement) != (output.dtype, output.placement):
            raise JoinError("reads a value as another type than it is written as")
        for a, b in zip(output.map, operand.map, strict=True):
            pair = _alone(a), _alone(b)
            if None in pair or (pair[0] == "") != (pair[1] == ""):
                raise JoinError(f"reads by {b} what is written by {a}")
            if pair[0] and pair[1]:
                self._one((maker, pair[0]), (reader, pair[1]))

    def unite_readers(self, made: Container[Hashable]) -> None:
        """The axes along which several parts read one value from outside, where they can be one."""
        first: dict[Hashable, tuple[int, Operand]] = {}
        for i, part in enumerate(self.parts):
            for o, value in zip(part.spec.inputs, part.values[:-1], strict=True):
                if value in made:
                    continue
                j, other = first.setdefault(value, (i, o))
                for a, b in zip(other.map, o.map, strict=True):
                    x, y = _alone(a), _alone(b)
                    if x and y and self._extent((j, x)) == self._extent((i, y)):
                        self._try((j, x), (i, y))

    def _try(self, a: AxisOf, b: AxisOf) -> None:
        before = dict(self.above)
        self._one(a, b)
        if not self.apart():
            self.above = before

    def apart(self) -> bool:
        """Whether no two axes of one part are one."""
        for i, part in enumerate(self.parts):
            roots = [self.root((i, a.name)) for a in part.spec.axes]
            if len(set(roots)) < len(roots):
                return False
        return True

    def _one(self, a: AxisOf, b: AxisOf) -> None:
        if self._extent(a) != self._extent(b):
            raise JoinError("reads a part of a value")
        self.above[self.root(b)] = self.root(a)

    def _extent(self, axis: AxisOf) -> int:
        return self.parts[axis[0]].spec.extents[axis[1]]

    def names(self) -> dict[AxisOf, str]:
        """One name for every class: those of the largest parts first, as in a Spec of its own."""
        found: dict[AxisOf, str] = {}
        order = sorted(range(len(self.parts)), key=lambda i: -self.parts[i].spec.points)
        for i in order:
            spec = self.parts[i].spec
            roots = [self.root((i, a.name)) for a in spec.axes]
            for root, name in zip(roots, _own_names(spec), strict=True):
                if root not in found:
                    found[root] = next(n for n in _like(name) if n not in found.values())
        return {axis: found[self.root(axis)] for axis in self.above}


def _own_names(spec: Spec) -> tuple[str, ...]:
    """What the axes of a Spec are called in it alone."""
    at = {a.name: i for i, a in enumerate(spec.axes)}
    maps = tuple(frozenset(at[n] for n in o.axes) for o in spec.operands)
    return name_axes(tuple(a.kind for a in spec.axes), maps)


def _like(name: str) -> Iterator[str]:
    """The name, and others of its kind."""
    yield name
    letter = name.rstrip("0123456789")
    yield from (f"{letter}{i}" for i in range(1000))


def _alone(index: Linear) -> str | None:
    """The axis that an index is, empty where it is zero; None where it is anything else."""
    if not index.terms:
        return "" if index.const == 0 else None
    ((name, factor), *others) = index.terms
    return name if not others and factor == 1 and index.const == 0 else None
