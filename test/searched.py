"""Modules with the schedules that the search finds, as text: for tests that use them twice."""

from __future__ import annotations

from typing import Any

from morello_mlir import passes
from morello_mlir.passes.base import PassFailure, Report
from morello_mlir.passes.source import new_context, read_module


def searched(text: str, target: str, **options: Any) -> str:
    """The module after `morello-schedule`; `AssertionError` if something is not understood."""
    report = Report()
    with new_context():
        module = read_module(text, report)
        settings = {"target": target, "db": "none", "strict": True, **options}
        try:
            passes.pass_class("morello-schedule")(**settings).run(module, report)
        except PassFailure as failure:
            said = "\n".join(d.message for d in report.diagnostics)
            raise AssertionError(f"{failure}: {said}") from failure
        return str(module)
