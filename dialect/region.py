"""Scalar bodies: from a linalg op's region to an expression.

Pure `arith` and `math` ops become `Apply` nodes under their own names. Fast-math and overflow flags
are permissions, which nobody has to use; they are dropped, so that equal bodies are equal values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlir import ir

from ..dtype import BY_NAME, I4, I8, U8, DType
from ..expr import COMBINES, COMMUTATIVE, Apply, Arg, Const, Expr, arguments
from .blocks import operations


class UnsupportedOp(Exception):
    """The op is none that Specs can express; the text says why."""


def element_type(element: Any) -> DType:
    """The engine's name for the MLIR type of what is computed, and of elements that are."""
    text = str(element)
    if text not in _KNOWN:
        only = ", which only arguments and constants may have" if text == I4.name else ""
        raise UnsupportedOp(f"has elements of type {text}{only} (known: {', '.join(_KNOWN)})")
    return _KNOWN[text]


def input_type(element: Any) -> DType:
    """The same for elements that are only read: half bytes, too."""
    return I4 if str(element) == I4.name else element_type(element)


def read_body(op: Any, extracted: Callable[[Any], Expr]) -> tuple[Expr, bool]:
    """The expression that an op's region yields, and whether it reads the output's old element.

    `extracted` says what an op that extracts an element from an array gives.
    """
    block = op.regions[0].blocks[0]
    places = {a: i for i, a in enumerate(block.arguments)}
    values: dict[Any, Expr] = {}

    def read(value: Any) -> Expr:
        if value in values:
            return values[value]
        if isinstance(value, ir.BlockArgument):
            if value not in places:
                raise UnsupportedOp("reads a value from outside of its body")
            expr: Expr = Arg(places[value], input_type(value.type))
        elif value.owner.name == "tensor.extract":
            expr = extracted(value.owner.operation)
        else:
            expr = _read_op(value.owner, read)
        values[value] = expr
        return expr

    *inner, terminator = operations(op, block)
    for each in inner:
        if each.name.split(".")[0] not in PURE:
            raise UnsupportedOp(f"has {each.name} in its body, which may do more than compute")
    if len(terminator.operands) != 1:
        raise UnsupportedOp("yields several values; one is what a Spec has")
    body = read(terminator.operands[0])
    return body, len(op.operands) - 1 in arguments(body)


_KNOWN = {name: t for name, t in BY_NAME.items() if not t.is_nibble}
_IGNORED = frozenset({"fastmath", "overflowFlags"})
PURE = frozenset({"affine", "arith", "complex", "index", "linalg", "math", "tensor"})
"""Dialects of which a body's ops only compute."""
_POWERS = 64


def _read_op(op: Any, read: Any) -> Expr:
    op = op.operation
    if op.name.split(".")[0] not in ("arith", "math") or len(op.results) != 1 or op.regions:
        raise UnsupportedOp(f"has {op.name} in its body, which has no vector form")
    dtype = element_type(op.results[0].type)
    if op.name == "arith.constant":
        return Const(str(op.attributes["value"]).rsplit(" :", 1)[0], dtype)
    if op.name == "math.fpowi":
        return _power(read(op.operands[0]), read(op.operands[1]), dtype)
    return Apply(op.name, tuple(read(v) for v in op.operands), dtype, attributes_of(op))


def attributes_of(op: Any) -> str:
    """The attributes of an op that say what it computes, as text."""
    return ", ".join(f"{n} = {op.attributes[n]}" for n in op.attributes if n not in _IGNORED)


def _power(base: Expr, exponent: Expr, dtype: DType) -> Expr:
    """A power as products; LLVM has no vector form of one by an i64."""
    if not isinstance(exponent, Const) or abs(int(exponent.text)) > _POWERS:
        raise UnsupportedOp(f"has math.fpowi in its body, by other than a constant up to {_POWERS}")
    one = Const("1.000000e+00", dtype)
    number = int(exponent.text)
    power: Expr = one
    for bit in f"{abs(number):b}":
        power = power if power is one else Apply("arith.mulf", (power, power), dtype)
        if bit == "1":
            power = base if power is one else Apply("arith.mulf", (power, base), dtype)
    return Apply("arith.divf", (one, power), dtype) if number < 0 else power


def combined_term(body: Expr, output: int) -> tuple[str, Expr] | None:
    """By which op what is combined with the output's element, or None."""
    if not isinstance(body, Apply) or body.op not in COMBINES or body.op not in COMMUTATIVE:
        return None
    for old, term in (body.args, body.args[::-1]):
        if _is_old(old, output) and output not in arguments(term):
            return body.op, term
    return None


def summed_term(body: Expr, output: int) -> tuple[str, Expr] | None:
    """The same for sums that are written as a fused multiply-add, or as a difference.

    `fma(a, b, old)` is `old + a * b`, for types so long that a lane fuses the two again; `old - t`
    is `old + -t`.
    """
    if not isinstance(body, Apply):
        return None
    *first, last = body.args
    if body.op == "math.fma" and body.dtype.bits >= 32 and _is_old(last, output):
        term: Expr = Apply("arith.mulf", tuple(first), body.dtype)
        return None if output in arguments(term) else ("arith.addf", term)
    if body.op not in ("arith.subf", "arith.subi") or not _is_old(body.args[0], output):
        return None
    if output in arguments(last):
        return None
    if body.op == "arith.subf":
        return "arith.addf", Apply("arith.negf", (last,), body.dtype)
    return "arith.addi", Apply("arith.subi", (Const("0", body.dtype), last), body.dtype)


def _is_old(e: Expr, output: int) -> bool:
    return isinstance(e, Arg) and e.index == output


def byte_types(body: Expr) -> dict[int, DType]:
    """Inputs that are read as unsigned bytes and in no other way."""
    unsigned: dict[int, bool] = {}

    def visit(e: Expr, unsigned_here: bool) -> None:
        if isinstance(e, Arg):
            unsigned[e.index] = unsigned.get(e.index, True) and unsigned_here
        elif isinstance(e, Apply):
            for a in e.args:
                visit(a, e.op in ("arith.extui", "arith.uitofp"))

    visit(body, False)
    kinds: dict[int, DType] = {}

    def bytes_of(e: Expr) -> None:
        if isinstance(e, Arg) and e.dtype == I8 and unsigned[e.index]:
            kinds[e.index] = U8
        elif isinstance(e, Apply):
            for a in e.args:
                bytes_of(a)

    bytes_of(body)
    return kinds
