"""The command line: `python -m bench --only REGEX ...` compares code with peers and peaks.

Workloads are in `bench/suite/`: `matmul-*` and so on are code under schedules written by hand;
the rest is code that the search finds: `search-*`, `vecmat-*` and `threads-*` are products,
`deepbench-*` those of that suite, `conv-*`, `depthwise-*` and `separable-*` layers of networks,
`gru-*` and `lstm-*` recurrent ones; `softmax-*`, `layer-norm-*`, `rms-norm-*`, `gelu-*`, `chain-*`,
`mlp-*`, `attention-*`, `encoder-*`, `basic-block-*` and `matmul-bias-*` are graphs of ops. What is
not about running code is a command of its own, each with a `--help`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import (
    boxes,
    calibrate,
    cost_model,
    document,
    goals,
    host,
    record,
    same_clock,
    search_time,
    selection,
    selftest,
    summary,
    table,
)
from bench.measure import Crew, Plan, measure
from bench.peers import PEERS, SYNTHESIZE
from bench.series import Series
from bench.suite import WORKLOADS
from bench.workload import Workload

COMMANDS: dict[str, ModuleType] = {
    "goals": goals,
    "summary": summary,
    "search-time": search_time,
    "cost-model": cost_model,
    "same-clock": same_clock,
    "calibrate": calibrate,
    "boxes": boxes,
    "selection": selection,
}
"""A command is a module with `configure(parser)` and `main(options)`; its text is its help."""

_Help = argparse.RawDescriptionHelpFormatter
Results = list[tuple[Workload, list[Series]]]


def parser() -> argparse.ArgumentParser:
    """All options."""
    made = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=_Help
    )
    made.add_argument("--only", metavar="REGEX", default="", help="workloads whose name has it")
    made.add_argument("--peers", metavar="REGEX", default=".*", help="peers whose whole name fits")
    made.add_argument("--threads", type=_numbers, help="thread counts instead of the workloads'")
    made.add_argument("--seconds", type=float, default=1.0, help="time per peer and workload")
    made.add_argument("--rounds", type=int, default=7, help="turns that this time is cut into")
    made.add_argument("--cpus", type=_numbers, default=host.cpus(), help="CPUs to pin to, in order")
    made.add_argument(
        "--python",
        metavar="[REGEX=]PATH",
        action="append",
        default=[],
        help="interpreter of the peers whose whole name fits (without one: of all but ours)",
    )
    made.add_argument(
        "--schedule",
        metavar="TEXT",
        default=SYNTHESIZE,
        help="for modules without a schedule of their own, instead of the search",
    )
    made.add_argument("--json", type=Path, metavar="OUT", help="write everything here")
    made.add_argument("--markdown", metavar="OUT[#SECTION]", help="write the table here")
    made.add_argument("--list", action="store_true", help="list workloads and peers")
    made.add_argument("--self-test", action="store_true", help="check the harness in ten seconds")
    others = made.add_subparsers(dest="command", metavar="COMMAND", title="other commands")
    for name, module in COMMANDS.items():
        about = module.__doc__ or ""
        summary = about.partition(": ")[2].partition("\n")[0]
        command = others.add_parser(name, help=summary, description=about, formatter_class=_Help)
        module.configure(command)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, and give the exit code."""
    options = parser().parse_args(arguments)
    if options.command:
        return int(COMMANDS[options.command].main(options))
    if options.self_test:
        return selftest.main()
    workloads = [each for each in WORKLOADS if re.search(options.only, each.name)]
    if options.threads:
        workloads = [replace(each, threads=options.threads) for each in workloads]
    peers = tuple(
        replace(each, options={"schedule": options.schedule}) if each.name == "morello" else each
        for each in PEERS
        if re.fullmatch(options.peers, each.name)
    )
    if options.list:
        _list(workloads, [each.name for each in peers])
        return 0
    if not workloads:
        print(f"no workload has '{options.only}' in its name", file=sys.stderr)
        return 2
    plan = Plan(peers, options.seconds, options.rounds, options.cpus, interpreters(options.python))
    started, about = time.time(), host.describe()
    print(_heading(plan, about))
    results = run(workloads, plan)
    recorded = record.record(plan, started, about, results)
    if options.json:
        options.json.write_text(json.dumps(recorded, indent=1) + "\n")
    if options.markdown:
        heading = document.heading(recorded)
        document.place(options.markdown, f"{heading}\n{table.markdown(results)}")
    return 0


def run(workloads: Sequence[Workload], plan: Plan) -> Results:
    """Measure and show one workload after the other."""
    crew = Crew(plan)
    results: Results = []
    try:
        for workload in workloads:
            case = measure(workload, crew)
            table.show(workload, case)
            results.append((workload, case))
    finally:
        crew.close()
    return results


def interpreters(choices: Sequence[str]) -> Callable[[str], str]:
    """The interpreter for a peer's name: the last choice that fits, else this one."""
    ours = {each.name for each in PEERS if each.ours} | {"machine", "python-mlir"}

    def choose(name: str) -> str:
        for choice in reversed(choices):
            pattern, equals, path = choice.rpartition("=")
            if re.fullmatch(pattern, name) if equals else name not in ours:
                return path
        return sys.executable

    return choose


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in text.split(","))


def _heading(plan: Plan, about: dict[str, Any]) -> str:
    pinned = ", ".join(str(each) for each in plan.cpus)
    return (
        f"{about['cpu']} (family {about['family']}, model {about['model']}), CPUs {pinned}, "
        f"load {about['load']}, {plan.seconds:g} s in {plan.rounds} rounds per peer"
    )


def _list(workloads: Sequence[Workload], peers: Sequence[str]) -> None:
    for each in workloads:
        threads = ",".join(str(count) for count in each.threads)
        print(f"{each.name:32} {each.op:8} threads {threads:4} {each.note}")
    print("peers: " + " ".join(peers))
