"""Random programs beyond contractions: windows, steps, constants in indices, memory with gaps.

`draw_window(seed, target)` is one of them under a random legal schedule, as `programs.draw` is for
plain index maps. Numbers are small and whole, so that answers are exact.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from programs import NUMPY, Draw, Program, mlir, under_a_schedule

from morello_mlir.target.target import Target

DTYPES = ("f32", "f32", "f64", "bf16", "i32", "i8")


@dataclass(frozen=True)
class Index:
    """One dimension's index: a constant plus multiples of iterators."""

    terms: tuple[tuple[int, int], ...]  # iterator and factor
    const: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether it is one iterator and nothing else, which tells that iterator's extent."""
        return self.const == 0 and len(self.terms) == 1 and self.terms[0][1] == 1

    def at(self, point: Any) -> Any:
        """The value at a point, or at all points of a grid."""
        return self.const + sum(c * point[d] for d, c in self.terms)

    def __str__(self) -> str:
        return " + ".join([*(f"{c} * d{d}" for d, c in self.terms), str(self.const)])


Map = tuple[Index, ...]


@dataclass(frozen=True)
class Window(Program):
    """A program that must leave alone what lies around and between the elements of its output."""

    def check(self, kernel: Any) -> None:
        """Run the kernel and compare, the gaps of the output's memory included."""
        memory, expected = self.output.base.copy(), self.output.base.copy()
        of = {"shape": self.output.shape, "strides": self.output.strides}
        np.lib.stride_tricks.as_strided(expected, **of)[...] = self.answer
        kernel.f(*self.inputs, np.lib.stride_tricks.as_strided(memory, **of))
        np.testing.assert_array_equal(memory.astype(np.float64), expected.astype(np.float64))


def window(r: random.Random) -> Window:
    """An op of one to four iterators, one or two inputs, and index maps of any kind."""
    count = r.randint(1, 4)
    extents = _extents(r, count)
    parallel = [d for d in range(count) if r.random() < 0.6]
    reduced = [d for d in range(count) if d not in parallel]
    r.shuffle(parallel)
    inputs = [list(_grouped(r, [d for d in range(count) if r.random() < 0.8])) for _ in "ab"]
    inputs = inputs[: r.randint(1, 2)]
    output = [_index(r, [d]) for d in parallel]
    for d in range(count):
        if not any(i.is_plain and i.terms[0][0] == d for m in (*inputs, output) for i in m):
            inputs[-1].insert(r.randint(0, len(inputs[-1])), Index(((d, 1),)))
    dtype = r.choice(DTYPES)
    combine = r.choice(["add", "maximum"]) if reduced else r.choice(["", "add"])
    body = r.choice(["mul", "sub"]) if len(inputs) == 2 else ""
    maps = [tuple(m) for m in (*inputs, output)]
    return _program(r, extents, reduced, maps, dtype, body, combine)


def _extents(r: random.Random, count: int) -> list[int]:
    while True:
        extents = [r.choice((1, 2, 3, 4, 5, 8, 9, 16, 17, 33)) for _ in range(count)]
        if np.prod(extents) <= 10_000:
            return extents


def _grouped(r: random.Random, dims: list[int]) -> Iterator[Index]:
    """Indices that use each of the iterators once, now and then two of them in a window."""
    r.shuffle(dims)
    while dims:
        taken = [dims.pop() for _ in range(min(len(dims), r.choice((1, 1, 2))))]
        yield _index(r, taken)


def _index(r: random.Random, dims: list[int]) -> Index:
    return Index(tuple((d, r.choice((1, 1, 1, 2, 3))) for d in dims), r.choice((0, 0, 0, 1, 5)))


def _program(
    r: random.Random,
    extents: list[int],
    reduced: list[int],
    maps: list[Map],
    dtype: str,
    body: str,
    combine: str,
) -> Window:
    rng = np.random.default_rng(r.randrange(1 << 30))
    last = [e - 1 for e in extents]
    shapes = [
        tuple(i.at(last) + 1 + (0 if i.is_plain else r.choice((0, 0, 2))) for i in m) for m in maps
    ]
    arrays = [_array(r, rng, s, NUMPY[dtype]) for s in shapes]
    fill = combine == "add" and r.random() < 0.4
    iterators = ", ".join(f"d{d}" for d in range(len(extents)))
    kinds = ", ".join('"reduction"' if d in reduced else '"parallel"' for d in range(len(extents)))
    types = [_memref(a, dtype) for a in arrays]
    names = ["%a", "%b"][: len(maps) - 1] + ["%c"]
    head = ", ".join(f"{n}: {t}" for n, t in zip(names, types, strict=True))
    scalar = mlir(dtype)
    listed = [f"affine_map<({iterators}) -> ({', '.join(map(str, m))})>" for m in maps]
    lines = _body(dtype, body, combine)
    block = ", ".join(f"%x{i}: {scalar}" for i in range(len(maps)))
    zero = "0" if scalar[0] == "i" else "0.0"
    filling = (
        f"  %zero = arith.constant {zero} : {scalar}\n"
        f"  linalg.fill ins(%zero : {scalar}) outs(%c : {types[-1]})\n"
    )
    text = (
        f"func.func @f({head}) {{\n{filling if fill else ''}"
        f"  linalg.generic {{indexing_maps = [{', '.join(listed)}], iterator_types = [{kinds}]}}\n"
        f"      ins({', '.join(names[:-1])} : {', '.join(types[:-1])})"
        f" outs(%c : {types[-1]}) {{\n  ^bb0({block}):\n{lines}  }}\n  return\n}}\n"
    )
    answer = _answer(extents, maps, arrays, body, combine, fill)
    return Window(text, tuple(arrays[:-1]), arrays[-1], answer, 0)


def _array(r: random.Random, rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> Any:
    """A view of memory that is row-major and tight, or has another order and gaps."""
    order, pad = list(range(len(shape))), 0
    if r.random() < 0.3:
        r.shuffle(order)
        pad = r.choice((0, 1, 5))
    outer = [shape[d] + (pad if n else 0) for n, d in enumerate(order)]
    memory = rng.integers(-3, 4, outer).astype(dtype)
    inside = memory[tuple(slice(shape[d]) for d in order)]
    return inside.transpose([order.index(d) for d in range(len(shape))])


def _memref(array: Any, dtype: str) -> str:
    shape = "x".join([*map(str, array.shape), mlir(dtype)])
    strides = [s // array.itemsize for s in array.strides]
    tight, step = [], 1
    for extent in reversed(array.shape):
        tight.insert(0, step)
        step *= extent
    if strides == tight:
        return f"memref<{shape}>"
    return f"memref<{shape}, strided<[{', '.join(map(str, strides))}]>>"


def _body(dtype: str, body: str, combine: str) -> str:
    kind, scalar = ("i" if dtype[0] == "i" else "f"), mlir(dtype)
    value, lines = "%x0", ""
    if body:
        lines = f"    %t = arith.{body}{kind} %x0, %x1 : {scalar}\n"
        value = "%t"
    if combine:
        op = {"add": f"add{kind}", "maximum": "maxsi" if kind == "i" else "maximumf"}[combine]
        old = "%x2" if body else "%x1"
        lines += f"    %s = arith.{op} {old}, {value} : {scalar}\n"
        value = "%s"
    return f"{lines}    linalg.yield {value} : {scalar}\n"


def _answer(
    extents: list[int], maps: list[Map], arrays: list[Any], body: str, combine: str, fill: bool
) -> Any:
    grid = np.indices(extents)
    places = [tuple(np.broadcast_to(i.at(grid), extents) for i in m) for m in maps]
    wide = [a.astype(np.float64) for a in arrays]
    value, *rest = (np.broadcast_to(a[p], extents) for a, p in zip(wide, places[:-1], strict=False))
    if body:
        value = {"mul": np.multiply, "sub": np.subtract}[body](value, rest[0])
    out = np.zeros_like(wide[-1]) if fill else wide[-1]
    if combine:
        {"add": np.add, "maximum": np.maximum}[combine].at(out, places[-1], value)
    else:
        out[places[-1]] = value
    if arrays[-1].dtype == np.int8:
        out = out.astype(np.int64)
    return out.astype(arrays[-1].dtype)


def draw_window(seed: int, target: Target) -> Draw:
    """The program and the schedule of a seed."""
    r = random.Random(seed)
    return under_a_schedule(seed, window(r), r, target)
