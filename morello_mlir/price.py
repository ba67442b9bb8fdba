"""Prices: what an Impl costs on a Target, in cycles, term by term.

A sum over the tree with trip counts as factors:

- `instructions` counts reciprocal throughputs, `loads` what registers take from L1, `splits` the
  registers that are read or written across the end of a line;
- `line.LEVEL` is what comes from a level beyond L1 beside arithmetic, `back.LEVEL` what an output
  brings there and back, `copied.LEVEL` what crosses in copies;
- `runs.LEVEL` and `jumps.LEVEL` are the broken streams, `crowding` those that push each other out,
  `rows` those that a split reduction reads at once, `joins` the lines of old values that registers
  are added to;
- `loops` and `entries` are the steps and starts of loops, `latency` and `ports` what reductions
  wait for (chains of accumulations, or the loads of a step), `arrivals` what they wait for lines
  from beyond L1, `threads` the start and end of parallel loops;
- `transforms` is the code of Winograd's transforms, beside the lines that they copy.

The coefficients are the Target's. `explain` prints the sum node by node. The search (`search/`)
computes the same numbers over whole grids; the tests compare the two. Open goals are priced at a
cycle a point.
"""

from __future__ import annotations

from collections.abc import Iterator

from .cost import Cost
from .graph import reducing, sole, specs_of
from .impl import (
    Cut,
    Impl,
    Leaf,
    Loop,
    Move,
    Open,
    SplitReduction,
    Transform,
    Winograd,
    children,
    headline,
)
from .leaf_price import latency, leaf_price, passes, touched
from .spec import Spec
from .target.target import Target
from .traffic import STREAMS, crowded, jumps, lines, runs
from .transformed import filter_arrival, tiles_price, transform_price
from .waits import arrivals, beside, load_cycles, registers_of


def price(impl: Impl, target: Target) -> Cost:
    """The cost of a program."""
    if isinstance(impl, Open):
        return Cost.of({"open": float(impl.spec.points)})
    if isinstance(impl, Leaf):
        return leaf_price(impl.spec, impl.match, target) + touched(impl.spec, target)
    if isinstance(impl, Loop):
        return _loop(impl, target)
    if isinstance(impl, Move):
        return _move(impl, target)
    if isinstance(impl, Cut):
        return sum((price(b, target) * impl.count(i) for i, b in enumerate(impl.bodies)), Cost())
    if isinstance(impl, Transform):
        return transform_price(impl, target)
    if isinstance(impl, Winograd):
        return _products(impl, target) + _winograd_own(impl, target)
    if isinstance(impl, SplitReduction):
        return sum((price(child, target) for _, child in children(impl)), split_own(impl))
    return sum((price(child, target) for _, child in children(impl)), Cost())


def explain(impl: Impl, target: Target) -> str:
    """The program as `render` has it, each node with its share of the total.

    A node's share is what the node itself adds, times the trips of the loops around it; the shares
    add up to the price, which stands in the last line.
    """
    total = price(impl, target)
    rows = list(_shares(impl, target, 1.0, 0, ""))
    width = max(len(text) for text, _ in rows)
    body = [
        f"{text:<{width}}  {_row(cost)}".rstrip() if cost.terms else text for text, cost in rows
    ]
    return "\n".join([*body, f"{'total':<{width}}  {_row(total)}"])


def _loop(loop: Loop, target: Target) -> Cost:
    own = _loop_own(loop, target)
    cost = price(loop.body, target) * loop_steps(loop) + own
    return cost + price(loop.rest, target) if loop.rest is not None else cost


def loop_steps(loop: Loop) -> int:
    """The tiles that the busiest thread does."""
    threads = min(loop.threads, loop.trips) if loop.order == "parallel" else 1
    return -(-loop.trips // threads)


def _loop_own(loop: Loop, target: Target) -> Cost:
    """What a loop adds to its bodies."""
    if isinstance(loop.spec, Spec):
        return _around(loop, loop.spec, target)
    return _common(loop, target)


def _common(loop: Loop, target: Target) -> Cost:
    """What a loop around several Specs adds: steps, and what sums in registers wait for."""
    goal, costs, steps = loop.spec, target.costs, loop_steps(loop)
    terms: dict[str, float] = {}
    in_registers = any(o.placement.in_registers and loop.axis in o.axes for o in goal.operands)
    if loop.order != "unrolled" and not in_registers:
        terms["loops"] = costs.loop_step * steps
        terms["entries"] = costs.loop_entry
    sums = [n for n in reducing(goal, loop.axis) if n.output.placement.in_registers]
    wait = max((latency(n, target) for n in sums), default=0.0)
    terms["latency"] = steps * max(0.0, wait - price(loop.body, target).cycles)
    if loop.threads > 1 and loop.order == "parallel" and loop.trips > 1:
        terms["threads"] = costs.fork
    return Cost.of(terms)


def _around(loop: Loop, spec: Spec, target: Target) -> Cost:
    """What a loop around one Spec adds."""
    costs, steps = target.costs, loop_steps(loop)
    in_registers = any(o.placement.in_registers and loop.axis in o.axes for o in spec.operands)
    terms: dict[str, float] = {}
    if loop.order != "unrolled" and not in_registers:
        terms["loops"] = costs.loop_step * steps
        terms["entries"] = costs.loop_entry
    if spec.combine is not None:
        for name, cycles in _streams(loop, spec, target):
            terms[name] = terms.get(name, 0.0) + steps * cycles
    if spec.combine is not None and spec.output.placement.in_registers:
        terms["loads"] = steps * _reads(loop, spec, target)
        if loop.sums:
            body = sole(loop.body.spec)
            tiles = [body.extent_of(o) for o in body.inputs]
            rates = [target.costs.of("arrive", o.placement.level) for o in spec.inputs]
            wait, name = max(
                (latency(spec, target), "latency"),
                (float(load_cycles(spec, tiles)), "ports"),
                (float(arrivals(spec, tiles, rates)), "arrivals"),
                key=lambda each: each[0],
            )
            terms[name] = steps * max(0.0, wait - price(loop.body, target).cycles)
    if loop.threads > 1 and loop.order == "parallel" and loop.trips > 1:
        terms["threads"] = costs.fork
    return Cost.of(terms)


def _streams(loop: Loop, spec: Spec, target: Target) -> Iterator[tuple[str, float]]:
    """What a step pays for streams that begin anew or crowd; those of few rows stay open."""
    body = sole(loop.body.spec)
    if spec.extents[loop.axis] <= STREAMS:
        return
    around = spec.output.placement.in_registers
    for o, tile in zip(spec.inputs, body.inputs, strict=True):
        if o.placement.in_registers or loop.axis not in o.axes:
            continue
        if loop.sums if around else spec.extents.keys() <= o.axes:
            extents, level = body.extent_of(tile), o.placement.level
            begun = float(jumps(o, loop.axis, loop.size, extents))
            yield f"jumps.{level}", target.costs.of("jump", level) * begun
            yield "crowding", target.costs.crowd * float(crowded(o, extents))


def _reads(loop: Loop, spec: Spec, target: Target) -> float:
    """What a step loads into registers: inputs in memory, in the innermost loop they vary along."""
    body = sole(loop.body.spec)
    return sum(
        target.costs.load / 2
        for i, o in enumerate(body.inputs)
        if not o.placement.in_registers
        and loop.axis in spec.inputs[i].axes
        and registers_of(spec, i, body.extent_of(o)) == 1
    )


def _move(move: Move, target: Target) -> Cost:
    cost = move_own(move, target) + price(move.body, target)
    return sum((price(c, target) for c in _copies(move)), cost)


def _copies(move: Move) -> Iterator[Impl]:
    """The copies that are paid for: of a `store` and a `combine`, the combine."""
    for child in (move.load, move.combine or move.store):
        if child is not None:
            yield child


def move_own(move: Move, target: Target) -> Cost:
    """What a move adds itself: lines where it emits no code, and the streams that it breaks.

    Registers wait for the old values of an output that they add to; writing waits for nothing.
    """
    spec = move.spec
    o = spec.operands[move.position]
    level, extents = o.placement.level, spec.extent_of(o)
    output = move.position >= len(spec.inputs)
    broken = float(runs(o, extents))
    if move.buffer is not None and move.buffer.placement.in_registers:
        waits = output and passes(sole(spec)) == 2
        if not waits:
            return Cost()
        joined = target.costs.join * float(lines(o, extents))
        return Cost.of({f"runs.{level}": target.costs.of("run", level) * broken, "joins": joined})
    times = max(passes(n) for n in specs_of(spec) if n.output is o) if output else 1
    table = "run" if move.buffer is None else "copied_run"
    terms = {f"runs.{level}": times * target.costs.of(table, level) * broken}
    if move.buffer is None:
        table = "back" if output else "line"
        terms[f"{table}.{level}"] = times * target.costs.of(table, level) * float(lines(o, extents))
    return Cost.of(terms)


def split_own(split: SplitReduction) -> Cost:
    """What reading several rows at once adds to each step of partial results in registers."""
    spec = split.spec
    if not isinstance(spec, Spec) or not split.buffers[0].placement.in_registers:
        return Cost()
    return Cost.of({"rows": beside(spec.inputs, spec.extents, split.axis, split.count)})


def _products(node: Winograd, target: Target) -> Cost:
    cost = price(node.body, target) * node.trips
    return cost + price(node.rest, target) if node.rest is not None else cost


def _winograd_own(node: Winograd, target: Target) -> Cost:
    """The transforms, and what products wait for a filter that is larger than they are."""
    wait = filter_arrival(node, target) - _products(node, target).cycles
    return tiles_price(node, target) + Cost.of({"arrivals": max(0.0, wait)})


def _own(impl: Impl, target: Target) -> Cost:
    if isinstance(impl, Loop):
        return _loop_own(impl, target)
    if isinstance(impl, Move):
        return move_own(impl, target)
    if isinstance(impl, Transform):
        return transform_price(impl, target)
    if isinstance(impl, Winograd):
        return _winograd_own(impl, target)
    if isinstance(impl, SplitReduction):
        return split_own(impl)
    return price(impl, target) if isinstance(impl, (Leaf, Open)) else Cost()


def _shares(
    impl: Impl, target: Target, times: float, depth: int, label: str
) -> Iterator[tuple[str, Cost]]:
    mark = f"{label}: " if label not in ("", "main") else ""
    yield "  " * depth + mark + headline(impl), _own(impl, target) * times
    for i, (name, child) in enumerate(children(impl)):
        inside = times * impl.count(i) if isinstance(impl, Cut) else times
        if isinstance(impl, Loop) and name == "main":
            inside = times * loop_steps(impl)
        if isinstance(impl, Winograd) and name == "main":
            inside = times * impl.trips
        if isinstance(impl, Move) and name == "store" and impl.combine is not None:
            continue
        yield from _shares(child, target, inside, depth + 1, name)


def _row(cost: Cost) -> str:
    parts = ", ".join(f"{name} {cycles:.0f}" for name, cycles in cost.terms)
    return f"{cost.cycles:12.0f}  {parts}"
