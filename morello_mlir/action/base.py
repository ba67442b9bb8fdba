"""What every Action is: frozen data that turns a goal into a small Impl whose leaves are open.

Applying never changes anything. An Action that does not fit raises `NotApplicable` with a reason
that names the axis or operand. Read next: `tile.py` for the simplest one.
"""

from __future__ import annotations

from typing import Protocol

from ..graph import Goal, Graph, reducing
from ..impl import Impl
from ..memory import LEVELS
from ..spec import Spec
from ..target.target import Target


class NotApplicable(Exception):
    """The Action does not fit the goal; the text says why."""


class Action(Protocol):
    """One rewrite of a Spec; `str(action)` is its line in a schedule."""

    def apply(self, spec: Goal, target: Target) -> Impl:
        """The program with open leaves that the Action makes of `spec`."""
        ...


def one_spec(goal: Goal) -> Spec:
    """The goal, which must be one Spec; `NotApplicable` where it is several."""
    if isinstance(goal, Graph):
        names = ", ".join(n.output.name for n in goal.nodes)
        raise NotApplicable(f"the goal is several Specs, of {names}: stage them first")
    return goal


def several(goal: Goal) -> Graph:
    """The goal, which must be several Specs; `NotApplicable` where it is one."""
    if not isinstance(goal, Graph):
        raise NotApplicable(f"the goal is one Spec, of {goal.output.name}")
    return goal


def known_value(graph: Graph, name: str) -> Spec:
    """The node that writes a value; `NotApplicable` where none does."""
    if name not in graph.made:
        raise NotApplicable(f"value {name}: the goal computes {', '.join(graph.made)}")
    return graph.made[name]


def check_common(graph: Graph, axis: str) -> None:
    """`NotApplicable` unless one loop over an axis, around all nodes, computes what they do."""
    for n in graph.nodes:
        if n.axis(axis) is None:
            name = n.output.name
            alone = name if graph.readers(name) else "what it reads"
            raise NotApplicable(f"axis {axis}: {name} does not vary along it; stage {alone} first")
    for n in reducing(graph, axis):
        if graph.readers(n.output.name):
            raise NotApplicable(
                f"axis {axis}: {n.output.name} is a sum over it that is read; "
                f"stage {n.output.name} first"
            )


def known_axis(spec: Goal, name: str) -> int:
    """The extent of an axis; `NotApplicable` where the Spec does not have it."""
    axis = spec.axis(name)
    if axis is None:
        have = ", ".join(f"{a.name}={a.extent}" for a in spec.axes) or "no axes left"
        raise NotApplicable(f"axis {name}: the Spec does not vary along it (it has {have})")
    return axis.extent


def known_operand(spec: Goal, name: str) -> int:
    """The position of an operand; `NotApplicable` where the Spec does not have it."""
    try:
        return spec.operand(name)
    except KeyError:
        have = ", ".join(o.name for o in spec.operands)
        raise NotApplicable(f"operand {name}: the Spec has {have}") from None


def known_level(name: str, target: Target) -> None:
    """`NotApplicable` where there is no memory level of that name."""
    levels = (*LEVELS[:-1], target.nearest)
    if name not in levels:
        raise NotApplicable(f"no memory level '{name}' (have: {', '.join(levels)})")
