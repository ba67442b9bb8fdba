"""Slab: one dense array of the dynamic program, and how its points come about.

A slab holds the least cost of every Spec that shares placements up to cache levels. The axes of its
array, and the entries of a `Point`: what the output holds at the start (0: nothing, 1: a value; one
entry where it does not matter), the Spec's axes by ladder index, what is left of the capacity that
counts here, and a cache level per operand. `base` costs come from Actions other than loops; each
nest closes one axis on top. Only the closed array is kept. Extraction computes the stages between
again for one capacity and one set of levels, and walks them: an edge says what an Action costs by
itself and which nodes it leads to. Read next: `registers.py`, `caches.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from .closure import Array, Nest, Scratch, Toll, close
from .decisions import Codes, Decided, width
from .ladder import Ladder

Point = tuple[int, ...]
Tail = tuple[int, ...]
"""The capacity's and the levels' entries of a point."""


@dataclass(frozen=True, eq=False)
class Node:
    """A point of a slab after some of its nests."""

    slab: Slab
    stage: int
    point: Point

    @property
    def cost(self) -> float:
        """The least cost."""
        return self.slab.cost(self.stage, self.point)

    @property
    def key(self) -> tuple[int, int, Point]:
        """What nodes are equal by."""
        return (id(self.slab), self.stage, self.point)

    def edges(self) -> Iterator[Edge]:
        """Every way to go on, in a fixed order; the cheapest has the node's cost."""
        return self.slab.edges(self.stage, self.point)


@dataclass(frozen=True, eq=False)
class Part:
    """A child of an Action: its label in a schedule, how often it runs, at least how long."""

    label: str
    node: Node
    times: int = 1
    least: float = 0.0

    def cost_of(self, cycles: float) -> float:
        """What the child adds at that cost of its own."""
        return self.times * max(cycles, self.least)


@dataclass(frozen=True, eq=False)
class Edge:
    """An Action (its line in a schedule; several with `;`, none at all if empty) and its parts.

    `code` is its number among the options of the slab's base.
    """

    action: str
    own: float
    parts: tuple[Part, ...] = ()
    code: int = 1

    @property
    def cost(self) -> float:
        """The cost with the best of each part."""
        return self.own + sum(p.cost_of(p.node.cost) for p in self.parts)


class HiddenError(LookupError):
    """A point's code is that of a loop which is closed later: an earlier decision is not known."""


class Base:
    """Where a slab's costs come from, other than loops."""

    def costs(self, tail: Tail | None) -> Array:
        """Over the whole array, or with a tail over the part that has it (axes of one entry)."""
        raise NotImplementedError

    def decided(self) -> Decided:
        """Over the whole array, with the code of the edge that each cost comes from."""
        return Decided.first(self.costs(None))

    @property
    def choices(self) -> int:
        """The codes of edges go from 1 to this."""
        return 1

    def edges(self, point: Point) -> Iterator[Edge]:
        """The same, Action by Action, at one point."""
        raise NotImplementedError


@dataclass(eq=False)
class Slab:
    """See the module's text."""

    name: str
    axes: tuple[str, ...]
    ladders: tuple[Ladder, ...]
    nests: tuple[Nest, ...]
    base: Base
    final: Array = field(default_factory=lambda: np.empty(0))
    memo: Callable[[Slab], Codes] | None = None
    expanded: dict[Tail, list[Array]] = field(default_factory=dict)

    def solve(self, scratch: Scratch) -> None:
        """Compute the array."""
        scratch.slabs.append(self)
        self.memo = scratch.memo
        if self.memo is not None:
            return
        interrupted = scratch.clock.enter(self.name)
        decided = self.base.decided()
        array, codes = decided.costs, decided.codes
        firsts = self.firsts
        codes = np.array(codes, width(firsts[-1] - 1), order="C")
        for nest, first in zip(self.nests, firsts, strict=False):
            array = close(array, self.ladders[nest.axis], nest, scratch, codes, first)
        self.final, self.codes = np.array(array, order="C"), codes
        scratch.clock.leave(interrupted, self.final.size)

    @cached_property
    def codes(self) -> Codes:
        """Per point its decision: an option of the base, or a loop; 0 if there is none.

        Found by `solve`, or known before.
        """
        assert self.memo is not None, "not solved"
        return self.memo(self)

    @property
    def firsts(self) -> list[int]:
        """The codes of the nests' loops begin here, one per tile; and where they end."""
        found = [self.base.choices + 1]
        for nest in self.nests:
            found.append(found[-1] + len(self.ladders[nest.axis].tiles))
        return found

    def chosen(self, stage: int, point: Point) -> Edge | None:
        """The edge that a point's code says; a `HiddenError` if the code is of a later stage."""
        code = int(self.codes[point])
        for s, nest in reversed(list(enumerate(self.nests))):
            first = self.firsts[s]
            if code >= first:
                if s >= stage:
                    raise HiddenError(self.name)
                ladder = self.ladders[nest.axis]
                t = ladder.index[ladder.tiles[code - first]]
                extent = ladder.values[point[nest.axis + 1]]
                trips, left = divmod(extent, ladder.values[t])
                return self._loop(nest, s + 1, point, t, trips, ladder.index[left] if left else -1)
        return next((e for e in self.base.edges(point) if e.code == code), None)

    def fitted(self, point: Point) -> Point:
        """A point without entries for axes that have one entry for all."""
        return tuple(0 if n == 1 else i for n, i in zip(self.codes.shape, point, strict=True))

    def node(self, point: Point) -> Node:
        """The finished node of a point; axes with one entry for all are left out of account."""
        return Node(self, len(self.nests), point if self.memo else self.fitted(point))

    def cost(self, stage: int, point: Point) -> float:
        """The least cost of a point after some nests."""
        if stage == len(self.nests):
            return float(self.final[point])
        cut = len(self.axes) + 1
        return float(self._stages(point[cut:])[stage][point[:cut]])

    def _stages(self, tail: Tail) -> list[Array]:
        """The arrays between base and final, over start and extents, for one tail."""
        if tail not in self.expanded:
            base = self.base.costs(tail)
            shape = base.shape[: len(self.axes) + 1]
            stages = [np.array(base).reshape(shape)]
            scratch = Scratch()
            for nest in self.nests[:-1]:
                array = stages[-1].reshape(*shape, *(1,) * len(tail))
                only = self.nest_at(nest, tail)
                closed = close(array, self.ladders[nest.axis], only, scratch)
                stages.append(np.array(closed).reshape(shape))
            self.expanded[tail] = stages
        return self.expanded[tail]

    def nest_at(self, nest: Nest, tail: Tail) -> Nest:
        """A nest of the part of the array that has a tail."""

        def at(cost: Callable[[int], Array]) -> Callable[[int], Array]:
            return lambda t: _taken(cost(t), tail)

        tolls = tuple(replace(toll, cost=at(toll.cost)) for toll in nest.tolls)
        return replace(nest, tolls=tolls, least=at(nest.least) if nest.least else None)

    def edges(self, stage: int, point: Point) -> Iterator[Edge]:
        """The ways on from a point."""
        if stage == 0:
            yield from self.base.edges(point)
            return
        yield Edge("", 0.0, (Part("main", Node(self, stage - 1, point)),))
        nest = self.nests[stage - 1]
        if nest.within is not None and not _holds(nest.within(), point):
            return
        for t, trips, rest in self.ladders[nest.axis].cuts[point[nest.axis + 1]]:
            if nest.allows(trips):
                yield self._loop(nest, stage, point, t, trips, rest)

    def _loop(self, nest: Nest, stage: int, point: Point, t: int, trips: int, rest: int) -> Edge:
        later = self.codes.shape[0] - 1 if nest.reduces else point[0]
        steps, own = self.paid(nest, point, t, trips)
        body = _at(point, nest.axis, t, later if trips > 1 else point[0])
        others = point[1 : nest.axis + 1] + point[nest.axis + 2 :]
        least = _entry(nest.least(t), others) if nest.least else 0.0
        parts = [Part("main", Node(self, stage - 1, body), steps, least)]
        if rest >= 0:
            parts.append(Part("rest", Node(self, stage, _at(point, nest.axis, rest, later))))
        order = "" if nest.order == "serial" else f" {nest.order}"
        size = self.ladders[nest.axis].values[t]
        return Edge(f"tile {self.axes[nest.axis]} {size}{order}", own, tuple(parts))

    def paid(self, nest: Nest, point: Point, t: int, trips: int) -> tuple[int, float]:
        """The steps of a loop over a point's extent, and what they cost besides their bodies."""
        steps = nest.steps(trips)
        own = steps * nest.step + nest.entry
        return steps, own + steps * sum(self._paid(toll, nest, point, t) for toll in nest.tolls)

    def _paid(self, toll: Toll, nest: Nest, point: Point, t: int) -> float:
        """What a step pays at a point."""
        others = point[1 : nest.axis + 1] + point[nest.axis + 2 :]
        spared = any(others[p] for p in toll.first)
        if spared or self.ladders[nest.axis].values[point[nest.axis + 1]] <= toll.above:
            return 0.0
        return _entry(toll.cost(t), others)


def _entry(cost: Array, others: Point) -> float:
    """The entry of an array that broadcasts over the axes besides a nest's."""
    where = tuple(0 if n == 1 else i for n, i in zip(cost.shape, others, strict=True))
    return float(cost[where])


def _at(point: Point, axis: int, index: int, start: int) -> Point:
    return (start, *point[1 : axis + 1], index, *point[axis + 2 :])


def _holds(mask: Array, point: Point) -> bool:
    index = tuple(0 if n == 1 else i for n, i in zip(mask.shape, point, strict=False))
    return bool(mask[index])


def _taken(array: Array, tail: Tail) -> Array:
    """The part of an array that has a tail; its last axes get one entry."""
    for i, index in enumerate(reversed(tail), 1):
        n = array.shape[-i]
        array = np.take(array, [0 if n == 1 else index], axis=array.ndim - i)
    return array
