"""Strict floating point: sums and products keep the order and the roundings of the source's loops.

By default a sum of floats may be computed in any order, and a product that is added may be fused
with the addition, as BLAS does. A strict target allows neither: every element of an output is what
the op's own loops give, bit for bit. Its reduction axes are then worked through in the order in
which they stand, the outermost first, and instructions that add otherwise are not there. What may
be chosen freely is what does not change a bit: everything along parallel axes, and minima, maxima
and sums of integers. Actions ask `is_ordered`.
"""

from __future__ import annotations

from dataclasses import replace

from ..expr import ops
from ..spec import Kind, Spec, Start
from .target import Target

ROUNDED = ("arith.addf", "arith.mulf")
"""Combining ops whose result depends on the order."""


def strict(target: Target) -> Target:
    """The target under strict floating point."""
    kept = tuple(i for i in target.instructions if _keeps_order(i.spec))
    return replace(target, strict_fp=True, instructions=kept)


def is_ordered(spec: Spec, target: Target) -> bool:
    """Whether the terms of a Spec must be combined in the order in which they stand."""
    return target.strict_fp and spec.combine in ROUNDED


def in_the_way(spec: Spec, axis: str, target: Target) -> str:
    """Why a reduction axis cannot be tiled yet if the order is to be kept; empty if it can."""
    if not is_ordered(spec, target):
        return ""
    for a in spec.reductions:
        if a.name == axis:
            break
        if a.extent > 1:
            return f"strict-fp keeps the order of terms; tile {a.name} 1 first"
    if spec.start is not Start.VALUE:
        return f"strict-fp keeps the order of terms; accumulate before tiling {axis}"
    return ""


def may_merge(spec: Spec, outer: str, inner: str, target: Target) -> bool:
    """Whether two axes as one leave the order of terms: reductions do that follow each other."""
    names = [a.name for a in spec.reductions]
    if not is_ordered(spec, target) or outer not in names:
        return True
    return names.index(inner) == names.index(outer) + 1


def _keeps_order(spec: Spec) -> bool:
    """Whether an instruction combines one term with each element, rounded by itself."""
    if spec.combine not in ROUNDED:
        return True
    reduces = any(a.kind is Kind.REDUCTION for a in spec.axes)
    return not reduces and all(each.op not in ("arith.mulf", "math.fma") for each in ops(spec.body))
