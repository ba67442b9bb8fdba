"""The register phase of a goal that reduces: what is left once caches are settled.

The output goes to registers and starts at the neutral element; then inputs come to registers, loops
over register axes unroll, reductions loop, and a leaf remains. A state is the output's place and
the inputs that have been moved; its slab counts registers. Read next: `caches.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..action.move import plain_registers
from ..layout import print_layout
from ..memory import Placement
from ..spec import Operand, Spec, Start
from ..target.strict import is_ordered
from ..traffic import lines, runs
from .closure import Array, Scratch
from .copies import Copies, Copy
from .decisions import Decided
from .epilogue import Stores, single
from .grids import (
    CACHES,
    Grids,
    Levels,
    axis_grids,
    by_dim,
    chosen,
    extent_grids,
    needed_of,
    part,
    rates,
)
from .ladder import Ladder, cells_between, cells_of, values_at
from .plans import Plan
from .slab import Edge, Node, Part, Point, Slab, Tail
from .space import Space, World
from .split import Split, splits
from .tiles import SPARE, Moved, StartBase, TileBase

STEPS = 32
"""The largest step of a reduction loop around registers: beyond it nothing changes."""


@dataclass(eq=False)
class Registers:
    """The register phase in one world."""

    space: Space
    world: World
    copies: Copies
    levels: Levels
    scratch: Scratch
    given: Moved = frozenset()
    states: dict[tuple[Placement, Moved], Slab] = field(default_factory=dict)

    @property
    def spec(self) -> Spec:
        """The goal."""
        return self.space.spec

    @property
    def spare(self) -> int:
        """The registers that code needs besides the operands', with one that lanes are added up
        in."""
        epilogue = self.space.epilogue
        return SPARE + (epilogue is not None and bool(epilogue.reductions))

    @property
    def registers(self) -> int:
        """How many registers there are for operands."""
        return max(0, self.space.capacity(self.space.target.nearest) - self.spare)

    @cached_property
    def outputs(self) -> tuple[Placement, ...]:
        """The register places that the output may go to."""
        if self.spec.output.placement.in_registers:
            return (self.spec.output.placement,)
        last = len(self.spec.inputs)
        if any(self.world.operands[i].border is not None for i in self.space.movable):
            return ()  # the border is for a move to copy
        wanted = [plan.registers(self.spec).get(last) for plan in self.plans]
        found = dict.fromkeys(place for place in wanted if place is not None)
        if not found:
            shape = self.spec.extent_of(self.spec.output)
            found = {plain_registers(self.spec.output, shape, self.space.target): None}
        return tuple(p for p in found if all(map(len, self.ladders(p, frozenset()))))

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The plans that read what is packed as it is packed."""
        return tuple(p for p in self.space.plans if self.space.suits(p, self.world))

    def ladders(self, place: Placement, moved: Moved) -> tuple[Ladder, ...]:
        """The grid of a state: register tiles, and short reductions once inputs are moved."""
        cut = []
        grid = zip(self.spec.axes, self.world.ladders, self.space.own.ladders, strict=True)
        for axis, ladder, finer in grid:
            if not self.packed_along(axis.name, moved):
                ladder = finer
            if axis.name in self.spec.output.axes:
                dim = self.spec.output.dim_of(axis.name)
                lanes = place.layout.block(dim) if dim is not None else 1
                given = self.spec.output.placement.in_registers  # and has what it needs
                cut.append(ladder if given else ladder.upto(self.registers * lanes))
            else:
                short = ladder.stepping(STEPS)
                cut.append(short.upto(STEPS) if moved - self.given else short)
            for o, to in (
                *((self.spec.inputs[i], to) for i, to in moved),
                (self.spec.output, place),
            ):
                dim = o.dim_of(axis.name)
                if dim is not None:
                    ones = axis.name in self.space.ragged  # else no view starts inside one
                    cut[-1] = cut[-1].whole(to.layout.block(dim), cut=ones)
        return tuple(cut)

    def packed_along(self, axis: str, moved: Moved) -> bool:
        """Whether an input that is still in memory was packed in blocks along an axis."""
        there = {i for i, _ in moved}
        for i, layout in enumerate(self.world.layouts):
            dim = self.spec.operands[i].dim_of(axis)
            if layout is not None and i not in there and dim is not None and layout.block(dim) > 1:
                return True
        return False

    def state(self, place: Placement, moved: Moved) -> Slab:
        """The slab with the output at a place and some inputs in registers."""
        key = (place, moved)
        if key not in self.states:
            base = TileBase(self, place, moved)
            layout = print_layout(place.layout, self.spec.output.dims, place.lanes)
            slab = Slab(
                f"{self.spec.output.name} in {layout}",
                tuple(a.name for a in self.spec.axes),
                base.ladders,
                tuple(base.nests()),
                base,
            )
            slab.solve(self.scratch)
            self.states[key] = slab
        return self.states[key]

    def opened(self, start: Start, point: Point) -> Node:
        """The node of a goal whose output is in registers already."""
        place = self.spec.output.placement
        slab = self.state(place, self.given) if start is Start.VALUE else self.started()
        return slab.node(point)

    def started(self) -> Slab:
        """The slab of goals that initialise an output that is in registers already."""
        slab = self.state(self.spec.output.placement, self.given)
        filled = Slab("start", slab.axes, slab.ladders, (), StartBase(self, slab))
        filled.solve(self.scratch)
        return filled

    @cached_property
    def splits(self) -> tuple[Split, ...]:
        """The splits of reductions that may pay."""
        if self.space.epilogue is not None:
            return ()
        return tuple(splits(self))

    def held(self, o: Operand, place: Placement, extents: Grids) -> Any:
        """Registers that a tile takes, as `action.move.held` counts them."""
        total: Any = 1
        for d, e in enumerate(extents):
            block = place.layout.block(d)
            total = total * -(-e // block)
        size = max(place.lanes, 1) * o.dtype.bytes
        return total * max(1, -(-size // self.space.target.register_bytes))

    @property
    def ways(self) -> int:
        """How many ways there are into the register phase, a code for each."""
        return len(self.outputs) + len(self.splits)

    @cached_property
    def results(self) -> Decided:
        """The whole of `result`."""
        return self._result(None)

    def result(self, tail: Tail | None) -> Decided:
        """Costs of goals whose output is still in memory, over the world's grid.

        Both starts, one capacity, and the levels (those of the tail, if one is given).
        """
        return self.results if tail is None else self._result(tail)

    def _result(self, tail: Tail | None) -> Decided:
        levels = chosen(self.levels, tail)
        shape = (2, *self.world.shape, 1, *map(len, levels))
        best = Decided(np.full(shape, np.inf), np.zeros(shape, np.uint8), True)
        for code, place in enumerate(self.outputs, 1):
            ladders = self.ladders(place, frozenset())
            cells = cells_between(ladders, self.world.ladders)
            costs = self._entered(place, levels, tail)
            best.offer_at(np.ix_([0, 1], *cells), costs, code)
        for code, split in enumerate(self.splits, len(self.outputs) + 1):
            best.offer_at(*split.costs(levels, tail), code)
        return best

    def _entered(self, place: Placement, levels: Levels, tail: Tail | None) -> Array:
        """Costs with the output moved to registers at a place."""
        n = len(self.spec.axes)
        slab = self.state(place, frozenset())
        ladders = slab.ladders
        out = self.world.operands[-1]
        shape = tuple(map(len, ladders))
        need = self.held(out, place, extent_grids(self.spec, out, ladders, 0))
        left = self.registers - np.broadcast_to(need, (1, *shape)).reshape(-1)
        final = part(slab.final, tail, n)
        rows = final.reshape(len(left), *final.shape[n + 1 :])
        where = np.maximum(left, 0) if rows.shape[1] > 1 else np.zeros_like(left)
        taken = rows[np.arange(len(left)), where]
        taken[left < 0] = np.inf
        taken = taken.reshape(1, *shape, 1, *final.shape[n + 2 :])
        count = 1 + len(levels)
        grids = extent_grids(self.spec, out, ladders, count)
        fill, store, join = self.entry_copies(place)
        dims = by_dim(out, grids)
        filled: Any = fill.costs(axis_grids(self.spec, ladders, count))
        whole = np.zeros((1,) * (1 + n + count))  # an output without dimensions has no grids
        if self.space.epilogue is not None:
            done = Stores.of(self, place, needed_of(self.spec, out, ladders)).costs(dims) + whole
            return np.concatenate([taken + filled + done, np.full_like(taken + done, np.inf)])
        back = np.concatenate([store.costs(dims) + whole, join.costs(dims) + whole])
        if self.ordered:
            begun = [filled + whole, self.old_values(place).costs(dims) + whole]
            filled, back = np.concatenate(begun), store.costs(dims) + whole
        rate = rates(self.space.target, "back", levels, len(levels) - 1, n)
        waits = np.asarray([0.0, 1.0]).reshape(2, *(1,) * (n + count))
        run = rates(self.space.target, "run", levels, len(levels) - 1, n)
        touched = lines(out, grids)
        old = runs(out, grids) * run + touched * self.space.target.costs.join
        again = rates(self.space.target, self.again, levels, len(levels) - 1, n)
        moved = touched * (rate + again * waits) + old * waits
        return np.asarray(taken + filled + back + moved)

    @cached_property
    def ordered(self) -> bool:
        """Whether terms are combined in their order: with old values, not apart from them."""
        return is_ordered(self.spec, self.space.target)

    @property
    def again(self) -> str:
        """Where to look up what lines cost of an output that holds a value, besides writing."""
        return "line" if self.ordered else "back"

    def old_values(self, place: Placement) -> Copy:
        """What loads an output that holds a value, where it is not combined afterwards."""
        out = self.world.operands[-1]
        needed = needed_of(self.spec, out, self.ladders(place, frozenset()))
        return self.copies.load(out, place, needed)

    def entry_copies(self, place: Placement) -> tuple[Copy, Copy, Copy]:
        """Fill, store and combine of the output's register tile."""
        spec, out = self.spec, self.world.operands[-1]
        ladders = self.ladders(place, frozenset())
        needed = needed_of(spec, out, ladders)
        by_axis = {
            axis.name: ladder.values for axis, ladder in zip(spec.axes, ladders, strict=True)
        }
        return (
            self.copies.fill(spec, place, by_axis),
            self.copies.store(out, place, needed, None),
            self.copies.store(out, place, needed, spec.combine),
        )

    def entries(self, point: Point) -> Iterator[Edge]:
        """The ways from a point of `result`."""
        n = len(self.spec.axes)
        names = [a.name for a in self.spec.axes]
        extents = values_at(self.world.ladders, point[1 : n + 1])
        tile = self.space.at(self.world.operands, dict(zip(names, extents, strict=True)))
        out = self.world.operands[-1]
        dims = tile.extent_of(tile.output)
        for code, place in enumerate(self.outputs, 1):
            slab = self.state(place, frozenset())
            left = self.registers - int(self.held(out, place, dims))
            cells = cells_of(slab.ladders, extents)
            if left < 0 or cells is None:
                continue
            child = slab.node((0, *cells, left, *point[n + 2 :]))
            if self.space.epilogue is not None:
                yield self._staged(place, child, dims, dict(zip(names, extents, strict=True)), code)
                continue
            fill, store, join = self.entry_copies(place)
            named = dict(zip(out.dims, dims, strict=True))
            adds = point[0] == 1
            back = join if adds else store
            rate = self.rate_at(len(self.levels) - 1, "back", point)
            own = rate * float(lines(out, dims))
            if adds:
                own += self.rate_at(len(self.levels) - 1, self.again, point) * float(
                    lines(out, dims)
                )
                run = self.rate_at(len(self.levels) - 1, "run", point)
                own += run * float(runs(out, dims))
                own += self.space.target.costs.join * float(lines(out, dims))
            to = print_layout(place.layout, out.dims, place.lanes)
            text = f"move {out.name} {place.level} {to}"
            if adds and self.ordered:
                old = Part("load", self.old_values(place).node(named))
                stored = Part("store", store.node(named))
                yield Edge(text, own, (old, stored, Part("main", child)), code)
                continue
            filled = fill.node(dict(zip(names, extents, strict=True)))
            # `accumulate` follows at once; its fill is part of the same edge.
            yield Edge(
                f"{text}; accumulate",
                own,
                (
                    Part("combine" if adds else "store", back.node(named)),
                    Part("fill", filled),
                    Part("main", child),
                ),
                code,
            )

        for code, split in enumerate(self.splits, len(self.outputs) + 1):
            edge = split.edge(point)
            if edge is not None:
                yield replace(edge, code=code)

    def _staged(
        self,
        place: Placement,
        child: Node,
        dims: tuple[int, ...],
        extents: dict[str, int],
        code: int,
    ) -> Edge:
        """The sum in registers, and then what is done with it."""
        out = self.world.operands[-1]
        stores = Stores.of(self, place, needed_of(self.spec, out, self.ladders(place, frozenset())))
        fill, _, _ = self.entry_copies(place)
        parts = Part("fill", fill.node(extents)), Part("main", child)
        before = single(self.spec, Edge("accumulate", 0.0, parts), self)
        named = dict(zip(out.dims, dims, strict=True))
        to = print_layout(place.layout, out.dims, place.lanes)
        text = f"bufferize {out.name} {place.level} {to}; stage {stores.epilogue.value}"
        done = Part("before", before), Part("after", stores.node(named))
        return Edge(text, stores.own(named), done, code)

    def rate_at(self, i: int, table: str, point: Point) -> float:
        """A coefficient for the level that an operand has at a point."""
        level = self.levels[i][point[2 + len(self.spec.axes) + i]]
        return self.space.target.costs.of(table, CACHES[level])
