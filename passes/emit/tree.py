"""The walk over an Impl: loops, moves and sequences around leaves.

Every node is written with one view per operand of its Spec. Loops over an axis that indexes a
register operand are unrolled; other loops become `scf.for`, with the registers of the output as
`iter_args`. `first` is what is known of the enclosing reduction loops: the induction variables that
are all zero on the first step (empty: this is the first step), or None where it is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from ...graph import written_by
from ...impl import (
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
    SplitReduction,
    Stage,
    Transform,
    Winograd,
    by_name,
)
from ...linear import Linear
from ...spec import Operand, Spec, Start
from ...target.match import Match
from ...target.target import Target
from .ahead import Ask, asks, is_innermost
from .body import emit_lanes
from .template import emit_match
from .view import (
    ORIGIN,
    MemoryView,
    RegisterView,
    Rows,
    View,
    factors_of,
    shifted,
    vector_type,
)
from .winograd import Block, emit_transform, points_view
from .writer import Writer

First = tuple[str, ...] | None


@dataclass
class Tree:
    """The emitter of one Impl."""

    writer: Writer
    target: Target
    thread: tuple[str, int] | None = None
    asked: tuple[Ask, ...] = ()
    """What the innermost loop will ask for."""

    def emit(self, impl: Impl, views: Sequence[View], first: First = ()) -> None:
        """Write the program of an Impl whose leaves are all closed."""
        if isinstance(impl, Leaf):
            if isinstance(impl.match, Match):
                emit_match(impl.spec, impl.match, views, self.writer)
            else:
                emit_lanes(impl.spec, impl.match, views, self.writer, self.target)
        elif isinstance(impl, Loop):
            self._loop(impl, views, first)
        elif isinstance(impl, Move):
            self._move(impl, views, first)
        elif isinstance(impl, Accumulate):
            self._inside(impl.fill, by_name(impl, views))
            self.emit(impl.body, views)
        elif isinstance(impl, SplitReduction):
            self._split(impl, views, first)
        elif isinstance(impl, Bufferize):
            named = by_name(impl, views)
            place = named[impl.buffer.within] if impl.buffer.within else self.allocate(impl.buffer)
            self._inside(impl.body, {**named, impl.buffer.name: place}, first)
        elif isinstance(impl, Stage):
            self._inside(impl.before, by_name(impl, views), first)
            self._inside(impl.after, by_name(impl, views), first)
        elif isinstance(impl, (Inline, Online)):
            self._inside(impl.body, by_name(impl, views), first)
        elif isinstance(impl, Cut):
            for piece in impl.pieces:
                moved = [v.moved(s, 1) for v, s in zip(views, impl.shifts(piece), strict=True)]
                self.emit(impl.bodies[piece.body], moved, first)
        elif isinstance(impl, Merge):
            self.emit(impl.body, [_merged(impl, i, v) for i, v in enumerate(views)], first)
        elif isinstance(impl, Transform):
            emit_transform(impl, views, self.writer, self.target)
        elif isinstance(impl, Winograd):
            self._winograd(impl, views)
        else:
            raise AssertionError(f"an open Spec cannot be written: {impl.spec}")

    def _inside(self, impl: Impl, named: Mapping[str, View], first: First = ()) -> None:
        """Write a part of a program on the operands that its goal names."""
        self.emit(impl, [named[o.name] for o in impl.spec.operands], first)

    def _loop(self, loop: Loop, views: Sequence[View], first: First) -> None:
        if loop.order == "parallel" and loop.threads > 1 and loop.trips > 1:
            self._parallel(loop, views, first)
            return
        moves = _moves(loop)
        in_registers = any(
            isinstance(v, RegisterView) and any(f) for v, f in zip(views, moves, strict=True)
        )
        if loop.trips == 1:
            self.emit(loop.body, views, first)
        elif loop.order == "unrolled" or in_registers:
            for i in range(loop.trips):
                step = first if i == 0 else self._after(loop, first)
                self.emit(loop.body, _at(views, moves, i * loop.size), step)
        else:
            self._for(loop, views, first)
        if loop.rest is not None:
            rest_views = _at(views, moves, loop.trips * loop.size)
            replace(self, asked=()).emit(loop.rest, rest_views, self._after(loop, first))

    def _after(self, loop: Loop, first: First) -> First:
        """What `first` is for later tiles of a loop: another step only of a sum."""
        return None if loop.sums else first

    def _for(self, loop: Loop, views: Sequence[View], first: First) -> None:
        writer = self.writer
        carried = _carried(loop, views)
        variable = writer.fresh("i")
        writer.ranges[variable] = loop.trips
        bounds = f"{writer.index(0)} to {writer.index(loop.trips)} step {writer.index(1)}"
        inner = first
        body = loop.body.spec
        if loop.sums and isinstance(body, Spec) and body.start is Start.FIRST:
            inner = (*first, variable) if first is not None else None
        body_views = _at(views, _moves(loop), Linear.var(variable, loop.size))
        inside = self._asking(loop, body_views, variable)
        if not carried:
            with writer.block(f"scf.for {variable} = {bounds} {{"):
                inside.emit(loop.body, body_views, inner)
            return
        results = writer.fresh("r")
        names = [writer.fresh("a") for _ in carried]
        old = [view.values[key] for view, key in carried]
        pairs = ", ".join(f"{n} = {o}" for n, o in zip(names, old, strict=True))
        kinds = ", ".join(view.kind for view, _ in carried)
        header = f"{results}:{len(carried)} = scf.for {variable} = {bounds} "
        with writer.block(f"{header}iter_args({pairs}) -> ({kinds}) {{"):
            for (view, key), name in zip(carried, names, strict=True):
                view.values[key] = name
            if is_innermost(loop):
                for ask in inside.asked:
                    ask.write(loop.body.spec, body_views, writer)
            inside.emit(loop.body, body_views, inner)
            values = ", ".join(view.values[key] for view, key in carried)
            writer.line(f"scf.yield {values} : {kinds}")
        for i, (view, key) in enumerate(carried):
            view.values[key] = f"{results}#{i}"

    def _asking(self, loop: Loop, views: Sequence[View], variable: str) -> Tree:
        """The emitter of a loop's body, which asks for the tiles of later steps."""
        outer = tuple(ask.within(loop, variable) for ask in self.asked)
        return replace(self, asked=(*outer, *asks(loop, views, self.target)))

    def _parallel(self, loop: Loop, views: Sequence[View], first: First) -> None:
        """Each thread takes a contiguous share of the tiles; the last one also takes the rest."""
        writer, moves = self.writer, _moves(loop)
        threads = min(loop.threads, loop.trips)
        thread = writer.fresh("t")
        writer.ranges[thread] = threads
        share = f"affine_map<(d0) -> (d0 * {loop.trips} floordiv {threads})>"
        variable = writer.fresh("i")
        writer.ranges[variable] = loop.trips
        with writer.block(f"scf.forall ({thread}) in ({threads}) {{"):
            low = writer.value(f"affine.apply {share}({thread})")
            after = writer.value(f"affine.apply affine_map<(d0) -> (d0 + 1)>({thread})")
            high = writer.value(f"affine.apply {share}({after})")
            inside = replace(self, thread=(thread, threads))
            with writer.block(f"scf.for {variable} = {low} to {high} step {writer.index(1)} {{"):
                inside.emit(loop.body, _at(views, moves, Linear.var(variable, loop.size)), first)
            if loop.rest is not None:
                last = writer.value(f"arith.cmpi eq, {thread}, {writer.index(threads - 1)} : index")
                with writer.block(f"scf.if {last} {{"):
                    inside.emit(loop.rest, _at(views, moves, loop.trips * loop.size), first)

    def _move(self, move: Move, views: Sequence[View], first: First) -> None:
        if move.buffer is None:
            self.emit(move.body, views, first)
            return
        new = self.allocate(move.buffer)
        old = views[move.position]
        inner = list(views)
        inner[move.position] = new
        if move.load is not None:
            self.emit(move.load, [old, new])
            self.emit(move.body, inner, first)
            if move.store is not None:
                self.emit(move.store, [new, old])
        else:
            self.emit(move.body, inner)
            self._write_back(move, [new, old], first)

    def _write_back(self, move: Move, views: Sequence[View], first: First) -> None:
        """Assign on the first step of the reduction loops around, combine on later ones."""
        store, combine, writer = move.store, move.combine, self.writer
        if combine is None or (store is not None and first == ()):
            assert store is not None
            self.emit(store, views)
        elif store is None or first is None:
            self.emit(combine, views)
        else:
            zero = writer.index(0)
            tests = [writer.once(f"arith.cmpi eq, {v}, {zero} : index") for v in first]
            with writer.block(f"scf.if {writer.all_of(tests)} {{", "} else {"):
                self.emit(store, views)
            with writer.block(""):
                self.emit(combine, views)

    def _split(self, split: SplitReduction, views: Sequence[View], first: First) -> None:
        partial = {b.name: self.allocate(b) for b in split.buffers}
        self._inside(split.body, {**by_name(split, views), **partial})
        if split.rest is not None:
            moved = [
                shifted(v, factors_of(o, split.axis), split.done)
                for v, o in zip(views, split.spec.operands, strict=True)
            ]
            self._inside(split.rest, {**by_name(split, moved), **partial})
        self._inside(split.combine, {**by_name(split, views), **partial}, first)

    def _winograd(self, node: Winograd, views: Sequence[View]) -> None:
        """Block by block: image to points, products at points, sums to results."""
        given = views[node.roles.filter]
        image, sums = self.allocate(node.image), self.allocate(node.sums)
        assert isinstance(given, MemoryView) and isinstance(image, MemoryView)
        assert isinstance(sums, MemoryView)
        inner = [image, points_view(given, node), sums]

        def block(start: Linear, count: int, product: Impl) -> None:
            tiles = Block(node, start, count, self.writer, self.target)
            tiles.to_points(views[node.roles.image], image)
            self.emit(product, inner)
            tiles.to_results(sums, views[-1])

        with self.writer.loop(node.trips) as number:
            block(number * node.tiles, node.tiles, node.body)
        if node.rest is not None:
            left = prod(node.grid) % node.tiles
            block(Linear((), node.trips * node.tiles), left, node.rest)

    def allocate(self, buffer: Operand) -> View:
        """A place for a buffer: registers, or a part of a new allocation for every thread."""
        layout = buffer.placement.layout
        if buffer.placement.in_registers:
            start = (0,) * len(buffer.shape)
            return RegisterView(buffer.dtype, layout, max(buffer.placement.lanes, 1), start)
        size = layout.size(buffer.shape)
        size += -size % max(1, 64 // buffer.dtype.bytes)
        count = self.thread[1] if self.thread else 1
        kind = f"memref<{size * count}x{buffer.dtype.mlir}>"
        name = self.writer.fresh("buffer")
        self.writer.prologue.append(f"  {name} = memref.alloc() {{alignment = 64 : i64}} : {kind}")
        self.writer.epilogue.append(f"  memref.dealloc {name} : {kind}")
        base = Linear.var(self.thread[0], size) if self.thread else ORIGIN
        view = MemoryView.of(name, kind, buffer, base)
        self._clear_padding(view)
        return view

    def _clear_padding(self, view: MemoryView) -> None:
        """Zeros in the blocks that the buffer's extents fill only partly."""
        physical = view.layout.physical_shape(view.shape)
        strides = view.layout.physical_strides(view.shape)
        for i, part in enumerate(view.layout.parts):
            block = view.layout.block(part.dim)
            if part.size is not None or view.shape[part.dim] % block == 0:
                continue
            outer = 1
            for extent in physical[:i]:
                outer *= extent
            self._clear(view, outer, strides[i] * physical[i], strides[i])

    def _clear(self, view: MemoryView, rows: int, pitch: int, length: int) -> None:
        """The last `length` elements of each of `rows` stretches of `pitch`."""
        writer = self.writer
        lanes = self.target.lane_count(view.dtype.bytes)
        while length % lanes:
            lanes //= 2
        kind = vector_type(lanes, view.dtype)
        zero = writer.constant(view.dtype.zero, kind)
        row, column = writer.fresh("i"), writer.fresh("i")
        writer.ranges[row], writer.ranges[column] = rows, length // lanes
        low, one = writer.index(0), writer.index(1)
        with (
            writer.block(f"scf.for {row} = {low} to {writer.index(rows)} step {one} {{"),
            writer.block(
                f"scf.for {column} = {low} to {writer.index(length // lanes)} step {one} {{"
            ),
        ):
            at = view.base + Linear.of({row: pitch, column: lanes}, pitch - length)
            where = f"{view.memref}[{writer.address(at)}] : {view.kind}"
            if lanes > 1:
                writer.line(f"vector.store {zero}, {where}, {kind}")
            else:
                writer.line(f"memref.store {zero}, {where}")


def _merged(merge: Merge, position: int, view: View) -> View:
    """The view of an operand two of whose dimensions are one in the body."""
    old, new = merge.spec.operands[position], merge.body.spec.operands[position]
    if old is new or not isinstance(view, MemoryView):
        return view
    outer, inner = old.dim_of(merge.outer), old.dim_of(merge.inner)
    assert outer is not None and inner is not None
    start = list(view.start)
    start[outer] = start[outer] * old.shape[inner] + start[inner]
    del start[inner]
    layout, rows = new.placement.layout, view.rows
    if rows is not None and new.lookup is not None:
        rows = Rows.of(rows.index, new.lookup, new.shape)
    return replace(
        view,
        layout=layout,
        shape=new.shape,
        strides=layout.physical_strides(new.shape),
        start=tuple(start),
        border=new.border,
        rows=rows,
    )


def _moves(loop: Loop) -> list[tuple[int, ...]]:
    """How far one step of the loop's axis moves each operand."""
    return [factors_of(o, loop.axis) for o in loop.spec.operands]


def _at(views: Sequence[View], moves: list[tuple[int, ...]], by: Linear | int) -> list[View]:
    return [shifted(v, f, by) for v, f in zip(views, moves, strict=True)]


def _carried(loop: Loop, views: Sequence[View]) -> list[tuple[RegisterView, tuple[int, ...]]]:
    """The registers that a loop writes, and that hold something before it."""
    written = {o.name for o in written_by(loop.spec)}
    return [
        (view, key)
        for o, view in zip(loop.spec.operands, views, strict=True)
        if o.name in written and isinstance(view, RegisterView)
        for key in sorted(view.values)
    ]
