"""OpenBLAS, as numpy carries it and as the newer wheel of scipy's builds has it.

OpenBLAS takes another core type in silence when it does not know the one it is asked for, so the
type it took is read back, and a wrong one is a reason to skip.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.peers.base import Peer, Prepared, Unsupported, dtypes, library
from bench.workload import Workload

ROW_MAJOR, NO_TRANSPOSE = 101, 111


class Numpy(Peer):
    """`numpy.matmul(a, b, out=c)`."""

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Load OpenBLAS and see which core type it took."""
        super().__init__(options, threads)
        np.ones((8, 8), np.float32) @ np.ones((8, 8), np.float32)
        self.core, self.config = _core(_loaded())
        _insist(options.get("core", ""), self.core, self.config)

    def versions(self) -> dict[str, str]:
        """numpy's and OpenBLAS's."""
        return {"numpy": np.__version__, "openblas": self.config, "core": self.core}

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Products of f32 and f64, and sums."""
        assert workload.output is not None
        c = types.aligned(workload.output.shape, workload.output.dtype)
        a, b = inputs
        if workload.op == "add":
            return Prepared(lambda: np.add(a, b, out=c), lambda: (c, workload.inputs[0].dtype))
        if dtypes(workload) not in ("f32,f32->f32", "f64,f64->f64"):
            raise Unsupported(f"no BLAS product of {dtypes(workload)} in numpy")
        dtype = workload.output.dtype
        return Prepared(lambda: np.matmul(a, b, out=c), lambda: (c, dtype))


class ScipyOpenblas(Peer):
    """`cblas_sgemm` of the scipy-openblas32 wheel."""

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Load OpenBLAS and see which core type it took."""
        super().__init__(options, threads)
        wheel = library("scipy_openblas32")
        found = sorted(Path(wheel.get_lib_dir()).glob("libscipy_openblas*.so*"))
        if not found:
            raise Unsupported("scipy_openblas32 holds no shared library")
        self.path = found[0]
        self.library = ctypes.CDLL(str(self.path))
        self.core, self.config = _core(self.path)
        _insist(options.get("core", ""), self.core, self.config)

    def versions(self) -> dict[str, str]:
        """OpenBLAS's."""
        return {"openblas": self.config, "core": self.core}

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Products of f32 and f64."""
        kinds = {"f32,f32->f32": ("s", ctypes.c_float), "f64,f64->f64": ("d", ctypes.c_double)}
        assert workload.output is not None
        if dtypes(workload) not in kinds:
            raise Unsupported(f"no product of {dtypes(workload)} in this OpenBLAS")
        letter, scalar = kinds[dtypes(workload)]
        gemm = getattr(self.library, f"scipy_cblas_{letter}gemm")
        gemm.restype = None
        a, b = inputs
        dtype = workload.output.dtype
        c = types.aligned(workload.output.shape, dtype)
        (m, k), n = a.shape, b.shape[1]
        pointer = ctypes.c_void_p
        arguments = (
            *(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, m, n, k),
            *(scalar(1), pointer(a.ctypes.data), k, pointer(b.ctypes.data), n),
            *(scalar(0), pointer(c.ctypes.data), n),
        )
        return Prepared(lambda: gemm(*arguments), lambda: (c, dtype))


def _loaded() -> Path:
    """The OpenBLAS that this process has mapped."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        path = line.split(maxsplit=5)[-1]
        if "openblas" in Path(path).name:
            return Path(path)
    raise Unsupported("this numpy is not built on OpenBLAS")


def _core(path: Path) -> tuple[str, str]:
    """The core type that OpenBLAS took, and its version."""
    openblas = ctypes.CDLL(str(path))
    said = []
    for what in ("get_corename", "get_config"):
        names = [f"{a}openblas_{what}{b}" for a in ("", "scipy_") for b in ("", "64_", "_64_")]
        found = next((name for name in names if hasattr(openblas, name)), None)
        if found is None:
            raise Unsupported(f"{path.name} does not say its core type")
        function = getattr(openblas, found)
        function.restype = ctypes.c_char_p
        said.append(function().decode())
    return said[0], " ".join(said[1].split()[:2])


def _insist(asked: str, took: str, config: str) -> None:
    if asked and asked.lower() != took.lower():
        raise Unsupported(f"{config} knows no core type {asked}; it took {took}")
