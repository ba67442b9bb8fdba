"""Target: a machine. Its levels and their capacities, its registers, threads and instructions.

Read next: `cpus.py` for the named machines, `dialect/isa/` for where instructions come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..memory import REG, Limits
from .coefficients import Coefficients, coefficients
from .instruction import Instruction

STRICT, RELAXED = "strict", "relaxed"


@dataclass(frozen=True, slots=True)
class Level:
    """A cache level: its capacity for one thread and its line, in bytes."""

    name: str
    capacity: int
    line: int = 64


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What the engine needs to know of a machine. Targets are equal only to themselves.

    The nearest level has `registers` registers of `register_bytes`. `given` are coefficients of the
    machine's own; `digest` stands for the text that described the machine, or added to it.
    """

    name: str
    levels: tuple[Level, ...]
    register_bytes: int
    registers: int
    features: frozenset[str]
    instructions: tuple[Instruction, ...] = ()
    lanes: Mapping[str, float] = field(default_factory=dict)
    threads: int = 1
    given: Coefficients | None = None
    nearest: str = REG
    digest: str = ""
    accuracy: str = STRICT
    """`strict`: sums of the products that are asked for, in any order; `relaxed`: other sums that
    are equal but for rounding."""
    strict_fp: bool = False
    """Sums of floats keep the order and the roundings of the source's loops (`strict.py`)."""

    @property
    def costs(self) -> Coefficients:
        """What the cost model's terms cost on this machine."""
        return self.given or coefficients(self.name)

    @property
    def limits(self) -> Limits:
        """Everything there is."""
        caches = {level.name: level.capacity for level in self.levels}
        return Limits.of(**caches, **{self.nearest: self.registers})

    def instruction(self, name: str) -> Instruction | None:
        """The instruction of that name, or None."""
        return next((i for i in self.instructions if i.name == name), None)

    def lane_count(self, element_bytes: int) -> int:
        """Elements of that size that one vector register holds."""
        return max(1, self.register_bytes // element_bytes)
