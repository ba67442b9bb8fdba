"""Fusion: the best program of a Graph, by dynamic programming over what its Actions leave.

A program begins with one of a few Actions (`beginnings.py`); what is left are smaller Graphs of the
same kind, and Specs and products with epilogues, which the Spec search plans (`known.py`). Costs
are those that `price` gives. What has a lower bound no better than what is known is not tried.
Read next: `beginnings.py`, `room.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

from ..action import Action, NotApplicable, SplitReduction
from ..action.online import part_of
from ..graph import Goal, Graph, free_of_values, goal_of, size_of, specs_of
from ..impl import MAIN, Impl, Loop, children
from ..impl import Move as MoveImpl
from ..impl import Online as OnlineImpl
from ..price import loop_steps, move_own, price
from ..schedule import Schedule, ScheduleError, Step
from ..spec import Axis, Operand, Spec
from .beginnings import Beginnings, is_common
from .epilogue import is_hindered, is_product
from .errors import NoProgramError
from .known import NOTHING, Found, Known
from .room import Room

if TYPE_CHECKING:
    from .scheduler import Scheduler

REGISTERS_A_SUM = (1, 2, 4)
"""Registers of partial sums for one sum, where several Specs are one loop."""

NEARER = 0.9
"""What products might cost with values in nearer caches, as a part of what they cost."""

PLANS = 16
"""How many products are planned before no more tiles are tried around any."""

REGISTERS = 1.02
"""What an epilogue in registers may cost, in parts of what must be paid, for no cut to be tried."""

NEAR = 1.01
"""A program that costs no more than so many times its lower bound is good enough."""

NONE: frozenset[str] = frozenset()
Key = tuple[Goal, frozenset[str], bool]
Least = Mapping[str, float]
"""By the value that a node writes, what it costs at least."""


@dataclass
class Fusion:
    """Plans Graphs; Specs are left to a scheduler."""

    scheduler: Scheduler
    exact: bool = False
    """Whether values count that take next to nothing of a cache."""
    done: dict[Key, Found] = field(default_factory=dict)
    failed: dict[Key, float] = field(default_factory=dict)
    """What goals are known to cost at least."""
    loops: dict[Graph, Found] = field(default_factory=dict)
    """Rows in one loop."""
    begun: frozenset[str] = NONE
    """Sums that are not cut from what is done with them in registers."""

    @cached_property
    def room(self) -> Room:
        """The caches."""
        return Room(self.scheduler.target, self.exact)

    @cached_property
    def known(self) -> Known:
        """What the Spec search found."""
        return Known(self.scheduler, self.room)

    @property
    def beginnings(self) -> Beginnings:
        """What programs may begin with."""
        return Beginnings(self.scheduler.target, self.room, self.begun)

    def plan(self, graph: Graph) -> Found:
        """The cheapest program of a Graph; `NoProgramError` if there is none."""
        batch = self.beginnings.batch(graph)
        if batch is not None:
            impl = batch.apply(graph, self.scheduler.target)
            assert isinstance(impl, Loop) and isinstance(impl.body.spec, Graph)
            each = self.plan(impl.body.spec)
            cycles = self._own(impl) + loop_steps(impl) * each.cycles
            return Found(cycles, Schedule((Step(batch), *each.schedule.steps)))
        least = self._least(graph)
        self.begun |= {v for v in graph.made if self._has_epilogue(graph, v, least)}
        found = self._best(graph, least, inf)
        if found is NOTHING:
            raise NoProgramError(graph.goal(graph.nodes[0]))
        return found

    def _least(self, graph: Graph) -> Least:
        """What each node costs at least, wherever it is: alone, as if values were near; products
        with values where they would be between nodes, less what nearer ones might save."""
        found = {}
        for (value, node), near in zip(graph.made.items(), free_of_values(graph), strict=True):
            if is_product(node):
                found[value] = (
                    NEARER * self.known.alone(graph.goal(self._settled(graph, node))).cycles
                )
            else:
                found[value] = self.known.alone(near).cycles
        return found

    def _settled(self, graph: Graph, node: Spec) -> Spec:
        """A node with values where they would be between nodes."""

        def placed(o: Operand) -> Operand:
            if o.name not in graph.made or graph.has_place(o.name):
                return o
            level = self.room.level(graph, size_of(graph, o.name) * o.dtype.bytes)
            return replace(o, placement=replace(o.placement, level=level))

        return replace(node, inputs=tuple(map(placed, node.inputs)), output=placed(node.output))

    def _has_epilogue(self, graph: Graph, value: str, least: Least) -> bool:
        """Whether what is done with a value next is done as well in registers."""
        node, readers = graph.made[value], graph.readers(value)
        if graph.has_place(value) or len(readers) != 1 or not is_product(node):
            return False
        name = readers[0].output.name
        settled = [self._settled(graph, n) for n in (node, *readers)]
        first = replace(settled[0], output=node.output)
        second = replace(settled[1], inputs=readers[0].inputs)
        goal = goal_of((first, second), (name,), (), graph.limits, graph.serial)
        if not isinstance(goal, Graph):
            return False
        most = REGISTERS * (least[value] / NEARER + least[name])
        return self.known.kernel(goal).cycles <= most

    def _best(
        self,
        goal: Goal,
        least: Least,
        most: float,
        inside: frozenset[str] = NONE,
        *,
        whole: bool = False,
    ) -> Found:
        """The cheapest program, if it costs less than `most`; `inside` of tiles along axes.

        One that is `whole` does not begin with a stage: of several in a row, each is the first.
        """
        if isinstance(goal, Spec):
            return self.known.alone(goal)
        key = goal, inside, whole
        known = self.done.get(key)
        if known is not None:
            return known
        if max(sum(least.values()) * NEAR, self.failed.get(key, 0.0)) >= most:
            return NOTHING
        best = min(self.known.kernel(goal), self._one_loop(goal), key=lambda f: f.cycles)
        for actions in self._ways(goal, inside, whole, in_registers=best is not NOTHING):
            limit = min(most, best.cycles)
            if sum(least.values()) * NEAR >= limit:
                break
            found = self._along(goal, actions, least, limit, inside)
            if found.cycles < best.cycles:
                best = found
        if best.cycles < most:
            self.done[key] = best
            return best
        self.failed[key] = most
        return NOTHING

    def _ways(
        self, graph: Graph, inside: frozenset[str], whole: bool, *, in_registers: bool
    ) -> Iterator[Sequence[Action]]:
        """What a program may begin with: cuts alone once many products have been planned; where all
        of a sum that is not cut is done in registers, cuts off of what does not wait for it, and of
        what hinders it."""
        apart = in_registers and not self.begun.isdisjoint(graph.made)
        if not apart and (self.known.planned <= PLANS or not any(map(is_product, graph.nodes))):
            yield from self.beginnings.of(graph, inside, whole)
        elif not whole:
            hindered = apart and is_hindered(graph, self.scheduler.target)
            yield from self.beginnings.cuts(graph, apart=apart and not hindered)

    def _one_loop(self, graph: Graph) -> Found:
        """The cheapest program that does a row of several Specs in one loop, with its sums in
        registers; only where nothing else is left to tile."""
        if graph not in self.loops:
            self.loops[graph] = self._looped(graph)
        return self.loops[graph]

    def _looped(self, graph: Graph) -> Found:
        target = self.scheduler.target
        if len(graph.axes) != 1 or not is_common(graph, graph.axes[0].name):
            return NOTHING
        (axis,) = graph.axes
        lanes = target.lane_count(max(o.dtype.bytes for o in graph.operands))
        found = (self._in_lanes(graph, axis, each * lanes, lanes) for each in REGISTERS_A_SUM)
        return min(found, key=lambda f: f.cycles)

    def _in_lanes(self, graph: Graph, axis: Axis, count: int, lanes: int) -> Found:
        """One loop over steps of so many terms, in lanes."""
        target, split = self.scheduler.target, SplitReduction(axis.name, count)
        if 2 * count > axis.extent:
            return NOTHING
        try:
            parts = dict(children(split.apply(graph, target)))
        except NotApplicable:
            return NOTHING
        ends = parts["combine"].spec
        joined = self._best(ends, {n.output.name: 0.0 for n in specs_of(ends)}, inf)
        branches = [("combine", joined.schedule)]
        if "rest" in parts:
            branches.append(("rest", Schedule().finish()))
        steps = Schedule((Step(split, tuple(branches)),)).accumulate().tile(axis.name, 1)
        whole = steps.tile(f"{axis.name}p", lanes).finish()
        try:
            return Found(price(whole.apply(graph, target), target).cycles, whole)
        except ScheduleError:
            return NOTHING

    def _along(
        self,
        goal: Goal,
        actions: Sequence[Action],
        least: Least,
        most: float,
        inside: frozenset[str],
    ) -> Found:
        """The cheapest program that begins with Actions."""
        if not actions:
            return self._best(goal, least, most, inside)
        try:
            impl = actions[0].apply(goal, self.scheduler.target)
        except NotApplicable:
            return NOTHING
        cycles, branches, onward = self._own(impl), [], Schedule()
        if isinstance(impl, Loop):
            inside |= {impl.axis}
        below = ((label, self.room.roughly(child.spec)) for label, child in children(impl))
        parts = [_Part(impl, label, child, least) for label, child in below]
        for i, part in enumerate(parts):
            left = (most - cycles - sum(p.total for p in parts[i + 1 :])) / part.times
            if part.label == MAIN:
                found = self._along(part.goal, actions[1:], part.least, left, inside)
                onward = found.schedule
            else:
                first = part.label == "before"
                found = self._best(part.goal, part.least, left, inside, whole=first)
                branches.append((part.label, found.schedule))
            if found is NOTHING:
                return NOTHING
            cycles += part.times * found.cycles
        steps = (Step(actions[0], tuple(branches)), *onward.steps)
        return Found(cycles, Schedule(steps)) if cycles < most else NOTHING

    def _own(self, impl: Impl) -> float:
        """What an Action costs beside its parts."""
        target = self.scheduler.target
        if isinstance(impl, Loop):
            steps = loop_steps(impl) * target.costs.loop_step + target.costs.loop_entry
            return steps + (target.costs.fork if impl.order == "parallel" else 0.0)
        return move_own(impl, target).cycles if isinstance(impl, MoveImpl) else 0.0


@dataclass(frozen=True)
class _Part:
    """A child of an Action, how often it runs, and what its nodes cost at least."""

    impl: Impl
    label: str
    goal: Goal
    above: Least

    @property
    def times(self) -> int:
        """How often the busiest thread does it."""
        return loop_steps(self.impl) if isinstance(self.impl, Loop) and self.label == MAIN else 1

    @cached_property
    def least(self) -> Least:
        """By node: a part of a loop's work costs that part of the whole at least."""
        share = 1.0
        if isinstance(self.impl, Loop):
            extents = self.impl.spec.extents
            share = self.goal.extents.get(self.impl.axis, 1) / extents[self.impl.axis]
        names = [n.output.name for n in specs_of(self.goal)]
        if isinstance(self.impl, OnlineImpl):  # chunks do the work of what they are chunks of
            chunks = {part_of(v): c for v, c in self.above.items() if part_of(v) in names}
            others = {v: self.above.get(v, 0.0) for v in names if part_of(v) not in chunks}
            return {**others, **chunks}
        return {v: share * self.above.get(v, 0.0) for v in names}

    @property
    def total(self) -> float:
        """What it costs at least."""
        return self.times * sum(self.least.values())
