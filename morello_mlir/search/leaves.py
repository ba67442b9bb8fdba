"""Leaves: which tiles one instruction, or the lanes of a vector, computes; and for how much.

Only few extents can be leaves: what a plan's instruction takes, and rests that are smaller. Those
are tried with `target/match.py` and `action/select.py`, the same code that schedules go through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from ..action.base import NotApplicable
from ..action.select import LANES, lanes_of, register_order
from ..leaf_price import leaf_price
from ..memory import Placement
from ..spec import Operand, Spec, Start
from ..target.match import matches
from .closure import Array
from .ladder import Ladder, cells_of
from .plans import Plan
from .space import Space


@dataclass(frozen=True)
class Leaves:
    """Costs by extents (infinite where no leaf fits), and the instructions' names."""

    costs: Array
    names: dict[tuple[int, ...], str]


def leaves(
    space: Space, operands: tuple[Operand, ...], ladders: tuple[Ladder, ...], start: Start
) -> Leaves:
    """All leaves of a goal whose operands are where they are given."""
    axes = [a.name for a in space.spec.axes]
    costs = np.full(tuple(map(len, ladders)), np.inf)
    names: dict[tuple[int, ...], str] = {}
    for plan, sizes in _wanted(space, operands):
        grid = zip(axes, ladders, strict=True)
        for extents in product(*(_choices(ladder, sizes.get(a, 1)) for a, ladder in grid)):
            point = tuple(cells_of(ladders, extents) or ())
            tile = dict(zip(axes, extents, strict=True))
            if plan is None and not space.may_use_lanes(tile):
                continue
            spec = space.at(operands, tile, start)
            found = _leaf(space, spec, plan)
            if found is not None and found[0] < costs[point]:
                costs[point], names[point] = found
    return Leaves(costs, names)


def _leaf(space: Space, spec: Spec, plan: Plan | None) -> tuple[float, str] | None:
    if plan is None:
        try:
            lanes = lanes_of(spec, space.target)
        except NotApplicable:
            return None
        return leaf_price(spec, lanes, space.target).cycles, LANES
    for match in matches(spec, plan.instruction):
        return leaf_price(spec, match, space.target).cycles, plan.instruction.name
    return None


def _wanted(
    space: Space, operands: tuple[Operand, ...]
) -> Iterator[tuple[Plan | None, dict[str, int]]]:
    """Instructions, or None for lanes, with the extents they fill."""
    for plan in space.plans:
        its = plan.instruction.spec
        order = (*plan.inputs, len(operands) - 1)
        if all(
            _same_place(operands[p].placement, o.placement)
            for p, o in zip(order, its.operands, strict=True)
        ):
            yield plan, plan.sizes
    tile = space.at(operands, space.spec.extents)
    lanes = register_order(tile) if _whole_registers(tile) else None
    if lanes:
        yield None, {name: size for name, size in lanes if name}
        return
    widest = max(o.dtype.bytes for o in operands)
    full = space.target.lane_count(widest)
    yield None, {}
    for axis in space.spec.axes:
        for registers in (1, 2, 4):
            yield None, {axis.name: full * registers}


def _whole_registers(spec: Spec) -> bool:
    return any(o.placement.in_registers and o.placement.lanes > 1 for o in spec.operands)


def _same_place(mine: Placement, its: Placement) -> bool:
    return mine.in_registers == its.in_registers and (
        not mine.in_registers or max(mine.lanes, 1) == max(its.lanes, 1)
    )


def _choices(ladder: Ladder, size: int) -> list[int]:
    """The extents of a leaf along one axis: the whole size, or a rest that is smaller."""
    return [v for v in ladder.values if v == size or (v < size and v in ladder.rests)]
