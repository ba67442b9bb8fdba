"""`morello-schedule`: find a schedule for each linalg op and write it on the op.

Takes a module with linalg ops on tensors or memrefs of static shape. Leaves it as it was, with a
`morello.schedule` attribute on every op that is understood. An op that has the attribute keeps it;
what its schedule (or one of the option `schedule`, as for `morello-apply`) leaves open, or hands
over by `synthesize`, is filled in. Layouts that are left to it (`morello.layout = "any"`, and those
of constants) are chosen first, and `morello-layout` has then been run.

Where a report or a summary is asked, the programs of each goal are counted, and what is left to
stock lowering is listed (`left.py`).

With `top-k` above 1, `morello.schedules` lists the cheapest schedules beside the one that is taken:
the first, or the one that `pick` says. `pick` also chooses from a list that an op came with.
`select` says who chooses the instruction for an op. Read next: `goals.py`, `choose.py`,
`../morello_mlir/search/scheduler.py`, `selection.py` beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from mlir import ir

from ..dialect.morello import (
    GROUP,
    RANKED,
    SCHEDULE,
    read_schedule,
    read_schedules,
    schedule_attribute,
)
from ..price import explain
from ..schedule import Schedule, ScheduleError
from ..search import report as told
from ..search.errors import NoProgramError
from ..search.progress import Bar, shown
from ..search.scheduler import Answer, Scheduler, fingerprint
from ..search.selection import JOINT, SELECTIONS
from ..target.target import STRICT, Target
from .base import Diagnostic, PassFailure, Report, Severity, option
from .choose import Choice, settle_layouts
from .freedom import has_layouts
from .goal import Goal, is_plain, section_names
from .goals import goals_of, sections_of, target_of
from .group import group_of, groups, set_group
from .layout import LayoutPass
from .left import Left, in_words, left_of, place

if TYPE_CHECKING:
    from ..table.database import Database


@dataclass(frozen=True)
class SchedulePass:
    """Find a schedule for each linalg op and write it on the op."""

    name: ClassVar[str] = "morello-schedule"
    target: str = option("native", "the machine: native, or a CPU that morello-compile lists")
    features: str = option("", "changes, such as +avx512bf16,-avxvnni, or a list: avx2,fma")
    isa: str = option("", "a file of instructions beside the target's, or of a machine")
    threads: int = option(1, "how many threads a loop may use")
    accuracy: str = option(STRICT, "relaxed: sums may be rounded as Winograd's transforms do")
    strict_fp: bool = option(False, "sums of floats keep the order and roundings of the source")
    schedule: str = option("", "text or file of schedules that are written, or begun, by hand")
    db: str = option("default", "what is solved is kept there: a path, default (a cache), none")
    top_k: int = option(1, "list this many cheapest schedules in morello.schedules")
    pick: int = option(0, "take the N-th of the list, or its last; 0: the first")
    select: str = option(JOINT, "how instructions are chosen: dp, with all else; first; cost")
    fuse: bool = option(True, "ops that read each other may be one goal")
    strict: bool = option(False, "ops that are not understood are errors")
    report: str = option("", "write what the search did, and what it left, to this file, as JSON")
    summary: bool = option(False, "say what the search did, and what it left, as remarks")
    explain: bool = option(False, "say what each part of a program costs, as remarks")

    def run(self, module: Any, report: Report) -> None:
        """Mark the ops of `module`."""
        self._check(report)
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
        with opened(self.db, target, report) as database, shown() as bar:
            counting = self.summary or bool(self.report)
            scheduler = Scheduler(target, database, bar, counting, self.select)
            run = _Run(self, scheduler, sections, bar, report)
            run.mark(module)
            if self.report:
                _write(self.report, run.told(database), report)
        if report.errors():
            raise PassFailure(self.name)

    def _check(self, report: Report) -> None:
        if self.top_k < 1:
            report.error(None, f"top-k={self.top_k}: at least one schedule is needed")
        if self.pick < 0:
            report.error(None, f"pick={self.pick}: schedules are counted from 1")
        if self.select not in SELECTIONS:
            report.error(None, f"select={self.select}: it is one of {', '.join(SELECTIONS)}")
        if report.errors():
            raise PassFailure(self.name)


class _Run:
    """One run of the pass."""

    def __init__(
        self,
        options: SchedulePass,
        scheduler: Scheduler,
        sections: dict[str, Schedule],
        bar: Bar | None,
        report: Report,
    ) -> None:
        self.options, self.scheduler, self.sections = options, scheduler, sections
        self.bar, self.report = bar, report
        self.answers: list[Answer] = []
        self.rows: list[dict[str, Any]] = []
        self.choices: list[Choice] = []
        self.left: list[Left] = []

    def mark(self, module: Any) -> None:
        """Write a schedule on every op that is understood."""
        options, report, target = self.options, self.report, self.scheduler.target
        goals = goals_of(module, target, report, options.strict)
        if options.fuse and self._grouped(goals):
            goals = goals_of(module, target, Report(), strict=False)
        for name in self.sections:
            if name and not any(name in section_names(g) for g in goals):
                report.error(module.operation.location, f"schedule for @{name}: no such op")
        if self._settled(module, goals):
            goals = goals_of(module, target, Report(), strict=False)
        for number, goal in enumerate(goals, 1):
            self._say(f"{number}/{len(goals)} {goal.name} in @{goal.function}")
            self._mark(goal)
        if self.scheduler.counting:
            self.left = left_of(module)
        if options.summary and self.left:
            report.remark(None, in_words(sum(len(g.ops) for g in goals), self.left))

    def _grouped(self, goals: list[Goal]) -> bool:
        """Mark the ops that are one goal together; whether there are any."""
        free = [g for g in goals if GROUP not in g.op.attributes and self._begun(g) is None]
        number = max((group_of(g.op) for g in goals), default=-1)
        found = False
        for proposal in groups(free, self.scheduler.target):
            for goal, reason in proposal.refusals if self.options.summary else ():
                self.report.remark(goal.op.location, f"{goal.op.name}: {reason}")
            if len(proposal.goals) > 1:
                found, number = True, number + 1
                for goal in proposal.goals:
                    set_group(goal.op, number)
        return found

    def _settled(self, module: Any, goals: list[Goal]) -> bool:
        """Choose the layouts that are free, store what has one in it; whether there was any."""
        self._say("layouts")
        free = [g for g in goals if self._begun(g) is None]
        self.choices = settle_layouts(module, free, self.scheduler, self.report)
        if self.options.summary:
            for choice in self.choices:
                self.report.remark(choice.location, str(choice))
        if self.choices:
            return True
        if has_layouts(module):
            LayoutPass().run(module, self.report)
            return True
        return False

    def told(self, database: Database | None) -> dict[str, Any]:
        """The report."""
        kept = None
        if database is not None:
            s = database.statistics()
            kept = {**s._asdict(), "bytes_per_point": s.bytes_per_point}
        target = self.scheduler.target
        return {
            "target": target.name,
            "threads": target.threads,
            "goals": self.rows,
            "left": [each.row() for each in self.left],
            "layouts": [choice.row() for choice in self.choices],
            "total": told.total(self.scheduler),
            "database": kept,
        }

    def _say(self, what: str) -> None:
        if self.bar is not None:
            self.bar.what = what

    def _mark(self, goal: Goal) -> None:
        where, target = goal.op.location, self.scheduler.target
        try:
            answer = self._answer(goal)
        except ScheduleError as error:
            self.report.error(where, f"{goal.name}: {error}")
            return
        except NoProgramError as error:
            from ..search.reasons import reasons  # loads the whole search

            why = reasons(error.goal, target)
            notes = (Diagnostic(Severity.NOTE, where, text) for text in why)
            self.report.error(where, f"{goal.name}: {error}", *notes)
            return
        count = len(answer.schedules)
        schedule = answer.schedules[min(max(self.options.pick, 1), count) - 1]
        attributes = goal.op.attributes
        if SCHEDULE not in attributes or read_schedule(attributes[SCHEDULE]) != schedule:
            attributes[SCHEDULE] = schedule_attribute(schedule)
        if count > 1:
            every = [schedule_attribute(s) for s in answer.schedules]
            attributes[RANKED] = ir.ArrayAttr.get(every)
        names = {"function": goal.function, "op": goal.name, "place": place(where)}
        self.rows.append({**names, "spec": str(goal.spec), **told.row(answer)})
        if self.options.summary:
            self.report.remark(where, told.summary(answer))
        if self.options.explain:
            impl = schedule.apply(goal.spec, target)
            self.report.remark(where, f"cost in cycles:\n{explain(impl, target)}")

    def _answer(self, goal: Goal) -> Answer:
        begun = self._begun(goal)
        if begun is not None:
            return told.completed(begun, goal.spec, self.scheduler)
        wanted = max(self.options.top_k, self.options.pick)
        answer = self.scheduler.plan(goal.spec, wanted)
        if any(answer is other for other in self.answers):
            return told.repeated(answer)
        self.answers.append(answer)
        return answer

    def _begun(self, goal: Goal) -> Schedule | None:
        """What someone has written of a goal's schedule; None if that is nothing."""
        written = self._written(goal)
        if written is None or written.steps in ((), Schedule().synthesize().steps):
            return None
        return written

    def _written(self, goal: Goal) -> Schedule | None:
        attributes = goal.op.attributes
        if self.options.pick and RANKED in attributes:
            ranked = read_schedules(attributes[RANKED])
            return ranked[min(self.options.pick, len(ranked)) - 1]
        if SCHEDULE in attributes:
            return read_schedule(attributes[SCHEDULE])
        if not is_plain(goal.spec):
            for name in section_names(goal):
                if name in self.sections:
                    return self.sections[name]
        return None


@contextmanager
def opened(where: str, target: Target, report: Report) -> Iterator[Database | None]:
    """The database of an option; None for `none`. What is wrong with it fails the pass."""
    if where == "none":
        yield None
        return
    from ..table.database import Database, DatabaseError

    try:
        path = None if where == "default" else where
        with Database.open(path, fingerprint(target)) as database:
            yield database
            if database.warning:
                report.warning(None, database.warning)
    except DatabaseError as error:
        report.error(None, str(error))
        raise PassFailure("no database") from None


def _write(path: str, report_text: dict[str, Any], report: Report) -> None:
    try:
        Path(path).write_text(json.dumps(report_text, indent=2) + "\n")
    except OSError as error:
        report.error(None, f"report={path}: {error.strerror}")
