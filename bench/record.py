"""A run as JSON: where, when and how it was made, every round, and the verdicts."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bench import stats, verdict
from bench.measure import Plan
from bench.series import Series
from bench.workload import Workload

SCHEMA = 1


def record(
    plan: Plan,
    started: float,
    about: dict[str, Any],
    results: Sequence[tuple[Workload, Sequence[Series]]],
) -> dict[str, Any]:
    """Everything, as plain values, times in seconds; `about` is the machine as the run began."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started))
    return {
        "schema": SCHEMA,
        "date": stamp,
        "took": round(time.time() - started, 1),
        "command": ["python", "-m", "bench", *sys.argv[1:]],
        "host": about,
        "plan": {"seconds": plan.seconds, "rounds": plan.rounds, "pinned": list(plan.cpus)},
        "workloads": [_case(workload, case) for workload, case in results],
    }


def _case(workload: Workload, case: Sequence[Series]) -> dict[str, Any]:
    return {
        **workload.to_json(),
        "series": [_series(each) for each in case],
        "verdicts": [
            {**asdict(each), "met": each.met} for each in verdict.judge(workload, list(case))
        ],
    }


def _series(series: Series) -> dict[str, Any]:
    values = asdict(series)
    if not series.skipped:
        values["median"] = stats.median(series.rounds)
        values["least"] = stats.least(series.rounds)
        values["rate"] = verdict.rate(series)
        values["spread"] = stats.spread(series.rounds)
    return values
