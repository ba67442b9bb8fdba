"""Windowed products: the roles of the axes in Specs such as convolutions, by their maps alone.

    C[b, y, x, n] += A[b, y + k0, x + k1, k2] * B[k0, k1, k2, n]

One input, the image, has dimensions that are each indexed by a parallel axis plus a reduction axis
(a `Window`): the taps of the other input, the filter, slide over it. Nothing here depends on how
operands lie. Read next: `action/winograd.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .expr import Apply, Arg
from .linear import Linear
from .spec import Kind, Operand, Spec


@dataclass(frozen=True, slots=True)
class Window:
    """Taps that slide along a dimension of the image, one step at a time."""

    slide: str
    tap: str
    image_dim: int
    tap_dim: int
    result_dim: int


@dataclass(frozen=True, slots=True)
class Windowed:
    """The roles: positions of the inputs, windows, and the other axes by what they index.

    `batch` axes index image and output, `groups` all three, `columns` filter and output, `sums`
    are reductions of image and filter.
    """

    image: int
    filter: int
    windows: tuple[Window, ...]
    batch: tuple[str, ...]
    groups: tuple[str, ...]
    columns: tuple[str, ...]
    sums: tuple[str, ...]


def windowed(spec: Spec) -> Windowed | str:
    """The roles in a sum of products of two floating-point inputs, or why there are none."""
    body = spec.body
    product = isinstance(body, Apply) and body.op == "arith.mulf"
    if spec.combine != "arith.addf" or len(spec.inputs) != 2 or not product:
        return "is no sum of products of two inputs"
    assert isinstance(body, Apply)
    if sorted(a.index for a in body.args if isinstance(a, Arg)) != [0, 1]:
        return "is no sum of products of two inputs as they are"
    reason = "no input is indexed by a parallel axis plus a reduction axis that the other has alone"
    for image in (0, 1):
        found = _roles(spec, image)
        if isinstance(found, Windowed):
            return found
        reason = found or reason
    return reason


def tile_grid(spec: Spec, roles: Windowed, results: int) -> tuple[int, ...]:
    """Extents of the batch axes, then the tiles along each window."""
    extents = spec.extents
    return (
        *(extents[a] for a in roles.batch),
        *(-(-extents[w.slide] // results) for w in roles.windows),
    )


def _roles(spec: Spec, image: int) -> Windowed | str:
    """The roles with that input as the image; an empty text where it has no windows."""
    a, b, c = spec.inputs[image], spec.inputs[1 - image], spec.output
    windows = [_window(spec, d, a, b, c) for d, m in enumerate(a.map) if len(m.terms) > 1]
    if not windows or None in windows:
        return ""
    found = tuple(w for w in windows if w is not None)
    slid = {name for w in found for name in (w.slide, w.tap)}
    roles: dict[tuple[bool, bool, bool], list[str]] = {}
    for axis in spec.axes:
        if axis.name in slid:
            continue
        if not all(_alone(o, axis.name) for o in spec.operands):
            return f"axis {axis.name}: does not index a dimension of its own, one by one"
        held = tuple(axis.name in o.axes for o in (a, b, c))
        roles.setdefault((held[0], held[1], held[2]), []).append(axis.name)
    known = {(True, False, True), (True, True, True), (False, True, True), (True, True, False)}
    for held, names in roles.items():
        if held not in known:
            return f"axis {names[0]}: indexes one operand alone"
    batch, groups, columns, sums = (
        tuple(roles.get(key, ()))
        for key in (
            (True, False, True),
            (True, True, True),
            (False, True, True),
            (True, True, False),
        )
    )
    return Windowed(image, 1 - image, found, batch, groups, columns, sums)


def _window(spec: Spec, dim: int, a: Operand, b: Operand, c: Operand) -> Window | None:
    """The window along a dimension of the image, or None."""
    m = a.map[dim]
    if len(m.terms) != 2 or any(factor != 1 for _, factor in m.terms):
        return None
    axes = [spec.axis(name) for name in m.names]
    slide = [x.name for x in axes if x is not None and x.kind is Kind.PARALLEL]
    tap = [x.name for x in axes if x is not None and x.kind is Kind.REDUCTION]
    if len(slide) != 1 or len(tap) != 1:
        return None
    tap_dim, result_dim = b.dim_of(tap[0]), c.dim_of(slide[0])
    alone = a.dim_of(slide[0]) == dim == a.dim_of(tap[0])
    if not alone or slide[0] in b.axes or tap[0] in c.axes or tap_dim is None or result_dim is None:
        return None
    if not (_alone(b, tap[0]) and _alone(c, slide[0])):
        return None
    return Window(slide[0], tap[0], dim, tap_dim, result_dim)


def _alone(o: Operand, axis: str) -> bool:
    """Whether an axis indexes one dimension by itself, one by one, if it indexes any."""
    if axis not in o.axes:
        return True
    dim = o.dim_of(axis)
    return dim is not None and o.map[dim] + -o.map[dim].const == Linear.var(axis)
