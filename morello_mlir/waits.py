"""Waits: how long registers of a reduction wait for what they read, step by step.

Extents may be arrays, so that the search asks for whole grids at once. Read next: `price.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from .layout import lane_parts
from .spec import Operand, Spec
from .traffic import fetched

LOADS_A_CYCLE = 2

BESIDE = 0.08
"""Cycles by which each row more that is read at once slows a step: prefetching follows fewer."""


def load_cycles(
    spec: Spec, tiles: Sequence[tuple[Any, ...]], axes: Mapping[str, Any] | None = None
) -> Any:
    """The least cycles in which tiles of those inputs that are in memory come to registers.

    Two loads a cycle: a register of what the output's lanes run along, else what one lane takes.
    """
    total: Any = 0.0
    for i, (o, extents) in enumerate(zip(spec.inputs, tiles, strict=True)):
        if not o.placement.in_registers:
            share = min(1.0, o.dtype.bytes / spec.output.dtype.bytes)
            total = total + registers_of(spec, i, extents, axes) * (share / LOADS_A_CYCLE)
    return total


def arrivals(spec: Spec, tiles: Sequence[tuple[Any, ...]], rates: Sequence[Any]) -> Any:
    """The least cycles in which tiles of inputs in memory come to registers, by cycles a line."""
    total: Any = 0.0
    for o, extents, rate in zip(spec.inputs, tiles, rates, strict=True):
        if not o.placement.in_registers:
            total = total + rate * fetched(o, extents)
    return total


def registers_of(
    spec: Spec, position: int, extents: tuple[Any, ...], axes: Mapping[str, Any] | None = None
) -> Any:
    """The registers that a tile of an input fills: vectors where the output's lanes run along it,
    else one for each element. Extents may be arrays, those of the Spec's axes in `axes` too: along
    an axis of extent 1 nothing runs."""
    o, out = spec.inputs[position], spec.output
    layout, lanes = out.placement.layout, max(out.placement.lanes, 1)
    inner = layout.parts[len(layout.parts) - lane_parts(layout, lanes) :]
    along = {name for part in inner for name in out.map[part.dim].names}
    count: Any = 1
    for e, m in zip(extents, o.map, strict=True):
        vectors = -(-e // lanes)
        if axes is not None and len(m.names) > 1:
            runs_along = sum(axes[a] > 1 for a in m.names if a in along)
            count = count * np.where(runs_along, vectors, e)
        else:
            count = count * (vectors if along & set(m.names) else e)
    return count


def beside(inputs: Sequence[Operand], extents: Mapping[str, int], axis: str, count: int) -> float:
    """The same for a reduction of `axis` into `count` partial results."""
    rows = sum(
        prod(
            1 + sum(abs(c) * (extents.get(name, 1) - 1) for name, c in m.terms)
            for m in o.map
            if axis not in m.names
        )
        for o in inputs
        if axis in o.axes and not o.placement.in_registers
    )
    return BESIDE * max(0, rows - 1) * (extents[axis] // count)
