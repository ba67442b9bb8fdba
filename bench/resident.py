"""Where the operands of a program are while it runs: cache moves for schedules that say nothing.

The cost model counts lines where a schedule moves operands to caches; those moves emit no code.
Drawn schedules have none, so each gets them here: along its main line, every operand that the loops
inside use again comes to the nearest cache that has room for it, smaller ones first.
"""

from __future__ import annotations

from typing import Any

LEVELS = ("L3", "L2", "L1")


def resident(schedule: Any, spec: Any, target: Any) -> Any:
    """The schedule with its cache moves."""
    from morello_mlir.action import Move
    from morello_mlir.schedule import Schedule, Step

    costs = target.costs
    room = {
        level.name: level.capacity * (costs.of("usable", level.name) or 1.0)
        for level in target.levels
    }
    steps: list[Any] = []
    for n in range(len(schedule.steps)):
        for name, level in _moves(_inside(schedule, steps, n, spec, target), room):
            steps.append(Step(Move(name, level)))
        steps.append(schedule.steps[n])
    return Schedule(tuple(steps))


def _inside(schedule: Any, steps: list[Any], n: int, spec: Any, target: Any) -> Any:
    """The Spec that is left at a step of the main line."""
    from morello_mlir.impl import MAIN, children
    from morello_mlir.schedule import Schedule

    node = Schedule(tuple(steps)).apply(spec, target)
    while True:
        inner = dict(children(node)).get(MAIN)
        if inner is None:
            return node.spec
        node = inner


def _moves(spec: Any, room: dict[str, float]) -> list[tuple[str, str]]:
    """The operands to move at a Spec, each with its level; takes the room."""
    from morello_mlir.memory import nearness
    from morello_mlir.traffic import footprint

    found: list[tuple[str, str]] = []
    every = {a.name for a in spec.axes}
    at = {o.name: o.placement.level for o in spec.operands}
    for level in LEVELS:
        again = [
            (float(footprint(o, spec.extent_of(o))), o.name)
            for o in spec.operands
            if every - o.axes and nearness(at[o.name]) < nearness(level)
        ]
        for size, name in sorted(again):
            if size <= room[level] and not (level == "L1" and name == spec.output.name):
                room[level] -= size
                at[name] = level
                found.append((name, level))
    return found
