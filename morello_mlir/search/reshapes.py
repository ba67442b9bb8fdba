"""Reshapes of whole goals: axes merged, and pieces inside of borders, each piece a goal again.

A goal whose axes can be merged is solved as what that leaves; one that is loops alone in both ways.
One with a border is solved as it is, which copies the border, or cut along its windowed reductions
into sums of products without windows, or in both ways; it depends on how much it costs that the
output crosses for every piece. Pieces that differ in extents, starts and alignment alone are solved
together, in the same arrays. A goal with a window may begin with a copy that has none. Read next:
`solver.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from ..action import Cut, Merge, NotApplicable, Unfold
from ..action.cut import anywhere, windows
from ..action.merge import merged, merges
from ..action.unfold import unfolded
from ..graph import sole
from ..impl import Cut as CutImpl
from ..impl import Move, cut_labels
from ..spec import Kind, Spec, Start, has_window
from ..target.strict import may_merge
from ..target.target import Target
from ..traffic import LINE, lines
from .bound import lower_bound
from .closure import Array
from .decisions import Decided
from .slab import Base, Edge, Point, Tail

CHEAP, DEAR = 0.1, 0.5
"""What cuts may add to a goal's cycles, as a part of them, to be the only way, or one of two; what
a copy without windows may add."""


@dataclass(frozen=True)
class Cutting:
    """A goal cut along an axis: its bodies' Specs, and how often each runs."""

    axis: str
    bodies: tuple[Spec, ...]
    counts: tuple[int, ...]

    @property
    def action(self) -> str:
        """The Action."""
        return str(Cut(self.axis))

    @property
    def labels(self) -> tuple[str, ...]:
        """What the bodies are called in a schedule."""
        return cut_labels(len(self.bodies))


def cutting_of(spec: Spec, target: Target) -> Cutting | None:
    """The cut of a goal along its first windowed reduction, if it can be cut there."""
    if _at_points(spec):
        return None
    for window in windows(spec):
        axis = spec.axis(window.axis)
        if axis is None or axis.kind is not Kind.REDUCTION:
            continue
        try:
            impl = Cut(window.axis).apply(spec, target)
        except NotApplicable:
            return None
        assert isinstance(impl, CutImpl)
        bodies = tuple(sole(b.spec) for b in impl.bodies)
        return Cutting(window.axis, bodies, tuple(impl.count(i) for i in range(len(bodies))))
    return None


def added(spec: Spec, target: Target) -> float:
    """What cuts along all windowed reductions add, as a part of the cycles that there must be: the
    output is read and written once more by every piece but the first."""
    cut = {w.axis for w in windows(spec)}
    count = prod(a.extent for a in spec.reductions if a.name in cut)
    twice = 2 * target.costs.of("back", "L2") + target.costs.join
    crossed = (count - 1) * twice * float(lines(spec.output, spec.extent_of(spec.output)))
    return crossed / lower_bound(spec, target)


def unfolding_of(spec: Spec, target: Target) -> tuple[Unfold, Move] | None:
    """The copy of a windowed input that others are combined with, into the nearest cache that has
    room, if the copy does not cost too much beside the rest."""
    if spec.combine is None or len(spec.inputs) < 2 or _at_points(spec):
        return None
    every = {a.name for a in spec.axes}
    for o in spec.inputs:
        if not has_window(o) or o.placement.in_registers or not every - o.axes:
            continue
        buffer = unfolded(spec, o, "L2")
        size = prod(buffer.shape) * o.dtype.bytes
        rooms = ((name, target.limits.left(name) or 0) for name in ("L2", "L3"))
        level = next((name for name, room in rooms if 2 * size <= room), None)
        copied = size / LINE * (target.costs.of("copied", "L2") + target.costs.of("back", "L2"))
        if level is None or copied > DEAR * lower_bound(spec, target):
            return None
        unfold = Unfold(o.name, level)
        impl = unfold.apply(spec, target)
        assert isinstance(impl, Move)
        return unfold, impl
    return None


def _at_points(spec: Spec) -> bool:
    """Whether an operand is in a layout that one algorithm alone can read."""
    return any(o.placement.layout.is_transformed for o in spec.operands)


def first_merge(specs: Sequence[Spec], target: Target) -> Merge | None:
    """A pair of axes that can be merged in all of some goals."""
    if any(map(_at_points, specs)):
        return None
    common = [
        m
        for m in merges(specs[0])
        if all(m in merges(s) for s in specs[1:]) and may_merge(specs[0], m.outer, m.inner, target)
    ]
    return common[0] if common else None


def after_merge(specs: Sequence[Spec], merge: Merge) -> list[Spec]:
    """The goals with that pair as one axis."""
    return [merged(s, merge.outer, merge.inner) for s in specs]


def alike(specs: Sequence[Spec]) -> list[list[int]]:
    """The numbers of those goals that may be united, group by group."""
    groups: dict[Spec, list[int]] = {}
    for i, spec in enumerate(specs):
        groups.setdefault(_shapeless(spec), []).append(i)
    return list(groups.values())


def _shapeless(spec: Spec) -> Spec:
    axes = tuple(replace(a, extent=1) for a in spec.axes)
    return replace(anywhere(spec), axes=axes, start=Start.VALUE)


@dataclass(eq=False)
class ReshapeBase(Base):
    """A goal in each way that it may begin; one point."""

    spec: Spec
    options: tuple[Edge, ...]

    def costs(self, tail: Tail | None) -> Array:
        """See `Base`."""
        return self.decided().costs

    def decided(self) -> Decided:
        """See `Base`."""
        best = Decided(np.full(1, np.inf), np.zeros(1, np.uint8), True)
        for edge in self.options:
            best.offer(np.asarray([edge.cost]), edge.code)
        return best

    @property
    def choices(self) -> int:
        """See `Base`."""
        return len(self.options)

    def edges(self, point: Point) -> Iterator[Edge]:
        """See `Base`."""
        yield from self.options
