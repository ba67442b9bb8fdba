"""Campaigns: many seeds on all processors, with what went wrong printed as it comes.

Scripts in `test/property/` that are run by hand begin with an attempt at one seed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

Attempt = Callable[[int, str], str]
"""What went wrong with a seed on a target, or nothing."""


def campaign(attempt: Attempt, count: int, first: int, name: str, chunk: int) -> int:
    """Run the draws, `chunk` at a time on each processor; the exit code."""
    failures = 0
    seeds = range(first, first + count)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(attempt, seeds, [name] * count, chunksize=chunk)
        for done, failure in enumerate(results, 1):
            if failure:
                failures += 1
                print(failure, flush=True)
            if done % (10 * chunk) == 0:
                print(f"{done} of {count}, {failures} failed", flush=True)
    print(f"{count} draws for {name}, {failures} failed")
    return 1 if failures else 0
