"""`move OPERAND LEVEL [LAYOUT]`: bring an operand nearer, in another layout if one is given.

    ... B[k, n] in mem      move B L2 [n/32][k][32n]     load:  copy B to B', panels of 32 columns
                                                         main:  ... B'[k, n] in L2

With a layout, or to registers, an input is copied into a buffer of its own (`load`) and used there.
An output is computed in a buffer of its own, from nothing, and then written back: copied (`store`),
or combined with what is there already (`combine`), as the Spec has it; both where the loop around
tiles a reduction, of which only the first step finds nothing. So no computation waits for the old
values; where the order of terms is kept, under strict-fp, they are loaded first instead. Without a
layout, a move to a cache level emits no
code: it says that from here on the lines are in that cache, which is where they count as used.
Half bytes are copied to whole ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from ..expr import Arg
from ..graph import Goal, Graph
from ..impl import Impl, Open
from ..impl import Move as MoveImpl
from ..layout import Layout, Part, parse_layout, row_major
from ..linear import Linear
from ..memory import Limits, Placement, nearness
from ..spec import Axis, Kind, Operand, Spec, Start
from ..target.strict import is_ordered
from ..target.target import Target
from .base import NotApplicable, known_level, known_operand


@dataclass(frozen=True, slots=True)
class Move:
    """A new place for an operand."""

    operand: str
    level: str
    layout: str = ""

    def __str__(self) -> str:
        return f"move {self.operand} {self.level}" + (f" {self.layout}" if self.layout else "")

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        position = known_operand(spec, self.operand)
        operand = spec.operands[position]
        self._check_level(operand, target)
        if not self.layout and self.level != target.nearest:
            return self._rename(spec, position, target)
        buffer = placed(spec, operand, self.level, self.layout, target)
        same = (buffer.placement.layout, buffer.dtype) == (operand.placement.layout, operand.dtype)
        if same and self.level != target.nearest and not operand.border:
            raise NotApplicable(f"operand {operand.name}: has layout {self.layout} already")
        limits = taken(spec, buffer, self.level, target)
        moved = replace(_exchanged(spec, position, buffer), limits=limits)
        if position < len(spec.inputs):
            load = copy_spec(operand, buffer, limits, spec.serial)
            return MoveImpl(spec, position, buffer, Open(load), Open(moved), None, None)
        if isinstance(spec, Graph) or isinstance(moved, Graph):
            raise NotApplicable(
                f"operand {operand.name}: several Specs are computed; stage {operand.name} first"
            )
        if not spec.is_dense(operand):
            raise NotApplicable(
                f"operand {operand.name}: has gaps, which a copy would overwrite; tile to 1 what "
                "does not index it one by one"
            )
        store = copy_spec(buffer, operand, limits, spec.serial)
        if is_ordered(spec, target) and spec.start is Start.VALUE:
            load = copy_spec(operand, buffer, limits, spec.serial)
            return MoveImpl(spec, position, buffer, Open(load), Open(moved), Open(store), None)
        join = replace(store, combine=spec.combine, start=Start.VALUE)
        return MoveImpl(
            spec,
            position,
            buffer,
            None,
            Open(replace(moved, start=Start.NOTHING)),
            Open(store) if spec.start is not Start.VALUE else None,
            Open(join) if spec.start is not Start.NOTHING else None,
        )

    def _check_level(self, operand: Operand, target: Target) -> None:
        known_level(self.level, target)
        here = operand.placement.level
        if operand.placement.in_registers:
            raise NotApplicable(f"operand {operand.name}: is in {here} already")
        if self.level == target.nearest:
            return
        near = nearness(self.level) - nearness(here)
        if near < 0 or (near == 0 and not self.layout):
            raise NotApplicable(f"operand {operand.name}: is in {here} already")

    def _rename(self, spec: Goal, position: int, target: Target) -> Impl:
        operand = spec.operands[position]
        nearer = replace(operand, placement=replace(operand.placement, level=self.level))
        body = _exchanged(spec, position, nearer)
        used = replace(operand, shape=spec.extent_of(operand))
        body = replace(body, limits=taken(spec, used, self.level, target))
        return MoveImpl(spec, position, None, None, Open(body), None, None)


def placed(goal: Goal, operand: Operand, level: str, layout: str, target: Target) -> Operand:
    """A buffer for what a goal uses of an operand, in a written layout or the plain one."""
    shape = goal.extent_of(operand)
    return operand.buffered(shape, _placement(operand, shape, level, layout, target))


def _placement(
    operand: Operand, shape: tuple[int, ...], level: str, text: str, target: Target
) -> Placement:
    near = level == target.nearest
    if not text:
        if near:
            return plain_registers(operand, shape, target)
        return Placement(level, row_major(len(shape)))
    try:
        layout, lanes = parse_layout(text, operand.dims)
    except ValueError as error:
        raise NotApplicable(f"operand {operand.name}: {error}") from None
    if lanes and not near:
        raise NotApplicable(f"operand {operand.name}: <...> is for registers, not {level}")
    if near and not lanes:
        lanes = 1
    return Placement(level, layout, lanes)


def taken(goal: Goal, buffer: Operand, level: str, target: Target) -> Limits:
    """What is left of a goal's limits beside a buffer; `NotApplicable` where it does not fit."""
    amount = held(buffer, level, target)
    limits = goal.limits.take(level, amount)
    if limits is None:
        unit = "registers" if level == target.nearest else "bytes"
        raise NotApplicable(
            f"operand {buffer.name}: takes {amount} {unit} of {level}, "
            f"{goal.limits.left(level)} are left"
        )
    return limits


def _exchanged(goal: Goal, position: int, operand: Operand) -> Goal:
    """The goal with an operand in another place."""
    if isinstance(goal, Graph):
        return goal.with_operand(operand)
    return goal.with_operand(position, operand)


def held(buffer: Operand, level: str, target: Target) -> int:
    """What a buffer takes of a level: registers, or bytes."""
    elements = buffer.placement.layout.size(buffer.shape)
    if level != target.nearest:
        return int(buffer.dtype.size(elements))
    lanes = max(buffer.placement.lanes, 1)
    return elements // lanes * max(1, -(-lanes * buffer.dtype.bytes // target.register_bytes))


def plain_registers(operand: Operand, shape: tuple[int, ...], target: Target) -> Placement:
    """Registers along the dimension that lies contiguous in memory, or the last one that varies."""
    old = operand.placement.layout
    varying = [d for d, extent in enumerate(shape) if extent > 1]
    if not varying:
        return Placement(target.nearest, Layout(tuple(Part(d) for d in range(len(shape)))), 1)
    inner = old.parts[-1].dim
    contiguous = old.strides is None or old.strides[-1] == 1
    dim = inner if contiguous and inner in varying else varying[-1]
    lanes = target.lane_count(operand.dtype.bytes)
    parts = [*(Part(d) for d in range(len(shape))), Part(dim, lanes)]
    return Placement(target.nearest, Layout(tuple(parts)), lanes)


def copy_spec(source: Operand, destination: Operand, limits: Limits, serial: bool) -> Spec:
    """The Spec that copies between a buffer and the view it was made for; an axis a dimension."""
    buffer = min(source, destination, key=lambda o: prod(o.shape))
    if source.border is not None or source.lookup is not None:
        buffer = destination  # which may be the larger one
    names = buffer.dims

    def box(o: Operand) -> Operand:
        """The operand indexed by dimension, from where its own indices begin."""
        return replace(
            o, map=tuple(Linear.var(n) + m.const for n, m in zip(names, o.map, strict=True))
        )

    return Spec(
        tuple(Axis(n, Kind.PARALLEL, e) for n, e in zip(names, buffer.shape, strict=True)),
        (box(source),),
        box(destination),
        Arg(0, source.dtype.value),
        limits=limits,
        serial=serial,
    ).canonical()
