"""The machine as a peer: runs the loops of `peak.py` through MLIR's execution engine."""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import host, tiles
from bench.peak import PEAKS, Peak, StreamLoop
from bench.peers.base import Peer, Prepared, Unsupported, library
from bench.workload import Workload

ITERATIONS = 2_000_000
TILE_ITERATIONS = 200_000


class Machine(Peer):
    """Every thread runs the loop on a buffer of its own; the call returns when all are done."""

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Load MLIR and make the threads."""
        super().__init__(options, threads)
        self.ir = library("mlir.ir")
        self.engine = library("mlir.execution_engine").ExecutionEngine
        self.pool = ThreadPoolExecutor(threads)

    def versions(self) -> dict[str, str]:
        """The CPU's."""
        return {"machine": platform.machine()}

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """The peak that the workload's name is."""
        del inputs
        peak = PEAKS[workload.name]
        lacking = sorted(peak.features - host.features())
        if lacking:
            raise Unsupported(f"the CPU lacks {', '.join(lacking)}")
        if not isinstance(peak, StreamLoop) and any(f.startswith("amx") for f in peak.features):
            _tiles()
        count = iterations(peak, self.threads)
        loop = self._compile(peak.text())
        calls = [_call(loop, peak, count) for _ in range(self.threads)]
        if self.threads == 1:
            return Prepared(calls[0], None)

        def together() -> None:
            for each in [self.pool.submit(call) for call in calls]:
                each.result()

        return Prepared(together, None)

    def burst(self, peak: Peak, count: int) -> Callable[[], None]:
        """A call of `count` iterations on this thread."""
        return _call(self._compile(peak.text()), peak, count)

    def _compile(self, text: str) -> Loop:
        with self.ir.Context(), self.ir.Location.unknown():
            engine = self.engine(self.ir.Module.parse(text), opt_level=2)
        return Loop(engine, ctypes.CFUNCTYPE(None, ctypes.c_void_p)(engine.raw_lookup("loop")))


@dataclass(frozen=True)
class Loop:
    """Compiled code, which lives as long as its engine."""

    engine: Any
    code: Any


def _call(loop: Loop, peak: Peak, count: int) -> Callable[[], None]:
    """A call on a new buffer, after one has shown that the loop does what it says."""
    if isinstance(peak, StreamLoop):
        buffer = np.full(count + 64, 1, np.uint8)
        start = -buffer.ctypes.data % 64
    else:
        content = np.frombuffer(peak.buffer(), np.uint8)
        buffer = np.zeros(len(content) + 64, np.uint8)
        start = -buffer.ctypes.data % 64
        buffer[start : start + len(content)] = content
    values = (ctypes.c_void_p(buffer.ctypes.data + start), ctypes.c_int64(count))
    pack = (ctypes.c_void_p * 2)(*[ctypes.addressof(each) for each in values])
    pointed_to = (buffer, values, pack)

    def call() -> None:
        loop.code(ctypes.addressof(pointed_to[2]))

    call()
    if not isinstance(peak, StreamLoop):
        right = peak.first(count)
        if buffer[start : start + len(right)].tobytes() != right:
            raise Unsupported("the loop gives a wrong result")
    return call


def iterations(peak: Peak, threads: int) -> int:
    """The count for a call of some milliseconds; for a stream, the bytes of one thread."""
    if isinstance(peak, StreamLoop):
        return (peak.size or host.uncached_bytes()) // threads // 4096 * 4096
    return TILE_ITERATIONS if peak.name.endswith("amx") else ITERATIONS


def work(peak: Peak, threads: int) -> tuple[int, int]:
    """Operations and bytes of a call, over all threads."""
    count = iterations(peak, threads)
    if isinstance(peak, StreamLoop):
        return 0, count * threads
    return peak.operations(count) * threads, 0


def _tiles() -> None:
    """Linux gives the AMX registers only to those who ask."""
    if not tiles.allow():
        raise Unsupported("the system does not allow AMX")
