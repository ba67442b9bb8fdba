"""From a program back to its schedule: the shortest text that means the program.

What a schedule would do by itself is left out: a branch that the plain rule finishes the same way,
a rest that follows its main line. Invariant: `schedule_of(impl).apply(impl.spec) == impl`.
"""

from __future__ import annotations

from ..action import Accumulate, Action, Move, Select, SplitReduction, Tile
from ..impl import MAIN, Impl, Leaf, Loop, Open, children
from ..impl import Accumulate as AccumulateImpl
from ..impl import Move as MoveImpl
from ..layout import print_layout
from ..schedule import Schedule, ScheduleError, Step, finished, followed
from ..target.match import Match
from ..target.target import Target


def schedule_of(impl: Impl, target: Target) -> Schedule:
    """The schedule of a program without open goals; open ones end its lines."""
    if isinstance(impl, Open):
        return Schedule()
    main: Schedule = Schedule()
    branches = []
    for label, child in children(impl):
        if label == MAIN:
            main = schedule_of(child, target)
    for label, child in children(impl):
        if label != MAIN and not _follows(label, child, main, target):
            branches.append((label, schedule_of(child, target)))
    step = Step(_action(impl), tuple(branches))
    return Schedule((step, *main.steps))


def _follows(label: str, child: Impl, main: Schedule, target: Target) -> bool:
    """Whether a schedule makes the child without being told."""
    try:
        if label == "rest":
            return followed(child.spec, main, target) == child
        return finished(child.spec, target) == child
    except ScheduleError:
        return False


def _action(impl: Impl) -> Action:
    if isinstance(impl, Leaf):
        return Select(impl.match.instruction.name if isinstance(impl.match, Match) else "lanes")
    if isinstance(impl, Loop):
        return Tile(impl.axis, impl.size, impl.order)
    if isinstance(impl, MoveImpl):
        o = impl.spec.operands[impl.position]
        if impl.buffer is None:
            return Move(o.name, impl.body.spec.operands[impl.position].placement.level)
        place = impl.buffer.placement
        return Move(o.name, place.level, print_layout(place.layout, o.dims, place.lanes))
    if isinstance(impl, AccumulateImpl):
        return Accumulate()
    assert not isinstance(impl, Open)
    count = impl.combine.spec.reductions[-1].extent
    axis = impl.combine.spec.reductions[-1].name[:-1]
    return SplitReduction(axis, count, impl.buffer.placement.level)
