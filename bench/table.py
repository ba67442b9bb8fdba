"""A run as a table: one list of cells, printed by rich on a terminal or written as markdown."""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from typing import Any

from bench import dtype as types
from bench import stats, verdict
from bench.series import Series
from bench.verdict import Verdict
from bench.workload import Measure, Workload

HEADER = (
    "workload",
    "on",
    "peer",
    "median",
    "least",
    "rate",
    "of peak (least)",
    "x best peer (least)",
    "spread",
    "core",
)
NUMBERS = range(3, len(HEADER))
FREE = 0.97
"""A core share below this says that other programs disturbed the turn."""

FLOATS = re.compile(r"f16|f32|f64")
WIDTH = 128
"""Columns that the table needs; a narrower terminal wraps it rather than cutting it."""

Results = Sequence[tuple[Workload, Sequence[Series]]]


def duration(seconds: float) -> str:
    """Three digits and a unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return (
                f"{seconds / size:.3g} {unit}"
                if seconds < 100 * size
                else (f"{seconds / size:.0f} {unit}")
            )
    return f"{seconds * 1e9:.0f} ns"


def rate(workload: Workload, series: Series) -> str:
    """Thousands of millions of operations or bytes per second."""
    value = verdict.rate(series) / 1e9
    if not value:
        return ""
    digits = f"{value:.0f}" if value >= 100 else f"{value:.1f}"
    if series.peak or workload.output is None:
        floats = bool(FLOATS.search(series.peer if series.peak else workload.name))
    else:
        floats = types.is_float(workload.output.dtype)
    unit = "GB" if not series.flops else "GFLOP" if floats else "GOP"
    return f"{digits} {unit}/s"


def rows(workload: Workload, case: Sequence[Series]) -> list[tuple[str, ...]]:
    """The cells of a workload: its peaks and peers as they were listed, without the skipped."""
    made: list[tuple[str, ...]] = []
    for series in verdict.timed(case):
        peak = verdict.find(case, workload.peaks[0], series.threads) if workload.peaks else None
        best = verdict.best_peer(case, series.threads)
        name = f"{series.peer} ({series.note})" if series.note else series.peer
        busy = min(each.busy for each in series.rounds)
        made.append(
            (
                workload.name,
                str(series.threads),
                f"[{name}]" if series.peak else name,
                duration(stats.median(series.rounds)),
                duration(stats.least(series.rounds)),
                rate(workload, series),
                _pair(*verdict.of_peak(series, peak)) if peak and _alike(series, peak) else "",
                "" if series.peak or best is None else _against(series, best),
                f"{stats.spread(series.rounds):.0%}",
                f"{busy:.0%}" + ("" if busy >= FREE else " !"),
            )
        )
    return made


def _alike(series: Series, peak: Series) -> bool:
    """Whether both count operations, or both bytes."""
    return bool(series.flops) == bool(peak.flops) and bool(series.flops or series.bytes)


def _against(series: Series, best: Series) -> str:
    if series is best:
        return "best"
    return _pair(
        stats.ratio(series.rounds, best.rounds), stats.least_ratio(series.rounds, best.rounds)
    )


def _pair(median: float, least: float) -> str:
    return f"{median:.2f} ({least:.2f})"


def skipped(case: Sequence[Series]) -> list[str]:
    """One line per reason, with all that it befell."""
    reasons: dict[str, list[str]] = {}
    for series in case:
        if series.skipped:
            who = series.peer if series.threads == 1 else f"{series.peer}@{series.threads}"
            reasons.setdefault(series.skipped, []).append(who)
    return [f"SKIPPED {', '.join(who)}: {reason}" for reason, who in reasons.items()]


def verdicts(judged: Sequence[Verdict]) -> list[str]:
    """One line per goal."""
    return [_verdict(each) for each in judged]


def _verdict(judged: Verdict) -> str:
    goal = judged.goal
    what = {
        Measure.PEER: "x the best peer" if goal.of == ".*" else f"x the best of {goal.of}",
        Measure.OURS: f"x the best of our {goal.of}",
        Measure.PEAK: f"of {goal.times:g} x {goal.of}" if goal.times != 1 else f"of {goal.of}",
        Measure.SPEEDUP: "x one thread",
        Measure.SECONDS: "at most",
    }[goal.measure]
    is_time = goal.measure is Measure.SECONDS
    asked = f"{what} {duration(goal.value)}" if is_time else f"{goal.value:.2f} {what}"
    if judged.got is None:
        return f"UNJUDGED {goal.subject}: {asked} ({judged.reason})"
    got = duration(judged.got) if is_time else f"{judged.got:.3f}"
    return f"{'MET' if judged.met else 'MISSED'} {goal.subject}: {got}, asked {asked}"


def markdown(results: Results) -> str:
    """One table for all, then what was skipped and the goals, workload by workload."""
    cells = [row for workload, case in results for row in rows(workload, case)]
    rule = ["---:" if i in NUMBERS else "---" for i in range(len(HEADER))]
    lines = ["| " + " | ".join(each) + " |" for each in (HEADER, rule, *cells)]
    for workload, case in results:
        remarks = _remarks(workload, case)
        if remarks:
            lines += ["", f"{workload.name}:", "", *[f"- {each}" for each in remarks]]
    return "\n".join(lines) + "\n"


def show(workload: Workload, case: Sequence[Series]) -> None:
    """Print one workload, by rich where it is installed."""
    try:
        console_module: Any = importlib.import_module("rich.console")
        table_module: Any = importlib.import_module("rich.table")
    except ImportError:
        print(markdown([(workload, case)]))
        return
    console = console_module.Console()
    console.width = max(console.width, WIDTH)
    table = table_module.Table(title=workload.name, title_justify="left")
    for i, name in enumerate(HEADER[1:], start=1):
        table.add_column(name, justify="right" if i in NUMBERS else "left", no_wrap=True)
    for row in rows(workload, case):
        table.add_row(*[cell.replace("[", "\\[") for cell in row[1:]])
    console.print(table)
    for line in _remarks(workload, case):
        console.print(line, markup=False, highlight=False)


def _remarks(workload: Workload, case: Sequence[Series]) -> list[str]:
    border = []
    if workload.nominal > workload.flops:
        left_out = 1 - workload.flops / workload.nominal
        border.append(f"{left_out:.1%} of all products are with the border and do not count")
    return [*border, *skipped(case), *verdicts(verdict.judge(workload, list(case)))]
