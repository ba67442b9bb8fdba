"""Cost: cycles by named term, in an affine algebra.

A program's cost is the sum of its children's costs times their trip counts, plus constants that
depend only on the Spec; so the best program for a Spec is made of best programs for its children.
Costs are float64: terms of large problems must not tie. Read next: `price.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """Cycles by term, sorted by name; terms of zero are left out."""

    terms: tuple[tuple[str, float], ...] = ()

    @staticmethod
    def of(terms: Mapping[str, float]) -> Cost:
        """Build from a mapping, in normal form."""
        return Cost(tuple(sorted((name, float(c)) for name, c in terms.items() if c)))

    @property
    def cycles(self) -> float:
        """The total."""
        return sum(c for _, c in self.terms)

    def __add__(self, other: Cost) -> Cost:
        sums = dict(self.terms)
        for name, c in other.terms:
            sums[name] = sums.get(name, 0.0) + c
        return Cost.of(sums)

    def __mul__(self, factor: float) -> Cost:
        return Cost(tuple((name, c * factor) for name, c in self.terms if factor))

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {c:.4g}" for name, c in self.terms)
        return f"{self.cycles:.4g} cycles" + (f" ({parts})" if parts else "")
