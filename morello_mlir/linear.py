"""Linear index expressions: a constant plus integer multiples of named variables.

One class serves twice: as an operand's indexing map over axis names, and as an address over the
loop variables of emitted code. Invariant: terms are sorted by name and have no zero coefficient,
so equal expressions are equal values. Read next: `layout.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Linear:
    """`const + sum(coefficient * variable)`."""

    terms: tuple[tuple[str, int], ...] = ()
    const: int = 0

    @staticmethod
    def of(terms: Mapping[str, int], const: int = 0) -> Linear:
        """Build from a mapping, in normal form."""
        return Linear(tuple(sorted((v, c) for v, c in terms.items() if c)), const)

    @staticmethod
    def var(name: str, coefficient: int = 1) -> Linear:
        """One variable."""
        return Linear(((name, coefficient),)) if coefficient else Linear()

    @property
    def names(self) -> tuple[str, ...]:
        """The variables, sorted."""
        return tuple(v for v, _ in self.terms)

    def coefficient(self, name: str) -> int:
        """The factor of a variable, zero where it does not occur."""
        for v, c in self.terms:
            if v == name:
                return c
        return 0

    def __add__(self, other: Linear | int) -> Linear:
        if isinstance(other, int):
            return Linear(self.terms, self.const + other)
        if not other.terms or not self.terms:
            return Linear(self.terms or other.terms, self.const + other.const)
        sums = dict(self.terms)
        for v, c in other.terms:
            sums[v] = sums.get(v, 0) + c
        return Linear.of(sums, self.const + other.const)

    def __mul__(self, factor: int) -> Linear:
        if factor == 0:
            return Linear()
        return Linear(tuple((v, c * factor) for v, c in self.terms), self.const * factor)

    def without(self, names: frozenset[str]) -> Linear:
        """The expression with those variables at zero."""
        return Linear(tuple(t for t in self.terms if t[0] not in names), self.const)

    def substitute(self, values: Mapping[str, Linear]) -> Linear:
        """Replace variables by expressions; those not in `values` stay."""
        total = Linear((), self.const)
        for v, c in self.terms:
            total = total + (values[v] * c if v in values else Linear.var(v, c))
        return total

    def evaluate(self, values: Mapping[str, int]) -> int:
        """The value at a point."""
        return self.const + sum(c * values[v] for v, c in self.terms)

    def rename(self, names: Mapping[str, str]) -> Linear:
        """Rename variables."""
        return Linear.of({names.get(v, v): c for v, c in self.terms}, self.const)

    def __str__(self) -> str:
        parts = [v if c == 1 else f"{c}*{v}" for v, c in self.terms]
        if self.const or not parts:
            parts.append(str(self.const))
        return " + ".join(parts)
