"""Random DAGs with rows that are looked up compute what numpy computes, however they are scheduled.

As `test_dags.py`, whose ops they have, too.
"""

from __future__ import annotations

import pytest
from dag_schedules import scheduled
from dags import draw
from poison import poisoned
from searched import searched

from morello_mlir import compile, interpret

LESSER = "x86-64-v3"


@pytest.mark.parametrize("first", range(0, 12, 4))
def test_fused_lookups_mean_what_the_ops_say(first: int) -> None:
    for seed in range(first, first + 4):
        dag = draw(seed, lookups=True)
        try:
            dag.check(interpret(searched(dag.text, LESSER), target=LESSER, schedule=None))
        except Exception as failure:
            raise AssertionError(str(dag)) from failure


@pytest.mark.parametrize("first", range(100, 112, 4))
def test_fused_lookups_compute_what_numpy_computes(first: int) -> None:
    for seed in range(first, first + 4):
        dag = draw(seed, lookups=True)
        try:
            with poisoned():
                dag.check(compile(searched(dag.text, "native")))
        except Exception as failure:
            raise AssertionError(str(dag)) from failure


@pytest.mark.parametrize("first", range(200, 230, 10))
def test_lookups_under_hand_schedules_mean_what_the_ops_say(first: int) -> None:
    for seed in range(first, first + 10):
        dag = draw(seed, most=6, lookups=True)
        text = dag.text
        try:
            text = scheduled(dag.text, LESSER, seed)
            dag.check(interpret(text, target=LESSER, schedule=None))
        except Exception as failure:
            raise AssertionError(f"seed {seed}\n{text}") from failure


def test_dags_look_rows_up() -> None:
    """Among them are tables and index arrays that other ops make, and rows that others read."""
    texts = [draw(seed, lookups=True).text for seed in range(40)]
    assert sum("tensor.extract" in text for text in texts) >= 30
