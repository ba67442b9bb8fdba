"""`morello-synthesize`: find schedules for linalg ops and rewrite them accordingly.

`morello-schedule` and `morello-apply` in one; their files say what is taken and left. With nothing
given, every op that is understood gets the best program that the search knows.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from .apply import ApplyPass
from .base import Report
from .schedule import SchedulePass


@dataclass(frozen=True)
class SynthesizePass(SchedulePass):
    """Find schedules for linalg ops and rewrite them into loops and vector code."""

    name: ClassVar[str] = "morello-synthesize"

    def run(self, module: Any, report: Report) -> None:
        """Rewrite `module` in place."""
        options = {f.name: getattr(self, f.name) for f in fields(SchedulePass)}
        SchedulePass(**options).run(module, report)
        ApplyPass(target=self.target, features=self.features, threads=self.threads).run(
            module, report
        )
