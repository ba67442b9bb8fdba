"""Find and load LLVM's OpenMP runtime, for code that runs loops on several threads.

Code that LLVM makes from the omp dialect calls `__kmpc_*`. LLVM's libomp and Intel's libiomp5 have
these; GNU's libgomp has not. The runtime is loaded once, with its symbols global, so that the JIT
finds them. Single-thread code never comes here.
"""

from __future__ import annotations

import ctypes
import functools
import os
import site
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("libomp.so.5", "libomp.so", "libiomp5.so")
_MAPPED = ("libomp.so", "libomp-", "libiomp5")
_ENTRY = "__kmpc_fork_call"
_ADVICE = (
    "code for several threads needs LLVM's OpenMP runtime, which was not found; install it with"
    " 'pip install morello-mlir[parallel]' or the system's libomp package, or compile with"
    " threads=1"
)


class OpenMPError(RuntimeError):
    """There is no OpenMP runtime, or it is not one that LLVM's code can use."""


def load(path: str | os.PathLike[str] | None = None) -> str:
    """Load the runtime (from `path`, or wherever it is) and return where it came from.

    A runtime that is in the process already is kept: two would not know of each other's threads.
    """
    if _in_process():
        return "already loaded"
    if path is not None:
        return _open(os.fspath(path))
    return _load_any()


def link_arguments() -> list[str]:
    """What to give a C compiler to link with the runtime that `load` would take."""
    for candidate in _candidates():
        path = Path(candidate)
        if path.is_absolute():
            return [candidate, f"-Wl,-rpath,{path.parent}"]
        try:
            _open(candidate)
        except OpenMPError:
            continue
        return [f"-l:{candidate}"]
    raise OpenMPError(_ADVICE)


@functools.cache
def _load_any() -> str:
    failures: list[str] = []
    for candidate in _candidates():
        try:
            return _open(candidate)
        except OpenMPError as failure:
            if os.path.exists(candidate):
                failures.append(str(failure))
    raise OpenMPError("; ".join([_ADVICE, *failures]))


def _candidates() -> Iterator[str]:
    """One that is in the process already, those of pip packages, then what the system has.

    Another package (torch) may have loaded one for itself alone; a second one beside it aborts.
    """
    yield from _mapped(Path("/proc/self/maps"))
    for directory in _library_directories():
        for name in NAMES:
            if (directory / name).exists():
                yield str(directory / name)
    yield from NAMES


def _mapped(maps: Path) -> Iterator[str]:
    """The runtimes among the files that the process has mapped."""
    try:
        text = maps.read_text(errors="replace")
    except OSError:
        return
    paths = (line.split(maxsplit=5)[5] for line in text.splitlines() if line.count("/"))
    for path in dict.fromkeys(paths):
        if Path(path).name.startswith(_MAPPED):
            yield path


def _library_directories() -> Iterator[Path]:
    """Where wheels put shared libraries: cmeel's prefix, and the environment's own lib."""
    roots = [Path(p) for p in (*sys.path, *site.getsitepackages(), site.getusersitepackages()) if p]
    for root in dict.fromkeys(roots):
        yield root / "cmeel.prefix" / "lib"
    for prefix in dict.fromkeys((sys.prefix, site.getuserbase())):
        yield Path(prefix) / "lib"


def _open(path: str) -> str:
    try:
        library = ctypes.CDLL(path, ctypes.RTLD_GLOBAL)
    except OSError as failure:
        raise OpenMPError(f"cannot load '{path}': {failure}") from failure
    if not hasattr(library, _ENTRY):
        raise OpenMPError(f"'{path}' is not LLVM's OpenMP runtime: it has no {_ENTRY}")
    return path


def _in_process() -> bool:
    return hasattr(ctypes.CDLL(None), _ENTRY)
