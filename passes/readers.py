"""Who reads a value, which layout a `morello.layout` gives it, what arguments say of themselves.

Only linalg ops that are understood can read an array in another layout than its type says: they are
all that is written by the emission, which addresses every operand through its layout. Read next:
`passes/layout.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mlir import ir

from ..dialect.morello import read_layout
from ..dialect.region import UnsupportedOp
from ..dialect.structured import Structured, read_structured
from ..layout import Layout, parse_layout
from . import upstream

NAME = "morello.name"
"""The attribute of an argument that has what it is called outside."""

NIBBLES = "morello.nibbles"
"""That of an argument of bytes that has the shape of the array of i4 that they hold."""

RESULT = "bufferize.result"
"""The argument attribute of a caller-allocated result."""


def argument_attributes(function: Any) -> list[Any]:
    """The attributes of each argument of a `func.func`."""
    if "arg_attrs" in function.attributes:
        return [ir.DictAttr(a) for a in ir.ArrayAttr(function.attributes["arg_attrs"])]
    return [ir.DictAttr.get({}) for _ in function.regions[0].blocks[0].arguments]


@dataclass(frozen=True)
class Use:
    """One use of a value: operand `number` of `op`. `obstacle` says why it is no mere reading."""

    op: Any
    number: int
    read: Structured | None
    obstacle: str

    @property
    def is_output(self) -> bool:
        """Whether the op writes the value, or what comes of it."""
        return self.read is not None and self.number == self.read.positions[-1]

    @property
    def dims(self) -> tuple[str, ...] | None:
        """What the reader's Spec calls the dimensions; None where it does not look at elements."""
        if self.read is None or self.number not in self.read.positions:
            return None
        return self.read.spec.operands[self.read.positions.index(self.number)].dims


def callers(symbol: Any, module: Any) -> Iterator[Any]:
    """The operations that name a function or a global."""
    name = ir.FlatSymbolRefAttr.get(symbol_name(symbol), module.context)
    for op in upstream.walk(module.operation):
        if any(op.attributes[n] == name for n in op.attributes):
            yield op


def symbol_name(op: Any) -> str:
    """The name of a function or a global."""
    return str(ir.StringAttr(op.attributes["sym_name"]).value)


def uses_of(value: Any) -> list[Use]:
    """All uses of a value."""
    return [_use(use.owner.operation, use.operand_number) for use in value.uses]


def _use(op: Any, number: int) -> Use:
    if not op.name.startswith("linalg."):
        return Use(op, number, None, f"{op.name} is no linalg op; it uses")
    try:
        read = read_structured(op)
    except UnsupportedOp as reason:
        return Use(op, number, None, f"{op.name} {reason}; it uses")
    is_output = number == read.positions[-1]
    return Use(op, number, read, f"{op.name} takes as its output" if is_output else "")


def layout_of(attribute: Any, rank: int, uses: Sequence[Use]) -> Layout:
    """The layout that a `morello.layout` says; `ValueError` if it says none for such an array."""
    if isinstance(attribute, ir.StringAttr):
        layout, lanes = _named(attribute.value, rank, uses)
    else:
        layout, lanes, names = read_layout(attribute)
        if len(names) != rank:
            raise ValueError(f"a layout of {len(names)} dimensions for an array of {rank}")
    if lanes:
        raise ValueError("<...> is for registers")
    if layout.strides:
        raise ValueError("a layout with gaps is for what lies in memory already")
    return layout


def _named(text: str, rank: int, uses: Sequence[Use]) -> tuple[Layout, int]:
    """A layout in the names d0, d1, ..., or in those of all readers, if they mean the same."""
    plain = tuple(f"d{d}" for d in range(rank))
    if set(re.findall(r"[A-Za-z_]\w*", text)) <= set(plain):
        return parse_layout(text, plain)
    spoken = dict.fromkeys(use.dims for use in uses if use.dims is not None)
    found = [parse_layout(text, names) for names in spoken or (plain,)]
    if any(one != found[0] for one in found):
        raise ValueError(f"'{text}' is not the same for all readers; write it in d0, d1, ...")
    return found[0]
