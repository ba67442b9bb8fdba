"""Convolutions with elementwise ops behind them: as text, and as numpy computes them.

Numbers are whole or eighths, so that all of it is exact.
A `Convolution` is a layout, a type and sizes; `module` writes it with one of `BEHIND`, all of which
are elementwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

OPS = {
    "nhwc": "linalg.conv_2d_nhwc_hwcf",
    "nchw": "linalg.conv_2d_nchw_fchw",
    "depthwise": "linalg.depthwise_conv_2d_nhwc_hwc",
}


@dataclass(frozen=True)
class Convolution:
    """Images of `size`, taps of `taps`, so many channels and columns; `low` and `high` pad."""

    form: str = "nhwc"
    size: tuple[int, int] = (9, 10)
    channels: int = 7
    columns: int = 19
    taps: tuple[int, int] = (3, 3)
    stride: int = 1
    dilation: int = 1
    low: int = 1
    high: int = 1
    batch: int = 1
    whole: bool = False
    """i8 into i32, not f32."""

    @property
    def results(self) -> tuple[int, int]:
        """Rows and columns of the result."""
        reach = (self.dilation * (t - 1) + 1 for t in self.taps)
        sizes = (s + self.low + self.high for s in self.size)
        first, second = ((s - r) // self.stride + 1 for s, r in zip(sizes, reach, strict=True))
        return first, second

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Of the image, the filter and the result."""
        b, c, n, k, r = self.batch, self.channels, self.columns, self.taps, self.results
        if self.form == "depthwise":
            return (b, *self.size, c), (*k, c), (b, *r, c)
        if self.form == "nchw":
            return (b, c, *self.size), (n, c, *k), (b, n, *r)
        return (b, *self.size, c), (*k, c, n), (b, *r, n)

    @property
    def types(self) -> tuple[str, str]:
        """Of what is read, and of the sums."""
        return ("i8", "i32") if self.whole else ("f32", "f32")

    @property
    def column(self) -> int:
        """The dimension of a result that columns lie along."""
        return 1 if self.form == "nchw" else 3

    def along(self, array: Array) -> Array:
        """An element for each column, or for each result, as numpy broadcasts it."""
        return array[:, None, None] if array.ndim == 1 and self.column == 1 else array

    def pads(self, low: int, high: int) -> list[tuple[int, int]]:
        """What is added along each dimension of the image."""
        inside = (2, 3) if self.form == "nchw" else (1, 2)
        return [(low, high) if d in inside else (0, 0) for d in range(4)]

    def compute(self, image: Array, filters: Array) -> Array:
        """The sums."""
        x = np.pad(image, self.pads(self.low, self.high)).astype(np.int64)
        k = filters.astype(np.int64)
        if self.form == "nchw":
            x, k = x.transpose(0, 2, 3, 1), k.transpose(2, 3, 1, 0)
        total: Any = 0
        (rows, columns), s = self.results, self.stride
        for i in range(self.taps[0]):
            for j in range(self.taps[1]):
                y, z = i * self.dilation, j * self.dilation
                part = x[:, y : y + s * rows : s, z : z + s * columns : s][:, :rows, :columns]
                total = total + (part * k[i, j] if self.form == "depthwise" else part @ k[i, j])
        return np.asarray(total.transpose(0, 3, 1, 2) if self.form == "nchw" else total)

    def sums(self) -> list[str]:
        """Lines that compute the sums, `%c`, from `%x` and `%k`."""
        (read, made), (image, filters, result) = self.types, self.shapes
        padded = tuple(
            n + sum(p) for n, p in zip(image, self.pads(self.low, self.high), strict=True)
        )
        low, high = (
            ", ".join(str(p[end]) for p in self.pads(self.low, self.high)) for end in (0, 1)
        )
        zero, start = ("0", "0") if self.whole else ("0.0", "0.0")
        lines = [
            f"%zero = arith.constant {zero} : {read}",
            f"%start = arith.constant {start} : {made}",
            f"%e = tensor.empty() : {tensor(result, made)}",
            f"%i = linalg.fill ins(%start : {made}) outs(%e : {tensor(result, made)})"
            f" -> {tensor(result, made)}",
        ]
        source = "%x"
        if padded != image:
            source = "%p"
            lines += [
                f"%p = tensor.pad %x low[{low}] high[{high}] {{",
                "^bb0(%p0: index, %p1: index, %p2: index, %p3: index):",
                f"  tensor.yield %zero : {read}",
                f"}} : {tensor(image, read)} to {tensor(padded, read)}",
            ]
        steps = (
            f"strides = dense<{self.stride}> : tensor<2xi64>, "
            f"dilations = dense<{self.dilation}> : tensor<2xi64>"
        )
        lines.append(
            f"%c = {OPS[self.form]} {{{steps}}}"
            f" ins({source}, %k : {tensor(padded, read)}, {tensor(filters, read)})"
            f" outs(%i : {tensor(result, made)}) -> {tensor(result, made)}"
        )
        return lines


def tensor(shape: tuple[int, ...], dtype: str) -> str:
    """The type of an array."""
    return f"tensor<{'x'.join(map(str, shape))}x{dtype}>"


@dataclass(frozen=True)
class Op:
    """An elementwise op: what it reads beside the sums, its result's type, its body, its meaning.

    A "column" has one element for each column, an "image" one for each result; bodies compute `%r`
    from `%s`, the sum, and `%a`, `%b`, what is read.
    """

    reads: tuple[tuple[str, str], ...]
    dtype: str
    body: tuple[str, ...]
    meaning: Callable[..., Array]


RELU = Op(
    (("column", "f32"),),
    "f32",
    ("%t = arith.addf %s, %a : f32", "%r = arith.maximumf %t, %start : f32"),
    lambda s, a: np.maximum(s + a, 0),
)
RESIDUAL = Op(
    (("column", "f32"), ("image", "f32")),
    "f32",
    ("%t = arith.mulf %s, %a : f32", "%r = arith.addf %t, %b : f32"),
    lambda s, a, b: s * a + b,
)
HALVED = Op((), "f16", ("%r = arith.truncf %s : f32 to f16",), lambda s: s.astype(np.float16))
REQUANTISED = Op(
    (("column", "i32"), ("column", "f32")),
    "i8",
    (
        "%d = arith.subi %s, %a : i32",
        "%f = arith.sitofp %d : i32 to f32",
        "%g = arith.mulf %f, %b : f32",
        "%h = math.roundeven %g : f32",
        "%low = arith.constant -128.0 : f32",
        "%high = arith.constant 127.0 : f32",
        "%u = arith.maximumf %h, %low : f32",
        "%v = arith.minimumf %u, %high : f32",
        "%r = arith.fptosi %v : f32 to i8",
    ),
    lambda s, a, b: np.clip(np.rint((s - a).astype(np.float32) * b), -128, 127),
)
BEHIND = {
    "relu": (RELU,),
    "residual": (RESIDUAL,),
    "two": (RELU, RESIDUAL),
    "halved": (HALVED,),
    "requantised": (REQUANTISED,),
}
DTYPES = {"f32": np.float32, "f16": np.float16, "i8": np.int8, "i32": np.int32}


def module(goal: Convolution, behind: str, seed: int = 0) -> tuple[str, list[Array], list[Array]]:
    """The function `f`, arguments for it, and what it gives for them."""
    rng = np.random.default_rng(seed)
    (read, made), (image, filters, result) = goal.types, goal.shapes
    arrays = [rng.integers(-3, 4, s).astype(DTYPES[read]) for s in (image, filters)]
    names = [f"%x: {tensor(image, read)}", f"%k: {tensor(filters, read)}"]
    sums = goal.compute(*arrays).astype(DTYPES[made])
    lines, types, answers = goal.sums(), [], []
    for number, op in enumerate(BEHIND[behind]):
        others = [f"%o{number}{letter}" for letter, _ in zip("ab", op.reads, strict=False)]
        drawn = [_drawn(goal, kind, dtype, rng) for kind, dtype in op.reads]
        kinds = [tensor(a.shape, d) for a, (_, d) in zip(drawn, op.reads, strict=True)]
        arrays += drawn
        names += [f"{o}: {k}" for o, k in zip(others, kinds, strict=True)]
        types.append(tensor(result, op.dtype))
        lines += _op(goal, op, number, others, kinds)
        answers.append(op.meaning(sums, *map(goal.along, drawn)).astype(DTYPES[op.dtype]))
    results = ", ".join(f"%r{i}" for i in range(len(types)))
    body = "\n".join(f"  {line}" for line in lines)
    text = (
        f"func.func @f({', '.join(names)}) -> ({', '.join(types)}) {{\n{body}\n"
        f"  return {results} : {', '.join(types)}\n}}\n"
    )
    return text, arrays, answers


def _drawn(goal: Convolution, kind: str, dtype: str, rng: np.random.Generator) -> Array:
    """What an op reads beside the sums: all of it exact in its type."""
    result = goal.shapes[-1]
    shape = result if kind == "image" else (result[goal.column],)
    found = rng.integers(-3, 4, shape)
    return (found / 8 if dtype == "f32" else found).astype(DTYPES[dtype])


def _op(goal: Convolution, op: Op, number: int, others: list[str], kinds: list[str]) -> list[str]:
    """The lines of an op."""
    made, result = goal.types[1], goal.shapes[-1]
    out, every = tensor(result, op.dtype), "(a, b, c, d)"
    reads = [every if kind == "image" else f"({'abcd'[goal.column]})" for kind, _ in op.reads]
    maps = ", ".join(f"affine_map<{every} -> {m}>" for m in (every, *reads, every))
    walks = ", ".join(['"parallel"'] * 4)
    ins = f"{', '.join(['%c', *others])} : {', '.join([tensor(result, made), *kinds])}"
    args = [f"%{letter}: {dtype}" for letter, (_, dtype) in zip("ab", op.reads, strict=False)]
    return [
        f"%e{number} = tensor.empty() : {out}",
        f"%r{number} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{walks}]}}",
        f"    ins({ins}) outs(%e{number} : {out}) {{",
        f"^bb0({', '.join([f'%s: {made}', *args, f'%old: {op.dtype}'])}):",
        *(f"  {line}" for line in op.body),
        f"  linalg.yield %r : {op.dtype}",
        f"}} -> {out}",
    ]
