"""Random bodies of linalg ops: scalar code as text, and what it computes at all points at once.

Read next: `dags.py`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from bounded import Bounded

Scalar = tuple[str, Bounded]
"""The name of a scalar, and its values at all points."""

FLOATS: dict[str, Callable[[Bounded, Bounded], Bounded]] = {
    "arith.addf": Bounded.__add__,
    "arith.subf": Bounded.__sub__,
    "arith.mulf": Bounded.__mul__,
    "arith.maximumf": Bounded.max,
    "arith.minimumf": Bounded.min,
}
INTEGERS: dict[str, Callable[[Bounded, Bounded], Bounded]] = {
    "arith.addi": Bounded.__add__,
    "arith.subi": Bounded.__sub__,
    "arith.muli": Bounded.__mul__,
    "arith.maxsi": Bounded.max,
    "arith.minsi": Bounded.min,
}


@dataclass
class Body:
    """A body that is being drawn, on inputs `%x0`, `%x1`, ...; `%z` is the output's old value."""

    r: random.Random
    inputs: Sequence[Bounded]
    dtype: str
    lines: list[str] = field(default_factory=list)
    last: str = ""

    def drawn(self) -> Bounded:
        """A value of every input, in some order, each under a function now and then."""
        scalars = [self._function(self._cast(i)) for i in range(len(self.inputs))]
        self.r.shuffle(scalars)
        value = scalars[0]
        for other in scalars[1:]:
            value = self._pair(value, other)
        if self.r.random() < 0.2:
            value = self._pair(value, scalars[0])
        name, meaning = self._function(value)
        self.last = name
        return meaning

    def product(self) -> Bounded:
        """The product of the inputs, as a contraction has it."""
        mul = "arith.muli" if self.dtype == "i32" else "arith.mulf"
        (a, x), (b, y) = self._cast(0), self._cast(1)
        self.last = self._line(f"{mul} {a}, {b} : {self.dtype}")
        return x * y

    def combined(self, maximum: bool) -> None:
        """Add the value to the old one, or take the larger one."""
        words = ("arith.maxsi", "arith.addi", "arith.maximumf", "arith.addf")
        op = words[(0 if self.dtype == "i32" else 2) + (not maximum)]
        pair = ["%z", self.last]
        self.r.shuffle(pair)
        self.last = self._line(f"{op} {pair[0]}, {pair[1]} : {self.dtype}")

    def _line(self, text: str) -> str:
        name = f"%s{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def _constant(self, number: float, dtype: str) -> Scalar:
        text = str(int(number)) if dtype == "i32" else str(float(number))
        kind: Any = np.int64 if dtype == "i32" else np.float64
        name = self._line(f"arith.constant {text} : {dtype}")
        return name, Bounded.exact(dtype, np.asarray(number, kind))

    def _cast(self, number: int) -> Scalar:
        """An input in the type of the body."""
        name, meaning = f"%x{number}", self.inputs[number]
        old, new = meaning.dtype, self.dtype
        if old == new:
            return name, meaning
        if new == "i32":
            if np.any(meaning.error):  # a rounding error could be one of the result
                word, three = self._constant(3, new)
                return word, Bounded.exact(new, np.broadcast_to(three.array, meaning.array.shape))
            scale, _ = self._constant(8, old)
            scaled = self._line(f"arith.mulf {name}, {scale} : {old}")
            return self._line(f"arith.fptosi {scaled} : {old} to i32"), meaning.cast(new, 8)
        if old == "i32":
            mask, _ = self._constant(63, old)
            low = self._line(f"arith.andi {name}, {mask} : i32")
            word = self._line(f"arith.sitofp {low} : i32 to {new}")
            return word, Bounded.exact(new, (meaning.array & 63).astype(np.float64))
        op = "arith.extf" if new == "f32" else "arith.truncf"
        word = self._line(f"{op} {name} : {old} to {new}")
        if new == "f32":
            return word, Bounded(new, meaning.array, meaning.error)
        return word, meaning.cast(new)

    def _pair(self, a: Scalar, b: Scalar) -> Scalar:
        """One of the functions of two."""
        if self.dtype != "i32" and self.r.random() < 0.12:
            return self._quotient(a, b)
        ops = INTEGERS if self.dtype == "i32" else FLOATS
        op = self.r.choice(list(ops))
        return self._line(f"{op} {a[0]}, {b[0]} : {self.dtype}"), ops[op](a[1], b[1])

    def _quotient(self, a: Scalar, b: Scalar) -> Scalar:
        """a / (1 + |b|)."""
        one, unit = self._constant(1, self.dtype)
        size = self._line(f"math.absf {b[0]} : {self.dtype}")
        below = self._line(f"arith.addf {one}, {size} : {self.dtype}")
        divisor = unit + Bounded(self.dtype, np.abs(b[1].array), b[1].error)
        name = self._line(f"arith.divf {a[0]}, {below} : {self.dtype}")
        return name, a[1].over(divisor)

    def _function(self, a: Scalar) -> Scalar:
        """A function of one, or the same value."""
        name, x = a
        dtype = self.dtype
        chance = self.r.random()
        if chance < 0.6:
            return a
        if chance < 0.75:
            half, by = self._constant(3 if dtype == "i32" else 0.5, dtype)
            op = "arith.muli" if dtype == "i32" else "arith.mulf"
            return self._line(f"{op} {name}, {half} : {dtype}"), x * by
        if dtype == "i32":
            zero, nothing = self._constant(0, dtype)
            return self._line(f"arith.maxsi {name}, {zero} : i32"), x.max(nothing)
        if chance < 0.82:
            return self._line(f"arith.negf {name} : {dtype}"), Bounded(dtype, -x.array, x.error)
        size = self._line(f"math.absf {name} : {dtype}")
        if chance < 0.88 or dtype == "f16":
            return size, Bounded(dtype, np.abs(x.array), x.error)
        if chance < 0.94:
            return self._line(f"math.tanh {name} : {dtype}"), x.mapped(np.tanh)
        least = self._line(f"arith.negf {size} : {dtype}")
        return self._line(f"math.exp {least} : {dtype}"), x.mapped(lambda v: np.exp(-np.abs(v)))
