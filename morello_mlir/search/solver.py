"""The solver: a goal in, its best programs out.

`solve` finds which register phases and caches a goal has, solves them from the registers outwards,
and holds what extraction needs. A goal may be any Spec, also one that a schedule left open: with
operands in caches or registers already, on part of the capacities. Same goal, same target, same
answer: ties go to the edge that comes first. Read next: `extract.py`, `report.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from ..impl import Impl
from ..schedule import Schedule
from ..spec import Operand, Spec, Start
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
from .settle import Nodes, SettleBase, openings
from .slab import Node, Slab
from .space import Space

if TYPE_CHECKING:
    from .count import Programs


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
        return program.schedule().apply(self.spec, self.target)

    def best(self, count: int) -> list[Schedule]:
        """The cheapest programs that differ, in the order of their cost."""
        return [schedule for _, schedule in self.ranked(count)]

    def ranked(self, count: int) -> list[tuple[float, Schedule]]:
        """The cheapest programs whose code differs, each with its cost."""
        cheapest = list(islice(self._programs(), count))
        least = min(p.cost for p in cheapest)  # ties differ by rounding
        cycles = accumulate([least, *(p.cost for p in cheapest[1:])], max)
        printer = Printer(self.target)
        schedules = (printer.schedule(printer.impl(p, self.spec)) for p in cheapest)
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


def solve(spec: Spec, target: Target, listener: Callable[[Clock], None] | None = None) -> Solved:
    """Find the best programs of a goal; `NoProgramError` says which goal has none."""
    goal = spec.canonical()
    space = Space(goal, target, tuple((a.extent,) for a in goal.axes))
    scratch = Scratch(clock=Clock(listener))
    copies = Copies(target, scratch)
    node, slabs = _solved(space, copies, scratch)
    if node.cost == float("inf"):
        raise NoProgramError(goal)
    every = (*slabs, *(c.slab for c in copies.found.values()))
    return Solved(goal, target, node, every, scratch.clock.stop(), tuple(scratch.slabs))


def begun(goal: Spec, target: Target, scratch: Scratch) -> Node:
    """The node of a goal, which is canonical, by decisions that the scratch knows."""
    space = Space(goal, target, tuple((a.extent,) for a in goal.axes))
    return _solved(space, Copies(target, scratch), scratch)[0]


def _solved(space: Space, copies: Copies, scratch: Scratch) -> tuple[Node, tuple[Slab, ...]]:
    spec = space.spec
    corner = cells_of(space.own.ladders, [a.extent for a in spec.axes])
    assert corner is not None
    zeros = (0,) * len(spec.operands)
    if spec.combine is None or (spec.start is Start.VALUE and not spec.reductions):
        slab = loops_slab(space, scratch)
        alone = slab.node((0, *corner, 0, *zeros))
        shared = forked(space, alone, scratch)
        return (shared.node((0,)), (shared, slab)) if shared else (alone, (slab,))
    if spec.output.placement.in_registers:
        given = frozenset(
            (i, o.placement) for i, o in enumerate(spec.inputs) if o.placement.in_registers
        )
        levels = tuple((_level(o),) for o in spec.operands)
        registers = Registers(space, space.own, copies, levels, scratch, given)
        node = registers.opened(spec.start, (0, *corner, registers.registers, *zeros))
        return node, (*registers.states.values(),)
    return _begun(space, copies, scratch, corner)


def _begun(
    space: Space, copies: Copies, scratch: Scratch, corner: list[int]
) -> tuple[Node, tuple[Slab, ...]]:
    """Goals with all operands in memory, in each way that they may begin."""
    start = int(space.spec.start is not Start.NOTHING)
    ways, slabs = SettleBase(space), list[Slab]()
    for opening in openings(space):
        nodes, more = _in_caches(opening.after, copies, scratch, opening.phases, corner)
        ways.options.append((opening, nodes))
        slabs += more
    if len(ways.options) == 1 and not ways.options[0][0].moved:
        return ways.options[0][1][start], tuple(slabs)
    slab = Slab("settle", (), (), (), ways)
    slab.solve(scratch)
    return slab.node((start,)), tuple(slabs)


def _in_caches(
    space: Space, copies: Copies, scratch: Scratch, phases: tuple[int, ...], corner: list[int]
) -> tuple[Nodes, tuple[Slab, ...]]:
    """Solve the cache phases, and the register phase inside them."""
    caches = Caches(space, copies, scratch, phases)
    caches.solve()
    found = caches.shared or caches.slabs
    goal = found[len(space.worlds) - 1, caches.phases[0], frozenset()]
    slabs = (
        *caches.slabs.values(),
        *caches.shared.values(),
        *(s for r in caches.registers.values() for s in r.states.values()),
    )
    place = (*corner, *(0,) * (1 + len(space.spec.operands)))
    return (goal.node((0, *place)), goal.node((1, *place))), slabs


def _level(o: Operand) -> int:
    return 0 if o.placement.in_registers else CACHES.index(o.placement.level)
