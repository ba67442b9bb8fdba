"""Actions: what each makes of a Spec, and why it refuses."""

from __future__ import annotations

import re

import pytest
from engine import exponential, matmul, target

from morello_mlir.action import (
    Accumulate,
    Action,
    Finish,
    Move,
    NotApplicable,
    Select,
    SplitReduction,
    Tile,
)
from morello_mlir.impl import Accumulate as AccumulateImpl
from morello_mlir.impl import Impl, Leaf, Loop, children, open_specs
from morello_mlir.impl import Move as MoveImpl
from morello_mlir.impl import SplitReduction as SplitImpl
from morello_mlir.spec import Kind, Spec, Start

PANELS = "[n/32][k][32n]"
REGISTERS = "[m][n/16]<16n>"


def after(spec: Spec, *actions: Action) -> Spec:
    """The Spec of the main child after a line of Actions."""
    for action in actions:
        spec = dict(children(action.apply(spec, target())))["main"].spec
    return spec


def refusal(spec: Spec, action: Action) -> str:
    with pytest.raises(NotApplicable) as caught:
        action.apply(spec, target())
    return str(caught.value)


class TestTile:
    def test_body_and_rest(self) -> None:
        impl = Tile("m", 6).apply(matmul(m=100), target())
        assert isinstance(impl, Loop) and impl.trips == 16
        assert impl.body.spec.extents == {"m": 6, "n": 96, "k": 64}
        assert impl.rest is not None and impl.rest.spec.extents["m"] == 4

    def test_no_rest_where_it_divides(self) -> None:
        impl = Tile("m", 5).apply(matmul(m=100), target())
        assert isinstance(impl, Loop) and impl.rest is None

    def test_a_reduction_finds_nothing_on_its_first_step_only(self) -> None:
        impl = Tile("k", 24).apply(matmul(k=64), target())
        assert isinstance(impl, Loop) and impl.rest is not None
        assert impl.body.spec.start is Start.FIRST
        assert impl.rest.spec.start is Start.VALUE

    def test_one_tile_and_a_rest(self) -> None:
        impl = Tile("k", 40).apply(matmul(k=64), target())
        assert isinstance(impl, Loop) and impl.body.spec.start is Start.NOTHING

    def test_parallel_loops_do_not_nest(self) -> None:
        inner = after(matmul(), Tile("m", 10, "parallel"))
        assert inner.serial
        assert "already inside a parallel loop" in refusal(inner, Tile("n", 8, "parallel"))

    @pytest.mark.parametrize(
        ("action", "reason"),
        [
            (Tile("q", 4), "axis q: the Spec does not vary along it (it has m=100"),
            (Tile("m", 100), "axis m: a tile of 100 does not divide an extent of 100"),
            (Tile("m", 0), "axis m: a tile of 0"),
            (Tile("m", 4, "sideways"), "'sideways' is no order of a loop"),
            (Tile("k", 8, "parallel"), "axis k is a reduction; split_reduction"),
        ],
    )
    def test_refusals(self, action: Action, reason: str) -> None:
        assert reason in refusal(matmul(), action)

    def test_registers_hold_a_value_before_a_reduction_is_tiled(self) -> None:
        spec = after(matmul(4, 32), Move("C", "reg", REGISTERS))
        assert "operand C: holds nothing yet; accumulate before" in refusal(spec, Tile("k", 1))


class TestMove:
    def test_an_input_is_loaded(self) -> None:
        impl = Move("B", "L2", PANELS).apply(matmul(), target())
        assert isinstance(impl, MoveImpl) and impl.buffer is not None
        assert [label for label, _ in children(impl)] == ["load", "main"]
        assert impl.load is not None and impl.load.spec.is_copy
        moved = impl.body.spec.inputs[1]
        assert (moved.placement.level, moved.shape, moved.align) == ("L2", (64, 96), (0, 0))

    @pytest.mark.parametrize(
        ("start", "labels"),
        [
            (Start.NOTHING, ["main", "store"]),
            (Start.VALUE, ["main", "combine"]),
            (Start.FIRST, ["main", "store", "combine"]),
        ],
    )
    def test_an_output_is_computed_from_nothing(self, start: Start, labels: list[str]) -> None:
        impl = Move("C", "reg", REGISTERS).apply(matmul(4, 32, start=start), target())
        assert [label for label, _ in children(impl)] == labels
        assert isinstance(impl, MoveImpl) and impl.body.spec.start is Start.NOTHING

    def test_a_cache_level_without_layout_emits_nothing(self) -> None:
        impl = Move("A", "L1").apply(matmul(4, 32), target())
        assert isinstance(impl, MoveImpl) and impl.buffer is None
        assert impl.body.spec.inputs[0].placement.level == "L1"

    def test_what_it_takes_is_gone(self) -> None:
        spec = after(matmul(6, 64), Move("C", "reg", REGISTERS))
        assert spec.limits.left("reg") == 32 - 6 * 4

    @pytest.mark.parametrize(
        ("action", "reason"),
        [
            (Move("D", "L2"), "operand D: the Spec has A, B, C"),
            (Move("A", "L9"), "no memory level 'L9'"),
            (Move("A", "mem"), "operand A: is in mem already"),
            (Move("A", "L2", "[m][q]"), "operand A: 'q' names no dimension (have: m, k)"),
            (Move("A", "L2", "[m][k/8]<8k>"), "operand A: <...> is for registers, not L2"),
            (Move("A", "L2", "[m][k]"), "operand A: has layout [m][k] already"),
            (Move("C", "reg", REGISTERS), "operand C: takes 600 registers of reg, 32 are left"),
        ],
    )
    def test_refusals(self, action: Action, reason: str) -> None:
        assert reason in refusal(matmul(), action)


class TestAccumulate:
    def test_fill_then_add(self) -> None:
        impl = Accumulate().apply(matmul(), target())
        assert isinstance(impl, AccumulateImpl)
        assert impl.fill.spec.formula() == "C:f32[m, n] = 0.0"
        assert impl.body.spec.start is Start.VALUE

    @pytest.mark.parametrize(
        ("spec", "reason"),
        [
            (exponential(), "operand C: is assigned, not accumulated"),
            (matmul(start=Start.VALUE), "operand C: holds a value already"),
            (matmul(start=Start.FIRST), "operand C: the loop around tiles a reduction"),
        ],
    )
    def test_refusals(self, spec: Spec, reason: str) -> None:
        assert reason in refusal(spec, Accumulate())


class TestSplitReduction:
    def test_neighbours_go_to_different_lanes(self) -> None:
        impl = SplitReduction("k", 16).apply(matmul(1, 1, 70), target())
        assert isinstance(impl, SplitImpl) and impl.rest is not None
        assert str(impl.body.spec.inputs[0].map[1]) == "16*k + kp"
        assert impl.body.spec.extents == {"kp": 16, "k": 4}
        assert impl.rest.spec.extents == {"kp": 6}
        assert impl.combine.spec.axes[0].kind is Kind.REDUCTION

    def test_threads_get_stretches(self) -> None:
        impl = SplitReduction("k", 2, "L2").apply(matmul(4, 4, 70), target())
        assert isinstance(impl, SplitImpl)
        assert str(impl.body.spec.inputs[0].map[1]) == "k + 35*kp"

    @pytest.mark.parametrize(
        ("action", "reason"),
        [
            (SplitReduction("m", 4), "axis m: is not a reduction"),
            (SplitReduction("k", 1), "axis k: 1 partial results of 64 terms; take 2 to 64"),
            (SplitReduction("k", 65), "axis k: 65 partial results"),
        ],
    )
    def test_refusals(self, action: Action, reason: str) -> None:
        assert reason in refusal(matmul(), action)


class TestSelect:
    def test_an_instruction(self) -> None:
        spec = after(
            matmul(1, 16, 1, Start.NOTHING).canonical(),
            Move("C", "reg", REGISTERS),
            Accumulate(),
            Move("B", "reg", "[k][n/16]<16n>"),
        )
        impl = Select("fma_f32x16").apply(spec, target())
        assert isinstance(impl, Leaf) and str(impl.match) == "fma_f32x16"

    @pytest.mark.parametrize(
        ("spec", "name", "reason"),
        [
            (matmul(), "fma_f32x17", "has no instruction 'fma_f32x17'; close: "),
            (matmul(), "fma_f32x16", "accumulate first"),
            (matmul(1, 32, 1, Start.VALUE), "fma_f32x16", "tile n first"),
            (matmul(1, 16, 1, Start.VALUE), "fma_f32x16", "operand B: is in memory"),
            (
                matmul(1, 16, 1, Start.VALUE),
                "fma_f64x8",
                r"on f64, f64, f64, the Spec .* on f32, f32, f32",
            ),
            (exponential(), "fma_f32x16", "the Spec by nothing"),
            (matmul(4, 4, 4, Start.VALUE), "lanes", "lanes run along one axis"),
            (matmul(4, 4, 1), "lanes", "operand C: lanes add to a value"),
            (exponential(1, 100), "lanes", "axis j: 100 lanes are more than four registers"),
        ],
    )
    def test_refusals(self, spec: Spec, name: str, reason: str) -> None:
        assert re.search(reason, refusal(spec, Select(name)))


class TestFinish:
    @pytest.mark.parametrize("spec", [matmul(7, 9, 11), matmul(1, 1, 100), exponential(3, 50)])
    def test_nothing_is_left_open(self, spec: Spec) -> None:
        assert not list(open_specs(Finish().apply(spec, target())))

    def test_a_transposing_pack_uses_the_transpose(self) -> None:
        impl = Move("A", "L2", "[m/16][k][16m]").apply(matmul(), target())
        assert isinstance(impl, MoveImpl) and impl.load is not None
        assert "transpose_f32_16x16" in names(Finish().apply(impl.load.spec, target()))


def names(impl: Impl) -> set[str]:
    """The instructions of a closed Impl."""
    if isinstance(impl, Leaf):
        return {str(impl.match)}
    return {name for _, child in children(impl) for name in names(child)}
