"""Programs under schedules, timed in this process against the machine's clock.

A cycle is the time in which the machine does two of its widest multiply-adds: a burst of those runs
before and after every sample, so a clock that drops, or a neighbour, is in both numbers. Results
are checked: a wrong program's time is no time. The compiler is loaded when a `Bench` is made.
"""

from __future__ import annotations

import os
import random
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bench import dtype as types
from bench import host, op
from bench.module import module_text
from bench.peak import PEAKS, RegisterLoop
from bench.peers.base import Unsupported, library
from bench.peers.machine import Machine
from bench.peers.morello import bound, compiled
from bench.workload import Workload

SAMPLES = 5
SAMPLE_SECONDS = 0.5e-3
FMA_A_CYCLE = 2
BURST = 100_000
"""Iterations: a fifth of a millisecond. A longer burst sees the clock rise again."""


@dataclass
class Timing:
    """Seconds and cycles per call of every sample; those that others disturbed stand apart."""

    quiet: list[tuple[float, float]] = field(default_factory=list)
    disturbed: list[tuple[float, float]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The median, of the quiet samples if there are any."""
        return statistics.median(seconds for seconds, _ in self.quiet or self.disturbed)

    @property
    def cycles(self) -> float:
        """Likewise."""
        return statistics.median(cycles for _, cycles in self.quiet or self.disturbed)


class Bench:
    """One machine, pinned to one CPU, and the means to run programs on it."""

    def __init__(self, cpu: int) -> None:
        """Load the compiler; make the burst."""
        os.sched_setaffinity(0, {cpu})
        isa = library("morello_mlir.dialect.isa")
        native = library("morello_mlir.target.native")
        self.target: Any = isa.with_instructions(native.native_target(1))
        wide = "avx512f" in host.features()
        peak = PEAKS["fma-f32-avx512" if wide else "fma-f32-avx2"]
        assert isinstance(peak, RegisterLoop)
        self._burst = Machine({}, 1).burst(peak, BURST)
        self._burst_cycles = peak.operations(BURST) / peak.work / FMA_A_CYCLE
        self._flops_a_cycle = peak.work * FMA_A_CYCLE

    def part_of_peak(self, workload: Workload, cycles: float) -> float:
        """The rate over that of the widest multiply-adds at the same clock."""
        return workload.flops / self._flops_a_cycle / cycles

    def compiled(self, workload: Workload, schedules: Sequence[str]) -> list[Callable[[], object]]:
        """Calls, checked against the reference; `Unsupported` for the first that is not right."""
        arrays = [
            types.aligned_copy(array, each.dtype)
            for array, each in zip(op.make_inputs(workload), workload.inputs, strict=True)
        ]
        right = op.reference(workload, arrays)
        calls: list[Callable[[], object]] = []
        text = module_text(workload)
        for schedule in schedules:
            prepared = bound(workload, arrays, compiled(text, schedule=schedule, isolate=True))
            prepared.run()
            assert prepared.result is not None
            wrong = op.disagreement(workload, *prepared.result(), right)
            if wrong:
                raise Unsupported(f"{wrong}, under this schedule:\n{schedule}")
            calls.append(prepared.run)
        return calls

    def timed(
        self, calls: Sequence[Callable[[], object]], rounds: int, seed: int = 0
    ) -> list[Timing]:
        """All calls, in a new order every round."""
        timings = [Timing() for _ in calls]
        order = list(range(len(calls)))
        r = random.Random(seed)
        for _ in range(rounds):
            r.shuffle(order)
            for i in order:
                self._turn(calls[i], timings[i])
        return timings

    def _turn(self, call: Callable[[], object], timing: Timing) -> None:
        call()
        batch = max(1, round(SAMPLE_SECONDS / max(_elapsed(call, 1), 1e-9)))
        switches, before = _switches(), _elapsed(self._burst, 1)
        for _ in range(SAMPLES):
            took = _elapsed(call, batch) / batch
            after = _elapsed(self._burst, 1)
            sample = took, took * self._burst_cycles / ((before + after) / 2)
            (timing.disturbed if _switches() > switches else timing.quiet).append(sample)
            switches, before = _switches(), after


def goal(workload: Workload, target: Any) -> Any:
    """The Spec of a workload's op on a target, with all its capacities."""
    ir = library("mlir.ir")
    fold = library("morello_mlir.passes.fold_fill")
    spec_of = library("morello_mlir.dialect.structured").read_structured
    linalg_ops = library("morello_mlir.passes.linalg_ops").linalg_ops
    with ir.Context():
        module = ir.Module.parse(module_text(workload))
        last = list(linalg_ops(module.operation))[-1]
        read = spec_of(last)
        spec = replace(read.spec, limits=target.limits)
        if fold.folded_fill(last, spec, read.values[-1]) is not None:
            spec = replace(spec, start=library("morello_mlir.spec").Start.NOTHING)
    return spec


def _switches() -> int:
    """How often this process has lost its CPU to another program."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw


def _elapsed(call: Callable[[], object], calls: int) -> float:
    repeat = range(calls)
    start = time.perf_counter()
    for _ in repeat:
        call()
    return time.perf_counter() - start
