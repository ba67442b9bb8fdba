"""`python -m bench goals`: everything that the scheduler must reach, in one go.

Runs the workloads of `suite/search.py` and the other commands one after the other, each in a
process of its own, leaves their tables and records in a folder, and lists all goals at the end.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.page import Check, Page
from bench.process import ROOT

GRAPHS = "softmax|(layer|rms)-norm|gelu|chain|mlp|attention|encoder|basic-block|matmul-bias"
WORKLOADS = f"^(search|vecmat|deepbench|threads|conv|depthwise|separable|gru|lstm|{GRAPHS})-"
COMMANDS = ("search-time", "cost-model", "same-clock")


def configure(made: argparse.ArgumentParser) -> None:
    """The command's options."""
    made.add_argument("--folder", type=Path, required=True, help="where the results go")
    made.add_argument("--python", action="append", default=[], help="as for the main command")
    made.add_argument("--seconds", type=float, default=1.0, help="time per peer and workload")
    made.add_argument("--only", metavar="REGEX", default=WORKLOADS, help="workloads to run")


def main(options: argparse.Namespace) -> int:
    """Run all; 1 if any goal is missed or could not be judged."""
    options.folder.mkdir(parents=True, exist_ok=True)
    python = [word for choice in options.python for word in ("--python", choice)]
    compare = ["--only", options.only, "--seconds", str(options.seconds), *python]
    runs = {"code-found": compare, **{name: [name] for name in COMMANDS}}
    made = Page(("goals", "met", "missed", "unjudged"))
    for name, words in runs.items():
        out = options.folder / f"{name}.json"
        out.unlink(missing_ok=True)
        files = ["--json", str(out), "--markdown", str(out.with_suffix(".md"))]
        subprocess.run([sys.executable, "-m", "bench", *words, *files], cwd=ROOT, check=False)
        lines = list(said(json.loads(out.read_text()))) if out.exists() else [f"UNJUDGED {name}"]
        counts = [sum(line.startswith(word) for line in lines) for word in WORDS]
        made.rows.append((name, *(str(count) for count in counts)))
        made.remarks += lines
    text = made.markdown()
    (options.folder / "goals.md").write_text(text)
    print(text, end="")
    return 0 if all(line.startswith("MET") for line in made.remarks) else 1


WORDS = ("MET", "MISSED", "UNJUDGED")


def said(record: dict[str, Any]) -> Iterator[str]:
    """A line per goal of a record, of the main command or of another."""
    for workload in record.get("workloads", ()):
        for each in workload["verdicts"]:
            goal = each["goal"]
            word = WORDS[2] if each["met"] is None else WORDS[not each["met"]]
            got = each["reason"] if each["got"] is None else f"{each['got']:.4g}"
            asked = f"{goal['measure']} {goal['of']} {goal['value']:g}"
            yield f"{word} {workload['name']}, {goal['subject']}: {got}, asked {asked}"
    for each in record.get("checks", ()):
        yield str(Check(**{name: value for name, value in each.items() if name != "met"}))
