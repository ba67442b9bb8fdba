"""Actions: what each makes of a Spec, and why it refuses."""

from __future__ import annotations

import re
from dataclasses import replace

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
from morello_mlir.graph import sole
from morello_mlir.impl import Accumulate as AccumulateImpl
from morello_mlir.impl import Impl, Leaf, Loop, children, open_specs
from morello_mlir.impl import Move as MoveImpl
from morello_mlir.impl import SplitReduction as SplitImpl
from morello_mlir.memory import Limits
from morello_mlir.spec import Kind, Spec, Start

PANELS = "[n/32][k][32n]"
REGISTERS = "[m][n/16]<16n>"


def after(spec: Spec, *actions: Action) -> Spec:
    """The Spec of the main child after a line of Actions."""
    for action in actions:
        spec = sole(dict(children(action.apply(spec, target())))["main"].spec)
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
        assert sole(impl.body.spec).start is Start.FIRST
        assert sole(impl.rest.spec).start is Start.VALUE

    def test_one_tile_and_a_rest(self) -> None:
        impl = Tile("k", 40).apply(matmul(k=64), target())
        assert isinstance(impl, Loop) and sole(impl.body.spec).start is Start.NOTHING

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

    def test_threads_do_not_share_registers(self) -> None:
        spec = after(matmul(4, 32), Move("C", "reg", REGISTERS))
        assert refusal(spec, Tile("m", 2, "parallel")) == (
            "operand C: threads do not share registers"
        )

    def test_views_begin_at_multiples_of_the_tile(self) -> None:
        inner = after(matmul(m=100), Tile("m", 24), Tile("m", 4), Tile("n", 10))
        assert inner.output.align == (4, 10)
        impl = Tile("m", 24).apply(matmul(m=100), target())
        assert isinstance(impl, Loop) and impl.rest is not None
        assert impl.rest.spec.inputs[0].align == (96, 0)

    def test_registers_hold_a_value_before_a_reduction_is_tiled(self) -> None:
        spec = after(matmul(4, 32), Move("C", "reg", REGISTERS))
        assert "operand C: holds nothing yet; accumulate before" in refusal(spec, Tile("k", 1))


class TestMove:
    def test_an_input_is_loaded(self) -> None:
        impl = Move("B", "L2", PANELS).apply(matmul(), target())
        assert isinstance(impl, MoveImpl) and impl.buffer is not None
        assert [label for label, _ in children(impl)] == ["load", "main"]
        assert impl.load is not None and sole(impl.load.spec).is_copy
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
        assert isinstance(impl, MoveImpl) and sole(impl.body.spec).start is Start.NOTHING

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

    def test_what_is_left_bounds_a_cache_level(self) -> None:
        assert refusal(matmul(200, 100), Move("C", "L1")) == (
            "operand C: takes 80000 bytes of L1, 32768 are left"
        )

    def test_a_move_never_goes_away_from_the_registers(self) -> None:
        spec = after(matmul(4, 32), Move("C", "L1"))
        assert refusal(spec, Move("C", "L2")) == "operand C: is in L1 already"
        spec = after(matmul(4, 32), Move("C", "reg", REGISTERS))
        assert refusal(spec, Move("C", "reg", "[n][m]")) == "operand C: is in reg already"

    def test_plain_registers_run_along_what_is_contiguous(self) -> None:
        for name, text in (("A", "[m][k/16]<16k>"), ("B", "[k][n/16]<16n>")):
            impl = Move(name, "reg").apply(matmul(2, 4, 3), target())
            assert isinstance(impl, MoveImpl) and impl.buffer is not None
            assert impl.buffer.placement.describe(impl.buffer.dims) == f"reg {text}"


class TestAccumulate:
    def test_fill_then_add(self) -> None:
        impl = Accumulate().apply(matmul(), target())
        assert isinstance(impl, AccumulateImpl)
        assert impl.fill.spec.formula() == "C:f32[m, n] = 0.0"
        assert sole(impl.body.spec).start is Start.VALUE

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
        assert impl.rest.spec.inputs[0].align == (0, 64)
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
            (SplitReduction("k", 2, "L9"), "no memory level 'L9' (have: mem, L3"),
            (SplitReduction("k", 8, "L1"), "axis k: L1 has no room for partial results"),
        ],
    )
    def test_refusals(self, action: Action, reason: str) -> None:
        assert reason in refusal(matmul(), action)

    def test_an_axis_is_split_once(self) -> None:
        spec = after(matmul(4, 4, 64), SplitReduction("k", 8))
        assert refusal(spec, SplitReduction("k", 2)) == "axis k: is split already"

    def test_registers_are_not_left(self) -> None:
        spec = after(matmul(4, 16), Move("C", "reg", REGISTERS))
        assert refusal(spec, SplitReduction("k", 4, "L1")) == ("operand C: is in registers already")


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
            (exponential(1, 33), "lanes", "axis j: 33 lanes do not fill whole registers"),
        ],
    )
    def test_refusals(self, spec: Spec, name: str, reason: str) -> None:
        assert re.search(reason, refusal(spec, Select(name)))

    def test_lanes_of_registers(self) -> None:
        one = after(matmul(1, 1, 16), Move("A", "reg"), Move("B", "reg", "[n][k/16]<16k>"))
        both = after(matmul(1, 16, 16, Start.VALUE), Move("A", "reg"), Move("B", "reg"))
        wide = after(exponential(1, 64), Move("A", "reg"))
        tall = after(exponential(4, 16), Move("A", "reg"))
        assert "accumulate first" in refusal(one, Select("lanes"))
        assert "hold lanes in different orders; tile to 1" in refusal(both, Select("lanes"))
        assert "axis j: extent 64 is more than a register" in refusal(wide, Select("lanes"))
        assert "axis i: no lanes run along it; tile i 1" in refusal(tall, Select("lanes"))

    def test_lanes_do_not_start_inside_a_register(self) -> None:
        whole = after(exponential(1, 32), Move("A", "reg", "[i][j/16]<16j>"))
        assert isinstance(Select("lanes").apply(after(whole, Tile("j", 16)), target()), Leaf)
        refused = refusal(after(whole, Tile("j", 8)), Select("lanes"))
        assert "its register operands hold lanes in different orders" in refused


class TestFinish:
    def test_no_registers_are_left(self) -> None:
        spec = replace(matmul(4, 32, 8, Start.FIRST), limits=Limits.of(reg=0))
        assert refusal(spec, Finish()).startswith("operand C: ")

    @pytest.mark.parametrize("spec", [matmul(7, 9, 11), matmul(1, 1, 100), exponential(3, 50)])
    def test_nothing_is_left_open(self, spec: Spec) -> None:
        assert not list(open_specs(Finish().apply(spec, target())))

    def test_a_transposing_pack_uses_the_transpose(self) -> None:
        impl = Move("A", "L2", "[m/16][k][16m]").apply(matmul(), target())
        assert isinstance(impl, MoveImpl) and impl.load is not None
        assert "transpose_f32_16x16" in names(Finish().apply(impl.load.spec, target()))

    def test_the_cheapest_instruction_wins_wherever_it_stands(self) -> None:
        known = target()
        impl = Move("A", "L2", "[m/16][k][16m]").apply(matmul(), known)
        assert isinstance(impl, MoveImpl) and impl.load is not None
        backwards = replace(known, instructions=known.instructions[::-1])
        assert Finish().apply(impl.load.spec, backwards) == Finish().apply(impl.load.spec, known)


def names(impl: Impl) -> set[str]:
    """The instructions of a closed Impl."""
    if isinstance(impl, Leaf):
        return {str(impl.match)}
    return {name for _, child in children(impl) for name in names(child)}
