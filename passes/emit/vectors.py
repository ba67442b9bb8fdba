"""Vectors of a tile: the loops over them, their loads and stores, and lines of `Code` on them.

A `Walk` goes over axes, in lanes along the one along which an operand is contiguous. Each `Step`
of it gives an operand's elements as `Vectors`; `Arithmetic` computes on them. Invariant: lanes that
are not valid are never stored. Read next: `winograd.py`, `access.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from ...linear import Linear
from ...spec import Operand, Spec
from ...target.target import Target
from ...winograd import Code
from .access import load, store
from .view import Elements, LaneExtents, MemoryView, elements, factors_of, shifted, vector_type
from .writer import Writer

Grid = dict[tuple[int, ...], str | None]
"""Values by index, one per window; None is zero."""


@dataclass(frozen=True)
class Walk:
    """Over axes and their extents; the last, if it is `lane`, by vectors of `lanes` elements."""

    extents: tuple[tuple[str, int], ...]
    lane: str | None
    lanes: int
    kind: str
    writer: Writer
    target: Target

    @staticmethod
    def along(
        like: Operand, spec: Spec, axes: Sequence[str], writer: Writer, target: Target
    ) -> Walk:
        """With lanes along the axis along which an operand is contiguous; scalars without one."""
        layout = like.placement.layout
        contiguous = layout.strides is None or layout.strides[-1:] == (1,)
        inner = layout.parts[-1].dim
        lane = next((a for a in axes if contiguous and like.dim_of(a) == inner), None)
        order = (*(a for a in axes if a != lane), *((lane,) if lane else ()))
        lanes = target.lane_count(like.dtype.bytes) if lane else 1
        while lane and lanes // 2 >= spec.extents[lane]:
            lanes //= 2
        extents = tuple((a, spec.extents[a]) for a in order)
        return Walk(extents, lane, lanes, vector_type(lanes, like.dtype), writer, target)

    def steps(self) -> Iterator[Step]:
        """Every step; what is written for it stands inside the loops of the walk."""
        yield from self._inside({}, self.extents)

    def _inside(self, at: dict[str, Linear], extents: Sequence[tuple[str, int]]) -> Iterator[Step]:
        if not extents:
            yield Step(self, at, 1)
            return
        axis, extent = extents[0]
        if axis != self.lane:
            with self.writer.loop(extent) as number:
                yield from self._inside({**at, axis: number}, extents[1:])
            return
        whole, left = divmod(extent, self.lanes)
        if whole:
            with self.writer.loop(whole) as number:
                yield Step(self, {**at, axis: number * self.lanes}, self.lanes)
        if left:
            yield Step(self, {**at, axis: Linear((), whole * self.lanes)}, left)


@dataclass(frozen=True)
class Step:
    """Where a walk is: the axes' offsets, and how many lanes are valid."""

    walk: Walk
    at: Mapping[str, Linear]
    valid: int

    def vectors(self, operand: Operand, view: MemoryView) -> Vectors:
        """An operand's vectors here, from a view of where the walk begins."""
        walk = self.walk
        lanes = ((walk.lane, walk.lanes, self.valid),) if walk.lane else ()
        here = shifted_along(view, operand, self.at)
        return Vectors(operand, here, lanes, walk.writer, walk.target)


@dataclass(frozen=True)
class Vectors:
    """The elements of an operand at a view, by index along some of its dimensions."""

    operand: Operand
    view: MemoryView
    lanes: LaneExtents
    writer: Writer
    target: Target

    def load(self, at: Mapping[int, int]) -> str:
        """The vector at an index: dimensions that are left out are where the view begins."""
        return load(self.view, self._elements(at), self.writer, self.target)

    def store(self, value: str, at: Mapping[int, int]) -> None:
        """Write the valid lanes."""
        store(value, self.view, self._elements(at), self.writer, self.target)

    def _elements(self, at: Mapping[int, int]) -> Elements:
        index = tuple(m + at.get(d, 0) for d, m in enumerate(self.operand.map))
        return elements(index, self.lanes)


@dataclass(frozen=True)
class Arithmetic:
    """Lines of `Code` on values of one type."""

    writer: Writer
    kind: str

    def transform(
        self, codes: Sequence[Code], values: Grid, wanted: Sequence[int]
    ) -> Iterator[tuple[tuple[int, ...], str | None]]:
        """Apply a code along each window; the results up to `wanted`, row by row."""
        size = [code.inputs for code in codes]
        for w, code in enumerate(codes):
            last = w == len(codes) - 1
            done: Grid = {}
            before = [range(n) for n in wanted[:w]]
            after = [range(n) for n in size[w + 1 :]]
            for point in product(*before, *after):
                key = [(*point[:w], i, *point[w:]) for i in range(size[w])]
                made = self.run(code, [values[k] for k in key], wanted[w])
                for i, value in enumerate(made):
                    at = (*point[:w], i, *point[w:])
                    if last:
                        yield at, value
                    done[at] = value
            values = done

    def run(self, code: Code, values: Sequence[str | None], wanted: int) -> list[str | None]:
        """The first `wanted` results of a code, with no line that they do not need."""
        known: dict[int, str | None] = dict(enumerate(values))

        def value(number: int) -> str | None:
            if number not in known:
                line = code.lines[number - code.inputs]
                plus = None if line.plus is None else value(line.plus)
                known[number] = self._line(line.factor, value(line.of), plus)
            return known[number]

        return [value(r) for r in code.results[:wanted]]

    def _line(self, factor: Fraction, of: str | None, plus: str | None) -> str | None:
        write, kind = self.writer.value, self.kind
        if of is None:
            return plus
        if plus is None:
            if factor == 1:
                return of
            return write(f"arith.mulf {of}, {self._literal(factor)} : {kind}")
        if factor == 1:
            return write(f"arith.addf {plus}, {of} : {kind}")
        if factor == -1:
            return write(f"arith.subf {plus}, {of} : {kind}")
        return write(f"math.fma {of}, {self._literal(factor)}, {plus} : {kind}")

    def _literal(self, factor: Fraction) -> str:
        return self.writer.constant(f"{float(factor):.17e}", self.kind)


def shifted_along(view: MemoryView, operand: Operand, at: Mapping[str, Linear]) -> MemoryView:
    """The view with axes at offsets."""
    for axis, by in at.items():
        moved = shifted(view, factors_of(operand, axis), by)
        assert isinstance(moved, MemoryView)
        view = moved
    return view
