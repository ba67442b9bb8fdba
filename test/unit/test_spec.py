"""Specs: canonical form, names, keys, and tiles that cover exactly."""

from __future__ import annotations

from itertools import product

from engine import exponential, matmul, operand
from hypothesis import given
from hypothesis import strategies as st

from morello_mlir.dtype import F32
from morello_mlir.expr import Apply, Arg, Expr
from morello_mlir.spec import Axis, Kind, Spec, element_name, name_axes

P, R = Kind.PARALLEL, Kind.REDUCTION


def test_unit_axes_are_gone() -> None:
    spec = matmul(1, 96, 64)
    assert [a.name for a in spec.axes] == ["n", "k"]
    assert spec.inputs[0].axes == {"k"}
    assert spec.inputs[0].dims == ("m", "k")
    assert spec.canonical() is spec


def test_formula() -> None:
    assert matmul().formula() == "C:f32[m, n] += 0 mulf(A:f32[m, k], B:f32[k, n])"
    assert exponential().formula() == "C:f32[i, j] = exp(A:f32[i, j])"


def test_names_follow_roles() -> None:
    maps = (frozenset({0, 3}), frozenset({3, 1}), frozenset({0, 1}))
    assert name_axes((P, P, P, R), maps)[:2] == ("m", "n")
    batched = (frozenset({0, 1, 3}), frozenset({0, 3, 2}), frozenset({0, 1, 2}))
    assert name_axes((P, P, P, R), batched) == ("b", "m", "n", "k")
    assert name_axes((P, P), (frozenset({0, 1}),) * 2) == ("i", "j")
    two_m = (frozenset({0, 1, 2}), frozenset({2, 3}), frozenset({0, 1, 3}))
    assert name_axes((P, P, R, P), two_m) == ("m0", "m1", "k", "n")


def test_names_of_many_operands() -> None:
    names = [element_name(i, 60) for i in range(61)]
    assert len(set(names)) == 61
    assert [names[i] for i in (0, 1, 2, 24, 25, 60)] == ["A", "B", "D", "Z", "A1", "C"]


def test_formula_of_many_operands() -> None:
    inputs = tuple(operand(element_name(i, 11), "i", {"i": 3}) for i in range(11))
    body: Expr = Arg(10, F32)
    for i in range(2):
        body = Apply("arith.addf", (body, Arg(i, F32)), F32)
    spec = Spec((Axis("i", P, 3),), inputs, operand("C", "i", {"i": 3}), body)
    assert spec.formula() == "C:f32[i] = addf(addf(L:f32[i], A:f32[i]), B:f32[i])"


def test_keys_do_not_see_names() -> None:
    extents = {"p": 100, "q": 96, "r": 64}
    renamed = Spec(
        tuple(type(a)(n, a.kind, a.extent) for a, n in zip(matmul().axes, extents, strict=True)),
        (operand("X", "pr", extents), operand("Y", "rq", extents)),
        operand("Z", "pq", extents),
        matmul().body,
        matmul().combine,
        matmul().start,
        matmul().limits,
    )
    assert renamed.key() == matmul().key()
    assert renamed != matmul()
    assert matmul(m=99).key() != matmul().key()


@given(st.integers(2, 30), st.data())
def test_tiles_cover_the_output_exactly(extent: int, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, extent - 1))
    spec = exponential(extent, 3)
    seen = []
    for first in range(0, extent, size):
        left = min(size, extent - first)
        tile = spec.tiled("i", left, size)
        rows, columns = tile.extent_of(tile.output)
        assert tile.output.align[0] in (0, size)
        seen += [(first + i, j) for i, j in product(range(rows), range(columns))]
    assert sorted(seen) == list(product(range(extent), range(3)))
