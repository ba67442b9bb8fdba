"""Element types: what a scalar is, how wide, and how MLIR spells it.

MLIR integers are signless; the engine says `u8` where a program reads an `i8` as unsigned, so that
instructions and layouts can tell the two apart. Half bytes, `i4` and `u4`, are types of inputs
alone: what reads one has a byte, and so has a copy. Read next: `expr.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_NIBBLE = 4


@dataclass(frozen=True, slots=True)
class DType:
    """One element type, known by its name."""

    name: str
    bits: int
    is_float: bool
    signed: bool = True

    @property
    def bytes(self) -> int:
        """Bytes of one element by itself."""
        return (self.bits + 7) // 8

    def size(self, count: Any) -> Any:
        """Bytes of so many neighbours in memory: a number, or an array of numbers."""
        return -(-count // 2) if self.is_nibble else count * self.bytes

    def count(self, size: int) -> int:
        """How many neighbours so many bytes hold."""
        return size * 2 if self.is_nibble else size // self.bytes

    @property
    def is_nibble(self) -> bool:
        """Whether memory has two elements to the byte, the first in its low half."""
        return self.bits == _NIBBLE

    @property
    def value(self) -> DType:
        """The type of one element by itself, as in a lane or a copy: a byte for half of one."""
        if self.is_nibble:
            return I8 if self.signed else U8
        return self

    @property
    def mlir(self) -> str:
        """The MLIR spelling of one element by itself."""
        return self.name if self.is_float else f"i{self.value.bits}"

    @property
    def zero(self) -> str:
        """The MLIR literal of zero."""
        return "0.0" if self.is_float else "0"

    def __str__(self) -> str:
        return self.name


F64 = DType("f64", 64, True)
F32 = DType("f32", 32, True)
BF16 = DType("bf16", 16, True)
F16 = DType("f16", 16, True)
I64 = DType("i64", 64, False)
I32 = DType("i32", 32, False)
I16 = DType("i16", 16, False)
I8 = DType("i8", 8, False)
U8 = DType("u8", 8, False, signed=False)
I4 = DType("i4", 4, False)
U4 = DType("u4", 4, False, signed=False)
I1 = DType("i1", 1, False, signed=False)

ALL = (F64, F32, BF16, F16, I64, I32, I16, I8, U8, I4, U4, I1)
BY_NAME = {t.name: t for t in ALL}


def dtype(name: str) -> DType:
    """The element type of that name; `ValueError` for one the engine does not have."""
    if name not in BY_NAME:
        raise ValueError(f"no element type '{name}' (have: {', '.join(BY_NAME)})")
    return BY_NAME[name]
