"""Refining a fit: coefficients are as good as the programs that they choose.

Least squares weigh a program that nobody would choose as much as the best one. `refine` walks from
given coefficients at random and keeps what lowers the loss: of programs near the best, by how much
those that seem cheapest are slower than the fastest; of random programs, what their rank
correlation lacks to one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from bench.fit import Floats, spearman

NEAR = 0.008
"""Programs whose costs are within so much of the least may be chosen as well."""
RANKS = 0.04
"""What rank correlations count for beside the time of what is chosen."""
STRAY = 0.002
"""What the squared logarithms of changes count for: coefficients that do not matter stay."""
LEAST, MOST = 0.15, 5.0
"""How far a coefficient may go, as factors."""
STEP = 0.5
LEVELS = ("L1", "L2", "L3", "mem")


@dataclass(frozen=True)
class Group:
    """Programs of one goal: the counts of terms, and cycles; `near` the best, or random ones."""

    rows: Sequence[Mapping[str, float]]
    cycles: Sequence[float]
    near: bool

    @cached_property
    def _counts(self) -> tuple[list[str], Floats]:
        """The terms, and their counts by program and term."""
        terms = sorted({t for row in self.rows for t in row})
        return terms, np.asarray([[row.get(t, 0.0) for t in terms] for row in self.rows])

    def loss(self, cost: Mapping[str, float]) -> float:
        """What coefficients lose here; every term has one."""
        terms, counts = self._counts
        predicted = counts @ np.asarray([cost[t] for t in terms])
        measured = np.asarray(self.cycles, np.float64)
        if not self.near:
            return RANKS * (1.0 - spearman(predicted, measured))
        weights = np.exp((1.0 - predicted / predicted.min()) / NEAR)
        return float(weights @ (measured / measured.min() - 1.0) / weights.sum())


def refine(
    groups: Sequence[Group], start: Mapping[str, float], free: Sequence[str], tries: int, seed: int
) -> dict[str, float]:
    """Coefficients of less loss than the given ones, if the walk finds any.

    Only the `free` ones change, which are not zero. A level never costs more than one that is
    farther, where that was so before.
    """
    random = np.random.default_rng(seed)
    before = np.asarray([start[t] for t in free], np.float64)
    best = before.copy()
    pairs = _pairs(free, before)
    least = _loss(groups, start, free, best, before)
    for _ in range(tries):
        count = int(random.integers(1, min(3, len(free)) + 1))
        changed = random.choice(len(free), count, replace=False)
        other = best.copy()
        other[changed] *= np.exp(random.normal(0.0, STEP, count))
        other = np.clip(other, LEAST * before, MOST * before)
        if any(other[near] > other[far] for near, far in pairs):
            continue
        loss = _loss(groups, start, free, other, before)
        if loss < least:
            best, least = other, loss
    return {**start, **dict(zip(free, best.tolist(), strict=True))}


def _loss(
    groups: Sequence[Group],
    start: Mapping[str, float],
    free: Sequence[str],
    values: Floats,
    before: Floats,
) -> float:
    cost = {**start, **dict(zip(free, values.tolist(), strict=True))}
    kinds = [[g.loss(cost) for g in groups if g.near is near] for near in (True, False)]
    stray = STRAY * float(np.mean(np.log(values / before) ** 2))
    return stray + sum(float(np.mean(losses)) for losses in kinds if losses)


def _pairs(free: Sequence[str], before: Floats) -> list[tuple[int, int]]:
    """Which coefficients are of the same table, the nearer level first."""
    index = {t: i for i, t in enumerate(free)}
    found = []
    for table in {t.partition(".")[0] for t in free if "." in t}:
        row = [index[f"{table}.{level}"] for level in LEVELS if f"{table}.{level}" in index]
        found += [(a, b) for a, b in pairwise(row) if before[a] <= before[b]]
    return found
