"""Ways: for each kind of slab, what its base leads to, as arrays of positions.

What `Base.edges` says at one point, this says of all points at once, for `count.py`: which parts an
Action has, not what it costs. Where programs begin does not depend on the levels that operands are
in, so that positions are flat indices of a slab's start, extents and capacity alone; -1 is where an
Action cannot be taken. Read next: `count.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .caches import PhaseBase
from .copies import Copy
from .forks import ForkBase
from .grids import extent_grids, values_along
from .ladder import Ladder, cells_between
from .loops import LoopsBase
from .moves import UNITS, CacheMove
from .registers import Registers
from .reshapes import ReshapeBase
from .settle import SettleBase
from .slab import Node, Slab
from .split import Split
from .tiles import StartBase, TileBase

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Way:
    """An Action: its parts, each a slab and the positions in it; without any, where it is."""

    parts: tuple[tuple[Slab, Array], ...] = ()
    leaf: Array | None = None


def shape_of(slab: Slab) -> tuple[int, ...]:
    """The axes of a slab's array that matter: start, extents, capacity."""
    return tuple(slab.final.shape[: len(slab.axes) + 2])


def place_of(node: Node) -> tuple[int, ...]:
    """Where a finished node is."""
    return node.point[: len(node.slab.axes) + 2]


def counted(node: Node) -> Node:
    """The node whose programs are counted: where a goal may begin in several ways, the best one."""
    base = node.slab.base
    if isinstance(base, SettleBase):
        start = node.point[0]
        return base.options[int(node.slab.codes[start]) - 1][1][start]
    return node


def onward(slab: Slab) -> Slab | None:
    """The slab of the next phase, which a cache phase goes on to without any Action."""
    base = slab.base
    if type(base) is PhaseBase:
        return base.caches.slabs.get((base.w, base.phase + 1, frozenset()))
    return None


def ways(slab: Slab) -> Iterator[Way]:
    """The Actions at the base of a slab."""
    base, shape = slab.base, shape_of(slab)
    if isinstance(base, LoopsBase):
        yield Way(leaf=_leaf(base.leaves.names, shape))
    elif isinstance(base, (ForkBase, ReshapeBase)):
        yield from _single(base)
    elif isinstance(base, TileBase):
        yield Way(leaf=_leaf(base.leaves.names, shape))
        yield from _inputs(base, shape)
    elif isinstance(base, StartBase):
        yield _start(base, shape)
    elif isinstance(base, PhaseBase):
        for move in base.moves:
            yield _move(move, shape)
        if base.phase == base.caches.phases[-1]:
            yield from _entries(base.caches.registers[base.w], shape)
    else:
        raise AssertionError(f"no ways for {type(base).__name__}")


def _leaf(names: dict[tuple[int, ...], str], shape: tuple[int, ...]) -> Array:
    found = np.zeros(shape, bool)
    for cells in names:
        index: tuple[Any, ...] = (slice(None), *cells)
        found[index] = True
    return found


def _flat(slab: Slab, index: tuple[Any, ...], shape: tuple[int, ...], holds: Any = True) -> Array:
    """Flat positions from an index per axis; where it does not hold, or one is negative, -1."""
    its = shape_of(slab)
    inside: Any = holds
    fitted = []
    for size, i in zip(its, index, strict=True):
        inside = inside & (np.asarray(i) >= 0)
        fitted.append(np.maximum(i, 0) if size > 1 else np.zeros_like(np.asarray(i)))
    flat = np.ravel_multi_index(tuple(np.broadcast_arrays(*fitted)), its)
    return np.ascontiguousarray(np.broadcast_to(np.where(inside, flat, -1), shape)).reshape(-1)


def _cells(mine: tuple[Ladder, ...], its: tuple[Ladder, ...]) -> list[Array]:
    """Per axis the cells of a slab's points in another's ladders, along the axes of the array."""
    rank = len(mine) + 2
    found = []
    for a, cells in enumerate(cells_between(mine, its)):
        shape = [1] * rank
        shape[a + 1] = len(cells)
        found.append(cells.reshape(shape))
    return found


def _start_of(shape: tuple[int, ...]) -> Array:
    return np.arange(shape[0]).reshape(-1, *(1,) * (len(shape) - 1))


def _capacity_of(shape: tuple[int, ...], whole: int) -> Array:
    """What is left at a point; `whole` where it is not counted."""
    count = shape[-1]
    found = np.arange(count) if count > 1 else np.asarray([whole])
    return found.reshape(*(1,) * (len(shape) - 1), count)


def _copy(copy: Copy, extents: dict[str, Any], shape: tuple[int, ...]) -> tuple[Slab, Array]:
    """The positions of a copy, by the extents of its axes."""
    cells = [
        _found(np.asarray(ladder.values), np.asarray(extents[name]))
        for name, ladder in zip(copy.slab.axes, copy.slab.ladders, strict=True)
    ]
    zero = np.zeros((1,) * len(shape), np.int64)
    return copy.slab, _flat(copy.slab, (zero, *cells, zero), shape)


def _found(values: Array, wanted: Array) -> Array:
    """Where values are in a sorted list; -1 for those that are not."""
    index = np.minimum(np.searchsorted(values, wanted), len(values) - 1)
    return np.where(values[index] == wanted, index, -1)


def _inputs(base: TileBase, shape: tuple[int, ...]) -> Iterator[Way]:
    """Moves of inputs to registers."""
    phase = base.phase
    for i, to in base.options:
        o = phase.world.operands[i]
        slab = phase.state(base.place, base.moved | {(i, to)})
        grids = extent_grids(phase.spec, o, base.ladders, 1)
        left = _capacity_of(shape, phase.registers) - phase.held(o, to, grids)
        cells = _cells(base.ladders, slab.ladders)
        load = _copy(base._load(i, to), dict(zip(o.dims, grids, strict=True)), shape)
        yield Way((load, (slab, _flat(slab, (np.zeros_like(left), *cells, left), shape))))


def _start(base: StartBase, shape: tuple[int, ...]) -> Way:
    axes = base.phase.spec.axes
    extents = {
        a.name: values_along(ladder, i, len(shape))
        for i, (a, ladder) in enumerate(zip(axes, base.inner.ladders, strict=True))
    }
    inner = np.arange(int(np.prod(shape_of(base.inner))))
    return Way((_copy(base.fill, extents, shape), (base.inner, inner)))


def _single(base: ForkBase | ReshapeBase) -> Iterator[Way]:
    """What there is at the one point of a slab that has no other."""
    for edge in base.edges((0,)):
        nodes = [counted(part.node) for part in edge.parts]
        yield Way(tuple((n.slab, np.asarray([_one(n.slab, place_of(n))])) for n in nodes))


def _move(move: CacheMove, shape: tuple[int, ...]) -> Way:
    """A move to a cache."""
    here, inner = move.here, move.inner
    spec, ladders = here.caches.space.spec, here.world.ladders
    grids = extent_grids(spec, move.operand, ladders, 1)
    left = _capacity_of(shape, UNITS) - move.units(grids)
    cells = _cells(ladders, move.other.ladders)
    main = (inner, _flat(inner, (_start_of(shape), *cells, left), shape))
    if not move.packed:
        return Way((main,))
    copy, _ = move.copy()
    return Way((_copy(copy, dict(zip(move.operand.dims, grids, strict=True)), shape), main))


def _entries(phase: Registers, shape: tuple[int, ...]) -> Iterator[Way]:
    """The output to registers; splits of reductions."""
    out, ladders = phase.world.operands[-1], phase.world.ladders
    grids = extent_grids(phase.spec, out, ladders, 1)
    dims = dict(zip(out.dims, grids, strict=True))
    extents = {
        a.name: values_along(ladder, i, len(shape))
        for i, (a, ladder) in enumerate(zip(phase.spec.axes, ladders, strict=True))
    }
    start = _start_of(shape)
    for place in phase.outputs:
        slab = phase.state(place, frozenset())
        left = phase.registers - np.asarray(phase.held(out, place, grids))
        cells = _cells(ladders, slab.ladders)
        reached = _flat(slab, (np.zeros_like(start), *cells, left), shape)
        fill, store, join = phase.entry_copies(place)
        for copy, begins in ((store, 0), (join, 1)):
            main = np.where((np.broadcast_to(start, shape) == begins).reshape(-1), reached, -1)
            filled = _copy(fill, extents, shape)
            yield Way((_copy(copy, dims, shape), filled, (slab, main)))
    for split in phase.splits:
        yield from _split(split, shape)


def _split(split: Split, shape: tuple[int, ...]) -> Iterator[Way]:
    """A split, point by point: there are few. A way for each goal that its combine may be."""
    phase, flat = split.phase, np.arange(int(np.prod(shape))).reshape(shape)
    level, start = phase.levels[-1][0], split.start
    values = [split._values(a) for a in range(len(phase.spec.axes))]
    cells = split._cells()
    found: dict[Slab, tuple[Array, Array]] = {}
    for index in np.ndindex(*map(len, values)):
        extents = {a.name: v[i] for a, v, i in zip(phase.spec.axes, values, index, strict=True)}
        left = phase.registers - split._held(extents)
        if left < 0:
            continue
        combine = split.combine(level, split._room(extents))
        if combine not in found:
            found[combine] = (np.full(flat.size, -1), np.full(flat.size, -1))
        joined, inner = found[combine]
        here = tuple(c[i] for c, i in zip(cells, index, strict=True))
        for begins in range(shape[0]):
            point = (begins, *here, 0)
            at = flat[point]
            joined[at] = _one(combine, (begins, *split._inner(combine, extents), 0))
            inner[at] = _one(start, (0, *split._inner(start, extents), left))
    for combine, (joined, inner) in found.items():
        yield Way(((combine, joined), (start, inner)))


def _one(slab: Slab, index: tuple[int, ...]) -> int:
    """The flat position of one point."""
    return int(_flat(slab, index, (1,))[0])
