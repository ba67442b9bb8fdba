"""Matching: every way in which one instruction computes one Spec that is cut and placed for it.

A match is an injective map from the Spec's axes into the instruction's axes under which iterator
kinds, indexing maps, scalar bodies and places of the operands agree. Axes of the instruction that
the Spec lacks, or exceeds in extent, are padded: lanes that nobody reads, terms that are zero.
`mapping.py` says which tiles and places lead to matches. Read next: `target.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from math import prod

from ..expr import zero_annihilates
from ..layout import lane_parts
from ..spec import Kind, Operand, Spec, Start
from .instruction import Instruction
from .mapping import orders


@dataclass(frozen=True, slots=True)
class Match:
    """One way for an instruction to compute a Spec.

    `axes` pairs its axes with the Spec's; `inputs[i]` is the Spec's input that it reads as its own
    input i; along the axes in `padded` it works under a mask.
    """

    instruction: Instruction
    axes: tuple[tuple[str, str], ...]
    inputs: tuple[int, ...]
    padded: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.instruction.name


@dataclass(frozen=True, slots=True)
class Lanes:
    """The Spec computed op by op in the lanes of a vector (or on scalars).

    `order` has the axes that the lanes run along, outermost first, each with the number of lanes it
    has; an empty name is padding. Lanes beyond an axis's extent compute nothing that is kept.
    """

    order: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        """How many lanes there are."""
        return prod(size for _, size in self.order)

    def __str__(self) -> str:
        return "lanes"


def matches(spec: Spec, instruction: Instruction, why: list[str] | None = None) -> Iterator[Match]:
    """All matches, in a fixed order; reasons against the others are appended to `why`."""
    why = [] if why is None else why
    goal = instruction.spec
    if (spec.combine, spec.start) != (goal.combine, goal.start):
        why.append(_combine_reason(spec, goal))
        return
    found: set[tuple[tuple[tuple[str, str], ...], tuple[int, ...]]] = set()
    for order in orders(spec, goal, why):
        for axes in _axis_maps(spec, goal, why):
            match = _checked(spec, instruction, axes, order, why)
            if match is not None and (match.axes, match.inputs) not in found:
                found.add((match.axes, match.inputs))
                yield match


def _combine_reason(spec: Spec, goal: Spec) -> str:
    if spec.combine == goal.combine and spec.start is not goal.start:
        if spec.start is Start.NOTHING:
            return "it adds to its output, which the Spec does not initialise; accumulate first"
        if spec.start is Start.FIRST:
            name = spec.output.name
            return f"{name} holds nothing on the first step; move {name} to registers first"
    return f"it combines by {goal.combine or 'nothing'}, the Spec by {spec.combine or 'nothing'}"


def _axis_maps(spec: Spec, goal: Spec, why: list[str]) -> Iterator[dict[str, str]]:
    """Injective maps of Spec axes to instruction axes of the same kind and enough extent."""
    for chosen in permutations(goal.axes, len(spec.axes)):
        for mine, its in zip(spec.axes, chosen, strict=True):
            if mine.kind is not its.kind:
                why.append(f"axis {mine.name} is {mine.kind.value}, its axis is {its.kind.value}")
                break
            if mine.extent > its.extent:
                why.append(
                    f"axis {mine.name} has extent {mine.extent}, it takes {its.extent}; "
                    f"tile {mine.name} first"
                )
                break
        else:
            yield {i.name: m.name for m, i in zip(spec.axes, chosen, strict=True)}
    if len(spec.axes) > len(goal.axes):
        names = ", ".join(a.name for a in spec.axes)
        why.append(f"the Spec still varies along {names}; tile to 1 what it does not cover")


def _checked(
    spec: Spec,
    instruction: Instruction,
    axes: dict[str, str],
    order: tuple[int, ...],
    why: list[str],
) -> Match | None:
    goal = instruction.spec
    extents = spec.extents
    short = {a.name for a in goal.axes if extents.get(axes.get(a.name, ""), 1) < a.extent}
    reduced = short & {a.name for a in goal.axes if a.kind is Kind.REDUCTION}
    if reduced and not zero_annihilates(goal.body, goal.combine):
        why.append(f"padding along {', '.join(sorted(reduced))} would change the result")
        return None
    pairs = [(goal.inputs[i], spec.inputs[s]) for i, s in enumerate(order)]
    pairs.append((goal.output, spec.output))
    needs_mask = set()
    written = spec.output
    if written.placement.in_registers and not covers_registers(written, spec.extent_of(written)):
        why.append(f"operand {written.name}: covers only a part of a register")
        return None
    for position, (its, mine) in enumerate(pairs):
        reason = _operand_reason(its, mine, axes, instruction.strides[position], extents)
        if reason:
            why.append(f"operand {mine.name}: {reason}")
            return None
        if not mine.placement.in_registers:
            needs_mask |= {a for a in short & its.axes if not _padded(its, mine, a, axes)}
    if needs_mask - set(instruction.masks):
        names = ", ".join(axes.get(a, a) for a in sorted(needs_mask))
        why.append(f"it has no masked form for fewer elements along {names}")
        return None
    return Match(instruction, tuple(sorted(axes.items())), order, tuple(sorted(needs_mask)))


def _dim(operand: Operand, axis: str | None) -> int | None:
    return None if axis is None else operand.dim_of(axis)


def _padded(its: Operand, mine: Operand, axis: str, axes: dict[str, str]) -> bool:
    """Whether the buffer holds whole blocks along `axis`, all of which may be touched."""
    dim = its.dim_of(axis)
    own = _dim(mine, axes.get(axis))
    if dim is None or own is None or mine.placement.layout.strides is not None:
        return False
    size, block = its.shape[dim], mine.placement.layout.block(own)
    return block % size == 0 and mine.align[own] % size == 0


def _operand_reason(
    its: Operand,
    mine: Operand,
    axes: dict[str, str],
    strides: tuple[int | None, ...] | None,
    extents: dict[str, int],
) -> str:
    """Why the instruction cannot take the Spec's operand as its own; empty if it can."""
    if its.dtype != mine.dtype:
        return f"is {mine.dtype}, the instruction takes {its.dtype}"
    covered = {mine_axis for its_axis, mine_axis in axes.items() if its_axis in its.axes}
    if covered != set(mine.axes):
        return f"varies along {_names(mine.axes)}, the instruction's along {_names(covered)}"
    for d, m in enumerate(its.map):
        for v, c in m.terms:
            own = _dim(mine, axes.get(v))
            if axes.get(v) is not None and (own is None or mine.map[own].coefficient(axes[v]) != c):
                return f"dimension {d} does not move one by one along {axes[v]}"
    if mine.placement.layout.is_transformed:
        return "holds values at points, which only winograd reads"
    if strides is None:
        return _register_reason(its, mine, axes)
    if mine.placement.in_registers:
        return "is in registers, the instruction reads or writes memory"
    if mine.border is not None:
        return "is read beyond its ends, where no instruction reads; move it"
    return _memory_reason(its, mine, axes, strides, extents)


def _names(axes: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(axes)) or "nothing"


def covers_registers(operand: Operand, extents: tuple[int, ...]) -> bool:
    """Whether a view of registers covers all elements that any of its registers holds.

    Only then may an instruction write whole registers: the lanes beyond the view are padding.
    """
    layout = operand.placement.layout
    held: dict[int, int] = {}
    for part in layout.parts[len(layout.parts) - lane_parts(layout, operand.placement.lanes) :]:
        held[part.dim] = held.get(part.dim, 1) * (part.size or 1)
    return all(
        operand.align[d] % size == 0 and extents[d] % size in (0, operand.shape[d] % size)
        for d, size in held.items()
    )


def _register_reason(its: Operand, mine: Operand, axes: dict[str, str]) -> str:
    if not mine.placement.in_registers:
        return "is in memory, the instruction takes registers; move it to reg"
    lanes = its.placement.lanes
    if max(mine.placement.lanes, 1) != max(lanes, 1):
        return f"has {mine.placement.lanes} elements per register, the instruction takes {lanes}"
    layout = mine.placement.layout
    inner = layout.parts[len(layout.parts) - lane_parts(layout, mine.placement.lanes) :]
    its_dims = [(m, s) for m, s in zip(its.map, its.shape, strict=True) if s > 1]
    if [p.size for p in inner] != [s for _, s in its_dims]:
        return "orders its lanes differently"
    for part, (index, _) in zip(inner, its_dims, strict=True):
        axis = axes.get(index.names[0])
        if mine.align[part.dim] % (part.size or 1):
            return f"starts inside a register; tile by a multiple of {part.size}"
        if axis is None and mine.map[part.dim].terms:
            return "orders its lanes differently"
        if axis is not None and _dim(mine, axis) != part.dim:
            return "orders its lanes differently"
    return ""


def _memory_reason(
    its: Operand,
    mine: Operand,
    axes: dict[str, str],
    strides: tuple[int | None, ...],
    extents: dict[str, int],
) -> str:
    layout = mine.placement.layout
    for d, step in enumerate(strides):
        names = its.map[d].names
        axis = axes.get(names[0]) if names else None
        own = _dim(mine, axis)
        if step is None or axis is None or own is None:
            continue
        have = layout.stride_along(own, extents[axis], mine.align[own], mine.shape)
        if mine.lookup is not None and own < mine.lookup.rank and extents[axis] > 1:
            have = None
        if have != step:
            far = "not evenly" if have is None else f"{have} apart"
            return f"elements along {axis} lie {far}, the instruction takes them {step} apart"
    return ""
