"""Random DAGs compute what numpy computes: fused by the search, or under random hand schedules.

The interpreter fails on elements that nobody wrote and on memories that overflow; native code runs
on memory that is full of NaN. Longer runs: `python test/property/campaign_dags.py 300`.
"""

from __future__ import annotations

import re

import pytest
from dag_schedules import scheduled
from dags import draw
from poison import poisoned
from searched import searched

from morello_mlir import compile, interpret
from morello_mlir.schedule import parse

LESSER = "x86-64-v3"
SCHEDULES = re.compile(r'#morello.schedule<"(.*?)">')


def schedules(text: str) -> list[str]:
    """The schedules of a module."""
    return [found.replace(r"\0A", "\n") for found in SCHEDULES.findall(text)]


@pytest.mark.parametrize("first", range(0, 16, 4))
def test_fused_dags_mean_what_the_ops_say(first: int) -> None:
    for seed in range(first, first + 4):
        dag = draw(seed)
        try:
            text = searched(dag.text, LESSER)
            dag.check(interpret(text, target=LESSER, schedule=None))
            for one in schedules(text):
                assert str(parse(one)) == one
        except Exception as failure:
            raise AssertionError(str(dag)) from failure


@pytest.mark.parametrize("first", range(100, 116, 4))
def test_fused_dags_compute_what_numpy_computes(first: int) -> None:
    for seed in range(first, first + 4):
        dag = draw(seed)
        try:
            with poisoned():
                dag.check(compile(searched(dag.text, "native")))
        except Exception as failure:
            raise AssertionError(str(dag)) from failure


@pytest.mark.parametrize("first", range(200, 240, 10))
def test_hand_schedules_mean_what_the_ops_say(first: int) -> None:
    for seed in range(first, first + 10):
        dag = draw(seed, most=6)
        text = dag.text
        try:
            text = scheduled(dag.text, LESSER, seed)
            dag.check(interpret(text, target=LESSER, schedule=None))
        except Exception as failure:
            raise AssertionError(f"seed {seed}\n{text}") from failure


def test_dags_are_groups_of_several_ops() -> None:
    """The draws are about fusion."""
    texts = [scheduled(draw(seed).text, LESSER, seed) for seed in range(40)]
    assert sum(text.count("morello.group = ") >= 3 for text in texts) >= 20
    written = "\n".join(one for text in texts for one in schedules(text))
    for word in ("tile", "bufferize", "stage", "inline", "accumulate", "split_reduction"):
        assert re.search(rf"\b{word}\b", written), word
    assert re.search(r"bufferize V\d+ C", written), "a value in the memory of a result"
