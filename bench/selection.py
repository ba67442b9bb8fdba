"""`python -m bench selection`: what it is worth to choose instructions together with all else.

Each op is scheduled three times: with the first mapping in the order of the library, with the one
of the least bound, and with the one that the dynamic program prefers. Printed are the predicted
cycles of the first two over those of the third, and the same of measured times: the three programs
in turns on one thread, each by its best turn.
"""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import dataclass

import morello_mlir
from bench import page
from bench.page import Page
from morello_mlir.passes.base import Report
from morello_mlir.passes.goals import goals_of, target_of
from morello_mlir.passes.source import new_context, read_module
from morello_mlir.runtime.contest import contest
from morello_mlir.search.scheduler import Answer, Scheduler
from morello_mlir.search.selection import SELECTIONS

PRODUCT = {
    "f32": ("f32", "f32", "f32", "arith.mulf %x, %y : f32", "arith.addf %z, %p : f32"),
    "bf16": (
        "bf16",
        "bf16",
        "f32",
        "arith.extf %x : bf16 to f32\n%v = arith.extf %y : bf16 to f32\n"
        "%p = arith.mulf %u, %v : f32",
        "arith.addf %z, %p : f32",
    ),
    "u8": (
        "i8",
        "i8",
        "i32",
        "arith.extui %x : i8 to i32\n%v = arith.extsi %y : i8 to i32\n%p = arith.muli %u, %v : i32",
        "arith.addi %z, %p : i32",
    ),
}


@dataclass(frozen=True)
class Op:
    """A sum of products: who is indexed by what, the extents of the axes, the types."""

    name: str
    maps: tuple[str, str, str]
    extents: dict[str, int]
    types: str = "f32"

    @property
    def text(self) -> str:
        """The op in a function of its own."""
        *kinds, product, total = PRODUCT[self.types]
        axes = ", ".join(self.extents)
        written = self.maps[-1]
        iterators = ", ".join('"parallel"' if a in written else '"reduction"' for a in self.extents)
        maps = ", ".join(f"affine_map<({axes}) -> ({m})>" for m in self.maps)
        memrefs = [self._memref(m, k) for m, k in zip(self.maps, kinds, strict=True)]
        first = "%p" if self.types == "f32" else "%u"
        return f"""func.func @op(%a: {memrefs[0]}, %b: {memrefs[1]}, %c: {memrefs[2]}) {{
  linalg.generic {{indexing_maps = [{maps}], iterator_types = [{iterators}]}}
      ins(%a, %b : {memrefs[0]}, {memrefs[1]}) outs(%c : {memrefs[2]}) {{
  ^bb0(%x: {kinds[0]}, %y: {kinds[1]}, %z: {kinds[2]}):
    {first} = {product}
    %s = {total}
    linalg.yield %s : {kinds[2]}
  }}
  return
}}"""

    def _memref(self, indices: str, kind: str) -> str:
        last = {a: e - 1 for a, e in self.extents.items()}
        sizes = [1 + eval(i, {}, last) for i in indices.split(", ")]  # indices are written above
        return f"memref<{'x'.join(map(str, sizes))}x{kind}>"


def matmul(m: int, n: int, k: int) -> dict[str, int]:
    """The extents of a product."""
    return {"m": m, "n": n, "k": k}


LAYER = {"y": 28, "x": 28, "f": 64, "u": 3, "v": 3, "c": 64}
OPS = (
    Op("product", ("m, k", "k, n", "m, n"), matmul(512, 512, 512)),
    Op("few columns", ("m, k", "k, n", "m, n"), matmul(512, 5, 512)),
    Op("result turned", ("m, k", "k, n", "n, m"), matmul(256, 256, 256)),
    Op("bf16 product", ("m, k", "k, n", "m, n"), matmul(256, 256, 256), "bf16"),
    Op("byte product", ("m, k", "k, n", "m, n"), matmul(256, 256, 256), "u8"),
    Op("byte product, few terms", ("m, k", "k, n", "m, n"), matmul(512, 512, 5), "u8"),
    Op("row by matrix of rows", ("m, k", "k", "m"), {"m": 1024, "k": 1024}),
    Op("convolution", ("y + u, x + v, c", "u, v, c, f", "y, x, f"), LAYER),
    Op("convolution, channels first", ("c, y + u, x + v", "f, c, u, v", "f, y, x"), LAYER),
    Op(
        "depthwise convolution",
        ("y + u, x + v, c", "u, v, c", "y, x, c"),
        {"y": 56, "x": 56, "c": 64, "u": 3, "v": 3},
    ),
    Op(
        "contraction",
        ("a, b, c, d", "c, d, e, f", "a, b, e, f"),
        {"a": 16, "b": 24, "c": 16, "d": 12, "e": 20, "f": 8},
    ),
)


def configure(made: argparse.ArgumentParser) -> None:
    """The options of the command."""
    page.configure(made)
    made.add_argument("--only", metavar="REGEX", default="", help="ops whose name has it")


def main(options: argparse.Namespace) -> int:
    """Schedule, measure, print, and give the exit code."""
    os.sched_setaffinity(0, {options.cpu})
    others = SELECTIONS[:-1]
    header = ("op", *(f"{how}, {what}" for how in others for what in ("predicted", "measured")))
    made = Page((*header, "first", "dp"))
    for op in OPS:
        if re.search(options.only, op.name):
            _add(made, op)
    made.remarks.append("cycles or time over those of dp: above 1, the joint choice is better")
    page.publish(made, options)
    return 0


def _add(made: Page, op: Op) -> None:
    """The row of an op."""
    answers = [answer(op, how) for how in SELECTIONS]
    texts = [str(a.schedule) for a in answers]
    kernels = {t: morello_mlir.compile(op.text, schedule=t) for t in dict.fromkeys(texts)}
    seconds = dict(zip(kernels, contest([k["op"] for k in kernels.values()]).seconds, strict=True))
    cells = []
    for each, text in zip(answers[:-1], texts, strict=False):
        cells.append(f"{each.cycles[0] / answers[-1].cycles[0]:.2f}")
        cells.append(f"{seconds[text] / seconds[texts[-1]]:.2f}")
    made.rows.append((op.name, *cells, *(_instruction(t) for t in (texts[0], texts[-1]))))
    made.record[op.name] = {
        how: {"cycles": a.cycles[0], "seconds": seconds[t], "mapping": a.statistics.mapping}
        for how, a, t in zip(SELECTIONS, answers, texts, strict=True)
    }


def answer(op: Op, how: str) -> Answer:
    """What the search finds for an op on this machine, with a selection."""
    with new_context():
        report = Report()
        target = target_of("native", "", 1, report)
        (goal,) = goals_of(read_module(op.text, report), target, report, strict=True)
        return Scheduler(target, select=how).plan(goal.spec)


def _instruction(schedule: str) -> str:
    """The last instruction of a schedule's main line."""
    return schedule.strip().splitlines()[-1].split()[-1]
