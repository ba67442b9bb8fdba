"""The oracle's walk with the output in registers: inputs come there, and reductions are unrolled.

`RegisterGoal` has the rules of what becomes of a goal whose output is in registers, and what it has
to be filled with. Invariant: a stage's grid has only tiles that its registers hold. Read next:
`walk.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil, prod
from typing import Any

from walk import (
    Children,
    Found,
    Grid,
    Loops,
    Stage,
    Values,
    Walk,
    block_of,
    buffer_of,
    grid_of,
    least,
    spans_of,
)

from morello_mlir.action import Accumulate, Move
from morello_mlir.action.move import copy_spec, held
from morello_mlir.expr import neutral
from morello_mlir.layout import print_layout
from morello_mlir.memory import REG, Limits, Placement
from morello_mlir.search import loops, registers, tiles
from morello_mlir.search.plans import Plan
from morello_mlir.search.space import Space
from morello_mlir.spec import Kind, Operand, Spec, Start
from morello_mlir.target.target import Target

Moved = frozenset[tuple[int, Placement]]
"""Inputs that have come to registers, and where to."""


@dataclass(eq=False)
class RegisterGoal:
    """A goal whose output is in registers or comes there, and its stages from then on."""

    oracle: Walk
    space: Space
    given: frozenset[int] = frozenset()
    """Inputs that were in registers before an output in registers was filled."""
    stages: dict[Any, Stage] = field(default_factory=dict)

    @property
    def spec(self) -> Spec:
        return self.space.spec

    @property
    def target(self) -> Target:
        return self.space.target

    @property
    def last(self) -> int:
        """The output's position."""
        return len(self.spec.inputs)

    @property
    def sums(self) -> list[str]:
        return [a.name for a in self.spec.reductions]

    @property
    def free(self) -> list[str]:
        return [a.name for a in self.spec.axes if a.kind is Kind.PARALLEL]

    @cached_property
    def own(self) -> int:
        """The number of the world in which nothing is packed."""
        return self.space.worlds.index(self.space.own)

    @cached_property
    def grid(self) -> Grid:
        return grid_of(self.space)

    def started(self, spec: Spec, given: Moved = frozenset()) -> Found | None:
        """A goal whose output is in registers, which may have to be filled."""
        state = self.state(self.own, spec.output.placement, given)
        if spec.start is Start.VALUE:
            return self.oracle.walk(spec, state)
        extents = {a: s.values for a, s in state.grid.items()}
        return self.oracle.closed(Accumulate(), spec, self._filled(state, extents))

    def _plans(self, w: int) -> list[Plan]:
        return [p for p in self.space.plans if self.space.suits(p, self.space.worlds[w])]

    def _filled(self, state: Stage, extents: Values) -> Children:
        """What becomes of the children of `accumulate`."""
        return lambda label, s: self.oracle.walk(
            s, state if label == "main" else self._fill(s.output.placement, extents)
        )

    def _fill(self, place: Placement, extents: Values) -> Stage:
        spec = self.spec
        assert spec.combine is not None
        names = [m.names for m in spec.output.map]
        by_dim = {
            d: extents[n[0]] if n else frozenset({1})
            for d, n in zip(spec.output.dims, names, strict=True)
        }
        axes = tuple(
            replace(a, extent=max(extents[a.name])) for a in spec.axes if a.name in self.free
        )
        out = spec.output if self.space.partial else buffer_of(spec.output, place, by_dim)
        fill = Spec(axes, (), out, neutral(spec.combine, out.dtype), serial=True).canonical()
        return self.oracle.copy(fill, extents)

    def _copy(
        self,
        o: Operand,
        place: Placement,
        grid: Grid,
        back: bool = False,
        combine: str | None = None,
    ) -> Stage:
        """Copies of an operand's tiles to a place, or back from there."""
        extents = spans_of(o, grid)
        buffer = buffer_of(o, place, extents)
        pair = (buffer, o) if back else (o, buffer)
        spec = copy_spec(*pair, Limits(()), True)
        if combine is not None:
            spec = replace(spec, combine=combine, start=Start.VALUE)
        return self.oracle.copy(spec, extents)

    def state(self, w: int, place: Placement, moved: Moved) -> Stage:
        """The output in registers, and some inputs: loops, then a leaf or one more input."""
        key = (w, place, moved)
        if key not in self.stages:
            there = {i for i, _ in moved}
            here = (o for i, o in enumerate(self.spec.inputs)
                    if i in there or o.placement.in_registers)  # fmt: skip
            placed = {n for o in here for n in o.axes}
            named = [Loops(a) for a in self.sums if a not in placed]
            short = [Loops(a, "unrolled", self._short(w, place, moved)) for a in self.sums]
            self.stages[key] = Stage(
                (*named, *short, *(Loops(a) for a in self.free)),
                self._register_grid(w, place, moved),
                lambda spec: least(
                    [self.oracle.leaf(spec, self.space), *self._inputs(spec, w, place, moved)]
                ),
            )
        return self.stages[key]

    def _register_grid(self, w: int, place: Placement, moved: Moved) -> Grid:
        """Few enough registers, short reductions around them, and no steps inside of them."""
        grid = grid_of(self.space, self.space.worlds[w])
        most = max(0, self.space.capacity(REG) - tiles.SPARE)
        finer, away = grid_of(self.space), {i for i, _ in moved}
        world = list(enumerate(zip(self.spec.operands, self.space.worlds[w].layouts, strict=True)))
        packed = [(o, Placement("L1", to)) for i, (o, to) in world if to and i not in away]
        for axis, steps in grid.items():
            if all(block_of(o, place, axis) == 1 for o, place in packed):
                steps = finer[axis]
            if axis in self.free and not self.spec.output.placement.in_registers:
                steps = steps.upto(most * block_of(self.spec.output, place, axis))
            elif axis not in self.free:
                steps = steps.stepping(registers.STEPS)
                if {i for i, _ in moved} - self.given:
                    steps = steps.upto(registers.STEPS)
            for i, to in ((self.last, place), *moved):
                steps = steps.whole(
                    block_of(self.spec.operands[i], to, axis), cut=axis in self.space.ragged
                )
            grid[axis] = steps
        return grid

    def _short(self, w: int, place: Placement, moved: Moved) -> Callable[[Spec, int], bool]:
        """Whether a reduction may be unrolled: little code, and registers for two steps' inputs."""
        plans = [p for p in self._plans(w) if p.registers(self.spec).get(self.last) == place]
        each = {a: max([block_of(self.spec.output, place, a), *(p.sizes.get(a, 1) for p in plans)])
                for a in self.spec.extents}  # fmt: skip
        ready = [p for p in plans if moved <= p.registers(self.spec).items()]

        def short(spec: Spec, trips: int) -> bool:
            code = prod(ceil(e / each[a]) for a, e in spec.extents.items())
            two = any(self._holds_two(spec, place, p) for p in ready)
            return trips <= loops.UNROLLED and code <= tiles.LEAVES and two

        return short

    def _holds_two(self, spec: Spec, place: Placement, plan: Plan) -> bool:
        step = spec.extents | {a: min(plan.sizes.get(a, 1), spec.extents.get(a, 1))
                               for a in self.sums}  # fmt: skip
        one = replace(spec, axes=tuple(replace(a, extent=step[a.name]) for a in spec.axes))
        coming = sum(
            self._held(one, i, to)
            for i, to in plan.registers(self.spec).items()
            if i < self.last and not spec.operands[i].placement.in_registers
        )
        whole = self._held(spec, self.last, place) + 2 * coming
        return not coming or whole <= self.space.capacity(REG)

    def _held(self, spec: Spec, i: int, place: Placement) -> int:
        """The registers that an operand takes at a place."""
        o = spec.operands[i]
        return held(replace(o, placement=place, shape=spec.extent_of(o)), REG, self.target)

    def _inputs(self, spec: Spec, w: int, place: Placement, moved: Moved) -> Iterator[Found | None]:
        """One more input into registers, as some plan wants it there."""
        options: dict[tuple[int, Placement], None] = {}
        for plan in self._plans(w):
            wants = plan.registers(self.spec)
            if wants.get(self.last) == place and moved <= wants.items():
                for i, to in wants.items():
                    free = not self.spec.operands[i].placement.in_registers
                    if all(i > before for before, _ in moved) and i < self.last and free:
                        options[i, to] = None
        grid = self.state(w, place, moved).grid
        for i, to in options:
            o = self.space.worlds[w].operands[i]
            inner = self.state(w, place, moved | {(i, to)})
            copy = self._copy(o, to, grid)
            move = Move(o.name, REG, print_layout(to.layout, o.dims, to.lanes))
            if inner.holds(spec):
                yield self.oracle.closed(move, spec, self._loaded(inner, copy))

    def _loaded(self, inner: Stage, copy: Stage) -> Children:
        def how(label: str, child: Spec) -> Found | None:
            if label == "main" and registers_left(child) < tiles.SPARE:
                return None
            return self.oracle.walk(child, inner if label == "main" else copy)

        return how


def registers_left(spec: Spec) -> int:
    """How many registers are free."""
    left = spec.limits.left(REG)
    assert left is not None
    return left
