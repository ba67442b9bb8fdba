"""Ladders: the extents that the search looks at along an axis, and how tiles cut them.

A ladder has sorted `values` and, among them, the `tiles` that loops may step by. Closed: what a
tile leaves of a value is a value again, or the tile is not taken there. Sizes follow from the axis:
multiples of a unit (the lanes of a register) by 1, 2, 3, ... and then by powers of two and three
times powers of two; any goal extent joins with its remainders, so 1000 is as easy as 1024.
Read next: `closure.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Cut = tuple[int, int, int]
"""A tile's index, the whole tiles, the index of what is left or -1."""

FACTORS = (
    (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 24, 32, 48),
    (1, 2, 4, 6, 8, 12, 16, 24, 32, 64),
    (1, 2, 4, 8, 16, 64),
    (1, 4, 16, 64),
    (1, 8, 64),
)
"""Fine to coarse; beyond the last factor the ladder goes on by doubling the last two or one."""

REDUCED = (1, 2, 4, 8, 64)
"""The same for reductions."""


@dataclass(frozen=True)
class Ladder:
    """See the module's text. `rests` are the values that no loop steps by: goals, and what tiles
    leave of them (some may be tiles as well)."""

    values: tuple[int, ...]
    tiles: tuple[int, ...]
    rests: frozenset[int]
    index: dict[int, int] = field(compare=False, repr=False)
    cuts: tuple[tuple[Cut, ...], ...] = field(compare=False, repr=False)

    @staticmethod
    def of(goals: Iterable[int], tiles: Iterable[int]) -> Ladder:
        """The closed ladder of some goal extents and tile sizes."""
        goals = sorted(set(goals))
        steps = sorted({t for t in tiles if t < goals[-1]})
        rests = frozenset((*goals, *(g % t for g in goals for t in steps if t < g))) - {0}
        return Ladder.exactly((*steps, *rests), steps, rests)

    @staticmethod
    def exactly(values: Iterable[int], tiles: Iterable[int], rests: Iterable[int]) -> Ladder:
        """The ladder of just these values; tiles are taken where what they leave is a value."""
        ordered = tuple(sorted(set(values)))
        index = {v: i for i, v in enumerate(ordered)}
        steps = tuple(sorted(t for t in set(tiles) if t in index))
        cuts = tuple(
            tuple(
                (index[t], v // t, index[v % t] if v % t else -1)
                for t in steps
                if t < v and (v % t == 0 or v % t in index)
            )
            for v in ordered
        )
        return Ladder(ordered, steps, frozenset(rests).intersection(index), index, cuts)

    def multiples(self, block: int) -> Ladder:
        """The ladder of an axis packed in blocks: tiles of whole blocks, and every rest."""
        tiles = [t for t in self.tiles if t % block == 0]
        kept = [v for v in self.values if v % block == 0 or v in self.rests]
        return Ladder.exactly(kept, tiles, self.rests)

    def inside(self, block: int) -> Ladder:
        """The same with tiles that cut a block evenly."""
        tiles = [t for t in self.tiles if t % block == 0 or block % t == 0]
        kept = [v for v in self.values if v % block == 0 or v in tiles or v in self.rests]
        return Ladder.exactly(kept, tiles, self.rests)

    def upto(self, most: int) -> Ladder:
        """The ladder without values beyond `most`."""
        return Ladder.exactly([v for v in self.values if v <= most], self.tiles, self.rests)

    def stepping(self, most: int) -> Ladder:
        """The ladder with the same values, and tiles up to `most`."""
        return Ladder.exactly(self.values, [t for t in self.tiles if t <= most], self.rests)

    def whole(self, block: int, *, cut: bool = False) -> Ladder:
        """The ladder with the same values, and tiles of whole blocks: of whole registers, say.

        With `cut`, the elements of a block one by one as well.
        """
        tiles = [t for t in self.tiles if t % block == 0 or (cut and t == 1)]
        return Ladder.exactly(self.values, tiles, self.rests)

    def __len__(self) -> int:
        return len(self.values)


def values_at(ladders: Sequence[Ladder], cells: Sequence[int]) -> list[int]:
    """The values that indices stand for, ladder by ladder."""
    return [ladder.values[c] for ladder, c in zip(ladders, cells, strict=True)]


def cells_of(ladders: Sequence[Ladder], values: Sequence[int]) -> list[int] | None:
    """The indices of values, ladder by ladder; None where one is not on its ladder."""
    cells = [ladder.index.get(v, -1) for ladder, v in zip(ladders, values, strict=True)]
    return None if -1 in cells else cells


def cells_between(ladders: Sequence[Ladder], others: Sequence[Ladder]) -> list[Any]:
    """Per axis, where the values of one grid lie on another; -1 where they do not."""
    return [
        np.asarray([b.index.get(v, -1) for v in a.values], dtype=np.int64)
        for a, b in zip(ladders, others, strict=True)
    ]


def tile_sizes(
    extent: int, units: Iterable[int], coarseness: int, *, reduces: bool = False
) -> tuple[int, ...]:
    """Tile sizes below an extent: multiples of each unit; 1 is always among them.

    A reduction has few: steps of its inner loop, and blocks for caches.
    """
    factors = list(REDUCED if reduces else FACTORS[coarseness])
    while factors[-1] < extent:
        twice = factors[-2] * 2 if coarseness < 2 and not reduces else factors[-1] * 2
        factors.append(twice)
    sizes = {1, *(u * f for u in units for f in factors)}
    return tuple(sorted(s for s in sizes if s < extent))


def parts_of(extent: int) -> tuple[int, ...]:
    """Tile sizes that cut an extent into equal parts, or into two to four that nearly are."""
    equal = {size for size in range(1, extent) if extent % size == 0}
    return tuple(sorted(equal | {-(-extent // parts) for parts in (2, 3, 4)} - {extent} | {1}))
