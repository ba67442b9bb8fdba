"""`select INSTRUCTION`: the whole Spec is this one instruction.

`select lanes` is always there: the body op by op, in the lanes of a vector along what is left of
the Spec (or on scalars). It loads and stores what is in memory by itself.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from ..graph import Goal
from ..impl import Impl, Leaf
from ..layout import lane_parts
from ..spec import Kind, Operand, Spec, Start
from ..target.match import Lanes, covers_registers, matches
from ..target.strict import is_ordered
from ..target.target import Target
from .base import NotApplicable, one_spec

LANES = "lanes"
LaneOrder = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Select:
    """An instruction for a Spec."""

    instruction: str

    def __str__(self) -> str:
        return f"select {self.instruction}"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        spec = one_spec(spec)
        if self.instruction == LANES:
            return Leaf(spec, lanes_of(spec, target))
        instruction = target.instruction(self.instruction)
        if instruction is None:
            names = [i.name for i in target.instructions]
            near = difflib.get_close_matches(self.instruction, names, 3, 0.5)
            hint = f"; close: {', '.join(near)}" if near else ""
            hint += "; strict-fp leaves out those that change bits" if target.strict_fp else ""
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
    only_elements(spec)
    order = register_order(spec)
    if order is None and spec.axes:
        raise NotApplicable("its register operands hold lanes in different orders; tile to 1 first")
    if not order:
        if len(spec.axes) > 1:
            names = ", ".join(a.name for a in spec.axes)
            raise NotApplicable(f"lanes run along one axis, the Spec varies along {names}")
        order = tuple((a.name, 1 << (a.extent - 1).bit_length()) for a in spec.axes)
        full = target.lane_count(max(o.dtype.bytes for o in spec.operands))
        for a in spec.axes:
            if a.extent > 4 * full:
                raise NotApplicable(
                    f"axis {a.name}: {a.extent} lanes are more than four registers; tile it first"
                )
            if a.extent > full and a.extent != dict(order)[a.name]:
                raise NotApplicable(
                    f"axis {a.name}: {a.extent} lanes do not fill whole registers; tile it first"
                )
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
        if a.kind is Kind.REDUCTION and is_ordered(spec, target) and spec.output.dtype.bits < 32:
            raise NotApplicable(f"axis {a.name}: strict-fp rounds every sum; tile {a.name} 1 first")
    return Lanes(order)


def only_elements(spec: Spec) -> None:
    """`NotApplicable` where an operand is stored as values at points."""
    for o in spec.operands:
        if o.placement.layout.is_transformed:
            raise NotApplicable(f"operand {o.name}: holds values at points, which winograd reads")


def register_order(spec: Spec) -> LaneOrder | None:
    """The axes that lanes of register operands run along; None where operands do not agree.

    Empty where no operand prescribes an order. An empty name is padding.
    """
    order: LaneOrder = ()
    output = spec.output
    if output.placement.in_registers and not covers_registers(output, spec.extent_of(output)):
        return None
    for o in spec.operands:
        mine = _lane_order(o)
        if mine is None:
            return None
        if mine and order:
            merged = _merge(order, mine)
            if merged is None:
                return None
            order = merged
        else:
            order = order or mine
    return order


def _lane_order(operand: Operand) -> LaneOrder | None:
    """The axes that one operand's lanes run along; None where its view starts inside a register."""
    if not operand.placement.in_registers or operand.placement.lanes <= 1:
        return ()
    layout = operand.placement.layout
    order = []
    inside: dict[int, int] = {}
    for part in layout.parts[len(layout.parts) - lane_parts(layout, operand.placement.lanes) :]:
        names = operand.map[part.dim].names
        if len(names) > 1 or part.dim in inside:
            return None
        inside[part.dim] = part.size or 1
        order.append((names[0] if names else "", part.size or 1))
    if any(operand.align[d] % size for d, size in inside.items()):
        return None
    return tuple(order)


def _merge(a: LaneOrder, b: LaneOrder) -> LaneOrder | None:
    """One order from two that may each have padding where the other has an axis."""
    if [size for _, size in a] != [size for _, size in b]:
        return None
    merged = []
    for (x, size), (y, _) in zip(a, b, strict=True):
        if x and y and x != y:
            return None
        merged.append((x or y, size))
    return tuple(merged)
