"""`python -m bench calibrate`: fit the cost model's coefficients to this machine.

`--measure N` times N random schedules of every product below and adds them to the file of rows, as
schedules and cycles: what the terms of the cost model are in them is computed when they are fitted,
so rows stay good when the model changes. `--near N` adds as many that are perhaps the best: what
the search finds with coefficients drawn near the present ones. The fit has non-negative
coefficients of least relative squared error; `--refine TRIES` walks from the present ones instead,
towards those that choose the fastest programs (`refine.py`). `--costs` writes a file of them.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from bench import page, terms
from bench.draw import draws
from bench.fit import Fit, fit, spearman
from bench.page import Page
from bench.peers.base import Unsupported, library
from bench.program import Bench, goal
from bench.refine import Group, refine
from bench.suite.search import BF16, F32, U8I8, Sizes, Types, cube, label, product
from bench.workload import Workload

PRODUCTS: tuple[tuple[Types, Sizes], ...] = (
    *((F32, sizes) for sizes in cube(64, 100, 200, 300, 512, 1024)),
    (F32, (35, 700, 2048)),
    (F32, (6, 16384, 2048)),
    (F32, (2048, 48, 2048)),
    *((BF16, sizes) for sizes in cube(128, 512)),
    *((U8I8, sizes) for sizes in cube(128, 512)),
)
"""Sizes m x n x k: in every cache and beyond, with every kind of instruction."""

TRIES = 2
"""Draws of coefficients for each schedule that is wanted."""


def configure(made: argparse.ArgumentParser) -> None:
    """The command's options."""
    page.configure(made)
    made.add_argument("--rows", type=Path, required=True, help="the file of measured programs")
    made.add_argument("--measure", type=int, default=0, metavar="N", help="add N per product")
    made.add_argument("--near", type=int, default=0, metavar="N", help="add N near the best")
    made.add_argument("--refine", type=int, default=0, metavar="TRIES", help="no least squares")
    made.add_argument("--rounds", type=int, default=3, help="turns of every program")
    made.add_argument("--seed", type=int, default=0, help="of the random schedules")
    made.add_argument("--costs", type=Path, metavar="OUT", help="write the coefficients here")
    made.add_argument("--pin", action="store_true", help="hold `fixed` at one")


def main(options: argparse.Namespace) -> int:
    """Measure if asked, fit, publish."""
    rows = json.loads(options.rows.read_text()) if options.rows.exists() else []
    try:
        bench = Bench(options.cpu)
        if options.measure or options.near:
            for row in measured(bench, options):
                rows.append(row)
                options.rows.write_text(json.dumps(rows, indent=1) + "\n")
        if not rows:
            print(f"calibrate: {options.rows} has no rows; add some with --measure N")
            return 2
        made = fitted(bench, rows, options)
    except (Unsupported, ImportError) as reason:
        print(f"calibrate: {reason}")
        return 1
    page.publish(made, options)
    if options.costs:
        options.costs.write_text(json.dumps(made.record["costs"], indent=2) + "\n")
    return 0


def measured(bench: Bench, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Rows: a product, a schedule, and what it takes."""
    for kinds, sizes in PRODUCTS:
        workload = _workload(kinds, sizes)
        spec = goal(workload, bench.target)
        drawn = draws(workload, spec, bench.target, options.seed)
        texts = [text for text, _ in islice(drawn, options.measure)]
        near = nearby(spec, bench.target, options.near, options.seed)
        texts += near
        timings = bench.timed(bench.compiled(workload, texts), options.rounds, options.seed)
        for number, (text, timing) in enumerate(zip(texts, timings, strict=True)):
            yield {
                "types": kinds,
                "sizes": sizes,
                "schedule": text,
                "seconds": timing.seconds,
                "cycles": timing.cycles,
                "near": number >= len(texts) - len(near),
            }


def nearby(spec: Any, target: Any, count: int, seed: int) -> list[str]:
    """Up to so many schedules that differ: the best by the target's coefficients and by others."""
    solve, r = library("morello_mlir.search.solver").solve, random.Random(seed)
    found: dict[str, None] = {}
    for number in range(TRIES * count):
        costs = terms.drawn(target.costs, r) if number else target.costs
        found[str(solve(spec, terms.with_costs(target, costs)).schedule)] = None
        if len(found) == count:
            break
    return list(found)


def fitted(bench: Bench, rows: Sequence[dict[str, Any]], options: argparse.Namespace) -> Page:
    """The page of a fit: every row predicted and measured, and every coefficient."""
    from morello_mlir.schedule import parse

    specs: dict[str, Any] = {}
    counted, names = [], []
    for row in rows:
        workload = _workload(tuple(row["types"]), tuple(row["sizes"]))
        if workload.name not in specs:
            specs[workload.name] = goal(workload, bench.target)
        impl = parse(row["schedule"]).apply(specs[workload.name], bench.target)
        counted.append(terms.counts(impl, bench.target))
        names.append(workload.name)
    cycles = [row["cycles"] for row in rows]
    before = terms.coefficients(bench.target.costs)
    guess = [sum(n * before.get(term, 1.0) for term, n in each.items()) for each in counted]
    if options.refine:
        result = refined(rows, counted, before, options)
    else:
        result = fit(counted, cycles, {terms.FIXED: 1.0} if options.pin else {})
    made = Page(("program", "schedule", "cycles", "fit/measured", "before/measured"))
    for name, row, old, new in zip(names, rows, guess, result.predicted, strict=True):
        line = "; ".join(each.strip() for each in row["schedule"].strip().splitlines())
        actual = row["cycles"]
        cells = (name, line, f"{actual:.0f}", f"{new / actual:.2f}", f"{old / actual:.2f}")
        made.rows.append(cells)
    made.remarks += _remarks(result, before, names, cycles)
    about = f"Cycles; fitted by bench/calibrate.py on {len(rows)} programs."
    made.record = {
        "costs": {"about": about, **terms.table(bench.target.costs, result.coefficients)},
        "fit": asdict(result),
        "rows": [{**row, "counts": each} for row, each in zip(rows, counted, strict=True)],
    }
    return made


def refined(
    rows: Sequence[dict[str, Any]],
    counted: Sequence[dict[str, float]],
    before: dict[str, float],
    options: argparse.Namespace,
) -> Fit:
    """A walk from the present coefficients, by programs near the best and random ones."""
    groups: dict[tuple[str, bool], list[int]] = {}
    for i, row in enumerate(rows):
        name = _workload(tuple(row["types"]), tuple(row["sizes"])).name
        groups.setdefault((name, row.get("near", False)), []).append(i)
    cycles = [row["cycles"] for row in rows]
    made = [
        Group([counted[i] for i in chosen], [cycles[i] for i in chosen], near)
        for (_, near), chosen in groups.items()
    ]
    occur = {term for each in counted for term in each}
    free = [
        term
        for term, value in before.items()
        if value and term in occur and term.partition(".")[0] not in terms.NOT_LINEAR
    ]
    start = {terms.FIXED: 1.0, **before}
    return Fit.of(refine(made, start, free, options.refine, options.seed), counted, cycles)


def _remarks(
    result: Fit, before: dict[str, float], names: Sequence[str], cycles: Sequence[float]
) -> Iterator[str]:
    yield (
        f"all rows: Spearman {result.spearman:.3f}, R2 of the logarithms {result.r2:.3f}, "
        f"median relative error {result.error:.1%}"
    )
    for name in dict.fromkeys(names):
        chosen = [i for i, each in enumerate(names) if each == name]
        number = spearman([result.predicted[i] for i in chosen], [cycles[i] for i in chosen])
        yield f"{name}: Spearman {number:.3f} of {len(chosen)}"
    for term, value in sorted(result.coefficients.items()):
        yield f"{term}: {value:.4g}, before {before.get(term, 1.0):.4g}"


def _workload(kinds: Types, sizes: Sizes) -> Workload:
    return product(f"{'-'.join(kinds)} {label(sizes)}", sizes, kinds, (), (), ".*")
