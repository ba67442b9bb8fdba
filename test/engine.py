"""Small Specs and targets for tests of the engine."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from morello_mlir.dialect.isa import with_instructions
from morello_mlir.dtype import F32, DType
from morello_mlir.expr import Apply, Arg
from morello_mlir.layout import row_major
from morello_mlir.linear import Linear
from morello_mlir.memory import Placement
from morello_mlir.spec import Axis, Kind, Operand, Spec, Start
from morello_mlir.target.cpus import cpu_target
from morello_mlir.target.target import Target


@cache
def target(name: str = "skylake-avx512", threads: int = 1) -> Target:
    """A named machine with its instructions."""
    return with_instructions(cpu_target(name, threads))


def operand(name: str, axes: str, extents: dict[str, int], dtype: DType = F32) -> Operand:
    """A row-major operand in memory, one dimension per axis."""
    shape = tuple(extents[a] for a in axes)
    place = Placement("mem", row_major(len(axes)))
    return Operand(name, dtype, tuple(Linear.var(a) for a in axes), shape, place)


def matmul(m: int = 100, n: int = 96, k: int = 64, start: Start = Start.NOTHING) -> Spec:
    """C[m, n] from A[m, k] and B[k, n], in f32, on `target()`."""
    extents = {"m": m, "n": n, "k": k}
    kinds = {"m": Kind.PARALLEL, "n": Kind.PARALLEL, "k": Kind.REDUCTION}
    spec = Spec(
        tuple(Axis(a, kinds[a], e) for a, e in extents.items()),
        (operand("A", "mk", extents), operand("B", "kn", extents)),
        operand("C", "mn", extents),
        Apply("arith.mulf", (Arg(0, F32), Arg(1, F32)), F32),
        "arith.addf",
        start,
    )
    return replace(spec, limits=target().limits).canonical()


def exponential(i: int = 20, j: int = 40) -> Spec:
    """C[i, j] = exp(A[i, j])."""
    extents = {"i": i, "j": j}
    spec = Spec(
        tuple(Axis(a, Kind.PARALLEL, e) for a, e in extents.items()),
        (operand("A", "ij", extents),),
        operand("C", "ij", extents),
        Apply("math.exp", (Arg(0, F32),), F32),
    )
    return replace(spec, limits=target().limits).canonical()
