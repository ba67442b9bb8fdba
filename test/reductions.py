"""Products whose results are reduced: modules as text, with what numpy says of them.

`Reduced` is C = A B + bias, then rows and columns of C summed up or their maxima, with C a result
or not. Whole numbers that fit into the mantissa make every order of terms the same: results are
compared bit by bit. Read next: `run/test_reductions.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ml_dtypes
import numpy as np

from morello_mlir.graph import Graph
from morello_mlir.passes.base import Report
from morello_mlir.passes.goals import goals_of
from morello_mlir.passes.group import groups, joined
from morello_mlir.passes.source import new_context, read_module
from morello_mlir.target.target import Target

MAPS = """
#all = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
#column = affine_map<(m, n) -> (n)>
#one = affine_map<(m, n) -> ()>
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (k, n)>
#out = affine_map<(m, n, k) -> (m, n)>
"""
TERMS = {"f32": "f32", "bf16": "f32", "i8": "i32"}
"""By the type of what is multiplied, that of the sum."""

LEAST = {"f32": "0xFF800000", "i32": "-2147483648"}
OPS = {
    ("sum", "f32"): "arith.addf",
    ("sum", "i32"): "arith.addi",
    ("max", "f32"): "arith.maximumf",
    ("max", "i32"): "arith.maxsi",
}
KINDS = {
    "row": ("parallel", "reduction"),
    "column": ("reduction", "parallel"),
    "one": 2 * ("reduction",),
}


@dataclass(frozen=True)
class Reduced:
    """A product of m x k by k x n. `reductions` are pairs of a word of `KINDS`, and `sum`, `max` or
    `squares`; `bias` is added before."""

    m: int
    n: int
    k: int
    reductions: tuple[tuple[str, str], ...]
    dtype: str = "f32"
    stored: bool = True
    bias: bool = True

    @property
    def total(self) -> str:
        """The type of sums."""
        return TERMS[self.dtype]

    def shape(self, kind: str) -> str:
        """The type of a reduction's result."""
        sizes = {"row": f"{self.m}x", "column": f"{self.n}x", "one": ""}
        return f"tensor<{sizes[kind]}{self.total}>"

    @cached_property
    def text(self) -> str:
        """The module, with one function `f`."""
        t, all_ = self.total, f"tensor<{self.m}x{self.n}x{self.total}>"
        a, b = f"tensor<{self.m}x{self.k}x{self.dtype}>", f"tensor<{self.k}x{self.n}x{self.dtype}>"
        results = [all_] * self.stored + [self.shape(kind) for kind, _ in self.reductions]
        names = ["%c"] * self.stored + [f"%r{i}" for i in range(len(self.reductions))]
        types = ", ".join(results)
        zero = "0" if t == "i32" else "0.0"
        return MAPS + "\n".join(
            [
                f"func.func @f(%a: {a}, %b: {b}, %bias: tensor<{self.n}x{t}>) -> ({types}) {{",
                f"  %zero = arith.constant {zero} : {t}",
                f"  %least = arith.constant {LEAST[t]} : {t}",
                f"  %e = tensor.empty() : {all_}",
                f"  %z = linalg.fill ins(%zero : {t}) outs(%e : {all_}) -> {all_}",
                *self._product(a, b, all_),
                *(self._biased(all_) if self.bias else ()),
                *(line for i in range(len(self.reductions)) for line in self._reduction(i, all_)),
                f"  return {', '.join(names)} : {types}",
                "}",
            ]
        )

    def _product(self, a: str, b: str, out: str) -> list[str]:
        old, new = self.dtype, self.total
        op = "extsi" if old == "i8" else "extf"
        add, mul = ("addi", "muli") if new == "i32" else ("addf", "mulf")
        same = old == new
        x, y = ("%x", "%y") if same else ("%u", "%v")
        name = "%p" if self.bias else "%c"
        return [
            f"  {name} = linalg.generic {{indexing_maps = [#left, #right, #out],",
            '      iterator_types = ["parallel", "parallel", "reduction"]}',
            f"      ins(%a, %b : {a}, {b}) outs(%z : {out}) {{",
            f"  ^bb0(%x: {old}, %y: {old}, %o: {new}):",
            *([] if same else [f"    %u = arith.{op} %x : {old} to {new}"]),
            *([] if same else [f"    %v = arith.{op} %y : {old} to {new}"]),
            f"    %t = arith.{mul} {x}, {y} : {new}",
            f"    %s = arith.{add} %o, %t : {new}",
            f"    linalg.yield %s : {new}",
            f"  }} -> {out}",
        ]

    def _biased(self, out: str) -> list[str]:
        t = self.total
        return [
            "  %c = linalg.generic {indexing_maps = [#all, #column, #all],",
            '      iterator_types = ["parallel", "parallel"]}',
            f"      ins(%p, %bias : {out}, tensor<{self.n}x{t}>) outs(%e : {out}) {{",
            f"  ^bb0(%x: {t}, %y: {t}, %o: {t}):",
            f"    %s = arith.add{t[0]} %x, %y : {t}",
            f"    linalg.yield %s : {t}",
            f"  }} -> {out}",
        ]

    def _reduction(self, number: int, source: str) -> list[str]:
        (kind, how), t = self.reductions[number], self.total
        out = self.shape(kind)
        start = "%least" if how == "max" else "%zero"
        term = "%x" if how != "squares" else "%q"
        op = OPS["max" if how == "max" else "sum", t]
        kinds = ", ".join(f'"{k}"' for k in KINDS[kind])
        return [
            f"  %e{number} = tensor.empty() : {out}",
            f"  %z{number} = linalg.fill ins({start} : {t}) outs(%e{number} : {out}) -> {out}",
            f"  %r{number} = linalg.generic {{indexing_maps = [#all, #{kind}],",
            f"      iterator_types = [{kinds}]}}",
            f"      ins(%c : {source}) outs(%z{number} : {out}) {{",
            f"  ^bb0(%x: {t}, %o: {t}):",
            *([f"    %q = arith.mul{t[0]} %x, %x : {t}"] if how == "squares" else []),
            f"    %s = {op} %o, {term} : {t}",
            f"    linalg.yield %s : {t}",
            f"  }} -> {out}",
        ]

    def graph(self, target: Target) -> Graph:
        """All of it as one goal."""
        report = Report()
        with new_context():
            module = read_module(self.text, report)
            (proposal,) = groups(goals_of(module, target, report, strict=True), target)
            assert not report.errors(), report.diagnostics
            goal = joined(proposal.goals, target).spec
            assert isinstance(goal, Graph)
            return goal

    def arguments(self, seed: int = 0) -> tuple[Any, Any, Any]:
        """Whole numbers, so small that every sum is exact."""
        rng = np.random.default_rng(seed)
        kind = {"f32": np.float32, "bf16": ml_dtypes.bfloat16, "i8": np.int8}[self.dtype]
        shapes = (self.m, self.k), (self.k, self.n)
        a, b = (rng.integers(-2, 3, shape).astype(kind) for shape in shapes)
        total = np.float32 if self.total == "f32" else np.int32
        return a, b, rng.integers(-3, 4, self.n).astype(total)

    def check(self, kernel: Any, seed: int = 0) -> None:
        """Run `f` of a kernel and compare."""
        a, b, bias = self.arguments(seed)
        got = kernel.f(a, b, bias)
        got = got if isinstance(got, tuple) else (got,)
        c = a.astype(np.int64) @ b.astype(np.int64) + (bias.astype(np.int64) if self.bias else 0)
        along: dict[str, Any] = {"row": 1, "column": 0, "one": None}
        wanted = [c] * self.stored
        for kind, how in self.reductions:
            terms = c * c if how == "squares" else c
            wanted.append((np.max if how == "max" else np.sum)(terms, axis=along[kind]))
        for i, (one, other) in enumerate(zip(got, wanted, strict=True)):
            np.testing.assert_array_equal(one, other, err_msg=f"result {i} of {self}")
