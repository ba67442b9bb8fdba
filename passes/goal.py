"""A goal of a module: ops that are understood, and the Spec or Graph that they are.

Made by `goals.py` from single ops, and by `group.py` from several.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..dialect.extracts import Source
from ..dialect.morello import stored
from ..dialect.structured import seen
from ..graph import Graph, written_by
from ..spec import Spec


@dataclass(frozen=True)
class Goal:
    """Ops that are understood, one or a group: their Spec or Graph on the target, by operand of it
    the op and which of its operands it is, likewise its index array if it has rows that are looked
    up, and the fills that they absorb.

    `op` is the last one, at whose place the code will stand.
    """

    op: Any
    spec: Spec | Graph
    sources: tuple[Source, ...]
    indices: tuple[Source | None, ...]
    fills: tuple[Any, ...]
    function: str
    number: int
    ops: tuple[Any, ...]

    @property
    def values(self) -> tuple[Any, ...]:
        """What holds the elements of the operands, as the ops have them now."""
        first = len(self.sources) - len(written_by(self.spec))
        read = (seen(op.operands[i]) for op, i in self.sources[:first])
        written = (op.operands[i] for op, i in self.sources[first:])
        return tuple(map(stored, (*read, *written)))

    @property
    def index_values(self) -> tuple[Any, ...]:
        """What holds the index arrays of the operands that have one, in order."""
        given = (source for source in self.indices if source is not None)
        return tuple(stored(seen(op.operands[i])) for op, i in given)

    @property
    def results(self) -> tuple[Any, ...]:
        """What the ops give of what is written, where that are tensors."""
        first = len(self.sources) - len(written_by(self.spec))
        return tuple(result for op, _ in self.sources[first:] for result in op.results)

    @property
    def name(self) -> str:
        """What to call it: the op's name, or how many there are."""
        return self.op.name if len(self.ops) == 1 else f"group of {len(self.ops)} ops"


def section_names(goal: Goal) -> list[str]:
    """The names of sections that speak of a goal, the most special first."""
    return [f"{goal.function}#{goal.number}", goal.function, ""]


def is_plain(spec: Spec | Graph) -> bool:
    """Whether a goal computes nothing: a fill, or a copy that looks nothing up."""
    if isinstance(spec, Graph):
        return False
    return (spec.is_copy and spec.inputs[0].lookup is None) or not spec.inputs
