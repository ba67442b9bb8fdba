"""`finish`: close a goal by the plain rule, without a search.

Copies and fills that a schedule says nothing of are closed like this. The rule: if tiling to an
instruction's extents makes it match, do that (cheapest by throughput); else walk the output in the
order in which it lies in memory, vector by vector, and compute in lanes. Reductions are accumulated
in registers. Of several Specs each is done by itself. The result is correct for every Spec; how
fast it is, is for schedules to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from math import prod

from ..graph import Goal, Graph
from ..impl import Impl, children, with_child
from ..spec import Kind, Spec, Start
from ..target.instruction import Instruction
from ..target.match import matches
from ..target.target import Target
from .accumulate import Accumulate
from .base import Action, NotApplicable
from .bufferize import Bufferize
from .inline import Inline, obstacle
from .move import Move
from .select import LANES, Select, lanes_of, only_elements, register_order
from .stage import Stage
from .tile import Tile
from .winograd import Transform

Tiling = tuple[tuple[str, int], ...]
Place = tuple[str, bool]
Look = tuple[str | None, Start, Place, tuple[Place, ...]]


@dataclass(frozen=True, slots=True)
class Finish:
    """The plain rule."""

    def __str__(self) -> str:
        return "finish"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text. The Impl has no open leaves."""
        return _finished(spec, target)


@lru_cache(maxsize=4096)
def _finished(goal: Goal, target: Target) -> Impl:
    if isinstance(goal, Graph):
        return _closed(_graph_step(goal).apply(goal, target), target)
    return _finished_spec(goal, target)


def _closed(impl: Impl, target: Target) -> Impl:
    """The program with its open goals finished."""
    for label, child in list(children(impl)):
        impl = with_child(impl, label, _finished(child.spec, target))
    return impl


def _graph_step(graph: Graph) -> Action:
    """What one point reads alone is computed there; what is left goes through memory."""
    for n in graph.nodes:
        name = n.output.name
        if graph.has_place(name):
            continue
        readers = graph.readers(name)
        once = len(readers) == 1 and readers[0].points == n.points
        return Inline(name) if once and not obstacle(graph, name) else Bufferize(name, "mem")
    return Stage(graph.nodes[0].output.name)


def _finished_spec(spec: Spec, target: Target) -> Impl:
    if spec.is_copy and spec.output.placement.layout.is_transformed:
        return Transform().apply(spec, target)
    only_elements(spec)
    action = _instruction_step(spec, target) or _plain_step(spec, target)
    return _closed(action.apply(spec, target), target)


def _instruction_step(spec: Spec, target: Target) -> Action | None:
    """The next tile towards the cheapest instruction that fits, or its selection."""
    candidates = [
        (instruction.throughput * _tiles(spec, tiling), instruction, tiling)
        for instruction in _by_look(target).get(_look(spec), ())
        for tiling in _tilings(spec, instruction)
    ]
    most = _plain_cost(spec, target) if candidates else 0.0
    for cost, instruction, tiling in sorted(candidates, key=lambda c: c[0]):
        if cost > most:
            break
        if next(matches(_tile(spec, tiling), instruction), None) is None:
            continue
        for name, size in _walk(spec, dict(tiling)):
            if size < spec.extents[name]:
                return Tile(name, size)
        return Select(instruction.name)
    return None


def _tiles(spec: Spec, tiling: Tiling) -> int:
    """How many tiles cover the Spec."""
    return prod(-(-spec.extents[name] // size) for name, size in tiling)


def _tile(spec: Spec, tiling: Tiling) -> Spec:
    """The Spec of the first tile."""
    for name, size in tiling:
        if size < spec.extents[name]:
            spec = spec.tiled(name, size, size)
    return spec


@lru_cache(maxsize=8)
def _by_look(target: Target) -> dict[Look, tuple[Instruction, ...]]:
    """The instructions of a target, in order, by what a first look at them tells."""
    found: dict[Look, tuple[Instruction, ...]] = {}
    for instruction in target.instructions:
        look = _look(instruction.spec)
        found[look] = (*found.get(look, ()), instruction)
    return found


def _look(spec: Spec) -> Look:
    """What must be equal for a match: how it combines, element types, who is in registers."""
    *inputs, output = ((o.dtype.name, o.placement.in_registers) for o in spec.operands)
    return spec.combine, spec.start, output, tuple(sorted(inputs))


def _plain_cost(spec: Spec, target: Target) -> float:
    """Roughly the cycles of the plain walk: one per vector, or per element where it gathers."""
    kept = _vector_sizes(spec, target)
    vectors = prod(-(-a.extent // kept.get(a.name, 1)) for a in spec.axes)
    for o in spec.operands:
        for name in kept:
            dim = o.dim_of(name)
            if dim is None or o.placement.in_registers:
                continue
            if o.placement.layout.stride_along(dim, 2, 0, o.shape) != 1:
                return float(spec.points)
    return float(vectors)


def _tilings(spec: Spec, instruction: Instruction) -> Iterator[Tiling]:
    """Ways to shrink the Spec's axes to the instruction's."""
    its_axes = instruction.spec.axes
    for chosen in permutations((*spec.axes, *(None for _ in its_axes)), len(its_axes)):
        sizes = {a.name: 1 for a in spec.axes}
        for mine, its in zip(chosen, its_axes, strict=True):
            if mine is not None:
                if mine.kind is not its.kind:
                    break
                sizes[mine.name] = min(mine.extent, its.extent)
        else:
            yield tuple(sizes.items())


def _plain_step(spec: Spec, target: Target) -> Action:
    """The next Action of the walk in vectors."""
    try:
        lanes_of(spec, target)
        return Select(LANES)
    except NotApplicable:
        pass
    kept = _vector_sizes(spec, target)
    for name, size in _walk(spec, kept):
        axis = spec.axis(name)
        if axis is not None and axis.kind is Kind.PARALLEL and size < axis.extent:
            return Tile(name, size)
    can_move = not spec.output.placement.in_registers and spec.is_dense(spec.output)
    if spec.combine is not None and can_move and spec.limits.left(target.nearest) != 0:
        return Move(spec.output.name, target.nearest)
    if spec.combine is not None and spec.start is Start.NOTHING:
        return Accumulate()
    for a in spec.axes:
        if a.kind is Kind.REDUCTION:
            return Tile(a.name, 1)
    raise NotApplicable(f"operand {spec.output.name}: no registers are left for it")


def _vector_sizes(spec: Spec, target: Target) -> dict[str, int]:
    """How much of which axes to leave for the lanes."""
    order = register_order(spec)
    if order is None:
        return {}
    if order:
        return {name: size for name, size in order if name}
    axis = _contiguous_axis(spec)
    if axis is None:
        return {}
    widest = max(o.dtype.bytes for o in spec.operands)
    return {axis: target.lane_count(widest)}


def _contiguous_axis(spec: Spec) -> str | None:
    """The parallel axis along which the output (or else an input) is contiguous."""
    for o in (spec.output, *spec.inputs):
        dim = o.placement.layout.parts[-1].dim if o.placement.layout.parts else None
        for a in spec.axes:
            if a.kind is Kind.PARALLEL and a.name in spec.output.axes and o.dim_of(a.name) == dim:
                return a.name
    return next((a.name for a in spec.axes if a.kind is Kind.PARALLEL), None)


def _walk(spec: Spec, kept: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Axes and tile sizes, outermost first, in the order in which the output lies."""
    layout = spec.output.placement.layout
    for i, part in enumerate(layout.parts):
        for name in spec.output.map[part.dim].names:
            if name in spec.extents and spec.output.dim_of(name) is not None:
                step = layout.step(i)
                yield name, step if step > 1 else kept.get(name, 1)
    for a in spec.axes:
        yield a.name, kept.get(a.name, 1)
