"""The classes of the `morello` dialect: its ops, and its attributes as engine values and back.

MLIR's bindings find the op's class by this file's name, under the prefix that is set here. An
attribute of a dialect that IRDL defines has no accessors; `parameters` reads its text. What is
wrong raises `ValueError` with the reason.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from typing import Any

from mlir import ir

from ..dtype import I4
from ..layout import Layout, parse_layout, print_layout
from ..memory import LEVELS, REG, Placement
from ..schedule import Schedule, parse
from ..target.cpus import CPUS, cpu_target
from .nibbles import is_nibble

_mlir: Any = importlib.import_module("mlir._mlir_libs._mlir")
_mlir.globals.append_dialect_search_prefix(__package__)

NATIVE = "native"

SCHEDULE = "morello.schedule"
"""The attribute of an op that carries its schedule."""
GROUP = "morello.group"
"""That of ops which are one goal together: those of a block that have the same number."""
GRAPH = "morello.graph"
"""That of the last op of a group: the goal that the group is, for people."""
RANKED = "morello.schedules"
"""That of an op that lists its cheapest schedules."""


@_mlir.register_dialect
class Dialect(ir.Dialect):  # type: ignore[misc]
    """The dialect."""

    DIALECT_NAMESPACE = "morello"


@_mlir.register_operation(Dialect)
class SpecOp(ir.OpView):  # type: ignore[misc]
    """A Spec stated in IR: no operands, no results; `specs.py` writes and reads it."""

    OPERATION_NAME = "morello.spec"
    _ODS_REGIONS = (0, True)
    _ODS_OPERAND_SEGMENTS = None
    _ODS_RESULT_SEGMENTS = None


@_mlir.register_operation(Dialect)
class ViewOp(ir.OpView):  # type: ignore[misc]
    """One row of elements seen as an array of a layout: `view`, `stored` and `view_layout`."""

    OPERATION_NAME = "morello.view"
    _ODS_REGIONS = (0, True)
    _ODS_OPERAND_SEGMENTS = None
    _ODS_RESULT_SEGMENTS = None


_KIND = re.compile(r"#morello\.(\w+)<(.*)>", re.DOTALL)


def kind_of(attribute: Any) -> str:
    """`layout`, `placement`, `target` or `schedule`; empty if the attribute is none of ours."""
    found = _KIND.fullmatch(str(attribute))
    return found[1] if found else ""


def parameters(attribute: Any, kind: str) -> list[Any]:
    """The parameters of one of our attributes."""
    found = _KIND.fullmatch(str(attribute))
    if found is None or found[1] != kind:
        raise ValueError(f"{attribute} is not a #morello.{kind}")
    return list(ir.ArrayAttr(ir.Attribute.parse(f"[{found[2]}]", attribute.context)))


def quoted(text: str) -> str:
    """Text as an MLIR string literal."""
    return str(ir.StringAttr.get(text))


def strings(attribute: Any, what: str) -> list[str]:
    """The strings of an array attribute."""
    if not isinstance(attribute, ir.ArrayAttr):
        raise ValueError(f"{what} is not an array of strings")
    if not all(isinstance(a, ir.StringAttr) for a in attribute):
        raise ValueError(f"{what} has elements that are not strings")
    return [str(a.value) for a in attribute]


_STRIDES = re.compile(r"(.*?)(?: strides (\d+(?:, \d+)*))?")


def layout_attribute(layout: Layout, names: Sequence[str], lanes: int = 0) -> Any:
    """`#morello.layout` of a layout, with names for its dimensions; `lanes` for registers."""
    text = print_layout(layout, names, lanes)
    if layout.strides:
        text += " strides " + ", ".join(map(str, layout.strides))
    listed = ", ".join(map(quoted, names))
    return ir.Attribute.parse(f"#morello.layout<[{listed}], {quoted(text)}>")


def read_layout(attribute: Any) -> tuple[Layout, int, tuple[str, ...]]:
    """The layout, the elements of a register of it (0: it is of memory), its dimensions' names."""
    listed, text = parameters(attribute, "layout")
    names = strings(listed, "the dimensions of a layout")
    if len(set(names)) != len(names):
        raise ValueError(f"two dimensions of a layout have one name: {', '.join(names)}")
    found = _STRIDES.fullmatch(text.value)
    assert found is not None
    layout, lanes = parse_layout(found[1], names) if names or found[1] else (Layout(()), 0)
    if found[2]:
        layout = Layout(layout.parts, tuple(int(s) for s in found[2].split(", ")))
    return layout, lanes, tuple(names)


def view(flat: Any, layout: Layout, kind: Any) -> Any:
    """`flat`, seen as a value of type `kind` whose elements lie in that layout; op at the point."""
    attribute = layout_attribute(layout, [f"d{d}" for d in range(layout.rank)])
    return ir.Operation.create(
        ViewOp.OPERATION_NAME, results=[kind], operands=[flat], attributes={"layout": attribute}
    ).result


def is_view(value: Any) -> bool:
    """Whether a value is what a `morello.view` shows."""
    return not isinstance(value, ir.BlockArgument) and value.owner.name == ViewOp.OPERATION_NAME


def stored(value: Any) -> Any:
    """The value that holds the elements: what a `morello.view` looks at, or the value itself."""
    while is_view(value):
        value = value.owner.operands[0]
    return value


def view_layout(op: Any) -> Layout:
    """The layout of a `morello.view`; `ValueError` says what is wrong with the op."""
    layout, lanes, names = read_layout(op.attributes["layout"])
    flat, seen = op.operands[0].type, op.results[0].type
    kinds = (ir.MemRefType, ir.RankedTensorType)
    if not isinstance(flat, kinds) or type(flat) is not type(seen):
        raise ValueError(f"makes {seen} of {flat}; both are memrefs, or both tensors")
    if lanes or layout.strides:
        raise ValueError("has a layout of registers, or one with gaps")
    if len(names) != seen.rank or not seen.has_static_shape:
        raise ValueError(f"has a layout of {len(names)} dimensions for {seen}")
    size, element = row_of(seen, layout)
    if flat.rank != 1 or flat.shape[0] != size or flat.element_type != element:
        raise ValueError(f"needs {size} x {element} in one dimension, not {flat}")
    return layout


def row_of(kind: Any, layout: Layout) -> tuple[int, Any]:
    """What a row has that holds an array of that type: how many elements, and of which type."""
    size = layout.size(kind.shape)
    if is_nibble(kind.element_type):
        return int(I4.size(size)), ir.IntegerType.get_signless(8, kind.context)
    return size, kind.element_type


def placement_attribute(placement: Placement, names: Sequence[str]) -> Any:
    """`#morello.placement` of a placement, with names for its dimensions."""
    layout = layout_attribute(placement.layout, names, placement.lanes)
    return ir.Attribute.parse(f"#morello.placement<{quoted(placement.level)}, {layout}>")


def read_placement(attribute: Any) -> tuple[Placement, tuple[str, ...]]:
    """The placement and its dimensions' names; registers without `<...>` hold one element each."""
    level, within = parameters(attribute, "placement")
    if level.value not in LEVELS:
        raise ValueError(f"no memory level '{level.value}' (have: {', '.join(LEVELS)})")
    layout, lanes, names = read_layout(within)
    if lanes and level.value != REG:
        raise ValueError(f"<...> in a layout is for {REG}, not for {level.value}")
    return Placement(level.value, layout, lanes or int(level.value == REG)), names


def target_attribute(name: str, threads: int = 1) -> Any:
    """`#morello.target` of a machine and a number of threads."""
    return ir.Attribute.parse(f"#morello.target<{quoted(name)}, {threads}>")


def read_target(attribute: Any) -> tuple[str, int]:
    """The machine's name, which is a known one or `native`, and the number of threads."""
    name, threads = parameters(attribute, "target")
    if name.value != NATIVE and name.value not in CPUS:
        cpu_target(name.value)
    if threads.value < 1:
        raise ValueError(f"a target has at least one thread, not {threads.value}")
    return name.value, threads.value


def schedule_attribute(schedule: Schedule) -> Any:
    """`#morello.schedule` of a schedule."""
    return ir.Attribute.parse(f"#morello.schedule<{quoted(str(schedule))}>")


def read_schedule(attribute: Any) -> Schedule:
    """The schedule; a plain string is taken for its text."""
    if isinstance(attribute, ir.StringAttr):
        return parse(attribute.value)
    (text,) = parameters(attribute, "schedule")
    return parse(text.value)


def read_schedules(attribute: Any) -> list[Schedule]:
    """The schedules of a list."""
    if not isinstance(attribute, ir.ArrayAttr) or not len(attribute):
        raise ValueError("not a list of schedules")
    return [read_schedule(a) for a in attribute]
