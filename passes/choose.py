"""Choosing free layouts: how arguments marked `morello.layout = "any"`, and constants, are stored.

For every holder, the layouts that instructions want for it are tried in all goals that read it; the
one with the least total cost is taken. Packing itself counts nothing: it happens once, or at
compile time. Goals that a schedule was written for keep their operands as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..layout import Layout, print_layout
from ..memory import Placement
from ..search.errors import NoProgramError
from ..search.scheduler import Scheduler
from ..search.space import stored_layouts
from ..spec import Spec
from .base import Report
from .freedom import Stored, fix_layouts, free_operands
from .goals import Goal
from .layout import LayoutPass


def settle_layouts(module: Any, goals: list[Goal], scheduler: Scheduler, report: Report) -> bool:
    """Choose every free layout and rewrite the module; whether there was any."""
    readers: dict[Stored, list[tuple[Goal, int]]] = {}
    for goal in goals:
        for position, holder in free_operands(goal).items():
            readers.setdefault(holder, []).append((goal, position))
    if not readers:
        return False
    choices = {holder: _chosen(uses, scheduler) for holder, uses in readers.items()}
    fix_layouts(module, choices)
    LayoutPass().run(module, report)
    return True


def _chosen(uses: list[tuple[Goal, int]], scheduler: Scheduler) -> str | None:
    """The text of the cheapest layout; None for the plain one."""
    best: tuple[float, Layout | None] = (_cost(uses, None, scheduler), None)
    for layout in _candidates(uses, scheduler):
        cost = _cost(uses, layout, scheduler)
        if cost < best[0]:
            best = (cost, layout)
    if best[1] is None:
        return None
    return print_layout(best[1], tuple(f"d{d}" for d in range(best[1].rank)))


def _candidates(uses: list[tuple[Goal, int]], scheduler: Scheduler) -> Iterator[Layout]:
    found: dict[Layout, None] = {}
    for goal, position in uses:
        for layout in stored_layouts(goal.spec, position, scheduler.target):
            found[layout] = None
    yield from found


def _cost(uses: list[tuple[Goal, int]], layout: Layout | None, scheduler: Scheduler) -> float:
    """What all readers cost with a layout."""
    try:
        return sum(
            scheduler.plan(_with_layout(goal.spec, position, layout)).cycles[0]
            for goal, position in uses
        )
    except NoProgramError:
        return float("inf")


def _with_layout(spec: Spec, position: int, layout: Layout | None) -> Spec:
    if layout is None:
        return spec
    o = spec.inputs[position]
    return spec.with_operand(position, replace(o, placement=Placement(o.placement.level, layout)))
