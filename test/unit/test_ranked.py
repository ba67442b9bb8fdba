"""The k best: programs whose code differs, the cheapest of each, in the order of cost."""

from __future__ import annotations

from itertools import count as naturals
from itertools import islice

import pytest
from engine import exponential, matmul, target
from tiny import cramped, draw

from morello_mlir.action import Tile
from morello_mlir.impl import Impl, Leaf, Loop, Move, children
from morello_mlir.layout import print_layout
from morello_mlir.price import price
from morello_mlir.search.count import programs
from morello_mlir.search.errors import NoProgramError
from morello_mlir.search.extract import Extraction, emitted
from morello_mlir.search.printed import Printer, schedule_of
from morello_mlir.search.solver import Solved, solve
from morello_mlir.spec import Spec
from morello_mlir.target.target import Target

GOALS = [matmul(64, 64, 64), matmul(100, 96, 64), matmul(1, 200, 300), exponential(33, 100)]
MOST = 600


def code(impl: Impl) -> object:
    """A program without what only the cost model sees."""
    parts = tuple((label, code(child)) for label, child in children(impl))
    match impl:
        case Move(buffer=None):
            return code(impl.body)
        case Move():
            assert impl.buffer is not None
            place = impl.buffer.placement
            layout = print_layout(place.layout, impl.buffer.dims, place.lanes)
            return (impl.buffer.name, place.in_registers, layout, parts)
        case Loop():
            return (impl.axis, impl.size, impl.order, parts)
        case Leaf():
            return str(impl.match)
    return (type(impl).__name__, parts)


@pytest.mark.parametrize("goal", GOALS, ids=str)
def test_ranked_programs_differ_in_their_code(goal: Spec) -> None:
    solved = solve(goal, target())
    ranked = solved.ranked(32)
    impls = [schedule.apply(goal, solved.target) for _, schedule in ranked]
    assert len(ranked) == 32
    assert len({str(schedule) for _, schedule in ranked}) == 32
    assert len({code(impl) for impl in impls}) == 32
    cycles = [c for c, _ in ranked]
    assert cycles == sorted(cycles)
    assert cycles == pytest.approx([price(i, solved.target).cycles for i in impls])


@pytest.mark.parametrize("goal", GOALS, ids=str)
def test_programs_that_share_parts_are_printed_as_each_for_itself(goal: Spec) -> None:
    solved = solve(goal, target())
    found = list(islice(solved._programs(), 24))
    printer = Printer(solved.target)
    for program in found:
        impl = program.schedule().apply(solved.spec, solved.target)
        assert printer.impl(program, solved.spec) == impl
        assert printer.schedule(impl) == schedule_of(impl, solved.target)


def test_what_programs_share_is_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    solved, applied = solve(GOALS[1], target()), []
    apply = Tile.apply

    def counted(self: Tile, spec: Spec, machine: Target) -> Impl:
        applied.append(self)
        return apply(self, spec, machine)

    monkeypatch.setattr(Tile, "apply", counted)
    solved.ranked(32)
    together = len(applied)
    for program in islice(solved._programs(), 32):
        schedule_of(program.schedule().apply(solved.spec, solved.target), solved.target)
    assert 2 * together < len(applied) - together


def test_fewer_are_the_first_of_more() -> None:
    solved, again = (solve(GOALS[0], target()) for _ in range(2))
    assert solved.ranked(3) == again.ranked(12)[:3]
    assert solved.best(1) == [solved.schedule]


@pytest.mark.parametrize("threads", (1, 2))
@pytest.mark.parametrize("low", (0, 15, 30))
def test_ranked_equals_brute_force(low: int, threads: int) -> None:
    compared = 0
    for seed in range(low, low + 15):
        with cramped(seed):
            goal = draw(seed, threads)
            try:
                solved = solve(goal.spec, goal.target)
            except NoProgramError:
                continue
            many = programs(solved.node).exact
            if many is None or many > MOST:
                continue
            cheapest = _cheapest(solved)
            ranked = solved.ranked(many + 1)
            assert sorted(cheapest.values()) == pytest.approx([c for c, _ in ranked]), str(goal)
            found = {code(s.apply(solved.spec, solved.target)) for _, s in ranked}
            assert found == cheapest.keys(), str(goal)
            compared += 1
    assert compared >= 4


def test_emitted_drops_what_makes_no_code() -> None:
    assert emitted("move A L2") == emitted("move A L2; move B L3") == emitted("") == ""
    assert emitted("move B L2 [n/16][k][16n]") == "move B [n/16][k][16n]"
    assert emitted("move B L2 [n][k]") == emitted("move B L1 [n][k]")
    kept = "move C reg [m][n/16]<16n>; accumulate"
    assert emitted(kept) == kept
    assert emitted("tile m 6 parallel") == "tile m 6 parallel"


def _cheapest(solved: Solved) -> dict[object, float]:
    """The least cost of each code, from all programs."""
    found: dict[object, float] = {}
    every = Extraction(every=True)
    for rank in naturals():
        program = every.program(solved.node, rank)
        if program is None:
            return found
        same = code(program.schedule().apply(solved.spec, solved.target))
        found[same] = min(found.get(same, float("inf")), program.cost)
    raise AssertionError
