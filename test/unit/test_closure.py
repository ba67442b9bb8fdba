"""Closures against their definition, point by point: starts, tolls, rests, masks, ties, codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest

from morello_mlir.search.closure import Nest, Scratch, Toll, close
from morello_mlir.search.kernel import LANES
from morello_mlir.search.ladder import Ladder

LADDERS = (
    Ladder.of((37,), (1, 2, 6, 12, 24)),
    Ladder.of((64,), (1, 8, 16, 32)),
    Ladder.of((5,), ()),
    Ladder.of((7, 29), (1, 3, 7)),
)
Cost = Callable[[int], Any]


def by_definition(
    inner: Any, ladder: Ladder, nest: Nest, codes: Any, first: int
) -> tuple[Any, Any]:
    """The same point by point; the first of equal costs is taken."""
    axis, out, found = nest.axis + 1, inner.copy(), codes.copy()
    numbers = {ladder.index[t]: first + r for r, t in enumerate(ladder.tiles)}
    for start in reversed(range(len(inner))):
        later = len(inner) - 1 if nest.reduces else start
        for point in product(*map(range, inner.shape[1:])):
            e, others = point[axis - 1], point[: axis - 1] + point[axis:]
            if (
                nest.within is not None
                and not np.broadcast_to(nest.within(), inner.shape)[0][point]
            ):
                continue
            for t, trips, rest in ladder.cuts[e]:
                if not nest.allows(trips):
                    continue
                body = inner[at((later if trips > 1 else start, *point), axis + 1, t)]
                if nest.least is not None:
                    body = max(body, entry_of(nest.least(t), others))
                body += nest.step
                for toll in nest.tolls:
                    if ladder.values[e] > toll.above and not any(others[p] for p in toll.first):
                        body += entry_of(toll.cost(t), others)
                left = out[at((later, *point), axis + 1, rest)] if rest >= 0 else 0.0
                cost = nest.steps(trips) * body + (left + nest.entry)
                here = (start, *point)
                if cost * (1 + 1e-12) < out[here]:
                    found[here] = numbers[t]
                out[here] = min(cost, out[here])
    return out, found


def at(point: tuple[int, ...], axis: int, index: int) -> tuple[int, ...]:
    return (*point[: axis - 1], index, *point[axis:])


def entry_of(cost: Any, others: tuple[int, ...]) -> float:
    return float(cost[tuple(0 if n == 1 else i for n, i in zip(cost.shape, others, strict=True))])


def paid(seed: int, shape: tuple[int, ...]) -> Cost:
    """What is paid by tile; broadcasts over some of the axes besides."""
    rows = np.random.default_rng(seed).integers(0, 9, (99, *shape)).astype(float)
    return lambda t: rows[t]


def costs_of(seed: int, shape: tuple[int, ...]) -> Any:
    """Few values, so that many costs are equal, and some points without a program."""
    made = np.random.default_rng(seed)
    costs = made.integers(1, 40, shape).astype(float) / 8
    costs[made.random(shape) < 0.2] = np.inf
    return costs


def nests() -> dict[str, Nest]:
    plain = Nest(1, "serial", 0.0, 0.0)
    return {
        "free": plain,
        "loop": replace(plain, step=0.5, entry=3.0),
        "few trips": replace(plain, most_trips=3),
        "reduces": replace(plain, step=0.5, entry=3.0, reduces=True),
        "threads": replace(plain, step=0.5, entry=9.0, threads=4, order="parallel"),
    }


@pytest.mark.parametrize("after", [(1,), (3, 2), (LANES,), (2, 1, 9)], ids=str)
@pytest.mark.parametrize("starts", [1, 2])
@pytest.mark.parametrize("name", nests())
def test_closures_are_what_they_say(name: str, starts: int, after: tuple[int, ...]) -> None:
    plain = nests()[name]
    for seed, ladder in enumerate(LADDERS):
        shape = (starts, 3, len(ladder), *after)
        ones = tuple(n if i % 2 else 1 for i, n in enumerate((3, *after)))
        full = (3, *after)
        tolls = (
            Toll(paid(seed, full)),
            Toll(paid(seed, ones), above=24),
            Toll(paid(seed, full), above=24, first=frozenset({0})),
            Toll(paid(seed, ones), above=32),
        )
        mask = np.random.default_rng(seed).random((1, 3, len(ladder), *(1,) * len(after))) < 0.5
        for nest in (
            plain,
            replace(plain, tolls=tolls),
            replace(plain, least=paid(seed + 1, ones), tolls=tolls[:1]),
            replace(plain, within=partial(np.asarray, mask)),
        ):
            for dtype, first in ((np.uint8, 5), (np.uint16, 300)):
                inner, codes = costs_of(seed, shape), np.ones(shape, dtype)
                wanted, choices = by_definition(inner, ladder, nest, codes, first)
                scratch = Scratch()
                for _ in range(2):  # what lived in the scratch before does not matter
                    noted = codes.copy()
                    found = close(inner, ladder, nest, scratch, noted, first)
                    assert np.array_equal(found, wanted)
                    assert np.array_equal(noted, choices)
                assert np.array_equal(close(inner, ladder, nest, scratch), wanted)


def test_closures_follow_each_other() -> None:
    ladders = LADDERS[0], LADDERS[3], LADDERS[1]
    inner = costs_of(1, (2, *map(len, ladders), 3))
    wanted, scratch, closed = inner, Scratch(), inner
    codes = np.zeros(inner.shape, np.uint8)
    for axis in (2, 0, 1):
        nest = Nest(axis, "serial", 0.5, 2.0, reduces=axis == 2)
        wanted, _ = by_definition(wanted, ladders[axis], nest, codes, 1)
        closed = close(closed, ladders[axis], nest, scratch, codes, 1)
        assert np.array_equal(closed, wanted)
    assert np.array_equal(inner, costs_of(1, inner.shape))
