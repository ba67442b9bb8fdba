"""Algorithms for a whole goal, as the first steps of schedules.

What such steps leave open are goals of their own, which the search closes as ever (`scheduler.py`);
the cheapest program wins, whether it begins with a rewrite or not. Each rewrite applies by the
structure of the Spec alone. Here are Winograd's transforms. Read next: `../action/winograd.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod

from ..action.base import NotApplicable
from ..action.move import Move
from ..action.winograd import LEVELS, Winograd, check_accuracy, fits, roles_of, tile_count
from ..graph import sole
from ..impl import MAIN, Impl, Open, children, open_specs
from ..impl import Winograd as WinogradImpl
from ..layout import Layout, Part, print_layout
from ..memory import Placement, nearness
from ..price import price
from ..schedule import Schedule, Step
from ..spec import Operand, Spec
from ..target.target import Target
from ..windowed import Windowed
from ..winograd import POINTS, TAPS
from .bound import lower_bound

Begun = tuple[float, Schedule]


def rewrites(spec: Spec, target: Target) -> Iterator[Begun]:
    """The first steps of every rewrite of a goal, each with a bound on its programs' cost.

    The bound is what the steps cost themselves plus the bounds of what they leave open.
    """
    found = list(_winograd(spec, target))
    begun = [(_bound(s.apply(spec, target), target), s) for s in found]
    yield from sorted(begun, key=lambda each: each[0])


def stored_at_points(spec: Spec, position: int, target: Target) -> Iterator[Layout]:
    """The layouts of an input, the filter, that let a goal begin with values at points."""
    try:
        check_accuracy(target)
        roles = roles_of(spec)
    except NotApplicable:
        return
    if position == roles.filter and not spec.inputs[position].placement.layout.is_transformed:
        for results in POINTS:
            yield _panels(spec, roles, results, target)


def _winograd(spec: Spec, target: Target) -> Iterator[Schedule]:
    try:
        check_accuracy(target)
        roles = roles_of(spec)
    except NotApplicable:
        return
    filters = spec.inputs[roles.filter]
    known = filters.placement.layout.parts[0].results
    for results in (known,) if known else POINTS:
        steps: tuple[Step, ...] = ()
        if not known:
            layout = _panels(spec, roles, results, target)
            level = _level(filters, layout, spec, target)
            steps = (Step(Move(filters.name, level, print_layout(layout, filters.dims))),)
        for tiles in _blocks(spec, roles, results, target):
            yield Schedule((*steps, Step(Winograd(results, tiles))))


def _level(filters: Operand, layout: Layout, spec: Spec, target: Target) -> str:
    """The nearest level that holds a filter at points."""
    size = layout.size(spec.extent_of(filters)) * filters.dtype.bytes
    far = nearness(filters.placement.level)
    near = [level for level in LEVELS if nearness(level) >= far]
    return next(
        (level for level in near if fits(level, size, spec.limits, target)),
        filters.placement.level,
    )


def _blocks(spec: Spec, roles: Windowed, results: int, target: Target) -> list[int]:
    """How many tiles at a time: as many as L2 holds beside half of its room, in even blocks."""
    total = tile_count(spec, roles, results)
    extents, size = spec.extents, spec.output.dtype.bytes
    inner = sum(
        prod(extents[a] for a in (*roles.groups, *axes)) for axes in (roles.sums, roles.columns)
    )
    one = inner * size * (results + TAPS - 1) ** len(roles.windows)
    room = (target.costs.of("usable", "L2") or 1.0) * (target.limits.left("L2") or 0)
    most = max(1, min(total, int(room) // one))
    blocks = -(-total // most)
    even = next((total // b for b in range(blocks, 2 * blocks + 1) if total % b == 0), 0)
    return list(dict.fromkeys(t for t in (even, -(-total // blocks)) if t))[:1]


def _panels(spec: Spec, roles: Windowed, results: int, target: Target) -> Layout:
    """Points outermost, then the filter as the products read it best: the widest panels that its
    columns fill."""
    from .space import stored_layouts

    filters = spec.inputs[roles.filter]
    taps = [w.tap_dim for w in roles.windows]
    others = [d for d in range(len(filters.shape)) if d not in taps]
    points = tuple(Part(d, results=results) for d in taps)
    inner = {filters.dim_of(a) for a in roles.columns}
    order = sorted(others, key=lambda d: d in inner)
    plain = Layout((*points, *(Part(d) for d in order)))
    tiles = _blocks(spec, roles, results, target)[0]
    placed = replace(filters, placement=Placement(filters.placement.level, plain))
    impl = Winograd(results, tiles).apply(spec.with_operand(roles.filter, placed), target)
    product = next(open_specs(impl))
    best, widest = plain, 0
    for layout in stored_layouts(product, 1, target):
        blocks = [(p.dim, p.size) for p in layout.parts if p.size is not None]
        fills = all(product.inputs[1].shape[d] % size == 0 for d, size in blocks)
        width = prod(size for _, size in blocks) * (1000 if fills else 1)
        if layout.parts[0] == Part(0) and width > widest:
            own = tuple(replace(p, dim=others[p.dim - 1]) for p in layout.parts[1:])
            best, widest = Layout((*points, *own)), width
    return best


def _bound(impl: Impl, target: Target) -> float:
    """The least that a program costs whose goals are still open."""
    own = sum(cycles for name, cycles in price(impl, target).terms if name != "open")
    return own + sum(times * lower_bound(goal, target) for times, goal in _goals(impl))


def _goals(impl: Impl) -> Iterator[tuple[int, Spec]]:
    """The goals that are open, each with how often it is met."""
    if isinstance(impl, Open):
        yield 1, sole(impl.spec)
    for label, child in children(impl):
        inside = impl.trips if isinstance(impl, WinogradImpl) and label == MAIN else 1
        for times, goal in _goals(child):
            yield inside * times, goal
