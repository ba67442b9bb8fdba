"""Kernels at sizes that no tile divides: packing schedules, every named op, in place, in threads.

Inputs are small whole numbers wherever a type's sums of them are exact, so that answers are equal
to numpy's and not close to them.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from threading import Barrier
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from poison import poisoned

from morello_mlir import compiler
from morello_mlir.compiler import Kernel

SIZES = (1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 127)
# Every size occurs in every place, next to others each time.
TRIPLES = [
    (SIZES[i], SIZES[(5 * i + 3) % len(SIZES)], SIZES[(7 * i + 8) % len(SIZES)])
    for i in range(len(SIZES))
]
TRIPLES += [(1, 1, 1), (127, 127, 127), (1, 127, 1), (127, 1, 127), (33, 32, 1)]


@dataclass(frozen=True)
class Product:
    """A type's matmul and the shape of its packing schedule."""

    a: str
    b: str
    c: str
    instruction: str
    lanes: int
    group: int  # terms of the reduction in one instruction
    rows: int  # of C in registers
    columns: int  # registers of C in a row
    target: str = "native"

    def schedule(self, m: int, n: int, k: int) -> str:
        """Panels of B and register tiles of C; no tile is as large as its axis."""
        left = {"m": m, "n": n, "k": k}
        lines = []

        def tile(axis: str, size: int, indent: str = "", of: dict[str, int] = left) -> None:
            if size < of[axis]:
                lines.append(f"{indent}tile {axis} {size}")
                of[axis] = size

        lanes, group, panel = self.lanes, self.group, self.lanes * self.columns
        tile("k", 24)
        tile("n", 2 * panel)
        packed = f"[{group}k]" if group > 1 else ""
        outer = f"k/{group}" if group > 1 else "k"
        lines.append(f"move B L2 [n/{panel}][{outer}][{panel}n]{packed}")
        lines.append("  load {")
        inside = dict(left)
        tile("k", 4, "    ", inside)
        tile("n", panel, "    ", inside)
        lines += ["    finish", "  }"]
        tile("m", 2 * self.rows)
        tile("n", panel)
        tile("m", self.rows)
        lines += [f"move C reg [m][n/{lanes}]<{lanes}n>", "accumulate"]
        tile("k", group)
        held = f"{lanes}n {group}k" if group > 1 else f"{lanes}n"
        lines.append(f"move B reg [{outer}][n/{lanes}]<{held}>")
        tile("m", 1)
        tile("n", lanes)
        whole = left["n"] > 1 and left["k"] == group
        lines.append(f"select {self.instruction}" if whole else "finish")
        return "\n".join(lines) + "\n"

    def function(self, name: str, m: int, n: int, k: int) -> str:
        """C = A B, by a fill and a generic."""
        a, b, c = (mlir(t) for t in (self.a, self.b, self.c))
        types = f"memref<{m}x{k}x{a}>", f"memref<{k}x{n}x{b}>", f"memref<{m}x{n}x{c}>"
        kind = "f" if c[0] == "f" else "i"
        wide = ["%x", "%y"]
        body = []
        for i, t in enumerate((self.a, self.b)):
            if t != self.c:
                cast = {"b": "extf", "u": "extui", "i": "extsi"}[t[0]]
                body.append(f"%w{i} = arith.{cast} {wide[i]} : {mlir(t)} to {c}")
                wide[i] = f"%w{i}"
        body.append(f"%p = arith.mul{kind} {', '.join(wide)} : {c}")
        body.append(f"%s = arith.add{kind} %z, %p : {c}")
        lines = "\n    ".join(body)
        return f"""
func.func @{name}(%a: {types[0]}, %b: {types[1]}, %c: {types[2]}) {{
  %zero = arith.constant {"0.0" if kind == "f" else "0"} : {c}
  linalg.fill ins(%zero : {c}) outs(%c : {types[2]})
  linalg.generic {{indexing_maps = [{MK}, {KN}, {MN}],
                  iterator_types = ["parallel", "parallel", "reduction"]}}
      ins(%a, %b : {types[0]}, {types[1]}) outs(%c : {types[2]}) {{
  ^bb0(%x: {a}, %y: {b}, %z: {c}):
    {lines}
    linalg.yield %s : {c}
  }}
  return
}}"""


MK = "affine_map<(m, n, k) -> (m, k)>"
KN = "affine_map<(m, n, k) -> (k, n)>"
NK = "affine_map<(m, n, k) -> (n, k)>"
MN = "affine_map<(m, n, k) -> (m, n)>"

F32 = Product("f32", "f32", "f32", "fma_f32x16", 16, 1, 8, 3)
F32_V3 = Product("f32", "f32", "f32", "fma_f32x8", 8, 1, 4, 3, "x86-64-v3")
BF16 = Product("bf16", "bf16", "f32", "dot2_bf16_f32x16", 16, 2, 6, 4)
U8I8 = Product("u8", "i8", "i32", "dot4_u8s8_i32x16", 16, 4, 12, 2)

NUMPY: dict[str, Any] = {
    "f32": np.float32,
    "bf16": ml_dtypes.bfloat16,
    "i32": np.int32,
    "i8": np.int8,
    "u8": np.uint8,
}


def mlir(name: str) -> str:
    return "i8" if name == "u8" else name


def name_of(triple: tuple[int, int, int]) -> str:
    return "f_{}_{}_{}".format(*triple)


@lru_cache(maxsize=8)
def products(p: Product) -> Kernel:
    """All sizes of one type in one module, each with a schedule of its own."""
    source = "".join(p.function(name_of(t), *t) for t in TRIPLES)
    schedule = "".join(f"@{name_of(t)}:\n{p.schedule(*t)}" for t in TRIPLES)
    return compiler.compile(source, p.target, schedule=schedule)


def numbers(seed: int, shape: tuple[int, ...], dtype: str) -> Any:
    """Whole numbers: the whole range of bytes, small ones of floats."""
    rng = np.random.default_rng(seed)
    low, high = {"u8": (0, 255), "i8": (-128, 127)}.get(dtype, (-8, 8))
    return rng.integers(low, high, shape, endpoint=True).astype(NUMPY[dtype])


def check(p: Product, triple: tuple[int, int, int]) -> None:
    """C has been written all over, with the product, and nothing around it has been."""
    m, n, k = triple
    a, b = numbers(1, (m, k), p.a), numbers(2, (k, n), p.b)
    margin = 64
    memory = np.full(m * n + 2 * margin, 77, NUMPY[p.c])
    c = memory[margin : margin + m * n].reshape(m, n)
    with poisoned():
        products(p)[name_of(triple)](a, b, c)
    wide = np.float64 if p.c == "f32" else np.int64
    np.testing.assert_array_equal(c, (a.astype(wide) @ b.astype(wide)).astype(c.dtype))
    assert (memory[:margin] == 77).all() and (memory[margin + m * n :] == 77).all()


@pytest.mark.needs_cpu("avx512f", "avx512bw", "avx512vl")
@pytest.mark.parametrize("triple", TRIPLES, ids=name_of)
def test_f32(triple: tuple[int, int, int]) -> None:
    check(F32, triple)


@pytest.mark.needs_cpu("avx2", "fma")
@pytest.mark.parametrize("triple", TRIPLES, ids=name_of)
def test_f32_on_a_lesser_machine(triple: tuple[int, int, int]) -> None:
    check(F32_V3, triple)


@pytest.mark.needs_cpu("avx512f", "avx512bw", "avx512vl", "avx512bf16")
@pytest.mark.parametrize("triple", TRIPLES, ids=name_of)
def test_bf16(triple: tuple[int, int, int]) -> None:
    check(BF16, triple)


@pytest.mark.needs_cpu("avx512f", "avx512bw", "avx512vl", "avx512vnni")
@pytest.mark.parametrize("triple", TRIPLES, ids=name_of)
def test_u8i8(triple: tuple[int, int, int]) -> None:
    check(U8I8, triple)


FINISH = "finish\n"
SHAPES = [(1,), (2,), (7,), (17,), (127,), (31, 33), (9, 1), (1, 9), (3, 5, 17)]


def shape_name(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


@lru_cache(maxsize=1)
def chains() -> Kernel:
    """tanh(exp(x) * y) on tensors, of every shape."""
    text = ""
    for shape in SHAPES:
        t = f"tensor<{shape_name(shape)}xf32>"
        text += f"""
func.func @f_{shape_name(shape)}(%x: {t}, %y: {t}) -> {t} {{
  %e = tensor.empty() : {t}
  %0 = linalg.exp ins(%x : {t}) outs(%e : {t}) -> {t}
  %1 = linalg.mul ins(%0, %y : {t}, {t}) outs(%e : {t}) -> {t}
  %2 = linalg.tanh ins(%1 : {t}) outs(%e : {t}) -> {t}
  return %2 : {t}
}}"""
    return compiler.compile(text, schedule=FINISH)


@pytest.mark.parametrize("shape", SHAPES, ids=shape_name)
def test_chains(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    x, y = (rng.uniform(-1, 1, shape).astype(np.float32) for _ in range(2))
    before = x.copy(), y.copy()
    got = chains()[f"f_{shape_name(shape)}"](x, y)
    np.testing.assert_allclose(got, np.tanh(np.exp(x) * y), rtol=2e-6, atol=1e-7)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(y, before[1])


IN_PLACE = """
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
func.func @exp(%c: memref<9x17xf32>) {
  linalg.exp ins(%c : memref<9x17xf32>) outs(%c : memref<9x17xf32>)
  return
}
func.func @twice(%c: memref<9x17xf32>) {
  linalg.add ins(%c, %c : memref<9x17xf32>, memref<9x17xf32>) outs(%c : memref<9x17xf32>)
  linalg.add ins(%c, %c : memref<9x17xf32>, memref<9x17xf32>) outs(%c : memref<9x17xf32>)
  return
}
func.func @less(%x: memref<17xf32>, %c: memref<9x17xf32>) {
  linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<17xf32>) outs(%c : memref<9x17xf32>) {
  ^bb0(%a: f32, %b: f32):
    %s = arith.subf %b, %a : f32
    linalg.yield %s : f32
  }
  return
}
func.func @more(%a: memref<9x31xf32>, %b: memref<31x17xf32>, %c: memref<9x17xf32>) {
  linalg.matmul ins(%a, %b : memref<9x31xf32>, memref<31x17xf32>) outs(%c : memref<9x17xf32>)
  linalg.matmul ins(%a, %b : memref<9x31xf32>, memref<31x17xf32>) outs(%c : memref<9x17xf32>)
  return
}
"""


@lru_cache(maxsize=1)
def in_place() -> Kernel:
    return compiler.compile(IN_PLACE, schedule=FINISH)


def test_in_place() -> None:
    kernel, start = in_place(), numbers(4, (9, 17), "f32")
    c = start.copy()
    kernel.twice(c)
    np.testing.assert_array_equal(c, 4 * start)
    x = numbers(5, (17,), "f32")
    kernel.less(x, c)
    np.testing.assert_array_equal(c, 4 * start - x)
    a, b = numbers(6, (9, 31), "f32"), numbers(7, (31, 17), "f32")
    kernel.more(a, b, c)
    np.testing.assert_array_equal(c, 4 * start - x + 2 * (a @ b))
    c = start / 8
    kernel.exp(c)
    np.testing.assert_allclose(c, np.exp(start / 8), rtol=2e-6)


@pytest.mark.needs_cpu("avx2", "fma")
def test_one_kernel_in_four_threads() -> None:
    """What a kernel keeps between calls (packed panels) is of one call at a time."""
    triple = (127, 127, 127)
    function = products(F32_V3)[name_of(triple)]
    start = Barrier(4)

    def work(seed: int) -> None:
        a, b = numbers(seed, (127, 127), "f32"), numbers(seed + 9, (127, 127), "f32")
        want, c = a @ b, np.empty((127, 127), np.float32)
        start.wait(timeout=20)
        for _ in range(200):
            c[:] = -1
            function(a, b, c)
            np.testing.assert_array_equal(c, want)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, 10 * i) for i in range(4)]:
            done.result(timeout=60)


@dataclass(frozen=True)
class Op:
    """An op between memrefs of f32, and what it leaves in its output."""

    text: str  # {ins} and {outs} are the operands with their types
    inputs: tuple[tuple[int, ...], ...]
    output: tuple[int, ...]
    answer: Callable[..., Any]  # of the inputs and the old output
    exact: bool = True

    def function(self, name: str) -> str:
        kinds = [f"memref<{'x'.join([*map(str, s), 'f32'])}>" for s in (*self.inputs, self.output)]
        names = [f"%x{i}" for i in range(len(self.inputs))]
        ins = f"ins({', '.join(names)} : {', '.join(kinds[:-1])})"
        outs = f"outs(%c : {kinds[-1]})"
        head = ", ".join(f"{n}: {t}" for n, t in zip([*names, "%c"], kinds, strict=True))
        body = self.text.replace("{ins}", ins).replace("{outs}", outs)
        return f"func.func @{name}({head}) {{\n  {body}\n  return\n}}\n"


ID2, T2 = "affine_map<(i, j) -> (i, j)>", "affine_map<(i, j) -> (j, i)>"
ROW2 = "affine_map<(i, j) -> (j)>"
OPS = {
    "matmul": Op(
        "linalg.matmul {ins} {outs}",
        ((9, 31), (31, 17)), (9, 17), lambda a, b, c: c + a @ b,
    ),
    "matmul_bt": Op(
        f"linalg.matmul indexing_maps = [{MK}, {NK}, {MN}] {{ins}} {{outs}}",
        ((9, 31), (17, 31)), (9, 17), lambda a, b, c: c + a @ b.T,
    ),
    "matmul_at": Op(
        "linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>,"
        f" {KN}, {MN}] {{ins}} {{outs}}",
        ((31, 9), (31, 17)), (9, 17), lambda a, b, c: c + a.T @ b,
    ),
    "matmul_ct": Op(
        f"linalg.contract indexing_maps = [{MK}, {KN}, affine_map<(m, n, k) -> (n, m)>]"
        " {ins} {outs}",
        ((9, 31), (31, 17)), (17, 9), lambda a, b, c: c + (a @ b).T,
    ),
    "batch_matmul": Op(
        "linalg.batch_matmul {ins} {outs}",
        ((3, 9, 31), (3, 31, 17)), (3, 9, 17), lambda a, b, c: c + a @ b,
    ),
    "matvec": Op("linalg.matvec {ins} {outs}", ((33, 17), (17,)), (33,), lambda a, b, c: c + a @ b),
    "vecmat": Op("linalg.vecmat {ins} {outs}", ((17,), (17, 33)), (33,), lambda a, b, c: c + a @ b),
    "dot": Op("linalg.dot {ins} {outs}", ((127,), (127,)), (), lambda a, b, c: c + a @ b),
    "contract": Op(
        "linalg.contract indexing_maps = [affine_map<(i, j, k, l) -> (k, i, l)>,"
        " affine_map<(i, j, k, l) -> (l, j, k)>, affine_map<(i, j, k, l) -> (j, i)>] {ins} {outs}",
        ((5, 9, 3), (3, 17, 5)), (17, 9), lambda a, b, c: c + np.einsum("kil,ljk->ji", a, b),
    ),
    "mmt4d": Op(
        "linalg.mmt4d {ins} {outs}", ((3, 5, 7, 2), (2, 5, 9, 2)), (3, 2, 7, 9),
        lambda a, b, c: c + np.einsum("mkac,nkbc->mnab", a, b),
    ),
    "elementwise_unary": Op(
        "linalg.elementwise kind=#linalg.elementwise_kind<exp> {ins} {outs}",
        ((9, 17),), (9, 17), lambda a, c: np.exp(a), exact=False,
    ),
    "elementwise_binary": Op(
        "linalg.elementwise kind=#linalg.elementwise_kind<sub>"
        f" indexing_maps = [{T2}, {ROW2}, {ID2}] {{ins}} {{outs}}",
        ((17, 9), (17,)), (9, 17), lambda a, b, c: a.T - b,
    ),
    "map": Op(
        "linalg.map {arith.mulf} {ins} {outs}",
        ((9, 17), (9, 17)), (9, 17), lambda a, b, c: a * b,
    ),
    "fill": Op(
        "%z = arith.constant 3.0 : f32\n  linalg.fill ins(%z : f32) {outs}",
        ((1,),), (9, 17), lambda a, c: np.full_like(c, 3),
    ),
    "copy": Op("linalg.copy {ins} {outs}", ((9, 17),), (9, 17), lambda a, c: a),
    "transpose": Op(
        "linalg.transpose {ins} {outs} permutation = [1, 0]",
        ((33, 17),), (17, 33), lambda a, c: a.T,
    ),
    "transpose_3d": Op(
        "linalg.transpose {ins} {outs} permutation = [2, 0, 1]",
        ((5, 9, 17),), (17, 5, 9), lambda a, c: a.transpose(2, 0, 1),
    ),
    "broadcast_rows": Op(
        "linalg.broadcast {ins} {outs} dimensions = [0]",
        ((17,),), (9, 17), lambda a, c: np.broadcast_to(a, (9, 17)),
    ),
    "broadcast_columns": Op(
        "linalg.broadcast {ins} {outs} dimensions = [1]",
        ((9,),), (9, 17), lambda a, c: np.broadcast_to(a[:, None], (9, 17)),
    ),
    "reduce_rows": Op(
        "linalg.reduce {arith.addf} {ins} {outs} dimensions = [1]",
        ((9, 17),), (9,), lambda a, c: c + a.sum(1),
    ),
    "reduce_columns": Op(
        "linalg.reduce {arith.maximumf} {ins} {outs} dimensions = [0]",
        ((9, 17),), (17,), lambda a, c: np.maximum(c, a.max(0)),
    ),
    "generic": Op(
        f"linalg.generic {{indexing_maps = [{T2}, {ROW2}, {ID2}],"
        ' iterator_types = ["parallel", "parallel"]} {ins} {outs} {\n'
        "  ^bb0(%a: f32, %b: f32, %d: f32):\n"
        "    %p = arith.mulf %a, %b : f32\n    %s = arith.subf %p, %d : f32\n"
        "    linalg.yield %s : f32\n  }",
        ((17, 9), (17,)), (9, 17), lambda a, b, c: a.T * b - c,
    ),
}  # fmt: skip


@lru_cache(maxsize=2)
def named(target: str) -> Kernel:
    text = "".join(op.function(name) for name, op in OPS.items())
    return compiler.compile(text, target, schedule=FINISH)


TARGETS = [
    "native",
    pytest.param("x86-64-v3", marks=pytest.mark.needs_cpu("avx2", "fma", "f16c")),
]


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("target", TARGETS)
def test_every_named_op(target: str, name: str) -> None:
    op = OPS[name]
    inputs = [numbers(i, s, "f32") for i, s in enumerate(op.inputs)]
    c = numbers(8, op.output, "f32")
    want = op.answer(*inputs, c.copy())
    named(target)[name](*inputs, c)
    if op.exact:
        np.testing.assert_array_equal(c, want)
    else:
        np.testing.assert_allclose(c, want, rtol=2e-6)


PARTS = {
    "behind": ("i + 2", "9", slice(2, 5)),
    "every_second": ("2 * i", "9", slice(0, 6, 2)),
    "diagonal": ("i, i", "3x3", (np.arange(3), np.arange(3))),
}


# Not strict: what fresh memory holds is chance.
@pytest.mark.parametrize("adds", [False, True])
@pytest.mark.parametrize("part", PARTS)
def test_what_an_op_does_not_write_keeps_its_value(part: str, adds: bool) -> None:
    index, shape, where = PARTS[part]
    t = f"tensor<{shape}xf32>"
    body = (
        "%s = arith.addf %x, %y : f32\n  linalg.yield %s : f32" if adds else "linalg.yield %x : f32"
    )
    source = f"""
func.func @f(%a: tensor<3xf32>, %c: {t}) -> {t} {{
  %r = linalg.generic {{indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ({index})>],
                       iterator_types = ["parallel"]}}
      ins(%a : tensor<3xf32>) outs(%c : {t}) {{
  ^bb0(%x: f32, %y: f32):
  {body}
  }} -> {t}
  return %r : {t}
}}"""
    a = numbers(1, (3,), "f32")
    c = np.full([int(e) for e in shape.split("x")], 7, np.float32)
    want = c.copy()
    want[where] = a + 7 if adds else a
    with poisoned():
        got = compiler.compile(source, schedule=FINISH).f(a, c)
    np.testing.assert_array_equal(got, want)
