"""Layouts: the order in which a tensor's elements lie in memory or in registers.

A layout is a sequence of physical dimensions, outermost first. Each `Part` counts along one logical
dimension: `Part(1, 16)` is a packed block of 16 along dimension 1, `Part(1)` what is left of
dimension 1 outside its blocks. So `[n/32][k][32n]` of a `k x n` tensor is
`(Part(1), Part(0), Part(1, 32))`: panels of 32 columns, each of them row by row. `[k^4]` stores no
elements but what Winograd's transform makes of the taps along `k`: M = 4 results a time need values
at M - 1 points more than there are taps. Such a layout has no offsets of elements, and only the
Actions `transform` and `winograd` know what lies in it.

Invariants: every logical dimension has exactly one unsized part, and it comes before the
dimension's blocks; hence `offset` is injective on the tensor. The last physical dimension is
contiguous unless `strides` says otherwise. Read next: `memory.py`, `spec.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import gcd, prod


@dataclass(frozen=True, slots=True)
class Part:
    """A physical dimension: `size` steps along logical dimension `dim` (None: all that is left).

    With `results`, values at points instead: those of so many results of sliding taps.
    """

    dim: int
    size: int | None = None
    results: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """Physical dimensions, outermost first; `strides` (in elements) only where memory has gaps."""

    parts: tuple[Part, ...]
    strides: tuple[int, ...] | None = None
    _steps: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        seen: set[int] = set()
        for p in self.parts:
            if (p.size is None) == (p.dim in seen):
                raise ValueError(f"dimension {p.dim} needs one outer part before its blocks")
            if p.size is not None and p.size < 1:
                raise ValueError(f"a block of {p.size} is not a layout")
            seen.add(p.dim)
        if any(p.results and self._sized(p.dim) for p in self.parts):
            raise ValueError("a dimension of points has no blocks")
        if self.strides is not None and len(self.strides) != len(self.parts):
            raise ValueError("one stride per physical dimension")
        steps, inside = [], dict.fromkeys(seen, 1)
        for p in reversed(self.parts):
            steps.append(inside[p.dim])
            inside[p.dim] *= p.size or 1
        object.__setattr__(self, "_steps", tuple(reversed(steps)))

    @property
    def rank(self) -> int:
        """How many logical dimensions the layout orders."""
        return len({p.dim for p in self.parts})

    @property
    def is_transformed(self) -> bool:
        """Whether values at points are stored, and no elements."""
        return any(p.results for p in self.parts)

    def _sized(self, dim: int) -> bool:
        return any(p.dim == dim and p.size is not None for p in self.parts)

    def block(self, dim: int) -> int:
        """The elements along `dim` that lie inside one packed block; 1 where it is not packed."""
        return prod(p.size or 1 for p in self.parts if p.dim == dim)

    def step(self, i: int) -> int:
        """How far along its logical dimension one step of part `i` goes."""
        return self._steps[i]

    def physical_shape(self, shape: Sequence[int]) -> tuple[int, ...]:
        """The extents of the physical dimensions, padded up to whole blocks."""
        return tuple(
            -(-(shape[p.dim] + max(p.results - 1, 0)) // step) if p.size is None else p.size
            for p, step in zip(self.parts, self._steps, strict=True)
        )

    def physical_strides(self, shape: Sequence[int]) -> tuple[int, ...]:
        """Elements between neighbours along each physical dimension."""
        return self.strides if self.strides is not None else _strides(self, tuple(shape))

    def size(self, shape: Sequence[int]) -> int:
        """Elements that a buffer of this layout holds, padding included."""
        return prod(self.physical_shape(shape))

    def span(self, shape: Sequence[int]) -> int:
        """Elements from the first to the last that strides reach, with the gaps between them."""
        reach = zip(self.physical_shape(shape), self.physical_strides(shape), strict=True)
        return 1 + sum((extent - 1) * stride for extent, stride in reach)

    def physical_index(self, index: Sequence[int]) -> tuple[int, ...]:
        """Where a logical index lies: `(index floordiv step) mod size` per physical dimension."""
        found = []
        for p, step in zip(self.parts, self._steps, strict=True):
            at = index[p.dim] // step
            found.append(at if p.size is None else at % p.size)
        return tuple(found)

    def offset(self, index: Sequence[int], shape: Sequence[int]) -> int:
        """The element offset of a logical index in a buffer of that logical shape."""
        strides = self.physical_strides(shape)
        return sum(i * s for i, s in zip(self.physical_index(index), strides, strict=True))

    def stride_along(self, dim: int, extent: int, align: int, shape: Sequence[int]) -> int | None:
        """The constant step in memory along `dim`: `extent` elements from a multiple of `align`.

        None where the walk crosses from one block into another and no constant step describes it.
        `align` 0 means that the walk starts at element 0.
        """
        strides = self.physical_strides(shape)
        mine = [i for i, p in enumerate(self.parts) if p.dim == dim]
        inner = mine[-1]
        run = self.parts[inner].size
        if run is None or extent == 1:
            return strides[inner]
        room = gcd(align, run) or run
        if extent <= room:
            return strides[inner]
        flat = all(strides[i] == strides[inner] * self.step(i) // self.step(inner) for i in mine)
        return strides[inner] if flat else None


@lru_cache(maxsize=4096)
def _strides(layout: Layout, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Strides of a buffer without gaps."""
    strides, step = [], 1
    for extent in reversed(layout.physical_shape(shape)):
        strides.append(step)
        step *= extent
    return tuple(reversed(strides))


@lru_cache(maxsize=256)
def row_major(rank: int) -> Layout:
    """The layout that keeps the logical order."""
    return Layout(tuple(Part(d) for d in range(rank)))


def permuted(order: Sequence[int]) -> Layout:
    """A layout without blocks: logical dimensions in the given order, outermost first."""
    return Layout(tuple(Part(d) for d in order))


_BRACKET = re.compile(r"\s*([\[<])([^\[\]<>]*)([\]>])")
_PART = re.compile(r"(\d*)\s*([A-Za-z_]\w*)(?:/(\d+)|\^(\d+))?$")


def parse_layout(text: str, names: Sequence[str]) -> tuple[Layout, int]:
    """Read `[m/6][k][6m]`, or `[m][n/16]<16n>` for registers.

    Each bracket is a physical dimension: `k` is all that is left of `k`, `n/32` counts blocks of
    32, `32n` is a block of 32, `k^4` are points for 4 results. What stands between `<` and `>` is
    what one register holds.
    Returns the layout and the number of elements of a register (0 where there is no `<...>`).
    """
    parts: list[Part] = []
    checks: list[tuple[str, int, int]] = []
    lanes, at = 0, 0
    for found in _BRACKET.finditer(text):
        if found.start() != at:
            break
        at = found.end()
        words = found[2].split()
        if (found[1] == "<") != (found[3] == ">") or not words:
            raise ValueError(f"'{found[0].strip()}' is not [dim], [dim/step], [SIZEdim] or <...>")
        if found[1] == "[" and (len(words) > 1 or lanes):
            raise ValueError("one dimension per [...], and <...> comes last")
        for word in words:
            part, step = _read_part(word, names)
            checks.append((word, len(parts), step))
            parts.append(part)
            if found[1] == "<":
                lanes = max(lanes, 1) * (part.size or 0)
    if at != len(text.rstrip()) or not parts:
        raise ValueError(f"'{text}' is not a layout; write it like [n/32][k][32n]")
    missing = [n for d, n in enumerate(names) if all(p.dim != d for p in parts)]
    if missing:
        raise ValueError(f"layout '{text}' leaves out dimension {', '.join(missing)}")
    layout = Layout(tuple(parts))
    for word, i, step in checks:
        if layout.step(i) != step:
            raise ValueError(
                f"'{word}' steps by {step}, but the blocks inside it make {layout.step(i)}"
            )
    return layout, lanes


def _read_part(word: str, names: Sequence[str]) -> tuple[Part, int]:
    found = _PART.match(word)
    if found is None or found[2] not in names:
        raise ValueError(f"'{word}' names no dimension (have: {', '.join(names)})")
    step = int(found[3] or 1)
    size = int(found[1]) if found[1] else None
    if step < 1 or size == 0 or (size is not None and size % step):
        raise ValueError(f"'{word}' has no whole number of steps")
    results = int(found[4] or 0)
    if results and size is not None:
        raise ValueError(f"'{word}' is a block of points; write {found[2]}^{results}")
    return Part(names.index(found[2]), None if size is None else size // step, results), step


def print_layout(layout: Layout, names: Sequence[str], lanes: int = 0) -> str:
    """The text that `parse_layout` reads."""
    words = []
    for i, p in enumerate(layout.parts):
        step = layout.step(i)
        size = "" if p.size is None else str(p.size * step)
        points = f"^{p.results}" if p.results else ""
        words.append(size + names[p.dim] + (f"/{step}" if step > 1 else points))
    inner = lane_parts(layout, lanes)
    cut = len(words) - inner
    text = "".join(f"[{w}]" for w in words[:cut])
    return text + (f"<{' '.join(words[cut:])}>" if inner else "")


def lane_parts(layout: Layout, lanes: int) -> int:
    """How many trailing parts make up a register of `lanes` elements."""
    if lanes <= 1:
        return 0
    count, held = 0, 1
    for p in reversed(layout.parts):
        if held >= lanes or p.size is None:
            break
        held *= p.size
        count += 1
    if held != lanes:
        raise ValueError(f"no trailing blocks make a register of {lanes} elements")
    return count
