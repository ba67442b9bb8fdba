"""Processes of peers, from their start to their end, and the command line."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from bench import cli, document
from bench.measure import Crew, Plan, measure
from bench.peers import FAULTY, PEERS, PeerSpec
from bench.process import PeerProcess
from bench.protocol import PeerError
from bench.suite.schedules import F32, matmul

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pins processes as Linux does")
CPUS = tuple(sorted(os.sched_getaffinity(0))) if sys.platform == "linux" else ()
TALKING = next(each for each in FAULTY if each.name == "talking")
WORKLOAD = matmul((8, 8, 8), F32, (), ())


def plan(*peers: PeerSpec) -> Plan:
    return Plan(peers, 0.02, 2, CPUS, lambda name: sys.executable)


def test_every_failure_is_a_reason() -> None:
    crew = Crew(plan(*FAULTY))
    try:
        case = measure(WORKLOAD, crew)
        again = measure(WORKLOAD, crew)
    finally:
        crew.close()
    reasons = {each.peer: each.skipped for each in case}
    assert "wrong result: 1 of 64" in reasons["wrong"]
    assert reasons["crashing"].startswith("died of SIGABRT")
    assert "cannot be imported" in reasons["missing"]
    assert reasons["talking"] == ""
    assert reasons == {each.peer: each.skipped for each in again}
    assert [len(each.rounds) for each in case if not each.skipped] == [2]


def test_a_process_is_pinned_stopped_and_ended() -> None:
    process = PeerProcess(TALKING, 1, sys.executable, CPUS)
    pid = process.process.pid
    assert os.sched_getaffinity(pid) == {CPUS[0]}
    deadline = time.monotonic() + 5
    while _state(pid) != "T" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert _state(pid) == "T"
    process.close()
    assert not process.alive


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_an_interpreter_that_is_not_there_is_a_reason() -> None:
    with pytest.raises(PeerError, match="No such file"):
        PeerProcess(TALKING, 1, "/nowhere/python", CPUS)


def test_too_many_threads_are_a_reason() -> None:
    crew = Crew(plan(TALKING))
    asked = matmul((8, 8, 8), F32, (), (), threads=(len(CPUS) + 1,))
    (series,) = measure(asked, crew)
    crew.close()
    assert "CPUs" in series.skipped


def test_a_peer_for_other_instructions_stays_out() -> None:
    crew = Crew(plan(TALKING))
    (series,) = measure(matmul((8, 8, 8), F32, (), (), isa="avx2"), crew)
    crew.close()
    assert "this one is avx2" in series.skipped


def test_peers_are_named_once() -> None:
    names = [each.name for each in PEERS]
    assert len(names) == len(set(names))


def test_interpreters_go_to_the_peers_they_name() -> None:
    choose = cli.interpreters(["/a/python", "jax.*=/b/python"])
    assert choose("torch") == "/a/python"
    assert choose("jax-avx2") == "/b/python"
    assert choose("morello") == choose("machine") == sys.executable


def test_the_command_line_lists_and_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--list", "--only", "u8i8"]) == 0
    assert "matmul-u8i8-1024" in capsys.readouterr().out
    assert cli.main(["--only", "no such workload"]) == 2


def test_a_run_writes_json_and_markdown(tmp_path: Path) -> None:
    out, table = tmp_path / "run.json", tmp_path / "run.md"
    options = ["--only", "bind", "--peers", "numpy", "--seconds", "0.01", "--rounds", "2"]
    assert cli.main([*options, "--json", str(out), "--markdown", str(table)]) == 0
    kept = json.loads(out.read_text())
    assert kept["workloads"][0]["series"][0]["peer"] == "numpy"
    assert kept["host"]["python"]
    assert "\n| workload " in table.read_text()


def test_a_heading_names_no_folder_of_the_machine() -> None:
    host = {"cpu": "c", "family": "6", "model": "1", "caches": {}, "features": [], "cpus": 2}
    recorded = {
        "date": "2030-01-01T00:00:00Z",
        "command": ["python", "--python", "jax.*=/somewhere/bin/python3", "--json", "/a/b.json"],
        "host": {**host, "load": 0.1},
        "plan": {"seconds": 1.0, "rounds": 7},
        "workloads": [],
    }
    assert "`python --python jax.*=python3 --json b.json`" in document.heading(recorded)


def test_results_go_into_a_section_of_a_document(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb\n")
    document.place(f"{path}#x", "new\n")
    assert path.read_text() == "a\n<!-- bench:x -->\n\nnew\n\n<!-- /bench:x -->\nb\n"
    with pytest.raises(document.DocumentError, match="bench:y"):
        document.place(f"{path}#y", "new")
