"""Goals, ratios and their table."""

from dataclasses import replace

import pytest

from bench import record, table, verdict
from bench.measure import Plan
from bench.series import Series
from bench.stats import Round
from bench.workload import Goal, Measure, Operand, Workload

MATRIX = Operand((10, 10), "f32")
GOALS = (
    Goal(Measure.PEER, 1.0, "numpy.*"),
    Goal(Measure.PEAK, 0.9, "fma"),
    Goal(Measure.SPEEDUP, 1.85, threads=2),
)
WORKLOAD = Workload(
    "matmul-f32-10",
    "matmul",
    (MATRIX, MATRIX),
    MATRIX,
    flops=2000,
    threads=(1, 2),
    peaks=("fma",),
    goals=GOALS,
)


def series(peer: str, seconds: float, threads: int = 1) -> Series:
    turns = [Round(seconds * k, seconds * k * 0.9, 10, 1.0) for k in (1.0, 2.0, 1.0)]
    return Series(peer, threads, ours=peer == "morello", flops=2000, rounds=turns)


@pytest.fixture
def case() -> list[Series]:
    missing = Series("torch", 1, skipped="torch cannot be imported")
    peak = replace(series("fma", 1e-6), peak=True)
    return [
        peak,
        series("morello", 1.25e-6),
        series("numpy", 2.5e-6),
        series("numpy-skylakex", 2.0e-6),
        missing,
        series("morello", 0.625e-6, threads=2),
    ]


def test_goals_are_judged_by_their_measure(case: list[Series]) -> None:
    judged = verdict.judge(WORKLOAD, case)
    assert [each.got for each in judged] == pytest.approx([1.6, 0.8, 2.0])
    assert [each.met for each in judged] == [True, False, True]


def test_seconds_are_better_when_less(case: list[Series]) -> None:
    goal = Goal(Measure.SECONDS, 1.5e-6)
    (judged,) = verdict.judge(replace(WORKLOAD, goals=(goal,)), case)
    assert judged.met is True


def test_a_goal_without_its_subject_is_not_judged(case: list[Series]) -> None:
    ours = Series("morello", 1, ours=True, skipped="no module")
    (judged, *_) = verdict.judge(WORKLOAD, [ours, *case[2:]])
    assert judged.met is None
    assert "no module" in table.verdicts([judged])[0]


def test_the_best_peer_is_neither_ours_nor_a_peak(case: list[Series]) -> None:
    best = verdict.best_peer(case, 1)
    assert best is not None and best.peer == "numpy-skylakex"
    assert verdict.best_peer(case, 2) is None


def test_markdown_has_a_row_per_peer_and_names_the_skipped(case: list[Series]) -> None:
    lines = table.markdown([(WORKLOAD, case)]).splitlines()
    cells = [line.split(" | ") for line in lines if line.startswith("| matmul")]
    assert [row[2] for row in cells] == ["[fma]", "morello", "numpy", "numpy-skylakex", "morello"]
    assert cells[1][3:8] == ["1.25 us", "1.12 us", "1.6 GFLOP/s", "0.80 (0.80)", "1.60 (1.60)"]
    assert "- SKIPPED torch: torch cannot be imported" in lines
    assert "- MISSED morello: 0.800, asked 0.90 of fma" in lines


def test_one_line_per_reason(case: list[Series]) -> None:
    twice = [*case, Series("jax", 2, skipped="torch cannot be imported")]
    assert table.skipped(twice) == ["SKIPPED torch, jax@2: torch cannot be imported"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(2.0, "2 s"), (0.1234, "123 ms"), (0.0123, "12.3 ms"), (1.5e-6, "1.5 us"), (2.6e-7, "260 ns")],
)
def test_durations(seconds: float, text: str) -> None:
    assert table.duration(seconds) == text


def test_the_record_keeps_every_round_and_reason(case: list[Series]) -> None:
    plan = Plan((), 1.0, 3, (0,), str)
    (kept,) = record.record(plan, 0.0, {}, [(WORKLOAD, case)])["workloads"]
    assert [len(each["rounds"]) for each in kept["series"]] == [3, 3, 3, 3, 0, 3]
    assert kept["series"][4]["skipped"]
    assert [each["met"] for each in kept["verdicts"]] == [True, False, True]
