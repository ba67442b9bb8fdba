"""Extraction: from a solved node to its programs, the cheapest first.

The edges of a solved space form an AND-OR graph. `Extraction` enumerates a node's programs lazily
in the order of cost: the k-th best of an edge takes a better-ranked program for every part but one.
Programs that differ only in the order of neighbouring moves to caches are one program. Read next:
`solver.py`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..schedule import Schedule, parse
from .slab import Edge, Node

Key = tuple[int, int, tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Program:
    """A choice of one edge and of one program per part."""

    cost: float
    edge: Edge
    parts: tuple[Program, ...]

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
            owns = ("fill",) if text == "accumulate" else ("load", "store", "combine", "rest")
            for label in owns:
                if text and label in branches:
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


@dataclass
class Extraction:
    """Programs by node and rank; the same node is worked out once."""

    ranked: dict[Key, _Ranked] = field(default_factory=dict)
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
        state.found.append(Program(best.cost, best.edge, tuple(parts)))
        for i in range(len(best.ranks)):
            ranks = (*best.ranks[:i], best.ranks[i] + 1, *best.ranks[i + 1 :])
            self._push(state, best.number, best.edge, ranks)
