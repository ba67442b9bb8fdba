"""`morello-entry`: give every public function two entry points that C can call.

Takes bufferized IR in the func dialect. A public function `f` becomes a private `f.body`, and

- `f` is a C function on plain pointers, `void f(const float *a, float *b)`: scalars by value, a
  pointer to the first element for each memref; only if shapes and strides are static;
- `_mlir_ciface_f` takes a pointer to a memref descriptor for each memref, as MLIR defines it.

`f` carries `morello.entry`, a dictionary that says what it takes (see `_Parameter`) and returns.
Names come from the argument attribute `morello.name`. Declarations stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mlir import ir

from morello_mlir.passes import upstream, wrapper
from morello_mlir.passes.base import PassFailure, Report
from morello_mlir.passes.readers import NAME, NIBBLES, RESULT, argument_attributes
from morello_mlir.passes.writes import written_arguments

ENTRY = "morello.entry"
CIFACE = "_mlir_ciface_"
BODY = ".body"
_INTERNAL = "#llvm.linkage<internal>"
_OURS = (NAME, NIBBLES, RESULT)


@dataclass(frozen=True)
class EntryPass:
    """Add the C entry points of every public function."""

    name: ClassVar[str] = "morello-entry"

    def run(self, module: Any, report: Report) -> None:
        """Rewrite `module` in place; `PassFailure` where a type cannot cross a C call."""
        symbols = {
            ir.StringAttr(op.operation.attributes["sym_name"]).value
            for op in module.body.operations
            if "sym_name" in op.operation.attributes
        }
        for function in list(upstream.functions(module)):
            if is_entry(function):
                continue
            if upstream.is_public(function):
                _split(function, module, symbols, report)
            else:
                function.attributes["llvm.linkage"] = ir.Attribute.parse(_INTERNAL)


def is_entry(function: Any) -> bool:
    """Whether `function` is a C function on plain pointers made by this pass."""
    return ENTRY in function.attributes


def mark_results(module: Any) -> None:
    """Tell LLVM, after lowering, that nothing else points into a result that the caller made."""
    table = ir.SymbolTable(module.operation)
    for op in list(module.body.operations):
        function = op.operation
        if function.name != "llvm.func" or not is_entry(function):
            continue
        entry = ir.DictAttr(function.attributes[ENTRY])
        types = [ir.TypeAttr(a).value for a in ir.ArrayAttr(entry["types"])]
        inputs = len(types) - ir.IntegerAttr(entry["results"]).value
        name = ir.StringAttr(function.attributes["sym_name"]).value + BODY
        if inputs == len(types) or name not in table:
            continue
        body = table[name].operation
        count = len(body.regions[0].blocks[0].arguments)
        attributes = [ir.DictAttr.get({})] * count
        position = 0
        for number, kind in enumerate(types):
            if number >= inputs:
                aligned = position + 1
                attributes[aligned] = ir.DictAttr.get({"llvm.noalias": ir.UnitAttr.get()})
            position += wrapper.descriptor_width(kind)
        body.attributes["arg_attrs"] = ir.ArrayAttr.get(attributes)


@dataclass(frozen=True)
class _Parameter:
    """What `morello.entry` says of one parameter; `alignment` is 1 if nothing is asked for.

    `nibbles` is the shape of the array of i4 that its bytes hold, a unit if they hold none.
    """

    name: str
    type: Any
    written: bool
    result: bool
    alignment: int
    nibbles: Any


def _split(function: Any, module: Any, symbols: set[str], report: Report) -> None:
    """Make `function` private under a new name, with its entry points before it."""
    name = ir.StringAttr(function.attributes["sym_name"]).value
    body = name + BODY
    if clash := symbols & {body, CIFACE + name}:
        report.error(function.location, f"'{name}' needs the symbol '{clash.pop()}', which exists")
        raise PassFailure("a symbol exists already")
    parameters = _parameters(function, module, report)
    kinds = [p.type for p in parameters]
    results = list(function.opview.type.results)
    _rename(function, name, body, module)
    plain = len(results) <= 1 and all(map(wrapper.has_plain_form, (*kinds, *results)))
    if plain:
        arguments = [wrapper.pointer_form(n, p.type, p.result) for n, p in enumerate(parameters)]
        text = wrapper.plain_wrapper(name, body, kinds, arguments, results)
        entry = _insert(text, function, kinds, results)
        entry.attributes[ENTRY] = _entry(parameters, results)
    arguments = [wrapper.descriptor_form(n, p.type, p.result) for n, p in enumerate(parameters)]
    text = wrapper.wrapper(CIFACE + name, body, kinds, arguments, results)
    _insert(text, function, kinds, results)


def _insert(text: str, body: Any, kinds: Sequence[Any], results: Sequence[Any]) -> Any:
    """Put the function that `text` describes before `body`, which it calls."""
    name = ir.StringAttr(body.attributes["sym_name"]).value
    types, outcome = ", ".join(map(str, kinds)), ", ".join(map(str, results))
    declaration = f'func.func private @"{name}"({types}) -> ({outcome})'
    parsed = ir.Module.parse(f"{text}\n{declaration}")
    made = parsed.body.operations[0].operation
    made.move_before(body)
    return made


def _parameters(function: Any, module: Any, report: Report) -> list[_Parameter]:
    arguments = function.regions[0].blocks[0].arguments
    written = written_arguments(function, module)
    parameters: list[_Parameter] = []
    given = argument_attributes(function)
    for number, (argument, attributes) in enumerate(zip(arguments, given, strict=True)):
        _check_type(argument.type, function, report)
        name = ir.StringAttr(attributes[NAME]).value if NAME in attributes else f"arg{number}"
        if not (name.isascii() and name.isidentifier()) or name in (p.name for p in parameters):
            report.error(
                function.location,
                f"argument {number} cannot be called '{name}' in C: {NAME} must be an identifier"
                " that no other argument has",
            )
            raise PassFailure("an argument has a bad name")
        result = RESULT in attributes
        parameters.append(
            _Parameter(
                name,
                argument.type,
                written[number] or result,
                result,
                _alignment(argument, attributes),
                {n.name: n.attr for n in attributes}.get(NIBBLES, ir.UnitAttr.get()),
            )
        )
    return parameters


def _alignment(argument: Any, attributes: Any) -> int:
    """What the function assumes of a pointer's alignment."""
    assumed = [1]
    if "llvm.align" in attributes:
        assumed.append(ir.IntegerAttr(attributes["llvm.align"]).value)
    for use in argument.uses:
        if use.owner.name == "memref.assume_alignment":
            assumed.append(ir.IntegerAttr(use.owner.operation.attributes["alignment"]).value)
    return max(assumed)


def _check_type(kind: Any, function: Any, report: Report) -> None:
    """Refuse what has no agreed form in a C call, or no place in memory."""
    ok = isinstance(kind, ir.IntegerType | ir.FloatType | ir.IndexType | ir.VectorType)
    if isinstance(kind, ir.MemRefType):
        ok = kind.memory_space is None and wrapper.strided(kind) is not None
    if not ok:
        report.error(
            function.location,
            f"an argument of type {kind} has no C form: give the function scalars, and strided"
            " memrefs in the default memory space",
        )
        raise PassFailure("an argument has no C form")


def _rename(function: Any, name: str, body: str, module: Any) -> None:
    ir.SymbolTable.replace_all_symbol_uses(name, body, module.operation)
    attributes = function.attributes
    attributes["sym_name"] = ir.StringAttr.get(body)
    attributes["sym_visibility"] = ir.StringAttr.get("private")
    attributes["llvm.linkage"] = ir.Attribute.parse(_INTERNAL)
    if "llvm.emit_c_interface" in attributes:
        del attributes["llvm.emit_c_interface"]
    if "arg_attrs" in attributes:
        kept = [
            ir.DictAttr.get({n.name: n.attr for n in given if n.name not in _OURS})
            for given in argument_attributes(function)
        ]
        attributes["arg_attrs"] = ir.ArrayAttr.get(kept)


def _entry(parameters: Sequence[_Parameter], results: Sequence[Any]) -> Any:
    integer = ir.IntegerType.get_signless(64)
    count = sum(p.result for p in parameters)
    lists = {
        "names": [ir.StringAttr.get(p.name) for p in parameters],
        "types": [ir.TypeAttr.get(p.type) for p in parameters],
        "written": [ir.BoolAttr.get(p.written) for p in parameters],
        "alignments": [ir.IntegerAttr.get(integer, p.alignment) for p in parameters],
        "halves": [p.nibbles for p in parameters],
        "returns": [ir.TypeAttr.get(r) for r in results],
    }
    entries = {key: ir.ArrayAttr.get(values) for key, values in lists.items()}
    return ir.DictAttr.get({**entries, "results": ir.IntegerAttr.get(integer, count)})
