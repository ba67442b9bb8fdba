"""The oracle's walk from the caches to registers: the output comes there, or a reduction is split.

`OutputGoal` has the rules of what becomes of a goal once the caches are passed. What a split leaves
are goals like it. Read next: `oracle_registers.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace

from oracle_registers import RegisterGoal, registers_left
from walk import Found, Stage

from morello_mlir.action import Accumulate, Move, SplitReduction
from morello_mlir.action.move import plain_registers
from morello_mlir.graph import sole
from morello_mlir.impl import SplitReduction as SplitImpl
from morello_mlir.layout import print_layout
from morello_mlir.memory import REG, Limits, Placement
from morello_mlir.search import split, tiles
from morello_mlir.search.space import Space
from morello_mlir.spec import Operand, Spec


@dataclass(eq=False)
class OutputGoal(RegisterGoal, ABC):
    """A goal, and the phases of the caches that it passes through first (`oracle.py`)."""

    phases: tuple[str, ...] = ("L3", "L2", "L1")

    @abstractmethod
    def first(self) -> Stage:
        """The stage that a goal with reductions begins in."""

    def _entered(self, spec: Spec, w: int) -> Iterator[Found | None]:
        """The output to every place that it may have, or a reduction split."""
        for place in self._outputs(w):
            yield self._accumulated(spec, w, place)
        if all(layout is None for layout in self.space.worlds[w].layouts):
            for axis in self.spec.reductions:
                for count in split.COUNTS:
                    yield self._split(spec, axis.name, count)

    def _outputs(self, w: int) -> list[Placement]:
        wanted = [p.registers(self.spec).get(self.last) for p in self._plans(w)]
        found = dict.fromkeys(place for place in wanted if place is not None)
        if not found:
            out = self.spec.output
            found[plain_registers(out, self.spec.extent_of(out), self.target)] = None
        return list(found)

    def _accumulated(self, spec: Spec, w: int, place: Placement) -> Found | None:
        """The output to registers, and the neutral element into them."""
        state = self.state(w, place, frozenset())
        if not state.holds(spec):
            return None
        out, walk = self.space.worlds[w].operands[-1], self.oracle.walk
        stores = {
            "store": self._copy(out, place, state.grid, back=True),
            "combine": self._copy(out, place, state.grid, back=True, combine=self.spec.combine),
        }
        extents = {a: s.values for a, s in state.grid.items()}
        filled = self._filled(state, extents)

        def how(label: str, child: Spec) -> Found | None:
            if label != "main":
                return walk(child, stores[label])
            if registers_left(child) < tiles.SPARE:
                return None
            return self.oracle.closed(Accumulate(), child, filled)

        move = Move(out.name, REG, print_layout(place.layout, out.dims, place.lanes))
        return self.oracle.closed(move, spec, how)

    def _split(self, spec: Spec, axis: str, count: int) -> Found | None:
        """Partial results in registers, by some multiple of the lanes there are."""
        lanes = self.target.lane_count(self.spec.output.dtype.bytes)
        count *= lanes
        extent = self.spec.extents[axis]
        if lanes == 1 or extent < 2 * count or spec.extents.get(axis, 1) % count:
            return None
        if not all(_contiguous(o, axis) for o in self.spec.inputs if axis in o.axes):
            return None
        whole = SplitReduction(axis, count).apply(
            replace(self.spec.tiled(axis, extent - extent % count, 0), limits=Limits(())),
            self.target,
        )
        assert isinstance(whole, SplitImpl)
        values = self._split_values(axis, count, max(whole.buffers[0].placement.lanes, 1))
        if any(spec.extents.get(a, 1) not in values[a] for a in self.grid):
            return None
        fewer = {**values, axis: {v // count for v in values[axis]}}
        body = self._part(sole(whole.body.spec), fewer)
        joined = self._part(sole(whole.combine.spec), values)

        def how(label: str, child: Spec) -> Found | None:
            if registers_left(child) < tiles.SPARE:
                return None
            if label == "main":
                return body.started(child)
            return self.oracle.walk(child, joined.first())

        return self.oracle.closed(SplitReduction(axis, count), spec, how)

    def _split_values(self, axis: str, count: int, lanes: int) -> dict[str, set[int]]:
        """The extents at which the split may begin, and the new axis's."""
        most = max(0, self.space.capacity(REG) - tiles.SPARE)
        values: dict[str, set[int]] = {f"{axis}p": {count}}
        for a, steps in self.grid.items():
            values[a] = set(steps.values)
            if a == axis:
                values[a] = {v for v in values[a] if v % count == 0 and v >= 2 * count}
            elif a in self.free:
                values[a] = {v for v in values[a] if v <= max(1, most * count // lanes)}
        return values

    def _part(self, spec: Spec, values: dict[str, set[int]]) -> OutputGoal:
        """The walk of what a split leaves."""
        goals = tuple(tuple(sorted(values[a.name])) for a in spec.axes)
        spec = replace(spec, limits=self.target.limits)
        return type(self)(self.oracle, Space(spec, self.target, goals), phases=("L1",))


def _contiguous(o: Operand, axis: str) -> bool:
    dim = o.dim_of(axis)
    if dim is None or o.placement.in_registers or abs(o.map[dim].coefficient(axis)) != 1:
        return False
    return o.placement.layout.stride_along(dim, 2, 0, o.shape) == 1
