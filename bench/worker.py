"""The process of one peer: answers the requests of `protocol.py` until its input ends.

It is started by `process.py`, pins itself before any library is loaded, keeps the pipe for itself
and sends what libraries print to the standard error stream.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from bench import protocol

SAMPLE_SECONDS = 50e-6
"""A sample holds as many calls as take this long, so that reading the clock costs nothing."""

WARM_PART = 0.1
DIE_WITH_PARENT = 1


@dataclass
class Ready:
    """A prepared workload, the inputs that it may point into, and the calls per sample."""

    prepared: Any
    inputs: list[Any]
    calls: int


class Worker:
    """The peer, and the workloads it is at by their names."""

    def __init__(self) -> None:
        """No peer is loaded yet."""
        self.peer: Any = None
        self.threads = 1
        self.ready: dict[str, Ready] = {}

    def start(self, where: str, options: dict[str, str], threads: int) -> dict[str, Any]:
        """Load the peer."""
        from bench import tiles
        from bench.peers.base import Unsupported

        if options.get("tiles") == "no" and not tiles.forbid():
            raise Unsupported("cannot be kept from AMX on this system")
        module, _, name = where.partition(":")
        peer = getattr(importlib.import_module(f"bench.peers.{module}"), name)
        self.threads = threads
        self.peer = peer(options, threads)
        return {"versions": self.peer.versions()}

    def prepare(self, workload: dict[str, Any], folder: str) -> dict[str, Any]:
        """Load the inputs and run twice, so that a result that adds up shows."""
        import numpy as np

        from bench import dtype
        from bench.workload import Workload

        asked = Workload.from_json(workload)
        inputs = [
            dtype.aligned_copy(np.load(Path(folder) / f"{i}.npy"), each.dtype)
            for i, each in enumerate(asked.inputs)
        ]
        prepared = self.peer.prepare(asked, inputs)
        prepared.run()
        took = _elapsed(prepared.run)
        calls = max(1, round(SAMPLE_SECONDS / max(took, 1e-9)))
        self.ready[asked.name] = Ready(prepared, inputs, calls)
        return {"note": prepared.note, "seconds": took, "checked": prepared.result is not None}

    def forget(self) -> dict[str, Any]:
        """Free all that was prepared."""
        self.ready.clear()
        return {}

    def result(self, name: str, path: str) -> dict[str, Any]:
        """Leave the result of the last run in a file."""
        import numpy as np

        array, dtype = self.ready[name].prepared.result()
        np.save(path, array)
        return {"dtype": dtype}

    def run(self, name: str, seconds: float) -> dict[str, Any]:
        """Warm up, then run for so long, at least once; the times per call of the samples.

        Samples in which another program took the CPU away are left out, if there are others.
        """
        run, calls = self.ready[name].prepared.run, self.ready[name].calls
        until = time.perf_counter() + seconds * WARM_PART
        run()
        while time.perf_counter() < until:
            run()
        quiet: list[float] = []
        disturbed: list[float] = []
        until = time.perf_counter() + seconds
        wall, cpu = time.perf_counter(), _cpu_seconds()
        while True:
            switches = _switches()
            sample = _elapsed(run) if calls == 1 else _elapsed_many(run, calls) / calls
            (quiet if _switches() == switches else disturbed).append(sample)
            if time.perf_counter() >= until:
                break
        wall, cpu = time.perf_counter() - wall, _cpu_seconds() - cpu
        return {
            "samples": quiet or disturbed,
            "calls": calls * (len(quiet) + len(disturbed)),
            "busy": cpu / wall / self.threads,
        }


def _switches() -> int:
    """How often a thread of this process has lost its CPU to another program."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw


def _cpu_seconds() -> float:
    """CPU time of all threads of this process and of the processes it waited for."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in usage)


def _elapsed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _elapsed_many(run: Callable[[], object], calls: int) -> float:
    repeat = range(calls)
    start = time.perf_counter()
    for _ in repeat:
        run()
    return time.perf_counter() - start


def answer(worker: Worker, request: dict[str, Any]) -> dict[str, Any]:
    """The reply to one request.

    Any other exception ends the process, and its last line becomes the reason to skip the peer.
    """
    from bench.peers.base import Unsupported

    arguments = {key: value for key, value in request.items() if key != "do"}
    try:
        return {"ok": True, **getattr(worker, request["do"])(**arguments)}
    except Unsupported as reason:
        return {"unsupported": str(reason)}


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer until `quit` or the end of the input."""
    worker = Worker()
    for line in requests:
        request = protocol.decode(line)
        if request["do"] == "quit":
            break
        replies.write(protocol.encode(answer(worker, request)))
        replies.flush()


def main(cpus: str) -> None:
    """Pin, keep the pipes, serve."""
    os.sched_setaffinity(0, {int(each) for each in cpus.split(",")})
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, replies)
