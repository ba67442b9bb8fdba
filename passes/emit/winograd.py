"""Winograd's transforms as straight-line code, a register of lanes at a time.

Lanes run along the axis along which an operand is contiguous. Tiles that reach beyond the image, or
make results beyond the output, have code of their own: elements outside are zeros that fold away,
results outside are not computed. Read next: `../../winograd.py`, `tree.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from ...impl import Transform, Winograd
from ...linear import Linear
from ...spec import Operand, Spec, Start
from ...target.target import Target
from ...windowed import Windowed
from ...winograd import TAPS, Code, code_of, transforms
from .access import load, store
from .view import ORIGIN, Elements, MemoryView, View, factors_of, shifted, vector_type
from .writer import Writer

Grid = dict[tuple[int, ...], str | None]
"""Values by index, one per window; None is zero."""


@contextmanager
def steps(writer: Writer, count: int) -> Iterator[Linear]:
    """A loop of `count` steps; none where there is one."""
    if count == 1:
        yield ORIGIN
        return
    variable = writer.fresh("i")
    writer.ranges[variable] = count
    bounds = f"{writer.index(0)} to {writer.index(count)} step {writer.index(1)}"
    with writer.block(f"scf.for {variable} = {bounds} {{"):
        yield Linear.var(variable)


@dataclass(frozen=True)
class Walk:
    """The registers of one tile: over `axes`, the last of them (if it is `lane`) in lanes."""

    spec: Spec
    axes: tuple[str, ...]
    lane: str | None
    lanes: int

    def each(self, writer: Writer, body: Callable[[Mapping[str, Linear], int], None]) -> None:
        """Call `body` with the axes' offsets and the number of valid lanes, in loops."""
        self._inside(writer, body, {}, self.axes)

    def _inside(
        self,
        writer: Writer,
        body: Callable[[Mapping[str, Linear], int], None],
        at: dict[str, Linear],
        axes: tuple[str, ...],
    ) -> None:
        if not axes:
            body(at, 1)
            return
        axis, extent = axes[0], self.spec.extents[axes[0]]
        if axis != self.lane:
            with steps(writer, extent) as step:
                self._inside(writer, body, {**at, axis: step}, axes[1:])
            return
        whole, left = divmod(extent, self.lanes)
        if whole:
            with steps(writer, whole) as step:
                body({**at, axis: step * self.lanes}, self.lanes)
        if left:
            body({**at, axis: Linear((), whole * self.lanes)}, left)


@dataclass(frozen=True)
class Lanes:
    """Vectors of an operand at a view: `valid` of `count` lanes along dimension `dim`."""

    view: MemoryView
    dim: int | None
    count: int
    valid: int
    writer: Writer
    target: Target

    def load(self, index: Sequence[int]) -> str:
        """The vector that begins at an index relative to the view."""
        return load(self.view, self._elements(index), self.writer, self.target)

    def store(self, value: str, index: Sequence[int]) -> None:
        """Write the valid lanes."""
        store(value, self.view, self._elements(index), self.writer, self.target)

    def _elements(self, index: Sequence[int]) -> Elements:
        if self.dim is None:
            return Elements.of([tuple(index)])
        found: list[tuple[int, ...] | None] = []
        for i in range(self.count):
            at = tuple(x + i if d == self.dim else x for d, x in enumerate(index))
            found.append(at if i < self.valid else None)
        return Elements.of(found)


@dataclass(frozen=True)
class Arithmetic:
    """Lines of `Code` on values of one type."""

    writer: Writer
    kind: str

    def transform(
        self, codes: Sequence[Code], values: Grid, wanted: Sequence[int]
    ) -> Iterator[tuple[tuple[int, ...], str | None]]:
        """Apply a code along each window; the results up to `wanted`, row by row."""
        size = [code.inputs for code in codes]
        for w, code in enumerate(codes):
            last = w == len(codes) - 1
            done: Grid = {}
            before = [range(n) for n in wanted[:w]]
            after = [range(n) for n in size[w + 1 :]]
            for point in product(*before, *after):
                key = [(*point[:w], i, *point[w:]) for i in range(size[w])]
                made = self.run(code, [values[k] for k in key], wanted[w])
                for i, value in enumerate(made):
                    at = (*point[:w], i, *point[w:])
                    if last:
                        yield at, value
                    done[at] = value
            values = done

    def run(self, code: Code, values: Sequence[str | None], wanted: int) -> list[str | None]:
        """The first `wanted` results of a code, with no line that they do not need."""
        known: dict[int, str | None] = dict(enumerate(values))

        def value(number: int) -> str | None:
            if number not in known:
                line = code.lines[number - code.inputs]
                plus = None if line.plus is None else value(line.plus)
                known[number] = self._line(line.factor, value(line.of), plus)
            return known[number]

        return [value(r) for r in code.results[:wanted]]

    def _line(self, factor: Fraction, of: str | None, plus: str | None) -> str | None:
        write, kind = self.writer.value, self.kind
        if of is None:
            return plus
        if plus is None:
            if factor == 1:
                return of
            return write(f"arith.mulf {of}, {self._literal(factor)} : {kind}")
        if factor == 1:
            return write(f"arith.addf {plus}, {of} : {kind}")
        if factor == -1:
            return write(f"arith.subf {plus}, {of} : {kind}")
        return write(f"math.fma {of}, {self._literal(factor)}, {plus} : {kind}")

    def _literal(self, factor: Fraction) -> str:
        return self.writer.constant(f"{float(factor):.17e}", self.kind)


def emit_transform(impl: Transform, views: Sequence[View], writer: Writer, target: Target) -> None:
    """Write a filter's values at points."""
    spec, (source, made) = impl.spec, views
    assert isinstance(source, MemoryView) and isinstance(made, MemoryView)
    taps, out = spec.inputs[0], spec.output
    parts = [p for p in out.placement.layout.parts if p.results]
    dims = [p.dim for p in parts]
    codes = [code_of(transforms(p.results).taps) for p in parts]
    others = tuple(a.name for a in spec.axes if taps.dim_of(a.name) not in dims)
    walk = _walk(spec, taps, others, target)

    def vector(at: Mapping[str, Linear], valid: int) -> None:
        read = _lanes(taps, _shifted(source, taps, at), walk, valid, writer, target)
        write = _lanes(out, _shifted(made, out, at), walk, valid, writer, target)
        values: Grid = {}
        for point in product(range(TAPS), repeat=len(dims)):
            values[point] = read.load(_index(taps, dict(zip(dims, point, strict=True))))
        arithmetic = Arithmetic(writer, vector_type(walk.lanes, taps.dtype))
        wanted = [len(code.results) for code in codes]
        for point, value in arithmetic.transform(codes, values, wanted):
            assert value is not None
            write.store(value, _index(out, dict(zip(dims, point, strict=True))))

    walk.each(writer, vector)


def points_view(view: MemoryView, node: Winograd) -> MemoryView:
    """The filter at points as the product reads it: the points as one dimension."""
    operand = node.body.spec.inputs[1]
    taps = [w.tap_dim for w in node.roles.windows]
    starts = (s for d, s in enumerate(view.start) if d not in taps)
    whole = MemoryView.of(view.memref, view.kind, operand, view.base)
    return replace(whole, start=(ORIGIN, *starts))


def to_points(
    node: Winograd,
    start: Linear,
    count: int,
    views: Sequence[View],
    points: MemoryView,
    writer: Writer,
    target: Target,
) -> None:
    """Write the image at points, for `count` tiles from tile `start` on."""
    roles, spec = node.roles, node.spec
    operand, view = spec.inputs[roles.image], views[roles.image]
    assert isinstance(view, MemoryView)
    view = replace(view, border=None)  # nothing beyond its ends is read
    dims = [w.image_dim for w in roles.windows]
    codes = [code_of(transforms(node.results).image)] * len(dims)
    walk = _walk(spec, operand, tuple(a for o in node.image.map[2:] for a in o.names), target)
    arithmetic = Arithmetic(writer, vector_type(walk.lanes, operand.dtype))

    def tile(number: Linear, at: Mapping[str, Linear], edges: Sequence[Edge]) -> None:
        corner = _shifted(view, operand, at)
        base = points.moved((0, 1, *([0] * (len(points.shape) - 2))), number)

        def vector(inner: Mapping[str, Linear], valid: int) -> None:
            read = _lanes(operand, _shifted(corner, operand, inner), walk, valid, writer, target)
            write = _lanes(
                node.image, _shifted(base, node.image, inner), walk, valid, writer, target
            )
            values: Grid = {}
            for point in product(*(range(code.inputs) for code in codes)):
                inside = all(i in e.inside for i, e in zip(point, edges, strict=True))
                index = _index(operand, dict(zip(dims, point, strict=True)))
                values[point] = read.load(index) if inside else None
            zero = writer.constant(operand.dtype.zero, arithmetic.kind)
            wanted = [len(code.results) for code in codes]
            for i, (_, value) in enumerate(arithmetic.transform(codes, values, wanted)):
                write.store(value or zero, _index(node.image, {0: i}))

        walk.each(writer, vector)

    _tiles(node, start, count, writer, tile)


def to_results(
    node: Winograd,
    start: Linear,
    count: int,
    views: Sequence[View],
    points: MemoryView,
    writer: Writer,
    target: Target,
) -> None:
    """Write, or add to, the results of `count` tiles from tile `start` on."""
    spec, operand, view = node.spec, node.spec.output, views[-1]
    assert isinstance(view, MemoryView)
    dims = [w.result_dim for w in node.roles.windows]
    codes = [code_of(transforms(node.results).result)] * len(dims)
    walk = _walk(spec, operand, tuple(a for o in node.sums.map[2:] for a in o.names), target)
    arithmetic = Arithmetic(writer, vector_type(walk.lanes, operand.dtype))

    def tile(number: Linear, at: Mapping[str, Linear], edges: Sequence[Edge]) -> None:
        corner = _shifted(view, operand, at)
        base = points.moved((0, 1, *([0] * (len(points.shape) - 2))), number)

        def vector(inner: Mapping[str, Linear], valid: int) -> None:
            read = _lanes(node.sums, _shifted(base, node.sums, inner), walk, valid, writer, target)
            write = _lanes(operand, _shifted(corner, operand, inner), walk, valid, writer, target)
            values: Grid = {}
            for i, point in enumerate(product(*(range(code.inputs) for code in codes))):
                values[point] = read.load(_index(node.sums, {0: i}))
            wanted = [e.results for e in edges]
            for point, value in arithmetic.transform(codes, values, wanted):
                assert value is not None
                index = _index(operand, dict(zip(dims, point, strict=True)))
                if spec.start is Start.VALUE:
                    old = write.load(index)
                    value = writer.value(f"arith.addf {old}, {value} : {arithmetic.kind}")
                write.store(value, index)

        walk.each(writer, vector)

    _tiles(node, start, count, writer, tile)


@dataclass(frozen=True)
class Edge:
    """Tiles `first` to `last` along a window: which of their elements are inside the image, and how
    many of their results inside the output."""

    first: int
    last: int
    inside: range
    results: int


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


def _tiles(
    node: Winograd,
    start: Linear,
    count: int,
    writer: Writer,
    tile: Callable[[Linear, Mapping[str, Linear], Sequence[Edge]], None],
) -> None:
    """Call `tile` for every tile of a block, once for each kind of tile, under tests."""
    roles, grid = node.roles, node.grid
    names = (*roles.batch, *(w.slide for w in roles.windows))
    kinds = [edges_of(node.spec, roles, w, node.results) for w in range(len(roles.windows))]
    with steps(writer, count) as number:
        left, digits = start + number, list[Linear]()
        for extent in reversed(grid[1:]):
            left, digit = writer.divide(left, extent)
            digits.insert(0, digit)
        digits.insert(0, left)
        sizes = [1] * len(roles.batch) + [node.results] * len(roles.windows)
        at = {n: d * s for n, d, s in zip(names, digits, sizes, strict=True)}

        def choose(chosen: tuple[Edge, ...]) -> None:
            if len(chosen) == len(kinds):
                tile(number, at, chosen)
                return
            digit = digits[len(roles.batch) + len(chosen)]
            among(kinds[len(chosen)], digit, grid[len(roles.batch) + len(chosen)], chosen)

        def among(edges: list[Edge], digit: Linear, extent: int, chosen: tuple[Edge, ...]) -> None:
            if len(edges) == 1:
                choose((*chosen, edges[0]))
                return
            with writer.block(f"scf.if {_test(edges[0], digit, extent, writer)} {{", "} else {"):
                choose((*chosen, edges[0]))
            with writer.block(""):
                among(edges[1:], digit, extent, chosen)

        choose(())


def _test(edge: Edge, digit: Linear, extent: int, writer: Writer) -> str:
    """Whether a tile is of that kind."""
    value = writer.address(digit)
    tests = []
    if edge.first:
        low = writer.index(edge.first)
        tests.append(writer.once(f"arith.cmpi sge, {value}, {low} : index"))
    if edge.last + 1 < extent:
        high = writer.index(edge.last)
        tests.append(writer.once(f"arith.cmpi sle, {value}, {high} : index"))
    test = tests[0]
    for other in tests[1:]:
        test = writer.once(f"arith.andi {test}, {other} : i1")
    return test


def _walk(spec: Spec, like: Operand, axes: tuple[str, ...], target: Target) -> Walk:
    """Registers along the axis along which an operand is contiguous."""
    layout = like.placement.layout
    contiguous = layout.strides is None or layout.strides[-1:] == (1,)
    inner = layout.parts[-1].dim
    lane = next((a for a in axes if contiguous and like.dim_of(a) == inner), None)
    order = (*(a for a in axes if a != lane), *((lane,) if lane else ()))
    if lane is None:
        return Walk(spec, order, None, 1)
    lanes = target.lane_count(like.dtype.bytes)
    while lanes // 2 >= spec.extents[lane]:
        lanes //= 2
    return Walk(spec, order, lane, lanes)


def _lanes(
    operand: Operand, view: MemoryView, walk: Walk, valid: int, writer: Writer, target: Target
) -> Lanes:
    dim = operand.dim_of(walk.lane) if walk.lane else None
    return Lanes(view, dim, walk.lanes, valid, writer, target)


def _shifted(view: MemoryView, operand: Operand, at: Mapping[str, Linear]) -> MemoryView:
    """The view with axes at offsets."""
    for axis, by in at.items():
        moved = shifted(view, factors_of(operand, axis), by)
        assert isinstance(moved, MemoryView)
        view = moved
    return view


def _index(operand: Operand, at: Mapping[int, int]) -> tuple[int, ...]:
    """An index relative to a view: constants of the map, and what is given for dimensions."""
    return tuple(m.const + at.get(d, 0) for d, m in enumerate(operand.map))
