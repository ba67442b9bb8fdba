"""Made-up machines, described by files alone, compute what numpy computes: in the interpreter.

Their memories, instructions and costs are in `examples/machines/`; no Python knows them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from morello_mlir import interpret
from morello_mlir.dialect.isa import machine_of
from morello_mlir.passes.base import Report
from morello_mlir.passes.goals import goals_of
from morello_mlir.passes.source import new_context, read_module
from morello_mlir.search.scheduler import Scheduler

MACHINES = Path(__file__).parents[2] / "examples" / "machines"
TYPES = {"matrix4": ("f32", "f32"), "dot16": ("i8", "i32")}
OPERATION = {"matrix4": "mma_f32_4x4x4", "dot16": "dot_s8s8_i32_16"}
Shape = tuple[int, ...]
SIZES: dict[str, list[tuple[Shape, Shape]]] = {
    "matmul": [((8, 12), (12, 16)), ((5, 7), (7, 6)), ((1, 33), (33, 2)), ((18, 40), (40, 13))],
    "conv_2d_nhwc_hwcf": [((1, 6, 6, 4), (3, 3, 4, 8)), ((2, 5, 7, 3), (2, 3, 3, 5))],
    "conv_2d_nchw_fchw": [((1, 4, 6, 6), (8, 4, 3, 3)), ((2, 3, 5, 7), (5, 3, 2, 3))],
}
CASES = [(m, op, a, b) for m in TYPES for op, sizes in SIZES.items() for a, b in sizes]


def result_shape(op: str, a: Shape, b: Shape) -> tuple[int, ...]:
    if op == "matmul":
        return a[0], b[1]
    if op == "conv_2d_nhwc_hwcf":
        return a[0], a[1] - b[0] + 1, a[2] - b[1] + 1, b[3]
    return a[0], b[0], a[2] - b[2] + 1, a[3] - b[3] + 1


def source(op: str, shapes: Sequence[Shape], kinds: tuple[str, str], fill: bool) -> str:
    a, b, c = (
        f"memref<{'x'.join(map(str, s))}x{k}>"
        for s, k in zip(shapes, (kinds[0], kinds[0], kinds[1]), strict=True)
    )
    zero = "0.0" if kinds[1] == "f32" else "0"
    filled = (
        f"%z = arith.constant {zero} : {kinds[1]}\n"
        f"linalg.fill ins(%z : {kinds[1]}) outs(%c : {c})\n"
    )
    return (
        f"func.func @f(%a: {a}, %b: {b}, %c: {c}) {{\n{filled if fill else ''}"
        f"linalg.{op} ins(%a, %b : {a}, {b}) outs(%c : {c})\nreturn\n}}"
    )


def answer(op: str, a: Any, b: Any) -> Any:
    if op == "matmul":
        return a @ b
    at, filters = ((1, 2), b.shape[:2]) if op == "conv_2d_nhwc_hwcf" else ((2, 3), b.shape[2:])
    windows = np.lib.stride_tricks.sliding_window_view(a, filters, at)
    letters = "nyxchw,hwcf->nyxf" if op == "conv_2d_nhwc_hwcf" else "ncyxhw,fchw->nfyx"
    return np.einsum(letters, windows, b)


@pytest.mark.parametrize(("machine", "op", "a", "b"), CASES)
def test_products_and_convolutions(machine: str, op: str, a: Shape, b: Shape) -> None:
    rng = np.random.default_rng(1)
    kinds = TYPES[machine]
    shapes = [a, b, result_shape(op, a, b)]
    fill = sum(a) % 2 == 0
    text = source(op, shapes, kinds, fill)
    isa = MACHINES / f"{machine}.mlir"
    run = interpret(text, isa, db="none")
    wide = np.float32 if machine == "matrix4" else np.int32
    given = [rng.integers(-128, 128, s).astype(kinds[0].replace("f", "float").replace("i", "int"))
             for s in (a, b)]  # fmt: skip
    old = rng.integers(-9, 9, shapes[2]).astype(wide)
    got = np.full_like(old, 77) if fill else old.copy()
    run.f(*given, got)
    wanted = answer(op, *(x.astype(np.int64) for x in given)) + (0 if fill else old)
    assert (got == wanted).all()  # sums of small whole numbers are exact in f32 as well
    (most,) = (c for _, c in machine_of(str(isa)).limits.bytes)  # type: ignore[union-attr]
    assert 0 < max(run.f.peak.values()) <= most


@pytest.mark.parametrize("machine", TYPES)
def test_the_search_chooses_the_unit(machine: str) -> None:
    target = machine_of(str(MACHINES / f"{machine}.mlir"))
    assert target is not None
    a, b = SIZES["matmul"][3]
    text = source("matmul", [a, b, (a[0], b[1])], TYPES[machine], True)
    with new_context():
        (goal,) = goals_of(read_module(text, Report()), target, Report(), strict=True)
        plan = Scheduler(target).plan(goal.spec)
    assert f"select {OPERATION[machine]}" in str(plan.schedule)
    level = target.nearest
    assert re.search(rf"move C {level} ", str(plan.schedule))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def test_a_gru_cell() -> None:
    rng = np.random.default_rng(2)
    x, h, w, u = (
        rng.standard_normal(s).astype(np.float32) for s in ((3, 10), (3, 13), (10, 39), (13, 39))
    )
    run = interpret(MACHINES / "gru.mlir", MACHINES / "matrix4.mlir", db="none")
    got = run.gru(x, h, w, u)
    (ar, az, an), (br, bz, bn) = np.split(x @ w, 3, 1), np.split(h @ u, 3, 1)
    n, z = np.tanh(an + sigmoid(ar + br) * bn), sigmoid(az + bz)
    np.testing.assert_allclose(got, (1 - z) * n + z * h, atol=1e-5)


@pytest.mark.parametrize("registers", [8, 12])
def test_less_memory_is_kept_to(registers: int, tmp_path: Path) -> None:
    text = (MACHINES / "matrix4.mlir").read_text()
    small = tmp_path / "small.mlir"
    small.write_text(text.replace("bytes = 4096", f"bytes = {64 * registers}"))
    shapes = [(9, 20), (20, 11), (9, 11)]
    run = interpret(source("matmul", shapes, ("f32", "f32"), True), small, db="none")
    a, b = (np.arange(np.prod(s), dtype=np.float32).reshape(s) % 7 for s in shapes[:2])
    c = np.zeros(shapes[2], np.float32)
    run.f(a, b, c)
    assert (c == a @ b).all()
    assert run.f.peak["tiles"] <= registers
