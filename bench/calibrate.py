"""`python -m bench calibrate`: fit the cost model's coefficients to this machine.

`--measure N` times N random schedules of every product below and adds them to the file of rows, as
schedules and cycles: what the terms of the cost model are in them is computed when they are fitted,
so rows stay good when the model changes. The fit has non-negative coefficients of least relative
squared error. `--costs` leaves them in the form of a file of coefficients.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from bench import page, terms
from bench.draw import draws
from bench.fit import Fit, fit, spearman
from bench.page import Page
from bench.peers.base import Unsupported
from bench.program import Bench, goal
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


def configure(made: argparse.ArgumentParser) -> None:
    """The command's options."""
    page.configure(made)
    made.add_argument("--rows", type=Path, required=True, help="the file of measured programs")
    made.add_argument("--measure", type=int, default=0, metavar="N", help="add N per product")
    made.add_argument("--rounds", type=int, default=3, help="turns of every program")
    made.add_argument("--seed", type=int, default=0, help="of the random schedules")
    made.add_argument("--costs", type=Path, metavar="OUT", help="write the coefficients here")
    made.add_argument("--pin", action="store_true", help="hold `fixed` at one")


def main(options: argparse.Namespace) -> int:
    """Measure if asked, fit, publish."""
    rows = json.loads(options.rows.read_text()) if options.rows.exists() else []
    try:
        bench = Bench(options.cpu)
        if options.measure:
            for row in measured(bench, options):
                rows.append(row)
                options.rows.write_text(json.dumps(rows, indent=1) + "\n")
        if not rows:
            print(f"calibrate: {options.rows} has no rows; add some with --measure N")
            return 2
        made = fitted(bench, rows, {terms.FIXED: 1.0} if options.pin else {})
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
        drawn = draws(workload, goal(workload, bench.target), bench.target, options.seed)
        texts = [text for text, _ in islice(drawn, options.measure)]
        timings = bench.timed(bench.compiled(workload, texts), options.rounds, options.seed)
        for text, timing in zip(texts, timings, strict=True):
            yield {
                "types": kinds,
                "sizes": sizes,
                "schedule": text,
                "seconds": timing.seconds,
                "cycles": timing.cycles,
            }


def fitted(bench: Bench, rows: Sequence[dict[str, Any]], pinned: dict[str, float]) -> Page:
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
    result = fit(counted, cycles, pinned)
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
