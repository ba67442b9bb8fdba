"""DeepBench's inference products: A[m, k] B[k, n], where A are the weights and B the activations.

`deepbench-TYPES-MxNxK` are all sizes of its devices, `deepbench-server-*` those of its servers that
take no longer than a second: the rest is too large (`LARGEST_FLOPS`, `LARGEST_BYTES`). Bytes are
DeepBench's declared precision: 8-bit factors, sums in 32 bits. No weights are packed ahead of time,
since DeepBench counts that. As in `search.py`, rows of bytes and of bf16 are closed to AMX.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.suite.search import (
    BEST_PEER,
    BF16,
    BF16_DOT,
    DOT_PEERS,
    F32,
    F32_PEERS,
    FMA,
    OURS,
    U8I8,
    U8I8_DOT,
    Sizes,
    Types,
    held,
    label,
    product,
)
from bench.workload import Goal, Measure, Workload

DEVICE: tuple[Sizes, ...] = (
    (5124, 700, 2048),
    (35, 700, 2048),
    (3072, 1, 1024),
    (64, 1, 1216),
    (3072, 1500, 1024),
    (128, 1500, 1280),
    (3072, 1500, 128),
    (128, 1, 1024),
    (3072, 1, 128),
    (176, 1500, 1408),
    (4224, 1500, 176),
    (128, 1, 1408),
    (4224, 1, 128),
)
FEW, MANY = (1, 2, 4), (1500, 3000, 6000)
SERVER: tuple[Sizes, ...] = (
    *((m, n, k) for m in (5124, 35) for n in (700, 1500) for k in (2048, 2560)),
    *((m, n, k) for m, k in ((7680, 2560), (3072, 1024)) for n in FEW + MANY),
    *((m, n, 500000) for m in (512, 1024) for n in FEW),
    (1024, 700, 512),
    *((m, n, k) for m, k in ((6144, 2048), (4608, 1536), (8448, 2816)) for n in FEW + MANY),
    *((m, n, k) for m in (512, 1024) for n in MANY for k in (2816, 2048, 2560, 1536)),
    *((m, n, 512) for m in (512, 1024) for n in FEW),
)
"""All 75; those of the devices are among them."""

LARGEST_FLOPS, LARGEST_BYTES = 16e9, 256e6
"""What a row may be at most: so many operations, and so many bytes of weights in f32."""
MATRIX_VECTOR = 1.3
"""What a matrix times a vector must reach of the best peer."""
DEVICE_MEAN = 1.15
"""What the devices' sizes must reach of it in the geometric mean, for f32 and for bytes."""

FLOAT_PEERS = f"{OURS}|morello-hand|{F32_PEERS}|openvino|iree"
KINDS: tuple[tuple[str, Types, str, str, str], ...] = (
    ("f32", F32, FMA, FLOAT_PEERS, "native"),
    ("bf16", BF16, BF16_DOT, f"{OURS}|morello-hand|{DOT_PEERS}|iree", "avx512"),
    ("u8i8", U8I8, U8I8_DOT, f"{OURS}|morello-hand|{DOT_PEERS}|iree", "avx512"),
)
"""A name, the types, their peak, the peers, and what code may use."""


def served() -> tuple[Sizes, ...]:
    """The sizes of servers that are neither too large nor a device's."""
    return tuple(
        (m, n, k)
        for m, n, k in SERVER
        if 2 * m * n * k <= LARGEST_FLOPS and 4 * m * k <= LARGEST_BYTES and (m, n, k) not in DEVICE
    )


def _rows(prefix: str, all_sizes: tuple[Sizes, ...]) -> Iterator[Workload]:
    for kind, types, peak, peers, isa in KINDS:
        for sizes in all_sizes:
            name, vector = f"{prefix}-{kind}-{label(sizes)}", sizes[1] == 1
            goal = Goal(Measure.PEER, MATRIX_VECTOR, ".*") if vector else BEST_PEER
            size = sizes[0] * sizes[2] * {"f32": 4, "bf16": 2}.get(kind, 1)
            peaks = held(size) if vector else (peak,)
            yield product(name, sizes, types, peaks, (goal,), peers, isa=isa, counts_bytes=vector)


DEEPBENCH: tuple[Workload, ...] = (
    *_rows("deepbench", DEVICE),
    *_rows("deepbench-server", served()),
)
"""In the order of the types."""
