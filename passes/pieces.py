"""Ops that are done in one piece: whether groups would wait for each other.

A group's code stands at one place, so it can need nothing that needs a result of it, be it through
other groups, which are done in one piece as well. Read next: `group.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlir import ir

from ..dialect.structured import arrays_of, seen


@dataclass
class Pieces:
    """The groups of a module, by each of their ops, and what ops read, as far as that is known."""

    groups: dict[Any, Sequence[Any]] = field(default_factory=dict)
    _makers: dict[Any, tuple[Any, ...]] = field(default_factory=dict)

    def way_back(self, members: Sequence[Any]) -> Any | None:
        """An op outside that needs a result of the members and that they need; None without one."""
        own, seen = set(members), set(members)
        todo = [m for op in members for m in _looked_at(op)]
        while todo:
            op = todo.pop()
            if op in seen:
                continue
            piece = [p for p in self.groups.get(op, (op,)) if p not in own]
            seen.update(piece)
            for p in piece:
                for maker in self.makers(p):
                    if maker in own:
                        return p
                    todo.append(maker)
        return None

    def makers(self, op: Any) -> tuple[Any, ...]:
        """The ops that made what an op reads."""
        if op not in self._makers:
            self._makers[op] = tuple(dict.fromkeys(read_by(op)))
        return self._makers[op]


def _looked_at(op: Any) -> Iterator[Any]:
    """The ops that made what a member of a group reads, through reshapes and pads."""
    for value in map(seen, arrays_of(op)):
        if not isinstance(value, ir.BlockArgument):
            yield value.owner.operation


def read_by(op: Any) -> Iterator[Any]:
    """The ops that made what an op and those in its regions read."""
    found: list[Any] = []

    def visit(inner: Any) -> Any:
        values = (v for v in inner.operands if not isinstance(v, ir.BlockArgument))
        found.extend(v.owner.operation for v in values)
        return ir.WalkResult.ADVANCE

    op.walk(visit)
    return iter(found)
