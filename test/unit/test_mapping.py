"""Mappings of untiled Specs, and why near misses have none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine import matmul, operand, target

from morello_mlir.dtype import BF16, F32, I8, I16, I32, U8, DType
from morello_mlir.expr import Apply, Arg, Expr
from morello_mlir.layout import row_major
from morello_mlir.linear import Linear
from morello_mlir.memory import Placement
from morello_mlir.spec import Axis, Kind, Operand, Spec, Start
from morello_mlir.target.instruction import Instruction, Template
from morello_mlir.target.mapping import Mapping, Rest, mappings

PARALLEL, REDUCTION = Kind.PARALLEL, Kind.REDUCTION


def instruction(name: str, machine: str = "sapphirerapids") -> Instruction:
    found = target(machine).instruction(name)
    assert found is not None
    return found


def found(spec: Spec, of: str | Instruction) -> list[Mapping]:
    return list(mappings(spec, instruction(of) if isinstance(of, str) else of))


def refusal(spec: Spec, of: str | Instruction) -> str:
    why: list[str] = []
    assert not list(mappings(spec, instruction(of) if isinstance(of, str) else of, why))
    assert why
    return " | ".join(dict.fromkeys(why))


def view(name: str, maps: list[dict[str, int]], extents: dict[str, int]) -> Operand:
    linear = tuple(map(Linear.of, maps))
    shape = tuple(1 + sum(c * (extents[v] - 1) for v, c in m.items()) for m in maps)
    return Operand(name, F32, linear, shape, Placement("mem", row_major(len(maps))))


def convolution(stride: int = 2, dilation: int = 3) -> Spec:
    """C[x, f] += A[x * stride + k * dilation, c] * B[k, c, f]."""
    e = {"x": 7, "f": 32, "k": 3, "c": 8}
    axes = tuple(Axis(a, PARALLEL if a in "xf" else REDUCTION, n) for a, n in e.items())
    a = view("A", [{"x": stride, "k": dilation}, {"c": 1}], e)
    return replace(
        matmul(), axes=axes, inputs=(a, operand("B", "kcf", e)), output=operand("C", "xf", e)
    )


def bytes_product(first: tuple[str, ...], second: tuple[str, ...]) -> Spec:
    """A matmul of bytes, each widened by some casts."""

    def wide(i: int, casts: tuple[str, ...]) -> Expr:
        e: Expr = Arg(i, I8)
        for n, cast in enumerate(casts, 1):
            e = Apply(f"arith.{cast}", (e,), I32 if n == len(casts) else I16)
        return e

    kinds = [U8 if casts[0] == "extui" else I8 for casts in (first, second)]
    spec = matmul(8, 32, 16)
    types: tuple[DType, ...] = (*kinds, I32)
    a, b, c = (replace(o, dtype=t) for o, t in zip(spec.operands, types, strict=True))
    body = Apply("arith.muli", (wide(0, first), wide(1, second)), I32)
    return replace(spec, inputs=(a, b), output=c, body=body, combine="arith.addi")


def outer_product(*, shared: bool = False) -> Instruction:
    """C[i, j] += A[i] * B[j] in registers; with `shared`, C[i] += A[i] * B[i]."""
    e = {"i": 4} if shared else {"i": 4, "j": 4}
    spec = Spec(
        tuple(Axis(a, PARALLEL, n) for a, n in e.items()),
        (operand("A", "i", e), operand("B", "i" if shared else "j", e)),
        operand("C", "i" if shared else "ij", e),
        Apply("arith.mulf", (Arg(0, F32), Arg(1, F32)), F32),
        "arith.addf",
        Start.VALUE,
    )
    strides = tuple((None,) * len(o.shape) for o in spec.operands)
    names = ("%a", "%b", "%c")
    return Instruction(
        "outer", spec, strides, Template(names, names, ()), frozenset(), 2.0, 4.0, "p0"
    )


class TestWhatMaps:
    def test_a_matmul_both_ways(self) -> None:
        assert [(m.axes, m.inputs) for m in found(matmul(), "fma_f32x16")] == [
            ((("i", "n"),), (0, 1)),
            ((("i", "m"),), (1, 0)),
        ]
        assert len(found(matmul(), outer_product())) == 2

    def test_taps_are_loops_around_it(self) -> None:
        (mapping,) = found(convolution(), "fma_f32x16")
        assert dict(mapping.axes) == {"i": "f"}
        assert [a.name for a in mapping.outer(convolution())] == ["x", "k", "c"]
        assert mapping.executions(convolution()) == 7 * 2 * 3 * 8

    def test_a_window_without_stride_is_an_axis_as_well(self) -> None:
        along = [dict(m.axes)["i"] for m in found(convolution(stride=1), "fma_f32x16")]
        assert along == ["f", "x"]

    def test_a_contraction(self) -> None:
        e = {"a": 4, "b": 5, "c": 4, "d": 2, "e": 32, "f": 6}
        axes = tuple(Axis(x, REDUCTION if x in "cd" else PARALLEL, n) for x, n in e.items())
        inputs = (operand("A", "abcd", e), operand("B", "cdef", e))
        spec = replace(matmul(), axes=axes, inputs=inputs, output=operand("C", "abef", e))
        pairs = {tuple(sorted(dict(m.axes).values())) for m in found(spec, outer_product())}
        assert pairs == {("a", "e"), ("a", "f"), ("b", "e"), ("b", "f")}

    @pytest.mark.parametrize("casts", [("extui",), ("extui", "extui"), ("extui", "extsi")])
    def test_chains_of_casts(self, casts: tuple[str, ...]) -> None:
        spec = bytes_product(casts, ("extsi", "extsi"))
        (mapping,) = found(spec, "dot4_u8s8_i32x16")
        assert dict(mapping.axes) == {"k": "k", "n": "n"}

    def test_unit_axes_are_not_there(self) -> None:
        spec = matmul(1, 96, 64)
        assert [dict(m.axes) for m in found(spec, "fma_f32x16")] == [{"i": "n"}]


class TestRests:
    def test_lanes_and_zeros(self) -> None:
        spec = bytes_product(("extui",), ("extsi",))
        odd = replace(spec, axes=tuple(replace(a, extent=a.extent + 1) for a in spec.axes))
        (mapping,) = found(odd, "dot4_u8s8_i32x16")
        assert mapping.rests(odd) == {"k": Rest.MASKED, "n": Rest.PADDED}
        assert mapping.executions(odd) == 9 * 3 * 5
        assert mapping.rests(spec) == {}

    def test_memory_without_masks(self) -> None:
        (mapping, _) = found(matmul(13, 14, 15), outer_product())
        assert mapping.rests(matmul(13, 14, 15)) == {"m": Rest.APART, "n": Rest.APART}
        assert mapping.executions(matmul(13, 14, 15)) == 3 * 3 * 15

    def test_inputs_without_masks_are_packed(self) -> None:
        outer = outer_product()
        near = replace(outer.spec.output, placement=instruction("fma_f32x16").spec.output.placement)
        kept = replace(
            outer, spec=replace(outer.spec, output=near), strides=((None,), (None,), None)
        )
        (mapping, _) = found(matmul(13, 14, 15), kept)
        assert mapping.rests(matmul(13, 14, 15)) == {"m": Rest.PACKED, "n": Rest.PACKED}
        assert mapping.executions(matmul(13, 14, 15)) == 4 * 4 * 15

    def test_nothing_is_left_of_it(self) -> None:
        why = refusal(matmul(3, 32, 8), outer_product())
        assert "m has extent 3 of 4, and it cannot do less" in why


class TestNearMisses:
    def test_another_reduction(self) -> None:
        largest = replace(matmul(), combine="arith.maximumf")
        assert refusal(largest, "fma_f32x16") == (
            "it combines by arith.addf, the Spec by arith.maximumf"
        )

    def test_another_kind_of_axis(self) -> None:
        spec = matmul(1, 1, 64)
        assert "k is reduction, not parallel" in refusal(spec, "fma_f32x16")

    def test_two_axes_that_would_be_one(self) -> None:
        """C[i] += A[i] B[i] is no outer product, C[i, j] += A[i] B[j] no product of lanes."""
        e = {"i": 32}
        inputs = (operand("A", "i", e), operand("B", "i", e))
        lanes = replace(
            matmul(), axes=(Axis("i", PARALLEL, 32),), inputs=inputs, output=operand("C", "i", e)
        )
        assert "its axis i can be none of the Spec's: i moves B: it does, and should not" in (
            refusal(lanes, outer_product())
        )
        why = refusal(matmul(), outer_product(shared=True))
        assert "m moves B: it does not, and should" in why

    def test_two_axes_for_one(self) -> None:
        outer, e = outer_product(), {"i": 4, "j": 4}
        spec = replace(outer.spec, inputs=(operand("A", "ij", e), operand("B", "ij", e)))
        twice = replace(outer, spec=spec, strides=((None, None),) * 3)
        f = {"n": 32}
        inputs = (operand("A", "n", f), operand("B", "n", f))
        goal = replace(
            matmul(), axes=(Axis("n", PARALLEL, 32),), inputs=inputs, output=operand("C", "n", f)
        )
        assert "its axes would share one of the Spec's: i by n; j by n" in refusal(goal, twice)

    def test_a_step_of_two(self) -> None:
        along = replace(convolution(), inputs=convolution().inputs[::-1])
        assert "x moves A by 2, not by 1" in refusal(along, "fma_lanes_f32x16")

    def test_a_diagonal(self) -> None:
        e = {"i": 32}
        diagonal = view("A", [{"i": 1}, {"i": 1}], e)
        spec = Spec(
            (Axis("i", PARALLEL, 32),), (diagonal,), operand("C", "i", e), Arg(0, F32)
        ).canonical()
        assert "i moves A along two dimensions" in refusal(spec, "load_f32x16")

    def test_a_window_is_no_matrix_in_registers(self) -> None:
        """C[i, j] = A[i + j] by an instruction that copies a matrix."""
        e = {"i": 32, "j": 8}
        axes = tuple(Axis(a, PARALLEL, n) for a, n in e.items())
        window = view("A", [{"i": 1, "j": 1}], e)
        spec = Spec(axes, (window,), operand("C", "ij", e), Arg(0, F32))
        outer, f = outer_product(), {"i": 4, "j": 4}
        copied = replace(outer.spec, inputs=(operand("A", "ij", f),), body=Arg(0, F32))
        copied = replace(copied, combine=None, start=Start.NOTHING)
        template, strides = Template(("%a", "%c"), ("", ""), ()), ((None, None),) * 2
        copies = replace(outer, spec=copied, template=template, strides=strides)
        assert len(found(spec, copies)) == 2
        near = replace(copied.inputs[0], placement=instruction("fma_f32x16").spec.output.placement)
        placed = replace(copies, spec=replace(copied, inputs=(near,)), strides=(None, strides[0]))
        assert "i and j move along one dimension, in registers along two" in refusal(spec, placed)

    @pytest.mark.parametrize(
        ("casts", "name"),
        [
            ((("extsi",), ("extsi",)), "dot4_u8s8_i32x16"),
            ((("extui",), ("extui",)), "dot4_u8s8_i32x16"),
            ((("extsi", "extui"), ("extsi",)), "dot4_u8s8_i32x16"),
            ((("extsi", "extui"), ("extsi",)), "dot4_s8s8_i32x16"),
        ],
    )
    def test_another_sign(self, casts: tuple[tuple[str, ...], tuple[str, ...]], name: str) -> None:
        why = refusal(bytes_product(*casts), name)
        assert why.startswith("it computes muli(ext") and ", the Spec muli(ext" in why

    def test_another_type(self) -> None:
        spec = matmul()
        halves = replace(spec, output=replace(spec.output, dtype=BF16))
        assert refusal(halves, "fma_f32x16") == "operand C is bf16, not f32"
        assert "on f64, f64, f64, the Spec mulf(%0, %1) on f32" in refusal(spec, "fma_f64x8")

    def test_wider_elements(self) -> None:
        spec = matmul()
        wide = tuple(Apply("arith.extf", (Arg(i, BF16),), F32) for i in (0, 1))
        halves = replace(
            spec,
            inputs=tuple(replace(o, dtype=BF16) for o in spec.inputs),
            body=Apply("arith.mulf", wide, F32),
        )
        assert refusal(halves, "fma_f32x16") == (
            "it takes wider elements; no move widens an input on its way to it"
        )

    def test_one_operand_twice(self) -> None:
        """A square is no product of two operands, and the other way round."""
        spec = matmul()
        once = replace(
            spec,
            inputs=spec.inputs[:1],
            body=Apply("arith.mulf", (Arg(0, F32), Arg(0, F32)), F32),
        )
        assert refusal(once, "fma_f32x16") == "it reads 2 operands, the Spec 1"
        fma = instruction("fma_lanes_f32x16")
        body = Apply("arith.mulf", (Arg(0, F32), Arg(0, F32)), F32)
        squares = replace(fma, spec=replace(fma.spec, body=body))
        assert "it computes mulf(%0, %0)" in refusal(spec, squares)
