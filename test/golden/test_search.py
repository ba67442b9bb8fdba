"""The replay guard: what the search answers for a fixed set of goals on two named machines.

A refactoring changes none of it. After a change of costs or of the space, write it anew with
`pytest test/golden/test_search.py --update-golden` and read the difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from engine import exponential, matmul, operand, target
from tiny import TYPES

from morello_mlir.dtype import BF16, F32, I8, I32, U8, DType
from morello_mlir.expr import Arg, Const
from morello_mlir.layout import permuted
from morello_mlir.linear import Linear
from morello_mlir.memory import Placement
from morello_mlir.search.solver import solve
from morello_mlir.spec import Axis, Kind, Operand, Spec, Start

PARALLEL, REDUCTION = Kind.PARALLEL, Kind.REDUCTION


def product(types: tuple[DType, DType, DType], m: int, n: int, k: int) -> Spec:
    """A matmul of other types."""
    spec = matmul(m, n, k)
    a, b, c = (replace(o, dtype=t) for o, t in zip(spec.operands, types, strict=True))
    combine = "arith.addf" if types[2] is F32 else "arith.addi"
    return replace(spec, inputs=(a, b), output=c, body=TYPES[types], combine=combine)


def transposed(spec: Spec, position: int) -> Spec:
    """The goal with an operand of two dimensions lying the other way round."""
    o = spec.operands[position]
    return spec.with_operand(position, replace(o, placement=Placement("mem", permuted((1, 0)))))


def batched(b: int, m: int, n: int, k: int) -> Spec:
    """Several products."""
    e = {"b": b, "m": m, "n": n, "k": k}
    axes = tuple(Axis(a, REDUCTION if a == "k" else PARALLEL, x) for a, x in e.items())
    inputs = (operand("A", "bmk", e), operand("B", "bkn", e))
    return replace(matmul(), axes=axes, inputs=inputs, output=operand("C", "bmn", e))


def copy(i: int, j: int, source: str) -> Spec:
    """C[i, j] = A[i, j] or A[j, i]."""
    e = {"i": i, "j": j}
    axes = tuple(Axis(a, PARALLEL, x) for a, x in e.items())
    return Spec(axes, (operand("A", source, e),), operand("C", "ij", e), Arg(0, F32))


def rows(i: int, k: int, source: str = "ik") -> Spec:
    """The largest of each row, or of each column."""
    e = {"i": i, "k": k}
    axes = (Axis("i", PARALLEL, i), Axis("k", REDUCTION, k))
    inputs = (operand("A", source, e),)
    return Spec(axes, inputs, operand("C", "i", e), Arg(0, F32), "arith.maximumf")


def convolution(i: int, f: int, c: int, k: int) -> Spec:
    """C[i, f] += A[i + k, c] B[k, c, f]."""
    e = {"i": i, "f": f, "c": c, "k": k}
    axes = tuple(Axis(a, PARALLEL if a in "if" else REDUCTION, x) for a, x in e.items())
    window = (Linear.of({"i": 1, "k": 1}), Linear.var("c"))
    a = Operand("A", F32, window, (i + k - 1, c), Placement("mem", permuted((0, 1))))
    inputs = (a, operand("B", "kcf", e))
    return replace(matmul(), axes=axes, inputs=inputs, output=operand("C", "if", e))


V4, V3 = "x86-64-v4", "x86-64-v3"
GOALS: dict[str, tuple[Spec, str, int]] = {
    "matmul": (matmul(64, 64, 64), V4, 1),
    "matmul-on-avx2": (matmul(64, 64, 64), V3, 1),
    "awkward": (matmul(13, 35, 20), V4, 1),
    "large": (matmul(480, 512, 512), V4, 1),
    "threads": (matmul(256, 256, 256), V4, 2),
    "adds": (matmul(48, 96, 64, Start.VALUE), V4, 1),
    "transposed": (transposed(matmul(64, 96, 80), 1), V4, 1),
    "bf16": (product((BF16, BF16, F32), 64, 64, 64), V4, 1),
    "int8": (product((U8, I8, I32), 64, 64, 64), V3, 1),
    "vector": (matmul(1, 512, 256), V4, 1),
    "dot": (matmul(1, 1, 1000), V3, 1),
    "batched": (batched(3, 16, 40, 24), V4, 1),
    "convolution": (convolution(30, 32, 8, 3), V4, 1),
    "largest": (rows(20, 300), V4, 1),
    "smallest-of-one-row": (replace(rows(1, 8192), combine="arith.minimumf"), V4, 1),
    "largest-of-columns": (rows(100, 30, "ki"), V3, 1),
    "exp": (exponential(33, 100), V4, 1),
    "exp-on-threads": (exponential(300, 400), V4, 2),
    "copy": (copy(40, 50, "ij"), V3, 1),
    "transpose": (copy(48, 64, "ji"), V4, 1),
    "transpose-on-threads": (copy(480, 640, "ji"), V4, 3),
    "fill": (replace(copy(40, 50, "ij"), inputs=(), body=Const("0.0", F32)), V4, 1),
}


@pytest.mark.parametrize("name", GOALS)
def test_answer(name: str, golden: Callable[..., None]) -> None:
    spec, cpu, threads = GOALS[name]
    machine = target(cpu, threads)
    solved = solve(replace(spec, limits=machine.limits), machine)
    lines = (f"{solved.points} Specs, {solved.cycles:.10g} cycles", str(solved.schedule))
    golden("\n".join(lines))
