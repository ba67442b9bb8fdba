"""The dialect's attributes, its op, and what verification says of wrong ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mlir import ir

from morello_mlir.dialect import register
from morello_mlir.dialect.morello import (
    SpecOp,
    placement_attribute,
    read_placement,
    read_schedule,
    read_target,
    schedule_attribute,
    target_attribute,
)
from morello_mlir.dialect.verify import faults
from morello_mlir.layout import Layout, Part
from morello_mlir.memory import Placement
from morello_mlir.schedule import Schedule

SPEC = {
    "axes": '["m", "k"]',
    "iterator_types": '["parallel", "reduction"]',
    "extents": "array<i64: 8, 4>",
    "operands": '["A", "C"]',
    "types": '["f32", "f32"]',
    "indexing_maps": "[affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (m)>]",
    "shapes": "[array<i64: 8, 4>, array<i64: 8>]",
    "placements": '[#morello.placement<"mem", #morello.layout<["m", "k"], "[m][k]">>,'
    ' #morello.placement<"mem", #morello.layout<["m"], "[m]">>]',
    "body": '"%0: f32"',
    "combine": '"arith.addf"',
}


@pytest.fixture(autouse=True)
def context() -> Iterator[None]:
    with ir.Context() as made, ir.Location.unknown():
        register(made)
        made.allow_unregistered_dialects = True
        yield


def spec(**changes: str) -> str:
    items = ", ".join(f"{k} = {v}" for k, v in (SPEC | changes).items() if v)
    return f'"morello.spec"() {{{items}}} : () -> ()'


def messages(text: str) -> list[str]:
    return [f.message for f in faults(ir.Module.parse(text))]


def test_registering_twice_does_nothing() -> None:
    register(ir.Context.current)
    assert messages(spec()) == []


def test_registering_in_a_context_that_takes_anything() -> None:
    other = ir.Context()
    other.allow_unregistered_dialects = True
    register(other)
    assert other.is_registered_operation("morello.spec")


def test_the_op_has_its_class() -> None:
    assert isinstance(ir.Operation.parse(spec()).opview, SpecOp)


def test_attributes_keep_their_values() -> None:
    panels = Layout((Part(1), Part(0), Part(1, 32)))
    placement = Placement("L2", panels)
    attribute = placement_attribute(placement, ("k", "n"))
    assert str(attribute) == (
        '#morello.placement<"L2", #morello.layout<["k", "n"], "[n/32][k][32n]">>'
    )
    assert read_placement(attribute) == (placement, ("k", "n"))
    schedule = Schedule().tile("m", 6).on("rest", Schedule().finish()).select("lanes")
    assert read_schedule(schedule_attribute(schedule)) == schedule
    assert read_schedule(ir.StringAttr.get(str(schedule))) == schedule
    assert read_target(target_attribute("znver5", 8)) == ("znver5", 8)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"combin": '"arith.addf"'}, "has an unknown attribute combin; did you mean combine"),
        ({"extents": "array<i64: 8>"}, "has 2 axes, 2 iterator_types and 1 extents"),
        ({"extents": "array<i64: 8, 0>"}, "axis k has extent 0"),
        ({"extents": "array<i32: 8, 4>"}, "extents is not like array<i64: 1, 2>"),
        ({"axes": '["m", "m"]'}, "names two axes alike: m, m"),
        ({"axes": '["m", 3]'}, "axes has elements that are not strings"),
        ({"iterator_types": '["parallel", "window"]'}, "'window' is none of parallel, reduction"),
        ({"operands": '["A", "A"]'}, "wants operands of different names"),
        ({"types": '["f32"]'}, "wants one of types per operand, 2 in all"),
        ({"types": '["f32", "f31"]'}, "operand C: no element type 'f31'"),
        ({"shapes": "[array<i64: 8, 4>, array<i64: 8, 1>]"}, "operand C: 2 sizes, 1 indices"),
        ({"aligns": "[array<i64: 8>, array<i64: 8>]"}, "operand A: 2 sizes, 2 indices, 1 aligns"),
        ({"body": '"%1: f32"'}, "body reads %1 of 1 inputs"),
        ({"body": '"arith.mulf(%0: f32"'}, "body: , or ) expected at 'the end'"),
        ({"body": '"arith.mulf(%0: f32)"'}, "body: : and a type expected at 'the end'"),
        ({"body": '"%0: f32 f32"'}, "body: nothing is expected at 'f32'"),
        ({"body": '"mulf(%0: f32): f32"'}, "body: %N: TYPE, const(...) or an op of arith or math"),
        ({"combine": '"arith.subf"'}, "combine = 'arith.subf' is none of"),
        ({"combine": "", "start": '"value"'}, "reduces along k without combine"),
        ({"start": '"later"'}, "start: 'later' is none of nothing, value, first"),
        ({"limits": "{L4 = 3}"}, "limits has L4 = 3 : i64; write one of mem, L3, L2, L1, reg = N"),
        ({"limits": "[3]"}, "limits is not a dictionary"),
        (
            {"indexing_maps": "[affine_map<(m) -> (m, m)>, affine_map<(m, k) -> (m)>]"},
            "operand A: its map has 1 dimensions, the Spec 2 axes",
        ),
        (
            {"indexing_maps": "[affine_map<(m, k) -> (m mod 2, k)>, affine_map<(m, k) -> (m)>]"},
            "operand A: its index d0 mod 2 is not a sum of axes",
        ),
        (
            {"indexing_maps": "[affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (k)>]"},
            "axis k is a reduction, and indexes the output",
        ),
    ],
)
def test_says_what_is_wrong_with_a_spec(changes: dict[str, str], reason: str) -> None:
    (message,) = messages(spec(**changes))
    assert message.startswith("'morello.spec' op ")
    assert reason in message


def test_attributes_of_other_dialects_are_none_of_ours() -> None:
    assert messages("module attributes {other.thing = 3} {}") == []
    (message,) = messages(spec(**{"morello.nme": '"x"'}))
    assert message == "unknown attribute morello.nme; did you mean morello.name?"


def test_faults_know_their_place() -> None:
    (fault,) = faults(ir.Module.parse('module {\n\n  "a.b"() {morello.nme = 1} : () -> ()\n}'))
    assert (fault.location.start_line, fault.location.start_col) == (3, 3)
