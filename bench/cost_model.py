"""`python -m bench cost-model`: does the predicted cost order programs as the clock does?

Random schedules (`draw.py`) of one product are priced and timed; the number is Spearman's rank
correlation. Then the search's own: its cheapest schedule by cost against the fastest of its k best.
The table has the random ones by fifths, from fast to slow, and the search's; the record has each.
"""

from __future__ import annotations

import argparse
import importlib
from itertools import islice
from statistics import median
from typing import Any

from bench import page
from bench.draw import draws
from bench.fit import spearman
from bench.page import Check, Page
from bench.peers.base import Unsupported, library
from bench.program import Bench, Timing, goal
from bench.suite.search import F32, product
from bench.workload import Workload

SPEARMAN = 0.85
WITHIN = 1.05
FIFTHS = 5


def configure(made: argparse.ArgumentParser) -> None:
    """The command's options."""
    page.configure(made)
    made.add_argument("--size", type=int, default=512, help="of the product, cubed")
    made.add_argument("--schedules", type=int, default=100, help="random schedules to time")
    made.add_argument("--k", type=int, default=32, help="schedules of the search to time; 0: none")
    made.add_argument("--rounds", type=int, default=3, help="turns of every schedule")
    made.add_argument("--seed", type=int, default=0, help="of the random schedules")


def main(options: argparse.Namespace) -> int:
    """Measure and publish."""
    workload = product("product", (options.size,) * 3, F32, (), (), ".*")
    made = Page(("schedules", "cycles", "predicted/measured", "the least", "the most"))
    try:
        bench = Bench(options.cpu)
        spec = goal(workload, bench.target)
        _random(made, bench, workload, spec, options)
        if options.k:
            _best(made, bench, workload, spec, options)
    except Unsupported as reason:
        print(f"cost-model: {reason}")
        return 1
    page.publish(made, options)
    return 0


def _random(
    made: Page, bench: Bench, workload: Workload, spec: Any, options: argparse.Namespace
) -> None:
    drawn = draws(workload, spec, bench.target, options.seed)
    found = list(islice(drawn, options.schedules))
    texts = [text for text, _ in found]
    predicted = [_price(bench, impl) for _, impl in found]
    timings = bench.timed(bench.compiled(workload, texts), options.rounds, options.seed)
    measured = [each.cycles for each in timings]
    made.record["random"] = kept = _listed(texts, predicted, timings)
    for fifth in range(FIFTHS):
        begin, end = (len(kept) * each // FIFTHS for each in (fifth, fifth + 1))
        _row(made, f"random, {begin + 1} to {end} of {len(kept)}", kept[begin:end])
    number = spearman(predicted, measured)
    what = f"rank correlation of {len(texts)} random schedules"
    made.checks.append(Check(what, number, SPEARMAN, at_least=True))


def _best(
    made: Page, bench: Bench, workload: Workload, spec: Any, options: argparse.Namespace
) -> None:
    what = f"the cheapest's time over the best of {options.k}"
    solver = library("morello_mlir.search.solver")
    schedules = [each for _, each in solver.solve(spec, bench.target).ranked(options.k)]
    texts = [str(each) for each in schedules]
    predicted = [_price(bench, each.apply(spec, bench.target)) for each in schedules]
    timings = bench.timed(bench.compiled(workload, texts), options.rounds, options.seed)
    made.record["k_best"] = kept = _listed(texts, predicted, timings)
    _row(made, f"the {len(kept)} best of the search", kept)
    measured = [each.cycles for each in timings]
    made.checks.append(Check(what, measured[0] / min(measured), WITHIN))


def _price(bench: Bench, impl: Any) -> float:
    cycles: float = importlib.import_module("morello_mlir.price").price(impl, bench.target).cycles
    return cycles


def _listed(
    texts: list[str], predicted: list[float], timings: list[Timing]
) -> list[dict[str, Any]]:
    """Schedules from fast to slow."""
    rows = sorted(zip(texts, predicted, timings, strict=True), key=lambda row: row[2].cycles)
    return [
        {"schedule": text, "predicted": guess, "cycles": timing.cycles, "seconds": timing.seconds}
        for text, guess, timing in rows
    ]


def _row(made: Page, name: str, kept: list[dict[str, Any]]) -> None:
    """How far predictions are off: in the middle and at the ends."""
    if kept:
        ratios = [each["predicted"] / each["cycles"] for each in kept]
        said = (f"{each:.2f}" for each in (median(ratios), min(ratios), max(ratios)))
        cycles = f"{kept[0]['cycles']:.3g} to {kept[-1]['cycles']:.3g}"
        made.rows.append((name, cycles, *said))
