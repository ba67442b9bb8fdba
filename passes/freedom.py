"""Free layouts, for a search: which operands of a goal have one, and how it says what it chose.

Free are arguments marked `morello.layout = "any"` of functions that nothing in the module calls,
and constants without a layout, where all that uses them are linalg ops that are understood and that
read. `fix_layouts` writes the choice into `morello.layout`; `passes/layout.py` does the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlir import ir

from . import upstream
from .base import Report
from .readers import NAME, argument_attributes, callers, symbol_name, uses_of

LAYOUT = "morello.layout"
ANY, PLAIN = "any", "plain"
_CONSTANT = "constant"


@dataclass(frozen=True, order=True)
class Stored:
    """What holds an operand: an argument of a function, a constant in it, or a global (`@w`)."""

    function: str
    name: str

    def __str__(self) -> str:
        return f"@{self.function}: {self.name}" if self.function else self.name


def has_layouts(module: Any) -> bool:
    """Whether there is anything for `morello-layout` to do."""
    return any(True for _ in _laid_out(module))


def warn_of_layouts(module: Any, report: Report) -> None:
    """For passes that come after `morello-layout`: say where it has not been run."""
    for op in _laid_out(module):
        report.warning(op.location, f"{LAYOUT} is ignored: morello-layout has not been run")


def _laid_out(module: Any) -> Iterator[Any]:
    """The ops that have a layout, or whose arguments or results have one."""
    for op in upstream.walk(module.operation):
        if LAYOUT in op.attributes or any(
            LAYOUT in ir.DictAttr(given)
            for lists in ("arg_attrs", "res_attrs")
            if lists in op.attributes
            for given in ir.ArrayAttr(op.attributes[lists])
        ):
            yield op


def free_operands(goal: Any) -> dict[int, Stored]:
    """What holds the inputs of a goal whose layout is free, by their position in the Spec.

    A goal is anything with `sources`: a `Structured`, or a `Goal` (`passes/goals.py`).
    Operands of one `Stored` get one layout, in this goal and in all others.
    """
    found = {}
    for i in range(len(goal.spec.inputs)):
        op, position = goal.sources[i]
        value = op.operands[position]
        if isinstance(value.type, ir.ShapedType) and value.type.rank:
            holder = _holder(value)
            if holder is not None and not any(use.obstacle for use in uses_of(value)):
                found[i] = holder
    return found


def fix_layouts(module: Any, choices: Mapping[Stored, str | None]) -> None:
    """Say for each of `choices` the layout that it gets, in d0, d1, ... (None: the plain one)."""
    for holder, text in choices.items():
        chosen = ir.StringAttr.get(PLAIN if text is None else text, module.context)
        if not holder.function:
            _symbol(module, holder.name.removeprefix("@")).attributes[LAYOUT] = chosen
            continue
        function = _symbol(module, holder.function)
        names = argument_names(function)
        if holder.name not in names:
            number = int(holder.name.removeprefix(_CONSTANT))
            _constants(function)[number].attributes[LAYOUT] = chosen
            continue
        given = [{n.name: n.attr for n in a} for a in argument_attributes(function)]
        given[names.index(holder.name)][LAYOUT] = chosen
        lists = [ir.DictAttr.get(entries, module.context) for entries in given]
        function.attributes["arg_attrs"] = ir.ArrayAttr.get(lists, module.context)


def argument_names(function: Any) -> list[str]:
    """What the arguments of a function are called outside."""
    return [
        str(ir.StringAttr(given[NAME]).value) if NAME in given else f"arg{i}"
        for i, given in enumerate(argument_attributes(function))
    ]


def is_constant(op: Any) -> bool:
    """Whether an op is a constant tensor, or a global with data that never change."""
    if op.name == "arith.constant":
        return isinstance(op.results[0].type, ir.RankedTensorType)
    return (
        op.name == "memref.global"
        and "constant" in op.attributes
        and "initial_value" in op.attributes
        and not isinstance(op.attributes["initial_value"], ir.UnitAttr)
    )


def _holder(value: Any) -> Stored | None:
    """What holds an array, if its layout is free."""
    if isinstance(value, ir.BlockArgument):
        function = value.owner.owner.operation
        if function.name != "func.func" or "arg_attrs" not in function.attributes:
            return None
        given = argument_attributes(function)[value.arg_number]
        if LAYOUT not in given or not _is_any(given[LAYOUT]):
            return None
        if any(True for _ in callers(function, _module(function))):
            return None
        return Stored(symbol_name(function), argument_names(function)[value.arg_number])
    op = value.owner.operation
    if op.name == "memref.get_global":
        held = _symbol(_module(op), ir.FlatSymbolRefAttr(op.attributes["name"]).value)
        return Stored("", f"@{symbol_name(held)}") if _is_free(held) else None
    if op.name != "arith.constant" or not _is_free(op):
        return None
    function = op.parent
    while function is not None and function.name != "func.func":
        function = function.parent
    if function is None:
        return None
    number = _constants(function.operation).index(op)
    return Stored(symbol_name(function.operation), f"{_CONSTANT}{number}")


def _is_any(attribute: Any) -> bool:
    return isinstance(attribute, ir.StringAttr) and attribute.value == ANY


def _is_free(op: Any) -> bool:
    """Whether a constant has no layout yet."""
    return is_constant(op) and (LAYOUT not in op.attributes or _is_any(op.attributes[LAYOUT]))


def _constants(function: Any) -> list[Any]:
    """The constant tensors of a function, in order."""
    return [op for op in upstream.walk(function) if op.name == "arith.constant" and is_constant(op)]


def _module(op: Any) -> Any:
    while op.parent is not None:
        op = op.parent
    return op.operation


def _symbol(module: Any, name: str) -> Any:
    return ir.SymbolTable(module.operation)[name].operation
