"""What this machine is: the CPU's name, features and caches, and who else is using it."""

from __future__ import annotations

import functools
import os
import platform
from pathlib import Path
from typing import Any

GIB = 1 << 30


@functools.cache
def _cpuinfo() -> dict[str, str]:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return {}
    first = text.split("\n\n", maxsplit=1)[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def features() -> frozenset[str]:
    """The CPU's features by Linux's names; none where Linux is not there to ask."""
    return frozenset(_cpuinfo().get("flags", "").split())


def cpus() -> tuple[int, ...]:
    """The CPUs that this process may use."""
    return tuple(sorted(os.sched_getaffinity(0)))


def uncached_bytes() -> int:
    """A size that stays out of the last cache: twice it, at least 1 GiB, at most 1/8 of memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(max(GIB, 2 * caches().get("L3", 0)), memory // 8)


def caches() -> dict[str, int]:
    """Bytes of the data caches of the first CPU, by level."""
    sizes = {}
    for index in Path("/sys/devices/system/cpu/cpu0/cache").glob("index*"):
        kind = (index / "type").read_text().strip()
        size = (index / "size").read_text().strip()
        if kind != "Instruction" and size.endswith("K"):
            sizes[f"L{(index / 'level').read_text().strip()}"] = int(size[:-1]) * 1024
    return dict(sorted(sizes.items()))


def describe() -> dict[str, Any]:
    """All of it, for the record."""
    info = _cpuinfo()
    interesting = ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "avx_vnni", "amx_tile")
    return {
        "cpu": info.get("model name", platform.processor()),
        "vendor": info.get("vendor_id", ""),
        "family": info.get("cpu family", ""),
        "model": info.get("model", ""),
        "cpus": len(cpus()),
        "features": [each for each in interesting if each in features()],
        "caches": caches(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }
