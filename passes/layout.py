"""`morello-layout`: store arguments and constants in the layout that their attribute says.

Takes a module in which arguments of functions, tensors of `arith.constant` and constant globals may
carry `morello.layout`: a layout such as "[d1/16][d0][16d1]", in the names d0, d1, ... of dimensions
or in those that the Specs of its readers give them (`#morello.layout` has names of its own);
"plain", the order they have now; or "any", which a search replaces (`passes/freedom.py`), and which
is plain where it has not. Readers are linalg ops that are understood.

    func.func @f(%x: memref<..>, %w: memref<5x7xf32> {morello.layout = "[d1/4][d0][4d1]"}, ..)

Leaves a module without these attributes, where such an argument is one row of elements, padding
included, and ops read it through a `morello.view`; beside the function of an argument `w` there is
`@f_pack_w`, from the old form to the new. Constants are packed here. `morello-apply` comes next: it
takes the views away. Read next: `passes/packing.py`, `passes/constants.py`.

    func.func @f(%x: memref<..>, %w: memref<40xf32>, ..)
    func.func @f_pack_w(%source: memref<5x7xf32>, %packed: memref<40xf32> {bufferize.result})
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from mlir import ir

from ..dialect.morello import view
from ..dialect.region import UnsupportedOp, element_type
from ..dialect.structured import HUGE, memory_layout, shape_of
from ..layout import Layout
from . import upstream
from .base import PassFailure, Report
from .constants import repacked
from .freedom import ANY, LAYOUT, PLAIN, argument_names, is_constant
from .packing import pack_function
from .readers import Use, callers, layout_of, symbol_name, uses_of

_ALIGNMENT = 64


@dataclass(frozen=True)
class LayoutPass:
    """Store arguments and constants in the layout that their `morello.layout` says."""

    name: ClassVar[str] = "morello-layout"

    def run(self, module: Any, report: Report) -> None:
        """Rewrite `module` in place."""
        ops = list(upstream.walk(module.operation))
        functions = [op for op in ops if op.name == "func.func"]
        constants = [op for op in ops if LAYOUT in op.attributes]
        for op in functions:
            _results(op, report)
            with op.location:
                _Arguments(op, module, report).rewrite()
        for op in constants:
            with op.location:
                _constant(op, module, report)
        if report.errors():
            raise PassFailure(self.name)


@dataclass(frozen=True)
class _Arguments:
    """The arguments of one function that have a layout."""

    function: Any
    module: Any
    report: Report

    def rewrite(self) -> None:
        """Make rows of them, with the functions that pack them; nothing after an error."""
        if "arg_attrs" not in self.function.attributes:
            return
        name = symbol_name(self.function)
        given = [ir.DictAttr(a) for a in ir.ArrayAttr(self.function.attributes["arg_attrs"])]
        marked = {i: a[LAYOUT] for i, a in enumerate(given) if LAYOUT in a}
        blocks = self.function.regions[0].blocks
        if marked and not blocks:
            self.report.error(self.function.location, f"'{name}' has {LAYOUT}, but no body")
            return
        before = len(self.report.errors())
        layouts = {i: self._layout(i, attribute) for i, attribute in marked.items()}
        if not marked or len(self.report.errors()) > before:
            return
        names, after = argument_names(self.function), self.function
        for i, layout in layouts.items():
            argument = blocks[0].arguments[i]
            source = argument.type
            if layout is not None:
                _see_row(argument, layout)
            symbol = f"{name}_pack_{names[i]}"
            after = pack_function(symbol, source, argument.type, layout, self.function, after)
        kept = [ir.DictAttr.get({n.name: n.attr for n in a if n.name != LAYOUT}) for a in given]
        self.function.attributes["arg_attrs"] = ir.ArrayAttr.get(kept)
        kind = ir.FunctionType.get(
            [a.type for a in blocks[0].arguments], list(self.function.opview.type.results)
        )
        self.function.attributes["function_type"] = ir.TypeAttr.get(kind)

    def _layout(self, number: int, attribute: Any) -> Layout | None:
        """The layout of one argument, None for the plain one; reports what is in its way."""
        argument, name = self.function.regions[0].blocks[0].arguments[number], symbol_name
        names, where, kind = argument_names(self.function), argument.location, argument.type
        what = f"argument '{names[number]}' of '{name(self.function)}'"
        symbol = f"{name(self.function)}_pack_{names[number]}"
        error, before = self.report.error, len(self.report.errors())
        if symbol in ir.SymbolTable(self.module.operation) or names.count(names[number]) > 1:
            error(where, f"{what} needs the symbol '{symbol}' for itself")
        uses = uses_of(argument)
        text = attribute.value if isinstance(attribute, ir.StringAttr) else ""
        is_plain = text in (ANY, PLAIN)
        for use in uses:
            if use.is_output if is_plain else use.obstacle:
                error(use.op.location, f"{use.obstacle} {what}, which has {LAYOUT}")
        for call in () if is_plain else callers(self.function, self.module):
            error(call.location, f"{call.name} does not pack {what}, which has {LAYOUT}")
        try:
            _check_kind(argument)
            layout = None if is_plain else layout_of(attribute, kind.rank, uses)
            if layout is not None and layout.size(kind.shape) > HUGE:
                raise ValueError(f"{layout.size(kind.shape)} elements are too many")
        except UnsupportedOp as reason:
            error(where, f"{what} has {LAYOUT}, but {reason}")
        except ValueError as reason:
            error(where, f"{what}: {LAYOUT}: {reason}")
        else:
            if text == ANY and len(self.report.errors()) == before:
                self.report.remark(where, f"{what} keeps the plain layout: none was chosen")
            return layout
        return None


def _check_kind(argument: Any) -> None:
    """Refuse what is no array that a Spec can copy."""
    kind = argument.type
    if not isinstance(kind, ir.MemRefType | ir.RankedTensorType):
        raise UnsupportedOp(f"is no memref or tensor of known rank: {kind}")
    shape_of(argument)
    element_type(kind.element_type)
    if isinstance(kind, ir.MemRefType):
        if kind.memory_space is not None:
            raise UnsupportedOp(f"has a memory space: {kind}")
        memory_layout(kind, tuple(kind.shape))


def _results(function: Any, report: Report) -> None:
    if "res_attrs" in function.attributes:
        for number, given in enumerate(ir.ArrayAttr(function.attributes["res_attrs"])):
            if LAYOUT in ir.DictAttr(given):
                what = f"result {number} of '{symbol_name(function)}'"
                report.error(function.location, f"{what} has {LAYOUT}, which is for what is read")


def _row(kind: Any, layout: Layout) -> Any:
    """The type of one row of elements that holds an array of type `kind` in that layout."""
    return type(kind).get([layout.size(kind.shape)], kind.element_type)


def _see_row(argument: Any, layout: Layout) -> None:
    """Make an argument one row of elements, of which its users get a view."""
    kind = argument.type
    argument.set_type(_row(kind, layout))
    if any(True for _ in argument.uses):
        with ir.InsertionPoint.at_block_begin(argument.owner), argument.location:
            seen = view(argument, layout, type(kind).get(kind.shape, kind.element_type))
        argument.replace_all_uses_except(seen, [seen.owner.operation])


def _constant(op: Any, module: Any, report: Report) -> None:
    """Give the readers of a constant a packed copy of it; drop the old one if nobody is left."""
    attribute = op.attributes[LAYOUT]
    if not is_constant(op):
        report.error(op.location, f"{op.name} has {LAYOUT}, which is for arguments and constants")
        return
    del op.attributes[LAYOUT]
    text = attribute.value if isinstance(attribute, ir.StringAttr) else ""
    if text in (ANY, PLAIN):
        if text == ANY:
            report.remark(op.location, "the constant keeps the plain layout: none was chosen")
        return
    is_global = op.name == "memref.global"
    values = [get.results[0] for get in callers(op, module)] if is_global else [op.results[0]]
    uses = [(v, use) for v in values for use in uses_of(v) if not use.obstacle]
    data = op.attributes["initial_value" if is_global else "value"]
    try:
        layout = layout_of(attribute, data.type.rank, [use for _, use in uses])
        packed = repacked(data, layout)
    except ValueError as error:
        report.error(op.location, f"the constant: {LAYOUT}: {error}")
        return
    if not uses:
        report.remark(op.location, "no linalg op that is understood reads the constant")
        return
    symbol = _packed_global(op, packed, module, report) if is_global else ""
    for value in dict.fromkeys(value for value, _ in uses):
        _see_packed(value, layout, packed, symbol, [u for v, u in uses if v == value])
    _drop(op, values, module)


def _packed_global(old: Any, packed: Any, module: Any, report: Report) -> str:
    """A global of packed data beside the old one; its name."""
    name = symbol_name(old) + "_packed"
    if name in ir.SymbolTable(module.operation):
        report.error(old.location, f"the constant needs the symbol '{name}', which exists")
        raise PassFailure("a symbol exists already")
    kind = ir.MemRefType.get(packed.type.shape, packed.type.element_type)
    with ir.InsertionPoint(old), old.location:
        ir.Operation.create(
            "memref.global",
            attributes={
                "sym_name": ir.StringAttr.get(name),
                "sym_visibility": ir.StringAttr.get("private"),
                "type": ir.TypeAttr.get(kind),
                "initial_value": packed,
                "constant": ir.UnitAttr.get(),
                "alignment": ir.IntegerAttr.get(ir.IntegerType.get_signless(64), _ALIGNMENT),
            },
        )
    return name


def _see_packed(value: Any, layout: Layout, packed: Any, symbol: str, uses: list[Use]) -> None:
    """Let the readers of a constant read the packed one."""
    kind = value.type
    with ir.InsertionPoint(value.owner), value.owner.location:
        if symbol:
            row = ir.MemRefType.get(packed.type.shape, packed.type.element_type)
            attributes = {"name": ir.FlatSymbolRefAttr.get(symbol)}
            flat = ir.Operation.create("memref.get_global", [row], attributes=attributes)
        else:
            attributes = {"value": packed}
            flat = ir.Operation.create("arith.constant", [packed.type], attributes=attributes)
        seen = view(flat.result, layout, type(kind).get(kind.shape, kind.element_type))
    for use in uses:
        use.op.operands[use.number] = seen


def _drop(op: Any, values: list[Any], module: Any) -> None:
    """Erase a constant that nobody reads any more."""
    is_private_global = op.name == "memref.global" and not upstream.is_public(op)
    for value in values:
        if not any(True for _ in value.uses):
            value.owner.operation.erase()
    if is_private_global and not any(True for _ in callers(op, module)):
        op.erase()
