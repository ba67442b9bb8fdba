"""Scalar bodies in numpy: an expression at many points at once, in the types that it says.

Each op computes in its own element type, as a processor does: integers wrap, 16-bit floats round
after every op. Functions of `math` are numpy's. Read next: `interpreter.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import ml_dtypes
import numpy as np

from .dtype import DType
from .expr import Apply, Arg, Const, Expr

Array = Any

_NUMPY: dict[str, Any] = {
    "f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16,
    "i64": np.int64, "i32": np.int32, "i16": np.int16, "i8": np.int8, "u8": np.uint8,
    "i4": np.int8, "u4": np.uint8, "i1": np.bool_,
}  # fmt: skip


class UnknownOp(ValueError):
    """A body has an op that is not evaluated here."""


def numpy_type(dtype: DType) -> Any:
    """The numpy type of one element by itself."""
    return np.dtype(_NUMPY[dtype.name])


def evaluate(expr: Expr, inputs: Sequence[Array]) -> Array:
    """The values of a body; `inputs` are arrays of one shape, or scalars."""
    if isinstance(expr, Arg):
        return inputs[expr.index]
    if isinstance(expr, Const):
        return constant(expr)
    assert isinstance(expr, Apply)
    return apply(expr, [evaluate(a, inputs) for a in expr.args])


@lru_cache(maxsize=256)
def constant(literal: Const) -> Array:
    """The value of a literal as MLIR spells it; floats may be hexadecimal bits."""
    kind, text = numpy_type(literal.dtype), literal.text
    if text in ("true", "false"):
        return kind.type(text == "true")
    if literal.dtype.is_float and text.lower().startswith("0x"):
        bits = np.dtype(f"u{literal.dtype.bytes}").type(int(text, 16))
        return bits.reshape(1).view(kind)[0]
    if literal.dtype.is_float:
        return kind.type(float(text))
    return np.asarray(int(text, 0)).astype(kind)[()]


def combine(op: str, old: Array, term: Array) -> Array:
    """What a reduction makes of an old value and a term."""
    return _BINARY[op](old, term)


def reduce(op: str, terms: Array, axes: tuple[int, ...]) -> Array:
    """The terms along some axes, one after the other."""
    for axis in sorted(axes, reverse=True):
        moved = np.moveaxis(terms, axis, 0)
        total = moved[0]
        for term in moved[1:]:
            total = _BINARY[op](total, term)
        terms = total
    return terms


def apply(expr: Apply, args: Sequence[Array]) -> Array:
    """One op."""
    kind = numpy_type(expr.dtype)
    if expr.op in _BINARY and len(args) == 2:
        value = _BINARY[expr.op](*args)
    elif expr.op in _UNARY and len(args) == 1:
        value = _UNARY[expr.op](args[0])
    elif expr.op in _CASTS:
        return _CASTS[expr.op](args[0], expr.args[0].dtype, kind)
    elif expr.op in ("arith.cmpf", "arith.cmpi"):
        return _compare(expr, args)
    elif expr.op == "arith.select":
        value = np.where(*args)
    elif expr.op == "math.fma":
        value = args[0] * args[1] + args[2]
    else:
        raise UnknownOp(f"{expr.op} is not known to the interpreter")
    return np.asarray(value).astype(kind, copy=False)


def _unsigned(x: Array) -> Array:
    x = np.asarray(x)
    return x.view(np.dtype(f"u{x.dtype.itemsize}")) if x.dtype.kind == "i" else x


def _signed(x: Array) -> Array:
    x = np.asarray(x)
    return x.view(np.dtype(f"i{x.dtype.itemsize}")) if x.dtype.kind == "u" else x


def _on_unsigned(f: Callable[[Array, Array], Array]) -> Callable[[Array, Array], Array]:
    return lambda a, b: _signed(f(_unsigned(a), _unsigned(b)))


def _truncated(a: Array, b: Array) -> Array:
    """Signed division towards zero."""
    safe = np.where(b == 0, 1, b)
    return np.sign(a) * np.sign(safe) * (np.abs(a) // np.abs(safe))


_BINARY: dict[str, Callable[[Array, Array], Array]] = {
    "arith.addf": np.add, "arith.addi": np.add, "arith.subf": np.subtract,
    "arith.subi": np.subtract, "arith.mulf": np.multiply, "arith.muli": np.multiply,
    "arith.divf": np.divide, "arith.remf": np.fmod, "arith.divsi": _truncated,
    "arith.divui": _on_unsigned(lambda a, b: a // np.where(b == 0, 1, b).astype(a.dtype)),
    "arith.maximumf": np.maximum, "arith.minimumf": np.minimum,
    "arith.maxnumf": np.fmax, "arith.minnumf": np.fmin,
    "arith.maxsi": np.maximum, "arith.minsi": np.minimum,
    "arith.maxui": _on_unsigned(np.maximum), "arith.minui": _on_unsigned(np.minimum),
    "arith.andi": np.bitwise_and, "arith.ori": np.bitwise_or, "arith.xori": np.bitwise_xor,
    "arith.shli": np.left_shift, "arith.shrsi": np.right_shift,
    "arith.shrui": _on_unsigned(np.right_shift),
    "math.powf": np.power, "math.atan2": np.arctan2, "math.copysign": np.copysign,
}  # fmt: skip


def _erf(x: Array) -> Array:
    return np.vectorize(math.erf, otypes=[np.float64])(x)


_UNARY: dict[str, Callable[[Array], Array]] = {
    "arith.negf": np.negative, "math.absf": np.abs, "math.absi": np.abs, "math.sqrt": np.sqrt,
    "math.rsqrt": lambda x: 1 / np.sqrt(x), "math.exp": np.exp, "math.exp2": np.exp2,
    "math.expm1": np.expm1, "math.log": np.log, "math.log2": np.log2, "math.log10": np.log10,
    "math.log1p": np.log1p, "math.sin": np.sin, "math.cos": np.cos, "math.tan": np.tan,
    "math.sinh": np.sinh, "math.cosh": np.cosh, "math.tanh": np.tanh, "math.asin": np.arcsin,
    "math.acos": np.arccos, "math.atan": np.arctan, "math.erf": _erf,
    "math.erfc": lambda x: 1 - _erf(x), "math.floor": np.floor, "math.ceil": np.ceil,
    "math.round": lambda x: np.copysign(np.floor(np.abs(x) + 0.5), x), "math.roundeven": np.rint,
    "math.trunc": np.trunc, "math.cbrt": np.cbrt,
}  # fmt: skip


def _to_integer(x: Array, _: DType, kind: Any) -> Array:
    return np.trunc(np.asarray(x, np.float64)).astype(np.int64).astype(kind)


def _bits(x: Array, _: DType, kind: Any) -> Array:
    return np.ascontiguousarray(x).view(kind).reshape(np.shape(x))


def _zero_extended(x: Array, _: DType, kind: Any) -> Array:
    return _unsigned(x).astype(kind)


def _plain(x: Array, _: DType, kind: Any) -> Array:
    return np.asarray(x).astype(kind)


def _sign_extended(x: Array, old: DType, kind: Any) -> Array:
    return (-np.asarray(x).astype(kind)) if old.bits == 1 else _signed(x).astype(kind)


_CASTS: dict[str, Callable[[Array, DType, Any], Array]] = {
    "arith.extf": _plain, "arith.truncf": _plain, "arith.trunci": _plain,
    "arith.extsi": _sign_extended, "arith.sitofp": _sign_extended,
    "arith.extui": _zero_extended, "arith.uitofp": _zero_extended,
    "arith.fptosi": _to_integer, "arith.fptoui": _to_integer, "arith.bitcast": _bits,
}  # fmt: skip

# The predicates in the order of MLIR's numbers.
_INTEGER = ("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge")
_FLOAT = ("false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord",
          "ueq", "ugt", "uge", "ult", "ule", "une", "uno", "true")  # fmt: skip
_TESTS: dict[str, Callable[[Array, Array], Array]] = {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal,
    "gt": np.greater, "ge": np.greater_equal,
}  # fmt: skip


def _compare(expr: Apply, args: Sequence[Array]) -> Array:
    found = re.search(r"predicate = (\d+)", expr.attrs)
    if found is None:
        raise UnknownOp(f"{expr.op} without a predicate")
    number, (a, b) = int(found[1]), args
    if expr.op == "arith.cmpi":
        name = _INTEGER[number]
        if name[0] == "u":
            a, b = _unsigned(a), _unsigned(b)
        return _TESTS[name if name in _TESTS else name[1:]](a, b)
    name = _FLOAT[number]
    apart = np.isnan(np.asarray(a, np.float64)) | np.isnan(np.asarray(b, np.float64))
    if name in ("ord", "uno"):
        return apart if name == "uno" else ~apart
    if name in ("true", "false"):
        return np.full(apart.shape, name == "true")
    told = _TESTS[name[1:]](a, b)
    return told | apart if name[0] == "u" else told & ~apart
