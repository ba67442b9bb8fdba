"""Matching: which instructions compute a Spec, and why the others do not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine import exponential, matmul, operand, target
from hypothesis import given
from hypothesis import strategies as st

from morello_mlir.dtype import BF16, F32, F64, I64, DType
from morello_mlir.expr import Apply, Arg, Const, Expr, zero_annihilates
from morello_mlir.layout import Layout, Part, parse_layout, row_major
from morello_mlir.lookup import Lookup
from morello_mlir.memory import REG, Placement
from morello_mlir.spec import Axis, Kind, Operand, Spec, Start
from morello_mlir.target.instruction import Instruction, Template
from morello_mlir.target.match import Match, covers_registers, matches

X, Y = Arg(0, F32), Arg(1, F32)
PRODUCT = Apply("arith.mulf", (X, Y), F32)


def instruction(name: str) -> Instruction:
    found = target("sapphirerapids").instruction(name)
    assert found is not None
    return found


def placed(o: Operand, level: str, layout: str, align: tuple[int, ...] = ()) -> Operand:
    parsed, lanes = parse_layout(layout, o.dims)
    return replace(o, placement=Placement(level, parsed, lanes), align=align or o.align)


def row(n: int = 16, *, buffer: int = 0, align: int = 0, start: Start = Start.VALUE) -> Spec:
    """C[n] += A[] B[n], with B and C in registers of 16 lanes; `buffer` elements long."""
    spec = matmul(1, n, 1, start)
    inside = []
    for o in (spec.inputs[1], spec.output):
        o = placed(o, REG, f"[{o.dims[0]}][n/16]<16n>", (0, align))
        inside.append(replace(o, shape=(1, buffer or n)))
    return replace(spec, inputs=(spec.inputs[0], inside[0]), output=inside[1])


def dot(n: int = 16, k: int = 2, layout: str = "[k/2][n/16]<16n 2k>") -> Spec:
    """C[n] += A[k] B[k, n] from bf16 to f32, with B and C in registers."""
    extents = {"n": n, "k": k}
    wide = tuple(Apply("arith.extf", (Arg(i, BF16),), F32) for i in (0, 1))
    return Spec(
        (Axis("n", Kind.PARALLEL, n), Axis("k", Kind.REDUCTION, k)),
        (
            operand("A", "k", extents, BF16),
            placed(operand("B", "kn", extents, BF16), REG, layout),
        ),
        placed(operand("C", "n", extents), REG, "[n/16]<16n>"),
        Apply("arith.mulf", wide, F32),
        "arith.addf",
        Start.VALUE,
    ).canonical()


def copy(n: int, near: str, *, strides: tuple[int, ...] | None = None) -> Spec:
    """C[n] = A[n] from memory, which may have gaps, to registers of layout `near`."""
    extents = {"n": n}
    source = operand("A", "n", extents)
    source = replace(source, placement=Placement("mem", Layout((Part(0),), strides)))
    return Spec(
        (Axis("n", Kind.PARALLEL, n),),
        (source,),
        placed(operand("C", "n", extents), REG, near),
        X,
    ).canonical()


def maximum(k: int, dtype: DType = F32) -> Spec:
    """C[] = max(C[], A[k]) on registers."""
    extents = {"k": k}
    return Spec(
        (Axis("k", Kind.REDUCTION, k),),
        (placed(operand("A", "k", extents, dtype), REG, "[k/16]<16k>"),),
        replace(operand("C", "", extents, dtype), placement=Placement(REG, row_major(0), 1)),
        Arg(0, dtype),
        "arith.maximumf",
        Start.VALUE,
    ).canonical()


def only(spec: Spec, name: str) -> Match:
    (found,) = matches(spec, instruction(name))
    return found


def reasons(spec: Spec, of: str | Instruction) -> str:
    why: list[str] = []
    assert not list(matches(spec, instruction(of) if isinstance(of, str) else of, why))
    assert why
    return "; ".join(why)


class TestWhatMatches:
    def test_a_row_is_one_fma(self) -> None:
        found = only(row(), "fma_f32x16")
        assert (found.axes, found.inputs, found.padded) == ((("i", "n"),), (0, 1), ())
        assert str(found) == "fma_f32x16"

    def test_operands_of_a_product_change_places(self) -> None:
        spec = row()
        swapped = replace(spec, inputs=spec.inputs[::-1])
        assert only(swapped, "fma_f32x16").inputs == (1, 0)

    def test_operands_of_a_difference_do_not(self) -> None:
        fma = instruction("fma_lanes_f32x16")
        difference = Apply("arith.subf", (X, Y), F32)
        made = replace(fma, spec=replace(fma.spec, body=difference))
        spec = row()
        other = replace(spec.inputs[1], name="A")
        spec = replace(spec, inputs=(other, spec.inputs[1]), body=difference)
        assert [m.inputs for m in matches(spec, made)] == [(0, 1)]
        turned = replace(spec, body=Apply("arith.subf", (Y, X), F32))
        assert [m.inputs for m in matches(turned, made)] == [(1, 0)]

    def test_pairs_of_bf16(self) -> None:
        assert dict(only(dot(), "dot2_bf16_f32x16").axes) == {"n": "n", "k": "k"}

    def test_terms_that_are_not_there_are_zero(self) -> None:
        # One bf16 instead of two: memory is read under a mask, registers are padded.
        found = only(dot(k=1), "dot2_bf16_f32x16")
        assert found.padded == ("k",)

    def test_fewer_elements_go_under_a_mask(self) -> None:
        assert only(copy(11, "[n/16]<16n>"), "load_f32x16").padded == ("i",)
        assert only(copy(16, "[n/16]<16n>"), "load_f32x16").padded == ()

    def test_no_mask_where_the_buffer_has_whole_blocks(self) -> None:
        spec = copy(11, "[n/16]<16n>")
        blocks = placed(spec.inputs[0], "L2", "[n/16][16n]")
        assert only(replace(spec, inputs=(blocks,)), "load_f32x16").padded == ()
        inside = replace(blocks, align=(8,))
        assert only(replace(spec, inputs=(inside,)), "load_f32x16").padded == ("i",)

    @given(st.integers(1, 20))
    def test_extents_up_to_its_own(self, n: int) -> None:
        assert bool(list(matches(copy(n, "[n/16]<16n>"), instruction("load_f32x16")))) == (n <= 16)


class TestWhatDoesNot:
    def test_element_types(self) -> None:
        why = reasons(row(), "fma_f64x8")
        assert "on f64, f64, f64, the Spec mulf(%0, %1) on f32, f32, f32" in why

    def test_element_types_under_one_body(self) -> None:
        load = instruction("load_u8x16")
        assert load.spec.body != instruction("load_f32x16").spec.body
        spec = copy(16, "[n/16]<16n>")
        other = replace(spec, inputs=(replace(spec.inputs[0], dtype=F64),))
        assert "operand A: is f64, the instruction takes f32" in reasons(other, "load_f32x16")

    def test_too_large_an_extent(self) -> None:
        assert "axis n has extent 32, it takes 16; tile n first" in reasons(row(32), "fma_f32x16")

    def test_too_many_axes(self) -> None:
        why = reasons(matmul(4, 16, 1, Start.VALUE), "fma_f32x16")
        assert "the Spec still varies along m, n; tile to 1 what it does not cover" in why

    def test_the_kind_of_an_axis(self) -> None:
        spec = matmul(1, 1, 16, Start.VALUE)
        assert "axis k is reduction, its axis is parallel" in reasons(spec, "fma_f32x16")

    def test_it_adds_to_what_is_there(self) -> None:
        why = reasons(row(start=Start.NOTHING), "fma_f32x16")
        assert why == "it adds to its output, which the Spec does not initialise; accumulate first"

    def test_the_first_step_of_a_loop(self) -> None:
        why = reasons(row(start=Start.FIRST), "fma_f32x16")
        assert why == "C holds nothing on the first step; move C to registers first"

    def test_how_terms_combine(self) -> None:
        assert "by arith.addf, the Spec by arith.maximumf" in reasons(maximum(16), "sum_f32x16")
        assert "by arith.addf, the Spec by nothing" in reasons(exponential(), "fma_f32x16")
        assert "by nothing, the Spec by arith.addf" in reasons(row(), "load_f32x16")

    def test_how_many_operands(self) -> None:
        assert "it reads 1 operands, the Spec 2" in reasons(row(), "sum_f32x16")

    def test_where_operands_are(self) -> None:
        plain = matmul(1, 16, 1, Start.VALUE)
        assert "operand B: is in memory, the instruction takes registers; move it to reg" in (
            reasons(plain, "fma_f32x16")
        )
        spec = copy(16, "[n/16]<16n>")
        near = replace(spec, inputs=(replace(spec.output, name="A"),))
        assert "operand A: is in registers, the instruction reads or writes memory" in (
            reasons(near, "load_f32x16")
        )

    def test_the_size_of_a_register(self) -> None:
        why = reasons(copy(16, "[n/8]<8n>"), "load_f32x16")
        assert "operand C: has 8 elements per register, the instruction takes 16" in why

    def test_the_order_of_lanes(self) -> None:
        why = reasons(dot(layout="[n/16][k/2]<2k 16n>"), "dot2_bf16_f32x16")
        assert "operand B: orders its lanes differently" in why
        spec = row()
        across = placed(spec.inputs[1], REG, "[n][k/16]<16k>")
        spec = replace(spec, inputs=(spec.inputs[0], across))
        assert "operand B: orders its lanes differently" in reasons(spec, "fma_f32x16")
        why = reasons(dot(layout="[k][n/32]<32n>"), "dot2_bf16_f32x16")
        assert "operand B: orders its lanes differently" in why

    def test_strides(self) -> None:
        why = reasons(copy(16, "[n/16]<16n>", strides=(3,)), "load_f32x16")
        assert "operand A: elements along n lie 3 apart, the instruction takes them 1 apart" in why

    def test_rows_that_are_looked_up(self) -> None:
        spec = copy(16, "[n/16]<16n>")
        lookup = Lookup(I64, row_major(1), Arg(0, I64), (99,))
        looked = replace(spec, inputs=(replace(spec.inputs[0], lookup=lookup),))
        why = reasons(looked, "load_f32x16")
        assert (
            "operand A: elements along n lie not evenly, the instruction takes them 1 apart" in why
        )

    def test_strides_that_change_on_the_way(self) -> None:
        spec = copy(16, "[n/16]<16n>")
        blocks = replace(
            spec.inputs[0], placement=Placement("mem", Layout((Part(0), Part(0, 8)), (99, 1)))
        )
        why = reasons(replace(spec, inputs=(blocks,)), "load_f32x16")
        assert "operand A: elements along n lie not evenly" in why

    def test_a_part_of_a_register(self) -> None:
        why = reasons(row(8, buffer=16, align=16), "fma_f32x16")
        assert "operand C: covers only a part of a register" in why

    def test_the_middle_of_a_register(self) -> None:
        spec = row(16, buffer=64, align=16)
        begun = replace(spec.inputs[1], align=(0, 8))
        why = reasons(replace(spec, inputs=(spec.inputs[0], begun)), "fma_f32x16")
        assert "operand B: starts inside a register; tile by a multiple of 16" in why

    def test_padding_that_changes_the_result(self) -> None:
        assert "padding along k would change the result" in reasons(maximum(11), "max_f32x16")
        assert only(maximum(16), "max_f32x16").padded == ()

    def test_no_mask_for_fewer_elements(self) -> None:
        load = replace(instruction("load_f32x16"), masked=None, masks=())
        why = reasons(copy(11, "[n/16]<16n>"), load)
        assert why == "it has no masked form for fewer elements along n"

    def test_what_an_operand_varies_along(self) -> None:
        spec = row()
        lanes = replace(spec.inputs[1], name="A")
        why = reasons(replace(spec, inputs=(lanes, spec.inputs[1])), "fma_f32x16")
        assert "operand A: varies along n, the instruction's along nothing" in why

    def test_steps_of_more_than_one(self) -> None:
        spec = copy(16, "[n/16]<16n>")
        twice = replace(spec.inputs[0], map=(spec.inputs[0].map[0] * 2,), shape=(31,))
        why = reasons(replace(spec, inputs=(twice,)), "load_f32x16")
        assert "operand A: dimension 0 does not move one by one along n" in why


@pytest.mark.parametrize(
    ("body", "combine", "answer"),
    [
        (PRODUCT, "arith.addf", True),
        (PRODUCT, "arith.maximumf", False),
        (PRODUCT, None, False),
        (X, "arith.addf", True),
        (Apply("arith.extf", (X,), F64), "arith.addf", True),
        (Apply("arith.addf", (X, Y), F32), "arith.addf", False),
        (Apply("math.exp", (X,), F32), "arith.addf", False),
        (Apply("arith.mulf", (X, Apply("math.exp", (Y,), F32)), F32), "arith.addf", True),
        (Const("1.0", F32), "arith.addf", False),
    ],
)
def test_zero_inputs_make_a_zero_term(body: Expr, combine: str | None, answer: bool) -> None:
    assert zero_annihilates(body, combine) is answer


@pytest.mark.parametrize(
    ("buffer", "align", "extent", "answer"),
    [
        (32, 0, 32, True),
        (32, 16, 16, True),
        (32, 8, 16, False),
        (32, 16, 8, False),
        (20, 0, 20, True),
        (20, 16, 4, True),
        (20, 16, 5, False),
    ],
)
def test_whole_registers(buffer: int, align: int, extent: int, answer: bool) -> None:
    o = placed(operand("C", "n", {"n": buffer}), REG, "[n/16]<16n>", (align,))
    assert covers_registers(o, (extent,)) is answer


def test_an_instruction_is_checked_when_it_is_made() -> None:
    load = instruction("load_f32x16")
    with pytest.raises(ValueError, match="instruction load_f32x16: strides for every operand"):
        replace(load, strides=((1,),))
    with pytest.raises(ValueError, match="operand A is in memory or not"):
        replace(load, strides=(None, None))
    with pytest.raises(ValueError, match="one parameter per operand"):
        replace(load, template=Template((), (), ()))
