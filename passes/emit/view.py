"""Views: where an operand's elements are while code is emitted.

A `MemoryView` is a window of a flat buffer, addressed through the operand's layout; a
`RegisterView` is a window of a table of SSA values. Both start at `start`, a logical index. In
memory it is linear in the loop variables around; register windows start at constants, because loops
that walk registers are unrolled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product

from ...dtype import DType
from ...layout import Layout, lane_parts
from ...linear import Linear
from ...lookup import Lookup
from ...spec import Border, Operand
from .rows import row_number
from .writer import Writer

ORIGIN = Linear()


@dataclass(frozen=True, slots=True)
class MemoryView:
    """`base` is added to every address: the part of a buffer that belongs to one thread, say.

    With `rows` it is a window of a table whose rows are looked up.
    """

    memref: str
    kind: str
    dtype: DType
    layout: Layout
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    start: tuple[Linear, ...]
    base: Linear
    border: Border | None = None
    rows: Rows | None = None

    @staticmethod
    def of(
        memref: str,
        kind: str,
        operand: Operand,
        base: Linear = ORIGIN,
        rows: Rows | None = None,
    ) -> MemoryView:
        """All of an operand's buffer."""
        layout, shape = operand.placement.layout, operand.shape
        strides, start = layout.physical_strides(shape), (ORIGIN,) * len(shape)
        dtype, border = operand.dtype, operand.border
        return MemoryView(memref, kind, dtype, layout, shape, strides, start, base, border, rows)

    def moved(self, factors: Sequence[int], by: Linear | int) -> MemoryView:
        """The window that starts `by` times `factors` further on."""
        start = tuple(s + by * f if f else s for s, f in zip(self.start, factors, strict=True))
        return MemoryView(
            self.memref,
            self.kind,
            self.dtype,
            self.layout,
            self.shape,
            self.strides,
            start,
            self.base,
            self.border,
            self.rows,
        )

    def place(self, address: Linear, writer: Writer) -> Linear:
        """Where in the memref an element is: half bytes are two in one place."""
        return writer.divide(address, 2)[0] if self.dtype.is_nibble else address

    def address(self, index: Sequence[Linear | int], writer: Writer) -> Linear:
        """The element offset of a logical index relative to the window's start."""
        left = [s + i if i else s for s, i in zip(self.start, index, strict=True)]
        if self.rows is not None:
            return self._looked_up(self.rows, left, writer)
        terms, const = dict(self.base.terms), self.base.const
        for i, (part, stride) in enumerate(zip(self.layout.parts, self.strides, strict=True)):
            step = self.layout.step(i)
            if step == 1:
                quotient, left[part.dim] = left[part.dim], ORIGIN
            else:
                quotient, left[part.dim] = writer.divide(left[part.dim], step)
            const += quotient.const * stride
            for v, c in quotient.terms:
                terms[v] = terms.get(v, 0) + c * stride
        return Linear.of(terms, const)

    def _looked_up(self, rows: Rows, index: list[Linear], writer: Writer) -> Linear:
        """The element offset in the table: of the row, and in it."""
        rank = rows.lookup.rank
        place = rows.index.address(index[:rank], writer)
        at = f"{rows.index.memref}[{writer.address(place)}]"
        element = writer.once(f"memref.load {at} : {rows.index.kind}")
        total = Linear.var(row_number(rows.lookup, element, writer), rows.lookup.pitch)
        for at_dim, stride in zip(index[rank:], self.strides[rank:], strict=True):
            total += at_dim * stride
        return total

    def walks_rows(self, dim: int) -> bool:
        """Whether a dimension goes from one row that is looked up to the next."""
        return self.rows is not None and dim < self.rows.lookup.rank


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the numbers of rows are, and how they are read."""

    index: MemoryView
    lookup: Lookup

    @staticmethod
    def of(index: MemoryView, lookup: Lookup, shape: tuple[int, ...]) -> Rows:
        """Those of an operand of that shape, whose numbers lie where `index` does."""
        layout, numbers = lookup.layout, shape[: lookup.rank]
        start, strides = (ORIGIN,) * lookup.rank, layout.physical_strides(numbers)
        seen = replace(index, layout=layout, shape=numbers, strides=strides, start=start)
        return Rows(seen, lookup)


@dataclass(frozen=True, slots=True)
class RegisterView:
    """`values` is shared by all windows of one register buffer and is updated in place.

    So is `places`: the register and the lane of elements that were asked for before.
    """

    dtype: DType
    layout: Layout
    lanes: int
    start: tuple[int, ...]
    values: dict[tuple[int, ...], str] = field(default_factory=dict)
    places: dict[tuple[int, ...], tuple[tuple[int, ...], int]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The MLIR type of one register."""
        return vector_type(self.lanes, self.dtype)

    def moved(self, factors: Sequence[int], by: Linear | int) -> RegisterView:
        """The window that starts `by` times `factors` further on."""
        assert isinstance(by, int), "registers are addressed by constants"
        start = tuple(s + by * f for s, f in zip(self.start, factors, strict=True))
        return RegisterView(self.dtype, self.layout, self.lanes, start, self.values, self.places)

    def key(self) -> tuple[int, ...]:
        """Which register holds the window's first element."""
        return self._locate(self.start)[0]

    def locate(self, index: Sequence[int]) -> tuple[tuple[int, ...], int]:
        """The register and the lane of an element, by its index relative to the window's start."""
        return self._locate(tuple(s + i for s, i in zip(self.start, index, strict=True)))

    def _locate(self, at: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
        known = self.places.get(at)
        if known is None:
            known = self.places[at] = self._place(at)
        return known

    def _place(self, at: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
        physical = self.layout.physical_index(at)
        cut = len(physical) - lane_parts(self.layout, self.lanes)
        lane = 0
        for part, i in zip(self.layout.parts[cut:], physical[cut:], strict=True):
            lane = lane * (part.size or 1) + i
        return physical[:cut], lane


View = MemoryView | RegisterView


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of one operand in the lanes of a vector.

    `valid` has the lanes that have an element, each with the element's logical index. `along` is
    the one dimension along which these walk step by step, or None.
    """

    lanes: int
    valid: tuple[tuple[int, tuple[int, ...]], ...]
    along: int | None

    @staticmethod
    def of(lanes: Sequence[tuple[int, ...] | None]) -> Elements:
        """From the logical index of each lane's element, None for a lane without one."""
        valid = tuple((i, index) for i, index in enumerate(lanes) if index is not None)
        first = valid[0][1]
        moving = [d for d, start in enumerate(first) if any(at[d] != start for _, at in valid)]
        along = moving[0] if len(moving) == 1 else None
        if along is not None and any(
            at[along] - first[along] != i for i, (_, at) in enumerate(valid)
        ):
            along = None
        return Elements(len(lanes), valid, along)

    @property
    def first(self) -> tuple[int, ...]:
        """The index of the first element."""
        return self.valid[0][1]

    @property
    def are_together(self) -> bool:
        """Whether the lanes without an element come last."""
        return self.valid[-1][0] == len(self.valid) - 1


LaneExtents = tuple[tuple[str, int, int], ...]
"""The axes along which lanes run, outermost first: name, lanes, and how many are valid."""


@lru_cache(maxsize=1024)
def elements(index: tuple[Linear, ...], lanes: LaneExtents) -> Elements:
    """What the lanes hold of an operand with that indexing map."""
    found: list[tuple[int, ...] | None] = []
    for point in product(*(range(size) for _, size, _ in lanes)):
        valid = all(i < extent for i, (_, _, extent) in zip(point, lanes, strict=True))
        at = {name: i for i, (name, _, _) in zip(point, lanes, strict=True)}
        found.append(
            tuple(m.const + sum(c * at.get(v, 0) for v, c in m.terms) for m in index)
            if valid
            else None
        )
    return Elements.of(found)


def vector_type(lanes: int, dtype: DType) -> str:
    """A vector of that many elements; one lane is a scalar."""
    return f"vector<{lanes}x{dtype.mlir}>" if lanes > 1 else dtype.mlir


def factors_of(operand: Operand, axis: str) -> tuple[int, ...]:
    """How far one step along an axis moves an operand's view, along each of its dimensions."""
    return tuple(m.coefficient(axis) for m in operand.map)


def shifted(view: View, factors: tuple[int, ...], by: Linear | int) -> View:
    """The view of the tile that starts `by` steps along the axis that the factors are of."""
    return view.moved(factors, by) if any(factors) else view
