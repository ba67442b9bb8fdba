"""The C example, by the commands of its README."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from morello_mlir.runtime.link import c_compiler

EXAMPLE = Path(__file__).parents[2] / "examples" / "c"

pytestmark = pytest.mark.skipif(
    c_compiler() is None, reason="SKIPPED: no C compiler, so examples/c is not built"
)


def commands() -> list[str]:
    (block,) = re.findall(r"```sh\n(.*?)```", (EXAMPLE / "README.md").read_text(), re.DOTALL)
    return [line for line in block.splitlines() if line]


def test_the_commands_of_the_readme(tmp_path: Path) -> None:
    for name in ("main.c", "matmul.mlir"):
        shutil.copy(EXAMPLE / name, tmp_path)
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    for command in commands():
        done = subprocess.run(
            command,
            shell=True,
            cwd=tmp_path,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("largest difference: ")
    prototype = "void matmul(const float *a, const float *b, float *c);"
    assert prototype in (tmp_path / "matmul.h").read_text()


def test_the_header_is_strict_c_and_cplusplus(tmp_path: Path) -> None:
    source = (EXAMPLE / "matmul.mlir").read_text() + (
        "func.func @mix(%x: f32, %h: bf16, %n: index, %b: i1, %v: memref<i8>) -> i32 {\n"
        "  %0 = arith.constant 1 : i32\n  return %0 : i32\n}\n"
    )
    from morello_mlir.compiler import build

    header = tmp_path / "kernels.h"
    header.write_text(build(source, "x86-64").header())
    compiler = c_compiler()
    assert compiler is not None
    for options in (["-std=c99", "-xc"], ["-std=c++11", "-xc++"]):
        command = [compiler, *options, "-Wall", "-Wextra", "-Werror", "-pedantic"]
        done = subprocess.run(
            [*command, "-fsyntax-only", str(header)], capture_output=True, text=True
        )
        if "not found" in done.stderr or "cannot execute" in done.stderr:
            continue  # a C compiler without its C++ half
        assert done.returncode == 0, done.stderr
