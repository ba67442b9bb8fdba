"""`merge OUTER INNER`: two axes that every operand walks as one become one, named OUTER.

    C[i, j] = A[i, j] over 35 x 7      ->      C[i] = A[i] over 245

It takes that each operand has both axes or neither, as dimensions that lie next to each other with
the inner one whole. Vectors then run over the ends of rows, and a product of tensors along several
axes is a matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..graph import Goal
from ..impl import Impl, Open
from ..impl import Merge as MergeImpl
from ..layout import Layout, Part
from ..linear import Linear
from ..spec import Operand, Spec
from ..target.strict import may_merge
from ..target.target import Target
from .base import NotApplicable, known_axis, one_spec


@dataclass(frozen=True, slots=True)
class Merge:
    """Two axes as one."""

    outer: str
    inner: str

    def __str__(self) -> str:
        return f"merge {self.outer} {self.inner}"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        spec = one_spec(spec)
        for name in (self.outer, self.inner):
            known_axis(spec, name)
        why = obstacle(spec, self.outer, self.inner)
        if why:
            raise NotApplicable(why)
        if not may_merge(spec, self.outer, self.inner, target):
            raise NotApplicable(f"axes {self.outer} and {self.inner}: strict-fp keeps their order")
        return MergeImpl(spec, self.outer, self.inner, Open(merged(spec, self.outer, self.inner)))


def merges(spec: Spec) -> Iterator[Merge]:
    """The pairs of axes that can be merged, outer axes first."""
    for outer in spec.axes:
        for inner in spec.axes:
            if outer is not inner and not obstacle(spec, outer.name, inner.name):
                yield Merge(outer.name, inner.name)


def obstacle(spec: Spec, outer: str, inner: str) -> str:
    """Why two axes cannot be merged; empty if they can."""
    kinds = [a.kind for a in spec.axes if a.name in (outer, inner)]
    if len(kinds) != 2 or kinds[0] is not kinds[1]:
        return f"axes {outer} and {inner} are not two of one kind"
    for o in spec.operands:
        here = {outer, inner} & o.axes
        if not here:
            continue
        if len(here) == 1:
            return f"operand {o.name}: varies along {here.pop()} alone"
        if not _lie_together(o, outer, inner, spec.extents[inner]):
            return f"operand {o.name}: {inner} does not follow {outer} without a gap"
    return ""


def _lie_together(o: Operand, outer: str, inner: str, extent: int) -> bool:
    """Whether an operand in memory holds all of the inner axis at every step of the outer one."""
    a, b = o.dim_of(outer), o.dim_of(inner)
    if o.placement.in_registers or a is None or b is None:
        return False
    if o.map[a] != Linear.var(outer) or o.map[b] != Linear.var(inner):
        return False
    if o.shape[b] != extent or o.align[b] != 0:
        return False
    if o.border is not None and {a, b} & set(o.border.dims):
        return False
    if o.lookup is not None and min(a, b) < o.lookup.rank:
        numbers = o.shape[: o.lookup.rank]
        if max(a, b) >= o.lookup.rank or not _follows(o.lookup.layout, numbers, a, b):
            return False
    return _follows(o.placement.layout, o.shape, a, b)


def _follows(layout: Layout, shape: tuple[int, ...], outer: int, inner: int) -> bool:
    """Whether each step along a dimension goes over all of another one."""
    parts = [p.dim for p in layout.parts]
    if parts.count(outer) != 1 or parts.count(inner) != 1:
        return False
    at = parts.index(outer)
    if parts[at + 1 : at + 2] != [inner]:
        return False
    strides = layout.physical_strides(shape)
    return strides[at] == strides[at + 1] * shape[inner]


def merged(spec: Spec, outer: str, inner: str) -> Spec:
    """The Spec with both axes as one."""
    extent = spec.extents[inner]
    axes = tuple(
        replace(a, extent=a.extent * extent) if a.name == outer else a
        for a in spec.axes
        if a.name != inner
    )
    inputs = tuple(merged_operand(o, outer, inner) for o in spec.inputs)
    return replace(spec, axes=axes, inputs=inputs, output=merged_operand(spec.output, outer, inner))


def merged_operand(o: Operand, outer: str, inner: str) -> Operand:
    """The operand with both dimensions as one, in the place of the outer one."""
    if outer not in o.axes:
        return o
    into, gone = o.dim_of(outer), o.dim_of(inner)
    assert into is not None and gone is not None
    size = o.shape[gone]

    def renumbered(d: int) -> int:
        return d - (d > gone)

    def relaid(layout: Layout) -> Layout:
        # The inner dimension's part stands for both: it has the smaller stride.
        at = [i for i, p in enumerate(layout.parts) if p.dim != into]
        found = (layout.parts[i] for i in at)
        parts = tuple(Part(renumbered(into if p.dim == gone else p.dim), p.size) for p in found)
        return Layout(parts, layout.strides and tuple(layout.strides[i] for i in at))

    kept = [d for d in range(len(o.map)) if d != gone]
    border, lookup = o.border, o.lookup
    if border is not None:
        border = replace(border, dims=tuple(map(renumbered, border.dims)))
    if lookup is not None and gone < lookup.rank:
        lookup = replace(lookup, layout=relaid(lookup.layout))
    return replace(
        o,
        map=tuple(o.map[d] for d in kept),
        shape=tuple(o.shape[d] * (size if d == into else 1) for d in kept),
        placement=replace(o.placement, layout=relaid(o.placement.layout)),
        align=tuple(o.align[d] * (size if d == into else 1) for d in kept),
        dims=tuple(o.dims[d] for d in kept),
        border=border,
        lookup=lookup,
    )
