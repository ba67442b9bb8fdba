"""Small windowed Specs: convolutions over batches and groups, in any order of dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine import target

from morello_mlir.dtype import F32, DType
from morello_mlir.expr import Apply, Arg
from morello_mlir.layout import Layout, Part, row_major
from morello_mlir.linear import Linear
from morello_mlir.memory import Placement
from morello_mlir.spec import Axis, Kind, Operand, Spec, Start

RELAXED = replace(target(), accuracy="relaxed")


def convolution(
    height: int = 7,
    width: int = 9,
    sums: int = 12,
    columns: int = 20,
    batch: int = 1,
    groups: int = 1,
    taps: int = 3,
    orders: Sequence[str] = ("byxk", "01kn", "byxn"),
    start: Start = Start.NOTHING,
    dtype: DType = F32,
    swapped: bool = False,
) -> Spec:
    """C[b, y, x, g, n] += A[b, y + k0, x + k1, g, k] B[k0, k1, k, g, n]; `orders` of dimensions,
    of which some may be left out.

    Without `y` and `0` there is one window.
    """
    extents = {
        "b": batch,
        "y": height if "y" in orders[0] else 1,
        "x": width,
        "g": groups,
        "n": columns,
        "k0": taps if "y" in orders[0] else 1,
        "k1": taps,
        "k": sums,
    }
    windows = {"y": "k0", "x": "k1"}
    names = {"0": "k0", "1": "k1"}

    def operand(name: str, order: str, image: bool) -> Operand:
        maps, shape = [], []
        for d in order:
            axis = names.get(d, d)
            index, extent = Linear.var(axis), extents[axis]
            if image and axis in windows:
                index, extent = index + Linear.var(windows[axis]), extent + taps - 1
            maps.append(index)
            shape.append(extent)
        place = Placement("mem", row_major(len(order)))
        dims = tuple(names.get(d, d) for d in order)
        return Operand(name, dtype, tuple(maps), tuple(shape), place, dims=dims)

    image, filters = operand("A", orders[0], True), operand("B", orders[1], False)
    kinds = {name: Kind.REDUCTION if name[0] == "k" else Kind.PARALLEL for name in extents}
    return Spec(
        tuple(Axis(name, kinds[name], e) for name, e in extents.items()),
        (filters, image) if swapped else (image, filters),
        operand("C", orders[2], False),
        Apply("arith.mulf", (Arg(0, dtype), Arg(1, dtype)), dtype),
        "arith.addf",
        start,
        RELAXED.limits,
    ).canonical()


def at_points(spec: Spec, results: int, position: int = 1) -> Spec:
    """The Spec with its filter stored at points, these outermost."""
    filters = spec.inputs[position]
    taps = [d for d, name in enumerate(filters.dims) if name in ("k0", "k1")]
    others = [d for d in range(len(filters.dims)) if d not in taps]
    parts = (*(Part(d, results=results) for d in taps), *(Part(d) for d in others))
    place = Placement("mem", Layout(parts))
    return spec.with_operand(position, replace(filters, placement=place))
