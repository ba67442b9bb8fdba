"""Goals: the linalg ops of a module as Specs on a target, with the fills that they absorb.

What `morello-schedule` and `morello-apply` both begin with. A function's ops that compute something
are numbered from 0, as sections of schedules name them; fills and copies are not. Read next:
`goal.py`, `group.py`, `apply.py`, `schedule.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlir import ir

from ..dialect.isa import IsaError, machine_of, with_instructions, with_isa
from ..dialect.region import UnsupportedOp
from ..dialect.structured import Structured, read_structured
from ..expr import Const, Expr, replace_argument
from ..schedule import Schedule, ScheduleError, is_text, parse_sections
from ..spec import Start
from ..target.cpus import cpu_target
from ..target.native import native_target
from ..target.strict import is_ordered, strict
from ..target.target import RELAXED, STRICT, Target
from .base import PassFailure, Report
from .fold_fill import constant_of, folded_fill
from .goal import Goal, is_plain
from .group import gathered
from .linalg_ops import function_of, linalg_ops, not_understood
from .prepare import prepare


def target_of(
    name: str,
    features: str,
    threads: int,
    report: Report,
    isa: str = "",
    accuracy: str = STRICT,
    strict_fp: bool = False,
) -> Target:
    """The machine that a pass's options name, with its instructions.

    `isa` is the path of a library: of one more, or of a machine, which is then the target.
    """
    if threads < 1:
        report.error(None, f"threads={threads}: at least one thread is needed")
        raise PassFailure("no target")
    if accuracy not in (STRICT, RELAXED):
        report.error(None, f"accuracy={accuracy}: write {STRICT} or {RELAXED}")
        raise PassFailure("no target")
    if strict_fp and accuracy == RELAXED:
        report.error(None, f"accuracy={accuracy} and strict-fp contradict each other")
        raise PassFailure("no target")
    try:
        described = machine_of(isa, threads, features) if isa else None
        if described is not None:
            if name not in ("", "native"):
                raise ValueError(f"target={name}: {isa} describes a machine, which is the target")
            return strict(described) if strict_fp else described
        if name in ("", "native"):
            base = native_target(threads, features)
        else:
            base = cpu_target(name, threads, features)
        chosen = with_isa(base, isa) if isa else with_instructions(base)
        chosen = replace(chosen, accuracy=accuracy)
        return strict(chosen) if strict_fp else chosen
    except IsaError as error:
        where = ir.Location.file(isa, error.line, error.column) if error.line else None
        reason = error.reason.removeprefix(f"line {error.line}: ")  # which the place says
        report.error(where, reason if where else str(error))
    except OSError as error:
        report.error(None, f"isa={isa}: {error.strerror}")
    except ValueError as error:
        report.error(None, str(error))
    raise PassFailure("no target")


def sections_of(text: str, report: Report) -> dict[str, Schedule]:
    """The schedules of an option: a file's, or those of the text itself."""
    where = "schedule"
    if not is_text(text):
        where = text
        try:
            text = Path(text).read_text()
        except OSError as error:
            report.error(None, f"schedule={where}: {error.strerror}")
            raise PassFailure("no schedule") from None
    try:
        return parse_sections(text)
    except ScheduleError as error:
        report.error(None, f"{where}: {error}")
        raise PassFailure("no schedule") from None


def goals_of(module: Any, target: Target, report: Report, strict: bool) -> list[Goal]:
    """The goals of a module, without fills that others absorb; groups are one goal each."""
    prepare(module, report, target.strict_fp)
    alone = _without_folded_fills(list(_goals(module, target, report, strict)))
    return _numbered(gathered(alone, target, report))


def _numbered(goals: list[Goal]) -> list[Goal]:
    """The goals with their numbers in functions; fills and copies have none."""
    counts: dict[str, int] = {}
    found = []
    for goal in goals:
        if not is_plain(goal.spec):
            number = counts.get(goal.function, 0)
            counts[goal.function] = number + 1
            goal = replace(goal, number=number)
        found.append(goal)
    return found


def _goals(module: Any, target: Target, report: Report, strict: bool) -> Iterator[Goal]:
    for op in linalg_ops(module.operation):
        function = function_of(op)
        try:
            read = _with_constants(read_structured(op))
            _check_order(read, target)
        except UnsupportedOp as reason:
            not_understood(op, reason, report, strict)
            continue
        spec = replace(read.spec, limits=target.limits)
        fill = folded_fill(op, spec, read.values[-1])
        if fill is not None:
            spec = replace(spec, start=Start.NOTHING)
        fills = () if fill is None else (fill,)
        yield Goal(op, spec, read.sources, read.indices, fills, function, -1, (op,))


def _check_order(read: Structured, target: Target) -> None:
    """`UnsupportedOp` for a sum that rounds less often than a Spec says, where that counts."""
    if is_ordered(read.spec, target):
        inside = (o.operation.name for b in read.op.regions[0].blocks for o in b.operations)
        if "math.fma" in inside:
            raise UnsupportedOp("sums by math.fma, which strict-fp leaves to stock lowering")


def _without_folded_fills(goals: list[Goal]) -> list[Goal]:
    """Drop the fills that other goals absorb; one that is needed all the same stays a goal."""
    absorbed = [fill for g in goals for fill in g.fills]
    kept = []
    for goal in goals:
        uses = [use for result in goal.op.results for use in result.uses]
        if goal.op not in absorbed or len(uses) > absorbed.count(goal.op):
            kept.append(goal)
    needed = [goal.op for goal in kept]
    return [replace(g, fills=tuple(f for f in g.fills if f not in needed)) for g in kept]


def _with_constants(read: Structured) -> Structured:
    """The op with inputs that are one constant, scalars and splats, put into its body."""
    spec, sources, indices = read.spec, list(read.sources), list(read.indices)
    for i in reversed(range(len(spec.inputs))):
        operand = spec.inputs[i]
        op, number = sources[i]
        literal = constant_of(op.operands[number])
        if literal is None:
            continue
        body: Expr = replace_argument(spec.body, i, Const(literal, operand.dtype))
        spec = replace(spec, inputs=spec.inputs[:i] + spec.inputs[i + 1 :], body=body)
        del sources[i], indices[i]
    return replace(read, spec=spec, sources=tuple(sources), indices=tuple(indices))
