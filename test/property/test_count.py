"""The number of programs that a solved space stands for, against programs enumerated one by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count as naturals

import numpy as np
import pytest
from engine import exponential, matmul, target
from hypothesis import given
from hypothesis import strategies as st
from tiny import Draw, cramped, divisible, draw

from morello_mlir.search.count import Counting, programs
from morello_mlir.search.counts import NOTHING, Counts
from morello_mlir.search.errors import NoProgramError
from morello_mlir.search.extract import Extraction
from morello_mlir.search.slab import Node
from morello_mlir.search.solver import Solved, solve
from morello_mlir.search.ways import counted, shape_of
from morello_mlir.spec import Spec

MOST = 2000
"""Programs that are enumerated."""


@pytest.mark.parametrize("low", range(0, 120, 20))
@pytest.mark.parametrize("threads", (1, 2))
def test_count_equals_enumeration(low: int, threads: int) -> None:
    assert sum(_compared(draw(seed, threads)) for seed in range(low, low + 20)) >= 3


@pytest.mark.parametrize("threads", (2, 3))
def test_count_of_what_threads_share_equals_enumeration(threads: int) -> None:
    assert sum(_compared(divisible(seed, threads)) for seed in range(200, 240)) >= 10


@pytest.mark.parametrize("seed", range(12))
def test_programs_enumerated_are_distinct_trees(seed: int) -> None:
    with cramped(seed):
        solved = _solved(draw(seed))
        assert solved is not None
        found = Extraction(every=True)
        some = [p for i in range(60) if (p := found.program(solved.node, i)) is not None]
        trees = {p.schedule().apply(solved.spec, solved.target) for p in some}
        assert len(trees) == len({"\n".join(p.lines()) for p in some})


@pytest.mark.parametrize("threads", (1, 2))
@pytest.mark.parametrize(
    "goal", [matmul(100, 96, 64), matmul(17, 33, 5), matmul(1, 200, 300), exponential()], ids=str
)
def test_points_have_programs_where_they_have_a_cost(goal: Spec, threads: int) -> None:
    solved = solve(goal, target(threads=threads))
    counting = Counting(exact=False)
    counting.of(counted(solved.node).slab)
    for slab, numbers in counting.done.items():
        has = numbers.final.size > NOTHING
        levels = tuple(range(len(shape_of(slab)), slab.final.ndim))
        costs = np.isfinite(slab.final)
        assert (costs.any(axis=levels) == costs.all(axis=levels)).all()
        assert (has == costs.any(axis=levels)).all(), slab.name


def test_digits_are_those_of_the_exact_count() -> None:
    solved = solve(matmul(4, 20, 4), target())
    exact, rough = programs(solved.node), programs(solved.node, digits=9)
    assert exact.exact is not None and rough.exact is None
    assert len(str(exact.exact)) == int(rough.log10) + 1
    assert str(rough) == f"{str(exact.exact)[0]}.{str(exact.exact)[1:3]}e{int(rough.log10)}"
    assert exact.exact <= _derivations(counted(solved.node), {})


integers = st.integers(0, 2**70) | st.integers(0, 3) | st.integers(2**61, 2**63)
arrays = st.lists(st.tuples(integers, integers, integers), min_size=1, max_size=6)


@given(arrays)
def test_arithmetic_of_counts_is_exact(rows: list[tuple[int, int, int]]) -> None:
    one, other, third = (_counts([r[i] for r in rows]) for i in range(3))
    common = _counts([min(r[:2]) for r in rows])
    summed = Counts.total([one, other, third])
    assert _values(summed) == [sum(r) for r in rows]
    assert _values(Counts.product([one, summed])) == [r[0] * sum(r) for r in rows]
    assert _values(Counts.union(one, other, common)) == [max(r[:2]) for r in rows]
    backwards = np.arange(len(rows))[::-1].copy()
    backwards[0] = -1
    assert _values(summed.taken(backwards))[1:] == [sum(r) for r in rows[::-1]][1:]
    assert _values(summed.taken(backwards))[0] == 0


def _compared(goal: Draw) -> bool:
    """Whether a goal has few enough programs to enumerate: as many as are counted."""
    with cramped(goal.seed):
        solved = _solved(goal)
        if solved is None:
            return False
        number, node = programs(solved.node).exact, counted(solved.node)
        if number is None or number > MOST:
            return False
        assert len(set(_every(node))) == number, str(goal)
        return True


def _solved(goal: Draw) -> Solved | None:
    try:
        return solve(goal.spec, goal.target)
    except NoProgramError:
        return None


def _every(node: Node) -> Iterator[str]:
    """The schedules of all programs: more often than once where two derivations are one."""
    found = Extraction(every=True)
    for rank in naturals():
        program = found.program(node, rank)
        if program is None:
            return
        yield "\n".join(program.lines())


def _derivations(node: Node, known: dict[tuple[int, int, tuple[int, ...]], int]) -> int:
    """The count without regard to derivations that are one program."""
    if node.key not in known:
        total = 0
        for edge in node.edges():
            product = 1
            for part in edge.parts:
                product *= _derivations(part.node, known) if part.node.cost < np.inf else 0
            total += product
        known[node.key] = total
    return known[node.key]


def _counts(values: list[int]) -> Counts:
    """An array of counts."""
    sizes = np.asarray([np.log2(float(v)) if v else NOTHING for v in values])
    made = Counts.of(np.zeros(len(values), bool), exact=True)
    low = np.asarray([v % 2**64 for v in values], dtype=np.uint64)
    made.set((), low, sizes, lambda where: np.asarray(values, object)[where])
    return made


def _values(counts: Counts) -> list[int]:
    return [int(v) for v in counts.whole(np.ones(counts.shape, bool))]
