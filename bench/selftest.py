"""Checks the harness itself: a small product, some peers, and one for each kind of failure."""

from __future__ import annotations

import sys

from bench import host, table, verdict
from bench.measure import Crew, Plan, measure
from bench.peers import FAULTY, PEERS, PeerSpec
from bench.suite.search import F32, product

EXPECTED = {
    "wrong": "wrong result",
    "crashing": "died of SIGABRT",
    "missing": "a_library_that_is_not_there cannot be imported",
    "talking": "",
    "numpy": "",
    "plain": "",
    "morello-hand": "",
}
PLAIN = PeerSpec("plain", "morello:Morello", options={"schedule": "finish"}, ours=True)
"""A generated module under the plain rule."""


def main() -> int:
    """Run it; 0 if every peer fared as it should."""
    workload = product("product", (64, 48, 96), F32, ("fma-f32-avx2",), (), ".*")
    real = [each for each in PEERS if each.name in ("numpy", "morello-hand")]
    plan = Plan((*real, PLAIN, *FAULTY), 0.3, 3, host.cpus(), lambda name: sys.executable)
    crew = Crew(plan)
    try:
        case = measure(workload, crew)
    finally:
        crew.close()
    table.show(workload, case)
    problems = []
    for series in case:
        expected = EXPECTED.get(series.peer)
        if expected is None:
            continue
        if (expected not in series.skipped) or (not expected and series.skipped):
            problems.append(f"{series.peer}: expected '{expected}', got '{series.skipped}'")
    if not verdict.timed(case):
        problems.append("nothing was timed")
    for each in problems:
        print(each, file=sys.stderr)
    print("self-test failed" if problems else "self-test passed")
    return 1 if problems else 0
