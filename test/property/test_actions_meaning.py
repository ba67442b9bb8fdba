"""Actions keep the meaning: interpreting what any of them makes is doing what the Spec says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from engine import target
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from interpreter import UnmodelledError, View, interpret, meaning

from morello_mlir.action import (
    Accumulate,
    Action,
    Cut,
    Finish,
    Move,
    NotApplicable,
    SplitReduction,
    Tile,
)
from morello_mlir.action.cut import windows
from morello_mlir.action.merge import merges
from morello_mlir.dtype import F32
from morello_mlir.expr import Apply, Arg, Expr
from morello_mlir.graph import sole
from morello_mlir.impl import Impl, Loop, children, open_specs, render, with_child
from morello_mlir.layout import Layout, Part, print_layout, row_major
from morello_mlir.linear import Linear
from morello_mlir.memory import REG, Placement
from morello_mlir.spec import Axis, Border, Kind, Operand, Spec, Start

TARGET = target()
COMBINES = ("arith.addf", "arith.minimumf", "arith.maximumf")


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    """Contractions, windows, elementwise ops and copies, of at most four axes."""
    axes = [
        Axis(name, draw(st.sampled_from(Kind)), draw(st.integers(1, 6)))
        for name in "pqrs"[: draw(st.integers(1, 4))]
    ]
    free = [a.name for a in axes if a.kind is Kind.PARALLEL]
    reduced = [a.name for a in axes if a.kind is Kind.REDUCTION]
    count = draw(st.integers(1, 2))
    used = [set(draw(st.sets(st.sampled_from([a.name for a in axes])))) for _ in range(count)]
    used[0] |= set(reduced) - set().union(*used)
    output = tuple(Linear.var(a) for a in draw(st.permutations(free)))
    body: Expr = Arg(0, F32)
    if count == 2:
        body = Apply(draw(st.sampled_from(["arith.mulf", "arith.subf"])), (body, Arg(1, F32)), F32)
    if draw(st.booleans()):
        body = Apply("math.exp", (body,), F32)
    combine = draw(st.sampled_from(COMBINES)) if reduced else None
    return Spec(
        tuple(axes),
        tuple(
            draw(operands(name, axes, draw(indices(sorted(on))), bordered=True))
            for name, on in zip("AB", used, strict=False)
        ),
        draw(operands("C", axes, output)),
        body,
        combine,
        draw(st.sampled_from([Start.NOTHING, Start.VALUE])) if combine else Start.NOTHING,
        TARGET.limits,
    ).canonical()


@st.composite
def indices(draw: st.DrawFn, names: list[str]) -> tuple[Linear, ...]:
    """Index expressions over the axes: mostly one each, now and then a window of two."""
    rest = list(draw(st.permutations(names)))
    found = []
    while rest:
        taken = [rest.pop() for _ in range(min(len(rest), draw(st.sampled_from([1, 1, 2]))))]
        found.append(Linear.of({n: draw(st.integers(1, 2)) for n in taken}))
    return tuple(found)


@st.composite
def operands(
    draw: st.DrawFn,
    name: str,
    axes: list[Axis],
    index: tuple[Linear, ...],
    *,
    bordered: bool = False,
) -> Operand:
    last = {a.name: a.extent - 1 for a in axes}
    shape = [m.evaluate(last) + 1 + draw(st.integers(0, 2)) for m in index]
    place, border = Placement("mem", row_major(len(index))), None
    if bordered and index and draw(st.booleans()):
        dims = sorted(draw(st.sets(st.integers(0, len(index) - 1), min_size=1)))
        low = [draw(st.integers(0, 2)) if d in dims else 0 for d in range(len(index))]
        for d in dims:
            shape[d] = max(1, shape[d] - low[d] - draw(st.integers(0, 2)))
        index = tuple(m + -w for m, w in zip(index, low, strict=True))
        value = draw(st.sampled_from(["0.0", "0.000000e+00", "0xFF800000", "1.5"]))
        border = Border(value, tuple(dims))
    return Operand(name, F32, index, tuple(shape), place, border=border)


@st.composite
def actions(draw: st.DrawFn, spec: Spec) -> Action:
    kinds = ["tile", "tile", "move", "move", "accumulate", "split", "finish", "cut", "merge"]
    kind = draw(st.sampled_from(kinds))
    cuts = [Cut(w.axis) for w in windows(spec)]
    if kind == "cut" and cuts:
        return draw(st.sampled_from(cuts))
    pairs = list(merges(spec))
    if kind == "merge" and pairs:
        return draw(st.sampled_from(pairs))
    if kind == "tile" and spec.axes:
        axis = draw(st.sampled_from(spec.axes))
        order = draw(st.sampled_from(["serial", "parallel"]))
        return Tile(axis.name, draw(st.integers(1, max(1, axis.extent - 1))), order)
    if kind == "split" and spec.reductions:
        axis = draw(st.sampled_from(spec.reductions))
        count = draw(st.integers(2, max(2, axis.extent)))
        return SplitReduction(axis.name, count, draw(st.sampled_from([REG, "L1"])))
    if kind == "accumulate":
        return Accumulate()
    if kind == "finish":
        return Finish()
    operand = draw(st.sampled_from(spec.operands))
    level = draw(st.sampled_from(["L2", "L1", REG]))
    rank = len(operand.shape)
    if rank == 0 or draw(st.booleans()):
        return Move(operand.name, level)
    parts = [Part(d) for d in draw(st.permutations(range(rank)))]
    parts.append(Part(draw(st.integers(0, rank - 1)), 4))
    lanes = 4 if level == REG else 0
    return Move(operand.name, level, print_layout(Layout(tuple(parts)), operand.dims, lanes))


@st.composite
def programs(draw: st.DrawFn, spec: Spec, depth: int) -> Impl | None:
    """A random program of up to `depth` Actions on any way down; None where none fits."""
    action = draw(actions(spec))
    try:
        impl = action.apply(spec, TARGET)
    except NotApplicable:
        return None
    if not isinstance(action, Finish):
        check_children(impl)
        for label, child in list(children(impl)) if depth > 1 else ():
            impl = with_child(impl, label, draw(programs(sole(child.spec), depth - 1)) or child)
    return impl


def check_children(impl: Impl) -> None:
    """Goals below an Action are canonical, no larger, and have no more left than the one above."""
    spec = impl.spec
    for label, child in children(impl):
        below = sole(child.spec)
        assert below.canonical() == below
        assert len(below.extents) == len(below.axes)
        assert set(below.extents) == {a for o in below.operands for a in o.axes}
        assert below.combine is not None or not below.reductions
        assert not spec.serial or below.serial
        assert below != spec
        for name, amount in below.limits.bytes:
            assert amount <= dict(spec.limits.bytes)[name]
        if label in ("main", "rest"):
            assert below.points <= spec.points - isinstance(impl, Loop)


@settings(max_examples=600, deadline=None)
@given(specs(), st.integers(0, 1 << 30), st.data())
def test_actions_keep_the_meaning(spec: Spec, seed: int, data: st.DataObject) -> None:
    impl = data.draw(programs(spec, 4))
    assume(impl is not None)
    assert impl is not None
    try:
        check(spec, impl, seed)
    except UnmodelledError:
        reject()


def check(spec: Spec, impl: Impl, seed: int) -> None:
    """Interpret the program and compare with what the Spec means."""
    rng = np.random.default_rng(seed)
    arrays = [rng.integers(-3, 4, o.shape).astype(float) for o in spec.operands]
    wanted, got = arrays[-1].copy(), arrays[-1].copy()
    with np.errstate(invalid="ignore"):
        meaning(spec, views(arrays[:-1], wanted))
        interpret(impl, views(arrays[:-1], got))
    assert np.array_equal(got, wanted, equal_nan=True), f"{spec}\n{render(impl)}"


def views(inputs: list[Any], output: Any) -> list[View]:
    return [View(a, (0,) * a.ndim) for a in (*inputs, output)]


P, NEXT, SECOND = Linear.var("p"), Linear.of({"p": 1}, 1), Linear.var("p", 2)


@pytest.mark.parametrize(
    ("read", "written", "action"),
    [
        *((SECOND, P, action) for action in (Move("A", REG), Move("C", REG), Finish())),
        (NEXT, P, Finish()),
        (NEXT, P, Move("A", REG)),
        (P, NEXT, Move("C", REG)),
        (P, NEXT, Finish()),
    ],
    ids=str,
)
def test_indices_that_skip(read: Linear, written: Linear, action: Action) -> None:
    """C[written] += sum over q of A[read, q]."""
    place = Placement("mem", row_major(2)), Placement("mem", row_major(1))
    spec = Spec(
        (Axis("p", Kind.PARALLEL, 8), Axis("q", Kind.REDUCTION, 3)),
        (Operand("A", F32, (read, Linear.var("q")), (17, 3), place[0]),),
        Operand("C", F32, (written,), (17,), place[1]),
        Arg(0, F32),
        "arith.addf",
        Start.VALUE,
        TARGET.limits,
    )
    check(spec, action.apply(spec, TARGET), 0)


@settings(max_examples=200, deadline=None)
@given(specs())
def test_finish_closes_every_spec(spec: Spec) -> None:
    assert not list(open_specs(Finish().apply(spec, TARGET)))
