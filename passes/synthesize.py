"""`morello-synthesize`: find schedules for linalg ops and rewrite them accordingly.

`morello-schedule` and `morello-apply` in one; their files say what is taken and left. With nothing
given, every op that is understood gets the best program that the search knows.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from .apply import ApplyPass
from .base import Diagnostic, Report
from .schedule import SchedulePass


@dataclass(frozen=True)
class SynthesizePass(SchedulePass):
    """Find schedules for linalg ops and rewrite them into loops and vector code."""

    name: ClassVar[str] = "morello-synthesize"

    def run(self, module: Any, report: Report) -> None:
        """Rewrite `module` in place."""
        options = {f.name: getattr(self, f.name) for f in fields(SchedulePass)}
        SchedulePass(**options).run(module, report)
        applied = Report()
        try:
            names = ("target", "features", "isa", "threads", "accuracy", "strict_fp")
            ApplyPass(**{n: getattr(self, n) for n in names}).run(module, applied)
        finally:  # both speak of ops that are not understood
            said = {_text(d) for d in report.diagnostics}
            report.diagnostics += [d for d in applied.diagnostics if _text(d) not in said]


def _text(diagnostic: Diagnostic) -> tuple[str, str]:
    return str(diagnostic.location), diagnostic.message
