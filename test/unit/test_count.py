"""Counting programs: goals small enough to count by hand, and what is printed of a number."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from math import log10
from pathlib import Path

import pytest
from engine import matmul, target

from morello_mlir.dtype import F32
from morello_mlir.expr import Const
from morello_mlir.layout import row_major
from morello_mlir.linear import Linear
from morello_mlir.memory import Placement
from morello_mlir.search.count import Programs, programs
from morello_mlir.search.report import summary
from morello_mlir.search.scheduler import Scheduler
from morello_mlir.search.solver import solve
from morello_mlir.spec import Axis, Kind, Operand, Spec


@dataclass
class Kept:
    """A database that is a dictionary."""

    texts: dict[str, str]

    def get_answer(self, key: str) -> str | None:
        return self.texts.get(key)

    def put_answer(self, key: str, text: str) -> None:
        self.texts[key] = text


def fill(extent: int) -> Spec:
    """C[i] = 0."""
    place = Placement("mem", row_major(1))
    out = Operand("C", F32, (Linear.var("i"),), (extent,), place)
    goal = Spec((Axis("i", Kind.PARALLEL, extent),), (), out, Const("0.0", F32))
    return replace(goal, limits=target().limits).canonical()


def test_a_fill_of_three_has_three_programs() -> None:
    solved = solve(fill(3), target())
    # At once, or one by one, unrolled or not.
    assert programs(solved.node).exact == 3


def test_a_number_prints_all_its_digits_or_the_first_three() -> None:
    assert str(Programs(1.079, 12)) == "12"
    assert str(Programs(47610.971470086355, None)) == "9.36e47610"
    assert str(Programs(5000.0, None)) == "1.00e5000"


@pytest.mark.parametrize("digits", (10, 4000))
def test_digits_limit_what_is_worked_out_in_full(digits: int) -> None:
    found = programs(solve(matmul(8, 33, 5), target()).node, digits)
    assert (found.exact is None) == (found.log10 >= digits)


def test_a_scheduler_that_counts_hands_the_number_on() -> None:
    quiet, counting = Scheduler(target()), Scheduler(target(), counting=True)
    assert quiet.plan(fill(3)).statistics.programs is None
    assert counting.plan(fill(3)).statistics.programs == 3
    assert "3 distinct programs, counted in 0.0" in summary(counting.plan(fill(3)))
    large = replace(counting.plan(fill(3)).statistics, programs=str(Programs(5000.0, None)))
    answer = replace(counting.plan(fill(3)), statistics=large)
    assert "1.00e5000 distinct programs" in summary(answer)


def test_what_a_report_adds_is_no_part_of_the_rate() -> None:
    """The seconds of phases are the search's alone; boxes are measured though nothing is kept."""
    quiet, counting = Scheduler(target()), Scheduler(target(), counting=True)
    without, said = (s.plan(matmul(8, 33, 5)).statistics for s in (quiet, counting))
    assert said.seconds.keys() == without.seconds.keys()
    assert said.counting is not None and said.counting > 0
    assert said.programs_log10 == pytest.approx(log10(int(said.programs or 0)))
    assert without.boxes is None and said.boxes and said.bytes and said.points


def test_an_answer_of_this_run_without_a_number_is_found_again() -> None:
    quiet = Scheduler(target())
    without = quiet.plan(fill(3))
    counting = replace(quiet, counting=True)
    assert counting.plan(fill(3)).statistics.programs == 3
    assert counting.plan(fill(3)).schedules == without.schedules


def test_an_answer_without_a_number_is_no_answer_where_one_is_wanted() -> None:
    known: dict[str, str] = {}
    Scheduler(target(), Kept(known)).plan(fill(3))
    assert Scheduler(target(), Kept(known), counting=True).plan(fill(3)).statistics.programs == 3
    # Written again with the number, for whoever asks next.
    assert Scheduler(target(), Kept(known)).plan(fill(3)).statistics.programs == 3


def test_nothing_is_counted_unless_somebody_asks() -> None:
    text = (
        "import sys; sys.path.insert(0, 'test')\n"
        "from engine import matmul, target\n"
        "from morello_mlir.search.solver import solve\n"
        "solve(matmul(8, 8, 8), target()).ranked(2)\n"
        "assert 'morello_mlir.search.count' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", text], check=True, cwd=Path(__file__).parents[2])
