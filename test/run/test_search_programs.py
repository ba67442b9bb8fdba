"""Programs that the search writes compute what numpy computes: every kind of op, awkward sizes.

Products and elementwise ops are those of `../programs.py`; named ops are drawn here. Fresh memory
is poisoned, so that reading what nobody wrote shows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from poison import poisoned
from programs import Program, contraction, data, elementwise, memref

from morello_mlir.compiler import Kernel, compile
from morello_mlir.runtime import openmp

SIZES = (1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 48, 64)


def module(name: str, ins: list[str], out: str, start: str | None = None, how: str = "") -> str:
    """A function `f` of one named op; `start` fills the output before."""
    names = [f"%a{i}" for i in range(len(ins))]
    head = ", ".join(f"{n}: {t}" for n, t in zip([*names, "%c"], [*ins, out], strict=True))
    element = out.rstrip(">").split("x")[-1]
    fill = ""
    if start is not None:
        fill = (
            f"  %start = arith.constant {start} : {element}\n"
            f"  linalg.fill ins(%start : {element}) outs(%c : {out})\n"
        )
    body = f"  {name} ins({', '.join(names)} : {', '.join(ins)}) outs(%c : {out}) {how}\n"
    return f"func.func @f({head}) {{\n{fill}{body}  return\n}}\n"


def program(
    r: random.Random, name: str, shapes: Sequence[tuple[int, ...]], answer: Callable[..., Any],
    start: str | None = None, how: str = "", dtype: str = "f32",
) -> Program:  # fmt: skip
    """A named op on random data; the last shape is the output's."""
    rng = np.random.default_rng(r.randrange(1 << 30))
    arrays = [data(rng, s, dtype) for s in shapes]
    types = [memref(s, dtype) for s in shapes]
    wide = [a.astype(np.float64) for a in arrays]
    text = module(name, types[:-1], types[-1], start, how)
    found = np.asarray(answer(*wide)).astype(arrays[-1].dtype)
    return Program(text, tuple(arrays[:-1]), arrays[-1], found, 1e-4)


def fill(r: random.Random, sizes: Sequence[int] = SIZES) -> Program:
    i, j = r.choice(sizes), r.choice(sizes)
    text = (
        f"func.func @f(%c: {memref((i, j), 'f32')}) {{\n  %x = arith.constant 1.5 : f32\n"
        f"  linalg.fill ins(%x : f32) outs(%c : {memref((i, j), 'f32')})\n  return\n}}\n"
    )
    return Program(text, (), np.zeros((i, j), np.float32), np.full((i, j), 1.5, np.float32), 0.0)


def copy(r: random.Random) -> Program:
    shape = tuple(r.choice(SIZES) for _ in range(r.randint(1, 3)))
    return program(r, "linalg.copy", [shape, shape], lambda a, c: a, dtype=r.choice(("f32", "f64")))


def transpose(r: random.Random) -> Program:
    rank = r.randint(2, 3)
    shape = tuple(r.choice(SIZES[:-2]) for _ in range(rank))
    order = list(range(rank))
    r.shuffle(order)
    turned = tuple(shape[d] for d in order)
    text = f"permutation = {order}"
    return program(
        r, "linalg.transpose", [shape, turned], lambda a, c: a.transpose(order), how=text,
        dtype=r.choice(("f32", "bf16", "f64")),
    )  # fmt: skip


def reduction(r: random.Random) -> Program:
    i, j = r.choice(SIZES), r.choice(SIZES)
    axis = r.randrange(2)
    op, start, by = r.choice((("addf", None, np.sum), ("maximumf", "0xFF800000", np.max)))
    kept = (j, i)[axis]
    return program(
        r, f"linalg.reduce {{ arith.{op} }}", [(i, j), (kept,)],
        lambda a, c: by(a, axis=axis) + (c if start is None else 0),
        start, f"dimensions = [{axis}]",
    )  # fmt: skip


def batch(r: random.Random) -> Program:
    b = r.randint(1, 3)
    m, n, k = (r.choice(SIZES) for _ in "mnk")
    shapes = [(b, m, k), (b, k, n), (b, m, n)]
    start = r.choice((None, "0.0"))
    return program(
        r, "linalg.batch_matmul", shapes,
        lambda a, w, c: a @ w + (c if start is None else 0), start,
    )  # fmt: skip


def convolution(r: random.Random) -> Program:
    """In one dimension, with a stride and a dilation."""
    n, w, c, f = r.randint(1, 2), r.randint(1, 20), r.choice((1, 3, 8)), r.choice((1, 5, 16, 33))
    k, stride, dilation = r.randint(1, 4), r.randint(1, 2), r.randint(1, 2)
    long = (w - 1) * stride + (k - 1) * dilation + 1

    def answer(a: Any, b: Any, out: Any) -> Any:
        for x in range(w):
            taps = a[:, x * stride : x * stride + (k - 1) * dilation + 1 : dilation, :]
            out[:, x, :] += np.einsum("nkc,kcf->nf", taps, b)
        return out

    steps = {"dilations": dilation, "strides": stride}
    how = ", ".join(f"{name} = dense<{x}> : vector<1xi64>" for name, x in steps.items())
    shapes = [(n, long, c), (k, c, f), (n, w, f)]
    return program(r, f"linalg.conv_1d_nwc_wcf {{{how}}}", shapes, answer)


def pooling(r: random.Random) -> Program:
    """The largest of windows in two dimensions."""
    h, w, c, k = r.randint(1, 9), r.randint(1, 9), r.choice((1, 3, 16)), r.randint(1, 3)
    window = np.lib.stride_tricks.sliding_window_view
    rng = np.random.default_rng(r.randrange(1 << 30))
    a = data(rng, (1, h + k - 1, w + k - 1, c), "f32")
    size, out = np.zeros((k, k), np.float32), np.full((1, h, w, c), -9, np.float32)
    ins = [memref(a.shape, "f32"), memref(size.shape, "f32")]
    text = module("linalg.pooling_nhwc_max", ins, memref(out.shape, "f32"))
    return Program(text, (a, size), out, window(a, (k, k), (1, 2)).max((-1, -2)), 0.0)


KINDS = (fill, copy, transpose, reduction, batch, convolution, pooling)


@cache
def has_openmp() -> bool:
    """Whether kernels on threads can run here."""
    try:
        openmp.load()
    except openmp.OpenMPError:
        return False
    return True


def run(one: Program, name: str, target: str = "native", threads: int = 1) -> Kernel:
    """Search, compile in a process of its own, run, compare."""
    try:
        kernel = compile(
            one.text, target, threads=threads, schedule="synthesize", db="none", isolate=True
        )
        assert "linalg." not in kernel.mlir, kernel.diagnostics
        with poisoned():
            one.check(kernel)
    except Exception as failure:
        raise AssertionError(f"{name}\n{one.text}") from failure
    return kernel


@pytest.mark.parametrize("first", range(0, 64, 8))
def test_products(first: int) -> None:
    for seed in range(first, first + 8):
        run(contraction(random.Random(seed)), f"contraction {seed}")


@pytest.mark.parametrize("first", range(0, 16, 4))
def test_elementwise(first: int) -> None:
    for seed in range(first, first + 4):
        run(elementwise(random.Random(seed)), f"elementwise {seed}")


@pytest.mark.parametrize("kind", KINDS)
def test_named_ops(kind: Callable[[random.Random], Program]) -> None:
    for seed in range(8):
        run(kind(random.Random(seed)), f"{kind.__name__} {seed}")


@pytest.mark.needs_cpu("avx2", "fma", "f16c")
def test_a_lesser_machine() -> None:
    for seed in range(100, 112):
        run(contraction(random.Random(seed)), f"contraction {seed}", "x86-64-v3")


@pytest.mark.parametrize("threads", (2, 3))
def test_threads_share_what_has_no_reduction(threads: int) -> None:
    if not has_openmp():
        pytest.skip("LLVM's OpenMP runtime is not installed: pip install morello-mlir[parallel]")
    r = random.Random(threads)
    rows, columns = r.randint(900, 1100), r.randint(900, 1100)
    shape, turned = (rows, columns), (columns, rows)
    text = "permutation = [1, 0]"
    drawn = [
        fill(r, (999, 1010)),
        program(r, "linalg.copy", [shape, shape], lambda a, c: a),
        program(r, "linalg.copy", [(3, 400_001)] * 2, lambda a, c: a),
        program(r, "linalg.exp", [shape, shape], lambda a, c: np.exp(a)),
        program(r, "linalg.add", [shape] * 3, lambda a, b, c: a + b),
        program(r, "linalg.transpose", [shape, turned], lambda a, c: a.T, how=text),
        program(r, "linalg.transpose", [shape, turned], lambda a, c: a.T, how=text, dtype="bf16"),
    ]
    for number, one in enumerate(drawn):
        kernel = run(one, f"program {number} on {threads} threads", threads=threads)
        assert kernel.mlir.count("scf.forall") == 1, number


def test_two_threads() -> None:
    if not has_openmp():
        pytest.skip("LLVM's OpenMP runtime is not installed: pip install morello-mlir[parallel]")
    for seed in range(200, 212):
        run(contraction(random.Random(seed)), f"contraction {seed}", threads=2)
    shapes = [(128, 200), (200, 96), (128, 96)]
    one = program(random.Random(0), "linalg.matmul", shapes, lambda a, b, c: a @ b + c)
    run(one, "matmul on two threads", threads=2)
