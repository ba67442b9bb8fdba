"""`python -m bench same-clock`: products and convolutions of ours against the peak at one clock.

Many CPUs lower their clock under wide multiply-adds fed from caches, but less under a loop of
nothing else; then no product reaches the peak of a turn of its own. Here a burst of that loop runs
before and after every sample of a product, so that both see the same clock. Schedules are what the
search finds, and the best by the rule of `hand.py`, which has none for convolutions.
"""

from __future__ import annotations

import argparse
import re

from bench import hand, host, page
from bench.page import Check, Page
from bench.peers import SYNTHESIZE
from bench.peers.base import Unsupported
from bench.peers.morello import L2_BYTES
from bench.program import Bench
from bench.suite.layers import LAYERS
from bench.suite.search import BY_HAND, SEARCH
from bench.workload import Measure, Workload

ROWS = "search-f32-(?!.*-any)|conv-"
"""The workloads that the command knows."""


def configure(made: argparse.ArgumentParser) -> None:
    """The command's options."""
    page.configure(made)
    made.add_argument("--only", metavar="REGEX", default="", help="workloads whose name has it")
    made.add_argument("--rounds", type=int, default=5, help="turns of every schedule")
    made.add_argument("--schedule", metavar="TEXT", default=SYNTHESIZE, help="instead of a search")


def main(options: argparse.Namespace) -> int:
    """Measure and publish."""
    made = Page(("workload", "found", "by hand", "found/by hand", "best by hand"))
    try:
        bench = Bench(options.cpu)
    except Unsupported as reason:
        print(f"same-clock: {reason}")
        return 1
    for workload in (*SEARCH, *LAYERS):
        if re.match(ROWS, workload.name) and re.search(options.only, workload.name):
            _add(made, bench, workload, options)
    page.publish(made, options)
    return 0


def _add(made: Page, bench: Bench, workload: Workload, options: argparse.Namespace) -> None:
    """A row, and the goals that the workload has of our own code and of the peak."""
    by_hand = workload.window is None
    texts = hand.schedules(workload, 1, host.caches().get("L2", L2_BYTES)) if by_hand else {}
    calls = dict(zip(texts, bench.compiled(workload, list(texts.values())), strict=True))
    reason = ""
    try:
        (calls[""],) = bench.compiled(workload, [options.schedule])
    except Unsupported as refused:
        reason = str(refused)
    timings = bench.timed(list(calls.values()), options.rounds)
    parts = {
        name: bench.part_of_peak(workload, timing.cycles)
        for name, timing in zip(calls, timings, strict=True)
    }
    found = parts.pop("", None)
    best = max(parts, key=lambda name: parts[name], default="")
    against = found / parts[best] if found and parts else None
    shown = (found, parts.get(best), against)
    cells = ["" if part is None else f"{part:.3f}" for part in shown]
    made.rows.append((workload.name, *cells, best))
    made.record[workload.name] = {"found": found, "by hand": parts}
    for goal in workload.goals:
        got = {Measure.PEAK: found, Measure.OURS: against}.get(goal.measure)
        if goal.measure in (Measure.PEAK, Measure.OURS):
            what = f"{workload.name}, of {'the best by hand' if goal is BY_HAND else goal.of}"
            made.checks.append(Check(what, got, goal.value, at_least=True, reason=reason))
