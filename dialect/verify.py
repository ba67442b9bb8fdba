"""What IRDL cannot check of the `morello` dialect, with the place of each fault.

`faults` takes any op, a module as a rule, right after it was parsed. It reads every attribute whose
name starts with `morello.` and every attribute value of ours, wherever it stands, and every
`morello.spec`. Nothing is changed.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mlir import ir

from .morello import (
    GRAPH,
    GROUP,
    RANKED,
    SCHEDULE,
    SpecOp,
    ViewOp,
    kind_of,
    read_layout,
    read_placement,
    read_schedule,
    read_schedules,
    read_target,
    view_layout,
)
from .specs import read_spec


@dataclass(frozen=True)
class Fault:
    """Something wrong: `location` is an `ir.Location`."""

    location: Any
    message: str


def faults(op: Any) -> Iterator[Fault]:
    """What is wrong in an op and all that it holds, in order."""
    found: list[Fault] = []

    def visit(inner: Any) -> Any:
        for text in _reasons(inner):
            found.append(Fault(inner.location, text))
        return ir.WalkResult.ADVANCE

    op.operation.walk(visit, ir.WalkOrder.PRE_ORDER)
    yield from found


def _reasons(op: Any) -> Iterator[str]:
    attributes = op.attributes
    for name in attributes:
        value = attributes[name]
        if name.startswith("morello."):
            yield from _named(name, value, op)
        elif name in ("arg_attrs", "res_attrs"):
            for number, given in enumerate(value):
                which = "argument" if name == "arg_attrs" else "result"
                for item in ir.DictAttr(given):
                    if item.name.startswith("morello."):
                        for text in _named(item.name, item.attr, op):
                            yield f"{which} {number}: {text}"
        if op.name != SpecOp.OPERATION_NAME:
            yield from _within(name, value)
    if op.name == SpecOp.OPERATION_NAME:
        yield from (f"'morello.spec' op {text}" for text in _fails(read_spec, op))
    if op.name == ViewOp.OPERATION_NAME:
        yield from (f"'morello.view' op {text}" for text in _fails(view_layout, op))


def _fails(read: Callable[[Any], object], value: Any) -> Iterator[str]:
    try:
        read(value)
    except ValueError as error:
        yield str(error)


def _string(value: Any) -> None:
    if not isinstance(value, ir.StringAttr) or not value.value:
        raise ValueError(f"{value} is not a name")


def _layout(value: Any) -> None:
    """`#morello.layout`, or a text that means nothing without the array that it is for."""
    if isinstance(value, ir.StringAttr):
        _string(value)
    else:
        read_layout(value)


def _anything(value: Any) -> None:
    """What passes write for each other, and what instruction libraries hold."""


_UNCHECKED = (
    *("entry", "nibbles", "release"),
    *("also", "costs", "features", "lanes", "latency", "mask", "masks", "memories", "ports"),
    "throughput",
)


def _number(value: Any) -> None:
    if not isinstance(value, ir.IntegerAttr):
        raise ValueError(f"a group is a number, not {value}")


_READERS: dict[str, Callable[[Any], object]] = {
    "layout": read_layout,
    "placement": read_placement,
    "target": read_target,
    "schedule": read_schedule,
}
_NAMED: dict[str, Callable[[Any], object]] = {
    SCHEDULE: read_schedule,
    GROUP: _number,
    RANKED: read_schedules,
    "morello.layout": _layout,
    "morello.placement": read_placement,
    "morello.target": read_target,
    "morello.name": _string,
    "morello.spec": _string,
    GRAPH: _string,
} | dict.fromkeys((f"morello.{name}" for name in _UNCHECKED), _anything)


def _named(name: str, value: Any, op: Any) -> Iterator[str]:
    """What is wrong with an attribute of that name."""
    if name not in _NAMED:
        words = [known.removeprefix("morello.") for known in _NAMED]
        near = difflib.get_close_matches(name.removeprefix("morello."), words, 1, 0.6)
        hint = f"; did you mean morello.{near[0]}?" if near else ""
        yield f"unknown attribute {name}{hint}"
        return
    for text in _fails(_NAMED[name], value):
        yield f"{name}: {text}"
    if name in (SCHEDULE, RANKED) and op.name.startswith("func."):
        yield f"{name}: belongs on an op that computes, not on {op.name}"


def _within(name: str, value: Any) -> Iterator[str]:
    """What is wrong with values of ours that an attribute is, or holds."""
    if isinstance(value, ir.ArrayAttr):
        for element in value:
            yield from _within(name, element)
    elif isinstance(value, ir.DictAttr):
        for item in value:
            if not item.name.startswith("morello."):
                yield from _within(item.name, item.attr)
    elif type(value) is ir.Attribute and name not in _NAMED:
        kind = kind_of(value)
        if kind in _READERS:
            for text in _fails(_READERS[kind], value):
                yield f"#morello.{kind}: {text}"
