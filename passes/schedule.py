"""`morello-schedule`: find a schedule for each linalg op and write it on the op.

Takes a module with linalg ops on tensors or memrefs of static shape. Leaves it as it was, with a
`morello.schedule` attribute on every op that is understood. An op that has the attribute keeps it;
what its schedule (or one of the option `schedule`, as for `morello-apply`) leaves open, or hands
over by `synthesize`, is filled in.

Options. `target`, `features`, `threads`: as for `morello-apply`. `db`: the database of solved
goals: a path, `default` (a file in the user's cache directory) or `none`. `top-k=N`: also list the
N cheapest schedules, in `morello.schedules`. `strict`: ops that are not understood are errors.
`report=FILE.json`: what the search did, op by op. `summary`: the same as remarks. `explain`: the
cost of each schedule as a remark, node by node and term by term.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from mlir import ir

from ..dialect.morello import read_schedule, schedule_attribute
from ..price import explain
from ..schedule import Schedule, ScheduleError
from ..search.scheduler import Answer, Answers, Scheduler, fingerprint
from ..search.solver import NoProgramError
from ..target.target import Target
from .base import PassFailure, Report
from .choose import settle_layouts
from .goals import Goal, goals_of, is_plain, section_names, sections_of, target_of

SCHEDULE = "morello.schedule"
RANKED = "morello.schedules"


@dataclass(frozen=True)
class SchedulePass:
    """Find a schedule for each linalg op and write it on the op."""

    name: ClassVar[str] = "morello-schedule"
    target: str = "native"
    features: str = ""
    threads: int = 1
    schedule: str = ""
    db: str = "default"
    top_k: int = 1
    strict: bool = False
    report: str = ""
    summary: bool = False
    explain: bool = False

    def run(self, module: Any, report: Report) -> None:
        """Mark the ops of `module`."""
        if self.top_k < 1:
            report.error(None, f"top-k={self.top_k}: at least one schedule is needed")
            raise PassFailure(self.name)
        target = target_of(self.target, self.features, self.threads, report)
        sections = sections_of(self.schedule, report)
        rows: list[dict[str, Any]] = []
        with opened(self.db, target, report) as database:
            scheduler = Scheduler(target, database)
            goals = goals_of(module, target, report, self.strict)
            open_goals = [g for g in goals if _begun(g, sections) is None]
            if settle_layouts(module, open_goals, scheduler, report):
                goals = goals_of(module, target, report, self.strict)
            for goal in goals:
                self._mark(goal, scheduler, sections, report, rows)
        if self.report:
            _write(self.report, rows, report)
        if report.errors():
            raise PassFailure(self.name)

    def _mark(
        self,
        goal: Goal,
        scheduler: Scheduler,
        sections: dict[str, Schedule],
        report: Report,
        rows: list[dict[str, Any]],
    ) -> None:
        where = goal.op.location
        try:
            begun = _begun(goal, sections)
            if begun is not None:
                schedule, answer = scheduler.complete(begun, goal.spec), None
            else:
                answer = scheduler.plan(goal.spec, self.top_k)
                schedule = answer.schedule
        except (ScheduleError, NoProgramError) as error:
            report.error(where, f"{goal.op.name}: {error}")
            return
        attributes = goal.op.attributes
        attributes[SCHEDULE] = schedule_attribute(schedule)
        if answer is not None:
            if self.top_k > 1:
                every = [schedule_attribute(s) for s in answer.schedules]
                attributes[RANKED] = ir.ArrayAttr.get(every)
            rows.append(_row(goal, answer))
            if self.summary:
                report.remark(where, answer.statistics.summary())
        if self.explain:
            impl = schedule.apply(goal.spec, scheduler.target)
            report.remark(where, f"cost in cycles:\n{explain(impl, scheduler.target)}")


def _begun(goal: Goal, sections: dict[str, Schedule]) -> Schedule | None:
    """The schedule that someone has written for a goal, or its beginning; None if all is open."""
    written = _written(goal, sections)
    if written is None or written.steps in ((), Schedule().synthesize().steps):
        return None
    return written


def _written(goal: Goal, sections: dict[str, Schedule]) -> Schedule | None:
    attributes = goal.op.attributes
    if SCHEDULE in attributes:
        return read_schedule(attributes[SCHEDULE])
    if not is_plain(goal.spec):
        for name in section_names(goal):
            if name in sections:
                return sections[name]
    return None


@contextmanager
def opened(where: str, target: Target, report: Report) -> Iterator[Answers | None]:
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


def _row(goal: Goal, answer: Answer) -> dict[str, Any]:
    statistics = answer.statistics
    return {
        "function": goal.function,
        "op": goal.op.name,
        "spec": str(goal.spec),
        "schedules": [str(s) for s in answer.schedules],
        "cycles": list(answer.cycles),
        **asdict(statistics),
        "gap": statistics.gap,
        "rate": statistics.rate,
    }


def _write(path: str, rows: list[dict[str, Any]], report: Report) -> None:
    try:
        Path(path).write_text(json.dumps({"goals": rows}, indent=2) + "\n")
    except OSError as error:
        report.error(None, f"report={path}: {error.strerror}")
