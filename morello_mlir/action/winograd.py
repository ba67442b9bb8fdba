"""`winograd RESULTS TILES`: a windowed sum of products by Winograd's transforms, TILES at a time.

    C[y, x, n] += A[y + k0, x + k1, k] B[k0, k1, k, n]     B in memory as [k0^4][k1^4][k][n]

                    for blocks of 32 tiles, each of 4 x 4 results:
    winograd 4 32     A'[p, t, k] = what 6 x 6 elements of A make at 36 points p
                      main: C'[p, t, n] = sum of A'[p, t, k] B[p, k, n]
                      C = what C'[p, t, n] makes at 4 x 4 results

`move B mem [k0^4][k1^4][k][n]` stores the filter so; its `load` is `transform`. The product is an
ordinary Spec. Results differ from direct sums by rounding, so that both Actions need a target whose
accuracy is relaxed. The taps of a window are three, RESULTS is 2 or 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

from ..expr import Apply, Arg, Const, number
from ..graph import Goal
from ..impl import Impl, Open
from ..impl import Transform as TransformImpl
from ..impl import Winograd as WinogradImpl
from ..layout import Layout, Part, row_major
from ..linear import Linear
from ..memory import Limits, Placement, nearness
from ..spec import Axis, Kind, Operand, Spec, Start
from ..target.target import RELAXED, Target
from ..traffic import PAGE
from ..windowed import Windowed, tile_grid, windowed
from ..winograd import POINTS, TAPS
from .base import NotApplicable, one_spec
from .move import held

LEVELS = ("L2", "L3", "mem")


@dataclass(frozen=True, slots=True)
class Winograd:
    """Sums of products at points."""

    results: int
    tiles: int

    def __str__(self) -> str:
        return f"winograd {self.results} {self.tiles}"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        spec = one_spec(spec)
        check_accuracy(target)
        roles = roles_of(spec)
        filters = spec.inputs[roles.filter]
        if filters.placement.layout.parts[: len(roles.windows)] != self._points(roles):
            raise NotApplicable(
                f"operand {filters.name}: is not stored at points; "
                f"move {filters.name} mem {self._example(filters, roles)} first"
            )
        total = tile_count(spec, roles, self.results)
        if not 1 <= self.tiles <= total:
            raise NotApplicable(f"{self.tiles} of {total} tiles at a time; take 1 to {total}")
        image, sums, limits = self._buffers(spec, roles, target)
        if total > self.tiles:
            filters, limits = self._kept(filters, limits, target)
        left = total % self.tiles
        body, rest = (
            self._product(spec, roles, (image, filters, sums), limits, tiles) if tiles else None
            for tiles in (self.tiles, left)
        )
        assert body is not None
        return WinogradImpl(
            spec,
            self.results,
            self.tiles,
            roles,
            image,
            sums,
            Open(body),
            Open(rest) if rest is not None else None,
        )

    def _points(self, roles: Windowed) -> tuple[Part, ...]:
        return tuple(Part(w.tap_dim, results=self.results) for w in roles.windows)

    def _example(self, filters: Operand, roles: Windowed) -> str:
        taps = [w.tap_dim for w in roles.windows]
        others = [n for d, n in enumerate(filters.dims) if d not in taps]
        points = "".join(f"[{filters.dims[d]}^{self.results}]" for d in taps)
        return points + "".join(f"[{n}]" for n in others)

    def _buffers(
        self, spec: Spec, roles: Windowed, target: Target
    ) -> tuple[Operand, Operand, Limits]:
        """What the transforms write and read, in the nearest level beyond L1 that holds both."""
        a, c = spec.inputs[roles.image], spec.output
        for level in LEVELS:
            image = self._buffer(spec, roles, a, level, target)
            sums = self._buffer(spec, roles, c, level, target)
            taken = held(image, level, target) + held(sums, level, target)
            limits = fits(level, taken, spec.limits, target)
            if limits is not None:
                return image, sums, limits
        raise NotApplicable("no level holds the transformed tiles")

    def _kept(self, filters: Operand, limits: Limits, target: Target) -> tuple[Operand, Limits]:
        """The filter in the nearest level that keeps it from one block to the next."""
        for level in LEVELS:
            if nearness(level) <= nearness(filters.placement.level):
                break
            taken = held(filters, level, target)
            left = fits(level, taken, limits, target)
            if left is not None:
                place = replace(filters.placement, level=level)
                return replace(filters, placement=place), left
        return filters, limits

    def _buffer(
        self, spec: Spec, roles: Windowed, like: Operand, level: str, target: Target
    ) -> Operand:
        """Points, tiles, then axes, that along which the operand is contiguous last.

        Rows are whole registers; a tile more where the points would lie a multiple of a page apart.
        """
        own = roles.columns if like is spec.output else roles.sums
        axes = (*roles.groups, *own)
        inner = lane_axis(like, axes)
        order = [*(a for a in axes if a != inner), *([inner] if inner else [])]
        names = fresh_axes((*roles.groups, *roles.columns, *roles.sums))
        shape = [spec.extents[a] for a in order]
        lanes = target.lane_count(like.dtype.bytes)
        if inner and shape[-1] > lanes:
            shape[-1] += -shape[-1] % lanes
        row = prod(shape) * like.dtype.bytes
        tiles = self.tiles + (1 if self.tiles * row % PAGE == 0 else 0)
        points = (self.results + TAPS - 1) ** len(roles.windows)
        index = tuple(Linear.var(a) for a in (*names, *order))
        placement = Placement(level, row_major(len(index)))
        return Operand(like.name, like.dtype, index, (points, tiles, *shape), placement)

    def _product(
        self,
        spec: Spec,
        roles: Windowed,
        operands: tuple[Operand, Operand, Operand],
        limits: Limits,
        tiles: int,
    ) -> Spec:
        """The products of so many tiles, on the image, the filter and the sums at points."""
        image, filters, sums = operands
        point, tile = fresh_axes((*roles.groups, *roles.columns, *roles.sums))
        inner = tuple(
            a for a in spec.axes if a.name in {*roles.groups, *roles.columns, *roles.sums}
        )
        axes = (
            Axis(point, Kind.PARALLEL, image.shape[0]),
            Axis(tile, Kind.PARALLEL, tiles),
            *inner,
        )
        dtype = spec.output.dtype
        body = Apply("arith.mulf", (Arg(0, dtype), Arg(1, dtype)), dtype)
        return Spec(
            axes,
            (image, at_points(filters, roles, point)),
            sums,
            body,
            spec.combine,
            Start.NOTHING,
            limits,
            spec.serial,
        ).canonical()


@dataclass(frozen=True, slots=True)
class Transform:
    """`transform`: a copy of taps into a layout that holds values at points."""

    def __str__(self) -> str:
        return "transform"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """The Impl has no open leaves."""
        spec = one_spec(spec)
        check_accuracy(target)
        source, points = spec.operands[0], spec.output
        if not spec.is_copy or source.placement.layout.is_transformed:
            raise NotApplicable("copies taps to points alone")
        if not points.placement.layout.is_transformed:
            raise NotApplicable(f"operand {points.name}: stores elements, not points")
        for part in points.placement.layout.parts:
            if part.results and (
                part.results not in POINTS
                or points.shape[part.dim] != TAPS
                or spec.extent_of(points)[part.dim] != TAPS
            ):
                raise NotApplicable(
                    f"operand {points.name}: {points.dims[part.dim]}^{part.results} of "
                    f"{points.shape[part.dim]} taps; take ^2 or ^4 of {TAPS}"
                )
        if not source.dtype.is_float or source.dtype.bits < 32:
            raise NotApplicable(f"operand {source.name}: has type {source.dtype}; take f32 or f64")
        return TransformImpl(spec)


def check_accuracy(target: Target) -> None:
    """`NotApplicable` where results may not differ by rounding."""
    if target.accuracy != RELAXED or target.strict_fp:
        raise NotApplicable("changes how results are rounded; accuracy=relaxed allows that")


def roles_of(spec: Spec) -> Windowed:
    """The roles of the axes; `NotApplicable` says what is in the way."""
    roles = windowed(spec)
    if isinstance(roles, str):
        raise NotApplicable(roles)
    dtypes = {o.dtype for o in spec.operands}
    dtype = spec.output.dtype
    if len(dtypes) > 1 or dtype.bits < 32:
        raise NotApplicable(f"operand {spec.output.name}: has type {dtype}; all must be f32 or f64")
    for w in roles.windows:
        if spec.extents[w.tap] != TAPS:
            raise NotApplicable(f"axis {w.tap}: has {spec.extents[w.tap]} taps, not {TAPS}")
    if spec.start is Start.FIRST:
        raise NotApplicable(f"operand {spec.output.name}: the loop around tiles a reduction")
    for o in spec.operands:
        if o.placement.in_registers:
            raise NotApplicable(f"operand {o.name}: is in registers")
        if o.lookup is not None:
            raise NotApplicable(f"operand {o.name}: has rows that are looked up; move it first")
        if o.border is not None:
            _check_border(o, roles)
    if spec.inputs[roles.image].placement.layout.is_transformed:
        raise NotApplicable(f"operand {spec.inputs[roles.image].name}: is at points")
    return roles


def _check_border(o: Operand, roles: Windowed) -> None:
    """A border is of zeros, along windows, of a view that starts where its buffer does."""
    assert o.border is not None
    dims = [w.image_dim for w in roles.windows]
    if number(Const(o.border.value, o.dtype)):
        raise NotApplicable(f"operand {o.name}: its border is {o.border.value}, not zero")
    if any(d not in dims or o.align[d] for d in o.border.dims):
        raise NotApplicable(f"operand {o.name}: its border is not along windows from their start")


def fits(level: str, taken: int, limits: Limits, target: Target) -> Limits | None:
    """The limits without so many bytes of a level; None where they are more than is usable."""
    whole, have = target.limits.left(level), limits.left(level)
    if whole is None or have is None:
        return limits
    usable = target.costs.of("usable", level) or 1.0
    return limits.take(level, taken) if taken <= have - (1 - usable) * whole else None


def tile_count(spec: Spec, roles: Windowed, results: int) -> int:
    """The tiles of all images."""
    return prod(tile_grid(spec, roles, results))


def lane_axis(operand: Operand, axes: Sequence[str]) -> str | None:
    """That one of the axes along which the operand is contiguous, or None."""
    layout = operand.placement.layout
    if layout.strides is not None and layout.strides[-1:] != (1,):
        return None
    dim = layout.parts[-1].dim
    return next((a for a in axes if operand.dim_of(a) == dim), None)


def fresh_axes(taken: Sequence[str]) -> tuple[str, str]:
    """Names for points and tiles."""
    point, tile = "p", "t"
    while point in taken or tile in taken:
        point, tile = point + "_", tile + "_"
    return point, tile


def at_points(filters: Operand, roles: Windowed, point: str) -> Operand:
    """A filter that is stored at points as an ordinary operand, with one dimension of points."""
    taps = [w.tap_dim for w in roles.windows]
    layout = filters.placement.layout
    number = {d: i for i, d in enumerate(d for d in range(layout.rank) if d not in taps)}
    rest = layout.parts[len(taps) :]
    parts = (Part(0), *(replace(p, dim=1 + number[p.dim]) for p in rest))
    points = prod(layout.physical_shape(filters.shape)[: len(taps)])
    kept = sorted(number)
    return Operand(
        filters.name,
        filters.dtype,
        (Linear.var(point), *(filters.map[d] for d in kept)),
        (points, *(filters.shape[d] for d in kept)),
        replace(filters.placement, layout=Layout(parts)),
        (0, *(filters.align[d] for d in kept)),
        (point, *(filters.dims[d] for d in kept)),
    )
