"""What Winograd's transforms cost: their arithmetic, loads and stores, and the lines they move.

One register of lanes at a time: image tiles to points, sums at points to results, taps to points.
Edge tiles count as whole ones. Read next: `price.py`, `winograd.py`.
"""

from __future__ import annotations

from math import prod

from .cost import Cost
from .impl import Transform, Winograd
from .spec import Operand, Spec, Start
from .target.target import Target
from .traffic import LINE, lines
from .winograd import TAPS, Matrix, code_of, transforms


def transform_price(impl: Transform, target: Target) -> Cost:
    """A filter to points: once for all of it."""
    spec = impl.spec
    source, points = spec.inputs[0], spec.output
    parts = [p for p in points.placement.layout.parts if p.results]
    results, taps = [p.results for p in parts], {p.dim for p in parts}
    inner = source.placement.layout.parts[-1].dim
    others = [(d, e) for d, e in enumerate(spec.extent_of(source)) if d not in taps]
    lanes = target.lane_count(source.dtype.bytes)
    vectors = prod(-(-e // lanes) if d == inner else e for d, e in others)
    made = prod(r + TAPS - 1 for r in results)
    cycles = _each(transforms(results[0]).taps, TAPS, len(results), target)
    cycles += target.costs.lane_op * (TAPS ** len(results) + made)
    moved = _crossing("line", source, _lines_of(source, spec), target)
    moved = moved + _crossing("back", points, _held(points), target)
    return Cost.of({"transforms": cycles * vectors}) + moved


def tiles_price(impl: Winograd, target: Target) -> Cost:
    """All that a `Winograd` does itself: both transforms of every tile."""
    spec, made = impl.spec, transforms(impl.results)
    count, tiles = len(impl.roles.windows), prod(impl.grid)
    size = impl.results + TAPS - 1
    image = spec.inputs[impl.roles.image]
    plain = target.costs.lane_op
    adds = spec.start is Start.VALUE
    stored = (2 if adds else 1) * impl.results**count
    once = plain * 2 * size**count + _each(made.image, size, count, target)
    back = plain * (size**count + stored) + _each(made.result, size, count, target)
    cycles = tiles * (_vectors(impl.image, target) * once + _vectors(impl.sums, target) * back)
    total = Cost.of({"transforms": cycles})
    blocks = tiles / impl.tiles
    total = total + _crossing("line", image, _lines_of(image, spec), target)
    total = total + _crossing(
        "back", spec.output, (1 + adds) * _lines_of(spec.output, spec), target
    )
    total = total + _crossing("back", impl.image, blocks * _held(impl.image), target)
    total = total + _crossing("line", impl.sums, blocks * _held(impl.sums), target)
    filters, near = spec.inputs[impl.roles.filter], impl.body.spec.inputs[1]
    if near.placement.level != filters.placement.level:
        total = total + _crossing("line", filters, _held(near), target)
    loops = target.costs.loop_step * tiles * 2 + target.costs.loop_entry * blocks * 2
    return total + Cost.of({"loops": loops})


def filter_arrival(impl: Winograd, target: Target) -> float:
    """The least cycles in which the filter at points comes to the products, as a copy would."""
    far, near = impl.spec.inputs[impl.roles.filter].placement.level, impl.body.spec.inputs[1]
    times = 1 if near.placement.level != far else impl.trips + (impl.rest is not None)
    return times * target.costs.of("copied", far) * _held(near)


def _each(matrix: Matrix, size: int, windows: int, target: Target) -> float:
    """The arithmetic of one register: along one window after the other."""
    made, code = len(matrix), code_of(matrix)
    passes = sum(made**w * size ** (windows - 1 - w) for w in range(windows))
    lines = float(passes * len(code.lines))
    return lines * target.lanes.get("math.fma", target.costs.lane_op)


def _vectors(buffer: Operand, target: Target) -> int:
    """Registers of one tile at one point."""
    lanes = target.lane_count(buffer.dtype.bytes)
    return prod(buffer.shape[2:-1]) * -(-buffer.shape[-1] // lanes) if buffer.shape[2:] else 1


def _lines_of(o: Operand, spec: Spec) -> float:
    return float(lines(o, spec.extent_of(o)))


def _held(buffer: Operand) -> float:
    """The lines of a buffer."""
    return buffer.placement.layout.size(buffer.shape) * buffer.dtype.bytes / LINE


def _crossing(table: str, o: Operand, count: float, target: Target) -> Cost:
    """Lines that are read from, or written to, where an operand lies; arithmetic runs beside."""
    level = o.placement.level
    return Cost.of({f"{table}.{level}": target.costs.of(table, level) * count})
