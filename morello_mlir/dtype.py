"""Element types: what a scalar is, how wide, and how MLIR spells it.

MLIR integers are signless; the engine says `u8` where a program reads an `i8` as unsigned, so that
instructions and layouts can tell the two apart. Read next: `expr.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DType:
    """One element type, known by its name."""

    name: str
    bits: int
    is_float: bool
    signed: bool = True

    @property
    def bytes(self) -> int:
        """Bytes of one element in memory."""
        return (self.bits + 7) // 8

    @property
    def mlir(self) -> str:
        """The MLIR spelling of the type."""
        return self.name if self.is_float else f"i{self.bits}"

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
I1 = DType("i1", 1, False, signed=False)

ALL = (F64, F32, BF16, F16, I64, I32, I16, I8, U8, I1)
BY_NAME = {t.name: t for t in ALL}


def dtype(name: str) -> DType:
    """The element type of that name; `ValueError` for one the engine does not have."""
    if name not in BY_NAME:
        raise ValueError(f"no element type '{name}' (have: {', '.join(BY_NAME)})")
    return BY_NAME[name]
