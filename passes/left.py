"""What a search leaves to stock lowering, and why: `left_of`, and a line about it.

Ops whose only work is to show a part of an array in another shape are not in it, nor are fills that
other ops absorb and pads that all readers see through. Read next: `schedule.py`, `lower.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..dialect.pads import read_pad
from ..dialect.region import UnsupportedOp
from ..dialect.structured import read_structured
from . import upstream
from .linalg_ops import function_of, linalg_ops

_VIEWS = frozenset(
    f"tensor.{name}"
    for name in (
        "bitcast",
        "cast",
        "collapse_shape",
        "dim",
        "empty",
        "expand_shape",
        "extract",
        "extract_slice",
        "yield",
    )
)
_NO_LINALG = "is no linalg op"


@dataclass(frozen=True)
class Left:
    """An op that stays as it is, with the reason."""

    op: Any
    reason: str

    def row(self) -> dict[str, str]:
        """As a dictionary for JSON."""
        names = {"function": function_of(self.op), "op": self.op.name}
        return names | {"place": place(self.op.location), "reason": self.reason}


def left_of(module: Any) -> list[Left]:
    """What nobody makes schedules for, in the order of the module."""
    return list(_left(module))


def _left(module: Any) -> Iterator[Left]:
    linalg = {op: _reason(op) for op in linalg_ops(module.operation)}
    for op in upstream.walk(module.operation):
        if op in linalg:
            reason = linalg[op]
            if reason is not None:
                yield Left(op, reason)
        elif _works(op) and not (
            op.name == "tensor.pad"
            and read_pad(op.results[0]) is not None
            and all(
                linalg.get(use.owner.operation, _NO_LINALG) is None for use in op.results[0].uses
            )
        ):
            yield Left(op, _NO_LINALG)


def _reason(op: Any) -> str | None:
    """Why an op is no Spec; None if it is one."""
    try:
        read_structured(op)
    except UnsupportedOp as reason:
        return str(reason)
    return None


def _works(op: Any) -> bool:
    inside = op.parent is not None and op.parent.name.startswith("linalg.")
    is_tensor_op = op.name.startswith("tensor.") and op.name not in _VIEWS
    return not inside and (is_tensor_op or op.name == "memref.copy")


def place(location: Any) -> str:
    """A location as text: `file:line:column` where it is in a file."""
    if location.is_a_file():
        return f"{location.filename}:{location.start_line}:{location.start_col}"
    return str(location)


def in_words(scheduled: int, left: list[Left]) -> str:
    """How many ops there are of each kind and reason, the most frequent first."""
    reasons = Counter((each.op.name, each.reason) for each in left)
    counted = (f"{name} ({count}x) {reason}" for (name, reason), count in reasons.most_common())
    numbers = f"ops that have schedules: {scheduled}; that are left to stock lowering: {len(left)}"
    return "\n  ".join((numbers, *counted))
