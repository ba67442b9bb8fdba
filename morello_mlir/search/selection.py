"""Selection: which mappings the search may use for a goal, and in which order it tries them.

`dp` leaves the choice to the dynamic program, which makes it together with sizes, layouts and
levels. The others choose before the search begins, and the search does the rest under their choice:
`first` takes the first mapping in the order of the target's instructions, `cost` the one with the
least `mapping_bound`. A choice under which no program exists gives way to the next. What computes
nothing, and what no instruction maps, is left to the dynamic program. Read next: `space.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..spec import Spec
from ..target.mapping import Mapping, mappings
from ..target.target import Target
from .bound import mapping_bound

JOINT = "dp"
SELECTIONS = ("first", "cost", JOINT)


def ranked_mappings(spec: Spec, target: Target) -> list[tuple[float, Mapping]]:
    """Every mapping with its bound, the least bound first."""
    every = _every(spec, target)
    found = [(mapping_bound(m, spec, target), m) for m in every]
    return sorted(found, key=lambda each: each[0])


def selected(spec: Spec, target: Target, how: str) -> Iterator[Mapping]:
    """The mappings of a goal, in the order in which a selection tries them; none for `dp`."""
    if how == JOINT or spec.is_copy or not spec.inputs:
        return
    if how == "first":
        yield from _every(spec, target)
    else:
        assert how == "cost", how
        yield from (m for _, m in ranked_mappings(spec, target))


def _every(spec: Spec, target: Target) -> Iterator[Mapping]:
    return (m for i in target.instructions for m in mappings(spec, i))
