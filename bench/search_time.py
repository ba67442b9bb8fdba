"""`python -m bench search-time`: how long the search takes, and what it leaves on disk.

Whole `morello-opt` processes, as a person at a prompt waits for them, pinned to one CPU: cold with
a fresh database each time, then warm with the database of the last cold one, then many sizes in one
database one after the other; or, with `--only`, the modules of workloads, cold and warm. Memory is
the largest resident set of the process and its children (wait4). Medians over the repetitions. The
rate comes from the report that the search writes. Python keeps the bytecode of what it imports, as
it does for a person.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import page
from bench.cell import GATES
from bench.module import module_text
from bench.page import Check, Page
from bench.peers.base import Unsupported
from bench.peers.command import tool
from bench.peers.morello import model
from bench.suite import WORKLOADS
from bench.suite.search import F32, OURS, Sizes, cube, label, product
from bench.workload import Workload

SYNTHESIZE = "--morello-synthesize=db={db}"
REPORT = "--morello-schedule=db={db} report={report}"
SIZES: tuple[Sizes, ...] = (*cube(64, 100, 512, 1000, 1024, 2048, 4000), (35, 700, 2048))
MANY = cube(*range(100, 4001, 100))
REPORTED = (1024, 1024, 1024)

COLD_SECONDS, WARM_SECONDS, MANY_SECONDS = 3.0, 0.4, 60.0
WORKLOAD_SECONDS = 5.0
OP_SECONDS = {"softmax": 3.0, "encoder": 10.0}
"""What the search for a workload's module may take: most, and those of these ops."""
BYTES = 1e9
REPORT_KEYS = ("specs", "seconds", "boxes", "bytes")
REPORT_GOALS = (
    ("Specs solved per second", "specs", "seconds", 1e7, True),
    ("points per box", "specs", "boxes", 100.0, True),
    ("bytes on disk per point", "bytes", "specs", 2.0, False),
)
"""What, of which two numbers, the limit, and whether more is better."""
LIMIT_SECONDS = 300.0


@dataclass(frozen=True)
class Ran:
    """What a process took."""

    seconds: float
    bytes: int


def configure(made: argparse.ArgumentParser) -> None:
    """The command's options."""
    page.configure(made)
    made.add_argument("--repeat", type=int, default=5, help="processes per number")
    made.add_argument("--only", metavar="REGEX", help="workloads whose name has it, and no sizes")
    made.add_argument("--no-many", action="store_true", help="leave out the forty sizes")
    made.add_argument("--flag", default=SYNTHESIZE, help="what searches; {db} is the database")
    made.add_argument("--report-flag", default=REPORT, help="what reports; {db} and {report}")


def main(options: argparse.Namespace) -> int:
    """Measure and publish; 1 if there is no tool to measure."""
    os.sched_setaffinity(0, {options.cpu})
    made = Page(("what", "cold", "warm", "memory", "database"))
    try:
        morello_opt = tool("morello-opt")
        with tempfile.TemporaryDirectory(prefix="morello-bench-") as folder:
            place = Path(folder)
            if options.only is not None:
                asked = [each for each in WORKLOADS if re.search(options.only, each.name)]
                for each in filter(searched, asked):
                    limit = OP_SECONDS.get(each.op, WORKLOAD_SECONDS)
                    module = each.name, _written(place, each)
                    _times(made, morello_opt, [module], limit, options)
            else:
                _times(made, morello_opt, sizes(place), COLD_SECONDS, options)
                if not options.no_many:
                    _many(made, morello_opt, place, options)
                _report(made, morello_opt, place, options)
    except Unsupported as reason:
        print(f"search-time: {reason}")
        return 1
    page.publish(made, options)
    return 0


def sizes(folder: Path) -> list[tuple[str, Path]]:
    """The modules of the sizes, with their names."""
    return [(f"matmul-f32-{label(each)}", _module(folder, each)) for each in SIZES]


def _times(
    made: Page,
    morello_opt: str,
    modules: Sequence[tuple[str, Path]],
    limit: float,
    options: argparse.Namespace,
) -> None:
    """Cold and warm, module by module; one that fails says why."""
    for name, module in modules:
        cold, warm = f"{name}, cold", f"{name}, warm"
        try:
            dbs = [module.with_suffix(f".{i}.db") for i in range(options.repeat)]
            first = [_run(morello_opt, module, options.flag.format(db=db)) for db in dbs]
            full = options.flag.format(db=dbs[-1])
            again = [_run(morello_opt, module, full) for _ in dbs]
        except Unsupported as reason:
            made.checks.append(Check(cold, None, limit, unit=" s", reason=str(reason)))
            continue
        seconds, least = (statistics.median(e.seconds for e in runs) for runs in (first, again))
        memory = statistics.median(each.bytes for each in first)
        taken = f"{memory / 1e6:.0f} MB", _size(dbs[-1])
        made.rows.append((name, f"{seconds:.2f} s", f"{least:.2f} s", *taken))
        made.checks += [
            Check(cold, seconds, limit, unit=" s"),
            Check(f"{name}, memory", memory / 1e9, BYTES / 1e9, unit=" GB"),
            Check(warm, least, WARM_SECONDS, unit=" s"),
        ]
        made.record[name] = {
            "cold": [each.seconds for each in first],
            "warm": [each.seconds for each in again],
            "bytes": [each.bytes for each in first],
        }


def _many(made: Page, morello_opt: str, folder: Path, options: argparse.Namespace) -> None:
    """One database for all."""
    what = f"{len(MANY)} sizes from {label(MANY[0])} to {label(MANY[-1])}, one database"
    db = folder / "many.db"
    try:
        runs = [
            _run(morello_opt, _module(folder, size), options.flag.format(db=db)) for size in MANY
        ]
    except Unsupported as reason:
        made.checks.append(Check(what, None, MANY_SECONDS, unit=" s", reason=str(reason)))
        return
    total, memory = sum(each.seconds for each in runs), max(each.bytes for each in runs)
    made.rows.append((what, f"{total:.1f} s", "", f"{memory / 1e6:.0f} MB", _size(db)))
    made.checks.append(Check(what, total, MANY_SECONDS, unit=" s"))
    made.record["many"] = [each.seconds for each in runs]


def _report(made: Page, morello_opt: str, folder: Path, options: argparse.Namespace) -> None:
    """The search's own account of one cold size: the median of the rates."""
    name, module = label(REPORTED), _module(folder, REPORTED)
    reports: list[dict[str, Any]] = []
    reason = ""
    try:
        for i in range(options.repeat):
            db, out = folder / f"report-{i}.db", folder / f"report-{i}.json"
            _run(morello_opt, module, options.report_flag.format(db=db, report=out))
            reports.append(json.loads(out.read_text()))
    except (Unsupported, OSError, ValueError) as error:
        reason = str(error)
    summed = [totals(each) for each in reports]
    for what, above, below, limit, more in REPORT_GOALS:
        ratios = [each[above] / each[below] for each in summed if each[above] and each[below]]
        got = statistics.median(ratios) if ratios else None
        said = reason or f"the report has no {above} and {below}"
        made.checks.append(Check(f"{name}: {what}", got, limit, more, reason=said))
    made.record["reports"] = reports


def totals(report: dict[str, Any]) -> dict[str, float]:
    """The numbers of a report over all its goals, and over phases where time is given by phase."""
    goals = report.get("goals", [report])
    return {key: sum(_total(each.get(key, 0)) for each in goals) for key in REPORT_KEYS}


def _total(value: Any) -> float:
    return float(sum(value.values()) if isinstance(value, dict) else value)


def searched(workload: Workload) -> bool:
    """Whether the search finds its code."""
    written = workload.module and workload.op not in GATES
    return (
        workload.output is not None
        and not written
        and re.fullmatch(workload.peers, OURS) is not None
    )


def _written(folder: Path, workload: Workload) -> Path:
    path = folder / f"{workload.name}.mlir"
    path.write_text(model(workload) if workload.op in GATES else module_text(workload))
    return path


def _module(folder: Path, size: Sizes) -> Path:
    path = folder / f"{label(size)}.mlir"
    if not path.exists():
        path.write_text(module_text(product("product", size, F32, (), (), ".*")))
    return path


def _size(db: Path) -> str:
    """What the database takes on disk, with the files that SQLite keeps beside it."""
    files = [each for each in db.parent.glob(f"{db.name}*") if each.is_file()]
    return f"{sum(each.stat().st_size for each in files) / 1024:.0f} KiB" if files else ""


def _run(morello_opt: str, module: Path, flag: str) -> Ran:
    """One process; `Unsupported` with what it says last if it fails or takes too long."""
    return run([morello_opt, str(module), flag, "-o", os.devnull])


def run(command: Sequence[str], limit: float = LIMIT_SECONDS) -> Ran:
    """Wall time and largest resident set of a command."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env=kept)
        watch = threading.Timer(limit, process.kill)
        watch.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            watch.cancel()
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines() or ["no message"]
            name = Path(command[0]).name
            raise Unsupported(f"{name} exits with {process.returncode}: {said[-1][:200]}")
    return Ran(seconds, usage.ru_maxrss * 1024)
