"""`tile AXIS SIZE [unrolled | parallel]`: work through an axis tile by tile.

    C[m, n] += A[m, k] B[k, n]              for m in 16 x 6 + 4:
                                  tile m 6     C[6, n] += A[6, k] B[k, n]
    m=100                                   rest: C[4, n] += A[4, k] B[k, n]

What is left over (`rest`) is a Spec of its own. Tiling a reduction axis of a Spec that initialises
its output gives a body that finds nothing in the output on the first tile only. Several Specs are
tiled together along an axis that all have, if none of them reads what another one sums up over it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..graph import Goal, Graph, reducing
from ..impl import Impl, Loop, Open
from ..spec import Kind, Spec, Start
from ..target.strict import in_the_way
from ..target.target import Target
from .base import NotApplicable, check_common, known_axis

ORDERS = ("serial", "unrolled", "parallel")


@dataclass(frozen=True, slots=True)
class Tile:
    """A loop over an axis."""

    axis: str
    size: int
    order: str = "serial"

    def __str__(self) -> str:
        return f"tile {self.axis} {self.size}" + (
            "" if self.order == "serial" else f" {self.order}"
        )

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        extent = known_axis(spec, self.axis)
        if self.order not in ORDERS:
            raise NotApplicable(f"'{self.order}' is no order of a loop ({', '.join(ORDERS)})")
        if not 1 <= self.size < extent:
            raise NotApplicable(
                f"axis {self.axis}: a tile of {self.size} does not divide an extent of {extent} "
                f"into smaller parts; take 1 to {extent - 1}"
            )
        axis = spec.axis(self.axis)
        reduces = axis is not None and axis.kind is Kind.REDUCTION
        for n in reducing(spec, self.axis):
            if why := in_the_way(n, self.axis, target):
                raise NotApplicable(f"axis {self.axis}: {why}")
        trips, left = divmod(extent, self.size)
        body = spec.tiled(self.axis, self.size, self.size if trips > 1 else 0)
        rest = spec.tiled(self.axis, left, trips * self.size) if left else None
        if isinstance(spec, Graph):
            check_common(spec, self.axis)
            for n in reducing(spec, self.axis):
                if n.start is not Start.VALUE:
                    raise _empty(n, self.axis)
        elif reduces and spec.start is not Start.VALUE:
            if spec.output.placement.in_registers:
                raise _empty(spec, self.axis)
            body = _started(body, Start.FIRST if trips > 1 else spec.start)
            rest = _started(rest, Start.VALUE) if rest else None
        if self.order == "parallel":
            self._check_parallel(spec, reduces)
            body = replace(body, serial=True)
            rest = replace(rest, serial=True) if rest else None
        return Loop(
            spec,
            self.axis,
            self.size,
            self.order,
            Open(body),
            Open(rest) if rest else None,
            target.threads if self.order == "parallel" else 1,
        )

    def _check_parallel(self, spec: Goal, reduces: bool) -> None:
        if spec.serial:
            raise NotApplicable(f"axis {self.axis}: already inside a parallel loop")
        if reduces:
            raise NotApplicable(
                f"axis {self.axis} is a reduction; split_reduction gives each thread its own part"
            )
        for o in spec.operands:
            if o.placement.in_registers:
                raise NotApplicable(f"operand {o.name}: threads do not share registers")


def _started(goal: Goal, start: Start) -> Goal:
    assert isinstance(goal, Spec)
    return replace(goal, start=start)


def _empty(spec: Spec, axis: str) -> NotApplicable:
    name = spec.output.name
    return NotApplicable(f"operand {name}: holds nothing yet; accumulate before tiling {axis}")
