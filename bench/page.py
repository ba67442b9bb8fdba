"""What a command besides the main one leaves: a table, goals that are met or not, and a record."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import document, host


@dataclass(frozen=True)
class Check:
    """A goal: `got` must be at most, or at least, `limit`; None if it could not be had."""

    what: str
    got: float | None
    limit: float
    at_least: bool = False
    unit: str = ""
    reason: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached."""
        if self.got is None:
            return None
        return self.got >= self.limit if self.at_least else self.got <= self.limit

    def __str__(self) -> str:
        asked = f"asked at {'least' if self.at_least else 'most'} {self.limit:.4g}{self.unit}"
        if self.got is None:
            return f"UNJUDGED {self.what}: {asked} ({self.reason})"
        return f"{'MET' if self.met else 'MISSED'} {self.what}: {self.got:.4g}{self.unit}, {asked}"


@dataclass
class Page:
    """The result of a command."""

    header: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)

    def markdown(self) -> str:
        """The table, then what is to be said, then the goals."""
        rule = ["---", *["---:"] * (len(self.header) - 1)]
        lines = ["| " + " | ".join(each) + " |" for each in (self.header, rule, *self.rows)]
        remarks = [*self.remarks, *(str(each) for each in self.checks)]
        return "\n".join([*lines, "", *[f"- {each}" for each in remarks]]) + "\n"


def configure(made: argparse.ArgumentParser) -> None:
    """The options that all commands share."""
    made.add_argument("--cpu", type=int, default=host.cpus()[0], help="the CPU to pin to")
    made.add_argument("--json", type=Path, metavar="OUT", help="write everything here")
    made.add_argument("--markdown", metavar="OUT[#SECTION]", help="write the table here")


def publish(page: Page, options: argparse.Namespace) -> None:
    """Print the page and write what the options ask for."""
    text = page.markdown()
    print(text, end="")
    about = {
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "command": ["python", "-m", "bench", *sys.argv[1:]],
        "host": host.describe(),
    }
    if options.json:
        checks = [{**asdict(each), "met": each.met} for each in page.checks]
        record = {**about, **page.record, "checks": checks}
        options.json.write_text(json.dumps(record, indent=1) + "\n")
    if options.markdown:
        document.place(options.markdown, f"{document.opening(about)}\n{text}")
