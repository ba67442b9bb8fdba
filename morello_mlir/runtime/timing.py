"""Time a callable carefully: warm up, repeat until the time is long enough, report min and median.

Each sample times a batch of calls long enough that the clock's own cost vanishes.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds per call of each sample, sorted, and the number of calls in a sample."""

    samples: tuple[float, ...]
    batch: int

    @property
    def best(self) -> float:
        """The fastest sample: the least disturbed one."""
        return self.samples[0]

    @property
    def median(self) -> float:
        """The middle sample: what to expect."""
        return statistics.median(self.samples)


@dataclass(frozen=True)
class Effort:
    """How long to measure: seconds to warm up, seconds per sample, samples, and a limit in all."""

    warm_up: float = 0.02
    sample: float = 0.002
    samples: int = 15
    limit: float = 2.0


def time_call(
    call: Callable[[], object],
    effort: Effort | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Timing:
    """Measure `call`. At least one sample is taken, however slow the call is."""
    effort = effort or Effort()
    start = clock()
    calls = 0
    while True:
        call()
        calls += 1
        elapsed = clock() - start
        if elapsed >= effort.warm_up:
            break
    batch = max(1, round(effort.sample * calls / elapsed)) if elapsed > 0 else 1
    batch = _grow(call, batch, effort.sample, clock)
    samples: list[float] = []
    while len(samples) < effort.samples and (not samples or clock() - start < effort.limit):
        samples.append(sample(call, batch, clock) / batch)
    return Timing(tuple(sorted(samples)), batch)


def _grow(call: Callable[[], object], batch: int, wanted: float, clock: Callable[[], float]) -> int:
    """Double the batch until it lasts long enough: the warm-up counted the clock's cost too."""
    for _ in range(30):
        if sample(call, batch, clock) >= wanted / 2:
            break
        batch *= 2
    return batch


def sample(call: Callable[[], object], batch: int, clock: Callable[[], float]) -> float:
    """The seconds that a batch of calls takes."""
    repeat = range(batch)
    start = clock()
    for _ in repeat:
        call()
    return clock() - start
