"""Reading `@emission` and `@masked`: a function's lines as a `Template`, checked.

What emission relies on is checked here, on the printed text: one op a line, no regions, memory
touched by loads and stores alone, one memory operand a line, constant indices.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod
from typing import Any

from mlir import ir

from ...spec import Spec
from ...target.instruction import Template
from .faulty import Faulty


@dataclass(frozen=True)
class Signature:
    """The operands' memref types, and the argument number of each."""

    types: tuple[Any, ...]
    order: tuple[int, ...]


def read_template(
    name: str, function: Any, shapes: Signature, *, masked: bool = False
) -> tuple[Template, tuple[bool, ...]]:
    """The function's lines with constant indices in place, and which operands are in memory."""
    types = [a.type for a in function.arguments]
    count = len(shapes.order)
    if len(types) < count or (len(types) > count and not masked):
        raise Faulty(f"@{name} takes {len(types)} arguments, @semantics {count}")
    in_memory = tuple(
        _is_in_memory(name, n, types[n], wanted)
        for n, wanted in zip(shapes.order, shapes.types, strict=True)
    )
    _check_results(name, function, types[shapes.order[-1]], in_memory[-1])
    order = [*shapes.order, *range(count, len(types))]
    lines, result = _lines(function)
    memory = {f"%arg{n}" for n, m in zip(shapes.order, in_memory, strict=True) if m}
    for line in lines:
        _check_line(name, line, memory)
    parameters = tuple(f"%arg{n}" for n in order)
    return Template(parameters, tuple(str(types[n]) for n in order), lines, result), in_memory


def _is_in_memory(name: str, number: int, given: Any, wanted: Any) -> bool:
    """Whether an argument is a memref as in @semantics, or else its elements in a register."""
    element, shape = wanted.element_type, list(wanted.shape)
    if isinstance(given, ir.MemRefType):
        if given.element_type == element and list(given.shape) == shape:
            return True
        raise Faulty(f"@{name}: argument {number} is {given}, in @semantics it is {wanted}")
    fits = given == element
    if shape:
        fits = (
            isinstance(given, ir.VectorType)
            and given.element_type == element
            and list(given.shape) == [prod(shape)]
        )
    if not fits:
        register = f"vector<{prod(shape)}x{element}>" if shape else str(element)
        raise Faulty(f"@{name}: argument {number} is {given}; it must be {wanted} or {register}")
    return False


def _check_results(name: str, function: Any, output: Any, in_memory: bool) -> None:
    wanted = [] if in_memory else [output]
    have = list(function.type.results)
    if have != wanted:
        listed = ", ".join(map(str, wanted)) or "nothing, as its output is in memory"
        raise Faulty(
            f"@{name} returns {', '.join(map(str, have)) or 'nothing'}; it must return {listed}"
        )


def strides_of(memref: Any) -> tuple[int | None, ...]:
    """The strides of a memref type, None where they are dynamic."""
    strides, _ = memref.get_strides_and_offset()
    dynamic = ir.ShapedType.get_dynamic_stride_or_offset()
    return tuple(None if s == dynamic else s for s in strides)


_CONSTANT = re.compile(r"(%\w+) = arith\.constant (\d+) : index$")
_NAME = re.compile(r"%[\w#]+")


def _lines(function: Any) -> tuple[tuple[str, ...], str]:
    """The body's lines with constant indices in place, and the value that is returned."""
    constants: dict[str, str] = {}
    lines: list[str] = []
    result = ""
    printed = function.operation.get_asm(use_local_scope=True, assume_verified=True)
    for line in map(str.strip, printed.splitlines()[1:-1]):
        found = _CONSTANT.match(line)
        if found:
            constants[found[1]] = found[2]
        elif line.startswith("return"):
            result = line.split()[1] if " " in line else ""
        elif "[%" in line or ", %" in line:
            lines.append(_NAME.sub(lambda m: constants.get(m[0], m[0]), line))
        else:
            lines.append(line)
    return tuple(lines), result


_ACCESS = re.compile(
    r"(?:%\w+ = )?(?:memref|vector)\.(?:load|store|maskedload|maskedstore) (?:%\w+, )?"
    r"(%arg\d+)\[[\d, ]*\](.*)"
)
_ARGUMENT = re.compile(r"%arg\d+\b")


def _check_line(name: str, line: str, memory: set[str]) -> None:
    if line.endswith("{") or line == "}":
        raise Faulty(f"@{name}: '{line}' opens a region; write one op a line")
    touched = [a for a in _ARGUMENT.findall(line) if a in memory]
    if not touched:
        return
    access = _ACCESS.match(line)
    if len(touched) > 1 or access is None or access[1] != touched[0]:
        raise Faulty(
            f"@{name}: '{line}': memory is accessed by memref.load, memref.store, vector.load,"
            " vector.store, vector.maskedload and vector.maskedstore at constant indices alone,"
            " one operand a line"
        )


def read_masks(function: Any, spec: Spec) -> tuple[str, ...]:
    """The axes that the arguments after the operands mask."""
    count = len(spec.operands)
    attributes = list(function.arg_attrs) if "arg_attrs" in function.operation.attributes else []
    arguments = list(function.arguments)[count:]
    if not arguments:
        raise Faulty("@masked has no mask")
    names = []
    for number, argument in enumerate(arguments, count):
        given = ir.DictAttr(attributes[number]) if attributes else {}
        if "morello.mask" not in given:
            raise Faulty(f"@masked: argument {number} has no morello.mask = AXIS")
        mask = given["morello.mask"]
        axis = ir.IntegerAttr(mask).value if isinstance(mask, ir.IntegerAttr) else -1
        if not 0 <= axis < len(spec.axes):
            raise Faulty(
                f"@masked: morello.mask = {mask}; the op has axes 0 to {len(spec.axes) - 1}"
            )
        wanted = f"vector<{spec.axes[axis].extent}xi1>"
        if str(argument.type) != wanted:
            raise Faulty(f"@masked: the mask of axis {axis} is {argument.type}, not {wanted}")
        names.append(spec.axes[axis].name)
    if len(set(names)) != len(names):
        raise Faulty("@masked: two masks for one axis")
    return tuple(names)
