"""Instructions: their templates, filled in with a Spec's operands.

Register parameters become SSA values; a memory parameter's constant indices become an address in
the operand's view. Elements that the Spec does not have are not touched: a load of them is zero, a
store of them is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...linear import Linear
from ...spec import Operand, Spec
from ...target.instruction import Template
from ...target.match import Match
from . import access, lane
from .view import MemoryView, RegisterView, View
from .writer import Writer

_NAME = re.compile(r"(%[A-Za-z_0-9]+)")


def emit_match(spec: Spec, match: Match, views: Sequence[View], writer: Writer) -> None:
    """Write an instruction's template with the Spec's operands."""
    use = _use_of(spec, match, views, writer)
    bound: dict[str, str] = {}
    for parameter, position in use.registers:
        view = views[position]
        assert isinstance(view, RegisterView)
        bound[parameter] = view.values.get(view.key(), "")
    for parameter, valid, full in use.masks:
        bound[parameter] = access.mask(valid, full, writer)
    result = _instantiate(use, bound, views, writer)
    output = views[-1]
    if isinstance(output, RegisterView):
        output.values[output.key()] = result


@dataclass(frozen=True, slots=True)
class _Use:
    """An instruction at one leaf, wherever unrolled code repeats it."""

    spec: Spec
    match: Match
    lines: tuple[_Line, ...]
    result: str
    registers: tuple[tuple[str, int], ...]
    memory: dict[str, _Memory]
    masks: tuple[tuple[str, int, int], ...]


def _use_of(spec: Spec, match: Match, views: Sequence[View], writer: Writer) -> _Use:
    """What is the same at every instance of a leaf, worked out once."""
    key = id(spec), id(match)
    known = writer.uses.get(key)
    if isinstance(known, _Use):  # which keeps the two alive, so that the key stands for them
        return known
    instruction = match.instruction
    template = instruction.template
    assert template is not None
    masks: tuple[str, ...] = ()
    if match.padded:
        assert instruction.masked is not None
        template, masks = instruction.masked, instruction.masks
    axes = dict(match.axes)
    extents = spec.extents
    order = (*match.inputs, len(spec.inputs))
    registers: list[tuple[str, int]] = []
    memory: dict[str, _Memory] = {}
    for parameter, its, position, kind in zip(
        template.parameters, instruction.spec.operands, order, template.types, strict=False
    ):
        if isinstance(views[position], RegisterView):
            registers.append((parameter, position))
        else:
            mine = spec.operands[position]
            memory[parameter] = _Memory(position, its, mine, axes, extents, match.padded, kind)
    valid = []
    for parameter, axis in zip(template.parameters[len(order) :], masks, strict=True):
        full = instruction.spec.extents[axis]
        there = extents.get(axes.get(axis, ""), 1)
        valid.append((parameter, there if axis in match.padded else full, full))
    lines = _lines(template, tuple((p, m.kind) for p, m in memory.items()))
    found = _Use(spec, match, lines, template.result, tuple(registers), memory, tuple(valid))
    writer.uses[key] = found
    return found


class _Memory:
    """A memory operand of an instruction: addresses for its constant indices."""

    def __init__(
        self,
        position: int,
        its: Operand,
        mine: Operand,
        axes: dict[str, str],
        extents: dict[str, int],
        padded: tuple[str, ...],
        kind: str,
    ) -> None:
        self.position = position
        self.kind = kind
        self._start = [m.const for m in mine.map]
        self._dims: list[tuple[int | None, int]] = []
        for index in its.map:
            its_axis = index.names[0] if index.names else ""
            axis = axes.get(its_axis)
            dim = mine.dim_of(axis) if axis is not None else None
            limit = extents[axis] if axis is not None else 1
            self._dims.append((dim, limit if its_axis in padded else 1 << 60))

    def address(self, view: MemoryView, indices: Sequence[int], writer: Writer) -> Linear | None:
        """The address of an element, or None where the Spec has no such element."""
        logical = list(self._start)
        for i, (dim, limit) in zip(indices, self._dims, strict=True):
            if i >= limit:
                return None
            if dim is not None:
                logical[dim] += i
        return view.address(logical, writer)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a template, taken apart: text and names in turn, text first.

    Where it accesses memory, `@view@` and `@kind@` stand for the place and its type.
    """

    pieces: tuple[str, ...]
    text: str
    parameter: str = ""
    indices: tuple[int, ...] = ()


@lru_cache(maxsize=1024)
def _lines(template: Template, memory: tuple[tuple[str, str], ...]) -> tuple[_Line, ...]:
    """The lines of a template whose parameters in memory are these, each with its type."""
    return tuple(_read_line(line, memory) for line in template.lines)


def _read_line(line: str, memory: tuple[tuple[str, str], ...]) -> _Line:
    for parameter, kind in memory:
        found = re.search(re.escape(parameter) + r"\[([\d, ]*)\]", line)
        if found is not None:
            text = line.replace(found[0], "@view@").replace(kind, "@kind@")
            indices = tuple(int(i) for i in found[1].split(",")) if found[1].strip() else ()
            return _Line(tuple(_NAME.split(text)), line, parameter, indices)
    return _Line(tuple(_NAME.split(line)), line)


def _instantiate(use: _Use, bound: dict[str, str], views: Sequence[View], writer: Writer) -> str:
    names = dict(bound)

    def filled(line: _Line) -> str:
        parts = list(line.pieces)
        for i in range(1, len(parts), 2):
            name = parts[i]
            if name not in names:
                names[name] = writer.fresh()
            parts[i] = names[name]
        return "".join(parts)

    for line in use.lines:
        if line.parameter:
            place = use.memory[line.parameter]
            view = views[place.position]
            assert isinstance(view, MemoryView)
            address = place.address(view, line.indices, writer)
            if address is not None:
                at = f"{view.memref}[{writer.address(address)}]"
                text = filled(line)
                writer.line(text.replace("@view@", at).replace("@kind@", view.kind))
            elif "=" in line.text:
                kind = line.text.rsplit(" ", 1)[-1]
                zero = "0.0" if "f" in kind.split("x")[-1] else "0"
                names[line.text.split(" ")[0]] = writer.constant(zero, kind)
        elif " = arith.constant " in line.text:
            name, text = line.text.split(" = ", 1)
            names[name] = writer.top(text)
        else:
            text = filled(line)
            if not lane.rearranged_as_bits(text, writer):
                writer.line(text)
    return names.get(use.result, "")
