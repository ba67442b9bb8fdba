"""Linear expressions behave as the functions they stand for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from morello_mlir.linear import Linear

NAMES = st.sampled_from("abc")
LINEARS = st.builds(Linear.of, st.dictionaries(NAMES, st.integers(-5, 5)), st.integers(-9, 9))
POINTS = st.fixed_dictionaries({n: st.integers(-7, 7) for n in "abc"})


@given(LINEARS, LINEARS, st.integers(-3, 3), POINTS)
def test_sums_and_multiples(x: Linear, y: Linear, factor: int, at: dict[str, int]) -> None:
    assert (x + y).evaluate(at) == x.evaluate(at) + y.evaluate(at)
    assert (x * factor).evaluate(at) == x.evaluate(at) * factor
    assert (x + factor).evaluate(at) == x.evaluate(at) + factor


@given(LINEARS, LINEARS, POINTS)
def test_substitution(x: Linear, y: Linear, at: dict[str, int]) -> None:
    inner = {**at, "a": y.evaluate(at)}
    assert x.substitute({"a": y}).evaluate(at) == x.evaluate(inner)


@given(LINEARS, POINTS)
def test_without_is_the_value_at_zero(x: Linear, at: dict[str, int]) -> None:
    assert x.without(frozenset("b")).evaluate(at) == x.evaluate({**at, "b": 0})


def test_equal_expressions_are_equal_values() -> None:
    assert Linear.of({"b": 1, "a": 2, "c": 0}) == Linear.of({"a": 2, "b": 1})
    assert Linear.var("a") + Linear.var("a", -1) == Linear()


def test_text() -> None:
    assert str(Linear.of({"m": 1, "k": 2}, 3)) == "2*k + m + 3"
    assert str(Linear()) == "0"
