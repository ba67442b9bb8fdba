"""From the passes on the command line to a PassManager in which ours stand among upstream's.

`Plan` is the anchor and the steps under it; `resolve` makes one from the settings, nesting passes
that want another anchor as mlir-opt does, and `Plan.build` makes the PassManager. Whatever is wrong
with names or options is a `UsageError`; a plan that was resolved can be built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mlir.passmanager import PassManager

from morello_mlir import passes
from morello_mlir.passes import DiagnosticHandler
from morello_mlir.passes.base import OptionError
from morello_mlir.tools import pipeline, upstream
from morello_mlir.tools.options import Settings, UsageError, closest
from morello_mlir.tools.pipeline import Step


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps to run on an operation called `anchor`."""

    anchor: str
    steps: tuple[Step, ...]

    def build(self, context: Any, on_diagnostic: DiagnosticHandler) -> Any:
        """Make the PassManager; what our passes report goes to `on_diagnostic`."""
        pm = PassManager(self.anchor, context)
        for step in self.steps:
            if step.name in passes.REGISTRY:
                ours = passes.create(step.name, step.options)
                passes.add_to(pm, ours, on_diagnostic=on_diagnostic)
            else:
                pm.add(str(step))
        return pm


def resolve(settings: Settings, root: str, context: Any) -> Plan:
    """Find what to run on a root operation called `root`; raise `UsageError` if that is wrong."""
    if settings.pass_pipeline is not None:
        return _from_text(settings.pass_pipeline, root, context)
    steps: list[Step] = []
    for name, options in settings.passes:
        step = Step(name, options)
        if name in passes.REGISTRY:
            _check_ours(step, root)
            steps.append(step)
            continue
        try:
            anchor = upstream.required_anchor(root, str(step), context)
        except ValueError as error:
            raise _explained(error, step) from None
        if anchor is None:
            steps.append(step)
        elif steps and steps[-1].name == anchor and steps[-1].nested is not None:
            steps[-1] = Step(anchor, nested=(*steps[-1].nested, step))
        else:
            steps.append(Step(anchor, nested=(step,)))
    return Plan(root, tuple(steps))


def _from_text(text: str, root: str, context: Any) -> Plan:
    """Read `--pass-pipeline`, in which nothing is nested by itself."""
    try:
        found = pipeline.parse(text)
    except pipeline.PipelineError as error:
        raise UsageError(f"--pass-pipeline: {error}") from None
    if len(found) != 1 or found[0].nested is None:
        raise UsageError(
            "--pass-pipeline: expected one pipeline wrapped in the operation it runs on, such as"
            " 'builtin.module(...)'"
        )
    plan = Plan(found[0].name, found[0].nested)
    if plan.anchor not in (root, "any"):
        raise UsageError(f"--pass-pipeline: cannot run '{plan.anchor}(...)' on a '{root}' op")
    for step in plan.steps:
        if step.name in passes.REGISTRY:
            _check_ours(step, root)
            continue
        if inner := _first_of_ours(step):
            raise UsageError(f"{inner} runs on builtin.module; it cannot stand in '{step.name}()'")
        try:
            PassManager.parse(f"{plan.anchor}({step})", context)
        except ValueError as error:
            raise _explained(error, step) from None
    return plan


def _check_ours(step: Step, root: str) -> None:
    """Import the pass and read its options, so that building it later cannot fail."""
    if step.nested is not None:
        raise UsageError(f"{step.name} is a pass, not an operation to nest passes under")
    if root != "builtin.module":
        raise UsageError(f"{step.name} runs on builtin.module, not on {root}")
    try:
        passes.create(step.name, step.options)
    except OptionError as error:
        raise UsageError(f"{step.name}: {error}") from None


def _first_of_ours(step: Step) -> str | None:
    """Return the name of one of our passes nested in `step`, if there is any."""
    for inner in step.nested or ():
        name = inner.name if inner.name in passes.REGISTRY else _first_of_ours(inner)
        if name:
            return name
    return None


def _explained(error: ValueError, step: Step) -> UsageError:
    """Turn what upstream says about `step` into one line that helps."""
    text = str(error)
    if found := re.search(r"'([^']*)' does not refer to a registered pass", text):
        near = closest(found[1], [*passes.REGISTRY, *upstream.pass_names()])
        return UsageError(f"unknown pass or option '{found[1]}'{near} (--list-passes lists all)")
    first = next((line for line in text.splitlines() if line.strip()), "cannot be parsed")
    reason = first.removeprefix("<Pass-Options-Parser>:").strip()
    return UsageError(f"{step.name}: {reason}")
