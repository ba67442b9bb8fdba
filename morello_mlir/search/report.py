"""What a search did, for people and for programs.

`row` is one goal as a dictionary for JSON, `summary` the same as text, `total` all that the
searches of one run did, `completed` the answer for a goal that a schedule was written for. Numbers
that nobody counted (`programs`, `boxes`, `bytes` and what follows from them) are left out of both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import prod
from typing import Any

from ..graph import Goal
from ..impl import open_goals
from ..schedule import Schedule
from .scheduler import SEARCHED, Answer, Scheduler, Statistics, price_of

WRITTEN = "the schedule was written, and leaves nothing open"
COMPLETED = "every Spec of what the schedule leaves open was solved"
REPEATED = "an equal goal was answered before in this run"


def completed(schedule: Schedule, spec: Goal, scheduler: Scheduler) -> Answer:
    """A schedule with every goal that it leaves open closed; as it is if there is none."""
    before = len(scheduler.made)
    left = list(open_goals(schedule.apply(spec, scheduler.target)))
    whole = scheduler.complete(schedule, spec) if left else schedule
    found = [a.statistics for a in list(scheduler.made.values())[before:]]
    cycles = price_of(whole, spec, scheduler.target)
    statistics = Statistics(
        specs=sum(s.specs for s in found),
        slabs=sum(s.slabs for s in found),
        seconds=_summed(found),
        cycles=cycles,
        bound=scheduler.own_bound(spec),
        stopped=COMPLETED if left else WRITTEN,
    )
    if scheduler.counting and left:
        statistics = _with_product(statistics, [scheduler.plan(o).statistics for o in left])
    return Answer((whole,), (cycles,), statistics)


def _with_product(statistics: Statistics, parts: list[Statistics]) -> Statistics:
    """The programs of a schedule are those of what it leaves open, in all combinations."""
    from .count import DIGITS, Programs

    size = sum(s.programs_log10 or 0.0 for s in parts)
    known = [s.programs for s in parts if isinstance(s.programs, int)]
    exact = prod(known) if len(known) == len(parts) and size < DIGITS else None
    number = Programs(size, exact).value
    seconds = sum(s.counting or 0.0 for s in parts)
    return replace(statistics, programs=number, programs_log10=size, counting=seconds)


def repeated(answer: Answer) -> Answer:
    """The same answer for another op: nothing was done for it."""
    done = replace(answer.statistics, specs=0, slabs=0, seconds={}, boxes=None, bytes=None)
    return replace(answer, statistics=replace(done, stopped=REPEATED))


def row(answer: Answer) -> dict[str, Any]:
    """An answer as a dictionary."""
    s = answer.statistics
    counted = {
        "programs": s.programs,
        "programs_log10": s.programs_log10,
        "counting": s.counting,
        "boxes": s.boxes,
        "bytes": s.bytes,
        "points": s.points,
        "points_per_box": s.points / s.boxes if s.boxes and s.points else None,
        "bytes_per_point": s.bytes / s.points if s.bytes and s.points else None,
        "mapping": s.mapping,
    }
    return {
        "schedules": [str(schedule) for schedule in answer.schedules],
        "cycles": list(answer.cycles),
        "bound": s.bound,
        "gap": s.gap,
        "specs": s.specs,
        "slabs": s.slabs,
        "seconds": s.seconds,
        "rate": s.rate,
        **{name: value for name, value in counted.items() if value is not None},
        "stopped": s.stopped,
    }


def total(scheduler: Scheduler) -> dict[str, Any]:
    """What the searches of a run did together; what a database knew is not in it."""
    every = [a.statistics for a in scheduler.made.values()]
    searched = [s for s in every if s.stopped == SEARCHED]
    specs, seconds = sum(s.specs for s in searched), _summed(searched)
    taken = sum(seconds.values())
    return {
        "searches": len(searched),
        "known": len(every) - len(searched),
        "specs": specs,
        "slabs": sum(s.slabs for s in searched),
        "seconds": seconds,
        "rate": specs / taken if taken else 0.0,
    }


def summary(answer: Answer) -> str:
    """An answer's statistics as a few lines."""
    s = answer.statistics
    lines = [f"{s.cycles:.5g} cycles, {100 * s.gap:.0f} % above the lower bound of {s.bound:.5g}"]
    if s.specs:
        phases = ", ".join(f"{name} {seconds:.2f}" for name, seconds in s.seconds.items())
        rate = f"{s.rate / 1e6:.1f} million a second"
        lines.append(f"{s.specs} Specs in {sum(s.seconds.values()):.2f} s, {rate} ({phases})")
    if s.programs is not None:
        took = "" if s.counting is None else f", counted in {s.counting:.2f} s"
        lines.append(f"{_short(s.programs)} distinct programs{took}")
    if s.boxes and s.points:
        size = "" if s.bytes is None else f", {s.bytes / s.points:.2g} bytes per Spec"
        lines.append(f"{s.boxes} boxes, {s.points / s.boxes:.0f} Specs per box{size}")
    if s.mapping is not None:
        lines.append(f"the mapping was chosen before the search: {s.mapping}")
    return "\n  ".join([*lines, s.stopped])


def _short(count: int | str) -> str:
    """A number of any size; a float would overflow."""
    digits = str(count)
    if len(digits) <= 6 or isinstance(count, str):
        return digits
    return f"{digits[0]}.{digits[1:3]}e{len(digits) - 1}"


def _summed(statistics: Iterable[Statistics]) -> dict[str, float]:
    """Seconds by phase."""
    found: dict[str, float] = {}
    for s in statistics:
        for phase, seconds in s.seconds.items():
            found[phase] = found.get(phase, 0.0) + seconds
    return dict(sorted(found.items()))
