"""Beginnings: the Actions that a program of a Graph may begin with.

Tiles of axes that all nodes have, cuts in two with places for what crosses, values that are
computed again, sums in chunks. What could never pay is left out. Read next: `fusion.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product
from math import prod

from ..action import (
    Accumulate,
    Action,
    Bufferize,
    Inline,
    NotApplicable,
    Online,
    Stage,
    Tile,
)
from ..action.base import check_common
from ..action.bufferize import not_lent
from ..action.inline import obstacle
from ..action.online import MAX
from ..expr import ops
from ..graph import Graph, reducing, size_of
from ..layout import print_layout
from ..memory import nearness
from ..spec import Axis, Operand, Start
from ..target.target import Target
from ..traffic import lines
from .epilogue import OPS, is_product
from .room import SHARE, Room
from .space import innermost, stored_layouts

LARGE = 1 << 14
"""Points from which on a step of a batch is done by itself."""

TILES = (1, 2, 4, 6, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
"""Tiles that are whole vectors, or whole register tiles of products."""

SHORT = 512
"""Bytes between nodes for each step along an axis that are too few for steps of one."""

AGAIN = 4
"""How often a value may be computed again for one reader, at most."""

FEW = 8
"""Nodes of a Graph of which tiles are tried before it is cut in two."""

CHUNKS = (1024, 2048, 4096, 8192)
"""Terms of a sum that are done at a time, where they do not fit into the nearest cache."""


@dataclass(frozen=True)
class Beginnings:
    """What programs on a target may begin with; sums in `begun` are not cut from what follows."""

    target: Target
    room: Room
    begun: frozenset[str]

    def batch(self, graph: Graph) -> Tile | None:
        """The loop over what all products have an axis of, where each step is much work."""
        threads = self.target.threads
        for a in graph.axes:
            large = graph.points >= LARGE * a.extent
            if large and _is_batch(graph, a.name) and is_common(graph, a.name):
                shared = threads > 1 and not graph.serial and a.extent >= threads
                return Tile(a.name, 1, "parallel" if shared else "serial")
        return None

    def of(self, graph: Graph, inside: frozenset[str], whole: bool) -> Iterator[Sequence[Action]]:
        """All of them. `inside` of a tile an axis is tiled to 1; what is `whole` is not cut; what
        all products have an axis of comes first."""
        stages = [] if whole else list(self.cuts(graph))
        if len(graph.nodes) > FEW:
            yield from stages
        axes = [a for a in graph.axes if is_common(graph, a.name)]
        for axis in [a for a in axes if _is_batch(graph, a.name)][:1] or axes:
            for actions in self._tiles(graph, axis):
                tile = actions[-1]
                if axis.name not in inside or (isinstance(tile, Tile) and tile.size == 1):
                    yield actions
        if len(graph.nodes) <= FEW:
            yield from stages
        yield from self._inlines(graph)
        if not whole and not axes:
            yield from self._onlines(graph)

    def _onlines(self, graph: Graph) -> Iterator[Sequence[Action]]:
        """Chunks of sums that wait for a maximum, where L2 does not hold what waits."""
        for n in graph.nodes:
            for a in n.reductions if n.combine in MAX else ():
                amount = prod(graph.extent_of(n.inputs[0])) * n.inputs[0].dtype.bytes
                nearest, *_ = caches = self.room.caches[:2]
                if self.room.level(graph, amount) in caches:
                    continue
                sizes = [s for s in CHUNKS if a.extent % s == 0 and 2 * s <= a.extent]
                each = amount // a.extent
                near = [s for s in sizes if self.room.level(graph, each * s) == nearest]
                yield from ([Online(a.name, s)] for s in near[-1:] or sizes[:1])

    def _inlines(self, graph: Graph) -> Iterator[Sequence[Action]]:
        """Values that are computed again where they are read: those that only far caches hold."""
        for n in graph.nodes:
            if obstacle(graph, n.output.name):
                continue
            readers = graph.readers(n.output.name)
            if any(r.points > AGAIN * n.points for r in readers):
                continue
            amount = size_of(graph, n.output.name) * n.output.dtype.bytes
            if self.room.level(graph, amount) in self.room.caches[:2]:
                continue
            if all(len(ops(n.body)) + len(ops(r.body)) <= OPS for r in readers):
                yield [Inline(n.output.name)]

    def cuts(self, graph: Graph, *, apart: bool = False) -> Iterator[list[Action]]:
        """Cuts in two, each with places for what crosses and for what both sides read; those
        `apart` have sums in `begun` and all that waits for them on one side."""
        cuts: dict[frozenset[str], str] = {}
        for name in graph.made:
            done = graph.needed(name)
            if name not in self.begun and not (apart and self.begun & done):
                cuts.setdefault(done, name)
        for done, name in cuts.items():
            if len(done) == len(graph.nodes):
                continue
            later = [n for n in graph.nodes if n.output.name not in done]
            read = {o.name for n in later for o in n.inputs}
            crossing = [v for v in done if v in read and not graph.has_place(v)]
            for places in product(*(self._places(graph, v) for v in sorted(crossing))):
                yield [*self._shared(graph, done), *chain(*places), Stage(name)]

    def _shared(self, graph: Graph, done: frozenset[str]) -> Iterator[Action]:
        """Inputs that both sides of a cut read, as they lie, in the nearest cache that has room."""
        before = {o.name for v in done for o in graph.made[v].inputs}
        after = {o.name for v, n in graph.made.items() if v not in done for o in n.inputs}
        for o in graph.inputs:
            move = self.room.nearer(graph, o)
            if o.name in before & after and move is not None:
                yield move

    def _places(self, graph: Graph, value: str) -> Iterator[tuple[Action, ...]]:
        """Where a value may be while others are computed from it."""
        o = graph.made[value].output
        level = self.room.level(graph, size_of(graph, value) * o.dtype.bytes)
        for reader in graph.readers(value):
            result = reader.output
            if not not_lent(graph, value, result.name):
                move = self.room.nearer(graph, result)
                yield (*([move] if move else []), Bufferize(value, result.name))
        yield (Bufferize(value, level),)
        for reader in graph.readers(value):
            if not is_product(reader):
                continue
            position = [i.name for i in reader.inputs].index(value)
            wanted = stored_layouts(graph.goal(reader), position, self.target)
            for layout in islice(wanted, 1):
                yield (Bufferize(value, level, print_layout(layout, o.dims)),)

    def _tiles(self, graph: Graph, axis: Axis) -> Iterator[list[Action]]:
        """Loops around all nodes."""
        sums = list(reducing(graph, axis.name))
        if sums:
            every = [n for n in graph.nodes if n.combine is not None]
            placed = all(graph.has_place(n.output.name) for n in every)
            if placed and all(n.start is Start.NOTHING for n in sums):
                for size in CHUNKS:
                    if 2 * size <= axis.extent:
                        yield [Accumulate(), Tile(axis.name, size)]
            return
        threads = self.target.threads
        for size in self._sizes(graph, axis):
            if self._streams(graph, axis, size):
                continue
            yield [Tile(axis.name, size)]
            if threads > 1 and not graph.serial and axis.extent >= threads * size:
                yield [Tile(axis.name, size, "parallel")]

    def _streams(self, graph: Graph, axis: Axis, size: int) -> bool:
        """Whether a loop's products read again more than it saves between nodes."""
        of, inner = self.target.costs.of, set(graph.made)
        again = saved = 0.0
        for n in graph.nodes:
            for o in n.inputs if is_product(n) else ():
                if axis.name not in o.axes and o.name not in inner:
                    amount = o.dtype.size(prod(graph.extent_of(o)))
                    level = max(self.room.level(graph, amount), o.placement.level, key=nearness)
                    again += float(lines(o, graph.extent_of(o))) * of("line", level)
            o = n.output
            if not graph.has_place(o.name):
                level = self.room.level(graph, size_of(graph, o.name) * o.dtype.bytes)
                rate = of("line", level) + of("back", level)
                saved += float(lines(o, graph.extent_of(o))) * rate
        return again * (axis.extent / size - 1) > saved

    def _sizes(self, graph: Graph, axis: Axis) -> Iterator[int]:
        """Ones; or as many as make the values between nodes fill their part of a cache: of those
        beyond the nearest along rows of products, of the nearest where there is little."""
        each = sum(
            prod(graph.extent_of(o)) // axis.extent * o.dtype.bytes
            for o in _between(graph)
            if axis.name in o.axes
        )
        nearest, *others = sorted(lev.capacity for lev in self.target.levels) or [0]
        products = [n for n in graph.nodes if is_product(n)]
        rows = any(axis.name not in o.axes for n in products for o in n.inputs)
        found = set() if rows or (not products and each < SHORT) else {1}
        for capacity in others if rows else () if 1 in found else (nearest,):
            most = int(SHARE * capacity) // max(each, 1)
            if each and 1 < most < axis.extent:
                whole = max(d for d in range(1, most + 1) if axis.extent % d == 0)
                found.add(whole if 2 * whole > most else max(s for s in TILES if s <= most))
        yield from sorted(found, reverse=True)


def _between(graph: Graph) -> Iterator[Operand]:
    """What several nodes touch: values between them, and inputs that more than one reads."""
    yield from (n.output for n in graph.nodes if not graph.has_place(n.output.name))
    yield from (o for o in graph.inputs if len(graph.readers(o.name)) > 1)


def _is_batch(graph: Graph, axis: str) -> bool:
    """Whether an axis is one that all operands of all products have, and lanes run along others."""
    products = [n for n in graph.nodes if is_product(n)]
    return bool(products) and all(
        axis in o.axes and axis not in innermost(o).names for n in products for o in n.operands
    )


def is_common(graph: Graph, axis: str) -> bool:
    """Whether a loop over an axis around all nodes is one that computes what they do."""
    try:
        check_common(graph, axis)
    except NotApplicable:
        return False
    return True
