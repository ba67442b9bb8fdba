"""Asking ahead: while a tile is worked on, the lines of the next one are brought to L2.

A loop whose body settles a far operand in a cache has each line of the tile arrive while sums wait
for it, as the machine's own prefetching ends at every page. Where loops inside read the tile again,
and it lies in long stretches, the innermost one asks for a little of the next tile at each step, so
that all of it is there when its turn comes. The first tile has nobody to ask for it: where a tile
is read for the first time, the lines a few pages on are asked for. Past the end of an array nothing
happens. Read next: `tree.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

from ...impl import Impl, Loop, Move, children
from ...linear import Linear
from ...spec import Operand, Walked
from ...target.target import Target
from .access import AHEAD, LINE, is_far, prefetch
from .view import MemoryView, View, factors_of
from .writer import Writer

LINES_A_STEP = 2
"""Lines that a step asks for at most: beyond that there is too little work to hide them behind."""


STRETCH = 4096
"""Bytes that a stretch has at least."""

FIRST_AHEAD = 4 * AHEAD
"""Bytes by which the first to read a tile asks ahead."""


@dataclass(frozen=True)
class Ask:
    """The next tile of an operand, and the loops since, outermost first: what they count by, how
    often they run, and whether they read the same of the tile again.

    A tile of several stretches is asked for by loops that go from one to the next, a stretch of so
    many `elements` each; 0 before such a loop.
    """

    name: str
    view: MemoryView
    elements: int
    loops: tuple[tuple[str, int, bool], ...] = ()

    def within(self, loop: Loop, variable: str) -> Ask:
        """The same inside of one more loop."""
        place = _place(loop.spec, self.name)
        if place is None:
            return self
        factors = factors_of(loop.spec.operands[place], loop.axis)
        if len(factors) != len(self.view.shape):  # dimensions have been merged
            return replace(self, elements=0)
        if self.elements or not any(factors):
            again = not any(factors)
            return replace(self, loops=(*self.loops, (variable, loop.trips, again)))
        view = self.view.moved(factors, Linear.var(variable, loop.size))
        operand = loop.body.spec.operands[place]
        return replace(self, view=view, elements=_long_stretch(loop.body.spec, operand, view))

    def write(self, body: Walked, views: Sequence[View], writer: Writer) -> None:
        """Ask for the part of this step, and for what the first to read the tile will need."""
        place = _place(body, self.name)
        again = [variable for variable, _, again in self.loops if again]
        if place is None or not again:
            return
        steps = prod(trips for _, trips, _ in self.loops)
        share = -(-self.elements // steps)
        if not 0 < share <= LINES_A_STEP * self.view.dtype.count(LINE):
            return
        at, left = self.view.address((0,) * len(self.view.shape), writer), steps
        for variable, trips, _ in self.loops:
            left //= trips
            at = at + Linear.var(variable, left * share)
        _ask(self.view, at, share, writer)
        here = views[place]
        count = _stretch(body, body.operands[place], here) if isinstance(here, MemoryView) else 0
        if isinstance(here, MemoryView) and count:
            zero = writer.index(0)
            tests = [writer.once(f"arith.cmpi eq, {v}, {zero} : index") for v in again]
            on = here.address((0,) * len(here.shape), writer) + here.dtype.count(FIRST_AHEAD)
            with writer.block(f"scf.if {writer.all_of(tests)} {{"):
                _ask(here, on, count, writer)


def _place(goal: Walked, name: str) -> int | None:
    """The position of an operand; None where nothing reads it any more."""
    names = [o.name for o in goal.operands]
    return names.index(name) if name in names else None


def _ask(view: MemoryView, at: Linear, count: int, writer: Writer) -> None:
    """Ask for the lines of so many elements."""
    for first in range(0, count, view.dtype.count(LINE)):
        prefetch(view, at + first, 2, "read", writer)


def asks(loop: Loop, views: Sequence[View], target: Target) -> Iterator[Ask]:
    """What a loop's body, on these views, can ask for: the next tiles of what it settles."""
    node = loop.body
    while isinstance(node, Move) and node.buffer is None:
        operand, view = node.spec.operands[node.position], views[node.position]
        factors = factors_of(loop.spec.operands[node.position], loop.axis)
        if isinstance(view, MemoryView) and any(factors) and is_far(operand, target):
            count = _long_stretch(node.spec, operand, view)
            yield Ask(operand.name, view.moved(factors, loop.size), count)
        node = node.body


def is_innermost(loop: Loop) -> bool:
    """Whether no loop that is not unrolled stands inside."""
    return not _has_steps(loop.body)


def _has_steps(impl: Impl) -> bool:
    if isinstance(impl, Loop) and impl.trips > 1 and impl.order != "unrolled":
        registers = (o for o in impl.spec.operands if o.placement.in_registers)
        if not any(any(factors_of(o, impl.axis)) for o in registers):
            return True
    return any(_has_steps(child) for _, child in children(impl))


def _stretch(goal: Walked, operand: Operand, view: MemoryView) -> int:
    """The elements of a tile that lies in one stretch of memory; 0 if it does not."""
    if view.border is not None:
        return 0
    extents = goal.extent_of(operand)
    last = view.layout.physical_index(tuple(e - 1 for e in extents))
    reach = 1 + sum(i * s for i, s in zip(last, view.strides, strict=True))
    return reach if reach == prod(extents) else 0


def _long_stretch(goal: Walked, operand: Operand, view: MemoryView) -> int:
    """The same, and 0 if there is little of it."""
    count = _stretch(goal, operand, view)
    return count if count >= view.dtype.count(STRETCH) else 0
