"""Rows that are looked up: how they lie as an operand, and what Actions make of them."""

from __future__ import annotations

from dataclasses import replace
from math import gcd

import numpy as np
import pytest
from engine import target

from morello_mlir.action import Finish, Merge, Move, NotApplicable, Tile
from morello_mlir.action.base import Action
from morello_mlir.action.inline import normal
from morello_mlir.action.merge import merges
from morello_mlir.action.winograd import roles_of
from morello_mlir.dtype import F32, I32
from morello_mlir.expr import Apply, Arg, Const
from morello_mlir.graph import Graph, sole
from morello_mlir.impl import Impl, children
from morello_mlir.interpreter import Interpreter, InterpretError, View, memory_of
from morello_mlir.join import JoinError, Part, join
from morello_mlir.layout import permuted, row_major
from morello_mlir.linear import Linear
from morello_mlir.lookup import Lookup
from morello_mlir.memory import Placement
from morello_mlir.spec import Axis, Kind, Operand, Spec
from morello_mlir.traffic import PAGE, runs

TARGET = target()
NAMES = "ijpq"
VARS = tuple(map(Linear.var, NAMES))
ROW = Apply("arith.extsi", (Arg(0, I32),), I32)


def rows(
    table: tuple[int, ...] = (50, 16), dim: int = 0, numbers: tuple[int, int] = (3, 9)
) -> Operand:
    """Rows of a table, by a matrix of numbers."""
    lookup = Lookup(I32, row_major(2), ROW, table, dim)
    rest = tuple(size for d, size in enumerate(table) if d != dim)
    shape = (*numbers, *rest)
    place = Placement("mem", lookup.operand_layout(shape))
    return Operand("A", F32, VARS[: len(shape)], shape, place, lookup=lookup)


def gather(operand: Operand) -> Spec:
    """A copy of the rows."""
    names = NAMES[: len(operand.shape)]
    axes = tuple(Axis(n, Kind.PARALLEL, e) for n, e in zip(names, operand.shape, strict=True))
    output = replace(
        operand.buffered(operand.shape, Placement("mem", row_major(len(names)))), name="C"
    )
    return Spec(axes, (operand,), output, Arg(0, F32), limits=TARGET.limits)


def after(spec: Spec, *actions: Action) -> Impl:
    """What the actions leave, one after the other."""
    impl: Impl
    for action in actions:
        impl = action.apply(spec, TARGET)
        spec = dict(children(impl))["main"].spec  # type: ignore[assignment]
    return impl


@pytest.mark.parametrize("table", [(50, 16), (1, 16), (8, 1024), (40,)])
@pytest.mark.parametrize("dim", [0, -1])
def test_rows_lie_apart_as_rows_of_the_table_do(table: tuple[int, ...], dim: int) -> None:
    dim %= len(table)
    operand = rows(table, dim)
    lookup = operand.lookup
    assert lookup is not None
    outer, inner, *rest = operand.placement.layout.physical_strides(operand.shape)
    assert outer == inner * operand.shape[1]
    assert inner > np.prod(table)
    assert gcd(inner, PAGE) == gcd(lookup.pitch, PAGE)
    assert rest == [1 if dim == 0 else lookup.rows] * (len(table) - 1)
    stretches = 27 * (operand.shape[-1] if len(table) > 1 and dim else 1)
    assert runs(operand, operand.shape) == stretches


def test_axes_are_merged_on_one_side_of_a_row() -> None:
    spec = gather(rows((50, 4, 8)))
    assert [str(m) for m in merges(spec)] == ["merge i j", "merge p q"]
    inside = sole(after(spec, Merge("p", "q")).body.spec)  # type: ignore[union-attr]
    assert inside.inputs[0].lookup == spec.inputs[0].lookup
    numbers = sole(after(spec, Merge("i", "j")).body.spec)  # type: ignore[union-attr]
    lookup = numbers.inputs[0].lookup
    assert lookup is not None and lookup.layout == row_major(1)
    assert numbers.inputs[0].shape == (27, 4, 8)
    with pytest.raises(NotApplicable, match="operand A: p does not follow j"):
        Merge("j", "p").apply(spec, TARGET)
    turned = turned_numbers(rows((50, 4, 8)))
    with pytest.raises(NotApplicable, match="operand A: j does not follow i"):
        Merge("i", "j").apply(gather(turned), TARGET)


def turned_numbers(operand: Operand) -> Operand:
    """The rows, by numbers that lie in the other order."""
    lookup = operand.lookup
    assert lookup is not None
    return replace(operand, lookup=replace(lookup, layout=permuted((1, 0))))


def test_a_copy_is_an_array() -> None:
    impl = after(gather(rows()), Tile("i", 2), Move("A", "L1", "[i][j][p]"))
    parts = dict(children(impl))
    (load,) = parts["load"].spec.inputs
    (main,) = parts["main"].spec.inputs
    assert load.lookup == rows().lookup
    assert main.lookup is None and main.placement.layout == row_major(3)
    nearer = after(gather(rows()), Tile("i", 2), Move("A", "L2"))
    (kept,) = dict(children(nearer))["main"].spec.inputs
    assert kept.lookup == rows().lookup


def test_winograd_takes_no_rows() -> None:
    window = Linear.var("y") + Linear.var("k")
    looked = replace(rows(), map=(VARS[0], window, VARS[2]), dims=())
    taps = Operand("B", F32, (Linear.var("k"), VARS[2], Linear.var("n")), (3, 16, 8), _plain(3))
    out = Operand("C", F32, (VARS[0], Linear.var("y"), Linear.var("n")), (3, 7, 8), _plain(3))
    kinds = {"k": Kind.REDUCTION, "p": Kind.REDUCTION}
    extents = {"i": 3, "y": 7, "n": 8, "k": 3, "p": 16}
    axes = tuple(Axis(n, kinds.get(n, Kind.PARALLEL), e) for n, e in extents.items())
    body = Apply("arith.mulf", (Arg(0, F32), Arg(1, F32)), F32)
    spec = Spec(axes, (looked, taps), out, body, "arith.addf")
    plain = replace(looked, lookup=None, placement=_plain(3))
    assert roles_of(replace(spec, inputs=(plain, taps)))
    with pytest.raises(NotApplicable, match="operand A: has rows that are looked up"):
        roles_of(spec)


def _plain(rank: int) -> Placement:
    return Placement("mem", row_major(rank))


TABLE = np.arange(800, dtype=np.float32).reshape(50, 16)


def ran(numbers: object) -> object:
    """What the plain rule gathers."""
    spec = gather(rows())
    given = memory_of(spec.inputs[0], (TABLE, numbers))
    out = memory_of(spec.output, np.zeros(spec.output.shape))
    impl = Finish().apply(spec, TARGET)
    Interpreter(TARGET).run(impl, [View(given, (0, 0, 0)), View(out, (0, 0, 0))])
    return out.data.reshape(spec.output.shape)


def test_rows_are_where_the_numbers_say() -> None:
    numbers = np.random.default_rng(0).integers(0, 50, (3, 9))
    np.testing.assert_array_equal(ran(numbers), TABLE[numbers])


@pytest.mark.parametrize("number", [50, -1])
def test_a_row_is_one_of_the_table(number: int) -> None:
    numbers = np.zeros((3, 9), int)
    numbers[2, 8] = number
    with pytest.raises(InterpretError, match=f"A: has row {number} of a table of 50"):
        ran(numbers)


def part(operand: Operand, *values: object) -> Part:
    return Part(gather(operand), values)


def test_operands_are_one_with_the_same_lookup_alone() -> None:
    a = rows()
    assert a.lookup is not None
    clamped = Apply("arith.maxsi", (ROW, Const("0", I32)), I32)
    other = replace(a, lookup=replace(a.lookup, row=clamped))
    for second, count in ((a, 1), (other, 2)):
        parts = [part(a, ("t", "x"), "r"), part(second, ("t", "x"), "s")]
        goal = join(parts, frozenset({"r", "s"}), TARGET.limits).goal
        assert isinstance(goal, Graph) and len(goal.inputs) == count


def test_copies_of_rows_are_read_in_place() -> None:
    spec = gather(rows())
    read = replace(spec.output, name="B")
    scaled = Apply("arith.mulf", (Arg(0, F32), Arg(0, F32)), F32)
    reader = Spec(spec.axes, (read,), spec.output, scaled, limits=TARGET.limits)
    parts = [Part(spec, (("t", "x"), "r")), Part(reader, ("r", "s"))]
    goal = normal(join(parts, frozenset({"s"}), TARGET.limits).goal)
    assert isinstance(goal, Spec)
    assert [o.lookup for o in goal.inputs] == [rows().lookup]


@pytest.mark.parametrize(("values", "why"), [(("r", "x"), "rows of"), (("t", "r"), "rows by")])
def test_what_is_looked_up_is_there_before(values: tuple[str, str], why: str) -> None:
    parts = [part(rows(), ("t", "x"), "r"), part(rows(), values, "s")]
    with pytest.raises(JoinError, match=why):
        join(parts, frozenset({"s"}), TARGET.limits)


def test_an_index_array_may_lie_in_any_order() -> None:
    numbers = np.random.default_rng(0).integers(0, 50, (3, 9))
    spec = gather(turned_numbers(rows()))
    given = memory_of(spec.inputs[0], (TABLE, numbers))
    out = memory_of(spec.output, np.zeros(spec.output.shape))
    impl = Finish().apply(spec, TARGET)
    Interpreter(TARGET).run(impl, [View(given, (0, 0, 0)), View(out, (0, 0, 0))])
    np.testing.assert_array_equal(out.data.reshape(3, 9, 16), TABLE[numbers])
