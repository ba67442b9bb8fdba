"""Trips: what the loops over one axis cost, made ready for the kernel.

A cut is a tile of an extent: so many trips by a body, and a rest. Bodies are told apart by their
tile, by what the output holds when they begin, and by the tolls that the extent around them pays.
Costs that differ by less than rounding does count as equal: what was offered first is taken, so no
loop rather than one, and small tiles rather than large ones. Read next: `kernel.py`, `closure.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from . import kernel
from .decisions import MARGIN, Array, Codes
from .ladder import Ladder

Paid = tuple[tuple[slice, ...], Array]
"""A part of an array, and what is paid there."""


@dataclass(frozen=True)
class Toll:
    """What every step by a tile pays besides: an array by tile that broadcasts over other axes.

    Loops over extents up to `above` pay nothing. Of the axes in `first`, by number among the
    others, only the first entry pays.
    """

    cost: Callable[[int], Array]
    above: int = 0
    first: frozenset[int] = frozenset()

    def by(self, t: int, others: tuple[int, ...]) -> Paid:
        """Which part of an array, over the other axes after its first, pays what each step."""
        where = tuple(slice(0, 1 if p in self.first else n) for p, n in enumerate(others))
        return (slice(None), *where), np.broadcast_to(self.cost(t), others)[where]


@dataclass(frozen=True)
class Nest:
    """The loops over one axis that a closure allows, and what they cost.

    `step` and `entry` are cycles per trip and per loop. A body by a tile takes at least `least`
    cycles: an array like a toll's. `threads` above one divides the trips. `within`, if given, is
    where loops are allowed at all: an array of truth values that broadcasts over the extents.
    """

    axis: int
    order: str
    step: float
    entry: float
    most_trips: int = 0
    least: Callable[[int], Array] | None = None
    tolls: tuple[Toll, ...] = ()
    threads: int = 1
    reduces: bool = False
    within: Callable[[], Any] | None = None

    def allows(self, trips: int) -> bool:
        """Whether a loop may have that many trips."""
        return not self.most_trips or trips <= self.most_trips

    def steps(self, trips: int) -> int:
        """The tiles that the busiest thread does."""
        return -(-trips // min(self.threads, trips)) if self.threads > 1 else trips

    def total(self, body: Array, trips: int, extent: int, paid: Sequence[Paid]) -> Array:
        """What loops over an extent cost, without their rests, by bodies and what tolls are paid.

        The first axis of bodies is the start, the others are those of the tolls.
        """
        steps = self.steps(trips)
        total = body * steps + (steps * self.step + self.entry)
        for toll, (where, cycles) in zip(self.tolls, paid, strict=True):
            if extent > toll.above:
                total[where] += steps * cycles
        return total


def cut(
    rows: Array,
    out: Array,
    ladder: Ladder,
    nest: Nest,
    codes: Codes | None,
    first: int,
    others: tuple[int, ...],
) -> None:
    """Close rows along their third axis into `out`; all are contiguous, the first is the start.

    Where a loop costs less, `codes`, if given, get the number of its tile, counted from `first`.
    The second axis and the last are those of an array besides start and extent, whose shape is
    `others`.
    """
    assert rows.dtype == out.dtype == np.float64
    starts, before, extents, after = rows.shape
    if not rows.size:
        return
    if after < kernel.LANES:
        assert before == 1
        wide = [(0, 0), (0, 0), (0, 0), (0, kernel.LANES - after)]
        more, space = np.pad(rows, wide), np.empty((starts, 1, extents, kernel.LANES))
        noted = None if codes is None else np.pad(codes, wide)
        cut(more, space, ladder, nest, noted, first, others)
        out[...] = space[..., :after]
        if codes is not None and noted is not None:
            codes[...] = noted[..., :after]
        return
    last = len(rows) - 1
    tolls, least = (_padded(a, before * after) for a in _paid(nest, ladder, others))
    for start in reversed(range(len(rows))):
        later = last if nest.reduces else start
        loops = _loops(ladder, nest, shared=later != start)
        given = {
            "source": rows[start],
            "added": rows[later],
            "done": None if later == start else out[later],
            "result": out[start],
            "codes": None if codes is None else codes[start],
            "code_bytes": 0 if codes is None else codes.itemsize,
            "before": before,
            "extents": extents,
            "after": after,
            "tolls": tolls,
            "least": least,
            "step": nest.step,
            "entry": nest.entry,
            "margin": MARGIN,
            "body": np.empty((loops["bodies"], kernel.LANES)),
            "first": first,
            "left": np.empty((len(ladder) + 1, kernel.LANES)),
        }
        kernel.close({**given, **loops})


def _loops(ladder: Ladder, nest: Nest, *, shared: bool) -> dict[str, Any]:
    """Bodies and cuts as the kernel takes them, for the loops that a nest allows.

    Of a reduction, several trips cost what trips cost that add: `shared`.
    """
    kind = Nest(0, nest.order, 0.0, 0.0, nest.most_trips, threads=nest.threads)
    return _arranged(ladder, kind, _thresholds(nest), nest.least is not None, shared)


@lru_cache(maxsize=256)
def _arranged(
    ladder: Ladder, nest: Nest, above: tuple[int, ...], floors: bool, shared: bool
) -> dict[str, Any]:
    """The same, of all that it follows from: most slabs of a goal have the same loops."""
    tiles = [ladder.index[t] for t in ladder.tiles]
    ranks = {t: r for r, t in enumerate(tiles)}
    found: dict[tuple[int, bool, int], int] = {}
    begin, made = [0], []
    for value, each in zip(ladder.values, ladder.cuts, strict=True):
        paid = sum(value > limit for limit in above)
        for t, trips, rest in each:
            if nest.allows(trips):
                toll = (paid - 1) * len(tiles) + ranks[t] if paid else -1
                body = found.setdefault((ranks[t], shared and trips > 1, toll), len(found))
                left = rest if rest >= 0 else len(ladder)
                made.append((body, nest.steps(trips), left, ranks[t]))
        begin.append(len(made))
    bodies = np.array([*found], np.int64).reshape(-1, 3).T.copy()
    cuts = np.array(made, np.int64).reshape(-1, 4).T.copy()
    return {
        "bodies": len(found),
        "body_row": np.array(tiles, np.int64)[bodies[0]],
        "body_added": bodies[1],
        "body_toll": bodies[2],
        "body_least": bodies[0] if floors else np.full_like(bodies[0], -1),
        "begin": np.array(begin, np.int64),
        "cut_body": cuts[0],
        "cut_steps": cuts[1].astype(np.float64),
        "cut_rest": cuts[2],
        "cut_code": cuts[3],
    }


def _padded(paid: Array, columns: int) -> Array:
    """What is paid, row by row; columns that stand for nothing pay nothing."""
    missing = columns - paid.shape[1]
    return np.pad(paid, [(0, 0), (0, missing)]) if missing else paid


def _thresholds(nest: Nest) -> tuple[int, ...]:
    """The extents above which tolls are paid, ascending."""
    return tuple(sorted({toll.above for toll in nest.tolls}))


def _paid(nest: Nest, ladder: Ladder, others: tuple[int, ...]) -> tuple[Array, Array]:
    """What is paid by threshold and tile, and the least that a trip takes by tile."""
    tiles = [ladder.index[t] for t in ladder.tiles]
    limits = _thresholds(nest)
    tolls = np.zeros((len(limits), len(tiles), *others))
    for toll in nest.tolls:
        for r, t in enumerate(tiles):
            where, cycles = toll.by(t, others)
            tolls[limits.index(toll.above) :, r][where] += cycles
    least = np.empty((len(tiles) if nest.least else 0, *others))
    if nest.least is not None:
        for r, t in enumerate(tiles):
            least[r] = nest.least(t)
    return tolls.reshape(len(limits) * len(tiles), prod(others)), least.reshape(-1, prod(others))
