"""morello-mlir itself: a module and a schedule from `examples/schedules`, compiled and bound.

The module has one function, of memrefs: the inputs in the workload's order, then the output.
A workload without a schedule's name is compiled without one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from bench import dtype as types
from bench.peers.base import Peer, Prepared, Unsupported, library
from bench.workload import Workload

SCHEDULES = Path(__file__).resolve().parents[2] / "examples" / "schedules"
TARGETS = {"native": "native", "avx2": "x86-64-v3"}


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
        """Whatever has its files."""
        module, schedule = files(workload)
        assert workload.output is not None
        if not hasattr(self.morello, "compile"):
            raise Unsupported("this morello_mlir has no compile")
        kernel = self.morello.compile(
            module,
            target=TARGETS[workload.isa],
            threads=self.threads,
            schedule=schedule,
        )
        out = types.aligned(workload.output.shape, workload.output.dtype)
        operands = [
            _typed(array, each.dtype)
            for array, each in zip((*inputs, out), (*workload.inputs, workload.output), strict=True)
        ]
        run = kernel[next(iter(kernel))].bind(*operands)
        dtype = workload.output.dtype
        return Prepared(run, lambda: (out, dtype))


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


def _typed(array: NDArray[Any], dtype: str) -> NDArray[Any]:
    if dtype != "bf16":
        return array
    bf16: NDArray[Any] = array.view(library("ml_dtypes").bfloat16)
    return bf16
