"""Plans: mappings, with the layouts that they want.

From a mapping come, backwards, the register layouts that moves may choose and the packings that put
what a register takes side by side. Which mapping fits a tile in the end is for `target/match.py` to
say. Read next: `space.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..layout import Layout, Part, lane_parts
from ..memory import Placement
from ..spec import Kind, Operand, Spec
from ..target.mapping import Mapping, mappings
from ..target.target import Target

PANELS = (1, 2, 3, 4)
"""Widths of packed panels, in registers; one alone only where there are few columns."""


@dataclass(frozen=True)
class Plan(Mapping):
    """A mapping that the search may take."""

    @staticmethod
    def of(mapping: Mapping) -> Plan:
        """The mapping as a plan."""
        return Plan(mapping.instruction, mapping.axes, mapping.inputs)

    def registers(self, spec: Spec) -> dict[int, Placement]:
        """The places that the plan wants for those operands that it takes in registers."""
        goal = self.instruction.spec
        order = (*self.inputs, len(spec.inputs))
        pairs = zip(order, goal.operands, strict=True)
        return {
            position: _register_place(spec.operands[position], its, dict(self.axes))
            for position, its in pairs
            if its.placement.in_registers
        }

    def packings(self, spec: Spec) -> Iterator[tuple[int, Layout]]:
        """Packed layouts of inputs in which what the instruction takes lies side by side."""
        goal = self.instruction.spec
        for i, position in enumerate(self.inputs):
            mine, its = spec.inputs[position], goal.inputs[i]
            inner = _inner(mine, its, dict(self.axes))
            if not inner:
                continue
            wide = inner[0] if its.placement.in_registers else None
            for count in PANELS if wide else (1,):
                few = spec.extent_of(mine)[inner[0][0]] <= 2 * inner[0][1]
                if count > 1 or few or not wide:
                    yield position, _packed(spec, mine, inner, count)


def plans(spec: Spec, target: Target) -> tuple[Plan, ...]:
    """Every plan, in the order of the target's instructions."""
    return tuple(
        Plan.of(m) for instruction in target.instructions for m in mappings(spec, instruction)
    )


def _inner(mine: Operand, its: Operand, axes: dict[str, str]) -> list[tuple[int, int]]:
    """The dimensions of an operand that the instruction's elements run along, with how far."""
    found = []
    for m, size in zip(its.map, its.shape, strict=True):
        if m.names and size > 1:
            dim = mine.dim_of(axes[m.names[0]])
            assert dim is not None
            found.append((dim, size))
    return found


def _register_place(mine: Operand, its: Operand, axes: dict[str, str]) -> Placement:
    plain = tuple(Part(d) for d in range(len(mine.map)))
    if its.placement.lanes <= 1:
        return Placement(its.placement.level, Layout(plain), 1)
    layout = its.placement.layout
    lanes = layout.parts[len(layout.parts) - lane_parts(layout, its.placement.lanes) :]
    inner = []
    for part in lanes:
        names = its.map[part.dim].names
        dim = mine.dim_of(axes[names[0]]) if names else None
        assert dim is not None
        inner.append(Part(dim, part.size))
    return Placement(its.placement.level, Layout((*plain, *inner)), its.placement.lanes)


def _packed(spec: Spec, o: Operand, inner: list[tuple[int, int]], count: int) -> Layout:
    """Panels: other parallel dimensions, blocks of the first inner one, reductions, one panel."""
    sizes = dict(inner)
    panel = inner[0][0]
    reduces = {a.name for a in spec.reductions}
    dims = range(len(o.map))
    summed = [d for d in dims if d != panel and set(o.map[d].names) & reduces]
    outer = [d for d in dims if d != panel and d not in summed]
    blocks = [Part(panel, sizes[panel] * count), *(Part(d, s) for d, s in inner[1:])]
    order = (*outer, panel, *summed)
    return Layout((*(Part(d) for d in order), *blocks))


def lane_axes(spec: Spec, found: tuple[Plan, ...]) -> dict[str, tuple[int, ...]]:
    """Per axis, the sizes that instructions take of it: the units of its ladder."""
    units: dict[str, set[int]] = {a.name: set() for a in spec.axes}
    for plan in found:
        for name, size in plan.sizes.items():
            units[name].add(size)
    return {name: tuple(sorted(sizes)) for name, sizes in units.items()}


def reduces(spec: Spec) -> tuple[bool, ...]:
    """Per axis, whether it is a reduction."""
    return tuple(a.kind is Kind.REDUCTION for a in spec.axes)
