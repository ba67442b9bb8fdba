"""The states of the register phase: an output in registers, and some of the inputs.

A state's base costs are its leaves, and moves of further inputs to registers. Loops around them are
nests of the state's slab. Read next: `registers.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..layout import print_layout
from ..leaf_price import latency
from ..memory import Placement
from ..spec import Operand, Start
from ..traffic import lines
from ..waits import arrivals, load_cycles, registers_of
from .closure import Array, Nest, Toll
from .copies import Copy
from .decisions import Decided
from .grids import (
    Levels,
    axis_grids,
    by_dim,
    chosen,
    extent_grids,
    needed_of,
    part,
    rates,
    values_along,
)
from .ladder import Ladder, cells_between, cells_of, values_at
from .leaves import Leaves, leaves
from .loops import UNROLLED
from .slab import Base, Edge, Part, Point, Slab, Tail
from .streams import Streams, at_tile, without

if TYPE_CHECKING:
    from .registers import Registers

SPARE = 2
"""Registers that code needs besides those that schedules speak of: what is broadcast, and one by
which loads run ahead."""

LEAVES = 64
"""Instructions in the straight code of an unrolled reduction: more only make code longer."""

Moved = frozenset[tuple[int, Placement]]


@dataclass(eq=False)
class TileBase(Base):
    """A state's leaves and further moves of inputs."""

    phase: Registers
    place: Placement
    moved: Moved

    @cached_property
    def ladders(self) -> tuple[Ladder, ...]:
        """The state's grid."""
        return self.phase.ladders(self.place, self.moved)

    @cached_property
    def operands(self) -> tuple[Operand, ...]:
        """The operands, those that were moved in their registers."""
        places = {**dict(self.moved), len(self.phase.spec.inputs): self.place}
        placed = []
        for i, o in enumerate(self.phase.world.operands):
            if i in places and places[i] != o.placement:
                o = o.buffered(self.phase.spec.extent_of(o), places[i])
            placed.append(o)
        return tuple(placed)

    @cached_property
    def leaves(self) -> Leaves:
        """What one instruction does."""
        return leaves(self.phase.space, self.operands, self.ladders, Start.VALUE)

    @cached_property
    def options(self) -> tuple[tuple[int, Placement], ...]:
        """The moves of inputs that lead on to some plan, in the order of the operands."""
        spec = self.phase.spec
        last = len(spec.inputs)
        after = max((i for i, _ in self.moved), default=-1)
        found: dict[tuple[int, Placement], None] = {}
        for plan in self.phase.plans:
            wants = plan.registers(spec)
            if wants.get(last) == self.place and self.moved <= set(wants.items()):
                for i in sorted(wants):
                    free = i < last and not spec.inputs[i].placement.in_registers
                    if after < i and free and self._leads(i, wants[i]):
                        found[i, wants[i]] = None
        return tuple(found)

    def _leads(self, i: int, to: Placement) -> bool:
        """Whether any tile is small enough for the state that a move leads to."""
        return all(map(len, self.phase.ladders(self.place, self.moved | {(i, to)})))

    def costs(self, tail: Tail | None) -> Array:
        """See `Base`."""
        return self._decided(tail).costs

    def decided(self) -> Decided:
        """See `Base`."""
        return self._decided(None)

    @property
    def choices(self) -> int:
        """See `Base`."""
        return 1 + len(self.options)

    def _decided(self, tail: Tail | None) -> Decided:
        phase, n = self.phase, len(self.ladders)
        levels = chosen(phase.levels, tail)
        found = self.leaves.costs
        base: Array = found.reshape(1, *found.shape, *(1,) * (1 + len(levels)))
        for i, o in enumerate(self.operands[:-1]):
            if not o.placement.in_registers:
                rate = rates(phase.space.target, "line", levels, i, n)
                if rate.any() or rate.size > 1:  # loops may cost by the level where leaves do not
                    grids = extent_grids(phase.spec, o, self.ladders, 1 + len(levels))
                    base = base + lines(o, grids) * rate
        decided = Decided.first(base)
        for code, (i, to) in enumerate(self.options, 2):
            decided.offer(self._move(i, to, levels, tail), code)
        return decided

    def _move(self, i: int, to: Placement, levels: Levels, tail: Tail | None) -> Array:
        """Costs of moving one more input to registers."""
        phase, n = self.phase, len(self.ladders)
        o = phase.world.operands[i]
        slab = phase.state(self.place, self.moved | {(i, to)})
        shape = tuple(map(len, self.ladders))
        final = part(slab.final, tail, n)
        cells = cells_between(self.ladders, slab.ladders)
        need = phase.held(o, to, extent_grids(phase.spec, o, self.ladders, 0))
        have = np.arange(phase.registers + 1) if tail is None else np.asarray([tail[0]])
        left = have[None, :] - np.broadcast_to(need, (1, *shape)).reshape(-1, 1)
        inside = final[np.ix_([0], *(np.maximum(c, 0) for c in cells))]
        rows = inside.reshape(len(left), *inside.shape[n + 1 :])
        where = np.maximum(left, 0) if rows.shape[1] > 1 else np.zeros_like(left)
        taken = rows[np.arange(len(left))[:, None], where]
        taken[left < 0] = np.inf
        taken = taken.reshape(1, *shape, len(have), *inside.shape[n + 2 :])
        for a, c in enumerate(cells):
            taken[(slice(None),) * (a + 1) + (c < 0,)] = np.inf
        grids = extent_grids(phase.spec, o, self.ladders, 1 + len(levels))
        rate = rates(phase.space.target, "line", levels, i, n)
        own = self._load(i, to).costs(by_dim(o, grids)) + lines(o, grids) * rate
        return np.asarray(taken + own)

    def _load(self, i: int, to: Placement) -> Copy:
        phase = self.phase
        o = phase.world.operands[i]
        return phase.copies.load(o, to, needed_of(phase.spec, o, self.ladders))

    def nests(self) -> Iterator[Nest]:
        """From the inside: register loops, unrolled reductions, loops of reductions.

        Loops over an axis of a register operand unroll, as registers have no addresses.
        """
        spec, costs = self.phase.spec, self.phase.space.target.costs
        inward = list(reversed(range(len(spec.axes))))
        quiet = [
            any(o.placement.in_registers and a.name in o.axes for o in self.operands)
            for a in spec.axes
        ]
        for a in inward:
            if not self.phase.space.kinds[a]:
                step, entry = (0.0, 0.0) if quiet[a] else (costs.loop_step, costs.loop_entry)
                yield Nest(a, "serial", step, entry, tolls=self.tolls(a))
        loop = Nest(0, "serial", costs.loop_step, costs.loop_entry, reduces=True)
        unrolled = Nest(0, "unrolled", 0.0, 0.0, UNROLLED, reduces=True, within=self.short)
        sums = [a for a in inward if self.phase.space.kinds[a]]
        for a in sums:
            paid = self.tolls(a), self.least(a)
            yield replace(unrolled, axis=a, tolls=paid[0], least=paid[1], within=self.in_turn(a))
        for a in sums:
            if not quiet[a]:
                yield replace(
                    loop, axis=a, tolls=self.tolls(a), least=self.least(a), within=self.turn(a)
                )

    def in_turn(self, a: int) -> Callable[[], Any]:
        """Where a reduction may be unrolled."""
        turn = self.turn(a)
        return self.short if turn is None else lambda: self.short() & turn()

    def turn(self, a: int) -> Callable[[], Any] | None:
        """Where it is a reduction's turn, if the order of terms is kept: after those before it."""
        before = [b for b in range(a) if self.phase.space.kinds[b]]
        if not before or not self.phase.ordered:
            return None
        rank = 1 + len(self.ladders)

        def over() -> Any:
            done: Any = np.ones((1,) * rank, dtype=bool)
            for b in before:
                done = done & (values_along(self.ladders[b], b, rank) == 1)
            return done

        return over

    def short(self) -> Any:
        """Where the straight code of a tile is short enough to be unrolled."""
        count: Any = 1
        rank = 1 + len(self.ladders)
        last = len(self.phase.spec.inputs)
        plans = [
            p for p in self.phase.plans if p.registers(self.phase.spec).get(last) == self.place
        ]
        for a, (axis, ladder) in enumerate(zip(self.phase.spec.axes, self.ladders, strict=True)):
            dim = self.phase.spec.output.dim_of(axis.name)
            each = self.place.layout.block(dim) if dim is not None else 1
            each = max([each, *(p.sizes.get(axis.name, 1) for p in plans)])
            count = count * -(-values_along(ladder, a, rank) // each)
        return (count <= LEAVES) & self._hold_two_steps()

    def _hold_two_steps(self) -> Any:
        """Where the inputs of two steps fit beside the output: compilers load the next one early.

        By the plan that needs the fewest registers, where some inputs have yet to come to them.
        """
        phase, last = self.phase, len(self.phase.spec.inputs)
        most = phase.registers + phase.spare
        taken = self._registers_of(last, self.place, {})
        fits: Any = False
        for plan in phase.plans:
            wants = plan.registers(phase.spec)
            if wants.get(last) == self.place and self.moved <= set(wants.items()):
                step = {a.name: plan.sizes.get(a.name, 1) for a in phase.spec.reductions}
                coming = [
                    self._registers_of(i, to, step)
                    for i, to in wants.items()
                    if i < last and not self.operands[i].placement.in_registers
                ]
                fits = fits | (taken + 2 * sum(coming) <= most if coming else True)
        return fits

    def _registers_of(self, i: int, to: Placement, step: dict[str, int]) -> Any:
        """The registers of an operand over the grid, with some axes no longer than a step."""
        spec, rank = self.phase.spec, 1 + len(self.ladders)
        grids = []
        for m in spec.operands[i].map:
            extent: Any = np.ones((1,) * rank, dtype=np.int64)
            for a, axis in enumerate(spec.axes):
                if c := abs(m.coefficient(axis.name)):
                    along = values_along(self.ladders[a], a, rank)
                    extent = extent + c * (np.minimum(along, step.get(axis.name, along)) - 1)
            grids.append(extent)
        return self.phase.held(spec.operands[i], to, tuple(grids))

    def tolls(self, a: int) -> tuple[Toll, ...]:
        """What loads and broken streams add to a step of a loop."""
        phase = self.phase
        streams = Streams(phase.space, self.operands, self.ladders, phase.levels)
        return (*self._loads(a), *streams.around_registers(a))

    def least(self, a: int) -> Callable[[int], Array]:
        """The cycles that a step of a reduction takes at least, by tile."""
        spec = replace(self.phase.spec, inputs=self.operands[:-1], output=self.operands[-1])
        target, levels, n = self.phase.space.target, self.phase.levels, len(self.ladders)
        arrive = [rates(target, "arrive", levels, i, n) for i in range(len(spec.inputs))]
        flat = np.zeros((1,) * (2 + n + len(levels)))
        wait = latency(spec, target)

        def cost(t: int) -> Array:
            tiles = []
            for o in spec.inputs:
                grids = extent_grids(spec, o, self.ladders, 1 + len(levels))
                tiles.append(tuple(at_tile(g, a, t) for g in grids))
            busy = np.maximum(load_cycles(spec, tiles, self._axes(a)), wait)
            return without(np.maximum(busy, arrivals(spec, tiles, arrive) + flat), a)

        return cost

    def _axes(self, a: int) -> dict[str, Any]:
        """The extents of the Spec's axes that a loop over one of them finds: more than 1 there."""
        found = axis_grids(self.phase.spec, self.ladders, 1 + len(self.phase.levels))
        return {**found, self.phase.spec.axes[a].name: 2}

    def _loads(self, a: int) -> Iterator[Toll]:
        """Loads of inputs in memory, in the innermost loop that they vary along."""
        spec = self.phase.spec
        name, load = spec.axes[a].name, self.phase.space.target.costs.load / 2
        far = [
            (i, o)
            for i, o in enumerate(self.operands[:-1])
            if not o.placement.in_registers and name in o.axes
        ]
        if not far:
            return
        placed = replace(spec, inputs=self.operands[:-1], output=self.operands[-1])

        def cost(t: int) -> Array:
            total: Any = np.zeros((1,) * (len(self.ladders) + len(self.phase.levels)))
            for i, o in far:
                grids = extent_grids(spec, o, self.ladders, 1 + len(self.phase.levels))
                tile = tuple(at_tile(g, a, t) for g in grids)
                each = np.where(
                    np.asarray(registers_of(placed, i, tile, self._axes(a))) == 1, load, 0.0
                )
                total = total + without(each, a)
            return np.asarray(total)

        yield Toll(cost)

    def edges(self, point: Point) -> Iterator[Edge]:
        """See `Base`."""
        phase, n = self.phase, len(self.ladders)
        spec = phase.spec
        values = values_at(self.ladders, point[1 : n + 1])
        extents = dict(zip((a.name for a in spec.axes), values, strict=True))
        cells = point[1 : n + 1]
        name = self.leaves.names.get(cells)
        if name is not None:
            tile = phase.space.at(self.operands, extents, Start.VALUE)
            own = float(self.leaves.costs[cells])
            for i, o in enumerate(tile.inputs):
                if not o.placement.in_registers:
                    own += phase.rate_at(i, "line", point) * float(lines(o, tile.extent_of(o)))
            yield Edge(f"select {name}", own)
        for code, (i, to) in enumerate(self.options, 2):
            o = phase.world.operands[i]
            tile = phase.space.at(phase.world.operands, extents)
            dims = tile.extent_of(tile.operands[i])
            left = point[n + 1] - int(phase.held(o, to, dims))
            slab = phase.state(self.place, self.moved | {(i, to)})
            inner = cells_of(slab.ladders, values)
            if left < 0 or inner is None:
                continue
            child = slab.node((0, *inner, left, *point[n + 2 :]))
            copy = self._load(i, to).node(dict(zip(o.dims, dims, strict=True)))
            own = phase.rate_at(i, "line", point) * float(lines(o, dims))
            text = f"move {o.name} {to.level} {print_layout(to.layout, o.dims, to.lanes)}"
            yield Edge(text, own, (Part("load", copy), Part("main", child)), code)


@dataclass(eq=False)
class StartBase(Base):
    """`accumulate` on an output that is in registers."""

    phase: Registers
    inner: Slab

    @cached_property
    def fill(self) -> Copy:
        """The neutral elements."""
        spec = self.phase.spec
        axes = zip(spec.axes, self.inner.ladders, strict=True)
        needed = {a.name: ladder.values for a, ladder in axes}
        given = self.phase.space.partial
        return self.phase.copies.fill(spec, spec.output.placement, needed, given=given)

    def costs(self, tail: Tail | None) -> Array:
        """See `Base`."""
        count = self.inner.final.ndim - 1 - len(self.inner.ladders)
        filled = self.fill.costs(axis_grids(self.phase.spec, self.inner.ladders, count))
        return np.asarray(part(self.inner.final, tail, len(self.inner.ladders)) + filled)

    def edges(self, point: Point) -> Iterator[Edge]:
        """See `Base`."""
        count = len(self.inner.ladders)
        values = values_at(self.inner.ladders, point[1 : count + 1])
        extents = dict(zip((a.name for a in self.phase.spec.axes), values, strict=True))
        parts = (Part("fill", self.fill.node(extents)), Part("main", self.inner.node(point)))
        yield Edge("accumulate", 0.0, parts)
