"""Programs run without a machine: an Impl tree on numpy arrays, by its instructions' own meanings.

Every buffer is a flat array, addressed through its layout; registers are one, too, each of them
neighbouring lanes. A leaf does what its instruction's Spec says, at all points of that: on lanes of
padding as well, and under masks where the match says so. So what comes out depends on matching,
layouts, padding and the order of loops, but on no emitted code.

Checked on the way, with `InterpretError` where it fails: views begin where `align` says that they
may and stay inside their buffers; no element is read that nobody wrote; what is alive in a memory
fits into it. Read next: `lanes_leaf.py`, `match_leaf.py`, `places.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from .action.move import held
from .evaluate import numpy_type
from .graph import Goal
from .impl import (
    Accumulate,
    Bufferize,
    Cut,
    Impl,
    Inline,
    Leaf,
    Loop,
    Merge,
    Move,
    Online,
    Open,
    SplitReduction,
    Stage,
    by_name,
)
from .lanes_leaf import LanesLeaf
from .layout import Layout
from .match_leaf import MatchLeaf
from .places import InterpretError, Memory, View, every_index, places
from .spec import Operand, Spec, Start
from .target.match import Match
from .target.target import Target

__all__ = ["InterpretError", "Interpreter", "Memory", "View", "memory_of"]


def memory_of(operand: Operand, elements: Any) -> Memory:
    """A buffer that holds the elements of an array of the operand's logical shape; with a lookup,
    those of a table and of its index array."""
    lookup = operand.lookup
    if lookup is not None:
        table, index = map(np.asarray, elements)
        at = offsets(lookup.layout, operand.shape[: lookup.rank])
        numbers = Memory.zeros(lookup.layout.span(index.shape), numpy_type(lookup.dtype))
        numbers.data[at] = index.reshape(-1)
        data = table.reshape(-1).astype(numpy_type(operand.dtype))
        return Memory(data, np.ones(data.shape, bool), index=numbers)
    layout, shape = operand.placement.layout, operand.shape
    memory = Memory.zeros(layout.span(shape), numpy_type(operand.dtype))
    memory.data[offsets(layout, shape)] = np.asarray(elements).reshape(-1)
    return memory


@lru_cache(maxsize=256)
def offsets(layout: Layout, shape: tuple[int, ...]) -> Any:
    """Where the elements of a buffer lie, in logical order."""
    return places(layout, shape, every_index(shape))


@lru_cache(maxsize=256)
def _elements(layout: Layout, shape: tuple[int, ...]) -> Any:
    """Which places of a buffer are elements; the others are padding."""
    real = np.zeros(layout.size(shape), bool)
    real[offsets(layout, shape)] = True
    return real


@dataclass
class Interpreter:
    """Runs programs of one target."""

    target: Target
    alive: dict[str, int] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    """The most that was alive at once: registers of the nearest memory, bytes of the others."""
    _leaves: dict[int, tuple[Leaf, LanesLeaf | MatchLeaf]] = field(default_factory=dict)

    def run(self, impl: Impl, views: Sequence[View], *, first: bool = True) -> None:
        """Run a program; `first` says which step of the loops around it is, for `Start.FIRST`."""
        if isinstance(impl, Leaf):
            self._leaf(impl).run(views)
        elif isinstance(impl, Loop):
            self._loop(impl, views, first)
        elif isinstance(impl, Move):
            self._move(impl, views, first)
        elif isinstance(impl, Accumulate):
            self._inside(impl.fill, by_name(impl, views))
            self.run(impl.body, views)
        elif isinstance(impl, SplitReduction):
            self._split(impl, views, first)
        elif isinstance(impl, Bufferize):
            self._bufferize(impl, views, first)
        elif isinstance(impl, Stage):
            for part in (impl.before, impl.after):
                self._inside(part, by_name(impl, views), first=first)
        elif isinstance(impl, (Inline, Online)):
            self._inside(impl.body, by_name(impl, views), first=first)
        elif isinstance(impl, Cut):
            for piece in impl.pieces:
                shifts = impl.shifts(piece)
                moved = [v.moved(by) for v, by in zip(views, shifts, strict=True)]
                self.run(impl.bodies[piece.body], moved, first=first)
        elif isinstance(impl, Merge):
            self.run(impl.body, [_merged(impl, i, v) for i, v in enumerate(views)], first=first)
        else:
            assert isinstance(impl, Open)
            raise InterpretError(f"nothing is chosen for {impl.spec}")

    def _inside(self, impl: Impl, named: Mapping[str, View], *, first: bool = True) -> None:
        """Run a part of a program on the operands that its goal names."""
        self.run(impl, [named[o.name] for o in impl.spec.operands], first=first)

    def _leaf(self, leaf: Leaf) -> LanesLeaf | MatchLeaf:
        known = self._leaves.get(id(leaf))
        if known is None:
            if isinstance(leaf.match, Match):
                known = leaf, MatchLeaf(leaf.spec, leaf.match)
            else:
                known = leaf, LanesLeaf(leaf.spec, leaf.match)
            self._leaves[id(leaf)] = known  # which keeps the leaf alive
        return known[1]

    def _loop(self, loop: Loop, views: Sequence[View], first: bool) -> None:
        spec, tiles = loop.spec, range(loop.trips)
        # Threads may take any order.
        for i in reversed(tiles) if loop.order == "parallel" else tiles:
            begins = first and (i == 0 or not loop.sums)
            self.run(loop.body, _ahead(spec, views, loop.axis, i * loop.size), first=begins)
        if loop.rest is not None:
            rest = _ahead(spec, views, loop.axis, loop.trips * loop.size)
            self.run(loop.rest, rest, first=first and not loop.sums)

    def _move(self, move: Move, views: Sequence[View], first: bool) -> None:
        if move.buffer is None:
            self.run(move.body, views, first=first)
            return
        there, here = views[move.position], View(self._new(move.buffer), _origin(move.buffer))
        inside = [*views]
        inside[move.position] = here
        if move.load is not None:
            self.run(move.load, [there, here])
            self.run(move.body, inside, first=first)
            if move.store is not None:
                self.run(move.store, [here, there])
        else:
            self.run(move.body, inside)
            assert isinstance(move.spec, Spec)
            start = move.spec.start
            old = start is Start.VALUE or (start is Start.FIRST and not first)
            back = move.combine if old else move.store
            assert back is not None
            self.run(back, [here, there])
        self._free(move.buffer)

    def _bufferize(self, impl: Bufferize, views: Sequence[View], first: bool) -> None:
        named = by_name(impl, views)
        if impl.buffer.within:
            place = named[impl.buffer.within]
        else:
            place = View(self._new(impl.buffer), _origin(impl.buffer))
        self._inside(impl.body, {**named, impl.buffer.name: place}, first=first)
        if not impl.buffer.within:
            self._free(impl.buffer)

    def _split(self, split: SplitReduction, views: Sequence[View], first: bool) -> None:
        partial = {b.name: View(self._new(b), _origin(b)) for b in split.buffers}
        named = {**by_name(split, views), **partial}
        self._inside(split.body, named)
        if split.rest is not None:
            moved = _ahead(split.spec, views, split.axis, split.done)
            self._inside(split.rest, {**by_name(split, moved), **partial})
        self._inside(split.combine, named, first=first)
        for buffer in split.buffers:
            self._free(buffer)

    def _new(self, buffer: Operand) -> Memory:
        """A buffer of which nothing is known but that padding in memory is zero."""
        level, layout = buffer.placement.level, buffer.placement.layout
        now = self.alive.get(level, 0) + held(buffer, level, self.target)
        self.alive[level] = now
        self.peak[level] = max(self.peak.get(level, 0), now)
        most = self.target.limits.left(level)
        if most is not None and now > most:
            unit = "registers" if buffer.placement.in_registers else "bytes"
            raise InterpretError(
                f"{buffer.name}: {level} holds {most} {unit}, {now} are alive at once"
            )
        real = _elements(layout, buffer.shape)
        lanes = max(buffer.placement.lanes, 1) if buffer.placement.in_registers else 0
        return Memory.unknown(real, numpy_type(buffer.dtype), lanes)

    def _free(self, buffer: Operand) -> None:
        level = buffer.placement.level
        self.alive[level] -= held(buffer, level, self.target)


def _merged(merge: Merge, position: int, view: View) -> View:
    """The view of an operand two of whose dimensions are one in the body, at the same places."""
    old, new = merge.spec.operands[position], merge.body.spec.operands[position]
    if old == new:
        return view
    outer, inner = old.dim_of(merge.outer), old.dim_of(merge.inner)
    assert outer is not None and inner is not None
    start = list(view.start)
    start[outer] = start[outer] * old.shape[inner] + start[inner]
    del start[inner]
    return View(view.memory, tuple(start))


def _origin(operand: Operand) -> tuple[int, ...]:
    return (0,) * len(operand.shape)


def _ahead(spec: Goal, views: Sequence[View], axis: str, steps: int) -> list[View]:
    return [v.ahead(o, axis, steps) for o, v in zip(spec.operands, views, strict=True)]
