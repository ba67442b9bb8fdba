"""From a program back to its schedule: the shortest text that means the program.

What a schedule would do by itself is left out: a branch that the plain rule finishes the same way,
a rest that follows its main line. Invariant: `schedule_of(impl).apply(impl.spec) == impl`.

The k best programs of a goal differ in few places. A `Printer` builds and prints what they share
once: a part of the search's programs (`extract.py`) that meets an equal Spec becomes one Impl.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..action import (
    Accumulate,
    Action,
    Bufferize,
    Cut,
    Inline,
    Merge,
    Move,
    Online,
    Select,
    SplitReduction,
    Stage,
    Tile,
    Transform,
    Unfold,
    Winograd,
)
from ..action.accumulate import startable
from ..graph import Goal, specs_of, written_by
from ..impl import MAIN, Impl, Leaf, Loop, Open, children, with_child
from ..impl import Accumulate as AccumulateImpl
from ..impl import Bufferize as BufferizeImpl
from ..impl import Cut as CutImpl
from ..impl import Inline as InlineImpl
from ..impl import Merge as MergeImpl
from ..impl import Move as MoveImpl
from ..impl import Online as OnlineImpl
from ..impl import Stage as StageImpl
from ..impl import Transform as TransformImpl
from ..impl import Winograd as WinogradImpl
from ..layout import print_layout
from ..memory import REG
from ..schedule import Schedule, ScheduleError, Step, finished, followed, parse
from ..spec import Spec
from ..target.match import Match
from ..target.target import Target

if TYPE_CHECKING:
    from .extract import Program


def schedule_of(impl: Impl, target: Target) -> Schedule:
    """The schedule of a program without open goals; open ones end its lines."""
    return Printer(target).schedule(impl)


@dataclass(eq=False)
class Printer:
    """Impls and schedules of programs that share parts; what is known of an Impl keeps it alive."""

    target: Target
    _impls: dict[tuple[int, Goal], tuple[Program, Impl]] = field(default_factory=dict)
    _schedules: dict[int, tuple[Impl, Schedule]] = field(default_factory=dict)
    _following: dict[tuple[str, int, int], bool] = field(default_factory=dict)

    def schedule(self, impl: Impl) -> Schedule:
        """The shortest schedule of an Impl."""
        if isinstance(impl, Open):
            return Schedule()
        known = self._schedules.get(id(impl))
        if known is None:
            known = self._schedules[id(impl)] = impl, self._schedule(impl)
        return known[1]

    def _schedule(self, impl: Impl) -> Schedule:
        main = next((child for label, child in children(impl) if label == MAIN), None)
        onward = self.schedule(main) if main is not None else Schedule()
        branches = tuple(
            (label, self.schedule(child))
            for label, child in children(impl)
            if label != MAIN and not self._follows(label, child, main, onward)
        )
        return Schedule((Step(_action(impl), branches), *onward.steps))

    def _follows(self, label: str, child: Impl, main: Impl | None, onward: Schedule) -> bool:
        """Whether a schedule makes the child without being told."""
        key = label, id(child), id(main)
        if key not in self._following:
            self.schedule(child)  # which keeps the child alive
            self._following[key] = _follows(label, child, onward, self.target)
        return self._following[key]

    def impl(self, program: Program, spec: Goal) -> Impl:
        """What `program.schedule().apply(spec, target)` is."""
        key = id(program), spec
        known = self._impls.get(key)
        if known is None:
            actions = [step.action for step in parse(program.edge.action).steps]
            known = self._impls[key] = program, self._impl(program, actions, spec)
        return known[1]

    def _impl(self, program: Program, actions: list[Action], spec: Goal) -> Impl:
        """What is left of a program's Actions, and then its parts."""
        parts = zip(program.edge.parts, program.parts, strict=True)
        named = {part.label: inner for part, inner in parts}
        while actions and _is_void(actions[0], spec):
            actions = actions[1:]
        if not actions:
            return self.impl(named[MAIN], spec) if MAIN in named else Open(spec)
        impl = actions[0].apply(spec, self.target)
        for label, child in list(children(impl)):
            if label == MAIN:
                done = self._impl(program, actions[1:], child.spec)
            elif label in named and (label == "fill") == isinstance(actions[0], Accumulate):
                done = self.impl(named[label], child.spec)
            else:
                assert not label.startswith("rest"), "a rest that no part is for"
                done = finished(child.spec, self.target)
            impl = with_child(impl, label, done)
        return impl


def _is_void(action: Action, spec: Goal) -> bool:
    """Whether a step means nothing: a tile of all there is."""
    return isinstance(action, Tile) and spec.extents.get(action.axis) == action.size


def _follows(label: str, child: Impl, main: Schedule, target: Target) -> bool:
    """Whether a schedule makes the child without being told."""
    try:
        if label.startswith("rest"):
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
        if impl.unfolds:
            return Unfold(o.name, place.level)
        return Move(o.name, place.level, print_layout(place.layout, o.dims, place.lanes))
    if isinstance(impl, AccumulateImpl):
        started = [o.name for o in written_by(impl.fill.spec)]
        every = isinstance(impl.spec, Spec) or started == startable(impl.spec)
        return Accumulate("" if every else started[0])
    if isinstance(impl, CutImpl):
        return Cut(impl.axis)
    if isinstance(impl, MergeImpl):
        return Merge(impl.outer, impl.inner)
    if isinstance(impl, TransformImpl):
        return Transform()
    if isinstance(impl, WinogradImpl):
        return Winograd(impl.results, impl.tiles)
    if isinstance(impl, BufferizeImpl):
        o, place = impl.buffer, impl.buffer.placement
        if impl.buffer.within:
            return Bufferize(impl.value, impl.buffer.within)
        layout = print_layout(place.layout, o.dims, place.lanes)
        return Bufferize(impl.value, place.level, layout)
    if isinstance(impl, StageImpl):
        return Stage(_staged(impl))
    if isinstance(impl, InlineImpl):
        return Inline(impl.value)
    if isinstance(impl, OnlineImpl):
        return Online(impl.axis, impl.size)
    assert not isinstance(impl, Open)
    place = impl.buffers[0].placement
    level = REG if place.in_registers else place.level
    return SplitReduction(impl.axis, impl.count, level)


def _staged(impl: StageImpl) -> str:
    """The value that needs all that is done before."""
    done = {n.output.name for n in specs_of(impl.before.spec)}
    return next(name for name in impl.spec.made if impl.spec.needed(name) == done)
