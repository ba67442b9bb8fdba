"""Ops of random DAGs that read rows of a table, by an array of integers.

The table may be any value, looked up along any dimension; so may an index array be whose elements
are clamped. Others are arguments with elements that are rows, or negative and wrapped around. Read
next: `dags.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from bounded import Bounded
from dag_values import Value, tensor

if TYPE_CHECKING:
    from dags import Drawing

MOST = 3_000


def look_up(drawing: Drawing) -> None:
    """One op more, of a drawing, if what is drawn is not too large."""
    r = drawing.r
    table = drawing.any_value(1)
    dim = r.randrange(len(table.shape)) if r.random() < 0.4 else 0
    rows = table.shape[dim]
    rest = [d for d in range(len(table.shape)) if d != dim]
    shape = r.sample(drawing.extents, r.choice((0, 1, 1, 2)))
    if np.prod([*shape, *(table.shape[d] for d in rest)]) > MOST:
        return
    how = r.choice(("plain", "wrapped", "clamped", "clamped"))
    index = _index(drawing, shape, rows, how)
    numbers = index.meaning.array
    if how == "clamped":
        numbers = np.clip(numbers, 0, rows - 1)
    at = (*(slice(None) for _ in range(dim)), np.where(numbers < 0, numbers + rows, numbers))
    count = len(shape)
    order = [*range(dim, dim + count), *range(dim), *range(dim + count, count + len(rest))]
    meaning = table.meaning.at(at).transposed(order)
    name, lines = drawing.fresh(), []
    out = [*range(count + len(rest))]
    r.shuffle(out)
    places = [f"%d{count + i}" for i in range(len(rest))]
    places.insert(dim, "%row")
    iterators = ", ".join(f"d{i}" for i in range(count + len(rest)))
    maps = ", ".join(
        f"affine_map<({iterators}) -> ({', '.join(f'd{i}' for i in dims)})>"
        for dims in (range(count), out)
    )
    meaning = meaning.transposed(out)
    kind = tensor(np.shape(meaning.array), table.dtype)
    empty, kinds = drawing.fresh(), ", ".join(['"parallel"'] * len(out))
    lines += [
        f"{empty} = tensor.empty() : {kind}",
        f"{name} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{kinds}]}}",
        f"    ins({index.name} : {index.type}) outs({empty} : {kind}) {{",
        f"^bb0(%x: i32, %z: {table.dtype}):",
        *(f"  %d{i} = linalg.index {i} : index" for i in range(count, len(out))),
        *_row(how, rows),
        f"  %e = tensor.extract {table.name}[{', '.join(places)}] : {table.type}",
        f"  linalg.yield %e : {table.dtype}",
        f"}} -> {kind}",
    ]
    drawing.keep(meaning, lines, [index, table], name)


def _index(drawing: Drawing, shape: list[int], rows: int, how: str) -> Value:
    """The index array: any value of integers where rows are clamped."""
    if how == "clamped" and drawing.r.random() < 0.5:
        return drawing.of_shape(shape, "i32")
    low, high = {"plain": (0, rows), "wrapped": (-rows, rows)}.get(how, (-rows, 2 * rows))
    array = drawing.rng.integers(low, high, shape)
    value = Value(drawing.fresh(), Bounded.exact("i32", array), made=False)
    drawing.arguments.append(value)
    return value


def _row(how: str, rows: int) -> list[str]:
    """From an element of the index array to a row."""
    cast, number = "%row = arith.index_cast", "i32 to index"
    if how == "plain":
        return [f"  {cast} %x : {number}"]
    if how == "clamped":
        return [
            "  %i = arith.index_cast %x : i32 to index",
            "  %least = arith.constant 0 : index",
            f"  %last = arith.constant {rows - 1} : index",
            "  %low = arith.maxsi %i, %least : index",
            "  %row = arith.minsi %low, %last : index",
        ]
    return [
        "  %zero = arith.constant 0 : i32",
        f"  %count = arith.constant {rows} : i32",
        "  %less = arith.cmpi slt, %x, %zero : i32",
        "  %more = arith.addi %x, %count : i32",
        "  %w = arith.select %less, %more, %x : i32",
        f"  {cast} %w : {number}",
    ]
