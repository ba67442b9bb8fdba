"""Room: where values between nodes may lie, and how much of the caches is left for the rest.

A value takes no more than a part of a cache, and what is left is counted in quarters, so that few
goals differ and what was found for one serves others. Read next: `beginnings.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

from ..action import Move
from ..graph import Goal, Graph
from ..memory import Limits, nearness
from ..spec import Operand
from ..target.target import Target

SHARE = 0.47
"""The part of a level that one value between nodes may fill: two leave a little for small ones."""

SLACK = 8
"""What part of a quarter of a level counts nothing."""


@dataclass(frozen=True)
class Room:
    """The caches of a target."""

    target: Target
    exact: bool = False
    """Whether even next to nothing counts."""

    @cached_property
    def caches(self) -> list[str]:
        """The caches, the nearest first."""
        levels = self.target.levels
        return sorted((level.name for level in levels), key=nearness, reverse=True)

    def level(self, graph: Graph, amount: int) -> str:
        """The nearest cache that has room for so many bytes, which are no large part of it."""
        capacity = {level.name: level.capacity for level in self.target.levels}
        for name in self.caches:
            left = graph.limits.left(name)
            if left is not None and amount <= min(left, SHARE * capacity[name]):
                return name
        return "mem"

    def nearer(self, graph: Graph, operand: Operand) -> Move | None:
        """The move of an operand, as it lies, to the nearest cache that has room; None if it is
        there already."""
        if operand.placement.in_registers:
            return None
        level = self.level(graph, operand.dtype.size(prod(graph.extent_of(operand))))
        is_nearer = nearness(level) > nearness(operand.placement.level)
        return Move(operand.name, level) if is_nearer else None

    def roughly(self, goal: Goal) -> Goal:
        """The goal with whole quarters of each level, so that few goals differ: no more than are
        left, but for what is next to nothing."""
        whole = dict(self.target.limits.bytes)
        nearest = self.target.nearest

        def quarters(name: str, left: int) -> int:
            each = whole.get(name, 0) // 4
            if name == nearest or not each:
                return left
            return (left + (0 if self.exact else each // SLACK)) // each * each

        left = tuple((name, quarters(name, n)) for name, n in goal.limits.bytes)
        return replace(goal, limits=Limits(left))
