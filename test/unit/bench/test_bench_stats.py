"""Numbers taken from rounds."""

import pytest

from bench import stats
from bench.stats import Round


def rounds(*pairs: tuple[float, float]) -> list[Round]:
    return [Round(median, least, calls=1, busy=1.0) for median, least in pairs]


def test_a_round_keeps_median_and_least() -> None:
    assert Round.of([3.0, 1.0, 2.0], 3, 0.5) == Round(2.0, 1.0, 3, 0.5)


def test_median_is_over_rounds_and_least_over_all() -> None:
    ours = rounds((2.0, 1.5), (9.0, 1.0), (3.0, 2.0))
    assert stats.median(ours) == 3.0
    assert stats.least(ours) == 1.0
    assert stats.spread(ours) == pytest.approx(3.5)


def test_a_ratio_is_taken_within_each_round() -> None:
    ours = rounds((1.0, 1.0), (10.0, 1.0), (1.0, 1.0))
    theirs = rounds((2.0, 1.5), (20.0, 1.5), (2.2, 1.5))
    assert stats.ratio(ours, theirs) == pytest.approx(2.0)
    assert stats.least_ratio(ours, theirs) == pytest.approx(1.5)


def test_a_ratio_needs_the_same_rounds() -> None:
    with pytest.raises(ValueError, match="zip"):
        stats.ratio(rounds((1.0, 1.0)), rounds((1.0, 1.0), (1.0, 1.0)))
