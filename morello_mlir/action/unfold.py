"""`unfold OPERAND LEVEL`: copy an input into a buffer with a dimension for each of its axes.

    C[m, n] += A[m + k] B[k, n]      unfold A L2:   load:  A'[m, k] = A[m + k]
                                                    main:  C[m, n] += A'[m, k] B[k, n]

Elements under a window are copied once for each place of it, and a border with them (for an image
this is what is called im2col). What is left has no window: its axes may be merged, and instructions
that take several terms at once find them side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..expr import Arg
from ..graph import Goal
from ..impl import Impl, Move, Open
from ..layout import row_major
from ..linear import Linear
from ..memory import Placement, nearness
from ..spec import Kind, Operand, Spec, has_window
from ..target.target import Target
from .base import NotApplicable, known_level, known_operand, one_spec
from .move import held


@dataclass(frozen=True, slots=True)
class Unfold:
    """An input without windows."""

    operand: str
    level: str

    def __str__(self) -> str:
        return f"unfold {self.operand} {self.level}"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        spec = one_spec(spec)
        position = known_operand(spec, self.operand)
        known_level(self.level, target)
        o = spec.operands[position]
        if position == len(spec.inputs) or not has_window(o):
            raise NotApplicable(f"operand {o.name}: is no input with a window")
        if o.placement.in_registers or self.level == target.nearest:
            raise NotApplicable(f"operand {o.name}: is unfolded from memory into memory")
        if nearness(self.level) < nearness(o.placement.level):
            raise NotApplicable(f"operand {o.name}: is in {o.placement.level} already")
        buffer = unfolded(spec, o, self.level)
        limits = spec.limits.take(self.level, held(buffer, self.level, target))
        if limits is None:
            raise NotApplicable(f"operand {o.name}: {self.level} has no room for it unfolded")
        axes = tuple(replace(a, kind=Kind.PARALLEL) for a in spec.axes if a.name in o.axes)
        load = Spec(axes, (o,), buffer, Arg(0, buffer.dtype), limits=limits, serial=spec.serial)
        body = replace(spec.with_operand(position, buffer), limits=limits)
        return Move(spec, position, buffer, Open(load.canonical()), Open(body), None, None)


def unfolded(spec: Spec, o: Operand, level: str) -> Operand:
    """The buffer: the axes in the order in which the Spec has them."""
    axes = [a for a in spec.axes if a.name in o.axes]
    names = tuple(a.name for a in axes)
    shape = tuple(a.extent for a in axes)
    place = Placement(level, row_major(len(axes)))
    return Operand(o.name, o.dtype.value, tuple(map(Linear.var, names)), shape, place, dims=names)
