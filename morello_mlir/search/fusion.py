"""Fusion: the best program of a Graph, by dynamic programming over what its Actions leave.

A Graph is cut in two (`stage`, with a place for every value that crosses), tiled along an axis that
all its nodes have, or freed of a value that is computed again where it is read. What is left are
smaller Graphs of the same kind, and Specs, which the scheduler plans. A contraction with
elementwise Specs behind it is a goal of the Spec search, too (`epilogue.py`). Costs are those that
`price` gives. What has a lower bound no better than what is known is not tried. Read next:
`scheduler.py`, `../graph.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, product
from math import inf, prod
from typing import TYPE_CHECKING

from ..action import (
    Accumulate,
    Action,
    Bufferize,
    Inline,
    Move,
    NotApplicable,
    Online,
    SplitReduction,
    Stage,
    Tile,
)
from ..action.base import check_common
from ..action.inline import obstacle
from ..action.online import MAX
from ..expr import ops
from ..graph import Goal, Graph, free_of_values, goal_of, reducing, size_of, specs_of
from ..impl import MAIN, Impl, Loop, children
from ..impl import Move as MoveImpl
from ..impl import Online as OnlineImpl
from ..layout import print_layout, row_major
from ..memory import Limits, nearness
from ..price import loop_steps, move_own, price
from ..schedule import Schedule, ScheduleError, Step
from ..spec import Axis, Operand, Spec, Start
from ..traffic import lines
from .epilogue import Epilogue, is_product, kernel_of
from .errors import NoProgramError
from .solver import solve_kernel
from .space import stored_layouts

if TYPE_CHECKING:
    from .scheduler import Scheduler

SHARE = 0.47
"""The part of a level that one value between nodes may fill: two leave a little for small ones."""

LARGE = 1 << 14
"""Points from which on a step of a batch is done by itself."""

REGISTERS_A_SUM = (1, 2, 4)
"""Registers of partial sums for one sum, where several Specs are one loop."""

SLACK = 8
"""What part of a quarter of a level counts nothing."""

OPS = 64
"""Ops in a body that others were put into, at most."""

TILES = (1, 2, 4, 6, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
"""Tiles that are whole vectors, or whole register tiles of products."""

SHORT = 512
"""Bytes between nodes for each step along an axis that are too few for steps of one."""

AGAIN = 4
"""How often a value may be computed again for one reader, at most."""

NEARER = 0.9
"""What products might cost with values in nearer caches, as a part of what they cost."""

PLANS = 16
"""How many products are planned before no more tiles are tried around any."""

REGISTERS = 1.02
"""What an epilogue in registers may cost, in parts of what must be paid, for no cut to be tried."""

NEAR = 1.01
"""A program that costs no more than so many times its lower bound is good enough."""

FEW = 8
"""Nodes of a Graph of which tiles are tried before it is cut in two."""

CHUNKS = (1024, 2048, 4096, 8192)
"""Terms of a sum that are done at a time, where they do not fit into the nearest cache."""


NONE: frozenset[str] = frozenset()
Key = tuple[Goal, frozenset[str], bool]
Least = Mapping[str, float]
"""By the value that a node writes, what it costs at least."""


@dataclass(frozen=True)
class Found:
    """A program: what it costs, and its schedule."""

    cycles: float
    schedule: Schedule


NOTHING = Found(inf, Schedule())


@dataclass
class Fusion:
    """Plans Graphs; Specs are left to a scheduler."""

    scheduler: Scheduler
    known: dict[Key, Found] = field(default_factory=dict)
    failed: dict[Key, float] = field(default_factory=dict)
    """What goals are known to cost at least."""
    begun: set[str] = field(default_factory=set)
    """Sums that are not cut from what is done with them in registers."""
    planned: int = 0
    """Products, up to now."""
    solved: dict[Goal, list[tuple[Limits, Found]]] = field(default_factory=dict)
    """By goals without limits: the limits that programs were found under."""

    def plan(self, graph: Graph) -> Found:
        """The cheapest program of a Graph; `NoProgramError` if there is none."""
        batch = self._batch(graph)
        if batch is not None:
            impl = batch.apply(graph, self.scheduler.target)
            assert isinstance(impl, Loop) and isinstance(impl.body.spec, Graph)
            each = self.plan(impl.body.spec)
            cycles = self._own(impl) + loop_steps(impl) * each.cycles
            return Found(cycles, Schedule((Step(batch), *each.schedule.steps)))
        least = self._least(graph)
        self.begun |= {v for v in graph.made if self._has_epilogue(graph, v, least)}
        found = self._best(graph, least, inf)
        if found is NOTHING:
            raise NoProgramError(graph.goal(graph.nodes[0]))
        return found

    def _batch(self, graph: Graph) -> Tile | None:
        """The loop over what all products have an axis of, where each step is much work."""
        threads = self.scheduler.target.threads
        for a in graph.axes:
            large = graph.points >= LARGE * a.extent
            if large and _is_batch(graph, a.name) and _is_common(graph, a.name):
                shared = threads > 1 and not graph.serial and a.extent >= threads
                return Tile(a.name, 1, "parallel" if shared else "serial")
        return None

    def _least(self, graph: Graph) -> Least:
        """What each node costs at least, wherever it is: alone, as if values were near; products
        with values where they would be between nodes, less what nearer ones might save."""
        found = {}
        for (value, node), near in zip(graph.made.items(), free_of_values(graph), strict=True):
            if is_product(node):
                found[value] = NEARER * self._alone(graph.goal(self._settled(graph, node))).cycles
            else:
                found[value] = self._alone(near).cycles
        return found

    def _settled(self, graph: Graph, node: Spec) -> Spec:
        """A node with values where they would be between nodes."""

        def placed(o: Operand) -> Operand:
            if o.name not in graph.made or graph.has_place(o.name):
                return o
            level = self._level(graph, size_of(graph, o.name) * o.dtype.bytes)
            return replace(o, placement=replace(o.placement, level=level))

        return replace(node, inputs=tuple(map(placed, node.inputs)), output=placed(node.output))

    def _has_epilogue(self, graph: Graph, value: str, least: Least) -> bool:
        """Whether what is done with a value next is done as well in registers."""
        node, readers = graph.made[value], graph.readers(value)
        if graph.has_place(value) or len(readers) != 1 or not is_product(node):
            return False
        name = readers[0].output.name
        settled = [self._settled(graph, n) for n in (node, *readers)]
        first = replace(settled[0], output=node.output)
        second = replace(settled[1], inputs=readers[0].inputs)
        goal = goal_of((first, second), (name,), (), graph.limits, graph.serial)
        if not isinstance(goal, Graph):
            return False
        most = REGISTERS * (least[value] / NEARER + least[name])
        return self._kernel(goal, inf).cycles <= most

    def _best(
        self,
        goal: Goal,
        least: Least,
        most: float,
        inside: frozenset[str] = NONE,
        *,
        whole: bool = False,
    ) -> Found:
        """The cheapest program, if it costs less than `most`; `inside` of tiles along axes.

        One that is `whole` does not begin with a stage: of several in a row, each is the first.
        """
        if isinstance(goal, Spec):
            return self._alone(goal)
        key = goal, inside, whole
        known = self.known.get(key)
        if known is not None:
            return known
        if max(sum(least.values()) * NEAR, self.failed.get(key, 0.0)) >= most:
            return NOTHING
        best = min(self._kernel(goal, most), self._one_loop(goal), key=lambda f: f.cycles)
        if best is not NOTHING and self.begun & goal.made.keys():
            return best
        for actions in self._ways(goal, inside, whole):
            limit = min(most, best.cycles)
            if sum(least.values()) * NEAR >= limit:
                break
            found = self._along(goal, actions, least, limit, inside)
            if found.cycles < best.cycles:
                best = found
        if best.cycles < most:
            self.known[key] = best
        else:
            self.failed[key] = most
        return best

    def _one_loop(self, graph: Graph) -> Found:
        """The cheapest program that does a row of several Specs in one loop, with its sums in
        registers; only where nothing else is left to tile."""
        target = self.scheduler.target
        if len(graph.axes) != 1 or not _is_common(graph, graph.axes[0].name):
            return NOTHING
        (axis,) = graph.axes
        lanes = target.lane_count(max(o.dtype.bytes for o in graph.operands))
        found = (self._in_lanes(graph, axis, each * lanes, lanes) for each in REGISTERS_A_SUM)
        return min(found, key=lambda f: f.cycles)

    def _in_lanes(self, graph: Graph, axis: Axis, count: int, lanes: int) -> Found:
        """One loop over steps of so many terms, in lanes."""
        target, split = self.scheduler.target, SplitReduction(axis.name, count)
        if 2 * count > axis.extent:
            return NOTHING
        try:
            parts = dict(children(split.apply(graph, target)))
        except NotApplicable:
            return NOTHING
        ends = parts["combine"].spec
        joined = self._best(ends, {n.output.name: 0.0 for n in specs_of(ends)}, inf)
        branches = [("combine", joined.schedule)]
        if "rest" in parts:
            branches.append(("rest", Schedule().finish()))
        steps = Schedule((Step(split, tuple(branches)),)).accumulate().tile(axis.name, 1)
        whole = steps.tile(f"{axis.name}p", lanes).finish()
        try:
            return Found(price(whole.apply(graph, target), target).cycles, whole)
        except ScheduleError:
            return NOTHING

    def _kernel(self, graph: Graph, most: float) -> Found:
        """The cheapest program of a sum with an epilogue in registers, if the Graph is one."""
        graph = self._usual(graph)
        found = self._known(graph)
        if found is None:
            found = self._solved(graph)
            self._remember(graph, found)
        return found if found.cycles < most else NOTHING

    def _known(self, goal: Goal) -> Found | None:
        """What is known of a goal: a program found with more left that takes no more than is left
        is the cheapest with less, too."""
        for limits, found in self.solved.get(_unlimited(goal), ()):
            pairs = zip(goal.limits.bytes, limits.bytes, strict=True)
            if goal.limits == limits:
                return found
            if all(less <= more for (_, less), (_, more) in pairs):
                if found is NOTHING:
                    return found
                try:
                    found.schedule.apply(goal, self.scheduler.target)
                    return found
                except ScheduleError:
                    continue
        return None

    def _remember(self, goal: Goal, found: Found) -> None:
        self.solved.setdefault(_unlimited(goal), []).append((goal.limits, found))

    def _solved(self, graph: Graph) -> Found:
        kernel = kernel_of(graph)
        if kernel is None:
            return NOTHING
        self.planned += 1
        spec, epilogue, inlines = kernel
        actions = [*self._reused(graph, spec, epilogue), *map(Inline, inlines)]
        goal: Goal = graph
        cycles = 0.0
        for action in actions:
            impl = action.apply(goal, self.scheduler.target)
            cycles += self._own(impl)
            ((_, child),) = children(impl)
            goal = child.spec
        assert isinstance(goal, Graph)
        spec, epilogue, _ = kernel_of(goal) or kernel
        try:
            solved = solve_kernel(goal, spec, epilogue, self.scheduler.target)
        except NoProgramError:
            return NOTHING
        cycles += solved.cycles
        steps = (*(Step(a) for a in actions), *solved.schedule.steps)
        return Found(cycles, Schedule(steps))

    def _reused(self, graph: Graph, spec: Spec, epilogue: Epilogue) -> Iterator[Action]:
        """Inputs of an epilogue that every tile reads again, in the nearest cache with room."""
        for o in graph.inputs:
            mine = all(o.name != i.name for i in spec.inputs)
            if mine and o.axes < spec.output.axes and not o.placement.in_registers:
                level = self._level(graph, prod(graph.extent_of(o)) * o.dtype.bytes)
                if nearness(level) > nearness(o.placement.level):
                    yield Move(o.name, level)

    def _alone(self, spec: Spec) -> Found:
        if is_product(spec):
            spec = _bare(replace(spec, limits=self._roughly(spec).limits))
        else:  # no cache is filled then
            spec = _bare(replace(spec, limits=self.scheduler.target.limits))
        found = self._known(spec)
        if found is None:
            self.planned += is_product(spec)
            found = self._planned(spec)
            self._remember(spec, found)
        return found

    def _planned(self, spec: Spec) -> Found:
        try:
            answer = self.scheduler.plan(spec)
        except NoProgramError:
            return NOTHING
        return Found(answer.cycles[0], answer.schedule)

    def _along(
        self,
        goal: Goal,
        actions: Sequence[Action],
        least: Least,
        most: float,
        inside: frozenset[str],
    ) -> Found:
        """The cheapest program that begins with Actions."""
        if not actions:
            return self._best(goal, least, most, inside)
        try:
            impl = actions[0].apply(goal, self.scheduler.target)
        except NotApplicable:
            return NOTHING
        cycles, branches, onward = self._own(impl), [], Schedule()
        if isinstance(impl, Loop):
            inside |= {impl.axis}
        below = ((label, self._roughly(child.spec)) for label, child in children(impl))
        parts = [_Part(impl, label, child, least) for label, child in below]
        for i, part in enumerate(parts):
            left = (most - cycles - sum(p.total for p in parts[i + 1 :])) / part.times
            if part.label == MAIN:
                found = self._along(part.goal, actions[1:], part.least, left, inside)
                onward = found.schedule
            else:
                first = part.label == "before"
                found = self._best(part.goal, part.least, left, inside, whole=first)
                branches.append((part.label, found.schedule))
            if found is NOTHING:
                return NOTHING
            cycles += part.times * found.cycles
        steps = (Step(actions[0], tuple(branches)), *onward.steps)
        return Found(cycles, Schedule(steps)) if cycles < most else NOTHING

    def _usual(self, graph: Graph) -> Graph:
        """The graph in the form in which few differ."""
        goal = self._roughly(graph)
        usual = goal_of(
            [_bare(n) for n in specs_of(goal)],
            graph.results,
            graph.placed,
            goal.limits,
            goal.serial,
        )
        assert isinstance(usual, Graph)
        return usual

    def _roughly(self, goal: Goal) -> Goal:
        """The goal with whole quarters of each level, so that few goals differ: no more than are
        left, but for what is next to nothing."""
        whole = dict(self.scheduler.target.limits.bytes)
        nearest = self.scheduler.target.nearest

        def quarters(name: str, left: int) -> int:
            each = whole.get(name, 0) // 4
            if name == nearest or not each:
                return left
            return (left + each // SLACK) // each * each

        left = tuple((name, quarters(name, n)) for name, n in goal.limits.bytes)
        return replace(goal, limits=Limits(left))

    def _own(self, impl: Impl) -> float:
        """What an Action costs beside its parts."""
        target = self.scheduler.target
        if isinstance(impl, Loop):
            steps = loop_steps(impl) * target.costs.loop_step + target.costs.loop_entry
            return steps + (target.costs.fork if impl.order == "parallel" else 0.0)
        return move_own(impl, target).cycles if isinstance(impl, MoveImpl) else 0.0

    def _ways(
        self, graph: Graph, inside: frozenset[str], whole: bool
    ) -> Iterator[Sequence[Action]]:
        """The Actions that a program may begin with. Inside of a tile an axis is tiled to 1; what
        all products have an axis of comes first."""
        if self.planned > PLANS and any(map(is_product, graph.nodes)):
            yield from () if whole else self._stages(graph)
            return
        stages = [] if whole else list(self._stages(graph))
        if len(graph.nodes) > FEW:
            yield from stages
        axes = [a for a in graph.axes if _is_common(graph, a.name)]
        for axis in [a for a in axes if _is_batch(graph, a.name)][:1] or axes:
            for actions in self._tiles(graph, axis):
                tile = actions[-1]
                if axis.name not in inside or (isinstance(tile, Tile) and tile.size == 1):
                    yield actions
        if len(graph.nodes) <= FEW:
            yield from stages
        yield from self._inlines(graph)
        if not whole and not axes:
            yield from self._onlines(graph)

    def _onlines(self, graph: Graph) -> Iterator[Sequence[Action]]:
        """Chunks of sums that wait for a maximum, where a far cache holds what waits."""
        for n in graph.nodes:
            for a in n.reductions if n.combine in MAX else ():
                amount = prod(graph.extent_of(n.inputs[0])) * n.inputs[0].dtype.bytes
                if self._level(graph, amount) not in self._caches[:1]:
                    sizes = [s for s in CHUNKS if a.extent % s == 0 and 2 * s <= a.extent]
                    yield from ([Online(a.name, s)] for s in sizes[-1:])

    def _inlines(self, graph: Graph) -> Iterator[Sequence[Action]]:
        """Values that are computed again where they are read: those that only far caches hold."""
        for n in graph.nodes:
            if obstacle(graph, n.output.name):
                continue
            readers = graph.readers(n.output.name)
            if any(r.points > AGAIN * n.points for r in readers):
                continue
            amount = size_of(graph, n.output.name) * n.output.dtype.bytes
            if self._level(graph, amount) in self._caches[:2]:
                continue
            if all(len(ops(n.body)) + len(ops(r.body)) <= OPS for r in readers):
                yield [Inline(n.output.name)]

    def _stages(self, graph: Graph) -> Iterator[list[Action]]:
        """Cuts in two, each with places for what crosses and for what both sides read."""
        cuts: dict[frozenset[str], str] = {}
        for name in graph.made:
            if name not in self.begun:
                cuts.setdefault(graph.needed(name), name)
        for done, name in cuts.items():
            if len(done) == len(graph.nodes):
                continue
            later = [n for n in graph.nodes if n.output.name not in done]
            read = {o.name for n in later for o in n.inputs}
            crossing = [v for v in done if v in read and not graph.has_place(v)]
            for places in product(*(self._places(graph, v) for v in sorted(crossing))):
                yield [*self._shared(graph, done), *places, Stage(name)]

    def _shared(self, graph: Graph, done: frozenset[str]) -> Iterator[Action]:
        """Inputs that both sides of a cut read, as they lie, in the nearest cache that has room."""
        before = {o.name for v in done for o in graph.made[v].inputs}
        after = {o.name for v, n in graph.made.items() if v not in done for o in n.inputs}
        for o in graph.inputs:
            if o.name in before & after and not o.placement.in_registers:
                amount = prod(graph.extent_of(o)) * o.dtype.bytes
                level = self._level(graph, amount)
                if nearness(level) > nearness(o.placement.level):
                    yield Move(o.name, level)

    def _places(self, graph: Graph, value: str) -> Iterator[Action]:
        """Where a value may be while others are computed from it."""
        o = graph.made[value].output
        level = self._level(graph, size_of(graph, value) * o.dtype.bytes)
        yield Bufferize(value, level)
        for reader in graph.readers(value):
            if not is_product(reader):
                continue
            position = [i.name for i in reader.inputs].index(value)
            wanted = stored_layouts(graph.goal(reader), position, self.scheduler.target)
            for layout in islice(wanted, 1):
                yield Bufferize(value, level, print_layout(layout, o.dims))

    @cached_property
    def _caches(self) -> list[str]:
        """The caches, the nearest first."""
        levels = self.scheduler.target.levels
        return sorted((level.name for level in levels), key=nearness, reverse=True)

    def _level(self, graph: Graph, amount: int) -> str:
        """The nearest cache that has room for so many bytes, which are no large part of it."""
        levels = self.scheduler.target.levels
        for level in sorted(levels, key=lambda level: -nearness(level.name)):
            left = graph.limits.left(level.name)
            if left is not None and amount <= min(left, SHARE * level.capacity):
                return level.name
        return "mem"

    def _tiles(self, graph: Graph, axis: Axis) -> Iterator[list[Action]]:
        """Loops around all nodes."""
        sums = list(reducing(graph, axis.name))
        if sums:
            started = all(graph.has_place(n.output.name) for n in sums)
            if started and all(n.start is Start.NOTHING for n in sums):
                for size in CHUNKS:
                    if 2 * size <= axis.extent:
                        yield [Accumulate(), Tile(axis.name, size)]
            return
        threads = self.scheduler.target.threads
        for size in self._sizes(graph, axis):
            if self._streams(graph, axis, size):
                continue
            yield [Tile(axis.name, size)]
            if threads > 1 and not graph.serial and axis.extent >= threads * size:
                yield [Tile(axis.name, size, "parallel")]

    def _streams(self, graph: Graph, axis: Axis, size: int) -> bool:
        """Whether a loop's products read again more than it saves between nodes."""
        of, inner = self.scheduler.target.costs.of, set(graph.made)
        again = saved = 0.0
        for n in graph.nodes:
            for o in n.inputs if is_product(n) else ():
                if axis.name not in o.axes and o.name not in inner:
                    amount = prod(graph.extent_of(o)) * o.dtype.bytes
                    level = max(self._level(graph, amount), o.placement.level, key=nearness)
                    again += float(lines(o, graph.extent_of(o))) * of("line", level)
            o = n.output
            if not graph.has_place(o.name):
                level = self._level(graph, size_of(graph, o.name) * o.dtype.bytes)
                rate = of("line", level) + of("back", level)
                saved += float(lines(o, graph.extent_of(o))) * rate
        return again * (axis.extent / size - 1) > saved

    def _sizes(self, graph: Graph, axis: Axis) -> Iterator[int]:
        """Ones; or as many as make the values between nodes fill their part of a cache: of those
        beyond the nearest along rows of products, of the nearest where there is little."""
        each = sum(
            prod(graph.extent_of(o)) // axis.extent * o.dtype.bytes
            for o in _between(graph)
            if axis.name in o.axes
        )
        nearest, *others = sorted(lev.capacity for lev in self.scheduler.target.levels)
        products = [n for n in graph.nodes if is_product(n)]
        rows = any(axis.name not in o.axes for n in products for o in n.inputs)
        found = set() if rows or (not products and each < SHORT) else {1}
        for capacity in others if rows else () if 1 in found else (nearest,):
            most = int(SHARE * capacity) // max(each, 1)
            if each and 1 < most < axis.extent:
                whole = max(d for d in range(1, most + 1) if axis.extent % d == 0)
                found.add(whole if 2 * whole > most else max(s for s in TILES if s <= most))
        yield from sorted(found, reverse=True)


@dataclass(frozen=True)
class _Part:
    """A child of an Action, how often it runs, and what its nodes cost at least."""

    impl: Impl
    label: str
    goal: Goal
    above: Least

    @property
    def times(self) -> int:
        """How often the busiest thread does it."""
        return loop_steps(self.impl) if isinstance(self.impl, Loop) and self.label == MAIN else 1

    @cached_property
    def least(self) -> Least:
        """By node: a part of a loop's work costs that part of the whole at least."""
        share = 1.0
        if isinstance(self.impl, Loop):
            extents = self.impl.spec.extents
            share = self.goal.extents.get(self.impl.axis, 1) / extents[self.impl.axis]
        names = [n.output.name for n in specs_of(self.goal)]
        if isinstance(self.impl, OnlineImpl):  # chunks do the work of what they are chunks of
            chunks = {v: self.above[v[:-1]] for v in names if v[:-1] in self.above and v[-1] == "c"}
            others = {v: self.above.get(v, 0.0) for v in names if f"{v}c" not in chunks}
            return {**others, **chunks}
        return {v: share * self.above.get(v, 0.0) for v in names}

    @property
    def total(self) -> float:
        """What it costs at least."""
        return self.times * sum(self.least.values())


def _between(graph: Graph) -> Iterator[Operand]:
    """What several nodes touch: values between them, and inputs that more than one reads."""
    yield from (n.output for n in graph.nodes if not graph.has_place(n.output.name))
    yield from (o for o in graph.inputs if len(graph.readers(o.name)) > 1)


def _is_batch(graph: Graph, axis: str) -> bool:
    """Whether an axis is one that all operands of all products have."""
    products = [n for n in graph.nodes if is_product(n)]
    return bool(products) and all(axis in o.axes for n in products for o in n.operands)


def _unlimited(goal: Goal) -> Goal:
    return replace(goal, limits=Limits(()))


def _bare(spec: Spec) -> Spec:
    """The Spec without extents of buffers that no stride depends on: so that few Specs differ."""

    def bare(o: Operand) -> Operand:
        if o.placement.in_registers or o.border is not None:
            return o
        if o.placement.layout != row_major(len(o.shape)):
            return o
        used, shape, align = spec.extent_of(o), list(o.shape), list(o.align)
        for d, extent in enumerate(used):
            shape[d] = extent
            if not o.map[d].terms:
                align[d] = 0
            if extent > 1:
                break
        maps = tuple(m + -m.const for m in o.map)
        return replace(o, shape=tuple(shape), align=tuple(align), map=maps)

    return replace(spec, inputs=tuple(map(bare, spec.inputs)), output=bare(spec.output))


def _is_common(graph: Graph, axis: str) -> bool:
    """Whether a loop over an axis around all nodes is one that computes what they do."""
    try:
        check_common(graph, axis)
    except NotApplicable:
        return False
    return True
