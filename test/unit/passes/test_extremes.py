"""Which ops are an extremum with its place, and what keeps others from it."""

from __future__ import annotations

import pytest
from extremes import IGNORE, JAX, SIGNED, TORCH, Form
from mlir import ir

from morello_mlir.passes.base import Report
from morello_mlir.passes.linalg_ops import linalg_ops
from morello_mlir.passes.orders import Meaning, Step, meaning_of
from morello_mlir.passes.prepare import prepare

NAN = float("nan")
FIRST = "gives neither the first nor the last place of a maximum or minimum"
POSITION = "carries something else than the position along the axis it reduces"


def prepared(text: str, strict_fp: bool = False) -> tuple[str, str]:
    """The module after `prepare`, and what was said of it."""
    with ir.Context(), ir.Location.unknown():
        module, report = ir.Module.parse(text), Report()
        prepare(module, report, strict_fp)
        module.operation.verify()
        once = str(module)
        prepare(module, Report(), strict_fp)
        assert str(module) == once
        return once, "\n".join(d.message for d in report.diagnostics)


def results(text: str) -> list[int]:
    with ir.Context(), ir.Location.unknown():
        module = ir.Module.parse(text)
        return [len(op.results) for op in linalg_ops(module.operation)]


def test_an_op_becomes_ops_of_one_result_that_read_positions() -> None:
    text, said = prepared(Form(JAX, separate=True, place="i32").text())
    assert max(results(text)) == 1 and not said
    assert text.count("dense<[0, 1, 2, 3, ") == 1
    assert "linalg.index" not in text
    assert text.count("linalg.generic") == 3  # the op that wrote positions down is gone


TAKES_LATER_PLACE_OF_LESS = """
    %more = arith.cmpf ogt, %in, %old : f32
    %value = arith.select %more, %in, %old : f32
    %place = arith.select %more, %at, %here : i64"""
LARGER_PLACE = """
    %more = arith.cmpf ogt, %in, %old : f32
    %value = arith.select %more, %in, %old : f32
    %place = arith.maxsi %at, %here : i64"""
RESTARTS_AFTER_NAN = """
    %more = arith.cmpf ugt, %in, %old : f32
    %value = arith.select %more, %in, %old : f32
    %place = arith.select %more, %here, %at : i64"""
PLACE_OF_NAN_THAT_IS_PASSED_OVER = """
    %value = arith.maxnumf %in, %old : f32
    %more = arith.cmpf ugt, %in, %old : f32
    %place = arith.select %more, %here, %at : i64"""
PLACE_OF_THE_LEAST = """
    %value = arith.maximumf %in, %old : f32
    %more = arith.cmpf olt, %in, %old : f32
    %place = arith.select %more, %here, %at : i64"""


@pytest.mark.parametrize("body", [
    TAKES_LATER_PLACE_OF_LESS, LARGER_PLACE, RESTARTS_AFTER_NAN, PLACE_OF_NAN_THAT_IS_PASSED_OVER,
    PLACE_OF_THE_LEAST,
])  # fmt: skip
def test_bodies_that_come_near_are_left(body: str) -> None:
    text, said = prepared(Form(body).text())
    assert FIRST in said
    assert max(results(text)) == 2


CONSTANT = IGNORE.replace("%old : $f\n    %value", "%least : $f\n    %value")
MIXED = """
    %more = arith.cmpi s$more, %in, %old : i64
    %far = arith.cmpi slt, %in, %here : i64
    %both = arith.andi %more, %far : i1
    %value = arith.select %more, %in, %old : i64
    %place = arith.select %both, %here, %at : i64"""


@pytest.mark.parametrize(("text", "reason"), [
    (Form(CONSTANT).text(), "compares other than its element and the extremum so far"),
    (Form(SIGNED, element="i64", least="-9").text().replace("index 1", "index 0"), POSITION),
    (Form(MIXED, element="i64", least="-9").text(), "compares elements with places"),
    (Form(IGNORE, (5, 7), separate=True).text().replace("index 1", "index 0"), POSITION),
    (Form(IGNORE, (5, 300), place="i8").text(), POSITION),
    (Form(TORCH, least="0x7FC00000").text(), "begins with NaN"),
    (Form(IGNORE).text().replace("%v = linalg.fill ins(%least", "%v = linalg.fill ins(%q")
        .replace("f(%x:", "f(%q: f32, %x:"), "does not begin with constants"),
    (Form(IGNORE, (5, 7)).text().replace('"parallel", "r', '"reduction", "r')
        .replace("(d0, d1) -> (d0)", "(d0, d1) -> ()").replace("<5xf32", "<f32")
        .replace("<5xi64", "<i64"), "reduces along more than one axis"),
])  # fmt: skip
def test_what_is_left_says_why(text: str, reason: str) -> None:
    after, said = prepared(text)
    assert reason in said, said
    assert max(results(after)) == 2


def test_a_payload_that_is_another_tensor_is_left() -> None:
    text = Form(IGNORE, (5, 7), separate=True).text()
    text = text.replace("f(%x:", "f(%other: tensor<5x7xi64>, %x:").replace(
        "%x, %i :", "%x, %other :"
    )
    after, said = prepared(text)
    assert POSITION in said
    assert 2 in results(after)


def test_what_an_op_begins_with_is_among_the_places_of_its_table() -> None:
    """JAX's body would leave 9 for a smaller place, though its element is only equal."""
    assert FIRST in prepared(Form(JAX, none=9).text())[1]
    assert not prepared(Form(JAX, none=-9).text())[1]
    assert not prepared(Form(TORCH, none=9).text())[1]


def test_ops_that_do_more_than_compare_are_passed_over_in_silence() -> None:
    body = """
    %value = arith.addf %in, %old : f32
    %more = arith.cmpf ogt, %in, %old : f32
    %place = arith.select %more, %here, %at : i64"""
    after, said = prepared(Form(body).text())
    assert not said and max(results(after)) == 2


def test_strict_floating_point_wants_every_bit() -> None:
    assert FIRST in prepared(Form(TORCH).text(), strict_fp=True)[1]
    assert FIRST in prepared(Form(JAX).text(), strict_fp=True)[1]  # the sign of a zero
    assert not prepared(Form(JAX, only_place=True).text(), strict_fp=True)[1]


def keeps_first(step: Step) -> tuple[float, int]:
    more = step.element > step.extremum
    return (step.element, step.place) if more else (step.extremum, step.old_place)


def keeps_smaller_place(step: Step) -> tuple[float, int]:
    same = step.element == step.extremum
    place = min(step.place, step.old_place) if same else keeps_first(step)[1]
    return keeps_first(step)[0], place


def test_the_place_that_an_op_begins_with_may_matter() -> None:
    """A smaller place of equal numbers is the first, unless it begins with a larger one."""
    meaning = Meaning("arith.maxnumf", last=False)
    assert meaning_of(keeps_first, True, [(0, 9), (5, 9), (5, 0)], False, False) == meaning
    assert meaning_of(keeps_smaller_place, True, [(0, 0), (5, 0)], False, False) == meaning
    assert meaning_of(keeps_smaller_place, True, [(0, 9), (5, 9), (5, 0)], False, False) is None


@pytest.mark.parametrize(("combine", "element", "extremum", "moves"), [
    ("arith.maximumf", 1.0, 0.0, True), ("arith.maximumf", 0.0, 0.0, False),
    ("arith.maximumf", NAN, 1.0, True), ("arith.maximumf", NAN, NAN, False),
    ("arith.maximumf", 1.0, NAN, False), ("arith.maxnumf", NAN, 1.0, False),
    ("arith.minimumf", -0.0, 0.0, False), ("arith.minsi", -1, 1, True),
    ("arith.minui", -1, 1, False), ("arith.maxui", -1, 1, True), ("arith.maxui", -1, -2, True),
])  # fmt: skip
def test_what_meanings_say(combine: str, element: float, extremum: float, moves: bool) -> None:
    value, place = Meaning(combine, last=False).after(Step(element, extremum, 5, 3))
    assert place == (5 if moves else 3)
    if combine == "arith.minimumf":
        assert str(value) == "-0.0"
