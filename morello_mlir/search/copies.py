"""Copies: loads, stores and fills as goals of their own, solved once per pair of places.

A copy's instructions and loops do not depend on which cache its memory side lies in: lines are
charged by the Action that needs the copy (`caches.py`, `registers.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..action.move import copy_spec
from ..expr import neutral
from ..memory import Limits, Placement
from ..spec import Operand, Spec, Start
from ..target.target import Target
from .closure import Array, Scratch
from .slab import Node, Slab

Needed = Mapping[str, Sequence[int]]
"""The extents that are asked for, by axis of the copy."""


@dataclass(frozen=True, eq=False)
class Copy:
    """A solved copy."""

    slab: Slab

    def costs(self, extents: Mapping[str, Any]) -> Array:
        """Costs for extents by axis, given as arrays that broadcast against each other."""
        where = [
            np.searchsorted(np.asarray(ladder.values), extents[name])
            for name, ladder in zip(self.slab.axes, self.slab.ladders, strict=True)
        ]
        flat = self.slab.final.reshape(tuple(map(len, self.slab.ladders)))
        return np.asarray(flat[tuple(np.broadcast_arrays(*where))]) if where else flat

    def node(self, extents: Mapping[str, int]) -> Node:
        """The node for extents by axis."""
        ladders = zip(self.slab.axes, self.slab.ladders, strict=True)
        point = [ladder.index[extents[axis]] for axis, ladder in ladders]
        operands = self.slab.codes.ndim - len(point) - 1
        return self.slab.node((0, *point, *(0,) * operands))


@dataclass(eq=False)
class Copies:
    """All copies of one search."""

    target: Target
    scratch: Scratch
    found: dict[object, Copy] = field(default_factory=dict)

    def compute(self, spec: Spec, needed: Needed) -> Copy:
        """An elementwise Spec on operands that are near, for extents of its axes."""
        return self._solved(spec, needed)

    def reduce(self, spec: Spec, value: Operand, needed: Needed) -> Copy:
        """A Spec that reduces a value in registers into what was started, for extents of its
        axes."""
        from .space import Space
        from .sums import sums

        goals = tuple(tuple(sorted(set(needed[a.name]))) for a in spec.axes)
        if (spec, goals) not in self.found:
            space = Space(spec, self.target, goals, fresh=True)
            self.found[spec, goals] = Copy(sums(space, value, self.scratch))
        return self.found[spec, goals]

    def load(self, o: Operand, place: Placement, needed: Needed) -> Copy:
        """An operand into a buffer at a place."""
        return self._solved(
            copy_spec(near(o), made_for(o, place, needed), Limits(()), True), needed
        )

    def store(self, o: Operand, place: Placement, needed: Needed, combine: str | None) -> Copy:
        """A buffer at a place back into an operand; `combine` joins it with what is there."""
        spec = copy_spec(made_for(o, place, needed), near(o), Limits(()), True)
        if combine is not None:
            spec = replace(spec, combine=combine, start=Start.VALUE)
        return self._solved(spec, needed)

    def fill(self, goal: Spec, place: Placement, needed: Needed, *, given: bool = False) -> Copy:
        """The neutral element into the output of a goal, at a place; by the goal's axes.

        Into a buffer made for it, or where the output is `given`, into that.
        """
        assert goal.combine is not None
        dims = zip(goal.output.dims, goal.output.map, strict=True)
        by_dim = {d: _extents(m.names, needed) for d, m in dims}
        axes = tuple(
            replace(a, extent=max(needed[a.name])) for a in goal.axes if a.name in goal.output.axes
        )
        output = goal.output if given else made_for(goal.output, place, by_dim)
        spec = Spec(axes, (), output, neutral(goal.combine, output.dtype), serial=True).canonical()
        return self._solved(spec, needed, fresh=not given)

    def _solved(self, spec: Spec, needed: Needed, *, fresh: bool = True) -> Copy:
        from .loops import loops_slab
        from .space import Space

        goals = tuple(tuple(sorted(set(needed[a.name]))) for a in spec.axes)
        key = (spec.key(), tuple(spec.extents), goals, fresh)
        if key not in self.found:
            space = Space(spec, self.target, goals, fresh)
            self.found[key] = Copy(loops_slab(space, self.scratch))
        return self.found[key]


def _extents(names: tuple[str, ...], needed: Needed) -> Sequence[int]:
    """The extents of a dimension that one axis runs along, or none."""
    return needed[names[0]] if names else (1,)


def made_for(o: Operand, place: Placement, needed: Needed) -> Operand:
    """A buffer for an operand at a place."""
    shape = tuple(max(needed[d]) for d in o.dims)
    return o.buffered(shape, place)


def near(o: Operand) -> Operand:
    """The operand in L1 if it is in memory: from where it comes is charged elsewhere."""
    if o.placement.in_registers:
        return o
    return replace(o, placement=replace(o.placement, level="L1"))
