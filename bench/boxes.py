"""`python -m bench boxes`: what solved families take in the memo table, and how much serves again.

Solves f32 products in this process, each with a fresh database, and reads every family back, point
by point. Then many sizes go into one database: how many families were there already, and which
goals are answered from decisions alone (the same products, added to what the output holds).
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from bench import page
from bench.page import Page

SIZES = (64, 100, 512, 1000, 1024)
MANY = tuple(range(100, 1001, 100))
HEADER = ("cubed", "points", "boxes", "points per box", "bytes per point", "search", "store")


def configure(made: argparse.ArgumentParser) -> None:
    """The command's options."""
    page.configure(made)
    made.add_argument("--target", default="skylake-avx512", help="what is solved for")
    made.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="of square products")
    made.add_argument("--many", type=int, nargs="*", default=MANY, help="those in one database")


def main(options: argparse.Namespace) -> int:
    """Measure and publish."""
    from bench import stored  # loads the compiler, which other commands do without

    os.sched_setaffinity(0, {options.cpu})
    target = stored.machine(options.target)
    made = Page(HEADER)
    with tempfile.TemporaryDirectory(prefix="morello-boxes-") as folder:
        for n in options.sizes:
            stored.alone(made, n, target, Path(folder) / f"{n}.db")
        if options.many:
            stored.together(made, options.many, target, Path(folder) / "many.db")
    page.publish(made, options)
    return 0
