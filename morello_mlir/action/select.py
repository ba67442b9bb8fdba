"""`select INSTRUCTION`: the whole Spec is this one instruction.

`select lanes` is always there: the body op by op, in the lanes of a vector along what is left of
the Spec (or on scalars). It loads and stores what is in memory by itself.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from ..impl import Impl, Leaf
from ..layout import lane_parts
from ..spec import Kind, Operand, Spec, Start
from ..target.match import Lanes, matches
from ..target.target import Target
from .base import NotApplicable

LANES = "lanes"


@dataclass(frozen=True, slots=True)
class Select:
    """An instruction for a Spec."""

    instruction: str

    def __str__(self) -> str:
        return f"select {self.instruction}"

    def apply(self, spec: Spec, target: Target) -> Impl:
        """See the module's text."""
        if self.instruction == LANES:
            return Leaf(spec, lanes_of(spec, target))
        instruction = target.instruction(self.instruction)
        if instruction is None:
            names = [i.name for i in target.instructions]
            near = difflib.get_close_matches(self.instruction, names, 3, 0.5)
            hint = f"; close: {', '.join(near)}" if near else ""
            raise NotApplicable(f"{target.name} has no instruction '{self.instruction}'{hint}")
        why: list[str] = []
        for match in matches(spec, instruction, why):
            return Leaf(spec, match)
        reasons = "; ".join(dict.fromkeys(why))
        raise NotApplicable(f"{self.instruction} does not compute this Spec: {reasons}")


def lanes_of(spec: Spec, target: Target) -> Lanes:
    """How the lanes of a vector run over what is left of a Spec."""
    if spec.combine is not None and spec.start is not Start.VALUE:
        raise NotApplicable(
            f"operand {spec.output.name}: lanes add to a value that is there; accumulate first"
        )
    order: tuple[tuple[str, int], ...] | None = None
    for o in spec.operands:
        mine = _register_lanes(o, spec)
        if not mine:
            continue
        if order is not None and [s for _, s in order] != [s for _, s in mine]:
            raise NotApplicable(f"operand {o.name}: its registers hold lanes of another shape")
        merged = mine if order is None else _merge(order, mine)
        if merged is None:
            raise NotApplicable(f"operand {o.name}: its registers hold lanes in another order")
        order = merged
    if order is None:
        if len(spec.axes) > 1:
            names = ", ".join(a.name for a in spec.axes)
            raise NotApplicable(f"lanes run along one axis, the Spec varies along {names}")
        order = tuple((a.name, a.extent) for a in spec.axes)
    covered = {name for name, _ in order}
    for a in spec.axes:
        if a.name not in covered:
            raise NotApplicable(f"axis {a.name}: no lanes run along it; tile {a.name} 1 first")
        if a.extent > dict(order)[a.name]:
            raise NotApplicable(
                f"axis {a.name}: extent {a.extent} is more than a register holds; tile it first"
            )
        if a.kind is Kind.REDUCTION and len(spec.axes) > 1:
            raise NotApplicable(f"axis {a.name}: lanes reduce along one axis alone")
    widest = max(o.dtype.bytes for o in spec.operands)
    lanes = 1
    for _, size in order:
        lanes *= size
    if lanes > 4 * target.lane_count(widest):
        raise NotApplicable(f"{lanes} lanes are more than four registers; tile first")
    return Lanes(order)


def _register_lanes(operand: Operand, spec: Spec) -> tuple[tuple[str, int], ...]:
    """The axes that the lanes of an operand's registers run along; '' where it is only padding."""
    if not operand.placement.in_registers or operand.placement.lanes <= 1:
        return ()
    layout = operand.placement.layout
    order = []
    for part in layout.parts[len(layout.parts) - lane_parts(layout, operand.placement.lanes) :]:
        names = operand.map[part.dim].names
        if len(names) > 1:
            raise NotApplicable(f"operand {operand.name}: its lanes run along several axes at once")
        order.append((names[0] if names else "", part.size or 1))
    return tuple(order)


def _merge(
    a: tuple[tuple[str, int], ...], b: tuple[tuple[str, int], ...]
) -> tuple[tuple[str, int], ...] | None:
    """One order from two that may each have padding where the other has an axis."""
    merged = []
    for (x, size), (y, _) in zip(a, b, strict=True):
        if x and y and x != y:
            return None
        merged.append((x or y, size))
    return tuple(merged)
