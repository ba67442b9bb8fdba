"""Any Spec, written to IR, printed, parsed and read, is the same Spec."""

from __future__ import annotations

from math import prod
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from mlir import ir

from morello_mlir.dialect import register
from morello_mlir.dialect.bodies import parse_body, print_body
from morello_mlir.dialect.morello import layout_attribute, read_layout
from morello_mlir.dialect.specs import read_spec, write_spec
from morello_mlir.dialect.verify import faults
from morello_mlir.dtype import ALL, I32, I64
from morello_mlir.expr import COMBINES, Apply, Arg, Const, Expr
from morello_mlir.layout import Layout, Part
from morello_mlir.linear import Linear
from morello_mlir.lookup import Lookup
from morello_mlir.memory import LEVELS, REG, Limits, Placement
from morello_mlir.spec import Axis, Kind, Operand, Spec, Start

DTYPES = st.sampled_from(ALL)
BLOCKS = st.sampled_from([1, 2, 3, 8, 16])


@st.composite
def layouts(draw: st.DrawFn, rank: int, *, gaps: bool = False) -> Layout:
    parts = list(draw(st.permutations([Part(d) for d in range(rank)])))
    for dim in draw(st.lists(st.integers(0, rank - 1), max_size=3)) if rank else []:
        parts.append(Part(dim, draw(BLOCKS)))
    strides = None
    if gaps and parts and draw(st.booleans()):
        strides = tuple(draw(st.integers(1, 99)) for _ in parts)
    return Layout(tuple(parts), strides)


@st.composite
def placements(draw: st.DrawFn, rank: int) -> Placement:
    level = draw(st.sampled_from(LEVELS))
    layout = draw(layouts(rank, gaps=level != REG))
    if level != REG:
        return Placement(level, layout)
    blocks = sum(p.size is not None for p in layout.parts)
    held = draw(st.integers(0, blocks))
    sizes = [p.size or 1 for p in layout.parts[len(layout.parts) - held :]]
    return Placement(level, layout, prod(sizes))


def bodies(inputs: int) -> st.SearchStrategy[Expr]:
    literal = st.sampled_from(["0.0", "1.000000e+00", "-3", "0x7F800000", "true"])
    leaf: st.SearchStrategy[Expr] = st.builds(Const, literal, DTYPES)
    if inputs:
        leaf = st.builds(Arg, st.integers(0, inputs - 1), DTYPES) | leaf
    ops = st.sampled_from(["arith.mulf", "arith.cmpi", "math.exp", "arith.extui"])
    attrs = st.sampled_from(["", "predicate = 2 : i64", "a = {b = [1, 2]}, c"])

    def apply(below: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        args = st.lists(below, min_size=1, max_size=3).map(tuple)
        return st.builds(Apply, ops, args, DTYPES, attrs)

    return st.recursive(leaf, apply, max_leaves=6)


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    combine = draw(st.none() | st.sampled_from(sorted(COMBINES)))
    names = ["m", "n", "k0", "long_name"][: draw(st.integers(0, 4))]
    axes = []
    for name in names:
        kinds = list(Kind) if combine else [Kind.PARALLEL]
        axes.append(Axis(name, draw(st.sampled_from(kinds)), draw(st.integers(1, 40))))
    free = [a.name for a in axes if a.kind is Kind.PARALLEL]
    inputs = tuple(draw(operands(f"A{i}", axes, names)) for i in range(draw(st.integers(0, 3))))
    return Spec(
        tuple(axes),
        inputs,
        draw(operands("C", axes, free)),
        draw(bodies(len(inputs))),
        combine,
        draw(st.sampled_from(Start)) if combine else Start.NOTHING,
        Limits.of(**draw(st.dictionaries(st.sampled_from(LEVELS), st.integers(0, 1 << 40)))),
        draw(st.booleans()),
    )


@st.composite
def operands(draw: st.DrawFn, name: str, axes: list[Axis], allowed: list[str]) -> Operand:
    rank = draw(st.integers(0, 3))
    last = {a.name: a.extent - 1 for a in axes}
    indices, shape = [], []
    for _ in range(rank):
        terms = (
            draw(st.dictionaries(st.sampled_from(allowed), st.integers(-2, 3))) if allowed else {}
        )
        index = Linear.of(terms, draw(st.integers(0, 3)))
        indices.append(index)
        reach = 1 + sum(abs(c) * last[v] for v, c in index.terms)
        shape.append(reach + draw(st.integers(0, 5)))
    placement = draw(placements(rank))
    align = tuple(draw(st.integers(0, 64)) for _ in range(rank))
    lookup = draw(st.none() | lookups(tuple(shape))) if name != "C" else None
    return Operand(
        name, draw(DTYPES), tuple(indices), tuple(shape), placement, align, lookup=lookup
    )


@st.composite
def lookups(draw: st.DrawFn, shape: tuple[int, ...]) -> Lookup:
    rank = draw(st.integers(0, len(shape)))
    dim = draw(st.integers(0, len(shape) - rank))
    rest = list(shape[rank:])
    table = (*rest[:dim], draw(st.integers(1, 99)), *rest[dim:])
    kind = draw(st.sampled_from([I64, I32]))
    row: Expr = Arg(0, kind)
    if draw(st.booleans()):
        row = Apply("arith.maxsi", (row, Const("0", kind)), kind)
    return Lookup(kind, draw(layouts(rank)), row, table, dim)


def context() -> Any:
    made = ir.Context()
    made.enable_multithreading(False)
    register(made)
    return made


CONTEXT = context()


@settings(max_examples=150, deadline=None)
@given(specs())
def test_a_spec_survives_ir(spec: Spec) -> None:
    with CONTEXT, ir.Location.unknown():
        op = ir.Operation.parse(str(write_spec(spec)))
        assert not list(faults(op))
        assert read_spec(op) == spec


@settings(max_examples=150, deadline=None)
@given(bodies(3))
def test_a_body_survives_text(body: Expr) -> None:
    assert parse_body(print_body(body)) == body


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 4).flatmap(lambda rank: st.tuples(st.just(rank), layouts(rank, gaps=True))))
def test_a_layout_survives_ir(drawn: tuple[int, Layout]) -> None:
    rank, layout = drawn
    names = ("k", "n", "d2", "batch")[:rank]
    with CONTEXT:
        attribute = ir.Attribute.parse(str(layout_attribute(layout, names)))
        assert read_layout(attribute) == (layout, 0, names)
