"""strict-fp: what Actions refuse, which instructions are left, what the search's programs cost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine import matmul, operand, target

from morello_mlir.action import Action, Merge, Move, NotApplicable, Select, Tile
from morello_mlir.action import SplitReduction as Split
from morello_mlir.dtype import F32
from morello_mlir.expr import Arg
from morello_mlir.graph import sole
from morello_mlir.impl import Move as MoveImpl
from morello_mlir.layout import row_major
from morello_mlir.linear import Linear
from morello_mlir.memory import Placement
from morello_mlir.price import price
from morello_mlir.search.scheduler import Scheduler, fingerprint
from morello_mlir.search.solver import solve
from morello_mlir.spec import Axis, Kind, Operand, Spec, Start
from morello_mlir.target.strict import strict


def goal(kinds: dict[str, int], source: str, combine: str = "arith.addf") -> Spec:
    """The sum of an array along all axes but the first."""
    first = next(iter(kinds))
    axes = tuple(
        Axis(name, Kind.PARALLEL if name == first else Kind.REDUCTION, e)
        for name, e in kinds.items()
    )
    inputs = (operand("A", source, kinds),)
    return Spec(axes, inputs, operand("C", first, kinds), Arg(0, F32), combine)


def convolution(start: Start = Start.NOTHING) -> Spec:
    """C[i, f] += A[i + k, c] B[c, k, f]."""
    extents = {"i": 6, "f": 16, "c": 3, "k": 3}
    axes = tuple(
        Axis(name, Kind.PARALLEL if name in "if" else Kind.REDUCTION, e)
        for name, e in extents.items()
    )
    window = (Linear.of({"i": 1, "k": 1}), Linear.var("c"))
    a = Operand("A", F32, window, (8, 3), Placement("mem", row_major(2)))
    inputs = (a, operand("B", "ckf", extents))
    output = operand("C", "if", extents)
    return replace(matmul(), axes=axes, inputs=inputs, output=output, start=start)


def inner_first() -> Spec:
    """A sum along two axes of which the inner one has the farther neighbours."""
    return goal({"i": 16, "a": 64, "b": 64}, "bai")


def refusal(spec: Spec, action: Action) -> str:
    with pytest.raises(NotApplicable) as caught:
        action.apply(spec, strict(target()))
    return str(caught.value)


def test_sums_are_not_taken_apart() -> None:
    assert refusal(matmul(), Split("k", 16)) == "axis k: strict-fp keeps the order of terms"
    assert "accumulate before tiling k" in refusal(matmul(), Tile("k", 16))
    Tile("k", 16).apply(matmul(start=Start.VALUE), strict(target()))


def test_reductions_wait_for_their_turn() -> None:
    spec = convolution(Start.VALUE)  # c, then k
    first, second = (a.name for a in spec.reductions)
    assert f"tile {first} 1 first" in refusal(spec, Tile(second, 1))
    Tile(first, 2).apply(spec, strict(target()))


def test_axes_of_a_sum_merge_where_they_follow_each_other() -> None:
    spec = goal({"i": 4, "a": 6, "b": 8}, "iab")
    Merge("a", "b").apply(spec, strict(target()))
    other = replace(spec, axes=(spec.axes[0], spec.axes[2], spec.axes[1]))
    assert refusal(other, Merge("a", "b")) == "axes a and b: strict-fp keeps their order"
    largest = replace(other, combine="arith.maximumf")
    Merge("a", "b").apply(largest, strict(target()))


def test_old_values_are_loaded() -> None:
    impl = Move("C", "reg").apply(matmul(4, 32, 8, Start.VALUE), strict(target()))
    assert isinstance(impl, MoveImpl)
    assert impl.load is not None and impl.store is not None and impl.combine is None
    assert sole(impl.body.spec).start is Start.VALUE


def test_what_fuses_or_reduces_is_no_instruction() -> None:
    free, kept = target(), strict(target())
    gone = {i.name for i in free.instructions} - {i.name for i in kept.instructions}
    assert {"fma_f32x16", "sum_f32x16", "dot2_bf16_f32x16"} <= gone
    assert not any("s8" in name or name.startswith(("max", "transpose")) for name in gone)
    spec = matmul(1, 16, 1, start=Start.VALUE)
    assert "strict-fp leaves out" in refusal(spec, Select("fma_f32x16"))


def test_maxima_are_free() -> None:
    spec = goal({"i": 20, "k": 300}, "ik", "arith.maximumf")
    assert str(solve(spec, strict(target())).schedule) == str(solve(spec, target()).schedule)


@pytest.mark.parametrize(
    "spec",
    [
        matmul(6, 24, 12),
        matmul(6, 24, 12, Start.VALUE),
        matmul(1, 1, 100),
        convolution(),
        convolution(Start.VALUE),
        inner_first(),
        goal({"i": 20, "k": 100}, "ik"),
        goal({"i": 20, "k": 100}, "ki"),
    ],
)
def test_programs_cost_what_the_search_says(spec: Spec) -> None:
    machine = strict(target())
    spec = replace(spec, limits=machine.limits)
    solved = solve(spec, machine)
    for cycles, schedule in solved.ranked(5):
        assert price(schedule.apply(spec, machine), machine).cycles == pytest.approx(cycles)


def test_loops_over_inner_terms_are_inside_of_those_over_outer_ones() -> None:
    machine = strict(target())
    solved = solve(replace(inner_first(), limits=machine.limits), machine)
    inner = [
        (slab, nest)
        for slab in solved.slabs
        for nest in slab.nests
        if nest.reduces and slab.axes[nest.axis] == "b"
    ]
    assert inner
    for slab, nest in inner:
        assert nest.within is not None
        outer = slab.ladders[slab.axes.index("a")].values
        allowed = nest.within()
        for number, extent in enumerate(outer):
            if extent > 1:
                assert not allowed.take(number, axis=1 + slab.axes.index("a")).any()


def test_answers_are_kept_apart() -> None:
    assert fingerprint(target()) != fingerprint(strict(target()))
    free = Scheduler(target()).plan(matmul(16, 32, 24)).schedules
    assert free != Scheduler(strict(target())).plan(matmul(16, 32, 24)).schedules
