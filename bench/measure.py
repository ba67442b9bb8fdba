"""The heart of the harness: one workload, all peers, turn by turn.

Every peer and the machine's peaks are prepared and checked first. Then, in every round, each has
one turn; the order moves on by one from round to round. So a slow minute of the machine hits all of
them. A peer that is missing, unable, wrong or dead leaves the round with its reason.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import op, verdict
from bench.peak import PEAKS
from bench.peers import MACHINE, MACHINE_SPEC, PeerSpec
from bench.peers.machine import work
from bench.process import PeerProcess
from bench.protocol import PeerError
from bench.series import Series
from bench.stats import Round
from bench.workload import Workload

PREPARE_SECONDS = 180.0
GRACE_SECONDS = 60.0
TOLERANCE = 0.05


@dataclass(frozen=True)
class Plan:
    """How long and how often, with which peers, interpreters and CPUs."""

    peers: tuple[PeerSpec, ...]
    seconds: float
    rounds: int
    cpus: tuple[int, ...]
    python: Callable[[str], str]


class Crew:
    """The processes of a run, started when first needed and kept for the next workload."""

    def __init__(self, plan: Plan) -> None:
        """Nobody is running yet."""
        self.plan = plan
        self.running: dict[tuple[str, int], PeerProcess] = {}
        self.unable: dict[tuple[str, int], str] = {}

    def get(self, spec: PeerSpec, threads: int) -> PeerProcess:
        """The peer's process, alive; `PeerError` if it cannot be started."""
        key = (spec.name, threads)
        if key in self.unable:
            raise PeerError(self.unable[key])
        if key in self.running and not self.running[key].alive:
            self.running.pop(key).close()
        if key not in self.running:
            try:
                self.running[key] = PeerProcess(
                    spec, threads, self.plan.python(spec.name), self.plan.cpus
                )
            except PeerError as error:
                self.unable[key] = str(error)
                raise
        return self.running[key]

    def forget(self) -> None:
        """Let all processes free what they prepared; one that cannot is ended."""
        for process in self.running.values():
            try:
                process.ask(GRACE_SECONDS, do="forget")
            except PeerError:
                process.close()

    def close(self) -> None:
        """End all processes."""
        for each in self.running.values():
            each.close()
        self.running.clear()


@dataclass
class _Turn:
    """A series under way."""

    name: str
    series: Series
    process: PeerProcess


def measure(workload: Workload, crew: Crew) -> list[Series]:
    """All peers on one workload, at each of its thread counts, and the peaks it names."""
    inputs = op.make_inputs(workload)
    right = op.reference(workload, inputs) if workload.output is not None else None
    turns: list[_Turn] = []
    case: list[Series] = []
    with tempfile.TemporaryDirectory(prefix="morello-bench-") as folder:
        for i, each in enumerate(inputs):
            np.save(Path(folder) / f"{i}.npy", each)
        for asked, spec, threads in _entries(workload, crew.plan):
            series = Series(
                peer=asked.name if asked.op == "peak" else spec.name,
                threads=threads,
                ours=spec.ours,
                peak=asked.op == "peak",
                flops=asked.flops,
                bytes=asked.bytes,
            )
            case.append(series)
            try:
                turns.append(_enter(asked, spec, series, crew, Path(folder), right))
            except PeerError as error:
                series.skipped = str(error)
        _rounds(turns, crew.plan)
        crew.forget()
    _expel(workload, case)
    return case


def _entries(workload: Workload, plan: Plan) -> list[tuple[Workload, PeerSpec, int]]:
    """Every (what, who, threads) of a workload; a peak is a workload of the machine's own."""
    entries = []
    for threads in workload.threads:
        for name in workload.peaks:
            flops, size = work(PEAKS[name], threads)
            entries.append((Workload(name, "peak", flops=flops, bytes=size), MACHINE_SPEC, threads))
        if workload.op != MACHINE:
            asked = [each for each in plan.peers if re.fullmatch(workload.peers, each.name)]
            entries += [(workload, spec, threads) for spec in asked]
    return entries


def _enter(
    workload: Workload,
    spec: PeerSpec,
    series: Series,
    crew: Crew,
    folder: Path,
    right: NDArray[np.float64] | None,
) -> _Turn:
    if workload.op not in spec.ops:
        raise PeerError(f"does not do '{workload.op}'")
    if workload.isa not in spec.isas:
        raise PeerError(f"enters {', '.join(sorted(spec.isas))} rows; this one is {workload.isa}")
    if spec.packs and not workload.packs:
        raise PeerError("packs weights ahead of time, which this row does not allow")
    if series.threads > len(crew.plan.cpus):
        raise PeerError(f"{series.threads} threads, but only {len(crew.plan.cpus)} CPUs")
    process = crew.get(spec, series.threads)
    series.versions = process.versions
    request: dict[str, Any] = {"workload": workload.to_json(), "folder": str(folder)}
    reply = process.ask(PREPARE_SECONDS, do="prepare", **request)
    series.note = reply["note"]
    if reply["checked"] and right is not None:
        path = folder / "result.npy"
        dtype = process.ask(PREPARE_SECONDS, do="result", name=workload.name, path=str(path))[
            "dtype"
        ]
        wrong = op.disagreement(workload, np.load(path), dtype, right)
        if wrong:
            raise PeerError(wrong)
    return _Turn(workload.name, series, process)


def _rounds(turns: Sequence[_Turn], plan: Plan) -> None:
    slot = plan.seconds / plan.rounds
    for number in range(plan.rounds):
        for place in range(len(turns)):
            turn = turns[(place + number) % len(turns)]
            if turn.series.skipped:
                continue
            try:
                limit = 10 * slot + GRACE_SECONDS
                reply = turn.process.ask(limit, do="run", name=turn.name, seconds=slot)
            except PeerError as error:
                turn.series.skipped, turn.series.rounds = str(error), []
                continue
            samples = reply["samples"]
            turn.series.rounds.append(Round.of(samples, reply["calls"], reply["busy"]))


def _expel(workload: Workload, case: Sequence[Series]) -> None:
    """Skip what is faster than all of a restricted row's peaks: it uses what it should not."""
    if workload.isa == "native":
        return
    for series in verdict.timed(case):
        peaks = [verdict.find(case, name, series.threads) for name in workload.peaks]
        parts = [verdict.of_peak(series, peak)[1] for peak in peaks if peak is not None]
        if not series.peak and parts and min(parts) > 1 + TOLERANCE:
            of = f"{min(parts):.2f} of the {workload.isa} peak"
            series.skipped = f"at {of} it does not keep to it"
