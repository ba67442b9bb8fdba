"""Lookups: rows of a table that an array of integers names, as the rows of one operand.

    A[i, j, p] = table[row(index[i, j]), p]

The operand is walked as if its rows lay in a row, each far from the next: its first dimensions are
those of the index array, the others those of the table but one, and its layout's strides say that
no two rows touch. So tiles, traffic and matching need to know nothing of it; only whoever asks
where an element lies does. Invariant: an operand with a lookup is read, and keeps the shape of the
index array in front; a copy of it has no lookup. Read next: `spec.py`, `passes/emit/rows.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from .dtype import DType
from .expr import Expr
from .layout import Layout, Part


@dataclass(frozen=True, slots=True)
class Lookup:
    """Which rows an operand has: `row` of an index element, along `dim` of a table, row-major.

    `dtype` and `layout` are those of the index array, whose shape the operand has in front.
    """

    dtype: DType
    layout: Layout
    row: Expr
    table: tuple[int, ...]
    dim: int = 0

    @property
    def rank(self) -> int:
        """How many dimensions the index array has: so many of the operand's are looked up."""
        return self.layout.rank

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return self.table[self.dim]

    @property
    def pitch(self) -> int:
        """Elements from one row of the table to the next."""
        return prod(self.table[self.dim + 1 :])

    def operand_layout(self, shape: tuple[int, ...]) -> Layout:
        """Where an operand of that shape has its elements: rows an odd number of pitches apart,
        further than the table is long, so that they share the caches' sets as rows of it do."""
        far = self.pitch * (2 * (prod(self.table) // self.pitch) + 1)
        strides = [prod(shape[d + 1 : self.rank]) * far for d in range(self.rank)]
        strides += [prod(self.table[d + 1 :]) for d in range(len(self.table)) if d != self.dim]
        return Layout(tuple(map(Part, range(len(shape)))), tuple(strides))
