"""Half bytes in the engine: what they take, what a move makes of them, and who reads that."""

from __future__ import annotations

import pytest

from morello_mlir.action import Move, NotApplicable
from morello_mlir.action.move import held
from morello_mlir.dialect.isa import with_instructions
from morello_mlir.dtype import ALL, F32, I4, I8, I32, U4, U8
from morello_mlir.expr import Apply, Arg
from morello_mlir.impl import Move as MoveImpl
from morello_mlir.layout import row_major
from morello_mlir.linear import Linear
from morello_mlir.memory import Placement
from morello_mlir.price import price
from morello_mlir.schedule import Schedule
from morello_mlir.spec import Axis, Kind, Operand, Spec, Start
from morello_mlir.target.cpus import cpu_target
from morello_mlir.target.mapping import mappings
from morello_mlir.traffic import footprint, lines, runs

TARGET = with_instructions(cpu_target("cascadelake"))
MEM = Placement("mem", row_major(2))


def operand(name: str, dtype: object, axes: str, shape: tuple[int, int]) -> Operand:
    return Operand(name, dtype, tuple(map(Linear.var, axes)), shape, MEM)  # type: ignore[arg-type]


def product(weights: object = I4) -> Spec:
    """u8 by i4, 32 x 48 x 64."""
    wide = [Apply("arith.extui", (Arg(0, I8),), I32), Apply("arith.extsi", (Arg(1, I8),), I32)]
    return Spec(
        (
            Axis("m", Kind.PARALLEL, 32),
            Axis("n", Kind.PARALLEL, 48),
            Axis("k", Kind.REDUCTION, 64),
        ),
        (operand("A", U8, "mk", (32, 64)), operand("B", weights, "kn", (64, 48))),
        operand("C", I32, "mn", (32, 48)),
        Apply("arith.muli", tuple(wide), I32),
        "arith.addi",
        Start.VALUE,
        TARGET.limits,
    )


def test_a_value_is_a_byte() -> None:
    assert (I4.value, U4.value, F32.value) == (I8, U8, F32)
    assert (I4.mlir, U4.mlir, I4.bytes) == ("i8", "i8", 1)
    assert [t for t in ALL if t.is_nibble] == [I4, U4]
    assert (I4.size(7), I4.size(8), F32.size(7)) == (4, 4, 28)


def test_half_as_many_lines_are_read() -> None:
    half, whole = (product(t).inputs[1] for t in (I4, I8))
    assert lines(half, (64, 48)) * 2 == lines(whole, (64, 48)) == 48
    assert footprint(half, (1, 48)) == 64 and runs(half, (64, 48)) == runs(whole, (64, 48))
    assert held(half, "L1", TARGET) * 2 == held(whole, "L1", TARGET)


@pytest.mark.parametrize("layout", ("[n/16][k/4][16n][4k]", "[k][n]"))
def test_a_copy_is_of_bytes(layout: str) -> None:
    impl = Move("B", "L1", layout).apply(product(), TARGET)
    assert isinstance(impl, MoveImpl) and impl.load is not None
    load = impl.load.spec
    assert isinstance(load, Spec) and load.is_copy
    read, written = load.operands
    assert (read.dtype, written.dtype, impl.body.spec.operands[1].dtype) == (I4, I8, I8)


def test_a_copy_as_it_lies_is_one_of_half_bytes_only() -> None:
    with pytest.raises(NotApplicable, match="has layout"):
        Move("B", "L1", "[k][n]").apply(product(I8), TARGET)


def test_no_copy_no_change() -> None:
    impl = Move("B", "L2").apply(product(), TARGET)
    assert isinstance(impl, MoveImpl) and impl.body.spec.operands[1].dtype == I4


def test_dot_products_map_to_what_a_copy_has() -> None:
    mapped = [i.name for i in TARGET.instructions if list(mappings(product(), i))]
    assert mapped == [i.name for i in TARGET.instructions if list(mappings(product(I8), i))]
    assert any(name.startswith("dot4_u8s8") for name in mapped)
    no_sign = [i.name for i in TARGET.instructions if list(mappings(product(U4), i))]
    assert not any(name.startswith("dot4_u8s8") for name in no_sign)


def test_reading_them_costs_more_in_lanes() -> None:
    plain = Schedule().finish()
    half, whole = (price(plain.apply(product(t), TARGET), TARGET) for t in (I4, I8))
    assert dict(half.terms)["instructions"] > dict(whole.terms)["instructions"]
