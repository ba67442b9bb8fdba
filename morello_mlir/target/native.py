"""The machine that the compiler runs on, as the operating system describes it.

Reads Linux's `/proc` and `/sys`; elsewhere the answer is `x86-64-v3`, and no cache size is invented
beyond that machine's. Feature names become LLVM's.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from .cpus import CPUS, make_target
from .features import changed
from .target import Target

_CPUINFO = Path("/proc/cpuinfo")
_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
_RENAMED = {
    "avx512_bf16": "avx512bf16",
    "avx512_fp16": "avx512fp16",
    "avx512_vnni": "avx512vnni",
    "avx512_vbmi2": "avx512vbmi2",
    "avx512_bitalg": "avx512bitalg",
    "avx512_vpopcntdq": "avx512vpopcntdq",
    "avx_vnni": "avxvnni",
    "avx_vnni_int8": "avxvnniint8",
    "avx_vnni_int16": "avxvnniint16",
    "amx_tile": "amx-tile",
    "amx_int8": "amx-int8",
    "amx_bf16": "amx-bf16",
    "amx_fp16": "amx-fp16",
    "sse4_1": "sse4.1",
    "sse4_2": "sse4.2",
    "abm": "lzcnt",
}
_L3_SHARE_AT_MOST = 8 << 20  # of one thread: beyond it other cores' data is there too


@lru_cache(maxsize=1)
def _features() -> frozenset[str]:
    try:
        lines = _CPUINFO.read_text().splitlines()
    except OSError:
        return frozenset()
    flags = next((line.partition(":")[2] for line in lines if line.startswith("flags")), "")
    return frozenset(_RENAMED.get(flag, flag) for flag in flags.split())


@lru_cache(maxsize=1)
def _caches() -> tuple[int, int, int]:
    plain = CPUS["x86-64-v3"]
    sizes = {"1": plain.l1, "2": plain.l2, "3": plain.l3}
    for index in sorted(_CACHES.glob("index*")):
        try:
            level = (index / "level").read_text().strip()
            if (index / "type").read_text().strip() == "Instruction":
                continue
            text = (index / "size").read_text().strip()
            shared = _count((index / "shared_cpu_list").read_text())
        except OSError:
            continue
        size = int(text.rstrip("KMG")) * {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}.get(text[-1], 1)
        if level == "3":
            size = min(size // max(shared, 1), _L3_SHARE_AT_MOST)
        sizes[level] = size
    return sizes["1"], sizes["2"], sizes["3"]


def _count(cpus: str) -> int:
    """How many CPUs a list like `0-3,8` names."""
    total = 0
    for part in cpus.strip().split(","):
        low, _, high = part.partition("-")
        total += int(high or low) - int(low) + 1
    return total


def native_target(threads: int = 1, features: str = "") -> Target:
    """This machine, without instructions; `features` change what it has (`features.py`)."""
    found = _features()
    if "avx2" not in found or "fma" not in found:
        found = frozenset(CPUS["x86-64-v3"].features.split())
    return make_target("native", changed(found, features), _caches(), threads)


def processors() -> int:
    """How many processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
