"""What the scheduler tells: statistics, reasons, progress, and the bound that it compares with."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from dataclasses import replace
from math import prod

import pytest
import tiny
from engine import exponential, matmul, target

from morello_mlir.impl import open_specs
from morello_mlir.schedule import parse
from morello_mlir.search import report
from morello_mlir.search.bound import lower_bound
from morello_mlir.search.errors import NoProgramError
from morello_mlir.search.progress import Bar, Clock
from morello_mlir.search.reasons import reasons
from morello_mlir.search.scheduler import Scheduler, price_of
from morello_mlir.search.solver import solve


@pytest.mark.parametrize("seed", range(40))
def test_no_program_costs_less_than_the_bound(seed: int) -> None:
    drawn = tiny.draw(seed, threads=1 + seed % 3)
    with tiny.cramped(seed):
        cycles = solve(drawn.spec, drawn.target).cycles
    assert lower_bound(drawn.spec.canonical(), drawn.target) <= cycles, drawn


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_the_bound_knows_of_threads(threads: int) -> None:
    spec, machine = matmul(64, 64, 64), target(threads=threads)
    bound, cycles = lower_bound(spec, machine), solve(spec, machine).cycles
    assert bound <= cycles
    alone = replace(spec, serial=True)
    assert lower_bound(alone, machine) == threads * bound


def test_phases_add_up_and_slabs_inside_count_for_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = iter([0.0, 1.0, 3.0, 6.0, 10.0, 15.0])
    monkeypatch.setattr("morello_mlir.search.progress.perf_counter", lambda: next(now))
    clock = Clock()
    outer = clock.enter("L2")
    inner = clock.enter("C in [m][n]")
    clock.leave(inner, 7)
    clock.leave(outer, 5)
    assert clock.stop() == {"L2": 2.0 + 4.0, "other": 1.0 + 5.0, "registers": 3.0}
    assert (clock.specs, clock.done) == (12, 1)


@pytest.mark.parametrize(("size", "threads"), [(100, 1), (256, 2)])
def test_a_search_does_the_slabs_that_it_expects(size: int, threads: int) -> None:
    seen: list[tuple[int, int, int]] = []
    solved = solve(
        matmul(size, size, size),
        target(threads=threads),
        lambda c: seen.append((c.done, c.expected, c.specs)),
    )
    assert seen == sorted(seen)
    done, expected, specs = seen[-1]
    assert done == expected > 0 and specs >= solved.points


def test_a_bar_waits_and_goes() -> None:
    stream = io.StringIO()
    clock = Clock(done=3, expected=4, specs=1_500_000)
    bar = Bar(stream, "1/2 linalg.matmul in @f")
    bar(clock)
    bar.close()
    assert stream.getvalue() == ""
    bar = Bar(stream, "1/2 linalg.matmul in @f", patience=0.0)
    bar(clock)
    bar(clock)  # too soon after the first
    bar.close()
    line = "1/2 linalg.matmul in @f [##################......] 1.5 million Specs, 0 s"
    assert stream.getvalue() == f"\r{line}\x1b[K\r\x1b[K"


_IMPATIENT = """
import sys
from morello_mlir.search import progress
progress.Bar.__init__.__defaults__ = ("", 0.0, *progress.Bar.__init__.__defaults__[2:])
from morello_mlir.tools.morello_opt import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("on_terminal", [True, False])
def test_morello_opt_shows_a_bar_on_a_terminal_only(on_terminal: bool) -> None:
    op = "linalg.exp ins(%a : memref<99x16xf32>) outs(%a : memref<99x16xf32>)"
    text = f"func.func @f(%a: memref<99x16xf32>) {{ {op} return }}"
    mine, theirs = pty.openpty() if on_terminal else os.pipe()
    options = "--morello-schedule=target=znver5 db=none summary"
    done = subprocess.run(
        [sys.executable, "-c", _IMPATIENT, "-", options, "-o", os.devnull],
        input=text.encode(),
        stderr=theirs,
        check=True,
    )
    os.close(theirs) if not on_terminal else None
    said = os.read(mine, 1 << 16).decode()
    for end in (mine, theirs) if on_terminal else (mine,):
        os.close(end)
    assert done.returncode == 0 and "lower bound" in said
    assert ("1/1 linalg.exp in @f [" in said) == on_terminal == ("\x1b[K" in said)


def test_numbers_that_nobody_counted_are_left_out() -> None:
    scheduler = Scheduler(target())
    answer = scheduler.plan(exponential())
    assert not {"programs", "boxes", "bytes"} & report.row(answer).keys()
    assert "program" not in report.summary(answer) and "boxes" not in report.summary(answer)
    counted = replace(answer.statistics, programs=123 * 10**400, boxes=2, bytes=30, points=60)
    answer = replace(answer, statistics=counted)
    assert report.row(answer)["programs"] == 123 * 10**400
    assert "1.23e402 distinct programs" in report.summary(answer)
    assert "2 boxes, 30 Specs per box, 0.5 bytes per Spec" in report.summary(answer)


def test_programs_of_a_schedule_are_those_of_its_open_goals_together() -> None:
    begun = parse("tile m 3\n  rest {\n    synthesize\n  }\nsynthesize")
    spec, scheduler = matmul(8, 16, 4), Scheduler(target(), counting=True)
    statistics = report.completed(begun, spec, scheduler).statistics
    left = list(open_specs(begun.apply(spec, target())))
    counts = [scheduler.plan(o).statistics.programs for o in left]
    assert len(counts) == 2 and statistics.programs == prod(int(c or 0) for c in counts)
    closed = report.completed(parse("tile m 2; finish"), spec, scheduler)
    assert closed.statistics.programs is None
    # With more digits than readers of JSON take, it is text.
    (first, _), key = counts, next(iter(scheduler.made))
    assert isinstance(first, int)
    for number, size in ((10**3999, 3999.0), ("1.00e4100", 4100.0)):
        large = replace(scheduler.made[key].statistics, programs=number, programs_log10=size)
        scheduler.made[key] = replace(scheduler.made[key], statistics=large)
        row = json.loads(json.dumps(report.row(report.completed(begun, spec, scheduler))))
        assert row["programs_log10"] > 4000 and "e4" in row["programs"]


def test_totals_are_of_searches() -> None:
    class Kept(dict[str, str]):
        get_answer = dict.get
        put_answer = dict.__setitem__

    kept = Kept()
    first = Scheduler(target(), kept)
    specs = first.plan(exponential()).statistics.specs
    assert first.plan(exponential()) is first.plan(exponential())
    assert report.total(first)["searches"] == 1 and report.total(first)["specs"] == specs
    second = Scheduler(target(), kept)
    second.plan(exponential())
    assert {**report.total(second), "seconds": 0} == {
        "searches": 0, "known": 1, "specs": 0, "slabs": 0, "seconds": 0, "rate": 0.0
    }  # fmt: skip
    again = report.repeated(second.plan(exponential()))
    assert again.statistics.specs == 0 and again.statistics.cycles > 0


def test_completed_schedules_keep_what_is_written() -> None:
    spec, scheduler = matmul(8, 32, 16), Scheduler(target())
    closed = parse("tile m 2; finish")
    assert report.completed(closed, spec, scheduler).schedules == (closed,)
    assert not scheduler.made
    answer = report.completed(parse("tile m 2; synthesize"), spec, scheduler)
    assert str(answer.schedule).startswith("tile m 2\n")
    assert answer.cycles == (price_of(answer.schedule, spec, target()),)
    assert answer.statistics.specs > 0
    assert answer.statistics.stopped == report.COMPLETED


def test_reasons_say_what_is_in_the_way() -> None:
    begun = parse("tile m 4; tile k 2; move A reg [m][k/2]<2k>; synthesize")
    spec = matmul(8, 16, 8)
    with pytest.raises(NoProgramError) as caught:
        report.completed(begun, spec, Scheduler(target()))
    assert list(reasons(caught.value.goal, target())) == [
        "there is one if A is not in reg [m][k/2]<2k>"
    ]
