"""`split_reduction AXIS COUNT [LEVEL]`: reduce into COUNT partial results, then combine those.

    c += a[k] b[k]     split_reduction k 16     main:     p[kp] += a[16 k + kp] b[16 k + kp]
                                                rest:     what 16 does not divide, into the first p
                                                combine:  c += p[kp]

In registers (the default) neighbouring terms go to different partial results, which fill the lanes
of vectors. At a memory level each partial result takes a contiguous stretch of the axis, so that
threads can work on them: `tile kp 1 parallel` comes next. The new parallel axis has the name of the
old one with a `p` behind it. Where several Specs are computed, all their sums along the axis are
split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import gcd

from ..expr import Arg
from ..graph import Goal, Graph, goal_of, reducing, specs_of, written_by
from ..impl import Impl, Open
from ..impl import SplitReduction as SplitImpl
from ..layout import Layout, Part, row_major
from ..linear import Linear
from ..memory import REG, Placement
from ..spec import Axis, Kind, Operand, Spec, Start
from ..target.strict import is_ordered
from ..target.target import Target
from .base import NotApplicable, check_common, known_axis, known_level
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

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        extent = known_axis(spec, self.axis)
        level = target.nearest if self.level == REG else self.level
        known_level(level, target)
        sums = list(reducing(spec, self.axis))
        self._check(spec, sums, extent, level, target)
        partial = f"{self.axis}p"
        limits, buffers = spec.limits, []
        for n in sums:
            buffer = self._buffer(n, partial, target)
            left = limits.take(level, held(buffer, level, target))
            if left is None:
                raise NotApplicable(f"axis {self.axis}: {level} has no room for partial results")
            limits = left
            buffers.append(buffer)
        parts = [_partial(n, sums, buffers) for n in specs_of(spec)]
        ends = [self._combine(n, buffer, partial) for n, buffer in zip(sums, buffers, strict=True)]
        left_over = extent % self.count
        in_registers = buffers[0].placement.in_registers
        body = [self._body(n, partial, extent, in_registers) for n in parts]
        rest = [self._rest(n, buffers, partial, extent) for n in parts] if left_over else []

        def goal(nodes: Sequence[Spec]) -> Goal:
            kept = written_by(spec)
            named = {o.name for o in (*kept, *buffers)}
            return goal_of(nodes, named, (), limits, spec.serial)

        return SplitImpl(
            spec,
            self.axis,
            self.count,
            tuple(buffers),
            Open(goal(body)),
            Open(goal(rest)) if rest else None,
            Open(goal(ends)),
        )

    def _check(
        self, spec: Goal, sums: Sequence[Spec], extent: int, level: str, target: Target
    ) -> None:
        if not sums:
            raise NotApplicable(f"axis {self.axis}: is not a reduction")
        if any(is_ordered(n, target) for n in sums):
            raise NotApplicable(f"axis {self.axis}: strict-fp keeps the order of terms")
        if not 2 <= self.count <= extent:
            raise NotApplicable(
                f"axis {self.axis}: {self.count} partial results of {extent} terms; "
                f"take 2 to {extent}"
            )
        if spec.axis(f"{self.axis}p") is not None:
            raise NotApplicable(f"axis {self.axis}: is split already")
        if isinstance(spec, Graph):
            check_common(spec, self.axis)
        for n in sums:
            if n.output.placement.in_registers and level != target.nearest:
                raise NotApplicable(f"operand {n.output.name}: is in registers already")

    def _combine(self, node: Spec, buffer: Operand, partial: str) -> Spec:
        """The sum of partial results."""
        axes = (a for a in node.axes if a.name in node.output.axes)
        every = (*axes, Axis(partial, Kind.REDUCTION, self.count))
        body = Arg(0, buffer.dtype)
        return Spec(every, (buffer,), node.output, body, node.combine, node.start).canonical()

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

    def _body(self, node: Spec, partial: str, extent: int, in_registers: bool) -> Spec:
        each = extent // self.count
        steps = (self.count, 1) if in_registers else (1, each)
        index = Linear.of({self.axis: steps[0], partial: steps[1]})
        return _with_index(node, self.axis, index, partial, each, self.count)

    def _rest(self, node: Spec, buffers: Sequence[Operand], partial: str, extent: int) -> Spec:
        """The terms that COUNT does not divide: one each for the first partial results."""
        left = extent % self.count
        done = extent - left
        axes = tuple(
            Axis(partial, Kind.PARALLEL, left) if a.name == self.axis else a for a in node.axes
        )

        def moved(o: Operand) -> Operand:
            align = tuple(
                gcd(a, m.coefficient(self.axis) * done) for a, m in zip(o.align, o.map, strict=True)
            )
            maps = tuple(m.rename({self.axis: partial}) for m in o.map)
            return replace(o, map=maps, align=align)

        inputs, output = tuple(map(moved, node.inputs)), moved(node.output)
        start = Start.VALUE if node.output in buffers else node.start
        return replace(node, axes=axes, inputs=inputs, output=output, start=start).canonical()


def _partial(node: Spec, sums: Sequence[Spec], buffers: Sequence[Operand]) -> Spec:
    """The node, into partial results if it is one of the sums."""
    for n, buffer in zip(sums, buffers, strict=True):
        if n is node:
            return replace(node, output=buffer, start=Start.NOTHING)
    return node


def _with_index(goal: Spec, axis: str, index: Linear, partial: str, each: int, count: int) -> Spec:
    """The Spec with `axis` replaced by an index over itself and the new axis."""
    axes: list[Axis] = []
    for a in goal.axes:
        if a.name == axis:
            axes += [Axis(partial, Kind.PARALLEL, count), replace(a, extent=each)]
        else:
            axes.append(a)

    def walked(o: Operand) -> Operand:
        return replace(o, map=tuple(m.substitute({axis: index}) for m in o.map))

    inputs, output = tuple(map(walked, goal.inputs)), walked(goal.output)
    return replace(goal, axes=tuple(axes), inputs=inputs, output=output).canonical()
