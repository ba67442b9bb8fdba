"""`cut AXIS`: cut a Spec into pieces that stay inside of a border, along two axes that share it.

    C[m] += A[m + k - 1] B[k]      cut k:  k = 1, all m; k = 0, m from 1; k = 2, m below the last
    (A is zero beyond its ends)    cut m:  m = 0, k from 1; m between, all k; the last m, k below 2

Along a reduction the terms that lie in the border are left out, which is allowed where they are
neutral; what is left of a windowed reduction is a sum of products without any window. Along a
parallel axis the outputs at either end, which have fewer terms, become pieces of their own.
Pieces of equal Specs are one child; the child of the most work is `main`, others are `rest`,
`rest2`, ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import gcd, prod

from ..expr import Const, vanishes
from ..graph import Goal
from ..impl import Cut as CutImpl
from ..impl import Impl, Open, Piece
from ..linear import Linear
from ..spec import Kind, Operand, Spec, Start
from ..target.strict import is_ordered
from ..target.target import Target
from .base import NotApplicable, known_axis, one_spec

Span = tuple[int, int]
"""From where, and how many."""


@dataclass(frozen=True, slots=True)
class Window:
    """Where an input with a border is indexed by two axes along one dimension of it."""

    position: int
    dim: int
    axis: str
    other: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Pieces that stay inside along one dimension of a border."""

    axis: str

    def __str__(self) -> str:
        return f"cut {self.axis}"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        spec = one_spec(spec)
        known_axis(spec, self.axis)
        window = next((w for w in windows(spec) if w.axis == self.axis), None)
        if window is None:
            raise NotApplicable(f"axis {self.axis}: shares no dimension of a border with another")
        if is_ordered(spec, target):
            raise NotApplicable(f"axis {self.axis}: strict-fp keeps the terms of the border")
        found = pieces(spec, window)
        specs = _aligned([_piece(spec, window, s, i > 0) for i, s in enumerate(found)])
        bodies = sorted(dict.fromkeys(specs), key=lambda s: -s.points * specs.count(s))
        return CutImpl(
            spec,
            self.axis,
            tuple(
                Piece(tuple((a, start) for a, (start, _) in spans.items()), bodies.index(body))
                for spans, body in zip(found, specs, strict=True)
            ),
            tuple(map(Open, bodies)),
        )


def windows(spec: Spec) -> Iterator[Window]:
    """The windows of a Spec whose views of the border begin where its buffer does."""
    for position, o in enumerate(spec.inputs):
        for d in o.border.dims if o.border is not None else ():
            terms = o.map[d].terms
            if len(terms) == 2 and o.align[d] == 0 and all(c > 0 for _, c in terms):
                (a, _), (b, _) = terms
                kinds = {k.kind for name in (a, b) if (k := spec.axis(name)) is not None}
                if len(kinds) == 2:
                    yield Window(position, d, a, b)
                    yield Window(position, d, b, a)


def pieces(spec: Spec, window: Window) -> list[dict[str, Span]]:
    """The pieces in the order in which they run, each as spans of the window's axes."""
    o = spec.inputs[window.position]
    axis = spec.axis(window.axis)
    assert axis is not None and o.border is not None
    if not _is_neutral(spec, window.position):
        raise NotApplicable(f"operand {o.name}: {o.border.value} is not neutral here")
    inside = [
        _inside(spec, o.map[window.dim], window, at, o.shape[window.dim])
        for at in range(axis.extent)
    ]
    if axis.kind is Kind.REDUCTION:
        found = [
            {window.axis: (at, 1), window.other: span} for at, span in enumerate(inside) if span[1]
        ]
        found.sort(key=lambda spans: -spans[window.other][1])
        whole = spec.extents[window.other]
        if spec.start is not Start.VALUE and (not found or found[0][window.other][1] < whole):
            raise NotApplicable(f"axis {window.axis}: no term is there for every output")
        return found
    if not all(length for _, length in inside):
        raise NotApplicable(f"axis {window.axis}: some outputs have no term at all")
    found, at = [], 0
    while at < axis.extent:
        after = next((i for i in range(at, axis.extent) if inside[i] != inside[at]), axis.extent)
        found.append({window.axis: (at, after - at), window.other: inside[at]})
        at = after
    return found


def _is_neutral(spec: Spec, position: int) -> bool:
    """Whether terms that read the border of an input add nothing."""
    o = spec.inputs[position]
    return o.border is not None and vanishes(
        spec.body, spec.combine, position, Const(o.border.value, o.dtype)
    )


def _inside(spec: Spec, index: Linear, window: Window, at: int, size: int) -> Span:
    """Where the other axis stays inside, at a point of the one that is cut."""
    first = index.const + index.coefficient(window.axis) * at
    step, extent = index.coefficient(window.other), spec.extents[window.other]
    low = max(0, -(first // step))
    high = min(extent, (size - 1 - first) // step + 1)
    return low, max(0, high - low)


def _piece(spec: Spec, window: Window, spans: dict[str, Span], later: bool) -> Spec:
    """The Spec of a piece."""
    cut = spec.axis(window.axis)
    assert cut is not None

    def seen(o: Operand, position: int) -> Operand:
        maps, border = list(o.map), o.border
        if position == window.position and border is not None:
            maps[window.dim] = maps[window.dim] + -maps[window.dim].const  # where the view starts
            border = border.without(frozenset({window.dim}))
        shifts = (
            sum(old.coefficient(a) * start for a, (start, _) in spans.items()) + old.const - m.const
            for old, m in zip(o.map, maps, strict=True)
        )
        align = tuple(gcd(a, s) for a, s in zip(o.align, shifts, strict=True))
        return replace(o, map=tuple(maps), align=align, border=border)

    adds = later and cut.kind is Kind.REDUCTION
    return replace(
        spec,
        axes=tuple(
            replace(a, extent=spans[a.name][1]) if a.name in spans else a for a in spec.axes
        ),
        inputs=tuple(seen(o, i) for i, o in enumerate(spec.inputs)),
        output=seen(spec.output, len(spec.inputs)),
        start=Start.VALUE if adds else spec.start,
    ).canonical()


def _aligned(specs: list[Spec]) -> list[Spec]:
    """The Specs; those that differ in where views start alone have the starts that all may have."""
    alike: dict[Spec, list[Spec]] = {}
    for spec in specs:
        alike.setdefault(anywhere(spec), []).append(spec)
    found = {same: united(every) for same, every in alike.items()}
    return [found[anywhere(spec)] for spec in specs]


def anywhere(spec: Spec) -> Spec:
    """The Spec without what is known of where its views start."""
    inputs = tuple(replace(o, align=()) for o in spec.inputs)
    return replace(spec, inputs=inputs, output=replace(spec.output, align=()))


def united(specs: Sequence[Spec]) -> Spec:
    """One Spec that stands for all, which differ in extents and where views start: the largest
    extents, and starts that all views may have."""
    first = specs[0]
    axes = tuple(replace(a, extent=max(s.extents[a.name] for s in specs)) for a in first.axes)

    def one(position: int) -> Operand:
        every = [s.operands[position] for s in specs]
        align = tuple(gcd(*starts) for starts in zip(*(o.align for o in every), strict=True))
        return replace(every[0], align=align)

    last = len(first.inputs)
    return replace(first, axes=axes, inputs=tuple(one(i) for i in range(last)), output=one(last))


def products_inside(spec: Spec) -> float:
    """The part of a Spec's points that no border makes neutral."""
    share: dict[frozenset[str], float] = {}
    for w in windows(spec):
        o = spec.inputs[w.position]
        assert o.border is not None
        if _is_neutral(spec, w.position):
            extent = spec.extents[w.axis]
            spans = [_inside(spec, o.map[w.dim], w, at, o.shape[w.dim]) for at in range(extent)]
            all_points = extent * spec.extents[w.other]
            share[frozenset({w.axis, w.other})] = sum(n for _, n in spans) / all_points
    return prod(share.values())
