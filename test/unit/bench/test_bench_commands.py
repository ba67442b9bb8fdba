"""The commands beside the main one, and what they are made of."""

import json
import os
import resource
import sys
from argparse import Namespace
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bench import cli, goals, page, search_time, summary, terms
from bench.draw import draws
from bench.fit import fit, ranks, spearman
from bench.page import Check, Page
from bench.peers.base import Unsupported
from bench.peers.command import tool
from bench.program import goal
from bench.suite import WORKLOADS
from bench.suite.search import BF16, F32, U8I8, Types, product
from morello_mlir.dialect.isa import with_instructions
from morello_mlir.price import price
from morello_mlir.schedule import parse
from morello_mlir.target.cpus import cpu_target

TARGET = with_instructions(cpu_target("sapphirerapids"))
CUBE = product("product", (512, 512, 512), F32, (), (), ".*")


@pytest.fixture
def pinned() -> Iterator[None]:
    """Commands pin their process; here that is the process of all tests."""
    if sys.platform != "linux":
        pytest.skip("pins itself as Linux does")
    before = os.sched_getaffinity(0)
    yield
    os.sched_setaffinity(0, before)


def test_ranks_of_equals_are_shared() -> None:
    assert ranks([3.0, 1.0, 3.0, 2.0]).tolist() == [3.5, 1.0, 3.5, 2.0]
    assert spearman([1.0, 2.0, 3.0], [10.0, 20.0, 90.0]) == pytest.approx(1.0)
    assert spearman([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]) == pytest.approx(-1.0)
    assert spearman([1.0, 1.0, 1.0], [3.0, 2.0, 1.0]) == 0.0


def test_a_fit_finds_what_rows_are_made_of() -> None:
    pytest.importorskip("scipy")
    rng = np.random.default_rng(0)
    rows = [{"a": float(x), "b": float(y) * 1e6} for x, y in rng.integers(1, 50, (40, 2))]
    measured = [3.0 * row["a"] + 2e-6 * row["b"] for row in rows]
    found = fit(rows, measured)
    assert found.coefficients == pytest.approx({"a": 3.0, "b": 2e-6})
    assert found.predicted == pytest.approx(measured)
    assert (found.spearman, found.r2, found.error) == pytest.approx((1.0, 1.0, 0.0), abs=1e-3)


def test_a_fit_is_never_negative_and_keeps_what_is_pinned() -> None:
    pytest.importorskip("scipy")
    rows = [{"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 1.0}, {"a": 3.0}]
    assert min(fit(rows, [1.0, 2.0, 6.0]).coefficients.values()) == 0.0
    pinned = fit(rows, [5.0, 3.0, 3.0], {"a": 1.0})
    assert pinned.coefficients == pytest.approx({"a": 1.0, "b": 2.0})


def test_a_fit_weighs_small_programs_as_much_as_large_ones() -> None:
    pytest.importorskip("scipy")
    rows = [{"a": 1.0}, {"a": 1.0}, {"a": 1e6}]
    assert fit(rows, [1.0, 1.0, 2e6]).coefficients["a"] < 1.5


@pytest.mark.parametrize("types", [F32, BF16, U8I8])
def test_draws_are_legal_different_and_the_same_again(types: Types) -> None:
    workload = product("product", (100, 96, 80), types, (), (), ".*")
    spec = goal(workload, TARGET)
    first, again = (
        [text for text, _ in islice(draws(workload, spec, TARGET, 7), 20)] for _ in range(2)
    )
    assert first == again
    assert len(set(first)) == 20


def test_draws_come_to_an_end() -> None:
    workload = product("product", (2, 16, 4), F32, (), (), ".*")
    assert len(list(draws(workload, goal(workload, TARGET), TARGET, 0))) < 1000


def test_counts_times_coefficients_are_the_price() -> None:
    before = terms.coefficients(TARGET.costs)
    for _, impl in islice(draws(CUBE, goal(CUBE, TARGET), TARGET, 1), 10):
        counts = terms.counts(impl, TARGET)
        total = sum(n * before.get(term, 1.0) for term, n in counts.items())
        assert total == pytest.approx(price(impl, TARGET).cycles)
        assert counts[terms.FIXED] >= 512**3 / 32 * 0.999


def test_a_table_of_coefficients_keeps_what_was_not_fitted() -> None:
    before = terms.coefficients(TARGET.costs)
    name = next(each for each in before if "." in each)
    table = terms.table(TARGET.costs, {name: 7.25})
    outer, _, inner = name.partition(".")
    assert table[outer][inner] == 7.25
    assert len(terms.coefficients(TARGET.costs)) == sum(
        len(each) if isinstance(each, dict) else 1 for each in table.values()
    )


def test_a_check_says_whether_it_is_met() -> None:
    assert str(Check("time", 2.0, 3.0, unit=" s")) == "MET time: 2 s, asked at most 3 s"
    assert str(Check("rate", 2.0, 3.0, at_least=True)).startswith("MISSED rate: 2,")
    assert str(Check("x", None, 3.0, reason="no x")) == "UNJUDGED x: asked at most 3 (no x)"


def test_a_page_is_written_and_its_goals_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Page(("what", "how"), [("a", "1")], checks=[Check("a", 1.0, 2.0), Check("b", None, 2.0)])
    out = tmp_path / "page.json"
    page.publish(made, Namespace(json=out, markdown=str(tmp_path / "page.md")))
    assert "| a | 1 |" in capsys.readouterr().out
    assert "| a | 1 |" in (tmp_path / "page.md").read_text()
    lines = list(goals.said(json.loads(out.read_text())))
    assert [line.split()[0] for line in lines] == ["MET", "UNJUDGED"]


def test_goals_of_the_main_record_are_listed() -> None:
    judged = {"goal": {"measure": "peer", "of": ".*", "value": 1.0, "subject": "morello"}}
    verdicts = [
        {**judged, "got": 0.5, "met": False, "reason": ""},
        {**judged, "got": None, "met": None, "reason": "no schedule"},
    ]
    record = {"workloads": [{"name": "w", "verdicts": verdicts}]}
    missed, unjudged = goals.said(record)
    assert missed == "MISSED w, morello: 0.5, asked peer .* 1"
    assert unjudged.startswith("UNJUDGED w, morello: no schedule")


@pytest.mark.skipif(sys.platform != "linux", reason="waits as Linux does")
def test_a_process_is_timed_with_its_memory() -> None:
    hold = "x = b'1' * 300_000_000; import time; time.sleep(0.2)"
    ran = search_time.run([sys.executable, "-c", hold])
    assert ran.seconds >= 0.2
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # which a fork begins with
    assert 3e8 <= ran.bytes < 6e8 + ours
    in_child = f"import os; p = os.fork()\nif p: os.waitpid(p, 0)\nelse:\n  {hold}"
    assert search_time.run([sys.executable, "-c", in_child]).bytes >= 3e8


def test_bytecode_is_kept_whatever_the_shell_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    search_time.run([sys.executable, "-c", "import sys; sys.exit(sys.dont_write_bytecode)"])


@pytest.mark.skipif(sys.platform != "linux", reason="waits as Linux does")
def test_a_process_that_fails_or_hangs_is_a_reason() -> None:
    with pytest.raises(Unsupported, match="exits with 3: no luck"):
        search_time.run(
            [sys.executable, "-c", "import sys; print('no luck', file=sys.stderr); sys.exit(3)"]
        )
    with pytest.raises(Unsupported, match="-9"):
        search_time.run([sys.executable, "-c", "import time; time.sleep(60)"], limit=0.2)


def test_the_report_s_numbers_are_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fake(tool: str, module: Path, flag: str) -> search_time.Ran:
        report = {"specs": 4000, "seconds": 2.0, "boxes": 10, "bytes": 1000}
        Path(flag).write_text(json.dumps(report))
        return search_time.Ran(0.1, 1)

    monkeypatch.setattr(search_time, "_run", fake)
    made = Page(("a",))
    options = Namespace(repeat=3, report_flag="{report}")
    search_time._report(made, "morello-opt", tmp_path, options)
    assert [each.got for each in made.checks] == [2000.0, 400.0, 0.25]
    assert [each.met for each in made.checks] == [False, True, True]


def test_a_report_may_be_goal_by_goal_and_lack_numbers() -> None:
    goal = {"specs": 10, "seconds": {"solve": 1.5, "extract": 0.5}}
    added = search_time.totals({"goals": [goal, {**goal, "boxes": 3}]})
    assert added == {"specs": 20.0, "seconds": 4.0, "boxes": 3.0, "bytes": 0.0}


def test_what_cannot_search_leaves_goals_unjudged(tmp_path: Path) -> None:
    made = Page(("a",))
    options = Namespace(repeat=1, flag="--no-such-pass", report_flag="--no-such-pass")
    morello_opt = tool("morello-opt")
    search_time._times(made, morello_opt, search_time.sizes(tmp_path), 3.0, options)
    search_time._report(made, morello_opt, tmp_path, options)
    assert len(made.checks) == len(search_time.SIZES) + 3
    assert all("no-such-pass" in each.reason for each in made.checks)


def test_workloads_that_are_searched_have_modules(tmp_path: Path) -> None:
    names = {each.name for each in WORKLOADS if search_time.searched(each)}
    assert {"search-f32-64", "conv-7x7x512-512-3x3", "gru-h512-b1-t1"} < names
    assert {"deepbench-u8i8-64x1x1216", "separable-14x14x512-512"} < names
    assert {"softmax-32x2048", "encoder-128x768-3072"} < names
    assert not {"matmul-f32-1024", "bind-overhead", "machine-read"} & names
    found = {each.name: each for each in WORKLOADS}
    text = search_time._written(tmp_path, found["gru-h512-b1-t1"]).read_text()
    assert "scf.for" in text and "linalg.matmul" in text
    assert "tensor.pad" in search_time._written(tmp_path, found["conv-7x7x512-512-3x3"]).read_text()


def recorded(name: str, ours: float, theirs: float, skipped: str = "") -> dict[str, Any]:
    turn = [{"median": 1.0, "least": 1.0, "calls": 1, "busy": 1.0}] * 2
    known = {"threads": 1, "flops": 8, "bytes": 0, "versions": {}, "note": ""}
    series = [
        {"peer": "fma", "ours": False, "peak": True, "skipped": "", "rounds": turn},
        {"peer": "morello", "ours": True, "peak": False, "skipped": skipped},
        {"peer": "other", "ours": False, "peak": False, "skipped": ""},
    ]
    for each, seconds in zip(series[1:], (ours, theirs), strict=True):
        each["rounds"] = [{**turn[0], "median": seconds}] * 2
    return {"name": name, "peaks": ["fma"], "series": [{**known, **each} for each in series]}


def test_a_summary_has_the_mean_of_every_family(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [recorded("deepbench-f32-35x700x2048", 2.0, 4.0), recorded("conv-7x7x5-5-3x3", 2.0, 3.0)]
    about = {"cpu": "one", "family": 1, "model": 2, "caches": {}, "features": [], "cpus": 1}
    known = {"date": "2026-11-21", "command": ["that"], "host": {**about, "load": 0}}
    first = [{**each, "verdicts": []} for each in rows]
    (tmp_path / "a.json").write_text(json.dumps({**known, "workloads": first}))
    rows = [recorded("deepbench-f32-64x1x1216", 4.0, 2.0), recorded("gru-h5-b1-t1", 1, 2, "no")]
    again = [recorded("conv-7x7x5-5-3x3", 2.0, 5.0)]
    goal = {"measure": "ours", "value": 1.0, "of": "morello-apart", "subject": "morello"}
    verdicts = [{"goal": goal, "got": 1.5, "met": True, "reason": ""}]
    apart = recorded("chain-64", 1.0, 2.0)
    apart["series"].append({**apart["series"][1], "peer": "morello-apart"})
    every = [{**each, "verdicts": []} for each in (*rows, *again)]
    every.append({**apart, "verdicts": verdicts})
    (tmp_path / "b.json").write_text(json.dumps({"workloads": every}))
    records = [str(tmp_path / name) for name in ("a.json", "b.json")]
    cli.main(["summary", "--goals", *records, "--markdown", str(tmp_path / "out.md")])
    said = capsys.readouterr().out
    written = (tmp_path / "out.md").read_text()
    assert written.startswith("2026-11-21, one") and written.endswith(said)
    assert "| deepbench-f32-35x700x2048 | 2 s | 0.50 | 0.25 | 2.00 | other |" in said
    assert "| gru-h5-b1-t1 | SKIPPED: no |  | 0.50 |  | other |" in said
    assert "deepbench-f32: 1.000 x the best peer, mean of 2" in said
    assert "conv: 2.500 x the best peer, mean of 1" in said
    assert "MISSED deepbench-f32, mean: 1, asked at least 1.15" in said
    assert "| chain-64 apart | 1 s |" in said
    assert "MET chain-64, morello: 1.5, asked ours morello-apart 1" in said


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("deepbench-server-u8i8-1024x4x512", "deepbench-server-u8i8"),
        ("deepbench-bf16-64x1x1216", "deepbench-bf16"),
        ("search-f32-64", "search-f32"),
        ("lstm-h256-b1-t150", "lstm"),
        ("depthwise-14x14x512-3x3", "depthwise"),
        ("machine-read", "machine-read"),
    ],
)
def test_a_family_shares_what_stands_before_the_sizes(name: str, family: str) -> None:
    assert summary.family(name) == family


def test_all_goals_are_collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def fake(command: list[str], **options: object) -> None:
        asked.append(command)
        if command[3] == "cost-model":
            return
        checks = [{"what": "w", "got": 1.0, "limit": 2.0, "met": True}]
        Path(command[command.index("--json") + 1]).write_text(json.dumps({"checks": checks}))

    monkeypatch.setattr("bench.goals.subprocess.run", fake)
    assert cli.main(["goals", "--folder", str(tmp_path), "--python", "p"]) == 1
    assert len(asked) == 1 + len(goals.COMMANDS)
    assert asked[0][-6:-4] == ["--python", "p"]
    lines = (tmp_path / "goals.md").read_text().splitlines()
    assert "| code-found | 1 | 0 | 0 |" in lines
    assert "- UNJUDGED cost-model" in lines


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([name, "--help"])
    assert left.value.code == 0
    assert f"python -m bench {name}" in capsys.readouterr().out


@pytest.mark.usefixtures("pinned")
def test_a_cost_model_is_judged(tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    options = ["cost-model", "--size", "64", "--schedules", "6", "--rounds", "1", "--k", "0"]
    assert cli.main([*options, "--json", str(out)]) == 0
    kept = json.loads(out.read_text())
    assert len(kept["random"]) == 6
    assert -1 <= kept["checks"][0]["got"] <= 1


@pytest.mark.usefixtures("pinned")
def test_the_cheapest_is_compared_with_the_best_of_k(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def solve(spec: object, target: object) -> SimpleNamespace:
        tiles = "tile m 4; move C reg [m][n/16]<16n>; accumulate; tile k 1; move B reg; finish"
        found = [(2.0, parse("finish")), (1.0, parse(f"tile n 32; {tiles}"))]
        return SimpleNamespace(ranked=lambda k: found[:k])

    monkeypatch.setitem(sys.modules, "morello_mlir.search.solver", SimpleNamespace(solve=solve))
    out = tmp_path / "run.json"
    options = ["cost-model", "--size", "64", "--schedules", "2", "--rounds", "3", "--k", "2"]
    assert cli.main([*options, "--json", str(out)]) == 0
    kept = json.loads(out.read_text())
    assert len(kept["k_best"]) == 2
    assert kept["checks"][1]["got"] > 1.5


@pytest.mark.usefixtures("pinned")
def test_the_cheapest_of_the_search_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run.json"
    options = ["cost-model", "--size", "32", "--schedules", "5", "--rounds", "1", "--k", "3"]
    assert cli.main([*options, "--json", str(out)]) == 0
    kept = json.loads(out.read_text())
    assert len({each["schedule"] for each in kept["k_best"]}) == 3
    assert kept["checks"][1]["got"] >= 1.0
    said = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in said[2:8]] == [
        *(f"| random, {n} to {n} of 5" for n in range(1, 6)),
        "| the 3 best of the search",
    ]


@pytest.mark.usefixtures("pinned")
def test_rows_are_kept_and_fitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("scipy")
    from bench import calibrate

    monkeypatch.setattr(calibrate, "PRODUCTS", ((F32, (64, 64, 64)), (U8I8, (32, 32, 32))))
    rows, costs = tmp_path / "rows.json", tmp_path / "costs.json"
    options = ["calibrate", "--rows", str(rows)]
    assert cli.main([*options, "--measure", "2", "--rounds", "1"]) == 0
    assert len(json.loads(rows.read_text())) == 4
    assert cli.main([*options, "--near", "2", "--rounds", "1"]) == 0
    assert {row["near"] for row in json.loads(rows.read_text())} == {True, False}
    assert cli.main([*options, "--refine", "5"]) == 0
    assert cli.main([*options, "--costs", str(costs)]) == 0
    assert set(json.loads(costs.read_text())) == {
        "about",
        *(name.partition(".")[0] for name in terms.coefficients(TARGET.costs)),
    }
