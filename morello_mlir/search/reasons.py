"""Why a goal has no program: what would have to be otherwise.

Only schedules written by hand leave such goals: a goal with all operands in memory can always be
computed lane by lane. So operands that were put into registers are taken out of them again, one by
one and then all, and what is left is searched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..layout import row_major
from ..memory import Placement
from ..spec import Spec
from ..target.target import Target
from .errors import NoProgramError
from .solver import solve


def reasons(goal: Spec, target: Target) -> Iterator[str]:
    """What keeps a goal without programs from having one."""
    kept = [i for i, o in enumerate(goal.operands) if o.placement.in_registers]
    found = False
    for i in kept:
        if _has_program(_in_memory(goal, [i]), target):
            found = True
            o = goal.operands[i]
            yield f"there is one if {o.name} is not in {o.placement.describe(o.dims)}"
    left, all_of_it = goal.limits.left(target.nearest), target.limits
    if not found and _has_program(replace(goal, limits=all_of_it), target):
        yield f"there is one if more than {left} registers are left"
    elif not found and len(kept) > 1 and _has_program(_in_memory(goal, kept), target):
        names = " and ".join(goal.operands[i].name for i in kept)
        yield f"there is one if {names} are in memory"
    elif not found:
        yield f"{target.name} has no instructions, and vectors no lanes, that could do it"


def _has_program(goal: Spec, target: Target) -> bool:
    try:
        solve(goal, target)
    except NoProgramError:
        return False
    return True


def _in_memory(goal: Spec, positions: list[int]) -> Spec:
    for i in positions:
        o = goal.operands[i]
        plain = Placement("L1", row_major(len(o.map)))
        goal = goal.with_operand(i, replace(o, placement=plain))
    return goal
