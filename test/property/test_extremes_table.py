"""What the table says of a body holds for every row: one change of a body is seen, or is none."""

from __future__ import annotations

from itertools import product
from math import isnan, nan

from hypothesis import given, settings
from hypothesis import strategies as st

from morello_mlir.passes.orders import Meaning, Step, meaning_of, places_in_order

MEANINGS = [
    Meaning(f"arith.{combine}", last)
    for combine, last in product(("maximumf", "minimumf", "maxnumf", "minnumf"), (False, True))
]
NUMBERS = st.sampled_from([-1.0, 0.0, 1.0, 2.0, nan])
Case = tuple[int, int]


def case_of(step: Step) -> Case:
    """All that a body which only compares can know."""

    def order(a: float, b: float) -> int:
        unordered = 2 * isnan(a) + isnan(b)
        return 2 + unordered if unordered else (a > b) - (a < b)

    return order(step.element, step.extremum), order(step.place, step.old_place)


def in_one(meaning: Meaning, row: list[float], least: float, none: int) -> tuple[float, int]:
    """What the ops of one result each say of a row."""
    numbers = [x for x in [least, *row] if not isnan(x)]
    best = (max if meaning.is_maximum else min)(numbers)
    if meaning.keeps_nan and any(map(isnan, row)):
        best = nan
    here = [i for i, x in enumerate(row) if x == best or (isnan(best) and isnan(x))]
    beaten = bool(here) if meaning.last else best != least
    return best, (here[-1] if meaning.last else here[0]) if beaten else none


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(MEANINGS),
    st.lists(NUMBERS, min_size=1, max_size=6),
    st.sampled_from([-1.0, 0.0, 1.0]),
    st.integers(-2, 7),
    st.dictionaries(
        st.tuples(st.sampled_from([-1, 0, 1, 3, 4, 5]), st.sampled_from([-1, 0, 1])),
        st.tuples(st.booleans(), st.booleans()),
        max_size=1,
    ),
)
def test_a_body_with_a_meaning_has_it_for_every_row(
    meaning: Meaning,
    row: list[float],
    least: float,
    none: int,
    changed: dict[Case, tuple[bool, bool]],
) -> None:
    def does(step: Step) -> tuple[float, int]:
        if case_of(step) not in changed:
            return meaning.after(step)
        new_value, new_place = changed[case_of(step)]
        return (
            step.element if new_value else step.extremum,
            step.place if new_place else step.old_place,
        )

    found = meaning_of(does, True, places_in_order(none, len(row)), True, False)
    if found is None:
        assert changed
        return
    state: tuple[float, int] = least, none
    for place, element in enumerate(row):
        state = does(Step(element, state[0], place, state[1]))
    value, place = in_one(found, row, least, none)
    assert state[0] == value or (isnan(state[0]) and isnan(value))
    assert state[1] == place
