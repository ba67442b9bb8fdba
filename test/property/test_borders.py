"""Windows over borders: cut into pieces, merged, moved and solved, they mean the same."""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy as np
import pytest
from engine import target
from hypothesis import given, settings
from hypothesis import strategies as st
from interpreter import View, interpret, meaning

from morello_mlir.action import Cut, Merge, NotApplicable, Unfold
from morello_mlir.action.cut import products_inside, windows
from morello_mlir.action.merge import merged, merges
from morello_mlir.dtype import F32
from morello_mlir.expr import Apply, Arg, Const, Expr, vanishes
from morello_mlir.impl import Cut as CutImpl
from morello_mlir.impl import Impl
from morello_mlir.layout import permuted, row_major
from morello_mlir.linear import Linear
from morello_mlir.memory import Placement
from morello_mlir.price import price
from morello_mlir.search import reshapes, solver
from morello_mlir.search.solver import solve
from morello_mlir.spec import Axis, Border, Kind, Operand, Spec, Start, has_window

TARGET = target()
MUL = Apply("arith.mulf", (Arg(0, F32), Arg(1, F32)), F32)
PEAK: Expr = Arg(0, F32)


@st.composite
def window_specs(draw: st.DrawFn) -> Spec:
    """Convolutions and pools of one or two windows, with strides, dilations and borders."""
    pools = draw(st.booleans())
    axes, image, taps, out = [], [], [], []
    shape, filters, results, low = [], [], [], []
    for d in range(draw(st.integers(1, 2))):
        extent, size = draw(st.integers(1, 7)), draw(st.integers(1, 4))
        step, apart = draw(st.integers(1, 3)), draw(st.integers(1, 2))
        before, after = draw(st.integers(0, 3)), draw(st.integers(0, 3))
        axes += [Axis(f"m{d}", Kind.PARALLEL, extent), Axis(f"k{d}", Kind.REDUCTION, size)]
        reach = (extent - 1) * step + (size - 1) * apart + 1
        image.append(Linear.of({f"m{d}": step, f"k{d}": apart}, -before))
        shape.append(max(1, reach - before - after))
        low.append(before)
        taps.append(Linear.var(f"k{d}"))
        out.append(Linear.var(f"m{d}"))
        filters.append(size)
        results.append(extent)
    channels, columns = draw(st.integers(1, 5)), draw(st.integers(1, 20))
    axes.append(Axis("n", Kind.PARALLEL, channels if pools else columns))
    if pools:
        image.append(Linear.var("n"))
        body, combine, value = PEAK, "arith.maximumf", "0xFF800000"
    else:
        axes.append(Axis("c", Kind.REDUCTION, channels))
        image.append(Linear.var("c"))
        taps += [Linear.var("c"), Linear.var("n")]
        body, combine, value = MUL, "arith.addf", "0.000000e+00"
    shape.append(channels)
    border = Border(value, tuple(range(len(low))))
    operands = [Operand("A", F32, tuple(image), tuple(shape), _plain(len(shape)), border=border)]
    if not pools:
        sizes = (*filters, channels, columns)
        operands.append(Operand("B", F32, tuple(taps), sizes, _plain(len(sizes))))
    sizes = (*results, channels if pools else columns)
    result = Operand("C", F32, (*out, Linear.var("n")), sizes, _plain(len(sizes)))
    start = draw(st.sampled_from([Start.NOTHING, Start.VALUE]))
    return Spec(
        tuple(axes), tuple(operands), result, body, combine, start, TARGET.limits
    ).canonical()


def _plain(rank: int) -> Placement:
    return Placement("mem", row_major(rank))


def _same(spec: Spec, impl: Impl) -> None:
    rng = np.random.default_rng(len(spec.axes))
    arrays = [rng.integers(-3, 4, o.shape).astype(float) for o in spec.operands]
    wanted, got = arrays[-1].copy(), arrays[-1].copy()
    meaning(spec, _views(arrays[:-1], wanted))
    interpret(impl, _views(arrays[:-1], got))
    assert np.array_equal(got, wanted), spec


def _views(inputs: list[Any], output: Any) -> list[View]:
    return [View(a, (0,) * a.ndim) for a in (*inputs, output)]


@settings(max_examples=300, deadline=None)
@given(window_specs())
def test_cuts_keep_the_meaning_and_count_what_is_inside(spec: Spec) -> None:
    for window in windows(spec):
        try:
            impl = Cut(window.axis).apply(spec, TARGET)
        except NotApplicable:
            continue
        assert isinstance(impl, CutImpl)
        _same(spec, impl)
        done = sum(impl.bodies[p.body].spec.points for p in impl.pieces)
        inside = [w for w in windows(spec) if {w.axis, w.other} == {window.axis, window.other}]
        others = products_inside(spec) * spec.points
        assert others <= done + 1e-6 and done <= spec.points and inside
        for body in impl.bodies:
            dims = body.spec.inputs[window.position].border
            assert dims is None or window.dim not in dims.dims


@settings(max_examples=100, deadline=None)
@given(window_specs())
def test_unfolding_keeps_the_meaning(spec: Spec) -> None:
    if has_window(spec.inputs[0]):
        _same(spec, Unfold("A", "L3").apply(spec, TARGET))


@settings(max_examples=25, deadline=None)
@given(window_specs())
def test_what_the_search_finds_over_borders_is_right_and_priced(spec: Spec) -> None:
    solved = solve(spec, TARGET)
    _same(spec, solved.impl)
    assert price(solved.impl, TARGET).cycles == pytest.approx(solved.cycles, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(window_specs())
def test_what_begins_with_a_copy_without_windows_is_right_and_priced(spec: Spec) -> None:
    with mock.patch.object(reshapes, "DEAR", 1e9), mock.patch.object(solver, "DEAR", -1.0):
        solved = solve(spec, TARGET)
    ways = [edge.action for edge in solved.node.edges()]
    if len(spec.inputs) == 2 and has_window(spec.inputs[0]) and "n" in spec.extents:
        assert any(action.startswith(("unfold", "merge")) for action in ways)
    _same(spec, solved.impl)
    # Copies into small buffers are searched with the rows of the largest: dearer, never cheaper.
    cycles = price(solved.impl, TARGET).cycles
    assert 0.75 * solved.cycles < cycles < solved.cycles * (1 + 1e-9)


def _sums(layout: tuple[int, ...], *, gap: int = 0) -> Spec:
    """C[i, j] = A[i, j] over 5 x 7, A in some order, with `gap` columns more than are read."""
    axes = (Axis("i", Kind.PARALLEL, 5), Axis("j", Kind.PARALLEL, 7))
    index = (Linear.var("i"), Linear.var("j"))
    place = Placement("mem", permuted(layout))
    a = Operand("A", F32, index, (5, 7 + gap), place)
    c = Operand("C", F32, index, (5, 7), Placement("mem", row_major(2)))
    return Spec(axes, (a,), c, Apply("math.exp", (Arg(0, F32),), F32))


def test_axes_are_merged_only_where_all_operands_walk_them_as_one() -> None:
    assert list(merges(_sums((0, 1)))) == [Merge("i", "j")]
    assert not list(merges(_sums((1, 0))))
    assert not list(merges(_sums((0, 1), gap=1)))
    spec = _sums((0, 1))
    assert str(merged(spec, "i", "j")) == "C:f32[i] = exp(A:f32[i]) | i=35 | A mem, C mem"
    _same(spec, Merge("i", "j").apply(spec, TARGET))


@pytest.mark.parametrize(
    ("combine", "value", "neutral"),
    [
        ("arith.maximumf", "0xFF800000", True),
        ("arith.minimumf", "0x7F800000", True),
        ("arith.minimumf", "0x7FC00000", False),  # not a number
        ("arith.maximumf", "0x7F800000", False),
        ("arith.addf", "-0.0", True),
        ("arith.addf", "1.0", False),
    ],
)
def test_only_what_changes_nothing_is_left_out(combine: str, value: str, neutral: bool) -> None:
    assert vanishes(PEAK, combine, 0, Const(value, F32)) is neutral
    assert vanishes(MUL, combine, 0, Const(value, F32)) is (neutral and combine == "arith.addf")


def test_refusals_say_why() -> None:
    spec = _sums((1, 0))
    with pytest.raises(NotApplicable, match="operand A: j does not follow i without a gap"):
        Merge("i", "j").apply(spec, TARGET)
    with pytest.raises(NotApplicable, match="axis i: shares no dimension of a border"):
        Cut("i").apply(spec, TARGET)
