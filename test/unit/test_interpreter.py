"""The interpreter: what it computes, what it refuses, and that wrong programs do not pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from engine import matmul, target

from morello_mlir import interpret
from morello_mlir.dtype import BF16, F32, I1, I8, I32
from morello_mlir.evaluate import UnknownOp, evaluate
from morello_mlir.expr import Apply, Arg, Const
from morello_mlir.impl import Accumulate, Impl, Leaf, Loop, children, with_child
from morello_mlir.interpreter import Interpreter, InterpretError, View, memory_of
from morello_mlir.schedule import parse
from morello_mlir.spec import Spec, Start
from morello_mlir.target.match import Match

SCHEDULE = """
tile m 3
tile n 32
move C reg [m][n/16]<16n>
accumulate
tile k 1
move B reg [k][n/16]<16n>
tile m 1
tile n 16
select fma_f32x16
"""


def run(impl: Impl, spec: Spec, machine: Any = None) -> tuple[Any, Any, Interpreter]:
    rng = np.random.default_rng(3)
    arrays = [rng.integers(-4, 5, o.shape).astype(np.float32) for o in spec.operands]
    pairs = zip(spec.operands, arrays, strict=True)
    views = [View(memory_of(o, x), (0,) * x.ndim) for o, x in pairs]
    interpreter = Interpreter(machine or target())
    interpreter.run(impl, views)
    return views[-1].memory.data.reshape(arrays[-1].shape), arrays, interpreter


@pytest.mark.parametrize("start", [Start.NOTHING, Start.VALUE])
@pytest.mark.parametrize("text", [SCHEDULE, "finish", "move B L2 [n/16][k][16n]\nfinish"])
def test_a_product(text: str, start: Start) -> None:
    spec = matmul(7, 37, 5, start)
    got, (a, b, c), interpreter = run(parse(text).apply(spec, target()), spec)
    assert (got == a @ b + (c if start is Start.VALUE else 0)).all()
    assert interpreter.peak.get("reg", 0) <= 32
    assert not any(interpreter.alive.values())


def test_what_is_packed_is_padded_with_zeros() -> None:
    spec = matmul(7, 37, 5)
    impl = parse("move B L2 [n/16][k][16n]\n" + SCHEDULE.strip()).apply(spec, target())
    got, (a, b, _), interpreter = run(impl, spec)
    assert (got == a @ b).all()
    assert interpreter.peak["L2"] == 4 * 5 * 48


def changed(impl: Impl, change: Any) -> Impl:
    """The program with every node that `change` knows something for exchanged."""
    impl = change(impl) or impl
    for label, child in list(children(impl)):
        impl = with_child(impl, label, changed(child, change))
    return impl


def test_a_program_that_does_too_little_is_noticed() -> None:
    spec = matmul(7, 37, 5)
    impl = parse(SCHEDULE.strip()).apply(spec, target())

    def no_rest(node: Impl) -> Impl | None:
        return replace(node, rest=None) if isinstance(node, Loop) and node.axis == "m" else None

    got, (a, b, _), _ = run(changed(impl, no_rest), spec)
    assert (got[:6] == (a @ b)[:6]).all() and not (got[6] == (a @ b)[6]).all()


def test_reading_what_nobody_wrote_is_an_error() -> None:
    spec = matmul(7, 37, 5)
    impl = parse(SCHEDULE.strip()).apply(spec, target())

    def shorter(node: Impl) -> Impl | None:
        if isinstance(node, Accumulate) and isinstance(node.fill, Loop):
            return replace(node, fill=node.fill.body)
        return None

    with pytest.raises(InterpretError, match="nobody wrote"):
        run(changed(impl, shorter), spec)


def test_a_match_without_its_mask_leaves_the_buffer() -> None:
    spec = matmul(7, 37, 5)
    impl = parse(SCHEDULE.strip()).apply(spec, target())

    def unmasked(node: Impl) -> Impl | None:
        if isinstance(node, Leaf) and isinstance(node.match, Match) and node.match.padded:
            return replace(node, match=replace(node.match, padded=()))
        return None

    with pytest.raises(InterpretError, match=r"leaves its buffer|nobody wrote"):
        run(changed(impl, unmasked), spec)


def test_memories_are_no_larger_than_they_are() -> None:
    spec = matmul(6, 64, 5)
    impl = parse(SCHEDULE.strip()).apply(spec, target())
    with pytest.raises(InterpretError, match="reg holds 5 registers, 6 are alive at once"):
        run(impl, spec, replace(target(), registers=5))


def test_an_open_goal_is_an_error() -> None:
    spec = matmul(6, 64, 5)
    with pytest.raises(InterpretError, match="nothing is chosen for C:f32"):
        run(parse("tile m 3\nsynthesize").apply(spec, target()), spec)


A, B = Arg(0, I8), Arg(1, I8)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (Apply("arith.addi", (A, B), I8), [-128, -2]),
        (Apply("arith.extui", (A,), I32), [127, 255]),
        (Apply("arith.extsi", (A,), I32), [127, -1]),
        (Apply("arith.maxui", (A, B), I8), [127, -1]),
        (Apply("arith.cmpi", (A, B), I1, "predicate = 6 : i64"), [False, False]),
        (Apply("arith.cmpi", (A, B), I1, "predicate = 4 : i64"), [True, False]),
        (Apply("arith.select", (Const("true", I1), A, B), I8), [127, -1]),
        (Apply("arith.divsi", (A, Const("2", I8)), I8), [63, 0]),
    ],
)
def test_bodies_compute_in_their_types(body: Apply, wanted: list[int]) -> None:
    values = [np.array([127, -1], np.int8), np.array([1, -1], np.int8)]
    assert np.asarray(evaluate(body, values)).tolist() == wanted


def test_16_bit_floats_round_after_every_op() -> None:
    import ml_dtypes

    one = np.array([1.0], ml_dtypes.bfloat16)
    small = Const("1.0e-3", BF16)
    total = Apply("arith.addf", (Apply("arith.addf", (Arg(0, BF16), small), BF16), small), BF16)
    assert evaluate(total, [one])[0] == 1.0
    assert evaluate(Const("0xFF800000", F32), []) == -np.inf


def test_an_op_that_is_not_known() -> None:
    with pytest.raises(UnknownOp, match=r"math\.ctlz"):
        evaluate(Apply("math.ctlz", (A,), I8), [np.zeros(1, np.int8)])


MODULE = """
func.func @both(%x: tensor<6x4xf32>, %o: memref<3xi8, strided<[2]>>) -> tensor<2x4xf32> {
  %s = tensor.extract_slice %x[1, 0] [2, 4] [2, 1] : tensor<6x4xf32> to tensor<2x4xf32>
  %e = tensor.empty() : tensor<2x4xf32>
  %y = linalg.exp ins(%s : tensor<2x4xf32>) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  linalg.add ins(%o, %o : memref<3xi8, strided<[2]>>, memref<3xi8, strided<[2]>>)
      outs(%o : memref<3xi8, strided<[2]>>)
  return %y : tensor<2x4xf32>
}
"""


def test_functions_take_arrays_of_any_strides() -> None:
    call = interpret(MODULE, target="x86-64-v3", schedule=None)
    x = np.arange(24, dtype=np.float32).reshape(6, 4) / 8
    o = np.arange(6, dtype=np.uint8)
    y = call.both(x, o[::2])
    np.testing.assert_allclose(y, np.exp(x[1:5:2]), rtol=1e-6)
    assert o.tolist() == [0, 1, 4, 3, 8, 5]
    assert list(call) == ["both"]
    with pytest.raises(AttributeError, match="no function 'other'"):
        call.other()
    with pytest.raises(TypeError, match=r"an argument is float64\(6, 4\); it must be float32"):
        call.both(x.astype(np.float64), o[::2])


def test_ops_that_are_not_known_are_named() -> None:
    text = (
        "func.func @f(%a: memref<4xf32>) { memref.assume_alignment %a, 8 : memref<4xf32> return }"
    )
    text = text.replace(" return", "\n return").replace("memref.assume", "%b = memref.assume")
    call = interpret(text, target="x86-64-v3", schedule=None)
    with pytest.raises(InterpretError, match=r"memref\.assume_alignment is not known"):
        call.f(np.zeros(4, np.float32))
