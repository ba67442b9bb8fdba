"""Workloads of the search, the modules and schedules that are generated for them, and peers."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from bench import cli, dtype, hand, measure, op, table, verdict
from bench.module import module_text, product_text
from bench.peers import FAULTY, PEERS, PeerSpec
from bench.peers.base import Unsupported
from bench.peers.morello import ByHand, Morello
from bench.program import goal
from bench.series import Series
from bench.stats import Round
from bench.suite.deepbench import DEEPBENCH, DEVICE, SERVER, served
from bench.suite.search import BF16, F32, SEARCH, U8I8, Sizes, Types, product
from bench.workload import Goal, Measure, Workload
from morello_mlir.dialect.isa import with_instructions
from morello_mlir.impl import open_specs
from morello_mlir.schedule import parse
from morello_mlir.target.cpus import cpu_target

TARGET = with_instructions(cpu_target("sapphirerapids", 2))
L2 = 2 << 20


def small(types: Types = F32, sizes: Sizes = (8, 48, 32), **options: object) -> Workload:
    return product("product", sizes, types, (), (), ".*", **options)  # type: ignore[arg-type]


def named(name: str) -> Workload:
    return next(each for each in (*SEARCH, *DEEPBENCH) if each.name == name)


def test_every_row_of_the_goals_is_there() -> None:
    names = {each.name for each in SEARCH}
    for size in (64, 100, 512, 1000, 1024, 2048, 4000, 128, 200, 256, 300, 700, 1500, 2000, 3000):
        assert {f"search-f32-{size}", f"search-f32-{size}-any"} <= names
    for layout in ("nk", "kn", "any"):
        for left in ("bf16", "f32"):
            assert f"vecmat-{left}-bf16-1x2048x16384-{layout}" in names
            assert f"vecmat-{left}-bf16-1x4096x65536-{layout}" in names
    goals = named("search-f32-1000").goals
    assert [each.value for each in goals] == [1.0, 0.98, 0.95]
    assert named("deepbench-server-f32-512x1x512").goals[0].value == 1.3


def test_only_those_who_may_pack_enter_as_packed() -> None:
    packing = {each.name for each in PEERS if each.packs}
    assert packing == {each.name for each in PEERS if each.name.endswith("-packed")}
    for each in SEARCH:
        allowed = {p for p in packing if re.fullmatch(each.peers, p)}
        assert bool(allowed) == each.packs, each.name


@pytest.mark.parametrize("workload", (*SEARCH, *DEEPBENCH), ids=lambda w: w.name)
def test_every_module_is_one(workload: Workload) -> None:
    ir = pytest.importorskip("mlir.ir")
    with ir.Context():
        assert ir.Module.parse(module_text(workload)).operation.verify()
        assert ir.Module.parse(product_text(workload, "f")).operation.verify()


def test_the_rows_of_deepbench_are_there() -> None:
    assert len(DEVICE) == 13 and len(set(SERVER)) == 75
    assert len(DEEPBENCH) == len({each.name for each in DEEPBENCH}) == 3 * (13 + len(served()))
    assert not set(served()) & set(DEVICE)
    assert {(512, 1, 512), (1024, 700, 512), (8448, 4, 2816), (35, 1500, 2560)} < set(served())
    assert (512, 1, 500000) not in served() and (7680, 6000, 2560) not in served()


def by_hand() -> list[tuple[Workload, int]]:
    rows = [(each, 1) for each in SEARCH if "morello-hand" in each.peers]
    return [*rows, (named("search-f32-1024"), 2)]


@pytest.mark.parametrize(("workload", "threads"), by_hand(), ids=lambda v: getattr(v, "name", v))
def test_schedules_by_hand_fit_every_size(workload: Workload, threads: int) -> None:
    spec = goal(workload, TARGET)
    for text in hand.schedules(workload, threads, L2).values():
        impl = parse(text).apply(spec, TARGET)
        assert not list(open_specs(impl))
        assert ("parallel" in text) == (threads > 1)


def test_the_rule_gives_the_examples() -> None:
    made = hand.schedules(named("search-f32-1024"), 1, L2)["6x64 packed"]
    written = (Path(__file__).parents[3] / "examples/schedules").joinpath(
        "matmul_f32_1024.schedule"
    )
    assert parse(made) == parse(written.read_text())


def test_there_is_no_rule_for_vectors() -> None:
    with pytest.raises(Unsupported, match="no rule"):
        hand.schedules(named("deepbench-f32-64x1x1216"), 1, L2)


@pytest.mark.parametrize("types", [F32, BF16, U8I8])
@pytest.mark.parametrize("transposed", [False, True])
def test_a_reference_is_the_same_in_blocks(
    types: Types, transposed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    workload = small(types, op=op.MATMUL_NK if transposed else op.MATMUL)
    inputs = op.make_inputs(workload)
    whole = op.reference(workload, inputs)
    wide = [dtype.widen(a, o.dtype) for a, o in zip(inputs, workload.inputs, strict=True)]
    np.testing.assert_allclose(whole, wide[0] @ (wide[1].T if transposed else wide[1]))
    monkeypatch.setattr(op, "BLOCK", 160)
    np.testing.assert_allclose(op.reference(workload, inputs), whole)


def computed(peer: Morello, workload: Workload) -> str:
    inputs = [
        dtype.aligned_copy(a, o.dtype)
        for a, o in zip(op.make_inputs(workload), workload.inputs, strict=True)
    ]
    prepared = peer.prepare(workload, inputs)
    prepared.run()
    assert prepared.result is not None
    return op.disagreement(workload, *prepared.result(), op.reference(workload, inputs))


@pytest.mark.parametrize(
    "workload",
    [
        small(),
        small(U8I8),
        small(("f32", "bf16", "f32"), op=op.MATMUL_NK),
        small(BF16, (1, 48, 32), packs=True),
    ],
    ids=["f32", "u8i8", "nk", "any"],
)
def test_generated_modules_compute(workload: Workload) -> None:
    assert computed(Morello({"schedule": "finish"}, 1), workload) == ""


def test_weights_are_packed_before_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under a layout that is given, what is not packed would be wrong, or refused."""
    workload = small(packs=True)
    text = module_text(workload).replace('layout = "any"', 'layout = "[d1/16][d0][16d1]"')
    monkeypatch.setattr("bench.peers.morello.module_text", lambda workload: text)
    assert computed(Morello({"schedule": "finish"}, 1), workload) == ""


@pytest.mark.needs_cpu("avx512f")
def test_the_best_by_hand_is_named() -> None:
    workload = small()
    inputs = [dtype.aligned_copy(a, "f32") for a in op.make_inputs(workload)]
    assert ByHand({}, 1).prepare(workload, inputs).note in hand.schedules(workload, 1, L2)


def test_a_schedule_that_is_refused_is_a_reason() -> None:
    with pytest.raises(Unsupported, match="tile q 4"):
        computed(Morello({"schedule": "tile q 4; finish"}, 1), small())


def series(peer: str, seconds: float, *, ours: bool = False, peak: bool = False) -> Series:
    turns = [Round(seconds, seconds, 10, 1.0)] * 3
    return Series(peer, 1, ours=ours, peak=peak, flops=1000, rounds=turns)


def test_a_goal_may_be_another_of_ours() -> None:
    asked = Goal(Measure.OURS, 0.98, "morello.*")
    workload = Workload("w", "matmul", goals=(asked,))
    case = [series("morello", 2.0, ours=True), series("morello-hand", 4.0, ours=True)]
    (judged,) = verdict.judge(workload, [*case, series("numpy", 0.1)])
    assert judged.got == pytest.approx(2.0)
    assert "best of our morello" in table.verdicts([judged])[0]


def test_a_restricted_row_expels_what_beats_all_of_its_peaks() -> None:
    workload = Workload("w", "matmul", isa="avx512", peaks=("slow", "fast"))
    case = [
        series("slow", 1.0, peak=True),
        series("fast", 0.5, peak=True),
        series("between", 0.7),
        series("beyond", 0.3),
    ]
    measure._expel(workload, case)
    assert [bool(each.skipped) for each in case] == [False, False, False, True]


def test_bytes_are_shown_as_part_of_the_bandwidth() -> None:
    workload = Workload("vecmat", "matmul", bytes=1000, peaks=("read",))
    turns = [Round(2.0, 2.0, 1, 1.0)]
    case = [
        Series("read", 1, peak=True, bytes=1000, rounds=[Round(1.0, 1.0, 1, 1.0)]),
        Series("morello", 1, ours=True, bytes=1000, rounds=turns),
    ]
    assert table.rows(workload, case)[1][6] == "0.50 (0.50)"


@pytest.mark.skipif(sys.platform != "linux", reason="pins processes as Linux does")
def test_who_packs_stays_out_of_other_rows() -> None:
    packer = PeerSpec("packer", FAULTY[3].where, packs=True)
    plan = measure.Plan((packer, FAULTY[0]), 0.02, 2, (0,), lambda name: sys.executable)
    crew = measure.Crew(plan)
    try:
        (only,) = measure.measure(product("p", (8, 8, 8), F32, (), (), "packer"), crew)
    finally:
        crew.close()
    assert "packs weights" in only.skipped


def test_the_schedule_of_the_command_line_is_ours_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plans: list[measure.Plan] = []

    def run(workloads: object, plan: measure.Plan) -> cli.Results:
        plans.append(plan)
        return []

    monkeypatch.setattr(cli, "run", run)
    cli.main(["--only", "^search-f32-64$", "--schedule", "finish"])
    (plan,) = plans
    given = {each.name: each.options.get("schedule") for each in plan.peers}
    assert given["morello"] == "finish"
    assert given["numpy"] is None
