"""The timer, on a clock of its own: no test here depends on the machine's speed."""

from __future__ import annotations

import pytest

from morello_mlir.runtime.timing import Effort, Timing, time_call


class Clock:
    """Time that passes only in calls of `work`, by the given steps, the last one forever."""

    def __init__(self, *steps: float) -> None:
        self.now = 0.0
        self.calls = 0
        self.steps = steps

    def __call__(self) -> float:
        return self.now

    def work(self) -> None:
        self.now += self.steps[min(self.calls, len(self.steps) - 1)]
        self.calls += 1


def test_seconds_per_call() -> None:
    clock = Clock(1e-6)
    timing = time_call(clock.work, clock=clock)
    assert timing.best == pytest.approx(1e-6)
    assert timing.median == pytest.approx(1e-6)
    assert len(timing.samples) == Effort().samples
    assert timing.batch * 1e-6 >= Effort().sample / 2


def test_slow_first_calls_are_warm_up() -> None:
    clock = Clock(0.007, 0.007, 0.007, 1e-4)
    timing = time_call(clock.work, clock=clock)
    assert timing.samples[-1] == pytest.approx(1e-4)


def test_one_sample_at_least_and_then_the_limit() -> None:
    clock = Clock(10.0)
    timing = time_call(clock.work, Effort(limit=1.0), clock)
    assert timing == Timing((10.0,), 1)
    assert clock.calls <= 3


def test_min_and_median_differ() -> None:
    timing = Timing((1.0, 2.0, 9.0), 1)
    assert (timing.best, timing.median) == (1.0, 2.0)
