"""Rewrites of whole goals: axes merged, and pieces inside of borders, each piece a goal again.

A goal whose axes can be merged is solved as what that leaves: nothing is lost. One with a border is
solved as it is, which copies the border, or cut along its windowed reductions into sums of products
without windows, or in both ways; it depends on how much it costs that the output crosses for every
piece. Pieces that differ in extents, starts and alignment alone are solved together, in the same
arrays. Read next: `solver.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from ..action import Cut, Merge, NotApplicable
from ..action.cut import windows
from ..action.merge import merged, merges
from ..impl import Cut as CutImpl
from ..impl import cut_labels
from ..spec import Kind, Operand, Spec, Start
from ..target.target import Target
from ..traffic import lines
from .bound import lower_bound
from .decisions import Decided
from .slab import Base, Edge, Part, Point, Tail

CHEAP, DEAR = 0.1, 0.5
"""What cuts may add to a goal's cycles, as a part of them, to be the only way, or one of two."""


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
    for window in windows(spec):
        axis = spec.axis(window.axis)
        if axis is None or axis.kind is not Kind.REDUCTION:
            continue
        try:
            impl = Cut(window.axis).apply(spec, target)
        except NotApplicable:
            return None
        assert isinstance(impl, CutImpl)
        bodies = tuple(b.spec for b in impl.bodies)
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


def first_merge(specs: Sequence[Spec]) -> Merge | None:
    """A pair of axes that can be merged in all of some goals."""
    common = [m for m in merges(specs[0]) if all(m in merges(s) for s in specs[1:])]
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

    def anywhere(o: Operand) -> Operand:
        return replace(o, align=())

    inputs = tuple(map(anywhere, spec.inputs))
    return replace(spec, axes=axes, inputs=inputs, output=anywhere(spec.output), start=Start.VALUE)


@dataclass(eq=False)
class RewriteBase(Base):
    """A goal in each way that it may begin; one point."""

    spec: Spec
    options: tuple[Edge, ...]

    def costs(self, tail: Tail | None) -> np.ndarray:  # type: ignore[type-arg]
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


def option(action: str, parts: Sequence[Part], code: int) -> Edge:
    """A way to begin."""
    return Edge(action, 0.0, tuple(parts), code)
