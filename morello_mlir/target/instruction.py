"""Instructions: what a hardware operation computes, needs and costs, and how it is written.

An Instruction's meaning is a Spec of fixed small extents. Its spelling is a `Template`: lines of
MLIR with holes for the operands. Both are read from text (`dialect/isa/`), so this file names no
machine. Read next: `match.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..spec import Spec


@dataclass(frozen=True, slots=True)
class Template:
    """MLIR lines over the parameters, in order: one per operand, then one per mask.

    A line names a register parameter `%p` as a value, and a memory parameter as `%p[i, j]` with
    constant indices. `result` is the value that a register output takes, empty for stores.
    """

    parameters: tuple[str, ...]
    types: tuple[str, ...]
    lines: tuple[str, ...]
    result: str = ""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One hardware operation.

    `strides` has, per operand, the step in memory along each of its dimensions (None: any), or
    None for an operand in registers. `masks` has the axes along which it can do with less of them,
    in the order of the masks of the `masked` template. `throughput` is reciprocal, in cycles. An
    instruction without a template cannot be written: programs with it are interpreted.
    """

    name: str
    spec: Spec
    strides: tuple[tuple[int | None, ...] | None, ...]
    template: Template | None
    features: frozenset[str]
    throughput: float
    latency: float
    ports: str
    masked: Template | None = None
    masks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.strides) != len(self.spec.operands):
            raise ValueError(f"instruction {self.name}: strides for every operand")
        if self.template and len(self.template.parameters) != len(self.spec.operands):
            raise ValueError(f"instruction {self.name}: one parameter per operand")
        for o, s in zip(self.spec.operands, self.strides, strict=True):
            if (s is None) != o.placement.in_registers:
                raise ValueError(f"instruction {self.name}: operand {o.name} is in memory or not")

    def __str__(self) -> str:
        return self.name
