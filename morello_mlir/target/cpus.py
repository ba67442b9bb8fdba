"""The machines that are known by name: features, vector registers and caches of one core.

A named machine stands for itself wherever the compiler runs, so that the same command gives the
same code everywhere; `native` is made from what the host says of itself (`compiler.py`). Names are
LLVM's. Capacities are per thread: L3 is one core's share.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from .features import changed
from .target import Level, Target

KIB = 1024
MIB = 1024 * KIB

_V3 = "avx avx2 fma f16c bmi bmi2 sse4.2 popcnt lzcnt movbe"
_SKX = f"{_V3} avx512f avx512bw avx512cd avx512dq avx512vl"
_ICX = f"{_SKX} avx512vnni avx512vbmi avx512vbmi2 avx512ifma avx512bitalg avx512vpopcntdq"
_SPR = f"{_ICX} avx512bf16 avx512fp16 avxvnni amx-tile amx-int8 amx-bf16"
_ZEN4 = f"{_ICX} avx512bf16"


@dataclass(frozen=True, slots=True)
class Cpu:
    """Caches in bytes, and the features that instructions may ask for, separated by blanks."""

    l1: int
    l2: int
    l3: int
    features: str


CPUS = {
    "x86-64-v3": Cpu(32 * KIB, 256 * KIB, 2 * MIB, _V3),
    "x86-64-v4": Cpu(32 * KIB, 1 * MIB, 2 * MIB, _SKX),
    "haswell": Cpu(32 * KIB, 256 * KIB, 2 * MIB, _V3),
    "skylake": Cpu(32 * KIB, 256 * KIB, 2 * MIB, _V3),
    "znver1": Cpu(32 * KIB, 512 * KIB, 2 * MIB, _V3),
    "znver2": Cpu(32 * KIB, 512 * KIB, 4 * MIB, _V3),
    "znver3": Cpu(32 * KIB, 512 * KIB, 4 * MIB, _V3),
    "alderlake": Cpu(48 * KIB, 1280 * KIB, 3 * MIB, f"{_V3} avxvnni"),
    "skylake-avx512": Cpu(32 * KIB, 1 * MIB, 1408 * KIB, _SKX),
    "cascadelake": Cpu(32 * KIB, 1 * MIB, 1408 * KIB, f"{_SKX} avx512vnni"),
    "cooperlake": Cpu(32 * KIB, 1 * MIB, 1408 * KIB, f"{_SKX} avx512vnni avx512bf16"),
    "icelake-server": Cpu(48 * KIB, 1280 * KIB, 1536 * KIB, _ICX),
    "rocketlake": Cpu(48 * KIB, 512 * KIB, 2 * MIB, _ICX),
    "sapphirerapids": Cpu(48 * KIB, 2 * MIB, 1920 * KIB, _SPR),
    "graniterapids": Cpu(48 * KIB, 2 * MIB, 4 * MIB, f"{_SPR} amx-fp16"),
    "znver4": Cpu(32 * KIB, 1 * MIB, 4 * MIB, _ZEN4),
    "znver5": Cpu(48 * KIB, 1 * MIB, 4 * MIB, f"{_ZEN4} avxvnni"),
}


def cpu_target(name: str, threads: int = 1, features: str = "") -> Target:
    """The named machine, without instructions; `ValueError` with close names for an unknown one.

    `features` (`features.py`) changes what the machine has; listed in full, they make a machine of
    any name, with the caches of a plain one.
    """
    if name not in CPUS and not features:
        near = difflib.get_close_matches(name, CPUS, 3, 0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(CPUS)}"
        raise ValueError(f"unknown target '{name}'; {hint}")
    known = CPUS.get(name)
    listed = changed(frozenset(known.features.split()) if known else frozenset(), features)
    cpu = known or CPUS["x86-64-v4" if "avx512f" in listed else "x86-64-v3"]
    return make_target(name, listed, (cpu.l1, cpu.l2, cpu.l3), threads)


def make_target(
    name: str, features: frozenset[str], caches: tuple[int, int, int], threads: int
) -> Target:
    """A machine from its features and the bytes of its L1, L2 and share of L3."""
    wide = "avx512f" in features
    levels = tuple(Level(n, c) for n, c in zip(("L1", "L2", "L3"), caches, strict=True))
    return Target(name, levels, 64 if wide else 32, 32 if wide else 16, features, threads=threads)
