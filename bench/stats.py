"""Rounds of repetitions, and the few numbers taken from them.

Other programs slow a machine down and nothing speeds it up, so a minimum says what the code can do
and a median what it did. Both are kept. A ratio of medians is taken within each round, where both
sides saw the same machine, and then the median over the rounds.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Round:
    """One turn of one peer, in seconds per call.

    `busy` is the CPU time over the wall time and the threads: below one, others had the core.
    """

    median: float
    least: float
    calls: int
    busy: float

    @staticmethod
    def of(samples: Sequence[float], calls: int, busy: float) -> Round:
        """The summary of a turn's samples."""
        return Round(statistics.median(samples), min(samples), calls, busy)


def median(rounds: Sequence[Round]) -> float:
    """The median over the rounds of their medians."""
    return statistics.median(each.median for each in rounds)


def least(rounds: Sequence[Round]) -> float:
    """The least time of all."""
    return min(each.least for each in rounds)


def spread(rounds: Sequence[Round]) -> float:
    """How far the rounds' medians lie apart, as a part of the least of them."""
    medians = [each.median for each in rounds]
    return max(medians) / min(medians) - 1.0


def ratio(ours: Sequence[Round], theirs: Sequence[Round]) -> float:
    """How many times faster we are: the median over the rounds of their time over ours."""
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(b.median / a.median for a, b in pairs)


def least_ratio(ours: Sequence[Round], theirs: Sequence[Round]) -> float:
    """How many times faster our best is than their best."""
    return least(theirs) / least(ours)
