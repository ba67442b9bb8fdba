"""The solver: a goal in, its best programs out.

`solve` finds which register phases and caches a goal has, solves them from the registers outwards,
and holds what extraction needs. A goal may be any Spec, also one that a schedule left open: with
operands in caches or registers already, on part of the capacities. Same goal, same target, same
answer: ties go to the edge that comes first. Read next: `extract.py`, `report.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from ..action.cut import united
from ..graph import Graph, sole
from ..impl import Impl
from ..price import move_own
from ..schedule import Schedule
from ..spec import Operand, Spec, Start
from ..target.mapping import Mapping
from ..target.target import Target
from .caches import Caches
from .closure import Scratch
from .copies import Copies
from .errors import NoProgramError
from .extract import Extraction, Program
from .follow import follow
from .forks import forked
from .grids import CACHES
from .ladder import cells_of
from .loops import loops_slab
from .printed import Printer, schedule_of
from .progress import Clock
from .registers import Registers
from .reshapes import (
    CHEAP,
    DEAR,
    Cutting,
    ReshapeBase,
    added,
    after_merge,
    alike,
    cutting_of,
    first_merge,
    unfolding_of,
)
from .settle import SettleBase, openings
from .slab import Edge, Node, Part, Slab
from .space import Space

if TYPE_CHECKING:
    from .count import Programs
    from .epilogue import Epilogue


@dataclass(eq=False)
class Solved:
    """A solved goal."""

    spec: Spec
    target: Target
    node: Node = field(repr=False)
    slabs: tuple[Slab, ...] = field(repr=False)
    seconds: dict[str, float]
    families: tuple[Slab, ...] = field(default=(), repr=False)
    """Every slab that was solved, those of goals inside of others too."""
    under: Mapping | None = None
    graph: Graph | None = None
    """What programs are of, if it is more than the Spec: see `epilogue.py`."""
    extraction: Extraction = field(default_factory=Extraction, repr=False)

    @property
    def cycles(self) -> float:
        """The predicted cost of the best program."""
        return self.node.cost

    @property
    def points(self) -> int:
        """How many Specs were solved."""
        return sum(s.final.size for s in self.families)

    @cached_property
    def impl(self) -> Impl:
        """The best program."""
        return self._impl(self.first)

    @cached_property
    def schedule(self) -> Schedule:
        """The best program's schedule, without what follows by itself."""
        return schedule_of(self.impl, self.target)

    def _impl(self, program: Program) -> Impl:
        return program.schedule().apply(self.graph or self.spec, self.target)

    def best(self, count: int) -> list[Schedule]:
        """The cheapest programs that differ, in the order of their cost."""
        return [schedule for _, schedule in self.ranked(count)]

    def ranked(self, count: int) -> list[tuple[float, Schedule]]:
        """The cheapest programs whose code differs, each with its cost."""
        cheapest = list(islice(self._programs(), count))
        least = min(p.cost for p in cheapest)  # ties differ by rounding
        cycles = accumulate([least, *(p.cost for p in cheapest[1:])], max)
        printer = Printer(self.target)
        schedules = (printer.schedule(printer.impl(p, self.graph or self.spec)) for p in cheapest)
        return list(zip(cycles, schedules, strict=True))

    @cached_property
    def programs(self) -> Programs:
        """How many distinct programs the solved space stands for; takes as long as the search.

        Of a goal that may begin in several ways, those of the best.
        """
        from .count import programs

        return programs(self.node)

    @cached_property
    def first(self) -> Program:
        """The best program, by the decisions."""
        program = follow(self.node, self.extraction)
        if program is None:
            raise NoProgramError(self.spec)
        return program

    def _programs(self) -> Iterator[Program]:
        yield self.first
        rank = 0
        while (program := self.extraction.program(self.node, rank)) is not None:
            if program.code != self.first.code:
                yield program
            rank += 1


def solve(
    spec: Spec,
    target: Target,
    listener: Callable[[Clock], None] | None = None,
    under: Mapping | None = None,
) -> Solved:
    """Find the best programs of a goal; `NoProgramError` says which goal has none.

    With `under`, those that compute it by that mapping; sizes, levels and layouts are still free.
    """
    goal = spec.canonical()
    scratch = Scratch(clock=Clock(listener))
    goals = Goals(target, Copies(target, scratch), scratch, under)
    node = goals.node(goal)
    if node.cost == float("inf"):
        raise NoProgramError(goal)
    every = (*goals.slabs, *(c.slab for c in goals.copies.found.values()))
    seconds = scratch.clock.stop()
    return Solved(goal, target, node, every, seconds, tuple(scratch.slabs), under)


def solve_kernel(
    graph: Graph,
    spec: Spec,
    epilogue: Epilogue,
    target: Target,
    listener: Callable[[Clock], None] | None = None,
) -> Solved:
    """Find the best programs of a sum with an epilogue, which a Graph is."""
    scratch = Scratch(clock=Clock(listener))
    goals = Goals(target, Copies(target, scratch), scratch)
    node = goals.kernel(spec, epilogue)
    if node.cost == float("inf"):
        raise NoProgramError(spec)
    seconds = scratch.clock.stop()
    return Solved(spec, target, node, (), seconds, tuple(scratch.slabs), graph=graph)


def begun(goal: Spec, target: Target, scratch: Scratch) -> Node:
    """The node of a goal, which is canonical, by decisions that the scratch knows."""
    return Goals(target, Copies(target, scratch), scratch).node(goal)


@dataclass(eq=False)
class Goals:
    """Goals and what they are reshaped to, solved in one search."""

    target: Target
    copies: Copies
    scratch: Scratch
    under: Mapping | None = None
    slabs: list[Slab] = field(default_factory=list)

    def node(self, goal: Spec) -> Node:
        """The node of one goal."""
        return self._nodes([goal])[0]

    def kernel(self, spec: Spec, epilogue: Epilogue) -> Node:
        """The node of a sum with an epilogue."""
        extents = tuple((a.extent,) for a in spec.axes)
        space = Space(spec, self.target, extents, epilogue=epilogue)
        slab = self._in_caches(space, (1, 2, 3))
        return slab.node((0, *_corner(space, spec), 0, *(0,) * len(spec.operands)))

    def _nodes(self, goals: Sequence[Spec], *, cut: bool = False) -> list[Node]:
        """The nodes of goals that can be united, pieces of a cut or not (`reshapes.py`)."""
        merge = first_merge(goals, self.target)
        if merge is not None and self._maps(merged := after_merge(goals, merge)):
            ways: list[list[Edge]] = [[] for _ in goals]
            if all(map(_only_loops, goals)):  # threads may share rows more evenly
                ways = [[Edge("", 0.0, (Part("main", node),))] for node in self._direct(goals)]
            for way, node in zip(ways, self._nodes(merged, cut=cut), strict=True):
                way.append(Edge(str(merge), 0.0, (Part("main", node),), len(way) + 1))
            return self._reshaped(goals, ways)
        cuttings = [c for goal in goals if (c := cutting_of(goal, self.target))]
        share = added(goals[0], self.target) if cuttings and not cut else 0.0
        cuts = len(cuttings) == len(goals) and share <= DEAR
        if not cuts or share > CHEAP:
            ways = [[Edge("", 0.0, (Part("main", node),))] for node in self._direct(goals)]
            self._unfold(goals, ways)
        else:
            ways = [[] for _ in goals]
        if cuts:
            self._cut(cuttings, ways)
        if any(len(way) > 1 or way[0].action for way in ways):
            return self._reshaped(goals, ways)
        return [way[0].parts[0].node for way in ways]

    def _unfold(self, goals: Sequence[Spec], ways: Sequence[list[Edge]]) -> None:
        """Add the ways that begin with a copy without windows."""
        for goal, way in zip(goals, ways, strict=True):
            found = unfolding_of(goal, self.target) if len(goals) == 1 else None
            if found is not None:
                unfold, impl = found
                assert impl.load is not None
                load, main = self.node(sole(impl.load.spec)), self.node(sole(impl.body.spec))
                parts = Part("load", load), Part("main", main)
                own = move_own(impl, self.target).cycles
                way.append(Edge(str(unfold), own, parts, len(way) + 1))

    def _maps(self, goals: Sequence[Spec]) -> bool:
        """Whether the goals have the axes of the mapping that was chosen, if one was."""
        mapped = self.under.sizes.keys() if self.under is not None else set()
        return all(mapped <= goal.extents.keys() for goal in goals)

    def _cut(self, cuttings: Sequence[Cutting], ways: Sequence[list[Edge]]) -> None:
        """Add the ways that begin with a cut; pieces of all goals are solved together."""
        specs = list(dict.fromkeys(body for c in cuttings for body in c.bodies))
        nodes: dict[Spec, Node] = {}
        for group in alike(specs):
            found = self._nodes([specs[i] for i in group], cut=True)
            nodes.update(zip((specs[i] for i in group), found, strict=True))
        for cutting, way in zip(cuttings, ways, strict=True):
            rows = zip(cutting.labels, cutting.bodies, cutting.counts, strict=True)
            parts = tuple(Part(label, nodes[body], count) for label, body, count in rows)
            way.append(Edge(cutting.action, 0.0, parts, len(way) + 1))

    def _reshaped(self, goals: Sequence[Spec], ways: Sequence[Sequence[Edge]]) -> list[Node]:
        found = []
        for goal, way in zip(goals, ways, strict=True):
            slab = Slab("reshape", (), (), (), ReshapeBase(goal, tuple(way)))
            slab.solve(self.scratch)
            self.slabs.append(slab)
            found.append(slab.node((0,)))
        return found

    def _direct(self, goals: Sequence[Spec]) -> list[Node]:
        """The nodes of goals as they are."""
        looped = [goal for goal in goals if _only_loops(goal)]
        if looped and len(looped) < len(goals):  # where a cut leaves no reduction
            others = [goal for goal in goals if not _only_loops(goal)]
            nodes = dict(zip(looped, self._direct(looped), strict=True))
            nodes.update(zip(others, self._direct(others), strict=True))
            return [nodes[goal] for goal in goals]
        lead = goals[0] if len(goals) == 1 else replace(united(goals), start=Start.VALUE)
        extents = tuple(tuple(sorted({g.extents[a.name] for g in goals})) for a in lead.axes)
        under = self.under if self._maps(goals) else None
        space = Space(lead, self.target, extents, under=under)
        if looped:
            return self._looped(space, goals)
        if lead.output.placement.in_registers:
            return [self._in_registers(space, goal) for goal in goals]
        return self._in_memory(space, goals)

    def _looped(self, space: Space, goals: Sequence[Spec]) -> list[Node]:
        slab, found = loops_slab(space, self.scratch), []
        self.slabs.append(slab)
        for goal in goals:
            alone = slab.node((0, *_corner(space, goal), 0, *(0,) * len(goal.operands)))
            shared = forked(space, alone, self.scratch)
            if shared is not None:
                self.slabs.append(shared)
                alone = shared.node((0,))
            found.append(alone)
        return found

    def _in_registers(self, space: Space, goal: Spec) -> Node:
        spec = space.spec
        given = frozenset(
            (i, o.placement) for i, o in enumerate(spec.inputs) if o.placement.in_registers
        )
        levels = tuple((_level(o),) for o in spec.operands)
        registers = Registers(space, space.own, self.copies, levels, self.scratch, given)
        point = (0, *_corner(space, goal), registers.registers, *(0,) * len(spec.operands))
        node = registers.opened(spec.start, point)
        self.slabs += registers.states.values()
        return node

    def _in_memory(self, space: Space, goals: Sequence[Spec]) -> list[Node]:
        """Goals with all operands in memory, in each way that they may begin."""
        every = [(o, self._in_caches(o.after, o.phases)) for o in openings(space)]
        found = []
        for goal in goals:
            start = int(goal.start is not Start.NOTHING)
            place = (*_corner(space, goal), *(0,) * (1 + len(goal.operands)))
            alone = replace(space, spec=goal)
            ways = SettleBase(alone)
            for opening, slab in every:
                nodes = slab.node((0, *place)), slab.node((1, *place))
                ways.options.append((replace(opening, space=alone), nodes))
            if len(every) == 1 and not every[0][0].moved:
                found.append(ways.options[0][1][start])
                continue
            settled = Slab("settle", (), (), (), ways)
            settled.solve(self.scratch)
            found.append(settled.node((start,)))
        return found

    def _in_caches(self, space: Space, phases: tuple[int, ...]) -> Slab:
        """Solve the cache phases, and the register phase inside them."""
        caches = Caches(space, self.copies, self.scratch, phases)
        caches.solve()
        self.slabs += caches.slabs.values()
        self.slabs += caches.shared.values()
        self.slabs += (s for r in caches.registers.values() for s in r.states.values())
        found = caches.shared or caches.slabs
        return found[len(space.worlds) - 1, caches.phases[0], frozenset()]


def _only_loops(goal: Spec) -> bool:
    """Whether a goal is loops around instructions: it has no output to start and to reduce into."""
    return goal.combine is None or (goal.start is Start.VALUE and not goal.reductions)


def _corner(space: Space, goal: Spec) -> list[int]:
    """Where a goal is on the ladders of its space."""
    corner = cells_of(space.own.ladders, [goal.extents[a.name] for a in space.spec.axes])
    assert corner is not None
    return corner


def _level(o: Operand) -> int:
    return 0 if o.placement.in_registers else CACHES.index(o.placement.level)
