"""How goals begin: what fits into a cache comes there whole only where that pays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from engine import matmul, target

from morello_mlir.search import solver
from morello_mlir.search.settle import Opening, openings
from morello_mlir.search.space import Space


def space(m: int, n: int, k: int, machine: str, threads: int = 1) -> Space:
    """The space of a product."""
    whole = target(machine, threads)
    goal = replace(matmul(m, n, k), limits=whole.limits).canonical()
    return Space(goal, whole, tuple((a.extent,) for a in goal.axes))


def begun(
    m: int, n: int, k: int, machine: str = "x86-64-v3", threads: int = 1
) -> list[tuple[str, tuple[int, ...]]]:
    """The levels that a product may come to first, and the operands that do."""
    return [(o.level, o.moved) for o in openings(space(m, n, k, machine, threads))]


@pytest.mark.parametrize("machine", ("x86-64-v3", "x86-64-v4"))
@pytest.mark.parametrize(
    "shape", [(8, 8, 8), (17, 33, 5), (64, 64, 64), (200, 200, 8), (3, 500, 200), (8, 200, 200)]
)
def test_no_dearer_than_with_all_moved_at_once(
    shape: tuple[int, int, int], machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    its = target(machine)
    goal = replace(matmul(*shape), limits=its.limits)
    found = solver.solve(goal, its).cycles

    def at_once(whole: Space) -> Iterator[Opening]:
        level = next(o.level for o in openings(whole) if o.level != "mem")
        far = [i for i in whole.movable if whole.spec.operands[i].placement.level == "mem"]
        yield Opening(whole, (2, 3), level, tuple(far))

    monkeypatch.setattr(solver, "openings", at_once)
    assert found <= solver.solve(goal, its).cycles * (1 + 1e-12)


def test_a_small_goal_begins_in_every_way() -> None:
    every = [("mem", ()), ("L2", (0, 1, 2)), ("L3", (0, 1, 2))]
    assert begun(8, 8, 8) == every
    assert begun(8, 8, 8, threads=2) == every


def test_what_is_read_once_stays() -> None:
    assert begun(3, 500, 200) == [("L3", ())]
    assert begun(256, 256, 256) == [("L3", (0, 1, 2))]
    assert begun(100, 100, 100) == [("L2", (0, 1))]
    assert begun(2000, 2000, 2000) == [("mem", ())]
    assert begun(100, 100, 100, threads=2) == [("L2", (0, 1)), ("L3", ())]
