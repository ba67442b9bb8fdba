"""The same goal has the same answer: again, in another process, and whatever a database holds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine import exponential, matmul, target
from tiny import cramped, draw, odd

from morello_mlir.schedule import Schedule
from morello_mlir.search.errors import NoProgramError
from morello_mlir.search.scheduler import Answer, Scheduler, fingerprint
from morello_mlir.search.solver import solve
from morello_mlir.table.database import Database

MACHINE = "x86-64-v4"
GOALS = {
    "large": matmul(60, 96, 64),
    "small": matmul(8, 17, 5),
    "vector": matmul(1, 64, 200),
    "dot": matmul(1, 1, 300),
    "exp": exponential(33, 100),
}
OTHERS = (matmul(60, 96, 32), matmul(61, 96, 64), matmul(1, 64, 100), exponential(33, 50))


def told() -> Iterator[str]:
    """Answers as text: of goals on a real machine, and of tiny ones."""
    for threads in (1, 2):
        for name, goal in GOALS.items():
            answer = Scheduler(target(MACHINE, threads)).plan(goal, 3)
            yield f"{threads} {name} {said(answer)}"
        for seed in range(20):
            with cramped(seed):
                one = odd(seed, threads) if seed % 2 else draw(seed, threads)
                try:
                    solved = solve(one.spec, one.target)
                except NoProgramError:
                    continue
                yield f"{threads} {seed} {solved.cycles!r} {solved.schedule}"


def said(answer: Answer) -> tuple[tuple[Schedule, ...], tuple[float, ...]]:
    """What must be the same: not the statistics."""
    return answer.schedules, answer.cycles


def test_the_same_in_any_process() -> None:
    here = "\n".join(told())
    hashes = {"PYTHONHASHSEED": "77", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, str(Path(__file__))],
        env={**os.environ, **hashes},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == here + "\n"


@pytest.mark.parametrize("first", ("empty", "others", "warm"))
def test_whatever_a_database_holds(first: str, tmp_path: Path) -> None:
    machine = target(MACHINE)
    known = {name: said(Scheduler(machine).plan(goal, 2)) for name, goal in GOALS.items()}
    path = tmp_path / "solved.db"
    before = {"empty": (), "others": OTHERS, "warm": (*OTHERS, *GOALS.values())}[first]
    with Database.open(path, fingerprint(machine)) as database:
        for goal in before:
            Scheduler(machine, database).plan(goal)
        if first == "warm":
            for goal in GOALS.values():
                Scheduler(machine, database).plan(goal, 2)
    for _ in range(2):
        with Database.open(path, fingerprint(machine)) as database:
            scheduler = Scheduler(machine, database)
            assert {name: said(scheduler.plan(goal, 2)) for name, goal in GOALS.items()} == known


if __name__ == "__main__":
    print("\n".join(told()))
