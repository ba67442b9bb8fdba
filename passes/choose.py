"""Choosing free layouts: how arguments marked `morello.layout = "any"`, and constants, are stored.

For every holder, the layouts that instructions want for it are tried in all goals that read it; the
one with the least total cost is taken. Packing itself counts nothing: it happens once, or at
compile time. Goals that a schedule was written for keep their operands as they are. A `Choice` says
what was chosen, and what it is worth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..graph import Graph
from ..layout import Layout, print_layout
from ..memory import Placement
from ..search.errors import NoProgramError
from ..search.scheduler import Scheduler
from ..spec import Spec
from .base import Report
from .freedom import PLAIN, Stored, fix_layouts, free_operands
from .goal import Goal
from .layout import LayoutPass


@dataclass(frozen=True)
class Choice:
    """The layout that a holder gets: its text (None: the plain one), with what all readers cost."""

    holder: Stored
    location: Any
    layout: str | None
    cycles: float
    plain_cycles: float
    """With the plain layout, as with every other operand whose layout is free."""
    tried: int

    @property
    def worth(self) -> float | None:
        """The cost with the plain layout over the cost with this one; None if it has no program."""
        return self.plain_cycles / self.cycles if self.plain_cycles < float("inf") else None

    def row(self) -> dict[str, Any]:
        """The choice as a dictionary."""
        return {
            "holder": str(self.holder),
            "layout": self.layout or PLAIN,
            "cycles": self.cycles,
            "plain_cycles": self.plain_cycles if self.worth is not None else None,
            "worth": self.worth,
            "tried": self.tried,
        }

    def __str__(self) -> str:
        """For people."""
        tried = f"the best of {self.tried} layouts"
        if self.layout is None:
            return f"{self.holder} stays as it is: {tried}"
        plain = "no program" if self.worth is None else f"{self.plain_cycles:.5g}"
        worth = "" if self.worth is None else f", worth {self.worth:.2f} x"
        costs = f"{self.cycles:.5g} cycles, {plain} as it was{worth}"
        return f"{self.holder} is stored as {self.layout}: {tried}\n  {costs}"


def settle_layouts(
    module: Any, goals: list[Goal], scheduler: Scheduler, report: Report
) -> list[Choice]:
    """Choose every free layout and rewrite the module; what was chosen."""
    readers: dict[Stored, list[tuple[Goal, int]]] = {}
    for goal in goals:
        for position, holder in free_operands(goal).items():
            readers.setdefault(holder, []).append((goal, position))
    if not readers:
        return []
    quiet = replace(scheduler, counting=False)  # goals that are tried are none of the module
    told = scheduler.counting
    choices = [_chosen(holder, uses, quiet, told) for holder, uses in readers.items()]
    fix_layouts(module, {choice.holder: choice.layout for choice in choices})
    LayoutPass().run(module, report)
    return choices


def _chosen(
    holder: Stored, uses: list[tuple[Goal, int]], scheduler: Scheduler, told: bool
) -> Choice:
    """The cheapest layout. Those that cannot be are passed over, the plain one only where nobody
    wants to be told what it would cost."""
    candidates: list[Layout | None] = [None, *_candidates(uses, scheduler)]
    bounds = {layout: _bound(uses, layout, scheduler) for layout in candidates}
    costs: dict[Layout | None, float] = {}
    for layout in sorted(candidates, key=bounds.__getitem__):
        if bounds[layout] < min(costs.values(), default=float("inf")) or (told and layout is None):
            costs[layout] = _cost(uses, layout, scheduler)
    chosen = min(costs, key=lambda layout: (costs[layout], layout is not None))
    cycles, plain = costs[chosen], costs.get(None, float("inf"))
    text = None
    if chosen is not None:
        text = print_layout(chosen, tuple(f"d{d}" for d in range(chosen.rank)))
    where = uses[0][0].op.location
    return Choice(holder, where, text, cycles, plain, len(candidates))


def _candidates(uses: list[tuple[Goal, int]], scheduler: Scheduler) -> Iterator[Layout]:
    from ..search.algorithms import stored_at_points  # loads numpy, as the search does
    from ..search.space import stored_layouts

    found: dict[Layout, None] = {}
    for goal, position in uses:
        for spec, at in _readers(goal.spec, position):
            for wanted in (stored_layouts, stored_at_points):
                for layout in wanted(spec, at, scheduler.target):
                    found[layout] = None
    yield from found


def _cost(uses: list[tuple[Goal, int]], layout: Layout | None, scheduler: Scheduler) -> float:
    """What all readers cost with a layout: of a group, the ops that read it, by themselves."""
    try:
        return sum(
            scheduler.plan(_with_layout(spec, at, layout)).cycles[0]
            for goal, position in uses
            for spec, at in _readers(goal.spec, position)
        )
    except NoProgramError:
        return float("inf")


def _bound(uses: list[tuple[Goal, int]], layout: Layout | None, scheduler: Scheduler) -> float:
    """What all readers cost at least with a layout."""
    return sum(
        scheduler.bound(_with_layout(spec, at, layout))
        for goal, position in uses
        for spec, at in _readers(goal.spec, position)
    )


def _with_layout(spec: Spec, position: int, layout: Layout | None) -> Spec:
    if layout is None:
        return spec
    o = spec.inputs[position]
    return spec.with_operand(position, replace(o, placement=Placement(o.placement.level, layout)))


def _readers(goal: Spec | Graph, position: int) -> Iterator[tuple[Spec, int]]:
    """The Specs of a goal that read one of its inputs, and as which of theirs."""
    if isinstance(goal, Spec):
        yield goal, position
        return
    name = goal.inputs[position].name
    for node in goal.nodes:
        for i, o in enumerate(node.inputs):
            if o.name == name:
                yield goal.goal(node), i
