"""The splitter of pipeline texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello_mlir.tools.pipeline import PipelineError, Step, join, parse

names = st.from_regex(r"[a-z][a-z0-9]{0,6}([-_.][a-z0-9]{1,5})?", fullmatch=True)
words = st.text("abz019=-_<>()[],. ", min_size=1, max_size=8)
quoted = st.builds("{0}{1}{0}".format, st.sampled_from("'\""), st.text("ab{}(), ", max_size=6))
# Options as upstream writes them: braces balanced, unless in quotes.
options = st.recursive(
    st.lists(st.one_of(words, quoted), min_size=1, max_size=3).map("".join),
    lambda inner: st.builds("a={{{}}}".format, inner),
    max_leaves=3,
).map(str.strip)
leaves = st.builds(Step, names, st.one_of(st.just(""), options))
steps = st.recursive(
    leaves,
    lambda inner: st.builds(Step, names, nested=st.lists(inner, max_size=3).map(tuple)),
    max_leaves=8,
)


@given(st.lists(steps, max_size=4).map(tuple))
def test_text_and_steps_round_trip(pipeline: tuple[Step, ...]) -> None:
    assert parse(join(pipeline)) == pipeline


@given(st.lists(steps, max_size=3).map(tuple), st.sampled_from([" ", "\n", "  \t"]))
def test_blanks_around_steps_mean_nothing(pipeline: tuple[Step, ...], blank: str) -> None:
    def spaced(step: Step) -> str:
        if step.nested is None:
            return f"{blank}{step}{blank}"
        return f"{blank}{step.name}({','.join(map(spaced, step.nested)) or blank}){blank}"

    assert parse(",".join(map(spaced, pipeline)) or blank) == pipeline


@given(st.text("ab,(){}'\" ", max_size=12))
def test_any_text_is_split_or_refused_within_it(text: str) -> None:
    try:
        parse(text)
    except PipelineError as error:
        assert 0 <= error.position <= len(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ()),
        ("cse", (Step("cse"),)),
        ("cse,inline", (Step("cse"), Step("inline"))),
        ("f(cse)", (Step("f", nested=(Step("cse"),)),)),
        ("f()", (Step("f", nested=()),)),
        ("a{x=1 y=b,c}", (Step("a", "x=1 y=b,c"),)),
        ("a{p=f(g,h{i=1})},b", (Step("a", "p=f(g,h{i=1})"), Step("b"))),
        ("a{s='}'},b", (Step("a", "s='}'"), Step("b"))),
        ("a{s=it's},b", (Step("a", "s=it's"), Step("b"))),
        ("a{}", (Step("a"),)),
    ],
)
def test_examples(text: str, wanted: tuple[Step, ...]) -> None:
    assert parse(text) == wanted


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("f(cse", 1, "'(' is never closed"),
        ("cse)", 3, "unbalanced ')'"),
        ("a{x=1", 1, "'{' is never closed"),
        ("a,,b", 2, "expected the name of a pass"),
        ("a,", 2, "expected the name of a pass"),
        ("a b", 0, "'a b' is not the name of a pass"),
        ("f(a)b", 4, "expected ','"),
        ("a{x}{y}", 4, "expected ','"),
        ("a}", 1, "expected ','"),
    ],
)
def test_faults_say_where(text: str, position: int, message: str) -> None:
    with pytest.raises(PipelineError) as caught:
        parse(text)
    assert (caught.value.position, message in caught.value.message) == (position, True)
