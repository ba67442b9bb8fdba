"""`morello-apply`: rewrite linalg ops into loops and vector code, as their schedules say.

Takes a module with linalg ops on tensors or memrefs of static shape. An op's schedule is its
`morello.schedule` attribute, or comes from the file of the option `schedule`: the section
`@function#2` (the second op of a function that computes, counted from 0), `@function`, or what
stands before any section. Fills and copies need no schedule where another op has one. `target` is
`native` or a named CPU; `features` (LLVM's names, such as `avx2,fma`) describes one without a name.

Leaves, in place of each op that has a schedule, scf, vector, memref, arith, math and affine ops
(and bufferization at the border to tensors). Ops without a schedule, and ops that are not
understood, stay as they were, with a remark; `strict` makes those errors, `finish` closes ops
without a schedule by the plain rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from mlir import ir

from ..dialect.isa import with_instructions
from ..dialect.morello import read_schedule
from ..dialect.region import UnsupportedOp
from ..dialect.structured import Structured, read_structured
from ..expr import Const, Expr, replace_argument
from ..impl import Impl, open_specs, render
from ..price import price
from ..schedule import Schedule, ScheduleError, is_text, parse_sections
from ..spec import Spec, Start
from ..target.cpus import cpu_target
from ..target.native import native_target
from ..target.target import Target
from .base import Diagnostic, PassFailure, Report, Severity
from .emit.kernel import Argument, emit_kernel
from .fold_fill import constant_of, folded_fill
from .linalg_ops import function_of, linalg_ops
from .specify import not_understood

SCHEDULE = "morello.schedule"


@dataclass(frozen=True)
class Goal:
    """An op that is understood: its Spec on the target, and the fill it absorbs."""

    op: Any
    spec: Spec
    positions: tuple[int, ...]
    fill: Any
    function: str
    number: int

    @property
    def values(self) -> tuple[Any, ...]:
        """The values that the Spec's operands stand for, as the op has them now."""
        return tuple(self.op.operands[i] for i in self.positions)


@dataclass(frozen=True)
class ApplyPass:
    """Rewrite linalg ops into loops and vector code, as their schedules say."""

    name: ClassVar[str] = "morello-apply"
    schedule: str = ""
    target: str = "native"
    features: str = ""
    threads: int = 1
    strict: bool = False
    finish: bool = False
    print_impl: bool = False

    def run(self, module: Any, report: Report) -> None:
        """Rewrite `module` in place."""
        target = self._target(report)
        sections = self._sections(report)
        goals = _without_folded_fills(list(self._goals(module, target, report)))
        for goal in goals:
            schedule = self._schedule_of(goal, sections, report)
            if schedule is not None:
                self._rewrite(goal, schedule, target, report)
        for name in sections:
            if name and not any(name in _section_names(g) for g in goals):
                report.error(module.operation.location, f"schedule for @{name}: no such op")
        if report.errors():
            raise PassFailure(self.name)

    def _target(self, report: Report) -> Target:
        if self.threads < 1:
            report.error(None, f"threads={self.threads}: at least one thread is needed")
            raise PassFailure(self.name)
        try:
            if self.target in ("", "native"):
                return with_instructions(native_target(self.threads))
            return with_instructions(cpu_target(self.target, self.threads, self.features))
        except ValueError as error:
            report.error(None, str(error))
            raise PassFailure(self.name) from None

    def _sections(self, report: Report) -> dict[str, Schedule]:
        """The schedules of the option: a file's, or those of the text itself."""
        text = self.schedule
        where = "schedule"
        if not is_text(text):
            where = text
            try:
                text = Path(text).read_text()
            except OSError as error:
                report.error(None, f"schedule={self.schedule}: {error.strerror}")
                raise PassFailure(self.name) from None
        try:
            return parse_sections(text)
        except ScheduleError as error:
            report.error(None, f"{where}: {error}")
            raise PassFailure(self.name) from None

    def _goals(self, module: Any, target: Target, report: Report) -> Iterator[Goal]:
        counts: dict[str, int] = {}
        for op in linalg_ops(module.operation):
            function = function_of(op)
            try:
                read = _with_constants(read_structured(op))
            except UnsupportedOp as reason:
                not_understood(op, reason, report, self.strict)
                continue
            spec = replace(read.spec, limits=target.limits)
            fill = folded_fill(op, spec, read.values[-1])
            if fill is not None:
                spec = replace(spec, start=Start.NOTHING)
            number = -1
            if not _is_plain(spec):
                number = counts.get(function, 0)
                counts[function] = number + 1
            yield Goal(op, spec, read.positions, fill, function, number)

    def _schedule_of(
        self, goal: Goal, sections: dict[str, Schedule], report: Report
    ) -> Schedule | None:
        attributes = goal.op.attributes
        if SCHEDULE in attributes:
            try:
                return read_schedule(attributes[SCHEDULE])
            except ScheduleError as error:
                report.error(goal.op.location, f"{SCHEDULE}: {error}")
                return None
        plain = _is_plain(goal.spec)
        for name in _section_names(goal) if not plain else []:
            if name in sections:
                return sections[name]
        if self.finish or (plain and sections):
            return Schedule().finish()
        text = f"{goal.op.name} has no schedule"
        if self.strict:
            report.error(goal.op.location, text)
        else:
            report.remark(goal.op.location, f"{text}; left as it is")
        return None

    def _rewrite(self, goal: Goal, schedule: Schedule, target: Target, report: Report) -> None:
        where = goal.op.location
        try:
            if self.print_impl:
                for step, impl in schedule.trace(goal.spec, target):
                    report.remark(where, f"after '{step}':\n{render(impl)}")
            impl = schedule.apply(goal.spec, target)
            if self.print_impl:
                report.remark(where, f"about {price(impl, target)}")
        except ScheduleError as error:
            report.error(where, f"schedule of {goal.op.name}: {error}")
            return
        left = list(open_specs(impl))
        if left:
            notes = [Diagnostic(Severity.NOTE, where, f"open: {s}") for s in left[:8]]
            goals = "1 goal" if len(left) == 1 else f"{len(left)} goals"
            report.error(where, f"the schedule leaves {goals} open", *notes)
            return
        _splice(goal, impl, target)


def _without_folded_fills(goals: list[Goal]) -> list[Goal]:
    """Drop the fills that other goals absorb; one that is needed all the same stays a goal."""
    absorbed = [g.fill for g in goals if g.fill is not None]
    kept = []
    for goal in goals:
        uses = [use for result in goal.op.results for use in result.uses]
        if goal.op not in absorbed or len(uses) > absorbed.count(goal.op):
            kept.append(goal)
    needed = [goal.op for goal in kept]
    return [replace(g, fill=None) if g.fill is not None and g.fill in needed else g for g in kept]


def _section_names(goal: Goal) -> list[str]:
    """The names of sections that speak of a goal, the most special first."""
    return [f"{goal.function}#{goal.number}", goal.function, ""]


def _is_plain(spec: Spec) -> bool:
    """Whether a Spec computes nothing: a fill or a copy."""
    return spec.is_copy or not spec.inputs


def _with_constants(read: Structured) -> Structured:
    """The op with scalar inputs that are constants put into its body."""
    spec, positions = read.spec, list(read.positions)
    for i in reversed(range(len(spec.inputs))):
        operand = spec.inputs[i]
        literal = None
        if operand.placement.in_registers:
            literal = constant_of(read.op.operands[positions[i]])
        if literal is None:
            continue
        body: Expr = replace_argument(spec.body, i, Const(literal, operand.dtype))
        spec = replace(spec, inputs=spec.inputs[:i] + spec.inputs[i + 1 :], body=body)
        del positions[i]
    return replace(read, spec=spec, positions=tuple(positions))


def _argument(value: Any) -> Argument:
    kind = value.type
    if isinstance(kind, ir.MemRefType):
        _, offset = kind.get_strides_and_offset()
        dynamic = ir.ShapedType.get_dynamic_stride_or_offset()
        return Argument(str(kind), is_memref=True, offset=None if offset == dynamic else offset)
    return Argument(str(kind), is_tensor=isinstance(kind, ir.ShapedType))


def _splice(goal: Goal, impl: Impl, target: Target) -> None:
    """Put the program in the place of the op; its ops get the op's location."""
    op = goal.op
    text = emit_kernel(impl, [_argument(v) for v in goal.values], target)
    with op.context, op.location:
        parsed = ir.Module.parse(text)  # owns the kernel until its ops have moved
    kernel = parsed.body.operations[0]
    block = kernel.regions[0].blocks[0]
    kernel.operation.walk(lambda inner: _relocate(inner, op.location))
    for argument, value in zip(list(block.arguments), goal.values, strict=True):
        argument.replace_all_uses_with(value)
    *ops, terminator = [o.operation for o in block.operations]
    for inner in ops:
        inner.move_before(op)
    for result, value in zip(op.results, list(terminator.operands), strict=True):
        result.replace_all_uses_with(value)
    op.erase()
    if goal.fill is not None and not any(True for r in goal.fill.results for _ in r.uses):
        goal.fill.erase()


def _relocate(op: Any, location: Any) -> Any:
    op.location = location
    return ir.WalkResult.ADVANCE
