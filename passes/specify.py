"""`morello-specify`: say what each linalg op is as a Spec.

Takes any module. Leaves it prepared for the search (`prepare.py`), else as it was, with a
`morello.spec` attribute on every op that is understood: the Spec's formula with the names of axes
and operands that a schedule uses, and the extents. What is not understood gets a remark (an error
with `strict`). Ops that read each other and can be one goal get a number in `morello.group`, and
the last of them `morello.graph`, the goal that they are together; a remark says what could not be
among them, and why. `fuse=false` leaves that out. Read next: `group.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from mlir import ir

from ..dialect.morello import GRAPH
from ..dialect.region import UnsupportedOp
from ..dialect.structured import read_structured
from ..target.cpus import cpu_target
from ..target.strict import strict
from ..target.target import Target
from .base import PassFailure, Report, option
from .goals import goals_of
from .group import group_of, groups, joined, set_group
from .linalg_ops import linalg_ops, not_understood
from .prepare import prepare

SPEC = "morello.spec"
ANY_CPU = "x86-64-v3"
"""The machine does not matter to what ops are."""


@dataclass(frozen=True)
class SpecifyPass:
    """Say what each linalg op is as a Spec."""

    name: ClassVar[str] = "morello-specify"
    strict: bool = option(False, "ops that are not understood are errors")
    strict_fp: bool = option(False, "for sums of floats in the order of the source")
    fuse: bool = option(True, "form groups of ops that read each other")

    def run(self, module: Any, report: Report) -> None:
        """Mark the ops of `module`."""
        prepare(module, report, self.strict_fp)
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
        if self.fuse:
            target = cpu_target(ANY_CPU, 1)
            form_groups(module, strict(target) if self.strict_fp else target, report)


def form_groups(module: Any, target: Target, report: Report) -> None:
    """Mark the ops that can be one goal together, and say which cannot."""
    every = goals_of(module, target, Report(), strict=False)
    goals = [g for g in every if group_of(g.op) < 0]
    for goal in every:
        if len(goal.ops) > 1:
            goal.op.attributes[GRAPH] = ir.StringAttr.get(str(goal.spec), module.context)
    number = max((group_of(g.op) for g in every), default=-1)
    for proposal in groups(goals, target):
        for goal, reason in proposal.refusals:
            report.remark(goal.op.location, f"{goal.op.name}: {reason}")
        if len(proposal.goals) < 2:
            continue
        number += 1
        for goal in proposal.goals:
            set_group(goal.op, number)
        whole = joined(proposal.goals, target)
        whole.op.attributes[GRAPH] = ir.StringAttr.get(str(whole.spec), module.context)
