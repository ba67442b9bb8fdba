"""What a case's series say together: rates, ratios, the best peer, and whether goals are met."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bench import stats
from bench.series import Series
from bench.workload import Goal, Measure, Workload


@dataclass(frozen=True)
class Verdict:
    """A goal, what was got (None: it could not be judged, and why), and on which series."""

    goal: Goal
    got: float | None
    reason: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached."""
        if self.got is None:
            return None
        if self.goal.measure is Measure.SECONDS:
            return self.got <= self.goal.value
        return self.got >= self.goal.value


def timed(series: Iterable[Series]) -> list[Series]:
    """Those that were not skipped."""
    return [each for each in series if not each.skipped]


def rate(series: Series) -> float:
    """Operations or bytes per second, by the median; 0 where work is not counted."""
    return (series.flops or series.bytes) / stats.median(series.rounds)


def best_peer(
    case: Iterable[Series], threads: int, pattern: str = ".*", *, ours: bool = False
) -> Series | None:
    """The fastest that is no peak and not ours, or ours."""
    others = [
        each
        for each in timed(case)
        if each.threads == threads
        and each.ours is ours
        and not each.peak
        and re.fullmatch(pattern, each.peer)
    ]
    return min(others, key=lambda each: stats.median(each.rounds), default=None)


def of_peak(series: Series, peak: Series, times: float = 1.0) -> tuple[float, float]:
    """The series' rate over `times` the peak's: by paired medians, and by the least times."""
    scale = (series.flops or series.bytes) / (peak.flops or peak.bytes) / times
    return (
        scale * stats.ratio(series.rounds, peak.rounds),
        scale * stats.least_ratio(series.rounds, peak.rounds),
    )


def find(case: Iterable[Series], name: str, threads: int) -> Series | None:
    """The timed series of that name."""
    return next((e for e in timed(case) if e.peer == name and e.threads == threads), None)


def judge(workload: Workload, case: list[Series]) -> list[Verdict]:
    """Every goal of the workload, for the thread counts that were run."""
    ran = {each.threads for each in case}
    return [_judge(goal, case) for goal in workload.goals if goal.threads in ran]


def _judge(goal: Goal, case: list[Series]) -> Verdict:
    ours = find(case, goal.subject, goal.threads)
    if ours is None:
        reasons = [e.skipped for e in case if (e.peer, e.threads) == (goal.subject, goal.threads)]
        return Verdict(goal, None, f"{goal.subject}: {(reasons or ['not in this run'])[0]}")
    if goal.measure is Measure.SECONDS:
        return Verdict(goal, stats.median(ours.rounds))
    if goal.measure in (Measure.PEER, Measure.OURS):
        others = [each for each in case if each.peer != goal.subject]
        of_ours = goal.measure is Measure.OURS
        other = best_peer(others, goal.threads, goal.of, ours=of_ours)
    else:
        speedup = goal.measure is Measure.SPEEDUP
        other = find(case, goal.subject, 1) if speedup else find(case, goal.of, goal.threads)
    if other is None:
        return Verdict(goal, None, f"nothing to compare with: {goal.of or 'one thread'}")
    if goal.measure is Measure.PEAK:
        return Verdict(goal, of_peak(ours, other, goal.times)[0])
    return Verdict(goal, stats.ratio(ours.rounds, other.rounds))
