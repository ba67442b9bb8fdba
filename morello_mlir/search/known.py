"""Known: what the parts of a Graph cost that are planned by the Spec search, each found once.

Parts are Specs, and products with epilogues in registers. Those that differ only in extents of
buffers that no stride depends on are one, and what was found with more of the caches left serves
where it needs no more than there is. Read next: `scheduler.py`, `epilogue.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING

from ..action import Accumulate, Action, Inline
from ..graph import Goal, Graph, goal_of, specs_of
from ..impl import MAIN, children
from ..impl import Move as MoveImpl
from ..layout import row_major
from ..memory import Limits
from ..price import move_own, price
from ..schedule import Schedule, ScheduleError, Step, finished
from ..spec import Operand, Spec, Start
from ..target.strict import is_ordered
from ..target.target import Target
from .epilogue import Epilogue, is_product, kernel_of
from .errors import NoProgramError
from .room import Room
from .solver import solve_kernel

if TYPE_CHECKING:
    from .scheduler import Scheduler


@dataclass(frozen=True)
class Found:
    """A program: what it costs, and its schedule."""

    cycles: float
    schedule: Schedule


NOTHING = Found(inf, Schedule())


@dataclass
class Known:
    """Plans by a scheduler, and remembers."""

    scheduler: Scheduler
    room: Room
    planned: int = 0
    """Products, up to now."""
    solved: dict[Goal, list[tuple[Limits, Found]]] = field(default_factory=dict)
    """By goals without limits: the limits that programs were found under."""

    def alone(self, spec: Spec) -> Found:
        """The cheapest program of a Spec."""
        if is_product(spec):
            spec = _bare(replace(spec, limits=self.room.roughly(spec).limits))
        else:  # no cache is filled then
            spec = _bare(replace(spec, limits=self.scheduler.target.limits))
        found = self._recalled(spec)
        if found is None:
            self.planned += is_product(spec)
            found = self._planned(spec)
            self._remember(spec, found)
        return found

    def _planned(self, spec: Spec) -> Found:
        try:
            answer = self.scheduler.plan(spec)
        except NoProgramError:
            return NOTHING
        return Found(answer.cycles[0], answer.schedule)

    def kernel(self, graph: Graph) -> Found:
        """The cheapest program of a sum with an epilogue in registers, if the Graph is one: its
        readers compute a result again, which they cannot once it is written over what it is of."""
        if any(o.within and graph.readers(o.within) for o in graph.operands):
            return NOTHING
        graph = self._usual(graph)
        found = self._recalled(graph)
        if found is None:
            found = self._solved(graph)
            self._remember(graph, found)
        return found

    def _usual(self, graph: Graph) -> Graph:
        """The graph in the form in which few differ."""
        goal = self.room.roughly(graph)
        usual = goal_of(
            [_bare(n) for n in specs_of(goal)],
            graph.results,
            graph.placed,
            goal.limits,
            goal.serial,
        )
        assert isinstance(usual, Graph)
        return usual

    def _recalled(self, goal: Goal) -> Found | None:
        """What is known of a goal: a program found with more left that takes no more than is left
        is the cheapest with less, too."""
        for limits, found in self.solved.get(_unlimited(goal), ()):
            pairs = zip(goal.limits.bytes, limits.bytes, strict=True)
            if goal.limits == limits:
                return found
            if all(less <= more for (_, less), (_, more) in pairs):
                if found is NOTHING:
                    return found
                try:
                    found.schedule.apply(goal, self.scheduler.target)
                    return found
                except ScheduleError:
                    continue
        return None

    def _remember(self, goal: Goal, found: Found) -> None:
        self.solved.setdefault(_unlimited(goal), []).append((goal.limits, found))

    def _solved(self, graph: Graph) -> Found:
        kernel = kernel_of(graph)
        if kernel is None or any(is_ordered(n, self._target) for n in kernel[1].reductions):
            return NOTHING
        self.planned += 1
        goal, cycles, actions = self._begun(graph, *kernel)
        spec, epilogue, _ = kernel_of(goal) or kernel
        try:
            solved = solve_kernel(goal, spec, epilogue, self._target)
        except NoProgramError:
            return NOTHING
        steps = (*(Step(a) for a in actions), *solved.schedule.steps)
        return Found(cycles + solved.cycles, Schedule(steps))

    @property
    def _target(self) -> Target:
        return self.scheduler.target

    def _begun(
        self, graph: Graph, spec: Spec, epilogue: Epilogue, inlines: Sequence[str]
    ) -> tuple[Graph, float, list[Action]]:
        """What comes before a kernel's loops: what is left of the goal, its cost, and Actions."""
        goal, cycles, actions = graph, 0.0, []

        def follow(action: Action) -> None:
            nonlocal goal, cycles
            impl = action.apply(goal, self._target)
            parts = dict(children(impl))
            if isinstance(impl, MoveImpl):
                cycles += move_own(impl, self._target).cycles
            if "fill" in parts:
                cycles += price(finished(parts["fill"].spec, self._target), self._target).cycles
            inner = parts[MAIN].spec
            assert isinstance(inner, Graph)
            goal = inner
            actions.append(action)

        for name in self._reused(graph, spec, epilogue):
            move = self.room.nearer(goal, goal.operands[goal.operand(name)])
            if move is not None:
                follow(move)
        for name in inlines:
            follow(Inline(name))
        for n in epilogue.reductions:
            if n.start is Start.NOTHING:
                follow(Accumulate(n.output.name))
        return goal, cycles, actions

    def _reused(self, graph: Graph, spec: Spec, epilogue: Epilogue) -> Iterator[str]:
        """What every tile reads or adds to again: inputs of an epilogue, and what it reduces."""
        mine = {o.name for o in spec.inputs}
        for o in (*graph.inputs, *(n.output for n in epilogue.reductions)):
            if o.name not in mine and o.axes < spec.output.axes:
                yield o.name


def _unlimited(goal: Goal) -> Goal:
    return replace(goal, limits=Limits(()))


def _bare(spec: Spec) -> Spec:
    """The Spec without extents of buffers that no stride depends on, or what lies where others
    will: so that few Specs differ."""

    def bare(o: Operand) -> Operand:
        o = replace(o, within="")
        if o.placement.in_registers or o.border is not None:
            return o
        if o.placement.layout != row_major(len(o.shape)):
            return o
        used, shape, align = spec.extent_of(o), list(o.shape), list(o.align)
        for d, extent in enumerate(used):
            shape[d] = extent
            if not o.map[d].terms:
                align[d] = 0
            if extent > 1:
                break
        maps = tuple(m + -m.const for m in o.map)
        return replace(o, shape=tuple(shape), align=tuple(align), map=maps)

    return replace(spec, inputs=tuple(map(bare, spec.inputs)), output=bare(spec.output))
