"""Softmax, norms and their relatives, fused, against float64: large numbers, infinities, NaN.

Every function comes in two forms. PyTorch keeps reduced dimensions with extent one and reads them
at 0; JAX broadcasts what is reduced, and has an op for each scalar op. Rows differ in kind: those
of one matrix are ordinary, large, all -inf, partly -inf, with a NaN, with a +inf, all equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from poison import poisoned
from searched import searched

from morello_mlir import compile

KINDS = 7
SHAPES = ((2 * KINDS, 33), (KINDS, 1), (1, 10007), (KINDS, 1024))
EPSILON = 1e-5
ADD, MAX = ("arith.addf", "0.0"), ("arith.maximumf", "0xFF800000")


@dataclass
class Text:
    """The body of a function on a matrix of `m` rows, in the form of one framework."""

    m: int
    n: int
    keeps: bool
    lines: list[str] = field(default_factory=list)
    rows: set[str] = field(default_factory=set)

    @property
    def row(self) -> str:
        """The type of what is reduced."""
        return f"tensor<{self.m}x1xf32>" if self.keeps else f"tensor<{self.m}xf32>"

    @property
    def matrix(self) -> str:
        """The type of what is not."""
        return f"tensor<{self.m}x{self.n}xf32>"

    def put(self, text: str) -> str:
        """A line that makes a value."""
        name = f"%v{len(self.lines)}"
        self.lines.append(f"  {name} = {text}")
        return name

    def reduce(self, how: tuple[str, str], x: str) -> str:
        """The rows' sums or maxima."""
        op, neutral = how
        constant = self.put(f"arith.constant {neutral} : f32")
        empty = self.put(f"tensor.empty() : {self.row}")
        init = self.put(
            f"linalg.fill ins({constant} : f32) outs({empty} : {self.row}) -> {self.row}"
        )
        at = "(i, 0)" if self.keeps else "(i)"
        name = self.put(
            f"linalg.generic {{indexing_maps = [affine_map<(i, j) -> (i, j)>, "
            f'affine_map<(i, j) -> {at}>], iterator_types = ["parallel", "reduction"]}} '
            f"ins({x} : {self.matrix}) outs({init} : {self.row}) {{\n"
            f"  ^bb0(%a: f32, %z: f32):\n    %t = {op} %a, %z : f32\n"
            f"    linalg.yield %t : f32\n  }} -> {self.row}"
        )
        self.rows.add(name)
        return name

    def each(self, op: str, *values: str) -> str:
        """A scalar op on every element; `@x` among the values is a constant x."""
        if all(v in self.rows or v[0] == "@" for v in values):
            return self._generic(op, values, self.row, of_rows=True)
        if not self.keeps:
            values = tuple(self._broadcast(v) if v in self.rows else v for v in values)
        return self._generic(op, values, self.matrix, of_rows=False)

    def _broadcast(self, value: str) -> str:
        empty = self.put(f"tensor.empty() : {self.matrix}")
        return self.put(
            f"linalg.broadcast ins({value} : {self.row}) outs({empty} : {self.matrix}) "
            f"dimensions = [1]"
        )

    def _generic(self, op: str, values: tuple[str, ...], kind: str, of_rows: bool) -> str:
        read = [v for v in values if v[0] != "@"]
        empty = self.put(f"tensor.empty() : {kind}")
        row = "(i, 0)" if self.keeps else "(i)"
        out = row if of_rows else "(i, j)"
        maps = [row if v in self.rows else "(i, j)" for v in read] + [out]
        iterators = "(i)" if of_rows and not self.keeps else "(i, j)"
        if of_rows and self.keeps:
            maps, out = ["(i, j)"] * len(maps), "(i, j)"
        listed = ", ".join(f"affine_map<{iterators} -> {m}>" for m in maps)
        kinds = ", ".join(['"parallel"'] * (iterators.count(",") + 1))
        block = ", ".join(f"%a{i}: f32" for i in range(len(read)))
        names = iter(f"%a{i}" for i in range(len(read)))
        constants = "".join(
            f"    %c{i} = arith.constant {v[1:]} : f32\n"
            for i, v in enumerate(values)
            if v[0] == "@"
        )
        words = ", ".join(f"%c{i}" if v[0] == "@" else next(names) for i, v in enumerate(values))
        types = ", ".join(self.row if v in self.rows else self.matrix for v in read)
        name = self.put(
            f"linalg.generic {{indexing_maps = [{listed}], iterator_types = [{kinds}]}} "
            f"ins({', '.join(read)} : {types}) outs({empty} : {kind}) {{\n"
            f"  ^bb0({block}, %z: f32):\n{constants}    %t = {op} {words} : f32\n"
            f"    linalg.yield %t : f32\n  }} -> {kind}"
        )
        if of_rows:
            self.rows.add(name)
        return name


def softmax(t: Text) -> str:
    """exp(x - max) over its sum."""
    powers = t.each("math.exp", t.each("arith.subf", "%x", t.reduce(MAX, "%x")))
    return t.each("arith.divf", powers, t.reduce(ADD, powers))


def log_softmax(t: Text) -> str:
    """x - max - log of the sum of exp(x - max)."""
    shifted = t.each("arith.subf", "%x", t.reduce(MAX, "%x"))
    total = t.reduce(ADD, t.each("math.exp", shifted))
    return t.each("arith.subf", shifted, t.each("math.log", total))


def logsumexp(t: Text) -> str:
    """max + log of the sum of exp(x - max)."""
    most = t.reduce(MAX, "%x")
    total = t.reduce(ADD, t.each("math.exp", t.each("arith.subf", "%x", most)))
    return t.each("arith.addf", t.each("math.log", total), most)


def mean(t: Text, x: str = "%x") -> str:
    """The sum over the number."""
    return t.each("arith.divf", t.reduce(ADD, x), f"@{float(t.n)}")


def variance(t: Text) -> str:
    """The mean of the squared distances from the mean."""
    apart = t.each("arith.subf", "%x", mean(t))
    return mean(t, t.each("arith.mulf", apart, apart))


def layer_norm(t: Text) -> str:
    """The distance from the mean over the standard deviation."""
    apart = t.each("arith.subf", "%x", mean(t))
    spread = mean(t, t.each("arith.mulf", apart, apart))
    scale = t.each("math.rsqrt", t.each("arith.addf", spread, f"@{EPSILON:e}"))
    return t.each("arith.mulf", apart, scale)


def rms_norm(t: Text) -> str:
    """x over the root of the mean square."""
    square = mean(t, t.each("arith.mulf", "%x", "%x"))
    scale = t.each("math.rsqrt", t.each("arith.addf", square, f"@{EPSILON:e}"))
    return t.each("arith.mulf", "%x", scale)


def exact(name: str, x: Any) -> Any:
    """The same by numpy; a sum that begins with +inf - +inf is a NaN there as well."""
    most = x.max(1, keepdims=True)
    if name in ("softmax", "log_softmax", "logsumexp"):
        powers = np.exp(x - most)
        total = powers.sum(1, keepdims=True)
        return {
            "softmax": powers / total,
            "log_softmax": x - most - np.log(total),
            "logsumexp": np.log(total) + most,
        }[name]
    middle = x.mean(1, keepdims=True)
    apart = x - middle
    spread = (apart * apart).mean(1, keepdims=True)
    return {
        "mean": middle,
        "variance": spread,
        "layer_norm": apart / np.sqrt(spread + EPSILON),
        "rms_norm": x / np.sqrt((x * x).mean(1, keepdims=True) + EPSILON),
    }[name]


FUNCTIONS: tuple[Callable[[Text], str], ...] = (
    softmax,
    log_softmax,
    logsumexp,
    mean,
    variance,
    layer_norm,
    rms_norm,
)


def matrix(m: int, n: int, seed: int) -> Any:
    """Rows of all kinds, in turn."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((m, n)).astype(np.float32)
    for i in range(m):
        at = int(rng.integers(n))
        if i % KINDS == 1:
            x[i] *= np.float32(1e4)
        elif i % KINDS == 2:
            x[i] = -np.inf
        elif i % KINDS == 3:
            x[i, at:] = -np.inf
            x[i, 0] = 1.5
        elif i % KINDS == 4:
            x[i, at] = np.nan
        elif i % KINDS == 5:
            x[i, at] = np.inf
        elif i % KINDS == 6:
            x[i] = np.float32(-3.25e7)
    return x


def module(
    function: Callable[[Text], str], keeps: bool, shapes: tuple[tuple[int, int], ...] = SHAPES
) -> str:
    """A function for each shape."""
    texts = []
    for m, n in shapes:
        text = Text(m, n, keeps)
        result = function(text)
        kind = text.row if result in text.rows else text.matrix
        body = "\n".join(text.lines)
        texts.append(
            f"func.func @f{m}x{n}(%x: {text.matrix}) -> {kind} {{\n{body}\n"
            f"  return {result} : {kind}\n}}\n"
        )
    return "".join(texts)


@pytest.mark.parametrize("keeps", [True, False], ids=["torch", "jax"])
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_as_exact_as_rounding_allows(function: Callable[[Text], str], keeps: bool) -> None:
    kernel = compile(searched(module(function, keeps), "native"))
    for seed, (m, n) in enumerate(SHAPES):
        x = matrix(m, n, seed)
        with poisoned():
            got = kernel[f"f{m}x{n}"](x)
        with np.errstate(all="ignore"):
            want = exact(function.__name__, x.astype(np.float64))
            most = np.abs(np.where(np.isfinite(x), x, 0)).max(1, keepdims=True)
        for i in range(m):
            # A sum of n equal numbers may be off by n roundings, and its distance from those.
            near = 1e-6 * n**0.5 * float(most[i, 0]) if function in (layer_norm, variance) else 0
            scale = 1 / EPSILON**0.5 if function is layer_norm else max(near, 1)
            np.testing.assert_allclose(
                np.reshape(got, (m, -1))[i].astype(np.float64),
                want[i],
                rtol=2e-5,
                atol=2e-6 + near * scale * (i % KINDS == 6),
                err_msg=f"{m}x{n}, row {i}",
            )


def test_rows_of_what_is_far_are_asked_for() -> None:
    m, n = 9, 1 << 14  # L2 holds a row and its exponentials, and not all of them
    found = compile(searched(module(softmax, False, ((m, n),)), "x86-64-v3"), target="x86-64-v3")
    x = np.random.default_rng(0).normal(0, 9, (m, n)).astype(np.float32)
    wanted = exact("softmax", x.astype(np.float64))
    np.testing.assert_allclose(found[f"f{m}x{n}"](x), wanted, rtol=2e-5, atol=1e-30)


def test_long_rows_are_done_in_chunks() -> None:
    m, n = 2, 1 << 20
    found = searched(module(softmax, False, ((m, n),)), "x86-64-v3")
    assert "online k" in found
    assert "bufferize V1c C" in found, "exponentials lie where the result will"
    x = np.random.default_rng(0).normal(0, 30, (m, n)).astype(np.float32)
    x[1, -1] = 200  # the maximum comes with the last chunk
    with poisoned():
        got = compile(found, target="x86-64-v3")[f"f{m}x{n}"](x)
    np.testing.assert_allclose(got, exact("softmax", x.astype(np.float64)), rtol=2e-5, atol=1e-30)
