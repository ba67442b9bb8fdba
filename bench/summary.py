"""`python -m bench summary RUN.json ...`: records of runs as one line per workload.

A line has our rate and the best peer's as parts of the workload's first peak, and how many times
faster ours is; a family of workloads, whose names share what stands before the first size, has the
geometric mean of that. `--goals` adds what every workload must reach. Ratios are the medians over
the rounds, as in the table of a run. What is written says when and where the first of the runs was
made.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from math import exp, log
from pathlib import Path
from typing import Any

from bench import document, stats, table, verdict
from bench.goals import said
from bench.page import Check, Page
from bench.series import Series
from bench.stats import Round
from bench.suite import WORKLOADS
from bench.suite.deepbench import DEVICE_MEAN
from bench.suite.graphs import SOFTMAX_MEAN

FAMILY = re.compile(r"[^0-9]*?(?:(?:bf|u8i|f)\d+)?-(?=[hb]?\d)")
MEANS = {"deepbench-f32": DEVICE_MEAN, "deepbench-u8i8": DEVICE_MEAN, "softmax": SOFTMAX_MEAN}
"""What families must reach of the best peer in the geometric mean."""
OURS = {
    "morello": "",
    "morello-relaxed": " relaxed",
    "morello-named": " named op",
    "morello-apart": " apart",
    "morello-product": " product alone",
}
"""Our entries, and what is put behind the names of their rows and families."""


def configure(made: argparse.ArgumentParser) -> None:
    """The command's options."""
    made.add_argument("--markdown", metavar="OUT[#SECTION]", help="write the table here")
    made.add_argument("--goals", action="store_true", help="list the workloads' goals, too")
    made.add_argument("records", type=Path, nargs="+", help="what --json of runs wrote")


def main(options: argparse.Namespace) -> int:
    """Read, sum up, publish."""
    header = ("workload", "time", "of peak", "best peer, of peak", "x best peer", "best peer")
    made = Page(header)
    families: dict[str, list[float]] = {}
    goals: list[str] = []
    for workload in _workloads(options.records):
        goals += said({"workloads": [workload]}) if options.goals else []
        for ours, suffix in OURS.items():
            if suffix and all(each["peer"] != ours for each in workload["series"]):
                continue
            row, ratio = _row(workload, ours, suffix)
            made.rows.append(row)
            if ratio:
                families.setdefault(family(workload["name"]) + suffix, []).append(ratio)
    for name, ratios in families.items():
        mean = exp(sum(map(log, ratios)) / len(ratios))
        made.remarks.append(f"{name}: {mean:.3f} x the best peer, mean of {len(ratios)}")
        if name in MEANS:
            made.checks.append(Check(f"{name}, mean", mean, MEANS[name], at_least=True))
    made.remarks += goals
    text = made.markdown()
    print(text, end="")
    if options.markdown:
        opening = document.opening(json.loads(options.records[0].read_text()))
        document.place(options.markdown, f"{opening}\n{text}")
    return 0


def family(name: str) -> str:
    """What stands before the first size."""
    found = FAMILY.match(name)
    return found.group().rstrip("-") if found else name


def _workloads(paths: list[Path]) -> Iterator[dict[str, Any]]:
    """Those of all records, in the order of the suite; a later one replaces an earlier one."""
    found: dict[str, dict[str, Any]] = {}
    for path in paths:
        for each in json.loads(path.read_text())["workloads"]:
            found[each["name"]] = each
    order = {each.name: i for i, each in enumerate(WORKLOADS)}
    yield from sorted(found.values(), key=lambda each: order.get(each["name"], len(order)))


def _row(workload: dict[str, Any], entry: str, suffix: str) -> tuple[tuple[str, ...], float]:
    """The cells of a workload on one thread, and our ratio to the best peer (0: there is none)."""
    case = [_series(each) for each in workload["series"]]
    ours, best = verdict.find(case, entry, 1), verdict.best_peer(case, 1)
    peak = verdict.find(case, workload["peaks"][0], 1) if workload["peaks"] else None
    name = workload["name"] + suffix
    if ours is None:
        reason = next((each.skipped for each in case if each.peer == entry), "not in the run")
        return (name, f"SKIPPED: {reason}", "", _part(best, peak), "", best.peer if best else ""), 0
    seconds = table.duration(stats.median(ours.rounds))
    if best is None:
        return (name, seconds, _part(ours, peak), "", "", ""), 0
    ratio = stats.ratio(ours.rounds, best.rounds)
    parts = _part(ours, peak), _part(best, peak)
    return (name, seconds, *parts, f"{ratio:.2f}", best.peer), ratio


def _part(series: Series | None, peak: Series | None) -> str:
    if series is None or peak is None:
        return ""
    return f"{verdict.of_peak(series, peak)[0]:.2f}"


def _series(values: dict[str, Any]) -> Series:
    known = {name: values[name] for name in Series.__dataclass_fields__}
    return Series(**{**known, "rounds": [Round(**each) for each in values["rounds"]]})
