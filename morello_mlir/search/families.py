"""Families: solved slabs in the memo table, and answers that come from them alone.

A family is what a slab decides: a code per point (`decisions.py`) over start, extents, what is left
of a capacity, and levels. Its key holds all that the decisions follow from: the goal without names
(and, where both starts are solved, without its start), the extents that ladders grow from, and the
slab's place among those of the goal; the database adds target, coefficients and code. So a key
never stands for two different families, and a family is the same whichever goal stored it.

`record` keeps the families of a search. `recall` builds the slabs of a goal again, without solving
any, and follows the stored decisions: it gives what the search would give, or nothing if a family
is missing. Read next: `follow.py`, `../table/codec.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from ..schedule import Schedule
from ..spec import Spec, Start
from ..target.target import Target
from .caches import PhaseBase
from .closure import Scratch
from .decisions import Codes
from .extract import Extraction
from .follow import follow
from .forks import ForkBase
from .loops import LoopsBase
from .printed import schedule_of
from .reshapes import ReshapeBase
from .settle import SettleBase
from .shared import SharedBase
from .slab import HiddenError, Slab
from .space import Space
from .tiles import Moved, StartBase, TileBase

if TYPE_CHECKING:
    from ..table.grid import Slab as Stored


Key = str | bytes


@runtime_checkable
class Memo(Protocol):
    """What families need of a database."""

    def known_slabs(self, keys: Iterable[Key]) -> dict[Key, tuple[int, int, int]]:
        """Points, boxes and bytes of the slabs that are there."""
        ...

    def get_slab(self, key: Key) -> Stored | None:
        """The slab of a key, if there is one."""
        ...

    def put_slabs(self, slabs: Mapping[Key, Stored]) -> None:
        """Keep slabs."""
        ...


@dataclass(frozen=True)
class Recorded:
    """What families take in a database; `new` of them were not there before."""

    families: int = 0
    new: int = 0
    points: int = 0
    boxes: int = 0
    bytes: int = 0


class MissingError(LookupError):
    """A family is not in the memo table."""


@dataclass(eq=False)
class Keys:
    """Keys of slabs; the same Space is written out once."""

    spaces: dict[int, tuple[Space, str]] = field(default_factory=dict)

    def of(self, slab: Slab) -> str:
        """The key of a slab's family."""
        return hashlib.sha256(self._place(slab).encode()).hexdigest()

    def _place(self, slab: Slab) -> str:
        base = slab.base
        if isinstance(base, LoopsBase):
            return f"loops|{self._space(base.space)}|{base.space.spec.start}"
        if isinstance(base, ForkBase):
            return f"forks|{self._place(base.forks.alone)}"
        if isinstance(base, StartBase):
            return f"start|{self._place(base.inner)}"
        if isinstance(base, TileBase):
            phase = base.phase
            parts: tuple[Any, ...] = (phase.world.layouts, phase.levels, base.place)
            moved = (_ordered(phase.given), _ordered(base.moved))
            return f"tile|{self._space(phase.space)}|{parts}|{moved}"
        if isinstance(base, SettleBase):
            return f"settle|{self._space(base.space)}"
        if isinstance(base, ReshapeBase):
            ways = [edge.action.partition(" ")[0] for edge in base.options]  # without names
            return f"reshape|{base.spec.key()!r}|{ways}"
        assert isinstance(base, PhaseBase), f"no family of {type(base).__name__}"
        caches, kind = base.caches, "shared" if isinstance(base, SharedBase) else "serial"
        parts = (caches.phases, base.world.layouts, base.phase, sorted(base.moved))
        return f"{kind}|{self._space(caches.space)}|{parts}"

    def _space(self, space: Space) -> str:
        """A goal without names; both starts are points of its families."""
        if id(space) not in self.spaces:
            goal = replace(space.spec, start=Start.VALUE).key()
            text = f"{goal!r}|{space.goals}|{space.fresh}|{space.held}"
            text = hashlib.sha256(text.encode()).hexdigest()
            self.spaces[id(space)] = space, text
        return self.spaces[id(space)][1]


def _ordered(moved: Moved) -> list[Any]:
    return sorted(moved, key=lambda each: each[0])


def stored(slab: Slab) -> Stored:
    """A slab's decisions over integer coordinates."""
    from ..table.grid import Slab as Stored

    axes = [tuple(range(n)) for n in slab.codes.shape]
    for a, ladder in enumerate(slab.ladders, 1):
        axes[a] = ladder.values
    return Stored(tuple(axes), slab.codes.astype(np.uint16))


def record(slabs: Sequence[Slab], memo: Memo) -> Recorded:
    """Keep the families of a search, those that are not there yet."""
    keys = Keys()
    named = {keys.of(slab): slab for slab in slabs}
    known = memo.known_slabs(named)
    new: dict[Key, Stored] = {key: stored(slab) for key, slab in named.items() if key not in known}
    memo.put_slabs(new)
    there = memo.known_slabs(named).values()
    return Recorded(
        families=len(named),
        new=len(new),
        points=sum(points for points, _, _ in there),
        boxes=sum(boxes for _, boxes, _ in there),
        bytes=sum(size for _, _, size in there),
    )


def recall(spec: Spec, target: Target, memo: Memo) -> tuple[Schedule, float, int] | None:
    """The best schedule of a goal, its cost, and how many families it took to know them.

    None if some decision that is needed is not in the memo table, or hidden by a later one.
    """
    from .solver import begun

    goal, keys = spec.canonical(), Keys()
    read: list[Slab] = []

    def codes(slab: Slab) -> Codes:
        found = memo.get_slab(keys.of(slab))
        if found is None:
            raise MissingError(slab.name)
        if found.axes[1 : 1 + len(slab.ladders)] != tuple(r.values for r in slab.ladders):
            raise MissingError(slab.name)
        read.append(slab)
        return found.decisions

    try:
        program = follow(begun(goal, target, Scratch(memo=codes)), Extraction())
    except (MissingError, HiddenError):
        return None
    if program is None:
        return None
    schedule = schedule_of(program.schedule().apply(goal, target), target)
    return schedule, program.cost, len(read)
