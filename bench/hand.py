"""Schedules as a person would write them, by the rule behind `examples/schedules`, for any size.

A tile of C in registers; all of k at once where a block of B that deep stays in L2, else pieces of
it; the block packed in the order in which the inner loop reads it. Small matrices are left where
they are as well. Which of these is best for a size is for measurement to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from bench.peers.base import Unsupported, dtypes
from bench.workload import Workload

DEPTH = 512
"""How much of k is taken at once where all of it is too much."""
FEW_ROWS = 64
"""Too few to make up for packing B."""
L2_PART = 0.375
"""The part of L2 that a block of B may take."""


@dataclass(frozen=True)
class Kind:
    """An instruction: how many k it adds up at once, and its register tiles."""

    instruction: str
    group: int
    bytes: int
    tiles: tuple[tuple[int, int], ...]


KINDS = {
    "f32,f32->f32": Kind("fma_f32x16", 1, 4, ((6, 64), (8, 48), (12, 32), (14, 32))),
    "bf16,bf16->f32": Kind("dot2_bf16_f32x16", 2, 2, ((6, 64), (8, 48), (12, 32))),
    "u8,i8->i32": Kind("dot4_u8s8_i32x16", 4, 1, ((6, 64), (8, 48), (12, 32))),
}


def schedules(workload: Workload, threads: int, l2: int) -> dict[str, str]:
    """Candidates by name for a product; `l2` is the bytes of that cache."""
    kind = KINDS.get(dtypes(workload))
    (m, k), n = workload.inputs[0].shape, workload.inputs[1].shape[-1]
    if kind is None or workload.op != "matmul" or workload.packs or n < 16:
        raise Unsupported("no rule for schedules by hand for this op")
    made = {}
    for tile in kind.tiles:
        name = f"{tile[0]}x{tile[1]}"
        made[f"{name} packed"] = _packed(kind, (m, n, k), tile, threads, l2)
        if kind.group == 1 and (n * k * kind.bytes <= l2 or m <= FEW_ROWS):
            lines = _tile("n", tile[1], n, threads) if threads > 1 else []
            made[name] = "\n".join([*lines, *_inner(kind, (m, n, k), tile)]) + "\n"
    return made


def _packed(
    kind: Kind, sizes: tuple[int, int, int], tile: tuple[int, int], threads: int, l2: int
) -> str:
    """A block of B in L2; two tiles' rows of A meet it (four where k is cut), then the next."""
    (m, n, k), (rows, columns) = sizes, tile
    budget = int(l2 * L2_PART)
    depth = k if 2 * columns * k * kind.bytes <= budget else min(k, DEPTH)
    widest = max(1, budget // (depth * kind.bytes * columns)) * columns
    blocks = ceil(ceil(n / widest) / threads) * threads
    width = min(widest, ceil(ceil(n / blocks) / columns) * columns)
    panel = f"[n/{columns}][k][{columns}n]"
    if kind.group > 1:
        panel = f"[n/{columns}][k/{kind.group}][{columns}n][{kind.group}k]"
    tall = (2 if depth == k else 4) * rows
    load = [*_tile("k", kind.group if kind.group > 1 else 4, depth)]
    load += _tile("n", columns, width)
    load += ["tile k 1 unrolled"] if kind.group == 1 and depth > 1 else []
    lines = [
        *_tile("k", depth, k),
        *_tile("n", width, n, threads),
        f"move B L2 {panel}",
        "  load {",
        *(f"    {each}" for each in [*load, "finish"]),
        "  }",
        *_tile("m", tall, m),
        *_inner(kind, (min(tall, m), min(width, n), depth), tile),
    ]
    return "\n".join(lines) + "\n"


def _inner(kind: Kind, sizes: Sequence[int], tile: tuple[int, int]) -> Iterator[str]:
    """From blocks in a cache to one instruction."""
    (m, n, k), (rows, columns) = sizes, tile
    yield from _tile("n", columns, n)
    yield from _tile("m", rows, m)
    yield "move C reg [m][n/16]<16n>"
    yield "accumulate"
    yield from _tile("k", kind.group, k)
    group = kind.group
    grouped = f"[k/{group}][n/16]<16n {group}k>"
    yield f"move B reg {grouped if group > 1 else '[k][n/16]<16n>'}"
    yield from _tile("m", 1, min(rows, m))
    yield from _tile("n", 16, min(columns, n))
    yield f"select {kind.instruction}"


def _tile(axis: str, size: int, extent: int, threads: int = 1) -> list[str]:
    """A line, unless the tile would be all there is."""
    if size >= extent:
        return []
    return [f"tile {axis} {size}" + (" parallel" if threads > 1 else "")]
