"""Families of f32 products in databases: what `python -m bench boxes` measures."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.page import Check, Page
from morello_mlir.dialect.isa import with_instructions
from morello_mlir.dtype import F32
from morello_mlir.expr import Apply, Arg
from morello_mlir.layout import row_major
from morello_mlir.linear import Linear
from morello_mlir.memory import Placement
from morello_mlir.search.families import Keys, record, stored
from morello_mlir.search.scheduler import RECALLED, Scheduler, fingerprint
from morello_mlir.search.settle import SettleBase
from morello_mlir.search.solver import solve
from morello_mlir.spec import Axis, Kind, Operand, Spec, Start
from morello_mlir.table.database import Database
from morello_mlir.target.cpus import cpu_target
from morello_mlir.target.target import Target

CHECKED = 1024
"""The size that the limits are for."""
BOX_POINTS, POINT_BYTES = 100.0, 2.0


def machine(name: str) -> Target:
    """A named machine, on one thread."""
    return with_instructions(cpu_target(name, 1))


def alone(made: Page, n: int, target: Target, path: Path) -> None:
    """One size in a database of its own."""
    started = time.perf_counter()
    solved = solve(product(n), target)
    program = solved.first
    middle = time.perf_counter()
    with Database.open(path, fingerprint(target)) as database:
        kept = record(solved.families, database)
        ended = time.perf_counter()
        keys = Keys()
        slabs = [slab for slab in solved.families if not isinstance(slab.base, SettleBase)]
        wrong = [slab.name for slab in slabs if database.get_slab(keys.of(slab)) != stored(slab)]
    ratio, size = kept.points / kept.boxes, path.stat().st_size / kept.points
    counts = (f"{kept.points}", f"{kept.boxes}", f"{ratio:.0f}", f"{size:.3f}")
    made.rows.append((f"{n}", *counts, f"{middle - started:.2f} s", f"{ended - middle:.2f} s"))
    made.checks.append(Check(f"{n} cubed: families that differ when read back", len(wrong), 0.0))
    if n == CHECKED:
        made.checks.append(Check(f"{n} cubed: points per box", ratio, BOX_POINTS, True))
        made.checks.append(Check(f"{n} cubed: bytes on disk per point", size, POINT_BYTES))
    made.record[f"{n}"] = {
        "points": kept.points,
        "boxes": kept.boxes,
        "bytes": path.stat().st_size,
        "search": middle - started,
        "store": ended - middle,
        "cycles": program.cost,
    }


def together(made: Page, sizes: Sequence[int], target: Target, path: Path) -> None:
    """All sizes in one database, and what it answers besides."""
    families = new = 0
    seconds = []
    with Database.open(path, fingerprint(target)) as database:
        for n in sizes:
            kept = record(solve(product(n), target).families, database)
            families, new = families + kept.families, new + kept.new
            started = time.perf_counter()
            adds = replace(product(n), start=Start.VALUE)
            answer = Scheduler(target, database).plan(adds)
            if answer.statistics.stopped == RECALLED:
                seconds.append(time.perf_counter() - started)
        said = database.statistics()
    made.remarks += [
        f"{len(sizes)} sizes in one database: {families - new} of {families} families were there"
        f" already; {said.points} points, {said.points_per_box:.0f} per box,"
        f" {said.file_bytes / 1024:.0f} KiB",
        f"{len(seconds)} of {len(sizes)} products that are added to what the output holds were"
        f" answered from decisions alone, in {max(seconds, default=0.0):.2f} s at most",
    ]


def product(n: int) -> Spec:
    """C[m, n] from A[m, k] and B[k, n], all of one size."""
    kinds = {"m": Kind.PARALLEL, "n": Kind.PARALLEL, "k": Kind.REDUCTION}
    place = Placement("mem", row_major(2))

    def operand(name: str, axes: str) -> Operand:
        return Operand(name, F32, tuple(map(Linear.var, axes)), (n, n), place)

    return Spec(
        tuple(Axis(a, kind, n) for a, kind in kinds.items()),
        (operand("A", "mk"), operand("B", "kn")),
        operand("C", "mn"),
        Apply("arith.mulf", (Arg(0, F32), Arg(1, F32)), F32),
        "arith.addf",
    )
