"""Whatever a schedule says, the answer is an Impl or a `ScheduleError`: nothing else is raised."""

from __future__ import annotations

from engine import exponential, matmul, target
from hypothesis import given, settings
from hypothesis import strategies as st

from morello_mlir.action import ACTIONS
from morello_mlir.impl import open_specs, render
from morello_mlir.schedule import LABELS, Schedule, ScheduleError, parse, parse_sections
from morello_mlir.spec import Spec, Start

SPECS = (
    matmul(),
    matmul(7, 33, 9, Start.VALUE),
    matmul(1, 16, 1, Start.VALUE),
    matmul(1, 1, 1),
    exponential(9, 40),
    exponential(1, 1),
)
AXES = st.sampled_from(["m", "n", "k", "i", "j", "kp", "q"])
SIZES = st.sampled_from(["1", "2", "3", "7", "16", "32", "63", "64", "9999999999999999999999"])
PARTS = """[m] [n] [k] [i] [j] [n/16] [16n] [m/4] [4m] [k/2] [2k] [0n] [n/0] [i/5][5i] <n> <1n> <3n>
<4m> <8n> <16j> <16n> <16n,2k> <2k,16n> <4i,4j> <1000000007n>"""
BRACKETS = st.lists(
    st.sampled_from([part.replace(",", " ") for part in PARTS.split()]), min_size=1, max_size=5
).map("".join)
LINES = st.one_of(
    st.tuples(st.just("tile"), AXES, SIZES),
    st.tuples(st.just("tile"), AXES, SIZES, st.sampled_from(["serial", "unrolled", "parallel"])),
    st.tuples(
        st.just("move"), st.sampled_from("ABC"), st.sampled_from(["L3", "L2", "L1", "reg", "mem"])
    ),
    st.tuples(
        st.just("move"), st.sampled_from("ABC"), st.sampled_from(["L2", "reg", "mem"]), BRACKETS
    ),
    st.just(("accumulate",)),
    st.tuples(st.just("split_reduction"), AXES, SIZES),
    st.tuples(st.just("split_reduction"), AXES, SIZES, st.sampled_from(["reg", "L1", "L9"])),
    st.tuples(st.just("select"), st.sampled_from([i.name for i in target().instructions])),
    st.just(("select", "lanes")),
    st.just(("finish",)),
).map(" ".join)
BRANCHES = st.tuples(st.sampled_from(LABELS), st.lists(LINES, max_size=3)).map(
    lambda b: f"{b[0]} {{ {'; '.join(b[1])} }}"
)


@settings(max_examples=700, deadline=None)
@given(st.sampled_from(SPECS), st.lists(st.one_of(LINES, LINES, LINES, BRANCHES), max_size=9))
def test_schedules_apply_or_say_why_not(spec: Spec, lines: list[str]) -> None:
    try:
        impl = parse("\n".join(lines)).apply(spec, target())
    except ScheduleError as error:
        assert str(error).strip()
    else:
        assert render(impl)
        assert all(s.canonical() == s for s in open_specs(impl))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SPECS), st.lists(LINES, min_size=1, max_size=8), LINES)
def test_legal_prefixes_say_why_the_next_step_is_not(
    spec: Spec, lines: list[str], last: str
) -> None:
    """Steps that do not fit are left out, so that what is refused stands deep in a schedule."""
    schedule = Schedule()
    for line in [*lines, last]:
        longer = Schedule((*schedule.steps, *parse(line).steps))
        try:
            longer.apply(spec, target())
        except ScheduleError as error:
            assert str(error).startswith(str(longer.steps[-1].action).split()[0]), (longer, error)
        else:
            schedule = longer


MARKS = '{ } }} ; # // [ ] < > [m] [n/ m 16 -1 0 1e3 ٣ é @ @f: @f#0: load{ " \\ \0'
TOKENS = st.sampled_from([*ACTIONS, *LABELS, *MARKS.split(), "\n", "\t"])


@settings(max_examples=700, deadline=None)
@given(st.lists(TOKENS, max_size=14), st.sampled_from([" ", "", "\n"]))
def test_text_is_read_or_refused_with_its_line(words: list[str], gap: str) -> None:
    text = gap.join(words)
    try:
        schedule = parse(text)
    except ScheduleError as error:
        assert str(error).startswith("line ")
    else:
        assert parse(str(schedule)) == schedule
    try:
        parse_sections(text)
    except ScheduleError as error:
        assert "line " in str(error)
