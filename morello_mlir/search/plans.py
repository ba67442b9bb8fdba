"""Plans: how instructions could compute a Spec, and what layouts they want for that.

A plan is an injective map of an instruction's axes to the Spec's under which kinds, types, bodies
and who varies along what agree; extents and places are not looked at. From plans come, backwards,
the register layouts that moves may choose and the packings that put what a register takes side by
side. Which plan fits a tile in the end is for `target/match.py` to say. Read next: `space.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from ..expr import rename, same
from ..layout import Layout, Part, lane_parts
from ..memory import Placement
from ..spec import Kind, Operand, Spec, Start
from ..target.instruction import Instruction
from ..target.target import Target

PANELS = (1, 2, 3, 4)
"""Widths of packed panels, in registers; one alone only where there are few columns."""


@dataclass(frozen=True)
class Plan:
    """`axes` maps the instruction's axes to the Spec's; `inputs[i]` is the Spec's input it reads
    as its own input i."""

    instruction: Instruction
    axes: tuple[tuple[str, str], ...]
    inputs: tuple[int, ...]

    @property
    def sizes(self) -> dict[str, int]:
        """The extents that the instruction takes of the Spec's axes."""
        extents = self.instruction.spec.extents
        return {mine: extents[its] for its, mine in self.axes}

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
    return tuple(p for i in target.instructions for p in _plans(spec, i))


def _plans(spec: Spec, instruction: Instruction) -> Iterator[Plan]:
    goal = instruction.spec
    start = Start.VALUE if spec.combine is not None else spec.start
    if (spec.combine, start) != (goal.combine, goal.start):
        return
    if len(spec.inputs) != len(goal.inputs) or spec.output.dtype != goal.output.dtype:
        return
    if not _types_agree(spec, goal):
        return
    for order in permutations(range(len(spec.inputs))):
        if not same(goal.body, rename(spec.body, {s: i for i, s in enumerate(order)})):
            continue
        for chosen in permutations(spec.axes, len(goal.axes)):
            kinds = all(c.kind is a.kind for c, a in zip(chosen, goal.axes, strict=True))
            axes = {a.name: c.name for a, c in zip(goal.axes, chosen, strict=True)}
            if kinds and _varies_alike(spec, goal, order, axes):
                yield Plan(instruction, tuple(sorted(axes.items())), order)


def _types_agree(spec: Spec, goal: Spec) -> bool:
    mine, its = (sorted(o.dtype.name for o in s.inputs) for s in (spec, goal))
    return mine == its


def _varies_alike(spec: Spec, goal: Spec, order: tuple[int, ...], axes: dict[str, str]) -> bool:
    mapped = set(axes.values())
    pairs = [(spec.inputs[s], goal.inputs[i]) for i, s in enumerate(order)]
    for mine, its in (*pairs, (spec.output, goal.output)):
        if {axes[a] for a in its.axes} != set(mine.axes) & mapped:
            return False
        if any(mine.dim_of(axes[a]) is None for a in its.axes):
            return False
    return True


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
