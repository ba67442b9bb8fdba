"""Impl: the tree that applying Actions builds. Loops, moves and sequences; leaves are instructions
or open goals.

Every node keeps the goal it meets, so a tree can be checked, priced and printed from any node down.
Children are listed with a label, the same word that a schedule uses for them; the child under
`main` is where a schedule goes on. Read next: `action/`, `schedule.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TypeVar

from .graph import Goal, Graph, sole, written_by
from .spec import Kind, Operand, Spec, has_window
from .target.match import Lanes, Match
from .windowed import Windowed, tile_grid

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Open:
    """A goal that nothing meets yet."""

    spec: Goal


@dataclass(frozen=True, slots=True)
class Leaf:
    """A goal that one instruction meets."""

    spec: Spec
    match: Match | Lanes


@dataclass(frozen=True, slots=True)
class Loop:
    """`body` at every whole tile of an axis, `rest` at what is left of it (None if nothing is).

    `order` is how the tiles run: `serial`, `unrolled`, or `parallel` over `threads`.
    """

    spec: Goal
    axis: str
    size: int
    order: str
    body: Impl
    rest: Impl | None
    threads: int = 1

    @property
    def trips(self) -> int:
        """Whole tiles."""
        return self.spec.extents[self.axis] // self.size

    @property
    def sums(self) -> bool:
        """Whether tiles are the terms of one sum. Several Specs have started theirs by then."""
        axis = self.spec.axis(self.axis)
        return isinstance(self.spec, Spec) and axis is not None and axis.kind is Kind.REDUCTION


@dataclass(frozen=True, slots=True)
class Move:
    """`body` works on operand number `position` in a new place.

    `load` fills the new place of an input. An output is written back by `store`, or by `combine`
    where its old place holds a value; a Spec that starts at `Start.FIRST` has both. `buffer` is
    what the new place holds; None, as for all three, where a cache holds the same bytes. Where the
    order of terms is kept, an output that holds a value has a `load` and a `store`.
    """

    spec: Goal
    position: int
    buffer: Operand | None
    load: Impl | None
    body: Impl
    store: Impl | None
    combine: Impl | None

    @property
    def unfolds(self) -> bool:
        """Whether the new place has a dimension for every axis where the old one has windows."""
        old = self.spec.operands[self.position]
        return self.buffer is not None and has_window(old) and not has_window(self.buffer)


@dataclass(frozen=True, slots=True)
class Accumulate:
    """`fill` writes the neutral element into the output, then `body` adds to it."""

    spec: Goal
    fill: Impl
    body: Impl


@dataclass(frozen=True, slots=True)
class SplitReduction:
    """`body` reduces `axis` into partial results, the operands `buffers`; `combine` adds those up.

    There are `count` of them for every result. `rest` does the last terms, which `count` does not
    divide.
    """

    spec: Goal
    axis: str
    count: int
    buffers: tuple[Operand, ...]
    body: Impl
    rest: Impl | None
    combine: Impl

    @property
    def done(self) -> int:
        """The terms that the body does."""
        extent = self.spec.extents[self.axis]
        return extent - extent % self.count


@dataclass(frozen=True, slots=True)
class Bufferize:
    """`body` has a place for a value, the operand `buffer`: a new one, or within a result's."""

    spec: Graph
    value: str
    buffer: Operand
    body: Impl


@dataclass(frozen=True, slots=True)
class Stage:
    """`before` computes what a value needs, then `after` the rest."""

    spec: Graph
    before: Impl
    after: Impl


@dataclass(frozen=True, slots=True)
class Inline:
    """`body` computes a value where it is read."""

    spec: Graph
    value: str
    body: Impl


@dataclass(frozen=True, slots=True)
class Online:
    """`body` does `size` terms along an axis at a time, without waiting for the others."""

    spec: Graph
    axis: str
    size: int
    body: Impl


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a piece begins along the axes that are cut, and which of the bodies computes it."""

    starts: tuple[tuple[str, int], ...]
    body: int


@dataclass(frozen=True, slots=True)
class Cut:
    """`pieces` of the Spec one after the other, each by one of a few `bodies`."""

    spec: Spec
    axis: str
    pieces: tuple[Piece, ...]
    bodies: tuple[Impl, ...]

    def count(self, body: int) -> int:
        """How many pieces a body computes."""
        return sum(piece.body == body for piece in self.pieces)

    def shifts(self, piece: Piece) -> Iterator[tuple[int, ...]]:
        """By operand, how far on its view of the piece begins along each dimension."""
        body = self.bodies[piece.body].spec
        for o, inner in zip(self.spec.operands, body.operands, strict=True):
            yield tuple(
                sum(m.coefficient(a) * start for a, start in piece.starts) + m.const - its.const
                for m, its in zip(o.map, inner.map, strict=True)
            )


@dataclass(frozen=True, slots=True)
class Merge:
    """`body` has the axes `outer` and `inner` as one."""

    spec: Spec
    outer: str
    inner: str
    body: Impl


@dataclass(frozen=True, slots=True)
class Transform:
    """A copy of taps into a layout that holds values at points."""

    spec: Spec


@dataclass(frozen=True, slots=True)
class Winograd:
    """A windowed sum of products by blocks of `tiles` tiles, each of `results` along each window.

    For every block the operand `image` is filled with the image at points, `body` (in the last
    block, `rest`) computes its products with the filter into `sums`, and those become results.
    """

    spec: Spec
    results: int
    tiles: int
    roles: Windowed
    image: Operand
    sums: Operand
    body: Impl
    rest: Impl | None

    @property
    def grid(self) -> tuple[int, ...]:
        """Extents of the batch axes, then the tiles along each window."""
        return tile_grid(self.spec, self.roles, self.results)

    @property
    def trips(self) -> int:
        """Whole blocks."""
        return prod(self.grid) // self.tiles


Impl = (
    Open
    | Leaf
    | Loop
    | Move
    | Accumulate
    | SplitReduction
    | Bufferize
    | Stage
    | Inline
    | Online
    | Cut
    | Merge
    | Transform
    | Winograd
)

MAIN = "main"
_CHILDREN: dict[type, tuple[tuple[str, str], ...]] = {
    Open: (),
    Leaf: (),
    Loop: ((MAIN, "body"), ("rest", "rest")),
    Move: (("load", "load"), (MAIN, "body"), ("store", "store"), ("combine", "combine")),
    Accumulate: (("fill", "fill"), (MAIN, "body")),
    SplitReduction: ((MAIN, "body"), ("rest", "rest"), ("combine", "combine")),
    Bufferize: ((MAIN, "body"),),
    Stage: (("before", "before"), ("after", "after")),
    Inline: ((MAIN, "body"),),
    Online: ((MAIN, "body"),),
    Merge: ((MAIN, "body"),),
    Transform: (),
    Winograd: ((MAIN, "body"), ("rest", "rest")),
}


def children(impl: Impl) -> Iterator[tuple[str, Impl]]:
    """The children that are there, in the order they run, each with its label."""
    if isinstance(impl, Cut):
        yield from zip(cut_labels(len(impl.bodies)), impl.bodies, strict=True)
        return
    for label, field in _CHILDREN[type(impl)]:
        child = getattr(impl, field)
        if child is not None:
            yield label, child


def cut_labels(count: int) -> tuple[str, ...]:
    """What the bodies of a cut are called: main, rest, rest2, ..."""
    return (MAIN, "rest", *(f"rest{i}" for i in range(2, count)))[:count]


def with_child(impl: Impl, label: str, child: Impl) -> Impl:
    """The node with the child under `label` exchanged."""
    if isinstance(impl, Cut):
        at = cut_labels(len(impl.bodies)).index(label)
        return replace(impl, bodies=(*impl.bodies[:at], child, *impl.bodies[at + 1 :]))
    fields = dict(_CHILDREN[type(impl)])
    return replace(impl, **{fields[label]: child})  # type: ignore[arg-type]


def by_name(impl: Impl, views: Sequence[V]) -> dict[str, V]:
    """What stands for the operands of a program's goal, by their names."""
    return {o.name: v for o, v in zip(impl.spec.operands, views, strict=True)}


def open_goals(impl: Impl) -> Iterator[Goal]:
    """The goals that are still open, in the order they would run."""
    if isinstance(impl, Open):
        yield impl.spec
    for _, child in children(impl):
        yield from open_goals(child)


def open_specs(impl: Impl) -> Iterator[Spec]:
    """The same, of a program in which each is one Spec."""
    return map(sole, open_goals(impl))


def headline(impl: Impl) -> str:
    """One line for one node."""
    if isinstance(impl, Open):
        return f"open {impl.spec}"
    if isinstance(impl, Leaf):
        return str(impl.match)
    if isinstance(impl, Loop):
        order = "" if impl.order == "serial" else f" {impl.order}"
        left = impl.spec.extents[impl.axis] % impl.size
        tail = f" + {left}" if left else ""
        return f"for {impl.axis} in {impl.trips} x {impl.size}{tail}{order}"
    if isinstance(impl, Move):
        o = impl.spec.operands[impl.position]
        if impl.buffer is None:
            body = impl.body.spec.operands[impl.position]
            return f"{o.name} now in {body.placement.level}"
        how = "unfolded to" if impl.unfolds else "to"
        return f"{o.name} {how} {impl.buffer.placement.describe(impl.buffer.dims)}"
    if isinstance(impl, Cut):
        counts = [str(impl.count(i)) for i in range(len(impl.bodies))]
        return f"cut {impl.axis}: {' + '.join(counts)} pieces"
    if isinstance(impl, Merge):
        return f"{impl.outer} and {impl.inner} as one"
    if isinstance(impl, Accumulate):
        names = ", ".join(o.name for o in written_by(impl.fill.spec))
        return f"start {names} at the neutral element"
    if isinstance(impl, Bufferize):
        where = impl.buffer.within or impl.buffer.placement.describe(impl.buffer.dims)
        return f"{impl.buffer.name} in {where}"
    if isinstance(impl, Stage):
        names = ", ".join(o.name for o in written_by(impl.before.spec))
        return f"first {names}"
    if isinstance(impl, Inline):
        return f"{impl.value} where it is read"
    if isinstance(impl, Online):
        return f"{impl.axis} in chunks of {impl.size}"
    if isinstance(impl, Transform):
        return f"{impl.spec.inputs[0].name} to points"
    if isinstance(impl, Winograd):
        left = prod(impl.grid) % impl.tiles
        tail = f" + {left}" if left else ""
        tile = " x ".join([str(impl.results)] * len(impl.roles.windows))
        return f"winograd in {impl.trips} x {impl.tiles}{tail} tiles of {tile}"
    names = ", ".join(o.name.removesuffix("p") for o in impl.buffers)
    return f"partial {names} in {impl.buffers[0].placement.level}"


def render(impl: Impl, depth: int = 0, label: str = "") -> str:
    """The tree as indented lines."""
    mark = f"{label}: " if label and label != MAIN else ""
    lines = ["  " * depth + mark + headline(impl)]
    lines += [render(child, depth + 1, name) for name, child in children(impl)]
    return "\n".join(lines)
