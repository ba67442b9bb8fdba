"""`tile AXIS SIZE [unrolled | parallel]`: work through an axis tile by tile.

    C[m, n] += A[m, k] B[k, n]              for m in 16 x 6 + 4:
                                  tile m 6     C[6, n] += A[6, k] B[k, n]
    m=100                                   rest: C[4, n] += A[4, k] B[k, n]

What is left over (`rest`) is a Spec of its own. Tiling a reduction axis of a Spec that initialises
its output gives a body that finds nothing in the output on the first tile only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..impl import Impl, Loop, Open
from ..spec import Kind, Spec, Start
from ..target.strict import in_the_way
from ..target.target import Target
from .base import NotApplicable, known_axis

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

    def apply(self, spec: Spec, target: Target) -> Impl:
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
        if reduces and (why := in_the_way(spec, self.axis, target)):
            raise NotApplicable(f"axis {self.axis}: {why}")
        if reduces and spec.start is not Start.VALUE and spec.output.placement.in_registers:
            raise NotApplicable(
                f"operand {spec.output.name}: holds nothing yet; "
                f"accumulate before tiling {self.axis}"
            )
        body_start, rest_start = spec.start, spec.start
        if reduces and spec.start is not Start.VALUE:
            body_start, rest_start = Start.FIRST, Start.VALUE
        trips, left = divmod(extent, self.size)
        if trips == 1:
            body_start = spec.start
        body = spec.tiled(self.axis, self.size, self.size if trips > 1 else 0)
        body = replace(body, start=body_start)
        rest = None
        if left:
            rest = replace(spec.tiled(self.axis, left, trips * self.size), start=rest_start)
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

    def _check_parallel(self, spec: Spec, reduces: bool) -> None:
        if spec.serial:
            raise NotApplicable(f"axis {self.axis}: already inside a parallel loop")
        if reduces:
            raise NotApplicable(
                f"axis {self.axis} is a reduction; split_reduction gives each thread its own part"
            )
        for o in spec.operands:
            if o.placement.in_registers:
                raise NotApplicable(f"operand {o.name}: threads do not share registers")
