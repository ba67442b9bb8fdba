"""Tensors to memrefs, as the calling convention wants it; the first step of `morello-lower`.

Takes any module; leaves one without tensors. A tensor argument becomes a memref with identity
layout that is only read; a tensor result becomes a memref argument after the others, marked
`bufferize.result`, that the caller allocates. Buffers that were made on the way are freed.

Before: `func @f(%a: tensor<8xf32>) -> tensor<8xf32>`; after: `func @f(%a: memref<8xf32>,
%r: memref<8xf32> {bufferize.result})`.
"""

from __future__ import annotations

from typing import Any

from mlir import ir
from mlir.dialects import memref

from morello_mlir.passes import upstream
from morello_mlir.passes.base import PassFailure, Report
from morello_mlir.passes.readers import RESULT, argument_attributes

_WRITABLE = "bufferization.writable"
_BUFFERIZE = (
    "one-shot-bufferize{bufferize-function-boundaries allow-return-allocs-from-loops"
    " function-boundary-type-conversion=identity-layout-map},canonicalize,cse"
)
_OUT_PARAMETERS = "buffer-results-to-out-params{modify-public-functions add-result-attr}"
_VIEWS = frozenset(
    f"memref.{name}"
    for name in ("subview", "cast", "reinterpret_cast", "collapse_shape", "expand_shape", "view")
)
_CARRIERS = ("scf.yield", "scf.condition", "func.return", "cf.br", "cf.cond_br")


def bufferize(module: Any, report: Report) -> None:
    """Rewrite `module` in place; raise `PassFailure` where a tensor cannot be bufferized."""
    has_tensors = any(_touches_tensors(op) for op in upstream.walk(module.operation))
    if has_tensors:
        for function in upstream.functions(module):
            _protect_arguments(function)
        upstream.run(module, _BUFFERIZE, report)
    for function in upstream.functions(module):
        _check_results(function, report)
    upstream.run(module, _OUT_PARAMETERS, report)
    for function in upstream.functions(module):
        _write_results_in_place(function)
    if has_tensors:
        _free(module, report)


def _touches_tensors(op: Any) -> bool:
    if op.name == "func.func":
        function_type = ir.FunctionType(ir.TypeAttr(op.attributes["function_type"]).value)
        types = (*function_type.inputs, *function_type.results)
    else:
        types = (*(v.type for v in op.operands), *(v.type for v in op.results))
    return any(isinstance(t, ir.RankedTensorType | ir.UnrankedTensorType) for t in types)


def _protect_arguments(function: Any) -> None:
    """Mark tensor arguments read-only: the caller's array is a value, not a buffer to reuse."""
    view = function.opview
    attributes = []
    for argument, given in zip(view.arguments, argument_attributes(function), strict=True):
        entries = {named.name: named.attr for named in given}
        if isinstance(argument.type, ir.RankedTensorType):
            entries.setdefault(_WRITABLE, ir.BoolAttr.get(False))
        attributes.append(ir.DictAttr.get(entries))
    if attributes:
        function.attributes["arg_attrs"] = ir.ArrayAttr.get(attributes)


def _check_results(function: Any, report: Report) -> None:
    """Refuse results whose size the caller cannot know."""
    for number, result in enumerate(function.opview.type.results):
        if isinstance(result, ir.UnrankedMemRefType) or (
            isinstance(result, ir.MemRefType) and not result.has_static_shape
        ):
            name = ir.StringAttr(function.attributes["sym_name"]).value
            report.error(
                function.location,
                f"result {number} of '{name}' has a dynamic shape, {result}: the caller allocates"
                " results, so their shape must be static",
            )
            raise PassFailure("dynamic result")


def _write_results_in_place(function: Any) -> None:
    """Let a buffer that is only copied into a result at the end be that result.

    Before: `%b = memref.alloc; ...; memref.copy %b, %r; return`; after: `%b` replaced by `%r`.
    """
    view = function.opview
    blocks = list(function.regions[0].blocks)
    for argument, attributes in zip(view.arguments, argument_attributes(function), strict=True):
        uses = [use.owner for use in argument.uses]
        if RESULT not in attributes or len(uses) != 1 or uses[0].name != "memref.copy":
            continue
        copy = uses[0].operation
        source, target = copy.operands
        if target != argument or not isinstance(source, ir.OpResult):
            continue
        allocation = source.owner.operation
        if (
            allocation.name == "memref.alloc"
            and source.type == target.type
            and len(blocks) == 1
            and allocation.block == copy.block == blocks[0]
        ):
            copy.erase()
            source.replace_all_uses_with(argument)
            allocation.erase()


def _free(module: Any, report: Report) -> None:
    """Free the buffers that bufferization made, at the end of the block that makes them."""
    allocations = [
        op
        for op in upstream.walk(module.operation)
        if op.name == "memref.alloc" and not _is_freed(op.results[0])
    ]
    if any(_escapes(op.results[0]) for op in allocations):
        if any(op.name == "memref.dealloc" for op in upstream.walk(module.operation)):
            report.error(
                next(op for op in allocations if _escapes(op.results[0])).location,
                "this buffer leaves its block in a function that frees buffers by itself, so its"
                " owner is unknown; bufferize the function before, or remove its memref.dealloc",
            )
            raise PassFailure("a buffer has no clear owner")
        upstream.run(module, "buffer-deallocation-pipeline", report)
        return
    for op in allocations:
        terminator = list(op.block.operations)[-1]
        with ir.InsertionPoint(terminator), op.location:
            memref.dealloc(op.results[0])


def _is_freed(value: Any) -> bool:
    return any(use.owner.name == "memref.dealloc" for use in value.uses)


def _escapes(value: Any) -> bool:
    """Whether a buffer may be reached after its block ends: yielded, carried or passed on."""
    for use in value.uses:
        user = use.owner
        if user.name in _VIEWS:
            if _escapes(user.results[0]):
                return True
        elif user.name == "memref.dealloc":
            continue
        elif user.name in _CARRIERS or any(isinstance(r.type, ir.MemRefType) for r in user.results):
            return True
    return False
