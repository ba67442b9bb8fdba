"""Winograd's transforms: exact matrices, their code, and when the Actions fit."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from windows import RELAXED, at_points, convolution

from morello_mlir.action import NotApplicable, Tile, Transform, Winograd
from morello_mlir.dtype import BF16, F32
from morello_mlir.expr import Apply, Arg
from morello_mlir.impl import Winograd as WinogradImpl
from morello_mlir.impl import children, headline, open_specs
from morello_mlir.layout import Layout, Part, parse_layout, print_layout
from morello_mlir.linear import Linear
from morello_mlir.price import explain, price
from morello_mlir.schedule import Schedule, ScheduleError, parse
from morello_mlir.search.printed import schedule_of
from morello_mlir.search.scheduler import Scheduler, fingerprint
from morello_mlir.spec import Spec, Start
from morello_mlir.windowed import Windowed, windowed
from morello_mlir.winograd import POINTS, TAPS, Matrix, code_of, transforms

LINES = {2: (5, 4, 4), 4: (9, 12, 12)}


def product(matrix: Matrix, vector: list[Fraction]) -> list[Fraction]:
    return [sum((a * b for a, b in zip(row, vector, strict=True)), Fraction()) for row in matrix]


def run(matrix: Matrix, vector: list[Fraction]) -> list[Fraction]:
    """A matrix times a vector, by its code."""
    code, values = code_of(matrix), list(vector)
    for line in code.lines:
        plus = values[line.plus] if line.plus is not None else Fraction()
        values.append(line.factor * values[line.of] + plus)
    return [values[r] for r in code.results]


@pytest.mark.parametrize("results", POINTS)
def test_transforms_are_exact(results: int) -> None:
    rng, made = random.Random(results), transforms(results)
    for _ in range(20):
        taps = [Fraction(rng.randint(-9, 9)) for _ in range(TAPS)]
        image = [Fraction(rng.randint(-9, 9)) for _ in range(results + TAPS - 1)]
        sums = [a * b for a, b in zip(run(made.taps, taps), run(made.image, image), strict=True)]
        direct = [sum(taps[k] * image[i + k] for k in range(TAPS)) for i in range(results)]
        assert run(made.result, sums) == direct


@pytest.mark.parametrize("results", POINTS)
def test_code_is_the_matrix_in_few_lines(results: int) -> None:
    made = transforms(results)
    for matrix, lines in zip((made.taps, made.image, made.result), LINES[results], strict=True):
        vector = [Fraction(3 * i + 1, i + 2) for i in range(len(matrix[0]))]
        assert run(matrix, vector) == product(matrix, vector)
        assert len(code_of(matrix).lines) == lines


def test_a_layout_of_points() -> None:
    names = ("k0", "k1", "k2", "n")
    text = "[k0^4][k1^4][n/16][k2][16n]"
    layout, _ = parse_layout(text, names)
    assert print_layout(layout, names) == text
    assert layout.is_transformed
    assert layout.physical_shape((3, 3, 5, 33)) == (6, 6, 3, 5, 16)
    with pytest.raises(ValueError, match="block of points"):
        parse_layout("[k0][3k0^4][k1][k2][n]", names)
    with pytest.raises(ValueError, match="has no blocks"):
        Layout((Part(0, results=2), Part(0, 2)))


def test_roles_by_maps_alone() -> None:
    spec = convolution(batch=2, groups=3, orders=("byxgk", "01kgn", "byxgn"))
    roles = windowed(spec)
    assert isinstance(roles, Windowed)
    assert (roles.image, roles.filter) == (0, 1)
    assert [(w.slide, w.tap) for w in roles.windows] == [("y", "k0"), ("x", "k1")]
    assert (roles.batch, roles.groups) == (("b",), ("g",))
    assert (roles.columns, roles.sums) == (("n",), ("k",))
    swapped = windowed(convolution(swapped=True))
    assert isinstance(swapped, Windowed)
    assert (swapped.image, swapped.filter) == (1, 0)


def strided(spec: Spec) -> Spec:
    image = spec.inputs[0]
    m = image.map[0] + Linear.var("y")
    return spec.with_operand(0, replace(image, map=(m, *image.map[1:])))


def of_bf16(spec: Spec) -> Spec:
    inputs = tuple(replace(o, dtype=BF16) for o in spec.inputs)
    body = Apply("arith.mulf", (Arg(0, BF16), Arg(1, BF16)), BF16)
    return replace(spec, inputs=inputs, output=replace(spec.output, dtype=BF16), body=body)


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (strided(convolution()), "no input is indexed by a parallel axis plus a reduction axis"),
        (of_bf16(convolution()), "has type bf16; all must be f32 or f64"),
        (convolution(taps=5), "axis k0: has 5 taps, not 3"),
        (replace(convolution(), start=Start.FIRST), "the loop around tiles a reduction"),
        (replace(convolution(), combine="arith.maximumf"), "is no sum of products"),
        (convolution(), "operand B: is not stored at points; move B mem"),
        (at_points(convolution(), 2), "operand B: is not stored at points"),
        (at_points(convolution(height=4, width=4), 4), "7 of 1 tiles at a time; take 1 to 1"),
    ],
)
def test_what_does_not_fit_says_why(spec: Spec, reason: str) -> None:
    with pytest.raises(NotApplicable, match=reason):
        Winograd(4, 7).apply(spec, RELAXED)


def test_only_where_accuracy_is_relaxed() -> None:
    strict = replace(RELAXED, accuracy="strict")
    with pytest.raises(NotApplicable, match="accuracy=relaxed"):
        Winograd(4, 1).apply(at_points(convolution(), 4), strict)
    with pytest.raises(ScheduleError, match="accuracy=relaxed"):
        parse("move B mem [k0^4][k1^4][k][n]").apply(convolution(), strict)


def test_nothing_else_reads_points() -> None:
    for text in ("finish", "tile y 1; tile x 1; tile n 16; move C reg; accumulate; finish"):
        with pytest.raises(ScheduleError, match="points"):
            parse(text).apply(at_points(convolution(), 4), RELAXED)
    with pytest.raises(NotApplicable, match="copies taps to points alone"):
        Transform().apply(convolution(), RELAXED)


SCHEDULE = "move B mem [k0^2][k1^2][k][n]\nwinograd 2 5\ntile t 1\nfinish"


def test_a_schedule_is_its_text() -> None:
    schedule = parse(SCHEDULE)
    assert str(schedule) == SCHEDULE
    built = Schedule().move("B", "mem", "[k0^2][k1^2][k][n]").winograd(2, 5).tile("t", 1).finish()
    assert built == schedule
    impl = schedule.apply(convolution(), RELAXED)
    assert not list(open_specs(impl))
    assert schedule_of(impl, RELAXED).apply(convolution(), RELAXED) == impl


def test_blocks_and_what_is_left() -> None:
    impl = Winograd(4, 5).apply(at_points(convolution(height=9, width=14), 4), RELAXED)
    assert headline(impl) == "winograd in 2 x 5 + 2 tiles of 4 x 4"
    assert [label for label, _ in children(impl)] == ["main", "rest"]
    assert isinstance(impl, WinogradImpl)
    assert impl.body.spec.extents == {"p": 36, "t": 5, "n": 20, "k": 12}
    assert impl.rest is not None
    assert impl.rest.spec.extents == {"p": 36, "t": 2, "n": 20, "k": 12}


def test_a_filter_stays_near_from_block_to_block() -> None:
    one, two = (Winograd(4, n).apply(at_points(convolution(), 4), RELAXED) for n in (6, 3))
    assert next(open_specs(one)).inputs[1].placement.level == "mem"
    assert next(open_specs(two)).inputs[1].placement.level == "L2"


@pytest.mark.parametrize("start", [Start.NOTHING, Start.VALUE])
def test_shares_add_up_to_the_price(start: Start) -> None:
    spec = replace(convolution(height=9, width=14), start=start)
    impl = parse(SCHEDULE).apply(spec, RELAXED)
    *rows, last = explain(impl, RELAXED).splitlines()
    totals = [float(row.split("  ")[-2].split()[-1]) for row in rows if row.rstrip()[-1].isdigit()]
    total = price(impl, RELAXED)
    assert abs(sum(totals) - total.cycles) <= len(rows)
    assert f"{total.cycles:.0f}" in last
    assert dict(total.terms)["transforms"] > 0


def test_a_filter_that_comes_slowly_is_waited_for() -> None:
    """One tile's products are nothing beside the filter's way from memory."""
    spec = at_points(convolution(height=4, width=4, sums=256, columns=256), 4)
    impl = parse("winograd 4 1\nfinish").apply(spec, RELAXED)
    assert isinstance(impl, WinogradImpl)
    lines = 36 * 256 * 256 * F32.bytes / 64
    slow = lines * RELAXED.costs.of("copied", "mem")
    body = price(impl.body, RELAXED).cycles
    assert price(impl, RELAXED).cycles >= slow
    assert dict(price(impl, RELAXED).terms).get("arrivals", 0.0) >= max(0.0, slow - body) - 1


def test_tiles_of_the_goal_are_goals_too() -> None:
    """A loop around changes nothing but the extents, and where views begin."""
    loop = Tile("n", 16).apply(at_points(convolution(columns=32), 4), RELAXED)
    inner = Winograd(4, 2).apply(loop.body.spec, RELAXED)  # type: ignore[union-attr]
    assert next(open_specs(inner)).extents["n"] == 16


def test_the_search_begins_with_it_only_if_it_may() -> None:
    spec = convolution(height=14, width=14, sums=16, columns=16)
    texts = {}
    for accuracy in ("strict", "relaxed"):
        target = replace(RELAXED, accuracy=accuracy)
        answer = Scheduler(target).plan(spec)
        texts[accuracy] = str(answer.schedule)
        assert answer.schedule.apply(spec, target)
        found = price(answer.schedule.apply(spec, target), target).cycles
        assert answer.cycles[0] == pytest.approx(found)
        assert answer.statistics.bound <= answer.cycles[0]
    assert "winograd" not in texts["strict"]
    assert texts["relaxed"].startswith("move B L2 [k0^4][k1^4]")


def test_what_is_known_is_keyed_by_accuracy() -> None:
    assert fingerprint(RELAXED) != fingerprint(replace(RELAXED, accuracy="strict"))
