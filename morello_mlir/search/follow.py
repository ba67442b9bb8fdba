"""Following: from decisions to a program, without any search and without any costs.

A point's code says which edge to take, and the edge leads to points again. What is inside a loop
may only use loops that were closed before; where a later one would cost less, the code says that
one, and what comes before is hidden. That is rare. A solved space then finds it from costs; with
stored decisions alone it is a `HiddenError`. Read next: `families.py`.
"""

from __future__ import annotations

from .extract import Extraction, Program
from .slab import HiddenError, Node, Point

Known = dict[tuple[int, int, Point], Program | None]


def follow(node: Node, extraction: Extraction) -> Program | None:
    """The program that the decisions say; None where there is none."""
    return _follow(node, extraction, {})


def _follow(node: Node, extraction: Extraction, known: Known) -> Program | None:
    slab, point = node.slab, node.slab.fitted(node.point)
    key = (id(slab), node.stage, point)
    if key not in known:
        try:
            edge = slab.chosen(node.stage, point)
        except HiddenError:
            if slab.memo is not None:
                raise
            known[key] = extraction.best(node)
            return known[key]
        if edge is None:
            known[key] = None
            return None
        programs = [_follow(part.node, extraction, known) for part in edge.parts]
        parts = tuple(p for p in programs if p is not None)
        assert len(parts) == len(programs), "a decision that leads nowhere"
        pairs = zip(edge.parts, parts, strict=True)
        cost = edge.own + sum(part.cost_of(p.cost) for part, p in pairs)
        known[key] = Program(cost, edge, parts, extraction.code_of(edge, parts))
    return known[key]
