"""A shared library from objects, through the system's C compiler: the one step that needs it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

COMPILERS = ("cc", "gcc", "clang")


class LinkError(RuntimeError):
    """There is no C compiler, or it refused."""


def c_compiler() -> str | None:
    """The path of the system's C compiler."""
    return next((path for name in COMPILERS if (path := shutil.which(name))), None)


def link_shared(data: bytes, output: Path, libraries: Sequence[str] = ("-lm",)) -> None:
    """Link the object `data` into the shared library `output`.

    `libraries` are further arguments of the compiler: `-l` flags or paths of libraries.
    """
    compiler = c_compiler()
    if compiler is None:
        raise LinkError(
            f"no C compiler ({', '.join(COMPILERS)}) on PATH, and linking a shared library needs"
            " one; install it, or emit an object and link that elsewhere"
        )
    with TemporaryDirectory() as directory:
        source = Path(directory) / "kernel.o"
        source.write_bytes(data)
        command = [compiler, "-shared", "-o", str(output), str(source), *libraries]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LinkError(f"'{compiler}' could not link {output}:\n{done.stderr.strip()}")
