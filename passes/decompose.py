"""Composite linalg ops on tensors (softmax, pack, unpack) as simpler ones.

A step of lowering; softmax is taken apart before Specs are read, too (`prepare.py`).

Neither bufferization nor the lowering to loops knows these ops. Upstream takes them apart only as
transform operations, hence the script below. On memrefs it asserts, so those are left; the check at
the end of `morello-lower` then reports them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlir import ir

from morello_mlir.passes import upstream
from morello_mlir.passes.base import PassFailure, Report

SOFTMAX = "linalg.softmax"
_STEPS = {
    SOFTMAX: """
    %softmax = transform.structured.match ops{["linalg.softmax"]} in %module
        : (!transform.any_op) -> !transform.any_op
    transform.structured.decompose_interface %softmax
        : (!transform.any_op) -> !transform.any_op""",
    "linalg.pack": """
    %pack = transform.structured.match ops{["linalg.pack"]} in %module
        : (!transform.any_op) -> !transform.op<"linalg.pack">
    transform.structured.lower_pack %pack : (!transform.op<"linalg.pack">) ->
        (!transform.op<"tensor.pad">, !transform.op<"tensor.expand_shape">,
         !transform.op<"linalg.transpose">)""",
    "linalg.unpack": """
    %unpack = transform.structured.match ops{["linalg.unpack"]} in %module
        : (!transform.any_op) -> !transform.op<"linalg.unpack">
    transform.structured.lower_unpack %unpack : (!transform.op<"linalg.unpack">) ->
        (!transform.op<"tensor.empty">, !transform.op<"linalg.transpose">,
         !transform.op<"tensor.collapse_shape">, !transform.op<"tensor.extract_slice">)""",
}
_SCRIPT = """
module attributes {{transform.with_named_sequence}} {{
  transform.named_sequence @decompose(%module: !transform.any_op) {{{steps}
    transform.yield
  }}
}}
"""


def decompose(module: Any, report: Report, names: Sequence[str] = tuple(_STEPS)) -> None:
    """Rewrite `module` in place; it is left alone if one of these ops works on memrefs."""
    found = [op for op in upstream.walk(module.operation) if op.name in names]
    if not found or any(not op.results for op in found):
        return
    from mlir.dialects.transform import interpreter  # which takes long to load

    script = ir.Module.parse(_SCRIPT.format(steps="".join(_STEPS[name] for name in names)))
    try:
        interpreter.apply_named_sequence(module, script.body.operations[0], script)
    except ValueError as failure:
        report.error(found[0].location, f"cannot be taken apart: {str(failure).splitlines()[0]}")
        raise PassFailure("a composite op cannot be lowered") from failure
