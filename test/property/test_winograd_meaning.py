"""Winograd's Actions keep the meaning, up to rounding: what they make, interpreted in f64."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from interpreter import View, interpret, meaning
from windows import RELAXED, convolution

from morello_mlir.action import Winograd
from morello_mlir.action.winograd import roles_of, tile_count
from morello_mlir.impl import Impl, children, with_child
from morello_mlir.impl import Winograd as WinogradImpl
from morello_mlir.layout import print_layout
from morello_mlir.schedule import Schedule, parse
from morello_mlir.search.algorithms import rewrites, stored_at_points
from morello_mlir.spec import Spec, Start


@st.composite
def goals(draw: st.DrawFn) -> Spec:
    """Windows along one or two dimensions, with batches and groups, in any order of dimensions."""
    two = draw(st.booleans())
    image = "".join(draw(st.permutations("byxgk" if two else "bxgk")))
    filters = "".join(draw(st.permutations("01kgn" if two else "1kgn")))
    result = "".join(draw(st.permutations("byxgn" if two else "bxgn")))
    extent = st.integers(2, 10)
    spec = convolution(
        height=draw(extent),
        width=draw(extent),
        sums=draw(st.integers(1, 5)),
        columns=draw(st.integers(1, 5)),
        batch=draw(st.integers(1, 3)),
        groups=draw(st.integers(1, 3)),
        orders=(image, filters, result),
        start=draw(st.sampled_from([Start.NOTHING, Start.VALUE])),
        swapped=draw(st.booleans()),
    )
    return spec


def check(spec: Spec, impl: Impl) -> None:
    """The program does what the Spec says."""
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(o.shape) for o in spec.operands]
    views, wanted = ([View(a.copy(), (0,) * a.ndim) for a in arrays] for _ in range(2))
    meaning(spec, wanted)
    interpret(impl, views)
    np.testing.assert_allclose(views[-1].array, wanted[-1].array, atol=1e-11)


@given(goals(), st.sampled_from([2, 4]), st.data())
@settings(max_examples=60, deadline=None)
def test_any_blocks_of_any_goal(spec: Spec, results: int, data: st.DataObject) -> None:
    roles = roles_of(spec)
    filters = spec.inputs[roles.filter]
    total = tile_count(spec, roles, results)
    layouts = list(stored_at_points(spec, roles.filter, RELAXED))
    layout = print_layout(layouts[(2, 4).index(results)], filters.dims)
    tiles = data.draw(st.integers(1, total))
    schedule = Schedule().move(filters.name, "mem", layout).winograd(results, tiles)
    assert parse(str(schedule)) == schedule
    check(spec, schedule.apply(spec, RELAXED))


@given(goals())
@settings(max_examples=25, deadline=None)
def test_every_rewrite_of_the_search(spec: Spec) -> None:
    found = list(rewrites(spec, RELAXED))
    assert len(found) >= 2
    for _, schedule in found:
        check(spec, schedule.apply(spec, RELAXED))


def test_the_check_sees_a_wrong_tile_count() -> None:
    """A program with a block too few is found out."""
    spec = convolution(height=8, width=8)
    impl = parse("move B mem [k0^2][k1^2][k][n]\nwinograd 2 4").apply(spec, RELAXED)
    node = next(c for _, c in children(impl) if isinstance(c, WinogradImpl))
    fewer = Winograd(2, 3).apply(node.spec, RELAXED)
    assert isinstance(fewer, WinogradImpl)
    broken = with_child(impl, "main", with_child(fewer, "rest", node.body))
    try:
        check(spec, broken)
    except (AssertionError, IndexError):
        return
    raise AssertionError("nothing was wrong")
