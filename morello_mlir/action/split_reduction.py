"""`split_reduction AXIS COUNT [LEVEL]`: reduce into COUNT partial results, then combine those.

    c += a[k] b[k]     split_reduction k 16     main:     p[kp] += a[16 k + kp] b[16 k + kp]
                                                rest:     what 16 does not divide, into the first p
                                                combine:  c += p[kp]

In registers (the default) neighbouring terms go to different partial results, which fill the lanes
of vectors. At a memory level each partial result takes a contiguous stretch of the axis, so that
threads can work on them: `tile kp 1 parallel` comes next. The new parallel axis has the name of the
old one with a `p` behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd

from ..expr import Arg
from ..impl import Impl, Open
from ..impl import SplitReduction as SplitImpl
from ..layout import Layout, Part, row_major
from ..linear import Linear
from ..memory import REG, Placement
from ..spec import Axis, Kind, Operand, Spec, Start
from ..target.strict import is_ordered
from ..target.target import Target
from .base import NotApplicable, known_axis, known_level
from .move import held


@dataclass(frozen=True, slots=True)
class SplitReduction:
    """Partial results."""

    axis: str
    count: int
    level: str = REG

    def __str__(self) -> str:
        level = "" if self.level == REG else f" {self.level}"
        return f"split_reduction {self.axis} {self.count}{level}"

    def apply(self, spec: Spec, target: Target) -> Impl:
        """See the module's text."""
        extent = known_axis(spec, self.axis)
        level = target.nearest if self.level == REG else self.level
        known_level(level, target)
        axis = spec.axis(self.axis)
        if axis is None or axis.kind is not Kind.REDUCTION or spec.combine is None:
            raise NotApplicable(f"axis {self.axis}: is not a reduction")
        if is_ordered(spec, target):
            raise NotApplicable(f"axis {self.axis}: strict-fp keeps the order of terms")
        if not 2 <= self.count <= extent:
            raise NotApplicable(
                f"axis {self.axis}: {self.count} partial results of {extent} terms; "
                f"take 2 to {extent}"
            )
        if spec.output.placement.in_registers and level != target.nearest:
            raise NotApplicable(f"operand {spec.output.name}: is in registers already")
        partial = f"{self.axis}p"
        if spec.axis(partial) is not None:
            raise NotApplicable(f"axis {self.axis}: is split already")
        buffer = self._buffer(spec, partial, target)
        limits = spec.limits.take(level, held(buffer, level, target))
        if limits is None:
            raise NotApplicable(f"axis {self.axis}: {level} has no room for partial results")
        goal = replace(spec, output=buffer, limits=limits, start=Start.NOTHING)
        rest = self._rest(goal, partial, extent)
        combine = Spec(
            (
                *(a for a in spec.axes if a.name in spec.output.axes),
                Axis(partial, Kind.REDUCTION, self.count),
            ),
            (buffer,),
            spec.output,
            Arg(0, buffer.dtype),
            spec.combine,
            spec.start,
            limits,
            spec.serial,
        )
        return SplitImpl(
            spec,
            buffer,
            Open(self._body(goal, partial, extent)),
            Open(rest) if rest else None,
            Open(combine.canonical()),
        )

    def _buffer(self, spec: Spec, partial: str, target: Target) -> Operand:
        """The partial results: as the output, with one dimension more."""
        out = spec.output
        rank = len(out.map)
        shape = (*spec.extent_of(out), self.count)
        placement = Placement(self.level, row_major(rank + 1))
        if self.level in (REG, target.nearest):
            lanes = target.lane_count(out.dtype.bytes)
            while self.count % lanes:
                lanes //= 2
            parts = (*(Part(d) for d in range(rank + 1)), Part(rank, lanes))
            placement = Placement(target.nearest, Layout(parts), lanes)
        maps = (*(m + -m.const for m in out.map), Linear.var(partial))
        return Operand(f"{out.name}p", out.dtype, maps, shape, placement)

    def _body(self, goal: Spec, partial: str, extent: int) -> Spec:
        each = extent // self.count
        steps = (self.count, 1) if goal.output.placement.in_registers else (1, each)
        index = Linear.of({self.axis: steps[0], partial: steps[1]})
        return _with_index(goal, self.axis, index, partial, each, self.count)

    def _rest(self, goal: Spec, partial: str, extent: int) -> Spec | None:
        """The terms that COUNT does not divide: one each for the first partial results."""
        left = extent % self.count
        if not left:
            return None
        done = extent - left
        kinds = {self.axis: Kind.PARALLEL}
        axes = tuple(
            replace(a, extent=left, kind=kinds.get(a.name, a.kind)) if a.name == self.axis else a
            for a in goal.axes
        )
        names = {self.axis: partial}
        inputs = tuple(
            replace(
                o,
                map=tuple(m.rename(names) for m in o.map),
                align=tuple(
                    gcd(a, m.coefficient(self.axis) * done)
                    for a, m in zip(o.align, o.map, strict=True)
                ),
            )
            for o in goal.inputs
        )
        axes = tuple(replace(a, name=partial) if a.name == self.axis else a for a in axes)
        return replace(goal, axes=axes, inputs=inputs, start=Start.VALUE).canonical()


def _with_index(goal: Spec, axis: str, index: Linear, partial: str, each: int, count: int) -> Spec:
    """The Spec with `axis` replaced by an index over itself and the new axis."""
    axes: list[Axis] = []
    for a in goal.axes:
        if a.name == axis:
            axes += [Axis(partial, Kind.PARALLEL, count), replace(a, extent=each)]
        else:
            axes.append(a)
    inputs = tuple(
        replace(o, map=tuple(m.substitute({axis: index}) for m in o.map)) for o in goal.inputs
    )
    return replace(goal, axes=tuple(axes), inputs=inputs).canonical()
