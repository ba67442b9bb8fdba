"""Refining coefficients, on programs whose times are known."""

from __future__ import annotations

import random

import pytest

from bench.refine import MOST, Group, refine

TRUE = {"fixed": 1.0, "line.L2": 2.0, "line.L3": 6.0, "loop": 1.0}
FREE = ("line.L2", "line.L3", "loop")


def group(seed: int, near: bool, count: int = 20) -> Group:
    """Programs that take what the true coefficients say."""
    r = random.Random(seed)
    rows = [{t: r.uniform(90.0, 100.0) if near else r.uniform(0.0, 100.0) for t in TRUE}
            for _ in range(count)]  # fmt: skip
    return Group(rows, [sum(n * TRUE[t] for t, n in row.items()) for row in rows], near)


GROUPS = [*(group(seed, True) for seed in range(4)), group(4, False)]
START = {"fixed": 1.0, "line.L2": 0.9, "line.L3": 1.0, "loop": 4.0}


def total(cost: dict[str, float]) -> float:
    return sum(g.loss(cost) for g in GROUPS)


def test_what_is_true_loses_least() -> None:
    assert total(TRUE) < total(START) / 2
    assert group(9, False).loss(TRUE) == pytest.approx(0.0)


def test_a_walk_comes_near_to_what_is_true() -> None:
    found = refine(GROUPS, START, FREE, 1000, 0)
    assert total(found) < (total(TRUE) + total(START)) / 2
    assert found["fixed"] == 1.0 and found["line.L2"] <= found["line.L3"]
    assert all(found[t] <= MOST * START[t] for t in FREE)
    assert refine(GROUPS, START, FREE, 1000, 0) == found


def test_nothing_changes_without_a_reason() -> None:
    flat = Group([{"fixed": 1.0}, {"fixed": 2.0}], [1.0, 2.0], near=True)
    assert refine([flat], START, FREE, 200, 0) == pytest.approx(START)
    assert refine(GROUPS, START, FREE, 0, 0) == START
