"""What is done to a module before Specs are read from it; what it computes stays the same.

Softmax is taken apart. Calls of private functions are inlined (JAX writes `where`, `var` and others
so), for the search sees one function at a time. Read next: `unread.py` (results that nobody reads),
`asserts.py` (indices that are checked), `positions.py` (`linalg.index` as an input), `extremes.py`
(maxima with their places), `guards.py` (rows of which all is masked), `truth.py` (truth values as
bytes), `nibbles.py` (numbers of four bits in bytes), `goals.py`.
"""

from __future__ import annotations

from typing import Any

from mlir import ir

from . import upstream
from .asserts import move_asserts_out
from .base import Report
from .decompose import SOFTMAX, decompose
from .extremes import split_extremes
from .guards import ask_the_maximum
from .nibbles import keep_nibbles_in_bytes
from .positions import give_positions
from .readers import argument_attributes
from .truth import keep_truth_in_bytes
from .unread import drop_unread

_INLINE = "inline{default-pipeline=}"


def prepare(module: Any, report: Report, strict_fp: bool = False) -> None:
    """Rewrite `module` in place, so that more of its ops are Specs.

    `strict_fp` leaves out what may change a bit of a result.
    """
    if _calls_private_functions(module):
        upstream.run(module, _INLINE, report)
    with module.context:
        decompose(module, report, (SOFTMAX,))
    drop_unread(module)
    move_asserts_out(module)
    give_positions(module)
    split_extremes(module, report, strict_fp)
    ask_the_maximum(module)
    keep_truth_in_bytes(module)
    keep_nibbles_in_bytes(module)


def _calls_private_functions(module: Any) -> bool:
    """Whether there is such a call, and no private function says what its arguments are to be."""
    private = {}
    for function in upstream.functions(module):
        visibility = function.attributes.get("sym_visibility")
        if visibility is not None and ir.StringAttr(visibility).value == "private":
            private[ir.StringAttr(function.attributes["sym_name"]).value] = function
    if any(any(given) for f in private.values() for given in argument_attributes(f)):
        return False
    ops = upstream.walk(module.operation) if private else ()
    return any(
        op.name == "func.call" and ir.FlatSymbolRefAttr(op.attributes["callee"]).value in private
        for op in ops
    )
