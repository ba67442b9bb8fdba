"""Views: where an operand's elements are while code is emitted.

A `MemoryView` is a window of a flat buffer, addressed through the operand's layout; a
`RegisterView` is a window of a table of SSA values. Both start at `start`, a logical index that is
linear in the loop variables around. Register windows start at constants, because loops that walk
registers are unrolled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ...dtype import DType
from ...layout import Layout, lane_parts
from ...linear import Linear
from ...spec import Operand
from .writer import Writer


@dataclass(frozen=True)
class MemoryView:
    """`base` is added to every address: the part of a buffer that belongs to one thread, say."""

    memref: str
    kind: str
    dtype: DType
    layout: Layout
    shape: tuple[int, ...]
    start: tuple[Linear, ...]
    base: Linear = field(default_factory=Linear)

    def address(self, index: Sequence[Linear | int], writer: Writer) -> Linear:
        """The element offset of a logical index relative to the window's start."""
        at = [s + i for s, i in zip(self.start, index, strict=True)]
        strides = self.layout.physical_strides(self.shape)
        left = dict(enumerate(at))
        total = self.base
        for i, part in enumerate(self.layout.parts):
            step = self.layout.step(i)
            quotient, left[part.dim] = writer.divide(left[part.dim], step)
            if step == 1:
                left[part.dim] = Linear()
            total = total + quotient * strides[i]
        return total


@dataclass(frozen=True)
class RegisterView:
    """`values` is shared by all windows of one register buffer and is updated in place."""

    dtype: DType
    layout: Layout
    lanes: int
    start: tuple[Linear, ...]
    values: dict[tuple[int, ...], str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The MLIR type of one register."""
        return vector_type(self.lanes, self.dtype)

    def key(self) -> tuple[int, ...]:
        """Which register holds the window's first element."""
        return self.locate([0] * len(self.start))[0]

    def locate(self, index: Sequence[int]) -> tuple[tuple[int, ...], int]:
        """The register and the lane of an element, by its index relative to the window's start."""
        assert all(not s.terms for s in self.start), "registers are addressed by constants"
        at = [s.const + i for s, i in zip(self.start, index, strict=True)]
        physical = self.layout.physical_index(at)
        cut = len(physical) - lane_parts(self.layout, self.lanes)
        lane = 0
        for part, i in zip(self.layout.parts[cut:], physical[cut:], strict=True):
            lane = lane * (part.size or 1) + i
        return physical[:cut], lane


View = MemoryView | RegisterView
Lanes = Sequence[tuple[int, ...] | None]  # the logical index of each lane's element


def vector_type(lanes: int, dtype: DType) -> str:
    """A vector of that many elements; one lane is a scalar."""
    return f"vector<{lanes}x{dtype.mlir}>" if lanes > 1 else dtype.mlir


def shifted(view: View, operand: Operand, axis: str, by: Linear | int) -> View:
    """The view of the tile that starts `by` steps along an axis."""
    step = by if isinstance(by, Linear) else Linear((), by)
    start = tuple(
        s + step * m.coefficient(axis) for s, m in zip(view.start, operand.map, strict=True)
    )
    return replace(view, start=start)
