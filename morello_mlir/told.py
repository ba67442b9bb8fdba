"""What the passes of schedules are told: options of `compile`, `build` and `morello-compile`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from morello_mlir.runtime.machine import Machine, enabled_features
from morello_mlir.target.cpus import CPUS
from morello_mlir.target.features import changed
from morello_mlir.target.target import STRICT


@dataclass(frozen=True)
class Told:
    """Options by meaning; `machine` is what `target` and `features` stand for."""

    target: str | Machine
    machine: Machine
    threads: int = 1
    schedule: object = None
    features: str = ""
    isa: str | os.PathLike[str] = ""
    accuracy: str = STRICT
    db: str = "default"
    select: str = "dp"
    strict_fp: bool = False

    @property
    def schedule_text(self) -> str | None:
        """The option of a pass: a path, or the schedule itself."""
        if self.schedule is None:
            return None
        if isinstance(self.schedule, os.PathLike):
            return str(Path(self.schedule).absolute())
        return str(self.schedule)

    def applying(self) -> dict[str, Any]:
        """The options of `morello-apply`."""
        name = self.target if isinstance(self.target, str) else self.target.cpu
        options: dict[str, Any] = {"target": name, "threads": self.threads}
        options |= {"isa": os.fspath(self.isa), "accuracy": self.accuracy}
        options["strict_fp"] = self.strict_fp
        if name in ("native", *CPUS):
            given = self.target
            options["features"] = self.features if isinstance(given, str) else given.features
        else:
            plain = enabled_features(Machine(self.machine.cpu))
            options["features"] = ",".join(sorted(changed(plain, self.machine.features)))
        if self.schedule_text is not None:
            options["schedule"] = self.schedule_text
        return options

    def searching(self) -> dict[str, Any]:
        """The options of `morello-schedule` and `morello-synthesize`."""
        return self.applying() | {"db": self.db, "select": self.select}
