"""What moves to caches offer, point by point."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from morello_mlir.search import kernel
from morello_mlir.search.decisions import MARGIN

STARTS, POINTS, CELLS, KINDS = 2, 11, 7, 6


def by_definition(given: dict[str, Any]) -> tuple[Any, Any]:
    """Costs and codes after the offer."""
    costs, codes = given["result"].copy(), given["codes"].copy()
    for s, p, c, level in product(*map(range, costs.shape)):
        left = given["have"][c] - given["need"][p]
        if given["cell"][p] < 0 or left < 0:
            continue
        room = left if given["rooms"] > 1 else 0
        own = given["own"][s if given["own_next"] else 0, p, level]
        cost = given["source"][s, given["cell"][p], room, given["kind"][level]] + own
        if cost * MARGIN < costs[s, p, c, level]:
            codes[s, p, c, level] = given["code"]
        costs[s, p, c, level] = min(cost, costs[s, p, c, level])
    return costs, codes


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("rooms", [1, 9])
@pytest.mark.parametrize("have", [[8], [0], list(range(9))], ids=str)
@pytest.mark.parametrize("own_starts", [1, 2])
def test_offers_are_what_they_say(dtype: Any, rooms: int, have: list[int], own_starts: int) -> None:
    made = np.random.default_rng(rooms)
    levels = 4
    shape = (STARTS, POINTS, len(have), levels)

    def numbers(*shape: int) -> Any:  # few values, so that many are equal
        found = made.integers(0, 9, shape).astype(float)
        found[made.random(shape) < 0.2] = np.inf
        return found

    given = {
        "source": numbers(STARTS, CELLS, rooms, KINDS),
        "cells": CELLS,
        "rooms": rooms,
        "kinds": KINDS,
        "result": numbers(*shape),
        "codes": made.integers(0, 3, shape).astype(dtype),
        "code_bytes": np.dtype(dtype).itemsize,
        "starts": STARTS,
        "points": POINTS,
        "capacities": len(have),
        "levels": levels,
        "own": numbers(own_starts, POINTS, levels),
        "own_next": POINTS * levels if own_starts > 1 else 0,
        "cell": made.integers(-1, CELLS, POINTS),
        "need": made.integers(1 if have == [8] else 0, 10, POINTS),
        "have": np.array(have),
        "kind": made.integers(0, KINDS, levels),
        "code": 5 if dtype is np.uint8 else 500,
        "margin": MARGIN,
    }
    costs, codes = by_definition(given)
    kernel.offer(given)
    assert np.array_equal(given["result"], costs)
    assert np.array_equal(given["codes"], codes)
