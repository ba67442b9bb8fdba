"""Whole processes, from their start to their end, as a person at a prompt waits for them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from bench.peers.base import Peer, Prepared, Unsupported, library
from bench.peers.morello import files
from bench.workload import Workload


class MorelloOpt(Peer):
    """`morello-opt MODULE --morello-apply=schedule=FILE`."""

    def versions(self) -> dict[str, str]:
        """The installed package's."""
        return {"morello-mlir": library("importlib.metadata").version("morello-mlir")}

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Applies the schedule and lowers to the llvm dialect."""
        del inputs
        module, schedule = files(workload)
        command = [
            tool("morello-opt"),
            str(module),
            f"--morello-apply=schedule={schedule}",
            "--morello-lower",
        ]
        return Prepared(lambda: _run(command), None)


class PythonImport(Peer):
    """The floor: an interpreter that imports the MLIR bindings and makes a context."""

    def versions(self) -> dict[str, str]:
        """Python's."""
        return {"python": sys.version.split()[0]}

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Any process."""
        del inputs
        command = [sys.executable, "-c", "from mlir import ir; ir.Context()"]
        return Prepared(lambda: _run(command), None)


def tool(name: str) -> str:
    """The path of a tool of ours: beside this interpreter, else on the path."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise Unsupported(f"{name} is not installed")
    return found


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise Unsupported(f"{Path(command[0]).name} exits with {done.returncode}: {last}")
