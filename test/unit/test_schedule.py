"""Schedules: text, method calls, branches, remainders, errors."""

from __future__ import annotations

import pytest
from engine import exponential, matmul, target
from hypothesis import given
from hypothesis import strategies as st

from morello_mlir.action import Accumulate, Action, Finish, Move, Select, SplitReduction, Tile
from morello_mlir.impl import Loop, children, open_specs, render
from morello_mlir.schedule import (
    LABELS,
    Schedule,
    ScheduleError,
    Step,
    parse,
    parse_sections,
)

KERNEL = """
move C reg [m][n/16]<16n>
accumulate
tile k 1
move B reg [k][n/16]<16n>
tile m 1
tile n 16
select fma_f32x16
"""
NAMES = st.sampled_from(["m", "n", "k", "kp"])
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(
        Tile, NAMES, st.integers(1, 512), st.sampled_from(["serial", "unrolled", "parallel"])
    ),
    st.builds(Move, st.sampled_from("ABC"), st.sampled_from(["L1", "L2"])),
    st.builds(Move, st.just("C"), st.just("reg"), st.sampled_from(["[m]<16n 2k>", "[m][n]"])),
    st.just(Accumulate()),
    st.builds(SplitReduction, NAMES, st.integers(2, 64), st.sampled_from(["reg", "L2"])),
    st.builds(Select, st.sampled_from(["lanes", "fma_f32x16"])),
    st.just(Finish()),
)
SCHEDULES = st.recursive(
    st.builds(Schedule, st.lists(st.builds(Step, ACTIONS), max_size=4).map(tuple)),
    lambda inner: st.builds(
        Schedule,
        st.lists(
            st.builds(
                Step,
                ACTIONS,
                st.lists(st.tuples(st.sampled_from(LABELS), inner), max_size=2).map(tuple),
            ),
            max_size=3,
        ).map(tuple),
    ),
    max_leaves=6,
)


@given(SCHEDULES)
def test_text_is_read_back(schedule: Schedule) -> None:
    assert parse(str(schedule)) == schedule


def test_method_calls_are_the_same_schedule() -> None:
    built = (
        Schedule()
        .tile("k", 32)
        .move("B", "L2", "[n/32][k][32n]")
        .on("load", Schedule().tile("k", 1).finish())
        .tile("m", 6, "unrolled")
    )
    text = "tile k 32; move B L2 [n/32][k][32n]\n load { tile k 1; finish }\n tile m 6 unrolled"
    assert parse(text) == built


def test_comments_and_blank_lines() -> None:
    assert parse("# a\n\ntile m 2  // b\n") == Schedule().tile("m", 2)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tile m 2\nfrob x", r"line 2: no Action 'frob' \(have: tile, move"),
        ("\n\ntile m", r"line 3: write 'tile AXIS SIZE \[ORDER\]'"),
        ("tile m two", r"line 1: size is a whole number, not 'two'"),
        ("tile m 2 }", r"line 1: '}' closes nothing"),
        ("tile m 2 {", r"line 1: '{' follows one of load"),
        ("load { finish }", r"line 1: 'load' comes after a step"),
        ("tile m 2\nrest {\ntile n 2", r"line 2: 'rest {' is not closed"),
        ("move B L2 [n/32", r"line 1: cannot read"),
    ],
)
def test_errors_name_the_line(text: str, reason: str) -> None:
    with pytest.raises(ScheduleError, match=reason):
        parse(text)


def test_errors_of_application_name_the_action() -> None:
    with pytest.raises(ScheduleError, match=r"^tile q 4: axis q: the Spec does not vary"):
        parse("tile m 10\ntile q 4").apply(matmul(), target())
    with pytest.raises(ScheduleError, match=r"^tile m 2: nothing is left to do after 'finish'"):
        parse("finish\ntile m 2").apply(matmul(), target())
    with pytest.raises(ScheduleError, match=r"^tile m 10: has no child 'load' here"):
        parse("tile m 10\nload { finish }").apply(matmul(), target())


def test_a_tile_of_all_there_is_does_nothing() -> None:
    assert render(parse("tile m 100\nfinish").apply(matmul(m=100), target())) == render(
        parse("finish").apply(matmul(m=100), target())
    )


def test_what_ends_early_is_open() -> None:
    impl = parse("tile m 10\nmove B L2 [n/32][k][32n]").apply(matmul(), target())
    (left,) = open_specs(impl)
    assert left.extents == {"m": 10, "n": 96, "k": 64}


def test_a_rest_follows_without_what_is_void() -> None:
    impl = parse("tile n 48\ntile m 6\n" + KERNEL).apply(matmul(m=20, n=64), target())
    assert not list(open_specs(impl))
    assert isinstance(impl, Loop) and impl.rest is not None
    assert render(impl.rest).count("fma_f32x16") == 2  # in tiles of 6 rows, and in the 2 left


def test_a_rest_that_cannot_follow_is_finished_plainly() -> None:
    text = "tile i 8\nmove A reg [i][j/16]<16j>\ntile i 1\ntile j 16\nselect lanes"
    impl = parse(text).apply(exponential(20, 8 * 4), target())
    assert not list(open_specs(impl))


def test_a_branch_has_its_own_schedule() -> None:
    impl = parse("tile m 64\n rest { finish }\nfinish").apply(matmul(), target())
    labels = [label for label, _ in children(impl)]
    assert labels == ["main", "rest"]


def test_trace_shows_every_step() -> None:
    steps = [text for text, _ in parse("tile m 10" + KERNEL).trace(matmul(40, 32), target())]
    assert steps[:3] == ["tile m 10", "move C reg [m][n/16]<16n>", "accumulate"]


def test_sections() -> None:
    sections = parse_sections("tile m 2\n@f:\ntile n 2\n@f#1:\nfinish\n")
    assert {name: str(s) for name, s in sections.items()} == {
        "": "tile m 2",
        "f": "tile n 2",
        "f#1": "finish",
    }
    with pytest.raises(ScheduleError, match="a second schedule for @f"):
        parse_sections("@f:\nfinish\n@f:\nfinish\n")
    with pytest.raises(ScheduleError, match="@g: line 2: no Action 'x'"):
        parse_sections("@g:\nx\n")
