"""`accumulate`: write the neutral element into the output first, then add to it.

C[m, n] = sum of A[m, k] B[k, n]      fill:  C[m, n] = 0
                                      main:  C[m, n] += A[m, k] B[k, n]
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..expr import neutral
from ..impl import Accumulate as AccumulateImpl
from ..impl import Impl, Open
from ..spec import Spec, Start
from ..target.target import Target
from .base import NotApplicable


@dataclass(frozen=True, slots=True)
class Accumulate:
    """Initialise the output, then add to it."""

    def __str__(self) -> str:
        return "accumulate"

    def apply(self, spec: Spec, target: Target) -> Impl:
        """See the module's text."""
        name = spec.output.name
        if spec.combine is None:
            raise NotApplicable(f"operand {name}: is assigned, not accumulated")
        if spec.start is Start.VALUE:
            raise NotApplicable(f"operand {name}: holds a value already")
        if spec.start is Start.FIRST:
            raise NotApplicable(
                f"operand {name}: the loop around tiles a reduction; accumulate before that loop, "
                f"or move {name} to reg"
            )
        axes = tuple(a for a in spec.axes if a.name in spec.output.axes)
        fill = Spec(
            axes,
            (),
            spec.output,
            neutral(spec.combine, spec.output.dtype),
            limits=spec.limits,
            serial=spec.serial,
        )
        return AccumulateImpl(spec, Open(fill), Open(replace(spec, start=Start.VALUE)))
