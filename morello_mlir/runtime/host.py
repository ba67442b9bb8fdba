"""What this machine is: CPU, instruction set features, caches, threads. Unknown stays None."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from morello_mlir.runtime.machine import enabled_features, host_machine

_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


@dataclass(frozen=True)
class Cache:
    """A data or unified cache as the first CPU sees it; sizes in bytes."""

    level: int
    size: int
    line: int | None
    ways: int | None
    shared_by: int | None
    """The number of hardware threads that share it."""


@dataclass(frozen=True)
class Host:
    """The facts about this machine; `cpu` and `features` are LLVM's, `model` is the kernel's."""

    cpu: str
    features: frozenset[str]
    model: str | None
    caches: tuple[Cache, ...]
    threads: int
    """The hardware threads that this process may run on."""

    def cache(self, level: int) -> Cache | None:
        """The data or unified cache of one level, or None if unknown."""
        return next((c for c in self.caches if c.level == level), None)


@functools.cache
def host() -> Host:
    """Read the facts once."""
    machine = host_machine()
    return Host(
        cpu=machine.cpu,
        features=enabled_features(machine),
        model=_model(),
        caches=read_caches(_CACHES),
        threads=available_threads(),
    )


def available_threads() -> int:
    """The threads this process may use: its affinity, not the machine's size."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_caches(directory: Path) -> tuple[Cache, ...]:
    """The caches described in a sysfs directory, lowest level first; empty if unreadable."""
    return tuple(sorted(_read_caches(directory), key=lambda cache: cache.level))


def _read_caches(directory: Path) -> Iterator[Cache]:
    for index in sorted(directory.glob("index*")):
        kind, level, size = (_read(index / name) for name in ("type", "level", "size"))
        if kind not in ("Data", "Unified") or level is None or not level.isdigit():
            continue
        count = _size(size)
        if not count:
            continue
        yield Cache(
            level=int(level),
            size=count,
            line=_number(_read(index / "coherency_line_size")),
            ways=_number(_read(index / "ways_of_associativity")),
            shared_by=_list_length(_read(index / "shared_cpu_list")),
        )


def _read(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except OSError:
        return None


def _number(text: str | None) -> int | None:
    """A positive number; sysfs writes 0 or nothing for what it does not know."""
    return int(text) if text and text.isdigit() and int(text) > 0 else None


def _size(text: str | None) -> int | None:
    if not text:
        return None
    unit = _UNITS.get(text[-1], 1)
    number = _number(text[:-1] if text[-1] in _UNITS else text)
    return number * unit if number else None


def _list_length(text: str | None) -> int | None:
    """The number of CPUs in a list such as `0-3,8-11`."""
    if not text:
        return None
    try:
        ends = [[int(end) for end in part.split("-")] for part in text.split(",")]
    except ValueError:
        return None
    return sum(part[-1] - part[0] + 1 for part in ends)


def _model() -> str | None:
    text = _read(Path("/proc/cpuinfo")) or ""
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return None
