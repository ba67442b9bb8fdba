"""Sums of a register tile: what a Spec that reduces does with the registers of a contraction.

Its result lies in memory and has been started. What is short along the axes that it keeps is done
by one of a few programs: terms are combined in place, in a register, or lane by lane and then
across. What these cost is the price of their trees. Loops around them unroll, for registers have no
addresses. Read next: `epilogue.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np

from ..action import Tile
from ..action.select import LANES
from ..impl import children
from ..price import price
from ..schedule import Schedule, ScheduleError, Step
from ..spec import Axis, Kind, Operand, Spec
from .closure import Array, Nest, Scratch
from .ladder import Ladder, values_at
from .reshapes import ReshapeBase
from .slab import Base, Edge, Node, Part, Point, Slab, Tail
from .space import Space

ROWS = 2
"""Rows whose lanes are reduced side by side, so that one does not wait for the other."""


@dataclass(eq=False)
class SumsBase(Base):
    """The programs around which no loop goes along an axis that is kept."""

    space: Space
    value: Operand
    scratch: Scratch
    known: dict[tuple[int, ...], Edge | None] = field(default_factory=dict)

    @cached_property
    def ladders(self) -> tuple[Ladder, ...]:
        """The extents that are asked for. Tiles are registers, several where lanes are reduced."""
        found = []
        for a, values in zip(self.space.spec.axes, self.space.goals, strict=True):
            block = self.block(a.name)
            if a.kind is Kind.REDUCTION:
                tiles = range(block, max(values) if block > 1 else 1, block)
            else:
                tiles = range(block, self._most(a) + 1)
            found.append(Ladder.of(values, tiles))
        return tuple(found)

    def block(self, axis: str) -> int:
        """The lanes of a register of the value along an axis."""
        dim = self.value.dim_of(axis)
        return 1 if dim is None else self.value.placement.layout.block(dim)

    def _most(self, axis: Axis) -> int:
        """How long a program may be along a kept axis."""
        across = any(self.block(a.name) > 1 for a in self.space.spec.reductions)
        return ROWS if across and self.block(axis.name) == 1 else self.block(axis.name)

    def costs(self, tail: Tail | None) -> Array:
        """See `Base`; there is only one tail."""
        total = np.full((1, *map(len, self.ladders)), np.inf)
        for cells in product(*map(self._cells, range(len(self.ladders)))):
            edge = self._edge(cells)
            point = (0, *cells)
            if edge is not None:
                total[point] = edge.cost
        return total

    def edges(self, point: Point) -> Iterator[Edge]:
        """See `Base`."""
        cells = point[1 : 1 + len(self.ladders)]
        if all(c in self._cells(i) for i, c in enumerate(cells)):
            edge = self._edge(cells)
            if edge is not None:
                yield edge

    def _cells(self, i: int) -> list[int]:
        """Where programs begin along an axis: with whole registers, or less than one."""
        axis, ladder = self.space.spec.axes[i], self.ladders[i]
        block = self.block(axis.name)
        if axis.kind is Kind.PARALLEL:
            return [c for c, v in enumerate(ladder.values) if v <= self._most(axis)]
        return [c for c, v in enumerate(ladder.values) if v < block or v % block == 0]

    def _edge(self, cells: tuple[int, ...]) -> Edge | None:
        if cells not in self.known:
            axes = (a.name for a in self.space.spec.axes)
            extents = dict(zip(axes, values_at(self.ladders, cells), strict=True))
            spec = self.space.at(self.space.spec.operands, extents)
            found = [e for each in self._programs(spec) if (e := self._priced(each, spec))]
            self.known[cells] = min(found, key=lambda e: e.cost, default=None)
        return self.known[cells]

    def _priced(self, program: Schedule, spec: Spec) -> Edge | None:
        """A program with its price, which is that of its branches and the rest."""
        target = self.space.target
        try:
            impl = program.apply(spec, target)
        except ScheduleError:
            return None
        first, parts, own = program.steps[0], [], price(impl, target).cycles
        inner = dict(children(impl))
        for label, branch in first.branches:
            cycles = price(inner[label], target).cycles
            parts.append(Part(label, self._closed(spec, Edge(_text(branch), cycles))))
            own -= cycles
        return Edge(_text(program), own, tuple(parts))

    def _closed(self, spec: Spec, edge: Edge) -> Node:
        slab = Slab("sums", (), (), (), ReshapeBase(spec, (edge,)))
        slab.solve(self.scratch)
        return slab.node((0,))

    def _programs(self, spec: Spec) -> Iterator[Schedule]:
        """In place; in a register; in the lanes of one, and then across."""
        register = Schedule().move(spec.output.name, self.space.target.nearest).accumulate()
        yield Schedule(tuple(self._single(spec.axes))).select(LANES)
        yield self._terms(register, spec)
        for a in spec.reductions:
            lanes = self.block(a.name)
            if 1 < lanes <= a.extent and a.extent % lanes == 0:
                split = Schedule().split_reduction(a.name, lanes)
                rest = spec.tiled(a.name, a.extent // lanes, 0)
                yield self._terms(split.accumulate(), rest)
                for name in self._across(spec):
                    end = (*self._single(_kept(spec)), *register.select(name).steps)
                    yield self._terms(split.on("combine", Schedule(end)).accumulate(), rest)

    def _across(self, spec: Spec) -> Iterator[str]:
        """The instructions that may reduce the lanes of a register."""
        for i in self.space.target.instructions:
            reduces = i.spec.axes and all(a.kind is Kind.REDUCTION for a in i.spec.axes)
            if reduces and i.spec.combine == spec.combine and len(i.spec.inputs) == 1:
                yield i.name

    def _terms(self, begun: Schedule, spec: Spec) -> Schedule:
        """One term after the other, of each row in turn."""
        terms = (Step(Tile(a.name, 1)) for a in spec.reductions)
        return Schedule((*begun.steps, *terms, *self._single(_kept(spec)))).select(LANES)

    def _single(self, axes: Iterable[Axis]) -> Iterator[Step]:
        """Loops over single elements, along axes without lanes."""
        return (Step(Tile(a.name, 1)) for a in axes if self.block(a.name) == 1)


def _kept(spec: Spec) -> Iterator[Axis]:
    return (a for a in spec.axes if a.kind is Kind.PARALLEL)


def _text(schedule: Schedule) -> str:
    return "; ".join(str(step.action) for step in schedule.steps)


def sums(space: Space, value: Operand, scratch: Scratch) -> Slab:
    """What a goal costs that reduces a value in registers, for the extents of its space."""
    base = SumsBase(space, value, scratch)
    nests = tuple(Nest(a, "serial", 0.0, 0.0) for a in reversed(range(len(base.ladders))))
    slab = Slab("sums", tuple(a.name for a in space.spec.axes), base.ladders, nests, base)
    slab.solve(scratch)
    return slab
