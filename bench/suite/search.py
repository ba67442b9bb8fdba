"""Code found: what the automatic scheduler's code must reach, with nothing but the op given.

Rows `search-*` are products of every size; `-any` allows to bring the constant B into any layout
ahead of time, which then the peers may do, too. `vecmat-*` are a row of activations times weights
that are read once: the read bandwidth is the limit. `threads-*` are the products on one thread and
on two. Sizes are m x n x k.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from bench import dtype as types
from bench.op import MATMUL, MATMUL_NK
from bench.peak import READ_KIB
from bench.workload import Goal, Measure, Operand, Workload

Sizes = tuple[int, int, int]
Types = tuple[str, str, str]

F32: Types = ("f32", "f32", "f32")
BF16: Types = ("bf16", "bf16", "f32")
U8I8: Types = ("u8", "i8", "i32")
FMA, BF16_DOT, U8I8_DOT = "fma-f32-avx512", "vdpbf16ps-avx512", "vpdpbusd-avx512"
READ, READ_AHEAD = "read", "read-ahead"

OURS = "morello"
OPENBLAS = "(numpy|scipy-openblas)(-skylakex|-sapphirerapids)?"
F32_PEERS = f"{OPENBLAS}|onnxruntime|jax|torch"
PACKED_PEERS = f"{F32_PEERS}|onnxruntime-packed|torch-(onednn|mkl)-packed"
DOT_PEERS = "(torch|jax|onnxruntime)-avx512"
"""Kept from AMX, which no target of ours uses."""
VECMAT_PEERS = "jax|torch"
VECMAT_PACKED_PEERS = "torch-onednn-packed"

BEST_PEER = Goal(Measure.PEER, 1.0, ".*")
BY_HAND = Goal(Measure.OURS, 0.98, "morello-hand")


def cube(*sides: int) -> tuple[Sizes, ...]:
    """Products of square matrices."""
    return tuple((side, side, side) for side in sides)


F32_SIZES = (
    *cube(64, 100, 128, 200, 256, 300, 512, 700, 1000, 1024, 1500, 2000, 2048, 3000, 4000),
    (35, 700, 2048),
)
DOT_SIZES = cube(64, 128, 256, 512, 1024, 2048)
VECMAT_SIZES = ((1, 16384, 2048), (1, 65536, 4096))
NO_SLOWER = 0.97
"""What a second thread must reach of one where it cannot help, within the noise."""


def product(
    name: str,
    sizes: Sizes,
    dtypes: Types,
    peaks: tuple[str, ...],
    goals: tuple[Goal, ...],
    peers: str,
    *,
    op: str = MATMUL,
    packs: bool = False,
    threads: tuple[int, ...] = (1,),
    isa: str = "native",
    counts_bytes: bool = False,
) -> Workload:
    """C[m, n] = A[m, k] B, which is [k, n], or [n, k] where the op says so.

    Bytes, where they count, are those of the larger input, which is read once.
    """
    m, n, k = sizes
    left, out = Operand((m, k), dtypes[0]), Operand((m, n), dtypes[2])
    right = Operand((n, k) if op == MATMUL_NK else (k, n), dtypes[1])
    return Workload(
        name=name,
        op=op,
        inputs=(left, right),
        output=out,
        flops=0 if counts_bytes else 2 * m * n * k,
        bytes=max(_bytes(left), _bytes(right)) if counts_bytes else 0,
        threads=threads,
        isa=isa,
        peaks=peaks,
        goals=goals,
        packs=packs,
        peers=peers,
    )


def _bytes(operand: Operand) -> int:
    return prod(operand.shape) * types.STORAGE[operand.dtype].itemsize


def held(size: int) -> tuple[str, ...]:
    """The peak of reading so many bytes, where there is one."""
    return tuple(f"read-{kib}k" for kib in READ_KIB if kib << 10 == size)


def label(sizes: Sizes) -> str:
    """`64` for a cube, else `m x n x k`."""
    m, n, k = sizes
    return str(m) if m == n == k else f"{m}x{n}x{k}"


def _f32() -> Iterator[Workload]:
    for sizes in F32_SIZES:
        peak = 0.95 if sizes[0] >= 500 else 0.85 if sizes[0] in (64, 100) else 0.0
        goals = (BEST_PEER, BY_HAND, *([Goal(Measure.PEAK, peak, FMA)] if peak else []))
        peers = f"{OURS}|morello-hand|{F32_PEERS}"
        yield product(f"search-f32-{label(sizes)}", sizes, F32, (FMA,), goals, peers)


def _f32_any() -> Iterator[Workload]:
    for sizes in F32_SIZES:
        name, peers = f"search-f32-{label(sizes)}-any", f"{OURS}|{PACKED_PEERS}"
        yield product(name, sizes, F32, (FMA,), (BEST_PEER,), peers, packs=True)


def _dots() -> Iterator[Workload]:
    bf16 = (Goal(Measure.PEAK, 0.97, FMA, times=2), Goal(Measure.PEAK, 0.97, BF16_DOT))
    u8i8 = (Goal(Measure.PEAK, 0.97, U8I8_DOT),)
    for kind, dtypes, peaks, of_peak in (
        ("bf16", BF16, (BF16_DOT, FMA), bf16),
        ("u8i8", U8I8, (U8I8_DOT,), u8i8),
    ):
        for sizes in DOT_SIZES:
            goals = (BEST_PEER, *(of_peak if sizes[0] >= 512 else ()))
            peers = f"{OURS}|morello-hand|{DOT_PEERS}"
            name = f"search-{kind}-{label(sizes)}"
            yield product(name, sizes, dtypes, peaks, goals, peers, isa="avx512")


def _vecmats() -> Iterator[Workload]:
    for sizes in VECMAT_SIZES:
        peaks = (READ, READ_AHEAD, *held(2 * sizes[1] * sizes[2]))
        bandwidth = tuple(Goal(Measure.PEAK, 0.95, of) for of in (READ, READ_AHEAD))
        for left in ("bf16", "f32"):
            for layout in ("nk", "kn", "any"):
                packs = layout == "any"
                peers = f"{OURS}|{VECMAT_PEERS}" + (f"|{VECMAT_PACKED_PEERS}" if packs else "")
                best = BEST_PEER if packs else Goal(Measure.PEER, 2.5, ".*")
                yield product(
                    f"vecmat-{left}-bf16-1x{sizes[2]}x{sizes[1]}-{layout}",
                    sizes,
                    (left, "bf16", "f32"),
                    peaks,
                    (*bandwidth, best),
                    peers,
                    op=MATMUL_NK if layout == "nk" else MATMUL,
                    packs=packs,
                    counts_bytes=True,
                )


def _threads() -> Iterator[Workload]:
    for sizes in F32_SIZES:
        at_least = 1.85 if sizes[0] >= 500 else NO_SLOWER
        goals = (Goal(Measure.SPEEDUP, at_least, threads=2),)
        peers = f"{OURS}|numpy-skylakex|onnxruntime|jax|torch"
        name = f"threads-f32-{label(sizes)}"
        yield product(name, sizes, F32, (FMA,), goals, peers, threads=(1, 2))


SEARCH: tuple[Workload, ...] = (
    *_f32(),
    *_f32_any(),
    *_dots(),
    *_vecmats(),
    *_threads(),
)
"""The part of the scheduler's goals that is about the code it finds."""
