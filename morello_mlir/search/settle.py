"""How a goal begins whose operands fit into a cache together: none of them needs a level beyond.

Every operand has to cross once in any case, so that nothing farther than the nearest level that
holds all of them is worth a search. What is too large for the level before that comes to it whole,
before anything else, where that pays nearly always; the other operands stay for the phases to move.
A small goal begins in every way there is: with nothing moved, and with all that loops reuse in each
level that holds it. So more memory never costs more. Read next: `solver.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import prod

import numpy as np

from ..spec import Operand, Spec
from ..traffic import footprint, lines, runs
from .closure import Array
from .decisions import Decided
from .grids import CACHES
from .slab import Base, Edge, Node, Part, Point, Tail
from .space import Space

LEVELS = ("L2", "L3")

SMALL = 100
"""Points of extents up to which a goal is small: begun in every way in a fraction of a second."""

Phases = tuple[int, ...]


@dataclass(frozen=True)
class Opening:
    """The operands that come to a level whole, and the phases after that."""

    space: Space
    phases: Phases = (1, 2, 3)
    level: str = "mem"
    moved: tuple[int, ...] = ()

    @property
    def after(self) -> Space:
        """The goal with these operands at the level."""
        spec, taken = self.space.spec, 0
        for i in self.moved:
            o = spec.operands[i]
            taken += int(o.dtype.size(o.placement.layout.size(spec.extent_of(o))))
            spec = spec.with_operand(
                i, replace(o, placement=replace(o.placement, level=self.level))
            )
        return replace(self.space, spec=spec, held=((self.level, taken),)) if taken else self.space

    @property
    def actions(self) -> str:
        """The moves, which emit no code."""
        names = [self.space.spec.operands[i].name for i in self.moved]
        return "; ".join(f"move {name} {self.level}" for name in names)

    def cost(self, adds: int) -> float:
        """What the moves cost; an output that is added to crosses twice."""
        spec = self.space.spec
        total = 0.0
        for i in self.moved:
            times = 1 + adds if i == len(spec.inputs) else 1
            total += times * self._crossed(spec.operands[i], spec)
        return total

    def _crossed(self, o: Operand, spec: Spec) -> float:
        costs, level, extents = self.space.target.costs, o.placement.level, spec.extent_of(o)
        table = "back" if o is spec.output else "line"
        line = costs.of(table, level) * float(lines(o, extents))
        return line + costs.of("run", level) * float(runs(o, extents))


def openings(space: Space) -> Iterator[Opening]:
    """The ways in which a goal begins, with all operands in memory.

    Threads have an L2 each. What fits into one's own is perhaps best without any others.
    """
    threads = 1 if space.spec.serial else space.target.threads
    alone = replace(space, target=replace(space.target, threads=1))
    levels = [level for level in LEVELS if _fits(space, level)]
    every = _phases(space)
    if prod(space.own.shape) <= SMALL:
        yield Opening(space, every)
        for level in levels:
            yield Opening(alone if level == "L2" else space, (2, 3), level, _far(space, level))
        return
    if "L2" in levels:
        yield Opening(alone, (2, 3), "L2", _beyond(space))
    if "L3" in levels and (threads > 1 or "L2" not in levels):
        yield Opening(space, (2, 3), "L3", () if _streams(space) else _far(space, "L3"))
    elif threads > 1 or not levels:
        yield Opening(space, every)


def _phases(space: Space) -> Phases:
    """The phases of the caches that there are; the last one is there in any case."""
    there = {level.name for level in space.target.levels}
    return tuple(p for p, name in enumerate(CACHES) if name in there) or (len(CACHES) - 1,)


def _fits(space: Space, level: str) -> bool:
    """Whether a level holds all operands, and some of them are to be moved there."""
    total = sum(_bytes(space, i) for i in range(len(space.spec.operands)))
    return total <= space.room(level) and bool(_far(space, level))


def _far(space: Space, level: str) -> tuple[int, ...]:
    """The operands that loops reuse and that are farther than a level."""
    near = CACHES.index(level)
    placed = [(i, space.spec.operands[i]) for i in space.movable]
    return tuple(i for i, o in placed if CACHES.index(o.placement.level) < near)


def _beyond(space: Space) -> tuple[int, ...]:
    """Inputs that L1 cannot hold, to come to L2: the next phase does not try that at every size."""
    spec = space.spec
    return tuple(
        i for i in _far(space, "L2") if i < len(spec.inputs) and _bytes(space, i) > space.room("L1")
    )


def _streams(space: Space) -> bool:
    """Whether L2 holds all operands but the largest: that one is read once, from where it is."""
    sizes = [_bytes(space, i) for i in range(len(space.spec.operands))]
    return sum(sizes) - max(sizes) <= space.room("L2")


def _bytes(space: Space, i: int) -> float:
    o = space.spec.operands[i]
    return 0.0 if o.placement.in_registers else float(footprint(o, space.spec.extent_of(o)))


Nodes = tuple[Node, Node]
"""A goal that starts from nothing, and one that adds."""


@dataclass(eq=False)
class SettleBase(Base):
    """An option for each way to begin; a point for each start."""

    space: Space
    options: list[tuple[Opening, Nodes]] = field(default_factory=list)

    def costs(self, tail: Tail | None) -> Array:
        """See `Base`."""
        return self.decided().costs

    def decided(self) -> Decided:
        """See `Base`."""
        best = Decided(np.full(2, np.inf), np.zeros(2, np.uint8), True)
        for code, (opening, nodes) in enumerate(self.options, 1):
            costs = [opening.cost(adds) + node.cost for adds, node in enumerate(nodes)]
            best.offer(np.asarray(costs), code)
        return best

    @property
    def choices(self) -> int:
        """See `Base`."""
        return len(self.options)

    def edges(self, point: Point) -> Iterator[Edge]:
        """See `Base`."""
        adds = point[0]
        for code, (opening, nodes) in enumerate(self.options, 1):
            yield Edge(opening.actions, opening.cost(adds), (Part("main", nodes[adds]),), code)
