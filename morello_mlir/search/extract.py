"""Extraction: from a solved node to its programs, the cheapest first.

The edges of a solved space form an AND-OR graph. `Extraction` enumerates a node's programs lazily
in the order of cost: the k-th best of an edge takes a better-ranked program for every part but one.
Of programs whose code is the same only the cheapest is kept, at every node: moves to a cache that
do not pack say where data count as used, but make no code. Read next: `solver.py`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ..memory import LEVELS, REG
from ..schedule import Schedule, parse
from .slab import Edge, Node

Key = tuple[int, int, tuple[int, ...]]

OWNS = {
    "accumulate": ("fill",),
    "move": ("load", "store", "combine"),
    "unfold": ("load",),
    "tile": ("rest",),
    "cut": ("rest",),
    "split_reduction": ("rest", "combine"),
    "stage": ("before", "after"),
}
"""How the labels begin of those children, other than `main`, that an Action has."""


@dataclass(frozen=True, eq=False)
class Program:
    """A choice of one edge and of one program per part; equal numbers stand for equal code."""

    cost: float
    edge: Edge
    parts: tuple[Program, ...]
    code: int

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The schedule's lines."""
        pad = "  " * depth
        *before, last = self.edge.action.split("; ") if self.edge.action else [""]
        branches: dict[str, list[str]] = {}
        main: Program | None = None
        for part, program in zip(self.edge.parts, self.parts, strict=True):
            if part.label == "main":
                main = program
            else:
                branches[part.label] = list(program.lines(depth + 2))
        for text in (*before, last):
            if text:
                yield pad + text
            for label in branches:
                if label.startswith(OWNS.get(text.partition(" ")[0], ())):
                    yield f"{pad}  {label} {{"
                    yield from branches[label]
                    yield f"{pad}  }}"
        if main is not None:
            yield from main.lines(depth)

    def schedule(self) -> Schedule:
        """The program as a schedule."""
        return parse("\n".join(self.lines()))


@dataclass(order=True)
class _Candidate:
    cost: float
    number: int
    edge: Edge = field(compare=False)
    ranks: tuple[int, ...] = field(compare=False)


@dataclass
class _Ranked:
    """The programs of a node found so far, and the candidates for the next one."""

    found: list[Program] = field(default_factory=list)
    heap: list[_Candidate] = field(default_factory=list)
    seen: set[tuple[int, tuple[int, ...]]] = field(default_factory=set)
    codes: set[int] = field(default_factory=set)


@dataclass
class Extraction:
    """Programs by node and rank; the same node is worked out once.

    With `every`, programs whose code is the same are kept as well.
    """

    every: bool = False
    ranked: dict[Key, _Ranked] = field(default_factory=dict)
    codes: dict[object, int] = field(default_factory=dict)
    nodes: int = 0

    def best(self, node: Node) -> Program:
        """The cheapest program of a node; `LookupError` if it has none."""
        program = self.program(node, 0)
        if program is None:
            raise LookupError("no program")
        return program

    def program(self, node: Node, rank: int) -> Program | None:
        """The program of a rank, from 0; None if there are not so many."""
        state = self.ranked.get(node.key)
        if state is None:
            state = self.ranked[node.key] = _Ranked()
            self.nodes += 1
            for number, edge in enumerate(node.edges()):
                self._push(state, number, edge, (0,) * len(edge.parts))
        while len(state.found) <= rank and state.heap:
            self._pop(state)
        return state.found[rank] if rank < len(state.found) else None

    def _push(self, state: _Ranked, number: int, edge: Edge, ranks: tuple[int, ...]) -> None:
        if (number, ranks) in state.seen:
            return
        state.seen.add((number, ranks))
        cost = edge.own
        for part, rank in zip(edge.parts, ranks, strict=True):
            if rank == 0:
                cycles = part.node.cost
            else:
                program = self.program(part.node, rank)
                if program is None:
                    return
                cycles = program.cost
            cost += part.cost_of(cycles)
        if cost < float("inf"):
            heapq.heappush(state.heap, _Candidate(cost, number, edge, ranks))

    def _pop(self, state: _Ranked) -> None:
        best = heapq.heappop(state.heap)
        parts = []
        for part, rank in zip(best.edge.parts, best.ranks, strict=True):
            program = self.program(part.node, rank)
            assert program is not None
            parts.append(program)
        code = self.code_of(best.edge, parts)
        if self.every or code not in state.codes:
            state.codes.add(code)
            state.found.append(Program(best.cost, best.edge, tuple(parts), code))
        for i in range(len(best.ranks)):
            ranks = (*best.ranks[:i], best.ranks[i] + 1, *best.ranks[i + 1 :])
            self._push(state, best.number, best.edge, ranks)

    def code_of(self, edge: Edge, parts: Sequence[Program]) -> int:
        """The number of a program's code: what its Actions emit, and the parts' numbers."""
        text = emitted(edge.action)
        if not text and len(parts) == 1:
            return parts[0].code
        labels = (part.label for part in edge.parts)
        key = (text, *zip(labels, (p.code for p in parts), strict=True))
        return self.codes.setdefault(key, len(self.codes))


@lru_cache(maxsize=4096)
def emitted(actions: str) -> str:
    """The part of an edge's Actions that makes code: no cache's name, and no move without more.

    move A L2 -> nothing        move B L2 [n/16][k][16n] -> move B [n/16][k][16n]
    """
    kept = []
    for action in filter(None, actions.split("; ")):
        words = action.split()
        if words[0] == "move" and words[2] in LEVELS and words[2] != REG:
            if len(words) == 3:
                continue
            del words[2]
        kept.append(" ".join(words))
    return "; ".join(kept)
