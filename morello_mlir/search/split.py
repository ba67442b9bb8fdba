"""Splitting a reduction over the lanes of registers: dot products of what lies contiguous.

The Spec that `split_reduction` leaves has one parallel axis more and its output in registers: a
goal of its own, solved in the register phase at the same cache levels. So is the combine of the
partial results. Read next: `registers.py`, where both are entered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ..action.base import NotApplicable
from ..action.split_reduction import SplitReduction
from ..graph import sole
from ..impl import SplitReduction as SplitImpl
from ..memory import Limits
from ..spec import Kind, Operand, Spec, Start
from ..waits import beside
from .closure import Array
from .grids import CACHES, Levels
from .ladder import values_at
from .slab import Edge, Part, Point, Slab, Tail
from .space import Space

if TYPE_CHECKING:
    from .registers import Registers

COUNTS = (1, 2, 4)
"""Registers of partial results for one element of the output."""


@dataclass(eq=False)
class Split:
    """One way of splitting one axis, in the register phase of a world without packing."""

    phase: Registers
    axis: str
    count: int
    impl: SplitImpl
    combines: dict[tuple[int, int], Slab] = field(default_factory=dict)

    @property
    def a(self) -> int:
        """The axis by number."""
        return [x.name for x in self.phase.spec.axes].index(self.axis)

    @cached_property
    def body(self) -> Registers:
        """The register phase of the partial results."""
        spec = sole(self.impl.body.spec)
        wanted = {x.name: self._values(i) for i, x in enumerate(self.phase.spec.axes)}
        wanted[self.axis] = tuple(sorted({v // self.count for v in self._values(self.a)}))
        wanted[f"{self.axis}p"] = (self.count,)
        goals = tuple(wanted[x.name] for x in spec.axes)
        space = Space(spec, self.phase.space.target, goals)
        levels = (*self.phase.levels[:-1], (0,))
        return type(self.phase)(space, space.own, self.phase.copies, levels, self.phase.scratch)

    @cached_property
    def start(self) -> Slab:
        """The partial results from nothing."""
        return self.body.started()

    def combine(self, level: int, left: int) -> Slab:
        """The sum of the partial results into the output at a level, in registers that are left."""
        if (level, left) not in self.combines:
            self.combines[level, left] = self._combine(CACHES[level], left)
        return self.combines[level, left]

    def _combine(self, level: str, left: int) -> Slab:
        from .caches import Caches
        from .tiles import SPARE

        spec = sole(self.impl.combine.spec)
        output = replace(spec.output, placement=replace(spec.output.placement, level=level))
        limits = Limits.of(**{self.phase.space.target.nearest: left + SPARE})
        wanted = {x.name: self._values(i) for i, x in enumerate(self.phase.spec.axes)}
        wanted[f"{self.axis}p"] = (self.count,)
        goals = tuple(wanted[x.name] for x in spec.axes)
        space = Space(replace(spec, output=output, limits=limits), self.phase.space.target, goals)
        caches = Caches(space, self.phase.copies, self.phase.scratch, phases=(3,))
        caches.solve()
        return caches.slabs[len(space.worlds) - 1, 3, frozenset()]

    def _values(self, a: int) -> tuple[int, ...]:
        """The extents of an axis at which the split may begin."""
        axis, ladder = self.phase.spec.axes[a], self.phase.world.ladders[a]
        if axis.name == self.axis:
            least = 2 * self.count
            return tuple(v for v in ladder.values if v % self.count == 0 and v >= least)
        if axis.kind is Kind.REDUCTION:
            return ladder.values
        return ladder.upto(max(1, self.phase.registers * self.count // self._lanes)).values

    @property
    def _lanes(self) -> int:
        return max(self.impl.buffers[0].placement.lanes, 1)

    def _cells(self) -> list[list[int]]:
        """Where the split may begin, in the world's indices."""
        ladders = self.phase.world.ladders
        return [[each.index[v] for v in self._values(a)] for a, each in enumerate(ladders)]

    def costs(self, levels: Levels, tail: Tail | None) -> tuple[tuple[Any, ...], Array]:
        """Where the split may begin, as an index of the world's array, and what it costs there."""
        phase = self.phase
        n = len(phase.spec.axes)
        values = [self._values(a) for a in range(n)]
        shape = tuple(map(len, values))
        total = np.full((2, *shape, 1, *map(len, levels)), np.inf)
        start = self.start.final
        for point in np.ndindex(*shape):
            extents = {x.name: v[i] for x, v, i in zip(phase.spec.axes, values, point, strict=True)}
            left = phase.registers - self._held(extents)
            if left < 0:
                continue
            cells = self._inner(self.start, extents)
            corner = (0, *cells, min(left, start.shape[n + 2] - 1))
            inside = start[corner]
            for s in range(2):
                joined = [self._joined(extents, s, level) for level in levels[-1]]
                corner = (s, *point, 0)
                total[corner] = _levels(inside, tail) + np.asarray(joined) + self._own(extents)
        return np.ix_(range(2), *self._cells()), total

    def _own(self, extents: dict[str, int]) -> float:
        """What the split costs besides its parts."""
        return beside(self.phase.spec.inputs, extents, self.axis, self.count)

    def _held(self, extents: dict[str, int]) -> int:
        (buffer,) = self.impl.buffers
        dims = [extents.get(m.names[0], self.count) if m.names else 1 for m in buffer.map]
        return int(self.phase.held(buffer, buffer.placement, tuple(dims)))

    def _room(self, extents: dict[str, int]) -> int:
        """The registers that the combine may use: those that are left, up to one an element."""
        phase = self.phase
        elements = prod(extents[a] for a in phase.spec.output.axes)
        return min(phase.registers - self._held(extents), elements)

    def _inner(self, slab: Slab, extents: dict[str, int]) -> list[int]:
        wanted = {**extents, f"{self.axis}p": self.count}
        if slab is self.start:
            wanted[self.axis] = extents[self.axis] // self.count
        ladders = zip(slab.axes, slab.ladders, strict=True)
        return [ladder.index[wanted[name]] for name, ladder in ladders]

    def _joined(self, extents: dict[str, int], start: int, level: int) -> float:
        slab = self.combine(level, self._room(extents))
        point = (start, *self._inner(slab, extents))
        return float(slab.final[point].reshape(-1)[0])

    def edge(self, point: Point) -> Edge | None:
        """The split at a point of the world; None where it may not begin."""
        phase = self.phase
        n = len(phase.spec.axes)
        if any(p not in cells for p, cells in zip(point[1:], self._cells(), strict=False)):
            return None
        ladders = phase.world.ladders
        names = (x.name for x in phase.spec.axes)
        extents = dict(zip(names, values_at(ladders, point[1 : n + 1]), strict=True))
        left = phase.registers - self._held(extents)
        if left < 0:
            return None
        main = self.start.node((0, *self._inner(self.start, extents), left, *point[n + 2 : -1], 0))
        combine = self.combine(phase.levels[-1][point[-1]], self._room(extents))
        joined = combine.node((point[0], *self._inner(combine, extents), 0, 0, 0))
        parts = (Part("combine", joined), Part("main", main))
        own = self._own(extents)
        return Edge(f"split_reduction {self.axis} {self.count}", own, parts)


def splits(phase: Registers) -> Iterator[Split]:
    """The splits that may pay: along axes in which all inputs that have them are contiguous.

    None under a mapping: the Spec that a split leaves has mappings of its own.
    """
    spec, target = phase.spec, phase.space.target
    lanes = target.lane_count(spec.output.dtype.bytes)
    if any(layout is not None for layout in phase.world.layouts) or phase.space.under is not None:
        return
    for axis in spec.reductions:
        if not all(_contiguous(o, axis.name) for o in spec.inputs if axis.name in o.axes):
            continue
        for count in COUNTS:
            if axis.extent >= 2 * lanes * count and lanes > 1:
                whole = axis.extent - axis.extent % (lanes * count)
                goal = _unlimited(spec.tiled(axis.name, whole, 0))
                try:
                    impl = SplitReduction(axis.name, lanes * count).apply(goal, target)
                except NotApplicable:
                    continue
                assert isinstance(impl, SplitImpl)
                split = Split(phase, axis.name, lanes * count, impl)
                if all(split._values(a) for a in range(len(spec.axes))):
                    yield split


def _contiguous(o: Operand, axis: str) -> bool:
    dim = o.dim_of(axis)
    if dim is None or o.placement.in_registers or abs(o.map[dim].coefficient(axis)) != 1:
        return False
    return o.placement.layout.stride_along(dim, 2, 0, o.shape) == 1


def _unlimited(spec: Spec) -> Spec:
    return replace(spec, limits=Limits(()), start=Start.NOTHING)


def _levels(array: Array, tail: Tail | None) -> Array:
    """The part of an array over levels that a tail stands for, with the output's axis."""
    if tail is None:
        return array
    index = tuple(
        slice(t, t + 1) if n > 1 else slice(0, 1)
        for n, t in zip(array.shape, tail[1:], strict=True)
    )
    return array[index]
