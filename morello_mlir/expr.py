"""Scalar bodies: what a structured op computes at one point of its iteration space.

An expression is a tree of `Arg` (an input's element), `Const` and `Apply`. `Apply` names the MLIR
op (`arith.mulf`, `math.exp`, ...), so a body is read from any linalg op and written back as vector
ops without a table in between. Invariant: expressions are pure. Read next: `spec.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from math import inf, nan

from .dtype import DType


@dataclass(frozen=True, slots=True)
class Arg:
    """The element of input number `index`."""

    index: int
    dtype: DType

    def __str__(self) -> str:
        return f"%{self.index}"


@dataclass(frozen=True, slots=True)
class Const:
    """A literal, kept as MLIR spells it so that no bit is lost."""

    text: str
    dtype: DType

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Apply:
    """A pure scalar op on expressions; `attrs` is its generic-form property text, or empty."""

    op: str
    args: tuple[Expr, ...]
    dtype: DType
    attrs: str = ""

    def __str__(self) -> str:
        short = self.op.split(".", 1)[-1]
        to = f" to {self.dtype}" if is_cast(self) else ""
        return f"{short}({', '.join(map(str, self.args))}{to})"


Expr = Arg | Const | Apply

_COMMUTATIVE = "addf addi mulf muli maximumf maxnumf minimumf minnumf maxsi maxui minsi minui"
COMMUTATIVE = frozenset(f"arith.{op}" for op in f"{_COMMUTATIVE} andi ori xori".split())

_CASTS = "extf extsi extui truncf trunci sitofp uitofp fptosi fptoui bitcast"
CASTS = frozenset(f"arith.{op}" for op in _CASTS.split())

# The ops that may join the terms of a reduction: the neutral element (None: by type, see `neutral`)
# and the kind that `vector.reduction` knows them by.
COMBINES = {
    "arith.addf": "add",
    "arith.addi": "add",
    "arith.mulf": "mul",
    "arith.muli": "mul",
    "arith.maximumf": "maximumf",
    "arith.maxnumf": "maxnumf",
    "arith.minimumf": "minimumf",
    "arith.minnumf": "minnumf",
    "arith.maxsi": "maxsi",
    "arith.maxui": "maxui",
    "arith.minsi": "minsi",
    "arith.minui": "minui",
    "arith.andi": "and",
    "arith.ori": "or",
    "arith.xori": "xor",
}


def is_cast(expr: Expr) -> bool:
    """Whether the expression converts its one argument to another type."""
    return isinstance(expr, Apply) and expr.op in CASTS


def neutral(combine: str, dtype: DType) -> Const:
    """The element that `combine` leaves every other unchanged by."""
    kind = COMBINES[combine]
    top = (1 << (dtype.bits - 1)) - 1
    if kind == "add":
        # -0.0 is the exact neutral of floating-point addition; sums start at +0.0 as BLAS has it.
        return Const(dtype.zero, dtype)
    if kind in ("or", "xor", "maxui"):
        return Const("0", dtype)
    if kind == "mul":
        return Const("1.0" if dtype.is_float else "1", dtype)
    if kind in ("and", "minui"):
        return Const("-1", dtype)
    if kind == "maxsi":
        return Const(str(-top - 1), dtype)
    if kind == "minsi":
        return Const(str(top), dtype)
    return Const(infinity(dtype, negative=kind.startswith("max")), dtype)


def zero_annihilates(body: Expr, combine: str | None, index: int | None = None) -> bool:
    """Whether a term is neutral as soon as one input is zero (as if what it is multiplied by were
    finite), or without an index as soon as all are."""

    def is_zero(e: Expr) -> bool:
        if isinstance(e, Apply):
            if e.op in ("arith.mulf", "arith.muli"):
                return any(map(is_zero, e.args))
            return is_cast(e) and is_zero(e.args[0])
        return isinstance(e, Arg) and index in (None, e.index)

    return combine in ("arith.addf", "arith.addi") and is_zero(body)


def vanishes(body: Expr, combine: str | None, index: int, value: Const) -> bool:
    """Whether a term is neutral as soon as one input is that constant: a factor that is zero, or
    the input itself and the neutral element."""
    if number(value) == 0 and zero_annihilates(body, combine, index):
        return True
    itself = isinstance(body, Arg) and body.index == index
    return itself and combine is not None and number(value) == number(neutral(combine, body.dtype))


def number(const: Const) -> float | int:
    """The value of a constant; bits in hexadecimal are an infinity, or no number."""
    literal, dtype = const.text, const.dtype
    if literal.startswith("0x"):
        ends = {int(infinity(dtype, negative=n), 16): -inf if n else inf for n in (False, True)}
        return ends.get(int(literal, 16), nan)
    if literal in ("true", "false"):
        return int(literal == "true")
    return float(literal) if any(c in literal for c in ".eE") else int(literal)


def infinity(dtype: DType, *, negative: bool) -> str:
    """The MLIR literal of an infinity, as the hexadecimal bits that every float type accepts."""
    exponent = {"f64": 0x7FF0000000000000, "f32": 0x7F800000, "bf16": 0x7F80, "f16": 0x7C00}
    bits = exponent[dtype.name] | (1 << (dtype.bits - 1) if negative else 0)
    return f"0x{bits:0{dtype.bits // 4}X}"


def arguments(expr: Expr) -> tuple[int, ...]:
    """The inputs an expression reads, each once, in order of first use."""
    seen: dict[int, None] = {}

    def visit(e: Expr) -> None:
        if isinstance(e, Arg):
            seen[e.index] = None
        elif isinstance(e, Apply):
            for a in e.args:
                visit(a)

    visit(expr)
    return tuple(seen)


def substituted(expr: Expr, by: Callable[[Arg], Expr]) -> Expr:
    """The expression with something else for every argument."""
    if isinstance(expr, Arg):
        return by(expr)
    if isinstance(expr, Apply):
        return Apply(expr.op, tuple(substituted(a, by) for a in expr.args), expr.dtype, expr.attrs)
    return expr


def rename(expr: Expr, index: dict[int, int]) -> Expr:
    """The expression with its inputs renumbered."""
    return substituted(expr, lambda arg: Arg(index[arg.index], arg.dtype))


def replace_argument(expr: Expr, index: int, by: Expr) -> Expr:
    """The expression with input number `index` gone: `by` in its place, later inputs one less."""

    def new(arg: Arg) -> Expr:
        if arg.index == index:
            return by
        return Arg(arg.index - 1, arg.dtype) if arg.index > index else arg

    return substituted(expr, new)


def same(a: Expr, b: Expr) -> bool:
    """Whether two expressions are equal up to the order of commutative operands."""
    if isinstance(a, Apply) and isinstance(b, Apply):
        if (a.op, a.dtype, a.attrs, len(a.args)) != (b.op, b.dtype, b.attrs, len(b.args)):
            return False
        orders = permutations(b.args) if a.op in COMMUTATIVE else [b.args]
        return any(all(map(same, a.args, order)) for order in orders)
    return a == b


_CHAINS = {
    ("arith.extf", "arith.extf"): "arith.extf",
    ("arith.extsi", "arith.extsi"): "arith.extsi",
    ("arith.extui", "arith.extui"): "arith.extui",
    ("arith.extsi", "arith.extui"): "arith.extui",
    ("arith.sitofp", "arith.extsi"): "arith.sitofp",
    ("arith.sitofp", "arith.extui"): "arith.uitofp",
    ("arith.uitofp", "arith.extui"): "arith.uitofp",
}
"""Two casts, the outer one first, and the one that gives the same value for every argument."""


def folded(expr: Expr) -> Expr:
    """The expression with chains of casts that lose nothing made one: its normal form.

    extsi(extsi(x to i16) to i32) -> extsi(x to i32)
    """
    if not isinstance(expr, Apply):
        return expr
    args = tuple(map(folded, expr.args))
    if is_cast(expr) and not expr.attrs:
        inner = args[0]
        if isinstance(inner, Apply) and not inner.attrs and (expr.op, inner.op) in _CHAINS:
            return Apply(_CHAINS[expr.op, inner.op], inner.args, expr.dtype)
    return Apply(expr.op, args, expr.dtype, expr.attrs)


def depth(expr: Expr) -> int:
    """How many ops stand on the longest way from a leaf."""
    return 1 + max(map(depth, expr.args), default=0) if isinstance(expr, Apply) else 0


def ops(expr: Expr) -> tuple[Apply, ...]:
    """Every op of the expression, arguments before users; equal ones once, as they are computed."""
    found: dict[Apply, None] = {}

    def visit(e: Expr) -> None:
        if isinstance(e, Apply):
            for a in e.args:
                visit(a)
            found[e] = None

    visit(expr)
    return tuple(found)


def size(expr: Expr, index: int | None = None) -> int:
    """How many ops the expression has, or how often it reads an input; equal ones count each."""
    if isinstance(expr, Arg):
        return int(expr.index == index)
    if not isinstance(expr, Apply):
        return 0
    return sum(size(a, index) for a in expr.args) + (index is None)
