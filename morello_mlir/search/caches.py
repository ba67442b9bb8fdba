"""The cache phases: which operand comes to L3, to L2, to L1, at which tile, and in which layout.

Phases go from far to near. In the phase of a level, operands that loops reuse may be moved there:
as they lie (no code; it says where they count as used) or packed into another world's layout. Once
the phase is over nothing more goes to that level, so that of all capacities only one counts at a
time, and only while some operands are there and others may follow. A slab is a world, a phase and
the set of operands that have been moved in it; the levels the others are still in are axes of its
array. Read next: `moves.py`, `solver.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from ..target.strict import is_ordered
from .closure import Array, Nest, Scratch
from .copies import Copies
from .decisions import Decided, width
from .grids import CACHES, Levels, chosen
from .moves import UNITS, CacheMove
from .registers import Registers
from .slab import Base, Edge, Part, Point, Slab, Tail
from .space import Space, World
from .streams import Streams

SHARED = ("L3", "L2")
"""The phases in which a parallel loop may begin."""

Moved = frozenset[int]


@dataclass(eq=False)
class Caches:
    """All cache phases of one goal; `near` and `far` are the levels that operands begin in."""

    space: Space
    copies: Copies
    scratch: Scratch
    phases: tuple[int, ...] = (1, 2, 3)
    shared: dict[tuple[int, int, Moved], Slab] = field(default_factory=dict)
    slabs: dict[tuple[int, int, Moved], Slab] = field(default_factory=dict)
    registers: dict[int, Registers] = field(default_factory=dict)

    def solve(self) -> None:
        """Solve every slab, from the registers outwards."""
        self.scratch.clock.expected += self._slabs_to_come()
        n = len(self.space.spec.axes)
        costs, kinds = self.space.target.costs, self.space.kinds
        order = [a for a in range(n) if not kinds[a]] + [a for a in range(n) if kinds[a]]
        spec = self.space.spec
        quiet = {a for o in spec.operands if o.placement.in_registers for a in o.axes}
        once = [
            (0.0, 0.0) if a.name in quiet else (costs.loop_step, costs.loop_entry)
            for a in spec.axes
        ]

        ordered = is_ordered(spec, self.space.target)  # sums stay in registers from end to end
        known: dict[int, Any] = {}

        def nests(base: PhaseBase) -> tuple[Nest, ...]:
            world, counted = base.world, known.setdefault(base.w, {})
            streams = Streams(self.space, world.operands, world.ladders, base.levels, counted)
            return tuple(
                Nest(a, "serial", *once[a], tolls=tuple(streams.farther_out(a)), reduces=kinds[a])
                for a in reversed(order)
                if not (kinds[a] and ordered)
            )

        axes = tuple(a.name for a in self.space.spec.axes)
        for w, world in enumerate(self.space.worlds):
            levels = self.levels(world, len(CACHES), frozenset())
            self.registers[w] = Registers(self.space, world, self.copies, levels, self.scratch)
            for phase in reversed(self.phases):
                for moved in self._sets(world, phase):
                    base = PhaseBase(self, w, phase, moved)
                    slab = Slab(CACHES[phase], axes, world.ladders, nests(base), base)
                    slab.solve(self.scratch)
                    self.slabs[w, phase, moved] = slab
            if self.threads > 1:
                from .shared import SharedBase

                for phase in reversed([p for p in self.phases if CACHES[p] in SHARED]):
                    for moved in self._sets(world, phase):
                        apart: PhaseBase = SharedBase(self, w, phase, moved)
                        slab = Slab(CACHES[phase], axes, world.ladders, nests(apart), apart)
                        slab.solve(self.scratch)
                        self.shared[w, phase, moved] = slab

    def _slabs_to_come(self) -> int:
        every = [(w, p) for w in self.space.worlds for p in self.phases]
        again = [(w, p) for w, p in every if self.threads > 1 and CACHES[p] in SHARED]
        return sum(len(list(self._sets(w, p))) for w, p in (*every, *again))

    @property
    def threads(self) -> int:
        """How many threads a loop of the goal may use."""
        return self.space.threads

    def movable(self, phase: int) -> tuple[int, ...]:
        """The operands that may be moved in a phase: an output does not stop in L1."""
        last = len(self.space.spec.inputs)
        return tuple(
            i
            for i in self.space.movable
            if (i != last or (CACHES[phase] != "L1" and self.space.epilogue is None))
            and CACHES.index(self.space.spec.operands[i].placement.level) <= phase
        )

    def _sets(self, world: World, phase: int) -> Iterator[Moved]:
        """The sets of operands moved in a phase, larger ones first; all that can come about."""
        movable = [i for i in self.movable(phase) if self._stays(world, i)]
        for size in reversed(range(len(movable) + 1)):
            for chosen_ones in combinations(movable, size):
                if all(self.levels(world, phase, frozenset(chosen_ones))):
                    yield frozenset(chosen_ones)

    def _stays(self, world: World, i: int) -> bool:
        """Whether an operand may come to a cache as it lies in a world: not with a border."""
        return world.operands[i].border is None

    def levels(self, world: World, phase: int, moved: Moved) -> Levels:
        """Per operand the levels that it may be in, in a phase after some moves; nearest last."""
        found: list[tuple[int, ...]] = []
        for i, o in enumerate(self.space.spec.operands):
            own = 0 if o.placement.in_registers else CACHES.index(o.placement.level)
            stops = [p for p in self.phases if p < phase and i in self.movable(p)]
            if not self._stays(world, i):
                stops = []
            if i in moved:
                found.append((phase,))
            elif world.layouts[i] is not None:
                found.append(tuple(p for p in stops if p >= own))
            else:
                found.append((own, *(p for p in stops if p > own)))
        return tuple(found)

    def next(self, w: int, phase: int, tail: Tail | None) -> Decided:
        """What comes after a phase; levels of the tail are by that array's axes."""
        if phase == self.phases[-1]:
            return self.registers[w].result(tail)
        slab = self.slabs[w, phase + 1, frozenset()]
        return Decided(slab.final, (slab.codes != 0).view(np.uint8))


@dataclass(eq=False)
class PhaseBase(Base):
    """Moves to a level, and going on to the next phase."""

    caches: Caches
    w: int
    phase: int
    moved: Moved

    @property
    def world(self) -> World:
        """The world."""
        return self.caches.space.worlds[self.w]

    @property
    def slabs(self) -> dict[tuple[int, int, Moved], Slab]:
        """The slabs that moves lead to."""
        return self.caches.slabs

    @cached_property
    def levels(self) -> Levels:
        """The levels along the array's last axes."""
        return self.caches.levels(self.world, self.phase, self.moved)

    @cached_property
    def counts(self) -> bool:
        """Whether the capacity that is left matters: some are there, others may come."""
        left = [i for i in self.caches.movable(self.phase) if i not in self.moved]
        return bool(self.moved) and bool(left)

    @cached_property
    def moves(self) -> tuple[CacheMove, ...]:
        """The moves that may come next."""
        caches, found = self.caches, []
        for i in caches.movable(self.phase):
            if i in self.moved:
                continue
            here = self.levels[i]
            if here and here[0] < self.phase and self._has(self.w, i):
                found.append(CacheMove(self, self.w, i))
            for v, other in enumerate(caches.space.worlds):
                if _packs(self.world, other, i) and self._has(v, i):
                    found.append(CacheMove(self, v, i))
        return tuple(found)

    def _has(self, w: int, i: int) -> bool:
        return (w, self.phase, self.moved | {i}) in self.slabs

    def costs(self, tail: Tail | None) -> Array:
        """See `Base`."""
        return self._decided(tail).costs

    def decided(self) -> Decided:
        """See `Base`."""
        return self._decided(None)

    def shape(self, tail: Tail | None) -> tuple[int, ...]:
        """The array's shape, or that of a part."""
        capacity = UNITS + 1 if self.counts and tail is None else 1
        return 2, *self.world.shape, capacity, *map(len, chosen(self.levels, tail))

    def _decided(self, tail: Tail | None) -> Decided:
        onward = self.onward(tail, len(self.world.ladders))
        decided = onward.over(self.shape(tail), width(self.choices))
        for code, move in enumerate(self.moves, self.ways + 1):
            move.offer(decided, code, tail)
        return decided

    @property
    def ways(self) -> int:
        """The codes of the edges that go on, before those of moves."""
        last = self.phase == self.caches.phases[-1]
        return self.caches.registers[self.w].ways if last else 1

    @property
    def choices(self) -> int:
        """See `Base`."""
        return self.ways + len(self.moves)

    def onward(self, tail: Tail | None, n: int) -> Decided:
        """Going on to the next phase."""
        caches = self.caches
        its = caches.levels(self.world, self.phase + 1, frozenset())
        if tail is not None:
            mine = chosen(self.levels, tail)
            where = tuple(i.index(m[0]) for m, i in zip(mine, its, strict=True))
            inner = caches.next(self.w, self.phase, (0, *where))
            take = tuple(
                slice(0, 1) if size == 1 else slice(p, p + 1)
                for p, size in zip(where, inner.costs.shape[n + 2 :], strict=True)
            )
        else:
            inner = caches.next(self.w, self.phase, None)
            take = tuple(
                slice(i.index(m[0]), i.index(m[-1]) + 1)
                for m, i in zip(self.levels, its, strict=True)
            )
            assert all(
                i[t.start : t.stop] == m for m, i, t in zip(self.levels, its, take, strict=True)
            )
        return inner[(slice(None),) * (n + 2) + take]

    def edges(self, point: Point) -> Iterator[Edge]:
        """See `Base`."""
        caches, n = self.caches, len(self.world.ladders)
        its = caches.levels(self.world, self.phase + 1, frozenset())
        shifted = tuple(
            i.index(m[p]) for p, m, i in zip(point[n + 2 :], self.levels, its, strict=True)
        )
        onward = (*point[: n + 1], 0, *shifted)
        if self.phase == caches.phases[-1]:
            yield from caches.registers[self.w].entries(onward)
        else:
            slab = caches.slabs[self.w, self.phase + 1, frozenset()]
            yield Edge("", 0.0, (Part("main", slab.node(onward)),))
        yield from self.move_edges(point)

    def move_edges(self, point: Point) -> Iterator[Edge]:
        """The moves at one point."""
        for code, move in enumerate(self.moves, self.ways + 1):
            edge = move.edge(point)
            if edge is not None:
                yield replace(edge, code=code)


def _packs(world: World, other: World, i: int) -> bool:
    """Whether `other` is `world` with operand i packed."""
    pairs = enumerate(zip(world.layouts, other.layouts, strict=True))
    return (
        world.layouts[i] is None
        and other.layouts[i] is not None
        and all(a == b for j, (a, b) in pairs if j != i)
    )
