"""How many programs a solved space stands for: the recurrence of the costs, with sums and products.

    count(node) = sum over edges of the product of the counts of their parts

Two derivations can be one program: a loop between two phases belongs to either. Each program is
counted where its loops come as early as they can. What a phase allows includes all that the next
one does, so that this is exact: to the loops of a phase come those of the next one over the axes
whose turn is over. Before parallel loops begin there are two ways on of which neither includes the
other: both are added, less what they share. Nothing here is computed unless somebody asks. Read
next: `ways.py`, `counts.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log10
from typing import Any

import numpy as np

from .caches import PhaseBase
from .closure import Nest
from .counts import WORD, Array, Counts
from .ladder import Ladder
from .shared import SharedBase
from .slab import Node, Slab
from .ways import counted, onward, place_of, shape_of, ways

DIGITS = 4000
"""Numbers up to here are worked out in full: longer ones take longer than anybody waits."""


@dataclass(frozen=True)
class Programs:
    """A number of programs: `exact` up to so many digits, `log10` always."""

    log10: float
    exact: int | None

    @property
    def value(self) -> int | str:
        """The number where it is known, else its first three digits and its power of ten."""
        return self.exact if self.exact is not None else str(self)

    def __str__(self) -> str:
        """All digits, or the first three and the power of ten."""
        if self.exact is not None:
            return str(self.exact)
        power = int(self.log10)
        first = str(int(100 * 10 ** (self.log10 - power)))
        return f"{first[0]}.{first[1:]}e{power}"


def programs(node: Node, digits: int = DIGITS) -> Programs:
    """The number of distinct programs of a solved node."""
    node = counted(node)
    found = _at(node, exact=False)
    size = float(found.size[0])
    if WORD <= size < digits / log10(2):
        found = _at(node, exact=True)
    known = size < digits / log10(2)
    every = np.ones(1, bool)
    return Programs(size * log10(2), int(found.whole(every)[0]) if known else None)


def _at(node: Node, *, exact: bool) -> Counts:
    index = np.ravel_multi_index(place_of(node), shape_of(node.slab))
    return Counting(exact).of(node.slab).final.taken(np.asarray([index]))


@dataclass(frozen=True, eq=False)
class _Counted:
    """The programs of a slab's points: all; those that begin with a loop, by nest; those that
    begin neither with a loop nor with other threads."""

    final: Counts
    loops: tuple[Counts, ...]
    plain: Counts


@dataclass(eq=False)
class Counting:
    """Slabs counted so far, in full or only how large."""

    exact: bool
    done: dict[Slab, _Counted] = field(default_factory=dict)

    def of(self, slab: Slab) -> _Counted:
        """The counts of a slab."""
        if slab not in self.done:
            base = slab.base
            self.done[slab] = (
                self._shared(slab, base) if isinstance(base, SharedBase) else self._serial(slab)
            )
        return self.done[slab]

    def _actions(self, slab: Slab) -> Counts:
        """The programs that begin with an Action of the slab's base."""
        shape = shape_of(slab)
        found = [Counts.of(np.zeros(shape, bool), self.exact)]
        for way in ways(slab):
            if way.leaf is not None:
                found.append(Counts.of(way.leaf, self.exact))
            else:
                parts = [self.of(part).final.taken(where) for part, where in way.parts]
                found.append(Counts.product(parts).view(shape))
        return Counts.total(found)

    def _serial(self, slab: Slab) -> _Counted:
        plain, early = self._actions(slab), None
        following = onward(slab)
        if following is not None:
            after = self.of(following)
            plain = Counts.total([plain, after.plain.spread(plain)])
            early = [loops.spread(plain) for loops in after.loops]
        final, loops = _closed(slab, plain, early)
        if isinstance(slab.base, PhaseBase) and slab.base.moved and slab.base.caches.threads == 1:
            loops = ()  # nothing goes on to here without an Action
        return _Counted(final, loops, plain)

    def _shared(self, slab: Slab, base: SharedBase) -> _Counted:
        """Loops of one thread come from the serial twin, or from the next phase that is shared."""
        key = (base.w, base.phase + 1, frozenset[int]())
        twin, after = self.of(base.serial), self.of(base.caches.slabs[key])
        early = list(twin.loops)
        if key in base.slabs:
            other = self.of(base.slabs[key])
            # What both can do: loops of this phase, and then whatever one thread does in the next.
            _, common = _closed(base.slabs[key], after.plain, after.loops)
            early = [
                Counts.union(mine, its.spread(mine), both.spread(mine))
                for mine, its, both in zip(early, other.loops, common, strict=True)
            ]
            after = other
        actions = self._actions(slab)
        plain = Counts.total([actions, after.plain.spread(actions)])
        threads = _parallel(base, twin.final)
        final, loops = _closed(slab, Counts.total([plain, threads]), early)
        return _Counted(final, loops, plain)


def _parallel(base: SharedBase, serial: Counts) -> Counts:
    """The programs that begin with a parallel loop: its body and its rest run on one thread."""
    found = []
    for nest in base.forks.nests:
        rows = serial.moved(nest.axis + 1, 1)
        made = rows.empty()
        for start in range(rows.shape[0]):
            for e, cuts in enumerate(base.serial.ladders[nest.axis].cuts):
                pairs = [(start, t, start, rest) for t, trips, rest in cuts if trips > 1]
                made.set_products((start, e), rows, rows, pairs)
        found.append(made.moved(1, nest.axis + 1))
    return Counts.total(found) if found else serial.empty()


def _closed(
    slab: Slab, plain: Counts, early: Sequence[Counts] | None
) -> tuple[Counts, tuple[Counts, ...]]:
    """The counts with loops around, and those that begin with one, by nest.

    `early` are loops, by nest, that the inside may begin with as well; once the slab has its own
    over an axis, those over the same axis are no further programs.
    """
    own, found = plain, []
    inner = plain if early is None else Counts.total([plain, *early])
    for number, nest in enumerate(slab.nests, 1):
        later = early[number:] if early is not None else ()
        begun = Counts.total(later) if later else None
        own, inner, loops = _close(own, inner, begun, slab.ladders[nest.axis], nest)
        found.append(loops)
    return inner, tuple(found)


def _close(
    own: Counts, inner: Counts, begun: Counts | None, ladder: Ladder, nest: Nest
) -> tuple[Counts, Counts, Counts]:
    """One nest: `closure.close` with sums and products.

    From the slab's own programs so far, all that a body may be, and what else there is outside of
    the loop: the slab's own with the loop, all with the loop, and those that begin with it.
    """
    axis = nest.axis + 1
    holds = _mask(nest, inner.shape)
    rows, own = inner.moved(axis, 1), own.moved(axis, 1)
    others = begun.moved(axis, 1) if begun is not None else None
    made, out, grown = rows.empty(), rows.empty(), rows.empty()
    last = rows.shape[0] - 1
    for start in reversed(range(rows.shape[0])):
        later = last if nest.reduces else start
        for e, cuts in enumerate(ladder.cuts):
            pairs = [
                (start if trips == 1 else later, t, later, rest)
                for t, trips, rest in cuts
                if nest.allows(trips)
            ]
            here = (start, e)
            made.set_products(here, rows, out, pairs)
            if holds is not None:
                made.drop(here, ~np.moveaxis(holds, axis, 1)[here])
            grown.set_sum(here, own, made)
            if others is None:
                out.set_sum(here, grown)
            else:
                out.set_sum(here, grown, others)
    return grown.moved(1, axis), out.moved(1, axis), made.moved(1, axis)


def _mask(nest: Nest, shape: tuple[int, ...]) -> Array | None:
    """Where loops are allowed."""
    if nest.within is None:
        return None
    mask: Any = nest.within()
    return np.broadcast_to(mask.reshape(*mask.shape, *(1,) * (len(shape) - mask.ndim)), shape)
