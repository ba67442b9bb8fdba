"""Lanes of half bytes: which bytes are loaded for them, and by which half."""

from __future__ import annotations

import re

import pytest

from morello_mlir.dtype import I4, U4, DType
from morello_mlir.layout import row_major
from morello_mlir.linear import Linear
from morello_mlir.passes.emit.access import load
from morello_mlir.passes.emit.view import Elements, MemoryView
from morello_mlir.passes.emit.writer import Writer
from morello_mlir.target.cpus import cpu_target

V3 = cpu_target("x86-64-v3")


def written(start: Linear, valid: int, lanes: int, dtype: DType = U4) -> str:
    """What is written for lanes of a row of 100 that begin at `start`."""
    layout, writer = row_major(1), Writer()
    writer.ranges["%i"] = 5
    view = MemoryView("%m", "memref<50xi8>", dtype, layout, (100,), (1,), (start,), Linear())
    index = [(i,) if i < valid else None for i in range(lanes)]
    load(view, Elements.of(index), writer, V3)
    return writer.text()


def loads(text: str) -> list[str]:
    return re.findall(r"(?:vector|memref)\.load .*", text)


def test_an_even_start_is_one_load() -> None:
    text = written(Linear.var("%i", 16), 16, 16)
    (only,) = loads(text)
    assert only.endswith("memref<50xi8>, vector<8xi8>")
    assert "vector.interleave" in text and "xori" not in text


def test_an_odd_start_takes_the_next_bytes_too() -> None:
    text = written(Linear((), 3), 4, 4)
    first, second = loads(text)
    assert "arith.constant 1 : index" in text and "arith.constant 2 : index" in text
    assert first.endswith("vector<2xi8>") and second.endswith("vector<2xi8>")


def test_an_unknown_start_is_divided_once() -> None:
    text = written(Linear.var("%i", 7), 8, 8)
    assert len(loads(text)) == 2 and text.count("floordiv 2") == 2
    assert "arith.shrui" in text and "arith.index_cast" in text


def test_signs_come_last() -> None:
    text = written(Linear(), 8, 8, I4)
    assert re.search(r"interleave.*\n.*xori.*vector<8xi8>\n.*subi.*vector<8xi8>", text)


@pytest.mark.parametrize("valid", range(1, 8))
def test_rests_touch_none_but_their_own_bytes(valid: int) -> None:
    text = written(Linear(), valid, 8)
    numbers = dict(re.findall(r"(%\w+) = arith.constant (\d+) : index", text))
    sizes = {"memref": 1, **{f"vector<{n}xi8>": n for n in (1, 2, 4)}}
    touched = set()
    for line in loads(text):
        at = int(numbers[re.findall(r"%m\[(%\w+)\]", line)[0]])
        size = sizes[line.rsplit(" ", 1)[1]] if line.startswith("vector") else 1
        touched |= set(range(at, at + size))
    assert touched == set(range(-(-valid // 2)))
