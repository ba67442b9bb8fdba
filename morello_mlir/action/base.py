"""What every Action is: frozen data that turns a Spec into a small Impl whose leaves are open.

Applying never changes anything. An Action that does not fit raises `NotApplicable` with a reason
that names the axis or operand. Read next: `tile.py` for the simplest one.
"""

from __future__ import annotations

from typing import Protocol

from ..impl import Impl
from ..memory import LEVELS
from ..spec import Spec
from ..target.target import Target


class NotApplicable(Exception):
    """The Action does not fit the Spec; the text says why."""


class Action(Protocol):
    """One rewrite of a Spec; `str(action)` is its line in a schedule."""

    def apply(self, spec: Spec, target: Target) -> Impl:
        """The program with open leaves that the Action makes of `spec`."""
        ...


def known_axis(spec: Spec, name: str) -> int:
    """The extent of an axis; `NotApplicable` where the Spec does not have it."""
    axis = spec.axis(name)
    if axis is None:
        have = ", ".join(f"{a.name}={a.extent}" for a in spec.axes) or "no axes left"
        raise NotApplicable(f"axis {name}: the Spec does not vary along it (it has {have})")
    return axis.extent


def known_operand(spec: Spec, name: str) -> int:
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
