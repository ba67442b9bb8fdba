"""`python -m bench cost-model`: does the predicted cost order programs as the clock does?

Random schedules (`draw.py`) of one product are priced and timed; the number is Spearman's rank
correlation. Then the search's own: its cheapest schedule by cost against the fastest of its k best.
"""

from __future__ import annotations

import argparse
import importlib
from itertools import islice
from typing import Any

from bench import page
from bench.draw import draws
from bench.fit import spearman
from bench.page import Check, Page
from bench.peers.base import Unsupported
from bench.program import Bench, Timing, goal
from bench.suite.search import F32, product
from bench.workload import Workload

SPEARMAN = 0.85
WITHIN = 1.05


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
    made = Page(("schedule", "predicted cycles", "cycles", "predicted/measured"))
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
    made.record["random"] = _listed(made, texts, predicted, timings)
    number = spearman(predicted, measured)
    what = f"rank correlation of {len(texts)} random schedules"
    made.checks.append(Check(what, number, SPEARMAN, at_least=True))


def _best(
    made: Page, bench: Bench, workload: Workload, spec: Any, options: argparse.Namespace
) -> None:
    what = f"the cheapest's time over the best of {options.k}"
    try:
        k_best = importlib.import_module("morello_mlir.search").k_best
    except (ImportError, AttributeError) as error:
        made.checks.append(Check(what, None, WITHIN, reason=f"no search: {error}"))
        return
    schedules = k_best(spec, bench.target, options.k)
    texts = [str(each) for each in schedules]
    predicted = [_price(bench, each.apply(spec, bench.target)) for each in schedules]
    timings = bench.timed(bench.compiled(workload, texts), options.rounds, options.seed)
    made.record["k_best"] = _listed(made, texts, predicted, timings)
    measured = [each.cycles for each in timings]
    made.checks.append(Check(what, measured[0] / min(measured), WITHIN))


def _price(bench: Bench, impl: Any) -> float:
    cycles: float = importlib.import_module("morello_mlir.price").price(impl, bench.target).cycles
    return cycles


def _listed(
    made: Page, texts: list[str], predicted: list[float], timings: list[Timing]
) -> list[dict[str, Any]]:
    """Rows from fast to slow, and the same for the record."""
    rows = zip(texts, predicted, timings, strict=True)
    kept = []
    for text, guess, timing in sorted(rows, key=lambda row: row[2].cycles):
        cycles = timing.cycles
        line = "; ".join(each.strip() for each in text.strip().splitlines())
        made.rows.append((line, f"{guess:.0f}", f"{cycles:.0f}", f"{guess / cycles:.2f}"))
        kept.append(
            {"schedule": text, "predicted": guess, "cycles": cycles, "seconds": timing.seconds}
        )
    return kept
