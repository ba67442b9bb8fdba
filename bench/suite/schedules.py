"""Code under schedules written by hand, and the tools' own time.

The modules and schedules are `examples/schedules/STEM.mlir` and `STEM.schedule`, where STEM is the
workload's name with underscores. A row for x86-64-v3 shares the module of the native one.
"""

from __future__ import annotations

from bench.peers import MACHINE
from bench.workload import Goal, Measure, Operand, Workload

OPENBLAS = "(numpy|scipy-openblas)(-.*)?"
OPENBLAS_HASWELL = "(numpy|scipy-openblas)-haswell"


def matmul(
    shape: tuple[int, int, int],
    dtypes: tuple[str, str, str],
    peaks: tuple[str, ...],
    goals: tuple[Goal, ...],
    *,
    isa: str = "native",
    threads: tuple[int, ...] = (1,),
) -> Workload:
    """C[m, n] = A[m, k] B[k, n], for the shape (m, n, k)."""
    m, n, k = shape
    left, right, out = dtypes
    size = str(m) if m == n == k else f"{m}x{n}x{k}"
    kind = out if left == right == out else f"{left}{right}" if left != right else left
    stem = f"matmul-{kind}-{size}"
    name = stem if isa == "native" else f"{stem}-{isa}"
    return Workload(
        name=name,
        op="matmul",
        inputs=(Operand((m, k), left), Operand((k, n), right)),
        output=Operand((m, n), out),
        flops=2 * m * n * k,
        threads=threads,
        isa=isa,
        peaks=peaks,
        goals=goals,
        module=stem.replace("-", "_"),
        schedule=name.replace("-", "_"),
    )


F32 = ("f32", "f32", "f32")
AVX512, AVX2 = "fma-f32-avx512", "fma-f32-avx2"


def _peer(value: float, of: str = OPENBLAS) -> Goal:
    return Goal(Measure.PEER, value, of)


SCHEDULES: tuple[Workload, ...] = (
    matmul((1024,) * 3, F32, (AVX512,), (_peer(1.0), Goal(Measure.PEAK, 0.93, AVX512))),
    matmul(
        (2048,) * 3,
        F32,
        (AVX512,),
        (
            _peer(1.0),
            Goal(Measure.PEAK, 0.93, AVX512),
            Goal(Measure.SPEEDUP, 1.85, threads=2),
        ),
        threads=(1, 2),
    ),
    matmul((1000,) * 3, F32, (AVX512,), (_peer(0.97),)),
    matmul((777, 333, 555), F32, (AVX512,), (_peer(0.97),)),
    *(
        matmul(shape, F32, (AVX2,), (_peer(0.97, OPENBLAS_HASWELL),), isa="avx2")
        for shape in ((1024,) * 3, (2048,) * 3, (1000,) * 3, (777, 333, 555))
    ),
    matmul(
        (1024,) * 3,
        ("bf16", "bf16", "f32"),
        (AVX512, "vdpbf16ps-avx512", "tdpbf16ps-amx"),
        (Goal(Measure.PEAK, 0.95, AVX512, times=2),),
    ),
    matmul(
        (1024,) * 3,
        ("u8", "i8", "i32"),
        ("vpdpbusd-avx512", "vpdpbusd-avx2", "tdpbusd-amx"),
        (Goal(Measure.PEAK, 0.90, "vpdpbusd-avx512"),),
    ),
    Workload(
        "opt-with-schedule",
        "process",
        goals=(Goal(Measure.SECONDS, 0.35, subject="morello-opt"),),
        module="matmul_f32_1024",
        schedule="matmul_f32_1024",
        note="whole process, morello-opt on a matmul with a schedule",
    ),
    Workload(
        "bind-overhead",
        "add",
        (Operand((16,), "f32"), Operand((16,), "f32")),
        Operand((16,), "f32"),
        goals=(Goal(Measure.SECONDS, 1.5e-6),),
        module="add_f32_16",
        note="a bound kernel that adds 16 numbers: all of it is the call",
    ),
    Workload("machine-read", MACHINE, peaks=("read",), threads=(1, 2)),
    Workload("machine-copy", MACHINE, peaks=("copy",), threads=(1, 2)),
    Workload("machine-f64", MACHINE, peaks=("fma-f64-avx512", "fma-f64-avx2")),
    Workload("machine-i16", MACHINE, peaks=("vpdpwssd-avx512",)),
)
"""The table that hand-written schedules must meet, and the peaks that no row of it names."""
