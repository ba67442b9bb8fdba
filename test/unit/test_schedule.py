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
from morello_mlir.spec import Start

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
                st.lists(
                    st.tuples(st.sampled_from(LABELS), inner),
                    max_size=2,
                    unique_by=lambda branch: branch[0],
                ).map(tuple),
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
        ("tile m 2\n\ntile m 0", r"line 3: size is a whole number, not '0'"),
        ("tile m 2 serial 3", r"line 1: write 'tile AXIS SIZE"),
        ("finish now", r"line 1: write 'finish'"),
        ("tile m 2\nrest finish", r"line 2: 'rest' comes after a step and needs"),
        ("# one\nselect lanes // two\n}\n", r"line 3: '}' closes nothing"),
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


def test_errors_of_what_follows_by_itself() -> None:
    registers = "move C reg [m][n/16]<16n>\n"
    with pytest.raises(ScheduleError, match=r"^select frob: .*has no instruction 'frob'"):
        parse("tile m 6\nrest { select frob }").apply(matmul(), target())
    with pytest.raises(ScheduleError, match=r"^move C reg .*: operand C: takes 64 registers"):
        parse("tile m 16\ntile n 64\n" + registers).apply(matmul(), target())
    with pytest.raises(ScheduleError, match=r"'main' is no child of a step \(load, store, fill"):
        Schedule().tile("m", 6).on("main", Schedule())
    with pytest.raises(ScheduleError, match=r"'rest' is no child of a step"):
        Schedule().on("rest", Schedule())


def test_copies_and_fills_are_finished_by_themselves() -> None:
    impl = parse("move B L2 [n/32][k][32n]\naccumulate").apply(matmul(), target())
    (left,) = open_specs(impl)
    assert (left.start, left.inputs[1].placement.level) == (Start.VALUE, "L2")
    impl = parse("move B L2 [n/32][k][32n]\n load { tile n 32 }").apply(matmul(), target())
    copied, left = open_specs(impl)
    assert copied.is_copy and copied.extents == {"k": 64, "n": 32}
    assert left.extents == {"m": 100, "n": 96, "k": 64}


def test_a_rest_skips_tiles_of_more_than_it_has() -> None:
    impl = parse("tile m 6\ntile m 5\ntile n 32").apply(matmul(100), target())
    sizes = [(s.extents.get("m", 1), s.extents["n"]) for s in open_specs(impl)]
    assert sizes == [(5, 32), (1, 32), (4, 32)]


def test_a_rest_too_short_to_split_is_finished_plainly() -> None:
    impl = parse("tile k 16\nsplit_reduction k 16").apply(matmul(1, 1, 70), target())
    (left,) = open_specs(impl)
    assert left.extents == {"kp": 16}


def test_a_rest_leaves_open_what_its_main_child_does() -> None:
    impl = parse("tile m 6\ntile n 32").apply(matmul(100), target())
    assert [(s.extents["m"], s.extents["n"]) for s in open_specs(impl)] == [(6, 32), (4, 32)]


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


def test_a_rest_that_has_a_value_already_does_not_accumulate() -> None:
    impl = parse("tile k 40\naccumulate\ntile k 8\nfinish").apply(matmul(4, 4, 64), target())
    assert isinstance(impl, Loop) and isinstance(impl.rest, Loop)
    assert (impl.rest.axis, impl.rest.size, impl.rest.trips) == ("k", 8, 3)


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
    depths = [
        render(i).count("open") for _, i in parse("tile m 6\nfinish").trace(matmul(), target())
    ]
    assert depths == [2, 0]


def test_sections() -> None:
    sections = parse_sections("tile m 2\n@f:\ntile n 2\n@f#1:\nfinish\n")
    assert {name: str(s) for name, s in sections.items()} == {
        "": "tile m 2",
        "f": "tile n 2",
        "f#1": "finish",
    }
    with pytest.raises(ScheduleError, match="line 3: a second schedule for @f"):
        parse_sections("@f:\nfinish\n@f:\nfinish\n")
    with pytest.raises(ScheduleError, match="@g: line 2: no Action 'x'"):
        parse_sections("@g:\nx\n")
