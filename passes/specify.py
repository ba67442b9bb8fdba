"""`morello-specify`: say what each linalg op is as a Spec.

Takes any module. Leaves it prepared for the search (`prepare.py`), else as it was, with a
`morello.spec` attribute on every op that is understood: the Spec's formula with the names of axes
and operands that a schedule uses, and the extents. What is not understood gets a remark (an error
with `strict`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from mlir import ir

from ..dialect.region import UnsupportedOp
from ..dialect.structured import read_structured
from .base import PassFailure, Report
from .linalg_ops import linalg_ops
from .prepare import prepare

SPEC = "morello.spec"


@dataclass(frozen=True)
class SpecifyPass:
    """Say what each linalg op is as a Spec."""

    name: ClassVar[str] = "morello-specify"
    strict: bool = False

    def run(self, module: Any, report: Report) -> None:
        """Mark the ops of `module`."""
        prepare(module, report)
        failed = False
        for op in linalg_ops(module.operation):
            try:
                spec = read_structured(op).spec
            except UnsupportedOp as reason:
                failed |= not_understood(op, reason, report, self.strict)
                continue
            op.attributes[SPEC] = ir.StringAttr.get(str(spec), op.context)
        if failed:
            raise PassFailure(self.name)


def not_understood(op: Any, reason: UnsupportedOp, report: Report, strict: bool) -> bool:
    """Report an op that is left alone; whether that is an error."""
    text = f"{op.name} {reason}"
    if strict:
        report.error(op.location, text)
    else:
        report.remark(op.location, f"{text}; left as it is")
    return strict
