"""Random DAGs: modules of up to eight linalg ops on tensors that read each other's results.

`draw(seed)` is one of them with its arguments, and with what numpy says of its results, beside the
error that rounding may make (`bounded.py`). What ops there are: bodies with up to three inputs
(`Drawing.elementwise`), which are permuted, broadcast along dimensions, or read at 0 of a dimension
of extent one; reductions with a fill or a value to begin with; contractions; named ops; and others
that no group takes, such as slices. Read next: `property/test_dags.py`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from bounded import Bounded
from dag_bodies import Body
from dag_lookups import look_up
from dag_values import Dag, Read, Value, tensor

NUMPY: dict[str, Any] = {"f32": np.float32, "f16": np.float16, "i32": np.int32}
LEAST = {"f32": "0xFF800000", "f16": "0xFC00", "i32": "-2147483648"}
EXTENTS = (1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 32, 33, 40, 65)
ELEMENTS = 3_000
POINTS = 30_000
MAGNITUDE = {"f32": 1e6, "f16": 1e3, "i32": float("inf")}


def draw(seed: int, most: int = 8, lookups: bool = False) -> Dag:
    """The DAG of a seed; with `lookups`, of rows of tables as well (`dag_lookups.py`)."""
    drawing = Drawing(random.Random(seed), np.random.default_rng(seed), lookups)
    count = drawing.r.randint(2, most)
    while len(drawing.ops) < count:
        drawing.op()
    return drawing.module(seed)


@dataclass
class Op:
    """Lines of text, and what they read and make."""

    lines: list[str]
    reads: list[str]
    made: str


@dataclass
class Drawing:
    """A module that is being drawn."""

    r: random.Random
    rng: np.random.Generator
    lookups: bool = False
    values: list[Value] = field(default_factory=list)
    arguments: list[Value] = field(default_factory=list)
    ops: list[Op] = field(default_factory=list)
    extents: list[int] = field(default_factory=list)
    names: int = 0

    def __post_init__(self) -> None:
        self.extents = self.r.sample(EXTENTS, 4)

    def op(self) -> None:
        """One more op, if the one that is drawn fits."""
        kinds = (
            *(self.elementwise,) * 4,
            *(self.reduction,) * 3,
            *(self.contraction,) * 3,
            self.transpose,
            self.slice,
        )
        if self.lookups and self.r.random() < 0.4:
            look_up(self)
        else:
            self.r.choice(kinds)()

    def module(self, seed: int) -> Dag:
        """The module of the ops so far, in some order in which they can run."""
        read = {name for op in self.ops for name in op.reads}
        made = [v for v in self.values if v.made]
        results = [v for v in made if v.name not in read or self.r.random() < 0.25]
        self.r.shuffle(results)
        arguments = [a for a in self.arguments if a.name in read]
        head = ", ".join(f"{a.name}: {a.type}" for a in arguments)
        types = ", ".join(v.type for v in results)
        body = "\n".join(f"  {line}" for op in self._order() for line in op.lines)
        text = (
            f"func.func @f({head}) -> ({types}) {{\n{body}\n"
            f"  return {', '.join(v.name for v in results)} : {types}\n}}\n"
        )
        inputs = tuple(a.meaning.array.astype(NUMPY[a.dtype]) for a in arguments)
        return Dag(seed, text, inputs, tuple(v.meaning for v in results))

    def _order(self) -> list[Op]:
        if self.r.random() < 0.5:
            return self.ops
        left, done = list(self.ops), []
        while left:
            waiting = {op.made for op in left}
            done.append(self.r.choice([op for op in left if not waiting & set(op.reads)]))
            left.remove(done[-1])
        return done

    # Values.

    def fresh(self) -> str:
        """A new name."""
        self.names += 1
        return f"%v{self.names}"

    def argument(self, shape: Sequence[int], dtype: str) -> Value:
        """A new argument."""
        if dtype == "i32":
            array = self.rng.integers(-1000, 1000, tuple(shape)).astype(np.int64)
        else:
            array = self.rng.uniform(-1, 1, tuple(shape)).astype(NUMPY[dtype]).astype(np.float64)
        value = Value(self.fresh(), Bounded.exact(dtype, array), made=False)
        self.arguments.append(value)
        self.values.append(value)
        return value

    def any_value(self, rank: int = 0) -> Value:
        """A value of that rank at least, rather a new one than an old one."""
        found = [v for v in self.values if len(v.shape) >= rank and (v.made or not self.ops)]
        if found and self.r.random() < 0.9:
            return self.r.choice(found[-3:] if self.r.random() < 0.6 else found)
        shape = self.r.sample(self.extents, max(rank, self.r.choice((1, 2, 2, 2, 3))))
        while np.prod(shape) > ELEMENTS:
            shape[self.r.randrange(len(shape))] = self.r.choice((1, 2, 3))
        return self.argument(shape, self.r.choice(("f32", "f32", "f32", "f16", "i32")))

    def of_shape(self, shape: Sequence[int], dtype: str) -> Value:
        """A value of a shape and type."""
        found = [v for v in self.values if v.shape == tuple(shape) and v.dtype == dtype]
        return (
            self.r.choice(found) if found and self.r.random() < 0.6 else self.argument(shape, dtype)
        )

    def keep(self, meaning: Bounded, lines: list[str], reads: Sequence[Value], name: str) -> None:
        """The op is one of the module, unless its values are too large for their type."""
        if meaning.most > MAGNITUDE[meaning.dtype] or np.any(np.isnan(meaning.array)):
            return
        self.ops.append(Op(lines, [v.name for v in reads], name))
        self.values.append(Value(name, meaning))

    # How values are read.

    def seen(self, value: Value, extents: Sequence[int]) -> Read | None:
        """The value as an op of these iterators can read it: permuted or broadcast."""
        dims: list[int | None] = []
        for extent in value.shape:
            fits = [d for d, e in enumerate(extents) if e == extent and d not in dims]
            if fits and (extent > 1 or self.r.random() < 0.5):
                dims.append(fits[0] if self.r.random() < 0.7 else self.r.choice(fits))
            elif extent == 1:
                dims.append(None)
            else:
                return None
        return Read(value, tuple(dims))

    def other(self, extents: Sequence[int]) -> Read:
        """Another input for such an op."""
        found = [r for v in self.values[-6:] if (r := self.seen(v, extents)) is not None]
        if found and self.r.random() < 0.7:
            return self.r.choice(found)
        kept = [d for d in range(len(extents)) if self.r.random() < 0.6]
        self.r.shuffle(kept)
        dtype = self.r.choice(("f32", "f32", "f16", "i32"))
        return Read(self.argument([extents[d] for d in kept], dtype), tuple(kept))

    def keepdim(self, read: Read, lines: list[str]) -> tuple[str, str, tuple[int | None, ...]]:
        """The name and type of what is read, and where: now and then through an expand_shape."""
        value, rank = read.value, len(read.value.shape)
        if rank == 0 or rank > 2 or self.r.random() < 0.7:
            return value.name, value.type, read.dims
        at = self.r.randint(0, rank)
        shape = [*value.shape[:at], 1, *value.shape[at:]]
        dims = (*read.dims[:at], None, *read.dims[at:])
        pair = max(at - 1, 0)
        groups = [[d, d + 1] if d == pair else [d + (d > pair)] for d in range(rank)]
        name, kind = self.fresh(), tensor(shape, value.dtype)
        lines.append(
            f"{name} = tensor.expand_shape {value.name} {groups} output_shape {shape} "
            f": {value.type} into {kind}"
        )
        return name, kind, dims

    def started(
        self, shape: Sequence[int], dtype: str, maximum: bool, lines: list[str]
    ) -> tuple[str, Bounded | None, list[Value]]:
        """What a reduction begins with, None for the neutral element, and what is read for it."""
        kind = tensor(shape, dtype)
        if self.r.random() < 0.25:
            init = self.of_shape(shape, dtype)
            return init.name, init.meaning, [init]
        constant, empty, name = self.fresh(), self.fresh(), self.fresh()
        text = LEAST[dtype] if maximum else "0" if dtype == "i32" else "0.0"
        lines += [
            f"{constant} = arith.constant {text} : {dtype}",
            f"{empty} = tensor.empty() : {kind}",
            f"{name} = linalg.fill ins({constant} : {dtype}) outs({empty} : {kind}) -> {kind}",
        ]
        return name, None, []

    # Ops.

    def elementwise(self) -> None:
        """Up to three inputs under a random body."""
        base = self.any_value()
        extents = list(base.shape)
        self.r.shuffle(extents)
        small = [e for e in self.extents if e * np.prod(extents) <= ELEMENTS]
        if small and len(extents) < 3 and self.r.random() < 0.2:
            extents.insert(self.r.randint(0, len(extents)), self.r.choice(small))
        first = self.seen(base, extents)
        assert first is not None
        reads = [first, *(self.other(extents) for _ in range(self.r.choice((0, 1, 1, 2))))]
        self.r.shuffle(reads)
        dtype = self.r.choice(("", "", "", "f32", "f16", "i32")) or base.dtype
        body = Body(self.r, [r.over(extents) for r in reads], dtype)
        value = body.drawn()
        out = list(range(len(extents)))
        self.r.shuffle(out)
        shape = [extents[d] for d in out]
        lines: list[str] = []
        empty, name = self.fresh(), self.fresh()
        lines.append(f"{empty} = tensor.empty() : {tensor(shape, dtype)}")
        kinds = ["parallel"] * len(extents)
        self.generic(name, reads, (empty, shape, out), dtype, kinds, body, lines)
        self.keep(value.transposed(out), lines, [r.value for r in reads], name)

    def reduction(self) -> None:
        """A sum or a maximum along some dimensions, of up to two values."""
        base = self.any_value(1)
        extents = list(base.shape)
        reads = [Read(base, tuple(range(len(extents))))] + (
            [self.other(extents)] if self.r.random() < 0.3 else []
        )
        dtype = "f32" if base.dtype == "f16" and self.r.random() < 0.5 else base.dtype
        maximum = self.r.random() < 0.4
        gone = tuple(d for d in range(len(extents)) if self.r.random() < 0.5)
        gone = gone or (self.r.randrange(len(extents)),)
        self._reduce(reads, extents, gone, dtype, maximum)

    def contraction(self) -> None:
        """A product of two values, summed up: a named op where there is one."""
        a = self.any_value(2)
        if len(a.shape) > 3:
            return
        dtype = "f32" if a.dtype == "f16" and self.r.random() < 0.7 else a.dtype
        n = self.r.choice(self.extents)
        if np.prod(a.shape) * n > POINTS:
            n = 3
        batch = 1 if len(a.shape) == 3 else 0
        if self.r.random() < 0.4:  # the named op
            *outer, m, k = a.shape
            b = self.of_shape((*outer, k, n), a.dtype)
            self._named(a, b, (*outer, m, n), dtype)
            return
        extents = [*a.shape, n]
        order = [*range(batch), *self.r.sample(range(batch, len(a.shape) + 1), 2)]
        if len(a.shape) not in order:
            order[-1] = len(a.shape)
        b = self.of_shape([extents[d] for d in order], a.dtype)
        gone = (self.r.randrange(batch, len(a.shape)),)
        reads = [Read(a, tuple(range(len(a.shape)))), Read(b, tuple(order))]
        self._reduce(reads, extents, gone, dtype, maximum=False)

    def _named(self, a: Value, b: Value, shape: tuple[int, ...], dtype: str) -> None:
        lines: list[str] = []
        init, start, more = self.started(shape, dtype, False, lines)
        name, op = self.fresh(), "batch_matmul" if len(shape) == 3 else "matmul"
        lines.append(
            f"{name} = linalg.{op} ins({a.name}, {b.name} : {a.type}, {b.type}) "
            f"outs({init} : {tensor(shape, dtype)}) -> {tensor(shape, dtype)}"
        )
        left, right = a.meaning.cast(dtype), b.meaning.cast(dtype)
        wide = (..., slice(None), slice(None), None), (..., None, slice(None), slice(None))
        product = left.at(wide[0]) * right.at(wide[1])
        zero = Bounded.exact(dtype, np.zeros(shape, np.int64 if dtype == "i32" else float))
        meaning = product.sum((product.array.ndim - 2,), zero if start is None else start)
        self.keep(meaning, lines, [a, b, *more], name)

    def _reduce(
        self,
        reads: list[Read],
        extents: list[int],
        gone: tuple[int, ...],
        dtype: str,
        maximum: bool,
    ) -> None:
        """A generic op that sums up a product, or takes the largest of a body."""
        body = Body(self.r, [r.over(extents) for r in reads], dtype)
        term = body.product() if len(reads) == 2 and not maximum else body.drawn()
        kept = [d for d in range(len(extents)) if d not in gone]
        self.r.shuffle(kept)
        out: list[int | None] = [*kept]
        if self.r.random() < 0.25:
            out.insert(self.r.randint(0, len(out)), None)
        shape = [1 if d is None else extents[d] for d in out]
        lines: list[str] = []
        init, start, more = self.started(shape, dtype, maximum, lines)
        body.combined(maximum)
        name = self.fresh()
        kinds = ["reduction" if d in gone else "parallel" for d in range(len(extents))]
        self.generic(name, reads, (init, shape, out), dtype, kinds, body, lines)
        term = term.transposed([*kept, *gone])
        axes = tuple(range(len(kept), len(extents)))
        zeros = np.zeros([extents[d] for d in kept], np.int64 if dtype == "i32" else float)
        old = Bounded.exact(dtype, zeros) if start is None else start.shaped(zeros.shape)
        if not maximum:
            meaning = term.sum(axes, old)
        else:
            meaning = term.largest(axes)
            meaning = meaning if start is None else meaning.max(old)
        self.keep(meaning.shaped(shape), lines, [*(r.value for r in reads), *more], name)

    def transpose(self) -> None:
        """The named op."""
        value = self.any_value(2)
        order = list(range(len(value.shape)))
        self.r.shuffle(order)
        meaning = value.meaning.transposed(order)
        kind = tensor(np.shape(meaning.array), value.dtype)
        empty, name = self.fresh(), self.fresh()
        lines = [
            f"{empty} = tensor.empty() : {kind}",
            f"{name} = linalg.transpose ins({value.name} : {value.type}) outs({empty} : {kind}) "
            f"permutation = {order}",
        ]
        self.keep(meaning, lines, [value], name)

    def slice(self) -> None:
        """A part of a value, which is no linalg op; or its dimensions as one."""
        value = self.any_value(1)
        if not value.made:
            return
        name = self.fresh()
        if len(value.shape) == 2 and self.r.random() < 0.4:
            meaning = value.meaning.shaped((-1,))
            kind = tensor(np.shape(meaning.array), value.dtype)
            text = f"tensor.collapse_shape {value.name} [[0, 1]] : {value.type} into {kind}"
        else:
            sizes = [self.r.randint(1, e) for e in value.shape]
            begins = [self.r.randint(0, e - s) for e, s in zip(value.shape, sizes, strict=True)]
            at = tuple(slice(b, b + s) for b, s in zip(begins, sizes, strict=True))
            meaning = value.meaning.at(at)
            text = (
                f"tensor.extract_slice {value.name}{begins} {sizes} {[1] * len(sizes)} "
                f": {value.type} to {tensor(sizes, value.dtype)}"
            )
        self.keep(meaning, [f"{name} = {text}"], [value], name)

    def generic(
        self,
        name: str,
        reads: list[Read],
        output: tuple[str, Sequence[int], Sequence[int | None]],
        dtype: str,
        kinds: list[str],
        body: Body,
        lines: list[str],
    ) -> None:
        """The text of a linalg.generic."""
        init, shape, out = output
        shown = [self.keepdim(r, lines) for r in reads]
        iterators = ", ".join(f"d{i}" for i in range(len(kinds)))
        maps = ", ".join(
            f"affine_map<({iterators}) -> "
            f"({', '.join('0' if d is None else f'd{d}' for d in dims)})>"
            for dims in (*(s[2] for s in shown), out)
        )
        block = [f"%x{i}: {r.value.dtype}" for i, r in enumerate(reads)] + [f"%z: {dtype}"]
        quoted = ", ".join(f'"{k}"' for k in kinds)
        lines += [
            f"{name} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{quoted}]}}",
            f"    ins({', '.join(s[0] for s in shown)} : {', '.join(s[1] for s in shown)}) "
            f"outs({init} : {tensor(shape, dtype)}) {{",
            f"^bb0({', '.join(block)}):",
            *(f"  {line}" for line in body.lines),
            f"  linalg.yield {body.last} : {dtype}",
            f"}} -> {tensor(shape, dtype)}",
        ]
