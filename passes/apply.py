"""`morello-apply`: rewrite linalg ops into loops and vector code, as their schedules say.

Takes a module with linalg ops on tensors or memrefs of static shape. An op's schedule is its
`morello.schedule` attribute, or comes from the file of the option `schedule`: the section
`@function#2` (the second op of a function that computes, counted from 0), `@function`, or what
stands before any section. Ops of one `morello.group` are one goal (`group.py`). Fills and copies
need no schedule where another op has one, nor do ops on a `morello.view`, of which nothing else
makes code. `target` is `native` or a named CPU; `features` changes what it has
(`+avx512bf16,-avxvnni`) or lists it (`avx2,fma`), for any name then; `isa` is a file with
instructions beside those, or with a machine of its own.

Leaves, in place of each op that has a schedule, scf, vector, memref, arith, math and affine ops
(and bufferization at the border to tensors). Ops without a schedule, and ops that are not
understood, stay as they were, with a remark; `strict` makes those errors, `finish` closes ops
without a schedule by the plain rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from mlir import ir

from ..dialect.blocks import operations
from ..dialect.morello import SCHEDULE, is_view, read_schedule
from ..dialect.structured import arrays_of, seen_through
from ..impl import Impl, Leaf, children, open_goals, render
from ..price import price
from ..schedule import Schedule, ScheduleError
from ..target.match import Match
from ..target.target import STRICT, Target
from .base import Diagnostic, PassFailure, Report, Severity, option
from .emit.kernel import Argument, emit_kernel
from .freedom import warn_of_layouts
from .goal import Goal, is_plain, section_names
from .goals import goals_of, sections_of, target_of
from .group import sink_readers


@dataclass(frozen=True)
class ApplyPass:
    """Rewrite linalg ops into loops and vector code, as their schedules say."""

    name: ClassVar[str] = "morello-apply"
    schedule: str = option("", "text or file of schedules for what has none of its own")
    target: str = option("native", "the machine: native, or a CPU that morello-compile lists")
    features: str = option("", "changes, such as +avx512bf16,-avxvnni, or a list: avx2,fma")
    isa: str = option("", "a file of instructions beside the target's, or of a machine")
    threads: int = option(1, "how many threads a loop may use")
    accuracy: str = option(STRICT, "relaxed: sums may be rounded as Winograd's transforms do")
    strict_fp: bool = option(False, "sums of floats keep the order and roundings of the source")
    strict: bool = option(False, "ops that stay as they are are errors")
    finish: bool = option(False, "what has no schedule is closed by the plain rule")
    print_impl: bool = option(False, "show the program after every Action, and its price")

    def run(self, module: Any, report: Report) -> None:
        """Rewrite `module` in place."""
        target = target_of(
            self.target,
            self.features,
            self.threads,
            report,
            self.isa,
            self.accuracy,
            self.strict_fp,
        )
        sections = sections_of(self.schedule, report)
        warn_of_layouts(module, report)
        goals = goals_of(module, target, report, self.strict)
        chosen = [(goal, self._schedule_of(goal, sections, report)) for goal in goals]
        for goal, schedule in chosen:
            if schedule is not None:
                sink_readers(goal)  # while all are values: code waits for what is in memory, too
        for goal, schedule in chosen:
            if schedule is not None:
                self._rewrite(goal, schedule, target, report)
        for name in sections:
            if name and not any(name in section_names(g) for g in goals):
                report.error(module.operation.location, f"schedule for @{name}: no such op")
        if report.errors():
            raise PassFailure(self.name)

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
        plain = is_plain(goal.spec)
        for name in section_names(goal) if not plain else []:
            if name in sections:
                return sections[name]
        views = any(is_view(v) for op in goal.ops for v in op.operands)
        if self.finish or (plain and sections) or views:
            return Schedule().finish()
        text = f"{goal.name} has no schedule"
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
            report.error(where, f"schedule of {goal.name}: {error}")
            return
        if unwritten := sorted(_unwritten(impl)):
            names = ", ".join(unwritten)
            text = f"instructions of {target.name} without @emission cannot be written: {names}"
            note = Diagnostic(Severity.NOTE, where, "morello_mlir.interpret runs such programs")
            report.error(where, f"{goal.name}: {text}", note)
            return
        left = list(open_goals(impl))
        if left:
            notes = [Diagnostic(Severity.NOTE, where, f"open: {s}") for s in left[:8]]
            goals = "1 goal" if len(left) == 1 else f"{len(left)} goals"
            report.error(where, f"the schedule leaves {goals} open", *notes)
            return
        _splice(goal, impl, target)


def _unwritten(impl: Impl) -> set[str]:
    """The names of the instructions of a program that have no spelling."""
    if isinstance(impl, Leaf) and isinstance(impl.match, Match):
        instruction = impl.match.instruction
        return set() if instruction.template else {instruction.name}
    return {name for _, child in children(impl) for name in _unwritten(child)}


def _argument(value: Any) -> Argument:
    kind = value.type
    if isinstance(kind, ir.MemRefType):
        _, offset = kind.get_strides_and_offset()
        dynamic = ir.ShapedType.get_dynamic_stride_or_offset()
        return Argument(str(kind), is_memref=True, offset=None if offset == dynamic else offset)
    return Argument(str(kind), is_tensor=isinstance(kind, ir.ShapedType))


def _splice(goal: Goal, impl: Impl, target: Target) -> None:
    """Put the program in the place of the ops; its ops get the last one's location."""
    op, values = goal.op, (*goal.values, *goal.index_values)
    text = emit_kernel(impl, [_argument(v) for v in values], target)
    with op.context, op.location:
        parsed = ir.Module.parse(text)  # owns the kernel until its ops have moved
    (kernel,) = operations(parsed.operation, parsed.body)
    block = kernel.regions[0].blocks[0]
    location = op.location
    kernel.walk(lambda inner: _relocate(inner, location))
    for argument, value in zip(list(block.arguments), values, strict=True):
        argument.replace_all_uses_with(value)
    *ops, terminator = operations(kernel, block)
    for inner in ops:
        inner.move_before(op)
    for result, value in zip(goal.results, list(terminator.operands), strict=True):
        result.replace_all_uses_with(value)
    _erase(goal)


def _erase(goal: Goal) -> None:
    """Take the ops away, and what only they read: views, pads, reshapes, fills."""
    looked = [v for op in goal.ops for v in arrays_of(op)]
    left = [*goal.ops, *(op for v in looked for op in seen_through(v)), *goal.fills]
    left = list(dict.fromkeys(left))
    while unread := [op for op in left if not any(True for r in op.results for _ in r.uses)]:
        left = [op for op in left if op not in unread]
        for op in unread:
            op.erase()


def _relocate(op: Any, location: Any) -> Any:
    op.location = location
    return ir.WalkResult.ADVANCE
