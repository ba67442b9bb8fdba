"""Families: decisions lead to the best program, and give the same read back as solved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from engine import exponential, matmul, target
from tiny import cramped, draw

from morello_mlir.price import price
from morello_mlir.search.errors import NoProgramError
from morello_mlir.search.families import Keys, recall, record, stored
from morello_mlir.search.scheduler import RECALLED, SEARCHED, Scheduler, fingerprint
from morello_mlir.search.solver import Solved, solve
from morello_mlir.spec import Axis, Operand, Spec, Start
from morello_mlir.table.database import Database

SEEDS = range(0, 120, 15)


def drawn(low: int) -> Iterator[Solved]:
    """The solved ones of some tiny goals, each within its limits on the search."""
    for seed in range(low, low + 15):
        with cramped(seed):
            goal = draw(seed, 1 + seed % 2)
            try:
                solved = solve(goal.spec, goal.target)
            except NoProgramError:
                continue
            yield solved


def renamed(spec: Spec) -> Spec:
    """The same goal with other names."""
    names = {a.name: f"{a.name}x" for a in spec.axes}

    def other(o: Operand) -> Operand:
        maps = tuple(m.rename(names) for m in o.map)
        return replace(o, name=f"{o.name}y", map=maps, dims=tuple(f"{d}x" for d in o.dims))

    return replace(
        spec,
        axes=tuple(Axis(names[a.name], a.kind, a.extent) for a in spec.axes),
        inputs=tuple(map(other, spec.inputs)),
        output=other(spec.output),
    )


@pytest.mark.parametrize("low", SEEDS)
def test_decisions_say_the_optimum(low: int) -> None:
    for solved in drawn(low):
        first = solved.first
        assert first.cost == pytest.approx(solved.cycles, rel=1e-9)
        impl = first.schedule().apply(solved.spec, solved.target)
        assert price(impl, solved.target).cycles == pytest.approx(first.cost, rel=1e-9)


@pytest.mark.parametrize("low", SEEDS)
def test_every_point_with_a_program_has_a_decision(low: int) -> None:
    for solved in drawn(low):
        for slab in solved.families:
            assert np.array_equal(slab.codes != 0, np.isfinite(slab.final))
            assert slab.codes.max(initial=0) < slab.firsts[-1]


def test_every_point_reads_back_equal(tmp_path: Path) -> None:
    goal, machine = matmul(100, 96, 64), target()
    solved = solve(goal, machine)
    with Database.open(tmp_path / "memo", fingerprint(machine)) as database:
        recorded = record(solved.families, database)
        keys = Keys()
        for slab in solved.families:
            assert database.get_slab(keys.of(slab)) == stored(slab)
        assert recorded.points == sum(s.codes.size for s in solved.families)
        assert recorded.points > 50 * recorded.boxes
        assert recorded.bytes < 2 * recorded.points
        assert record(solved.families, database).new == 0


def test_no_key_stands_for_two_families() -> None:
    found: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]] = {}
    goals = [matmul(m, n, 64) for m in (1, 20, 100) for n in (16, 96)]
    goals += [replace(g, start=Start.VALUE) for g in goals]
    keys = 0
    for goal in goals:
        for slab in solve(goal, target()).families:
            key = Keys().of(slab)
            assert np.array_equal(found.setdefault(key, slab.codes), slab.codes)
            keys += 1
    assert len(found) < keys / 2  # both starts, and copies that several goals need


@pytest.mark.parametrize(
    "goal",
    [matmul(100, 96, 64), matmul(1, 200, 300), matmul(300, 700, 500), matmul(64, 1, 512)],
    ids=str,
)
def test_answers_are_the_same_whatever_the_database_holds(goal: Spec, tmp_path: Path) -> None:
    machine = target()
    with Database.open(tmp_path / "memo", fingerprint(machine)) as database:
        assert recall(goal, machine, database) is None
        assert Scheduler(machine, database).plan(goal).statistics.stopped == SEARCHED
        for other in (replace(goal, start=Start.VALUE), renamed(goal)):
            alone = Scheduler(machine).plan(other)
            answer = Scheduler(machine, database).plan(other)
            assert answer.statistics.stopped == RECALLED
            assert answer.schedules == alone.schedules
            assert answer.cycles == pytest.approx(alone.cycles, rel=1e-12)


@pytest.mark.parametrize("size", (10, 600))
def test_decisions_of_threads_are_read_back(size: int, tmp_path: Path) -> None:
    goal, machine = exponential(size, 400), target(threads=2)
    known = Scheduler(machine).plan(goal)
    assert ("parallel" in str(known.schedule)) == (size == 600)
    with Database.open(tmp_path / "memo", fingerprint(machine)) as database:
        assert recall(goal, machine, database) is None
        Scheduler(machine, database).plan(goal)
        answer = Scheduler(machine, database).plan(renamed(goal))
        assert answer.statistics.stopped == RECALLED
        found = recall(goal, machine, database)
        assert found is not None and found[0] == known.schedule
        assert found[1] == pytest.approx(known.cycles[0], rel=1e-12)


def test_other_limits_are_another_goal(tmp_path: Path) -> None:
    goal, machine = matmul(100, 96, 64), target()
    limits = goal.limits.take("L2", 300_000)
    assert limits is not None
    less = replace(goal, limits=limits)
    with Database.open(tmp_path / "memo", fingerprint(machine)) as database:
        Scheduler(machine, database).plan(goal)
        answer = Scheduler(machine, database).plan(less)
        assert answer.statistics.stopped == SEARCHED
        assert answer.schedules == Scheduler(machine).plan(less).schedules
