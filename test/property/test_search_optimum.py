"""The search finds what an exhaustive walk finds: equal optima on random tiny goals and machines.

The machines change every coefficient, limit and capacity, so that all of them bind somewhere. Draws
whose space is too large to walk are left out and counted. A longer run prints what differs:
`python test/property/test_search_optimum.py COUNT [FIRST [THREADS]]`.
"""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from oracle import Oracle
from tiny import Draw, cramped, divisible, draw, odd, scattered
from walk import TooLargeError

from morello_mlir.price import price
from morello_mlir.schedule import ScheduleError
from morello_mlir.search.errors import NoProgramError
from morello_mlir.search.solver import solve

MOST = 3_000
"""Specs that a walk may look at: a third of a second."""


def difference(seed: int, threads: int = 1, most: int = MOST) -> str | None:
    """What is wrong with a seed's optimum, the empty text if nothing is; None if it is too large.

    The optimum is the walk's, or there is no program for either; and the program that is extracted
    has the price that the search says.
    """
    return compared(odd(seed, threads) if seed % 2 else draw(seed, threads), most)


def compared(one: Draw, most: int = MOST) -> str | None:
    """The same of a draw."""
    with cramped(one.seed):
        try:
            found = Oracle(one.target, most).best(one.spec)
        except TooLargeError:
            return None
        try:
            solved = solve(one.spec, one.target)
        except NoProgramError:
            return "" if found is None else f"{one}\nno program, and the walk has {found.cycles}"
        try:
            priced = price(solved.impl, one.target).cycles
        except ScheduleError as error:
            return f"{one}\n{solved.cycles} cycles, but {error}"
        if found is None:
            return f"{one}\n{priced} cycles, and the walk finds no program"
        if solved.cycles != pytest.approx(found.cycles, rel=1e-9):
            return f"{one}\n{solved.cycles} cycles, and the walk needs {found.cycles}"
        if priced != pytest.approx(solved.cycles, rel=1e-9):
            return f"{one}\n{solved.cycles} cycles, and its program has the price {priced}"
    return ""


def check(first: int, count: int, threads: int = 1) -> None:
    """As many draws from a seed on that are small enough have no difference."""
    said = (difference(seed, threads) for seed in range(first, first + 4 * count))
    decided = list(islice((s for s in said if s is not None), count))
    assert len(decided) == count
    assert not any(decided), "\n".join(s for s in decided if s)


@pytest.mark.parametrize("first", range(0, 2000, 200))
def test_the_optimum_is_the_walks(first: int) -> None:
    check(first, 20)


@pytest.mark.parametrize("first", range(2000, 2400, 200))
def test_the_optimum_with_threads_is_the_walks(first: int) -> None:
    check(first, 10, threads=3)


@pytest.mark.parametrize("threads", (2, 3))
def test_the_optimum_of_what_threads_share_is_the_walks(threads: int) -> None:
    draws = [divisible(seed, threads) for seed in range(2600, 2660)]
    draws += [scattered(seed, threads) for seed in range(2660, 2700)]
    said = [s for s in map(compared, draws) if s is not None]
    assert len(said) >= 50
    assert not any(said), "\n".join(s for s in said if s)


def main(count: int, first: int = 10_000, threads: int = 1) -> int:
    """Compare many draws; the exit code."""
    failed = large = 0
    for done, seed in enumerate(range(first, first + count), 1):
        said = difference(seed, threads, most=20_000)
        large += said is None
        if said:
            failed += 1
            print(said, flush=True)
        if done % 200 == 0 or done == count:
            print(f"{done} draws, {large} too large, {failed} differ", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
