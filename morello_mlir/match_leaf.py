"""A leaf run as an instruction: all points of the instruction's own Spec, whatever the tile has.

Registers are whole: lanes of padding compute as well. Memory is under masks where the match says
so. Invariant: what the tile's elements become is known. Read next: `places.py`, `target/match.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from .evaluate import combine, reduce
from .places import (
    Array,
    InterpretError,
    Points,
    View,
    computed,
    corner,
    every_index,
    indices,
    refuse,
)
from .spec import Kind, Spec
from .target.match import Match


class MatchLeaf:
    """An instruction, and where its operands lie in the tile's; `real` outputs are elements."""

    def __init__(self, spec: Spec, match: Match) -> None:
        """Work out what is the same at every place."""
        self.spec, self.match = spec, match
        its = self.its = match.instruction.spec
        self.shape = tuple(a.extent for a in its.axes)
        names = [a.name for a in its.axes]
        grid = dict(zip(names, every_index(self.shape), strict=True))
        self.inputs = [
            (mine, self._operand(n, mine, grid, prod(self.shape)))
            for n, mine in enumerate(match.inputs)
        ]
        self.sums = tuple(i for i, a in enumerate(its.axes) if a.kind is Kind.REDUCTION)
        kept = [i for i in range(len(names)) if i not in self.sums]
        rest = every_index([self.shape[i] for i in kept])
        there = dict(zip([names[i] for i in kept], rest, strict=True))
        self.output = self._operand(len(its.inputs), len(spec.inputs), there, rest.shape[1])
        self.real = np.ones(rest.shape[1], bool)
        for name, g in there.items():
            self.real &= g < self._limit(name)

    def _limit(self, axis: str) -> int:
        """How many of the steps along an axis of the instruction are the Spec's."""
        mine = dict(self.match.axes).get(axis)
        return self.spec.extents[mine] if mine is not None else 1

    def _operand(
        self, number: int, mine: int, grid: Mapping[str, Array], count: int
    ) -> _Register | _Masked:
        """An operand of the instruction in the Spec's, at points with these values of the axes."""
        its, o = self.its.operands[number], self.spec.operands[mine]
        own = indices(its, grid, count)
        if its.placement.in_registers:
            flat = np.ravel_multi_index(tuple(own), its.shape) if its.shape else np.zeros(count)
            lane = np.asarray(flat, np.int64)
            return _Register(Points(o, corner(o)), max(its.placement.lanes, 1), lane)
        strides = self.match.instruction.strides[number]
        assert strides is not None
        axes, index, touched = dict(self.match.axes), corner(o, count), np.ones(count, bool)
        for d, m in enumerate(its.map):
            name = m.names[0] if m.names else ""
            axis = axes.get(name)
            dim = o.dim_of(axis) if axis is not None else None
            if name in self.match.padded:
                touched &= own[d] < self._limit(name)
            if dim is not None:
                index[dim] += own[d]
        points = Points(o, index[:, touched], padded=True)
        return _Masked(points, touched, own[:, touched], strides)

    def run(self, views: Sequence[View]) -> None:
        """Compute at the places of the views."""
        its = self.its
        with np.errstate(all="ignore"):
            pairs = [operand.read(views[mine]) for mine, operand in self.inputs]
            value, sure = computed(its.body, [v for v, _ in pairs], [k for _, k in pairs])
            count = prod(self.shape)
            value = np.broadcast_to(value, count).reshape(self.shape)
            sure = np.broadcast_to(sure, count).reshape(self.shape)
            if its.combine is not None:
                old, had = self.output.read(views[-1])
                value = combine(its.combine, old, reduce(its.combine, value, self.sums).reshape(-1))
                sure = had & np.logical_and.reduce(sure, axis=self.sums).reshape(-1)
        sure = np.broadcast_to(sure.reshape(-1), self.real.shape)
        if not (self.spec.is_copy or sure[self.real].all()):  # copies bring gaps along
            raise refuse(self.spec, f"{self.match.instruction.name}: its result")
        self.output.write(views[-1], value.reshape(-1), sure)


@dataclass(frozen=True)
class _Register:
    """Some lanes of a register of so many `lanes`: the one in which the points' first lies."""

    points: Points
    lanes: int
    lane: Array

    def read(self, view: View) -> tuple[Array, Array]:
        """Values at its points."""
        memory, at = view.memory, self._at(view)
        return memory.data[at], memory.known[at]

    def write(self, view: View, values: Array, known: Array) -> None:
        """Values at its points."""
        memory, at = view.memory, self._at(view)
        memory.data[at], memory.known[at] = values, known

    def _at(self, view: View) -> Array:
        return int(self.points.at(view)[0]) // self.lanes * self.lanes + self.lane


@dataclass(frozen=True)
class _Masked:
    """Memory at the points that a mask leaves, `touched` of all; `own` are the indices of those.

    `strides` says how far apart elements must lie along each of the instruction's dimensions.
    """

    points: Points
    touched: Array
    own: Array
    strides: tuple[int | None, ...]

    def read(self, view: View) -> tuple[Array, Array]:
        """Values at its points; what the mask covers is zero."""
        memory, at = view.memory, self._at(view)
        if self.touched.all():
            return memory.data[at], memory.known[at]
        values = np.zeros(self.touched.shape, memory.data.dtype)
        known = np.ones(self.touched.shape, bool)
        values[self.touched], known[self.touched] = memory.data[at], memory.known[at]
        return values, known

    def write(self, view: View, values: Array, known: Array) -> None:
        """Values at its points but those that the mask covers."""
        memory, at = view.memory, self._at(view)
        memory.data[at], memory.known[at] = values[self.touched], known[self.touched]

    def _at(self, view: View) -> Array:
        """The places, as far apart as the instruction takes them."""
        at = self.points.at(view)
        for d, step in enumerate(self.strides):
            along = (np.delete(self.own, d, axis=0) == 0).all(axis=0)
            first = along & (self.own[d] == 0)
            if step is None or not first.any():
                continue
            expected = at[first][0] + step * self.own[d][along]
            if (at[along] != expected).any():
                name = self.points.operand.name
                raise InterpretError(f"elements of {name} do not lie {step} apart")
        return at
