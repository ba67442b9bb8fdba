"""Instructions that elementary functions use where a machine has them, as calls of intrinsics.

A vector of one dimension that fills registers is taken register by register; for other shapes there
are none, and the functions do without. Read next: `approx/lanes.py`, which says what each is.
"""

from __future__ import annotations

from collections.abc import Sequence

from mlir import ir

from morello_mlir.passes.approx.lanes import ESTIMATE, LARGER, SCALE, SMALLER

_NAMES = {SCALE: "mask.scalef", ESTIMATE: "rcp14", LARGER: "mask.range", SMALLER: "mask.range"}
_NEEDS = {512: "avx512f", 256: "avx512vl"}
_CHOICES = {LARGER: 5, SMALLER: 4}
"""What vrange chooses, with the sign that it finds."""

_ROUND_AS_SET = 4


def register_bits(name: str, kind: ir.Type, features: frozenset[str]) -> int | None:
    """The registers in which there is an instruction for values of a type; None where in none."""
    if not isinstance(kind, ir.VectorType) or kind.rank != 1:
        return None
    width = ir.FloatType(kind.element_type).width
    if width == 64 and name == ESTIMATE:
        return None  # 14 bits are too few to start from
    if name in _CHOICES and "avx512dq" not in features:
        return None
    for bits, needed in _NEEDS.items():
        if needed in features and kind.shape[0] % (bits // width) == 0:
            return bits
    return None


def call(name: str, operands: Sequence[ir.Value], bits: int) -> ir.Value:
    """The instruction on values of one type, at the insertion point."""
    from mlir.dialects import vector

    kind = ir.VectorType(operands[0].type)
    lanes = bits // ir.FloatType(kind.element_type).width
    if kind.shape[0] == lanes:
        return _intrinsic(name, operands, bits)
    part = ir.VectorType.get([lanes], kind.element_type)
    result = operands[0]
    for start in range(0, kind.shape[0], lanes):
        pieces = [vector.extract_strided_slice(part, o, [start], [lanes], [1]) for o in operands]
        result = vector.insert_strided_slice(_intrinsic(name, pieces, bits), result, [start], [1])
    return result


def _intrinsic(name: str, operands: Sequence[ir.Value], bits: int) -> ir.Value:
    """One call: operands, a choice, what is kept of lanes that are masked off (none), the mask."""
    from mlir.dialects import arith, llvm

    i32 = ir.IntegerType.get_signless(32)

    kind = ir.VectorType(operands[0].type)
    width = ir.FloatType(kind.element_type).width
    mask = ir.IntegerType.get_signless(max(8, kind.shape[0]))
    choice = [arith.constant(i32, _CHOICES[name])] if name in _CHOICES else []
    arguments = [*operands, *choice, operands[0], arith.constant(mask, -1)]
    if name != ESTIMATE and bits == 512:
        arguments.append(arith.constant(i32, _ROUND_AS_SET))
    text = f"llvm.x86.avx512.{_NAMES[name]}.{'ps' if width == 32 else 'pd'}.{bits}"
    return llvm.call_intrinsic(kind, text, arguments, [], [])
