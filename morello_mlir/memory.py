"""Where operands live: memory levels, placements, and the capacity that is left of each level.

Levels are ordered from far to near: `mem`, `L3`, `L2`, `L1`, `reg`. A move never goes away from the
registers. Cache levels hold copies that the hardware makes; a move to one may emit no code and only
say that the lines are there. The nearest level is the explicit one, which code itself fills: what
it holds are registers, whatever they are on a machine, and whatever name that gives the level
(`Target.nearest`). Read next: `spec.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .layout import Layout, print_layout, row_major

LEVELS = ("mem", "L3", "L2", "L1", "reg")
REG = "reg"
"""The nearest level of a machine that has no name of its own for it."""


def nearness(level: str) -> int:
    """A level's place in the order from memory to registers."""
    if level not in LEVELS:
        raise ValueError(f"no memory level '{level}' (have: {', '.join(LEVELS)})")
    return LEVELS.index(level)


@dataclass(frozen=True, slots=True)
class Placement:
    """A level and a layout; in registers, `lanes` elements make up one register (else it is 0)."""

    level: str
    layout: Layout
    lanes: int = 0

    @property
    def in_registers(self) -> bool:
        """Whether the elements are register values."""
        return self.lanes > 0 or self.level == REG

    def describe(self, names: tuple[str, ...]) -> str:
        """The text of a schedule's `move`: level, and the layout unless it is the plain one."""
        if self.layout == row_major(self.layout.rank) and self.lanes <= 1:
            return self.level
        strided = " strided" if self.layout.strides is not None else ""
        return f"{self.level} {print_layout(self.layout, names, self.lanes)}{strided}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What is left: bytes of each cache level, and vector registers."""

    bytes: tuple[tuple[str, int], ...]

    @staticmethod
    def of(**levels: int) -> Limits:
        """Build from capacities by level name."""
        order = (*LEVELS, *(name for name in levels if name not in LEVELS))
        return Limits(tuple((name, levels[name]) for name in order if name in levels))

    def left(self, level: str) -> int | None:
        """What is left of a level; None where it has no limit."""
        return dict(self.bytes).get(level)

    def take(self, level: str, amount: int) -> Limits | None:
        """The limits after using `amount` of a level; None where it does not fit."""
        have = self.left(level)
        if have is None:
            return self
        if amount > have:
            return None
        return Limits(tuple((n, b - amount if n == level else b) for n, b in self.bytes))

    def __str__(self) -> str:
        return " ".join(f"{n}={b}" for n, b in self.bytes)
