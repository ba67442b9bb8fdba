"""Random schedules for graphs, as somebody could write them by hand.

`scheduled(text, target, seed)` puts the ops of a module into groups, as the search does, and gives
every goal a random legal schedule: tiles of common axes, places for values, stages, inlined values,
and below those what `programs.py` draws for one Spec. Actions that are drawn and do not fit must
say why; any other error is ours. Read next: `property/test_dags.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from programs import random_place, random_schedule

from morello_mlir.action import (
    Accumulate,
    Action,
    Bufferize,
    Finish,
    Inline,
    Move,
    NotApplicable,
    SplitReduction,
    Stage,
    Tile,
)
from morello_mlir.action.bufferize import not_lent
from morello_mlir.dialect.morello import SCHEDULE, schedule_attribute
from morello_mlir.graph import Goal, Graph
from morello_mlir.impl import MAIN, children
from morello_mlir.memory import REG
from morello_mlir.passes.base import Report
from morello_mlir.passes.goals import goals_of, target_of
from morello_mlir.passes.group import groups, set_group
from morello_mlir.passes.source import new_context, read_module
from morello_mlir.schedule import Schedule, ScheduleError, Step, parse
from morello_mlir.target.target import Target

KINDS = ("tile", "tile", "tile", "bufferize", "bufferize", "bufferize", "stage", "stage")
RARE = ("inline", "move", "accumulate", "split")


def scheduled(text: str, target_name: str, seed: int) -> str:
    """The module with groups, and a random schedule for each of its goals."""
    r = random.Random(seed)
    report = Report()
    with new_context():
        module = read_module(text, report)
        target = target_of(target_name, "", 1, report)
        proposals = groups(goals_of(module, target, report, strict=True), target)
        for number, proposal in enumerate(p for p in proposals if len(p.goals) > 1):
            for goal in proposal.goals:
                set_group(goal.op, number)
        for goal in goals_of(module, target, report, strict=True):
            schedule = drawn(goal.spec, target, r)
            assert parse(str(schedule)) == schedule, str(schedule)
            goal.op.attributes[SCHEDULE] = schedule_attribute(schedule)
        assert not report.errors(), report.diagnostics
        return str(module)


def drawn(goal: Goal, target: Target, r: random.Random) -> Schedule:
    """A legal schedule: that of the plain rule where the one that is drawn leaves it no room."""
    for _ in range(3):
        schedule = Schedule(tuple(_steps(goal, target, r)))
        try:
            schedule.apply(goal, target)
        except ScheduleError as reason:
            assert str(reason), "refused without a reason"
        else:
            return schedule
    return Schedule().finish()


def _steps(goal: Goal, target: Target, r: random.Random) -> Iterator[Step]:
    for _ in range(r.randint(2, 40)):
        if not isinstance(goal, Graph):
            yield from random_schedule(goal, target, r).steps
            return
        action = _action(goal, r)
        if action is None:
            continue
        try:
            impl = action.apply(goal, target)
        except NotApplicable as reason:
            assert str(reason), f"{action}: refused without a reason"
            continue
        parts = dict(children(impl))
        both = [label for label in ("before", "after") if label in parts]
        yield Step(action, tuple((each, drawn(parts[each].spec, target, r)) for each in both))
        if MAIN not in parts:
            return
        goal = parts[MAIN].spec
    yield Step(Finish())


def _action(graph: Graph, r: random.Random) -> Action | None:
    kind = r.choice((*KINDS, *KINDS, *RARE))
    value = r.choice(list(graph.made))
    if kind in ("tile", "split") and not graph.axes:
        return None
    if kind == "tile":
        common = [a for a in graph.axes if all(n.axis(a.name) for n in graph.nodes)]
        axis = r.choice(common if common and r.random() < 0.8 else graph.axes)
        order = r.choice(("serial", "serial", "unrolled", "parallel"))
        size = r.choice((1, 2, 3, 4, 8, 16, max(1, axis.extent - 1)))
        if order == "unrolled" and axis.extent // size > 4:
            order = "serial"
        return Tile(axis.name, size, order)
    if kind == "bufferize":
        lent = [v for v in graph.made if not not_lent(graph, value, v)]
        if lent and r.random() < 0.5:
            return Bufferize(value, r.choice(lent))
        if r.random() < 0.1:
            return Bufferize(value, r.choice(list(graph.made)))
        place = random_place(graph, graph.made[value].output, r)
        return None if place is None else Bufferize(value, *place)
    if kind == "stage":
        return Stage(value)
    if kind == "inline":
        return Inline(value)
    if kind == "move":
        operand = r.choice(graph.operands)
        place = random_place(graph, operand, r)
        return None if place is None else Move(operand.name, *place)
    if kind == "split":
        axis = r.choice(graph.axes)
        return SplitReduction(axis.name, r.choice((2, 3, 4, 8)), r.choice((REG, "L1")))
    return Accumulate(r.choice(("", value)))
