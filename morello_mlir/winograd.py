"""Winograd's transforms: the constant matrices of F(2, 3) and F(4, 3), and straight-line code.

Three taps slide over M results. With values at M + 2 points instead, a result costs M + 2 products
for 3 M: Y = A' ((G g) * (B' d)), where g are taps, d the M + 2 elements they slide over, and Y
the M results (Lavin and Gray, arXiv 1509.09308). In two dimensions each transform is applied along
one dimension, then along the other.

The points of F(4, 3) are 0, 5/8, -5/8, 3/2, -3/2 and infinity (Alam et al., arXiv 2201.10369): a
half to a quarter of the error that 0, 1, -1, 2, -2 make. Invariant: matrices are exact fractions.
Read next: `windowed.py`, `action/winograd.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

TAPS = 3
POINTS = {2: "0 1 -1", 4: "0 5/8 -5/8 3/2 -3/2"}
"""The finite points by the number of results; one at infinity comes last."""

Matrix = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """`factor * values[of] + values[plus]`, or the product alone; inputs are the first values."""

    factor: Fraction
    of: int
    plus: int | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A matrix times a vector, as lines; `results` are numbers of values."""

    inputs: int
    lines: tuple[Line, ...]
    results: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Transforms:
    """The three transforms of M results of three taps: G, B' and A'."""

    taps: Matrix
    image: Matrix
    result: Matrix


@lru_cache(maxsize=8)
def transforms(results: int) -> Transforms:
    """The matrices by Toom and Cook's rule, with the divisions on the side of the taps."""
    points = [Fraction(p) for p in POINTS[results].split()]
    size = results + TAPS - 1
    taps, image = [], []
    for p in points:
        others = [q for q in points if q != p]
        product, scale = [Fraction(1)], Fraction(1)
        for q in others:
            product, scale = _times(product, q), scale * (p - q)
        image.append((*product, *[Fraction(0)] * (size - len(product))))
        taps.append(tuple(p**k / scale for k in range(TAPS)))
    whole = [Fraction(1)]
    for p in points:
        whole = _times(whole, p)
    image.append(tuple(whole))
    taps.append((Fraction(0),) * (TAPS - 1) + (Fraction(1),))
    result = tuple(
        (*(p**k for p in points), Fraction(int(k == results - 1))) for k in range(results)
    )
    return Transforms(tuple(taps), tuple(image), result)


def _times(polynomial: list[Fraction], root: Fraction) -> list[Fraction]:
    """A polynomial, lowest power first, times (x - root)."""
    shifted = [Fraction(0), *polynomial]
    return [s - root * c for s, c in zip(shifted, [*polynomial, Fraction(0)], strict=True)]


@lru_cache(maxsize=32)
def code_of(matrix: Matrix) -> Code:
    """Straight-line code: what rows, or columns, of opposite points share is computed once."""
    build = _Builder(len(matrix[0]))
    pair = _column_pairs(matrix)
    sums = {}
    for i, j in pair.items():
        sums[i] = build.line(Fraction(1), j, i), build.line(Fraction(-1), j, i)
    results: dict[int, int] = {}
    for r, row in enumerate(matrix):
        if r in results:
            continue
        terms = {c: x for c, x in enumerate(row) if x and c not in pair.values()}
        if pair:
            terms = {sums[c][r % 2] if c in sums else c: x for c, x in terms.items()}
        twin = next((t for t in range(r + 1, len(matrix)) if _is_twin(row, matrix[t])), None)
        if pair or twin is None:
            results[r] = build.total(terms)
        else:
            results[r], results[twin] = build.twins(terms)
    return Code(len(matrix[0]), tuple(build.lines), tuple(results[r] for r in range(len(matrix))))


def _column_pairs(matrix: Matrix) -> dict[int, int]:
    """Columns that differ in the sign of odd rows only: those of points p and -p in A'."""
    columns = list(zip(*matrix, strict=True))
    return {
        i: j
        for i, left in enumerate(columns)
        for j in range(i + 1, len(columns))
        if len(matrix) != TAPS and _is_twin(left, columns[j])
    }


def _is_twin(row: tuple[Fraction, ...], other: tuple[Fraction, ...]) -> bool:
    """Whether two rows differ in the sign of their odd elements, or in that of their even ones."""
    signs = [(-1) ** c for c in range(len(row))]
    flipped = [x * s for x, s in zip(row, signs, strict=True)]
    return any(row[1::2]) and any(row[::2]) and list(other) == flipped


@dataclass
class _Builder:
    inputs: int
    lines: list[Line] = field(default_factory=list)

    def line(self, factor: Fraction, of: int, plus: int | None = None) -> int:
        """The number of a value; an equal line is not written again."""
        if factor == 1 and plus is None:
            return of
        made = Line(factor, of, plus)
        if made not in self.lines:
            self.lines.append(made)
        return self.inputs + self.lines.index(made)

    def total(self, terms: dict[int, Fraction]) -> int:
        """A sum of products, from a term without a factor on where there is one."""
        order = sorted(terms, key=lambda c: (terms[c] != 1, c))
        value = self.line(terms[order[0]], order[0])
        for c in order[1:]:
            value = self.line(terms[c], c, value)
        return value

    def twins(self, terms: dict[int, Fraction]) -> tuple[int, int]:
        """Even terms plus odd terms, and even terms minus odd terms."""
        even = {c: x for c, x in terms.items() if c % 2 == 0}
        odd = {c: x for c, x in terms.items() if c % 2}
        scale = odd[max(odd)]
        base, change = self.total(even), self.total({c: x / scale for c, x in odd.items()})
        return self.line(scale, change, base), self.line(-scale, change, base)
