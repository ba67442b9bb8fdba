"""Random schedules of a product, as people write them: legal, some good, some poor, few absurd.

A tile of C in registers, blocks along every axis in any order around it, inputs packed or not, at a
place that need not be the best one; cache moves as `resident.py` has them. `draws` gives distinct
ones that the Actions accept; the same seed gives the same ones.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.hand import KINDS
from bench.peers.base import dtypes
from bench.resident import resident
from bench.workload import Workload

REGISTERS = 30
"""Vectors that a tile of C and a row of B may take."""
TRIES = 100
"""Draws in a row that may be refused before there is no further schedule."""


@dataclass(frozen=True)
class Lanes:
    """An instruction of that many lanes, adding up `group` k at once."""

    instruction: str
    count: int
    group: int


INSTRUCTIONS: dict[str, tuple[Lanes, ...]] = {
    kinds: (Lanes(kind.instruction, 16, kind.group),) for kinds, kind in KINDS.items()
}
INSTRUCTIONS["f32,f32->f32"] += (Lanes("fma_f32x8", 8, 1),)


def draws(workload: Workload, spec: Any, target: Any, seed: int) -> Iterator[tuple[str, Any]]:
    """Texts of schedules with the Impls they make of the Spec, all different."""
    from morello_mlir.impl import open_specs
    from morello_mlir.schedule import ScheduleError, parse

    r = random.Random(seed)
    seen: set[str] = set()
    refused = 0
    while refused < TRIES:
        text = draw(workload, r)
        refused += 1
        if text in seen:
            continue
        seen.add(text)
        try:
            schedule = resident(parse(text), spec, target)
            impl = schedule.apply(spec, target)
        except ScheduleError:
            continue
        if next(iter(open_specs(impl)), None) is None:
            refused = 0
            yield f"{schedule}\n", impl


def draw(workload: Workload, r: random.Random) -> str:
    """The text of one schedule, which the Actions may refuse."""
    known = INSTRUCTIONS[dtypes(workload)]
    (lanes,) = r.choices(known, (9, 1)[: len(known)])
    (m, k), n = workload.inputs[0].shape, workload.inputs[1].shape[-1]
    vectors = r.randint(1, min(4, -(-n // lanes.count)))
    columns = vectors * lanes.count
    rows = r.randint(1, max(1, min(m, (REGISTERS - vectors) // vectors)))
    extents = {"m": m, "n": n, "k": k}
    least = {"m": rows, "n": columns, "k": 4}
    outer = _outer(extents, least, r)
    inside = {**extents, **dict(outer)}
    lines = [f"tile {axis} {size}" for axis, size in outer]
    for packed in _packings(inside, rows, columns, lanes, r):
        lines.insert(r.choice((len(outer), r.randint(0, len(outer)))), packed)
    pair = [("n", columns), ("m", rows)]
    r.shuffle(pair)
    lines += [f"tile {axis} {size}" for axis, size in pair if size < inside[axis]]
    lines += [f"move C reg [m][n/{lanes.count}]<{lanes.count}n>", "accumulate"]
    unrolled = r.choice((1, 1, 2, 4))
    if unrolled > 1 and lanes.group == 1 and inside["k"] > unrolled:
        lines += [f"tile k {unrolled}", "tile k 1 unrolled"]
    elif inside["k"] > lanes.group:
        lines.append(f"tile k {lanes.group}")
    group = f"[k/{lanes.group}]" if lanes.group > 1 else "[k]"
    vector = f"<{lanes.count}n {lanes.group}k>" if lanes.group > 1 else f"<{lanes.count}n>"
    lines.append(f"move B reg {group}[n/{lanes.count}]{vector}")
    lines += ["tile m 1"] * (min(rows, m) > 1)
    lines += [f"tile n {lanes.count}"] * (min(columns, n) > lanes.count)
    return "\n".join([*lines, f"select {lanes.instruction}"]) + "\n"


def _outer(
    extents: dict[str, int], least: dict[str, int], r: random.Random
) -> list[tuple[str, int]]:
    """Blocks around the tile of C, in any order; an axis may have none."""
    blocks = []
    for axis, extent in extents.items():
        factors = (8, 16, 32, 64, 128) if axis == "k" else (1, 2, 3, 4, 6, 8, 12, 16)
        sizes = [least[axis] * f for f in factors if least[axis] * f < extent]
        if sizes and r.random() < 0.6:
            blocks.append((axis, r.choice(sizes)))
    r.shuffle(blocks)
    return blocks


def _packings(
    inside: dict[str, int], rows: int, columns: int, lanes: Lanes, r: random.Random
) -> Iterator[str]:
    """Lines that pack B or A; what an instruction reads in groups is packed always."""
    if lanes.group > 1 or r.random() < 0.7:
        group = f"[k/{lanes.group}][{columns}n][{lanes.group}k]"
        panel = group if lanes.group > 1 else f"[k][{columns}n]"
        yield f"move B {r.choice(('L2', 'L2', 'L1', 'L3'))} [n/{columns}]{panel}"
    if lanes.group == 1 and rows < inside["m"] and r.random() < 0.25:
        yield f"move A {r.choice(('L2', 'L1'))} [m/{rows}][k][{rows}m]"
