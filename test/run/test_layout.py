"""Arguments and constants in layouts of their own: packed, and read by instructions as they lie.

Sizes are such that blocks do not divide them. What is packed is compared bit by bit with the
layout's index formula, padding included; products are of small whole numbers, hence exact. Fresh
memory is poisoned, so that padding that nobody wrote would show.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from poison import poisoned

from morello_mlir import compiler
from morello_mlir.compiler import Kernel
from morello_mlir.layout import Layout, parse_layout

NUMPY: dict[str, Any] = {
    "f64": np.float64,
    "f32": np.float32,
    "f16": np.float16,
    "bf16": ml_dtypes.bfloat16,
    "i32": np.int32,
    "i8": np.int8,
}


def numbers(seed: int, shape: tuple[int, ...], dtype: str) -> Any:
    """Whole numbers from -8 to 8, without zero, which is what padding is."""
    rng = np.random.default_rng(seed)
    return (rng.integers(1, 9, shape) * rng.choice([-1, 1], shape)).astype(NUMPY[dtype])


def placed(array: Any, layout: Layout) -> Any:
    """The array in that layout, element by element."""
    flat = np.zeros(layout.size(array.shape), array.dtype)
    for index in np.ndindex(array.shape):
        flat[layout.offset(index, array.shape)] = array[index]
    return flat


def same_bits(a: Any, b: Any) -> None:
    np.testing.assert_array_equal(a.view(np.uint8), b.view(np.uint8))


# Packing

SHAPES = ((1, 33), (33, 1), (7, 17), (31, 65), (130, 67))
LAYOUTS = (
    "[d1/16][d0][16d1]",
    "[d1/32][d0/2][32d1][2d0]",
    "[d1/64][d0/4][64d1][4d0]",
    "[d0/16][d1][16d0]",
    "[d0/8][d1/2][8d0][2d1]",
    "[d1][d0]",
    "[d0][d1]",
    "[d0][d1/3][3d1]",
    "[d1/48][d0/5][48d1/12][5d0][12d1]",
)


@lru_cache(maxsize=8)
def packers(dtype: str, form: str) -> Kernel:
    """A function with a packed argument for every shape and layout."""
    text = ""
    for i, shape in enumerate(SHAPES):
        kind = f"{form}<{shape[0]}x{shape[1]}x{dtype}>"
        for j, layout in enumerate(LAYOUTS):
            head = f'@f{i}_{j}(%w: {kind} {{morello.name = "w", morello.layout = "{layout}"}}'
            if form == "tensor":
                text += f"func.func {head}) {{\n  return\n}}\n"
            else:
                text += f"""func.func {head}, %c: {kind}) {{
  linalg.copy ins(%w : {kind}) outs(%c : {kind})
  return
}}\n"""
    return compiler.compile(text)


@pytest.mark.parametrize("dtype", ["f32", "bf16", "i8"])
def test_packing_and_unpacking(dtype: str) -> None:
    kernel = packers(dtype, "memref")
    for i, shape in enumerate(SHAPES):
        w = numbers(i, shape, dtype)
        for j, text in enumerate(LAYOUTS):
            layout, _ = parse_layout(text, ("d0", "d1"))
            with poisoned():
                packed = kernel[f"f{i}_{j}_pack_w"](w)
            same_bits(packed, placed(w, layout))
            dirty = np.full_like(packed.view(np.uint8), 255).view(packed.dtype)
            assert kernel[f"f{i}_{j}_pack_w"](w, out=dirty) is dirty
            same_bits(dirty, packed)
            back = np.zeros_like(w)
            kernel[f"f{i}_{j}"](packed, back)
            same_bits(back, w)


def test_packing_tensors() -> None:
    kernel = packers("f32", "tensor")
    for i, shape in enumerate(SHAPES):
        w = numbers(i, shape, "f32")
        for j, text in enumerate(LAYOUTS):
            layout, _ = parse_layout(text, ("d0", "d1"))
            with poisoned():
                same_bits(kernel[f"f{i}_{j}_pack_w"](w), placed(w, layout))


# Instructions that read what is packed

MK, KN = "affine_map<(m, n, k) -> (m, k)>", "affine_map<(m, n, k) -> (k, n)>"
MN, NK = "affine_map<(m, n, k) -> (m, n)>", "affine_map<(m, n, k) -> (n, k)>"
SIZES = [(1, 33, 7), (5, 17, 31), (8, 48, 16), (13, 15, 9), (3, 65, 127), (1, 1, 1), (2, 127, 2)]


@dataclass(frozen=True)
class Product:
    """C = A B whose B lies as an instruction wants it; `group` terms of k are one instruction."""

    a: str
    b: str
    c: str
    instruction: str
    lanes: int
    group: int
    layout: str
    target: str = "native"

    def schedule(self, m: int, n: int, k: int) -> str:
        """Two rows and all columns of a block at a time; B goes from where it lies to registers."""
        sizes = {"m": m, "n": n, "k": k}
        lines: list[str] = []

        def tile(axis: str, size: int) -> None:
            if size < sizes[axis]:
                lines.append(f"tile {axis} {size}")
                sizes[axis] = size

        tile("m", 2)
        tile("n", 2 * self.lanes)
        lines += [f"move C reg [m][n/{self.lanes}]<{self.lanes}n>", "accumulate"]
        tile("k", self.group)
        pair, held = ("k", "") if self.group == 1 else (f"k/{self.group}", f" {self.group}k")
        lines.append(f"move B reg [{pair}][n/{self.lanes}]<{self.lanes}n{held}>")
        tile("m", 1)
        tile("n", self.lanes)
        whole = sizes["n"] > 1 and sizes["k"] == self.group
        lines.append(f"select {self.instruction}" if whole else "finish")
        return "\n".join(lines) + "\n"

    def function(self, name: str, m: int, n: int, k: int, columns: bool) -> str:
        """The product as text; B is n x k with `columns`, else k x n."""
        shape, index = (f"{n}x{k}", NK) if columns else (f"{k}x{n}", KN)
        a, c = f"memref<{m}x{k}x{self.a}>", f"memref<{m}x{n}x{self.c}>"
        b = f"memref<{shape}x{self.b}>"
        kind = "f" if self.c == "f32" else "i"
        casts, values = [], []
        for v, t, cast in (("%x", self.a, "extui"), ("%y", self.b, "extsi")):
            values.append(v if t == self.c else f"{v}w")
            cast = "extf" if kind == "f" else cast
            casts += [] if t == self.c else [f"{v}w = arith.{cast} {v} : {t} to {self.c}"]
        lines = "\n    ".join(casts)
        return f"""
func.func @{name}(
    %a: {a}, %b: {b} {{morello.name = "b", morello.layout = "{self.layout}"}}, %c: {c}) {{
  %zero = arith.constant {"0.0" if kind == "f" else "0"} : {self.c}
  linalg.fill ins(%zero : {self.c}) outs(%c : {c})
  linalg.generic {{indexing_maps = [{MK}, {index}, {MN}],
                  iterator_types = ["parallel", "parallel", "reduction"]}}
      ins(%a, %b : {a}, {b}) outs(%c : {c}) {{
  ^bb0(%x: {self.a}, %y: {self.b}, %z: {self.c}):
    {lines}
    %p = arith.mul{kind} {", ".join(values)} : {self.c}
    %s = arith.add{kind} %z, %p : {self.c}
    linalg.yield %s : {self.c}
  }}
  return
}}"""


F32 = Product("f32", "f32", "f32", "fma_f32x16", 16, 1, "[n/32][k][32n]")
F32_V3 = Product("f32", "f32", "f32", "fma_f32x8", 8, 1, "[n/16][k][16n]", "x86-64-v3")
BF16 = Product("bf16", "bf16", "f32", "dot2_bf16_f32x16", 16, 2, "[n/16][k/2][16n][2k]")
I8 = Product("i8", "i8", "i32", "dot4_u8s8_i32x16", 16, 4, "[n/32][k/4][32n][4k]")


def name_of(size: tuple[int, int, int], columns: bool = False) -> str:
    return "f{}_{}_{}".format(*size) + ("t" if columns else "")


@lru_cache(maxsize=8)
def products(p: Product, finish: bool = False) -> Kernel:
    functions, sections = "", ""
    for size in SIZES:
        for columns in (False, True):
            name = name_of(size, columns)
            functions += p.function(name, *size, columns)
            sections += f"@{name}:\n{p.schedule(*size)}"
    return compiler.compile(functions, p.target, schedule=None if finish else sections)


def check(p: Product, size: tuple[int, int, int], finish: bool = False) -> None:
    m, n, k = size
    kernel = products(p, finish)
    a, b = numbers(1, (m, k), p.a), numbers(2, (k, n), p.b)
    a = abs(a) if p.a == "i8" else a
    for columns in (False, True):
        name = name_of(size, columns)
        c = np.full((m, n), 77, NUMPY[p.c])
        with poisoned():
            packed = kernel[f"{name}_pack_b"](np.ascontiguousarray(b.T) if columns else b)
            kernel[name](a, packed, c)
        wide = np.float64 if p.c == "f32" else np.int64
        np.testing.assert_array_equal(c, (a.astype(wide) @ b.astype(wide)).astype(c.dtype))


@pytest.mark.needs_cpu("avx512f", "avx512bw", "avx512vl")
@pytest.mark.parametrize("size", SIZES, ids=name_of)
def test_f32(size: tuple[int, int, int]) -> None:
    check(F32, size)


@pytest.mark.needs_cpu("avx2", "fma")
@pytest.mark.parametrize("size", SIZES, ids=name_of)
def test_f32_on_a_lesser_machine(size: tuple[int, int, int]) -> None:
    check(F32_V3, size)


@pytest.mark.needs_cpu("avx512f", "avx512bw", "avx512vl", "avx512bf16")
@pytest.mark.parametrize("size", SIZES, ids=name_of)
def test_bf16(size: tuple[int, int, int]) -> None:
    check(BF16, size)


@pytest.mark.needs_cpu("avx512f", "avx512bw", "avx512vl", "avx512vnni")
@pytest.mark.parametrize("size", SIZES, ids=name_of)
def test_bytes(size: tuple[int, int, int]) -> None:
    check(I8, size)


@pytest.mark.parametrize("size", SIZES, ids=name_of)
def test_without_a_schedule_the_plain_rule_reads_it(size: tuple[int, int, int]) -> None:
    check(F32, size, finish=True)


@pytest.mark.needs_cpu("avx512f", "avx512bw", "avx512vl", "avx512bf16")
def test_the_packed_operand_is_read_as_it_lies() -> None:
    """Two registers of 16 pairs of B, one load each, and no buffer of its own."""
    text = products(BF16).mlir
    name = name_of((2, 127, 2))
    body = text[text.index(f"@{name}(") : text.index(f"@{name}_pack_b(")]
    assert "memref.alloc" not in body
    assert "vector<32xbf16>" in body and "vector.maskedload %arg1" not in body


# Constants

CONSTANT = """
func.func @tensor(%x: tensor<5x9x{a}>, %c: tensor<5x21x{c}>) -> tensor<5x21x{c}> {{
  %w = arith.constant {{morello.layout = "{layout}"}} {data} : tensor<9x21x{a}>
  %0 = linalg.matmul ins(%x, %w : tensor<5x9x{a}>, tensor<9x21x{a}>) outs(%c : tensor<5x21x{c}>)
      -> tensor<5x21x{c}>
  return %0 : tensor<5x21x{c}>
}}
memref.global "private" constant @w : memref<9x21x{a}> = {data} {{morello.layout = "{layout}"}}
func.func @memref(%x: memref<5x9x{a}>, %c: memref<5x21x{c}>) {{
  %w = memref.get_global @w : memref<9x21x{a}>
  linalg.matmul ins(%x, %w : memref<5x9x{a}>, memref<9x21x{a}>) outs(%c : memref<5x21x{c}>)
  return
}}
"""
TYPES = [
    ("f32", "f32"),
    ("f64", "f64"),
    ("f16", "f32"),
    ("bf16", "f32"),
    ("i8", "i32"),
    ("i32", "i32"),
]


def dense(array: Any) -> str:
    return f'dense<"0x{array.tobytes().hex()}">'


def constant_product(a: str, c: str, w: Any, data: str, layout: str, tail: str = "") -> None:
    text = CONSTANT.format(a=a, c=c, data=data, layout=layout) + tail
    kernel = compiler.compile(text)
    x, start = numbers(5, (5, 9), a), numbers(6, (5, 21), c)
    want = (start + x.astype(NUMPY[c]) @ w.astype(NUMPY[c])).astype(NUMPY[c])
    np.testing.assert_array_equal(kernel.tensor(x, start), want)
    kernel.memref(x, start)
    np.testing.assert_array_equal(start, want)


@pytest.mark.parametrize(("a", "c"), TYPES)
def test_constants(a: str, c: str) -> None:
    w = numbers(4, (9, 21), a)
    constant_product(a, c, w, dense(w), "[n/16][k/2][16n][2k]")


@pytest.mark.parametrize(("a", "c"), [("f32", "f32"), ("bf16", "f32"), ("i8", "i32")])
@pytest.mark.parametrize("layout", ["[d1/16][d0/2][16d1][2d0]", "[d1/7][d0][7d1]"])
def test_constants_that_are_all_alike(a: str, c: str, layout: str) -> None:
    literal = "3" if a == "i8" else "3.0"
    constant_product(a, c, np.full((9, 21), 3, NUMPY[a]), f"dense<{literal}>", layout)


@pytest.mark.parametrize(("a", "c"), [("f32", "f32"), ("bf16", "f32")])
def test_constants_from_resources(a: str, c: str) -> None:
    w = numbers(4, (9, 21), a)
    blob = f'"0x04000000{w.tobytes().hex()}"'
    tail = f"{{-# dialect_resources: {{ builtin: {{ w: {blob} }} }} #-}}"
    constant_product(a, c, w, "dense_resource<w>", "[n/16][k][16n]", tail)


def test_a_small_constant_of_bf16() -> None:
    """Below a hundred elements MLIR writes numbers, not bits."""
    text = """
func.func @f(%x: tensor<2x2xbf16>, %c: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %w = arith.constant {morello.layout = "[n/2][k][2n]"}
      dense<[[1.0, -2.5, 0x7F80], [0.0, 0.5, -3.0]]> : tensor<2x3xbf16>
  %0 = linalg.matmul ins(%x, %w : tensor<2x2xbf16>, tensor<2x3xbf16>) outs(%c : tensor<2x3xf32>)
      -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}"""
    x = np.array([[2, 4], [1, 0]], NUMPY["bf16"])
    got = compiler.compile(text).f(x, np.zeros((2, 3), np.float32))
    np.testing.assert_array_equal(got, [[2, -3, np.inf], [1, -2.5, np.inf]])


# Several users, and none

SHARED = """
func.func @f(%x: {k}<5x9xf32>, %y: {k}<3x9xf32>,
             %w: {k}<9x21xf32> {{morello.layout = "[d1/16][d0][16d1]"}},
             %c: {k}<5x21xf32>, %d: {k}<3x21xf32>){result} {{
  {first}linalg.matmul ins(%x, %w : {k}<5x9xf32>, {k}<9x21xf32>) outs(%c : {k}<5x21xf32>){r1}
  {second}linalg.matmul ins(%y, %w : {k}<3x9xf32>, {k}<9x21xf32>) outs(%d : {k}<3x21xf32>){r2}
  return{values}
}}"""


@pytest.mark.parametrize("form", ["memref", "tensor"])
def test_two_readers(form: str) -> None:
    c, d = "tensor<5x21xf32>", "tensor<3x21xf32>"
    is_tensor = form == "tensor"
    parts = {
        "result": f" -> ({c}, {d})" if is_tensor else "",
        "first": "%0 = " if is_tensor else "",
        "second": "%1 = " if is_tensor else "",
        "r1": f" -> {c}" if is_tensor else "",
        "r2": f" -> {d}" if is_tensor else "",
        "values": f" %0, %1 : {c}, {d}" if is_tensor else "",
    }
    kernel = compiler.compile(SHARED.format(k=form, **parts))
    x, y, w = (numbers(i, s, "f32") for i, s in enumerate([(5, 9), (3, 9), (9, 21)]))
    c0, d0 = numbers(7, (5, 21), "f32"), numbers(8, (3, 21), "f32")
    want = c0 + x @ w, d0 + y @ w
    packed = kernel.f_pack_arg2(w)
    got = kernel.f(x, y, packed, c0, d0) or (c0, d0)
    np.testing.assert_array_equal(got[0], want[0])
    np.testing.assert_array_equal(got[1], want[1])


def test_any_without_a_choice_is_plain() -> None:
    text = """
func.func @f(%w: memref<9x21xf32> {morello.name = "w", morello.layout = "any"},
             %c: memref<9x21xf32>) {
  linalg.exp ins(%w : memref<9x21xf32>) outs(%c : memref<9x21xf32>)
  return
}"""
    kernel = compiler.compile(text)
    w, c = numbers(1, (9, 21), "f32"), np.zeros((9, 21), np.float32)
    packed = kernel.f_pack_w(w)
    same_bits(packed, w)
    kernel.f(packed, c)
    np.testing.assert_allclose(c, np.exp(w), rtol=1e-5)
    assert "argument 'w' of 'f' keeps the plain layout: none was chosen" in kernel.diagnostics[0]


def test_a_source_with_gaps() -> None:
    text = """
func.func @f(%w: memref<9x21xf32, strided<[40, 1], offset: 3>> {morello.name = "w",
             morello.layout = "[d1/16][d0][16d1]"}, %c: memref<9x21xf32>) {
  linalg.copy ins(%w : memref<9x21xf32, strided<[40, 1], offset: 3>>) outs(%c : memref<9x21xf32>)
  return
}"""
    kernel = compiler.compile(text)
    w = numbers(1, (9, 40), "f32")[:, 3:24]
    packed, c = kernel.f_pack_w(w), np.zeros((9, 21), np.float32)
    same_bits(packed, placed(w, parse_layout("[n/16][k][16n]", ("k", "n"))[0]))
    kernel.f(packed, c)
    same_bits(c, np.ascontiguousarray(w))
