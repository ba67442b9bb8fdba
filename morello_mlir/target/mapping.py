"""Mappings: every way in which one instruction computes an untiled Spec.

A Mapping is an injective map from the instruction's axes to the Spec's under which kinds, element
types, indexing maps and scalar bodies agree; commutative operands may change places, and chains of
casts count as the one cast that they are. The Spec's other axes are loops around the instruction:
so the taps of a window are, and a convolution is a sum of products of matrices. Where operands lie,
and how axes are cut, is not looked at. No operator has a name here.

What holds of every Mapping: loops over the other axes, around the instruction on blocks of its own
extents, compute the Spec, if what `rests` says is done where its extents do not divide the Spec's.
Read next: `match.py`, for a Spec that is cut and placed; `search/plans.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import permutations
from math import prod

from ..expr import Apply, Arg, Expr, folded, rename, same, zero_annihilates
from ..spec import Axis, Operand, Spec, Start
from .instruction import Instruction

_WIDENING = ("arith.extf", "arith.extsi", "arith.extui")


class Rest(Enum):
    """What becomes of an instruction's elements that an axis of the Spec is too short for."""

    PADDED = "padded"  # registers hold lanes that nobody reads, or zeros that add nothing
    MASKED = "masked"  # memory is not touched where the mask is false
    PACKED = "packed"  # the input is copied first, to whole blocks
    APART = "apart"  # the instruction stops at its last whole step; other code does the rest


@dataclass(frozen=True)
class Mapping:
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

    def outer(self, spec: Spec) -> tuple[Axis, ...]:
        """The Spec's axes that are loops around the instruction and not cut by it."""
        mapped = dict(self.axes).values()
        return tuple(a for a in spec.axes if a.name not in mapped)

    def rests(self, spec: Spec) -> dict[str, Rest]:
        """What becomes of the rests, by axis of the Spec, along those that are not divided."""
        extents = spec.extents
        return {
            mine: rest_along(self.instruction, its)
            for its, mine in self.axes
            if extents[mine] % self.sizes[mine]
        }

    def executions(self, spec: Spec) -> int:
        """How often the instruction is executed, for what is padded too."""
        rests, sizes = self.rests(spec), self.sizes
        steps = (
            a.extent // sizes[a.name]
            if rests.get(a.name) is Rest.APART
            else -(-a.extent // sizes.get(a.name, 1))
            for a in spec.axes
        )
        return prod(steps)

    def __str__(self) -> str:
        pairs = ", ".join(f"{its} -> {mine}" for its, mine in self.axes)
        return f"{self.instruction.name} ({pairs})"


def mappings(
    spec: Spec, instruction: Instruction, why: list[str] | None = None
) -> Iterator[Mapping]:
    """All mappings, in a fixed order; reasons against what was tried are appended to `why`."""
    why = [] if why is None else why
    goal = instruction.spec
    start = Start.VALUE if spec.combine is not None else spec.start
    if (spec.combine, start) != (goal.combine, goal.start):
        why.append(
            f"it combines by {goal.combine or 'nothing'}, the Spec by {spec.combine or 'nothing'}"
        )
        return
    for order in orders(spec, goal, why):
        pairs = _pairs(spec, goal, order)
        types = [
            f"{m.name} is {m.dtype}, not {i.dtype}" for i, m in pairs if i.dtype != m.dtype.value
        ]
        if types:
            why.append(f"operand {', '.join(types)}")
            continue
        for axes in _axis_maps(spec, instruction, order, why):
            yield Mapping(instruction, tuple(sorted(axes.items())), order)


def orders(spec: Spec, goal: Spec, why: list[str]) -> Iterator[tuple[int, ...]]:
    """The orders of the Spec's inputs in which an instruction's body is the Spec's."""
    if len(spec.inputs) != len(goal.inputs):
        why.append(f"it reads {len(goal.inputs)} operands, the Spec {len(spec.inputs)}")
        return
    its, mine = folded(goal.body), folded(spec.body)
    wide = _widened(mine)
    for order in permutations(range(len(spec.inputs))):
        numbers = {s: i for i, s in enumerate(order)}
        if same(its, rename(mine, numbers)):
            yield order
        elif wide != mine and same(its, rename(wide, numbers)):
            why.append("it takes wider elements; no move widens an input on its way to it")
        else:
            types = [", ".join(o.dtype.name for o in s.operands) for s in (goal, spec)]
            why.append(f"it computes {goal.body} on {types[0]}, the Spec {spec.body} on {types[1]}")


def _widened(expr: Expr) -> Expr:
    """The expression on inputs that have been widened before."""
    if not isinstance(expr, Apply):
        return expr
    if expr.op in _WIDENING and isinstance(expr.args[0], Arg):
        return Arg(expr.args[0].index, expr.dtype)
    return Apply(expr.op, tuple(map(_widened, expr.args)), expr.dtype, expr.attrs)


def rest_along(instruction: Instruction, axis: str) -> Rest:
    """What an instruction does with fewer elements along one of its axes."""
    goal = instruction.spec
    reduces = any(a.name == axis for a in goal.reductions)
    if reduces and not zero_annihilates(goal.body, goal.combine):
        return Rest.APART
    touching = [o for o in goal.operands if axis in o.axes and not o.placement.in_registers]
    if not touching:
        return Rest.PADDED
    if axis in instruction.masks:
        return Rest.MASKED
    return Rest.APART if goal.output in touching else Rest.PACKED


def _pairs(spec: Spec, goal: Spec, order: tuple[int, ...]) -> tuple[tuple[Operand, Operand], ...]:
    """Each operand of the instruction with the Spec's that it stands for."""
    inputs = ((goal.inputs[i], spec.inputs[s]) for i, s in enumerate(order))
    return (*inputs, (goal.output, spec.output))


def _axis_maps(
    spec: Spec, instruction: Instruction, order: tuple[int, ...], why: list[str]
) -> Iterator[dict[str, str]]:
    """Injective maps of the instruction's axes to those of the Spec that do the same."""
    goal = instruction.spec
    pairs = _pairs(spec, goal, order)
    choices: list[list[str]] = []
    for axis in goal.axes:
        apart = rest_along(instruction, axis.name) is Rest.APART
        reasons = {a.name: _axis_reason(axis, a, pairs, apart=apart) for a in spec.axes}
        choices.append([name for name, reason in reasons.items() if not reason])
        if not choices[-1]:
            each = "; ".join(f"{name} {reason}" for name, reason in reasons.items())
            why.append(f"its axis {axis.name} can be none of the Spec's: {each or 'it has none'}")
            return
    found = False
    names = [a.name for a in goal.axes]
    for chosen in _injective(choices):
        axes = dict(zip(names, chosen, strict=True))
        reason = next(filter(None, (_dims_reason(*pair, axes) for pair in pairs)), "")
        if reason:
            why.append(reason)
        else:
            yield axes
        found = True
    if not found:
        wanted = (f"{n} by {', '.join(c)}" for n, c in zip(names, choices, strict=True))
        why.append(f"its axes would share one of the Spec's: {'; '.join(wanted)}")


def _injective(choices: list[list[str]], taken: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """One of each list, none twice, in lexicographic order."""
    if len(taken) == len(choices):
        yield taken
        return
    for name in choices[len(taken)]:
        if name not in taken:
            yield from _injective(choices, (*taken, name))


def _axis_reason(
    its: Axis, mine: Axis, pairs: tuple[tuple[Operand, Operand], ...], *, apart: bool
) -> str:
    """Why an axis of the instruction cannot run along one of the Spec; empty if it can."""
    if its.kind is not mine.kind:
        return f"is {mine.kind.value}, not {its.kind.value}"
    if apart and mine.extent < its.extent:
        return f"has extent {mine.extent} of {its.extent}, and it cannot do less"
    for theirs, own in pairs:
        if (its.name in theirs.axes) != (mine.name in own.axes):
            does, not_ = ("does", "should not") if mine.name in own.axes else ("does not", "should")
            return f"moves {own.name}: it {does}, and {not_}"
        if its.name not in theirs.axes:
            continue
        there, here = theirs.dim_of(its.name), own.dim_of(mine.name)
        if here is None:
            return f"moves {own.name} along two dimensions"
        if there is None or len(theirs.map[there].terms) > 1:
            return f"cannot be: the instruction's {theirs.name} is no plain array"
        want = theirs.map[there].coefficient(its.name)
        have = own.map[here].coefficient(mine.name)
        if want != have:
            return f"moves {own.name} by {have}, not by {want}"
    return ""


def _dims_reason(its: Operand, mine: Operand, axes: dict[str, str]) -> str:
    """Why two axes of the instruction cannot be along one dimension; empty if none are."""
    dims = [mine.dim_of(axes[v]) for m in its.map for v in m.names]
    if len(set(dims)) == len(dims) or not its.placement.in_registers:
        return ""
    along = " and ".join(axes[v] for m in its.map for v in m.names)
    return f"operand {mine.name}: {along} move along one dimension, in registers along two"
