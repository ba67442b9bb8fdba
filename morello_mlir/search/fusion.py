"""Fusion: the best program of a Graph, by dynamic programming over what its Actions leave.

A Graph is cut in two (`stage`, with a place for every value that crosses), tiled along an axis that
all its nodes have, or freed of a value that is computed again where it is read. What is left are
smaller Graphs of the same kind, and Specs, which the scheduler plans. A contraction with
elementwise Specs behind it is a goal of the Spec search, too (`epilogue.py`). Costs are those that
`price` gives. What has a lower bound no better than what is known is not tried. Read next:
`scheduler.py`, `../graph.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import inf, prod
from typing import TYPE_CHECKING

from ..action import Accumulate, Action, Bufferize, Inline, Move, NotApplicable, Stage, Tile
from ..action.base import check_common
from ..action.inline import obstacle
from ..expr import ops
from ..graph import Goal, Graph, free_of_values, reducing, size_of
from ..impl import MAIN, Impl, Loop, children
from ..impl import Move as MoveImpl
from ..layout import print_layout
from ..memory import nearness
from ..price import loop_steps, move_own
from ..schedule import Schedule, Step
from ..spec import Axis, Spec, Start
from .errors import NoProgramError
from .space import stored_layouts

if TYPE_CHECKING:
    from .scheduler import Scheduler

SHARE = 0.5
"""The part of a level that one value between nodes may fill."""

OPS = 64
"""Ops in a body that others were put into, at most."""

TILES = (6, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
"""Rows of a tile around contractions."""

ROWS = (1, 4, 16)
"""Rows of a tile around anything else."""

CHUNKS = (1024, 2048, 4096, 8192)
"""Terms of a sum that are done at a time, where they do not fit into the nearest cache."""


Way = tuple[Sequence[Action], int]
"""The first Actions of a program, and the number of the first axis that is tiled after them."""


@dataclass(frozen=True)
class Found:
    """A program: what it costs, and its schedule."""

    cycles: float
    schedule: Schedule


NOTHING = Found(inf, Schedule())


@dataclass
class Fusion:
    """Plans Graphs; Specs are left to a scheduler."""

    scheduler: Scheduler
    known: dict[tuple[Goal, int], Found] = field(default_factory=dict)
    bounds: dict[Goal, float] = field(default_factory=dict)

    def plan(self, graph: Graph) -> Found:
        """The cheapest program of a Graph; `NoProgramError` if there is none."""
        found = self._best(graph, inf, 0)
        if found is NOTHING:
            raise NoProgramError(graph.goal(graph.nodes[0]))
        return found

    def _best(self, goal: Goal, most: float, first: int) -> Found:
        """The cheapest program, if it costs less than `most`. Axes before number `first` of the
        Graph's are tiled already, as is any axis outside of a tile of another."""
        if self.bound(goal) >= most:
            return NOTHING
        if isinstance(goal, Spec):
            return self._alone(goal)
        known = self.known.get((goal, first))
        if known is not None:
            return known
        best = NOTHING
        for actions, onward in self._ways(goal, first):
            found = self._along(goal, actions, min(most, best.cycles), onward)
            if found.cycles < best.cycles:
                best = found
        if best.cycles < most:
            self.known[goal, first] = best
        return best

    def _alone(self, spec: Spec) -> Found:
        try:
            answer = self.scheduler.plan(spec)
        except NoProgramError:
            return NOTHING
        return Found(answer.cycles[0], answer.schedule)

    def bound(self, goal: Goal) -> float:
        """What no program of a goal can cost less than: values without a place cost nothing."""
        known = self.bounds.get(goal)
        if known is None:
            known = sum(self.scheduler.bound(s) for s in free_of_values(goal))
            self.bounds[goal] = known
        return known

    def _along(self, goal: Goal, actions: Sequence[Action], most: float, first: int) -> Found:
        """The cheapest program that begins with Actions."""
        if not actions:
            return self._best(goal, most, first)
        try:
            impl = actions[0].apply(goal, self.scheduler.target)
        except NotApplicable:
            return NOTHING
        cycles, branches, onward = self._own(impl), [], Schedule()
        parts = list(children(impl))
        bounds = [self.bound(child.spec) for _, child in parts]
        for i, (label, child) in enumerate(parts):
            times = loop_steps(impl) if isinstance(impl, Loop) and label == MAIN else 1
            left = (most - cycles - sum(bounds[i + 1 :])) / times
            if label == MAIN:
                found = self._along(child.spec, actions[1:], left, first)
                onward = found.schedule
            else:
                found = self._best(child.spec, left, 0)
                branches.append((label, found.schedule))
            if found is NOTHING:
                return NOTHING
            cycles += times * found.cycles
        steps = (Step(actions[0], tuple(branches)), *onward.steps)
        return Found(cycles, Schedule(steps)) if cycles < most else NOTHING

    def _own(self, impl: Impl) -> float:
        """What an Action costs beside its parts."""
        target = self.scheduler.target
        if isinstance(impl, Loop):
            steps = loop_steps(impl) * target.costs.loop_step + target.costs.loop_entry
            return steps + (target.costs.fork if impl.order == "parallel" else 0.0)
        return move_own(impl, target).cycles if isinstance(impl, MoveImpl) else 0.0

    def _ways(self, graph: Graph, first: int) -> Iterator[Way]:
        """The Actions that a program may begin with, and which axes its tile may tile next."""
        yield from self._inlines(graph)
        for way in self._stages(graph):
            yield way, 0
        for number, axis in enumerate(graph.axes):
            if number >= first and _is_common(graph, axis.name):
                for actions in self._tiles(graph, axis):
                    yield actions, number + 1

    def _inlines(self, graph: Graph) -> Iterator[Way]:
        """Values that are computed again wherever they are read."""
        for n in graph.nodes:
            if obstacle(graph, n.output.name):
                continue
            readers = graph.readers(n.output.name)
            if all(len(ops(n.body)) + len(ops(r.body)) <= OPS for r in readers):
                yield [Inline(n.output.name)], 0

    def _stages(self, graph: Graph) -> Iterator[list[Action]]:
        """Cuts in two, each with places for what crosses and for what both sides read."""
        cuts: dict[frozenset[str], str] = {}
        for name in graph.made:
            cuts.setdefault(graph.needed(name), name)
        for done, name in cuts.items():
            if len(done) == len(graph.nodes):
                continue
            later = [n for n in graph.nodes if n.output.name not in done]
            read = {o.name for n in later for o in n.inputs}
            crossing = [v for v in done if v in read and not graph.has_place(v)]
            for places in product(*(self._places(graph, v) for v in sorted(crossing))):
                yield [*self._shared(graph, done), *places, Stage(name)]

    def _shared(self, graph: Graph, done: frozenset[str]) -> Iterator[Action]:
        """Inputs that both sides of a cut read, as they lie, in the nearest cache that has room."""
        before = {o.name for v in done for o in graph.made[v].inputs}
        after = {o.name for v, n in graph.made.items() if v not in done for o in n.inputs}
        for o in graph.inputs:
            if o.name in before & after and not o.placement.in_registers:
                amount = prod(graph.extent_of(o)) * o.dtype.bytes
                level = self._level(graph, amount)
                if nearness(level) > nearness(o.placement.level):
                    yield Move(o.name, level)

    def _places(self, graph: Graph, value: str) -> Iterator[Action]:
        """Where a value may be while others are computed from it."""
        o = graph.made[value].output
        level = self._level(graph, size_of(graph, value) * o.dtype.bytes)
        yield Bufferize(value, level)
        for reader in graph.readers(value):
            if reader.combine is None or len(reader.inputs) < 2:
                continue
            position = [i.name for i in reader.inputs].index(value)
            for layout in stored_layouts(graph.goal(reader), position, self.scheduler.target):
                yield Bufferize(value, level, print_layout(layout, o.dims))

    def _level(self, graph: Graph, amount: int) -> str:
        """The nearest cache of which so many bytes are no large part."""
        levels = self.scheduler.target.levels
        for level in sorted(levels, key=lambda level: -nearness(level.name)):
            left = graph.limits.left(level.name)
            if left is not None and amount <= SHARE * min(left, level.capacity):
                return level.name
        return "mem"

    def _tiles(self, graph: Graph, axis: Axis) -> Iterator[list[Action]]:
        """Loops around all nodes."""
        sums = list(reducing(graph, axis.name))
        if sums:
            started = all(graph.has_place(n.output.name) for n in sums)
            if started and all(n.start is Start.NOTHING for n in sums):
                for size in CHUNKS:
                    if 2 * size <= axis.extent:
                        yield [Accumulate(), Tile(axis.name, size)]
            return
        heavy = any(n.combine is not None and len(n.inputs) > 1 for n in graph.nodes)
        every = all(axis.name in o.axes for n in graph.nodes for o in n.operands)
        sizes: Sequence[int] = TILES if heavy and not every else ROWS[:1] if heavy else ROWS
        threads = self.scheduler.target.threads
        for size in sizes:
            if size < axis.extent:
                yield [Tile(axis.name, size)]
                if threads > 1 and not graph.serial and axis.extent >= threads * size:
                    yield [Tile(axis.name, size, "parallel")]


def _is_common(graph: Graph, axis: str) -> bool:
    """Whether a loop over an axis around all nodes is one that computes what they do."""
    try:
        check_common(graph, axis)
    except NotApplicable:
        return False
    return True
