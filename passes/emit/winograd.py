"""Winograd's transforms: a filter's taps to points, and a block's tiles to points and to results.

Tiles that reach beyond the image, or make results beyond the output, have code of their own: an
`Edge` says what of them is inside. Elements outside are zeros that fold away, and results outside
are not computed. Invariant: no memory outside is touched. Read next: `vectors.py`, `tree.py`,
`../../winograd.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from itertools import product

from ...impl import Transform, Winograd
from ...linear import Linear
from ...spec import Spec, Start
from ...target.target import Target
from ...windowed import Windowed
from ...winograd import TAPS, code_of, transforms
from .vectors import Arithmetic, Grid, Walk, shifted_along
from .view import ORIGIN, MemoryView, View
from .writer import Writer


@dataclass(frozen=True)
class Edge:
    """Tiles `first` to `last` along a window: which of their elements are inside the image, and how
    many of their results inside the output."""

    first: int
    last: int
    inside: range
    results: int


@dataclass(frozen=True)
class Block:
    """`count` tiles of a node, from tile `start` on."""

    node: Winograd
    start: Linear
    count: int
    writer: Writer
    target: Target

    def to_points(self, view: View, points: MemoryView) -> None:
        """Write the image at points."""
        node, writer = self.node, self.writer
        operand = node.spec.inputs[node.roles.image]
        assert isinstance(view, MemoryView)
        view = replace(view, border=None)  # nothing beyond its ends is read
        dims = [w.image_dim for w in node.roles.windows]
        codes = [code_of(transforms(node.results).image)] * len(dims)
        wanted = [len(code.results) for code in codes]
        axes = [a for o in node.image.map[2:] for a in o.names]
        walk = Walk.along(operand, node.spec, axes, writer, self.target)
        arithmetic = Arithmetic(writer, walk.kind)
        for number, at, edges in self._tiles():
            corner, tile = shifted_along(view, operand, at), _tile(points, number)
            for step in walk.steps():
                read, write = step.vectors(operand, corner), step.vectors(node.image, tile)
                values: Grid = {}
                for point in product(*(range(code.inputs) for code in codes)):
                    inside = all(i in e.inside for i, e in zip(point, edges, strict=True))
                    index = dict(zip(dims, point, strict=True))
                    values[point] = read.load(index) if inside else None
                zero = writer.constant(operand.dtype.zero, walk.kind)
                for i, (_, value) in enumerate(arithmetic.transform(codes, values, wanted)):
                    write.store(value or zero, {0: i})

    def to_results(self, points: MemoryView, view: View) -> None:
        """Write the results, or add to them."""
        node, writer = self.node, self.writer
        operand = node.spec.output
        assert isinstance(view, MemoryView)
        dims = [w.result_dim for w in node.roles.windows]
        codes = [code_of(transforms(node.results).result)] * len(dims)
        axes = [a for o in node.sums.map[2:] for a in o.names]
        walk = Walk.along(operand, node.spec, axes, writer, self.target)
        arithmetic = Arithmetic(writer, walk.kind)
        for number, at, edges in self._tiles():
            corner, tile = shifted_along(view, operand, at), _tile(points, number)
            wanted = [e.results for e in edges]
            for step in walk.steps():
                read, write = step.vectors(node.sums, tile), step.vectors(operand, corner)
                values: Grid = {}
                for i, point in enumerate(product(*(range(code.inputs) for code in codes))):
                    values[point] = read.load({0: i})
                for point, value in arithmetic.transform(codes, values, wanted):
                    assert value is not None
                    index = dict(zip(dims, point, strict=True))
                    if node.spec.start is Start.VALUE:
                        old = write.load(index)
                        value = writer.value(f"arith.addf {old}, {value} : {walk.kind}")
                    write.store(value, index)

    def _tiles(self) -> Iterator[tuple[Linear, Mapping[str, Linear], tuple[Edge, ...]]]:
        """For each kind of tiles: a tile's number, its offsets, and its edges.

        What is written for it stands inside the loop over tiles, under tests for its kind.
        """
        node, writer = self.node, self.writer
        roles, grid = node.roles, node.grid
        names = (*roles.batch, *(w.slide for w in roles.windows))
        kinds = [edges_of(node.spec, roles, w, node.results) for w in range(len(roles.windows))]
        with writer.loop(self.count) as number:
            left, digits = self.start + number, list[Linear]()
            for extent in reversed(grid[1:]):
                left, digit = writer.divide(left, extent)
                digits.insert(0, digit)
            digits.insert(0, left)
            sizes = [1] * len(roles.batch) + [node.results] * len(roles.windows)
            at = {n: d * s for n, d, s in zip(names, digits, sizes, strict=True)}
            first = len(roles.batch)
            for edges in _chosen(kinds, digits[first:], grid[first:], writer):
                yield number, at, edges


def emit_transform(impl: Transform, views: Sequence[View], writer: Writer, target: Target) -> None:
    """Write a filter's values at points."""
    spec, (source, made) = impl.spec, views
    assert isinstance(source, MemoryView) and isinstance(made, MemoryView)
    taps, out = spec.inputs[0], spec.output
    parts = [p for p in out.placement.layout.parts if p.results]
    dims = [p.dim for p in parts]
    codes = [code_of(transforms(p.results).taps) for p in parts]
    wanted = [len(code.results) for code in codes]
    axes = [a.name for a in spec.axes if taps.dim_of(a.name) not in dims]
    walk = Walk.along(taps, spec, axes, writer, target)
    arithmetic = Arithmetic(writer, walk.kind)
    for step in walk.steps():
        read, write = step.vectors(taps, source), step.vectors(out, made)
        values: Grid = {}
        for point in product(range(TAPS), repeat=len(dims)):
            values[point] = read.load(dict(zip(dims, point, strict=True)))
        for point, value in arithmetic.transform(codes, values, wanted):
            assert value is not None
            write.store(value, dict(zip(dims, point, strict=True)))


def points_view(view: MemoryView, node: Winograd) -> MemoryView:
    """The filter at points as the product reads it: the points as one dimension."""
    operand = node.body.spec.inputs[1]
    taps = [w.tap_dim for w in node.roles.windows]
    starts = (s for d, s in enumerate(view.start) if d not in taps)
    whole = MemoryView.of(view.memref, view.kind, operand, view.base)
    return replace(whole, start=(ORIGIN, *starts))


def edges_of(spec: Spec, roles: Windowed, window: int, results: int) -> list[Edge]:
    """The kinds of tiles along a window, the most frequent first."""
    w = roles.windows[window]
    extent = spec.extents[w.slide]
    size = results + TAPS - 1
    found: list[Edge] = []
    for tile in range(-(-extent // results)):
        inside = _inside(spec, roles, window, tile * results, size)
        left = min(results, extent - tile * results)
        if found and (found[-1].inside, found[-1].results) == (inside, left):
            found[-1] = replace(found[-1], last=tile)
        else:
            found.append(Edge(tile, tile, inside, left))
    return sorted(found, key=lambda e: e.first - e.last)


def _inside(spec: Spec, roles: Windowed, window: int, start: int, size: int) -> range:
    """Which elements of a tile the image has, or the Spec reads."""
    w, image = roles.windows[window], spec.inputs[roles.image]
    if image.border is not None and w.image_dim in image.border.dims:
        first = image.map[w.image_dim].const + start
        return range(max(0, -first), min(size, image.shape[w.image_dim] - first))
    end = spec.extents[w.slide] + TAPS - 1
    return range(0, min(size, end - start))


def _tile(points: MemoryView, number: Linear) -> MemoryView:
    """What a buffer of points, tiles and axes has of one tile."""
    return points.moved((0, 1, *([0] * (len(points.shape) - 2))), number)


def _chosen(
    kinds: Sequence[list[Edge]], digits: Sequence[Linear], counts: Sequence[int], writer: Writer
) -> Iterator[tuple[Edge, ...]]:
    """Every combination of one kind per window, in a branch for tiles of those kinds."""
    if not kinds:
        yield ()
        return
    (edge, *others), *later = kinds
    with _branch(edge, digits[0], counts[0], writer) if others else nullcontext():
        for more in _chosen(later, digits[1:], counts[1:], writer):
            yield (edge, *more)
    if others:
        with writer.block(""):
            yield from _chosen([others, *later], digits, counts, writer)


def _branch(edge: Edge, digit: Linear, count: int, writer: Writer) -> AbstractContextManager[None]:
    """The branch for tiles of that kind, of `count` tiles along a window."""
    value = writer.address(digit)
    tests = []
    if edge.first:
        low = writer.index(edge.first)
        tests.append(writer.once(f"arith.cmpi sge, {value}, {low} : index"))
    if edge.last + 1 < count:
        high = writer.index(edge.last)
        tests.append(writer.once(f"arith.cmpi sle, {value}, {high} : index"))
    return writer.block(f"scf.if {writer.all_of(tests)} {{", "} else {")
