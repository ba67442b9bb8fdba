"""morello-mlir itself: a module compiled and bound, under a schedule of one of three origins.

A workload that names files gets its module and schedule from `examples/schedules`; such a module
has one function, of memrefs: the inputs in the workload's order, then the output. Any other gets
the text of `module.py`, and the schedule that the search finds, or (`ByHand`) the best by the rule
of `hand.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench import hand, host
from bench.cell import GATES
from bench.module import NAME, module_text
from bench.peers.base import Peer, Prepared, Unsupported, library
from bench.workload import Workload

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SCHEDULES, MODELS = EXAMPLES / "schedules", EXAMPLES / "models"
TARGETS = {"native": "native", "avx512": "native", "avx2": "x86-64-v3"}
TRIAL_SECONDS = 0.05
L2_BYTES = 1 << 20
"""Where the machine does not say."""


class Morello(Peer):
    """`morello_mlir.compile(module, ...)` and `kernel.NAME.bind(...)`."""

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Load the package."""
        super().__init__(options, threads)
        self.morello = library("morello_mlir")

    def versions(self) -> dict[str, str]:
        """The installed package's."""
        metadata = library("importlib.metadata")
        return {"morello-mlir": metadata.version("morello-mlir")}

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Whatever has its files, and what `module.py` can write."""
        if workload.op in GATES:
            kernel = self._compiled(workload, model(workload), self.options["schedule"])
            return bound(workload, inputs, kernel)
        if workload.module:
            module, schedule = files(workload)
            return bound(workload, inputs, self._compiled(workload, module, schedule))
        asked = self.options["schedule"]
        kernel = self._compiled(workload, module_text(workload), asked)
        return bound(workload, inputs, kernel)

    def _compiled(self, workload: Workload, source: object, schedule: object) -> Any:
        how = {"accuracy": self.options["accuracy"]} if "accuracy" in self.options else {}
        target, threads = TARGETS[workload.isa], self.threads
        return compiled(source, target=target, threads=threads, schedule=schedule, **how)


class ByHand(Morello):
    """The fastest of the schedules that a person would write."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Products that `hand.py` has a rule for; tries all of its candidates for a moment."""
        l2 = host.caches().get("L2", L2_BYTES)
        tried: list[tuple[float, str, Prepared]] = []
        for name, schedule in hand.schedules(workload, self.threads, l2).items():
            kernel = self._compiled(workload, module_text(workload), schedule)
            prepared = bound(workload, inputs, kernel)
            tried.append((_least(prepared.run), name, prepared))
        _, name, best = min(tried, key=lambda each: each[0])
        return Prepared(best.run, best.result, name)


def bound(workload: Workload, inputs: Sequence[NDArray[Any]], kernel: Any) -> Prepared:
    """A call of the kernel's function, with its weights packed."""
    assert workload.output is not None
    out = types.aligned(workload.output.shape, workload.output.dtype)
    operands = [
        _typed(array, each.dtype)
        for array, each in zip((*inputs, out), (*workload.inputs, workload.output), strict=True)
    ]
    function = kernel[next(iter(kernel)) if workload.module else NAME]
    packs = [f"{function.signature.name}_pack_{p.name}" for p in function.signature.inputs]
    for i, pack in enumerate(packs[: len(inputs)]):
        if pack in list(kernel):
            operands[i] = _packed(kernel[pack], operands[i])
    if workload.packs and not set(packs) & set(kernel):
        raise Unsupported("the module has no function that packs weights")
    *arguments, result = operands
    if function.signature.results:
        call = function.bind(*arguments, out=result)
    else:
        call = function.bind(*operands)
    dtype = workload.output.dtype
    return Prepared(call, lambda: (out, dtype))


def compiled(source: object, **options: object) -> Any:
    """`morello_mlir.compile`; `Unsupported` with its first error."""
    try:
        return library("morello_mlir").compile(source, **options)
    except library("morello_mlir.compiler").CompileError as error:
        said = [d.message for d in error.diagnostics if d.severity.value == "error"]
        raise Unsupported((said or [str(error)])[0].splitlines()[0]) from error


def files(workload: Workload) -> tuple[Path, Path | None]:
    """The module and, if the workload names one, the schedule; `Unsupported` if one is missing."""
    if not workload.module:
        raise Unsupported("the workload names no module")
    paths = [SCHEDULES / f"{workload.module}.mlir"]
    if workload.schedule:
        paths.append(SCHEDULES / f"{workload.schedule}.schedule")
    for path in paths:
        if not path.exists():
            raise Unsupported(f"examples/schedules/{path.name} is missing")
    return paths[0], paths[1] if workload.schedule else None


def model(workload: Workload) -> str:
    """The text of a file in `examples/models`."""
    path = MODELS / f"{workload.module}.mlir"
    if not path.exists():
        raise Unsupported(f"examples/models/{path.name} is missing")
    return path.read_text()


def _packed(pack: Any, weights: NDArray[Any]) -> NDArray[Any]:
    """Weights in the layout that the kernel prefers, by the function that came with it."""
    if pack.signature.results:
        made: NDArray[Any] = pack(weights)
        return made
    destination: NDArray[Any] = library("morello_mlir.runtime.call").empty(
        pack.signature.parameters[-1]
    )
    pack(weights, destination)
    return destination


def _least(run: Callable[[], object]) -> float:
    run()
    least, until = float("inf"), time.perf_counter() + TRIAL_SECONDS
    while True:
        start = time.perf_counter()
        run()
        end = time.perf_counter()
        least = min(least, end - start)
        if end >= until:
            return least


def _typed(array: NDArray[Any], dtype: str) -> NDArray[Any]:
    if dtype != "bf16":
        return array
    bf16: NDArray[Any] = array.view(np.dtype(library("ml_dtypes").bfloat16))
    return bf16
