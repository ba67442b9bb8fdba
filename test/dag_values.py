"""What random DAGs are made of: values, how ops read them, and the module with its answers.

Read next: `dags.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from bounded import Bounded


@dataclass(frozen=True)
class Value:
    """A tensor of the module."""

    name: str
    meaning: Bounded
    made: bool = True
    """By an op, not an argument."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its extents."""
        return tuple(np.shape(self.meaning.array))

    @property
    def dtype(self) -> str:
        """Its elements."""
        return self.meaning.dtype

    @property
    def type(self) -> str:
        """How MLIR writes its type."""
        return tensor(self.shape, self.dtype)


@dataclass(frozen=True)
class Read:
    """A value as an op of some iterators reads it: per dimension the iterator, None at 0."""

    value: Value
    dims: tuple[int | None, ...]

    def over(self, extents: Sequence[int]) -> Bounded:
        """Its elements over an iteration space, broadcast."""
        kept = [d for d in self.dims if d is not None]
        order = sorted(range(len(kept)), key=lambda i: kept[i])
        first = tuple(slice(None) if d is not None else 0 for d in self.dims)
        shape = [e if d in kept else 1 for d, e in enumerate(extents)]
        plain = self.value.meaning.at(first).transposed(order).shaped(shape)
        return Bounded(
            plain.dtype,
            np.broadcast_to(plain.array, tuple(extents)),
            np.broadcast_to(plain.error, tuple(extents)),
        )


@dataclass(frozen=True)
class Dag:
    """A module with one function `f` on tensors, its arguments, and what it must give."""

    seed: int
    text: str
    inputs: tuple[Any, ...]
    results: tuple[Bounded, ...]

    def check(self, kernel: Any) -> None:
        """Run the kernel and compare."""
        got = kernel.f(*(a.copy() for a in self.inputs))
        got = got if isinstance(got, tuple) else (got,)
        for i, (want, array) in enumerate(zip(self.results, got, strict=True)):
            try:
                want.check(array)
            except AssertionError as failure:
                raise AssertionError(f"result {i}: {failure}") from None

    def __str__(self) -> str:
        return f"seed {self.seed}\n{self.text}"


def tensor(shape: Sequence[int], dtype: str) -> str:
    """A tensor type."""
    return f"tensor<{'x'.join([*map(str, shape), dtype])}>"
