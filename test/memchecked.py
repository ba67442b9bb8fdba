"""Kernels under valgrind: no result comes of memory that nobody wrote.

memcheck knows which bits of fresh memory are unwritten, follows them through everything that is
computed, and says so where a jump or an address depends on them, or where they leave the program.
So the kernel stands in a C program of its own, whose results go to its standard output. Lanes that
only pad a vector may hold anything, and are not in the results.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from morello_mlir.compiler import build
from morello_mlir.runtime.link import c_compiler
from morello_mlir.runtime.llvm import Form
from morello_mlir.runtime.signature import Parameter

TARGET = "x86-64-v3"
"""valgrind knows no AVX-512."""
_FOUND = 99
# Valgrind's memory is made for blocks of simpler instructions.
_OPTIONS = ("--vex-guest-max-insns=20", "--exit-on-first-error=yes")
_PROGRAM = """\
#include <stdlib.h>
#include <unistd.h>
void f({kinds});
static void *taken(size_t size) {{
  char *p = malloc(size);
  for (size_t at = 0; at < size;) {{
    ssize_t n = read(0, p + at, size - at);
    if (n <= 0) exit(1);
    at += n;
  }}
  return p;
}}
static void given(const char *p, size_t size) {{
  for (size_t at = 0; at < size;) {{
    ssize_t n = write(1, p + at, size - at);
    if (n <= 0) exit(1);
    at += n;
  }}
}}
int main(void) {{
{takes}
  f({names});
{gives}
  return 0;
}}
"""


class UnknownInstructionError(Exception):
    """The program has an instruction that this valgrind cannot run, so nothing is known of it."""


def missing() -> str:
    """What there is not, that this needs; empty if all is there."""
    if shutil.which("valgrind") is None:
        return "SKIPPED: no valgrind, so nothing says which memory is unwritten"
    return "" if c_compiler() else "SKIPPED: no C compiler, for programs under valgrind"


class Memchecked:
    """The function `f` of a module, on arrays; `AssertionError` says what memcheck found."""

    def __init__(self, text: str) -> None:
        built = build(text, TARGET)
        (self.signature,) = (each for each in built.signatures if each.name == "f")
        (self.code,) = built.emit(Form.OBJECT)

    def f(self, *arguments: Any) -> tuple[Any, ...]:
        """Run it once."""
        given = self._run(b"".join(np.ascontiguousarray(each).tobytes() for each in arguments))
        arrays = []
        for parameter in self.signature.results:
            assert parameter.layout is not None
            array = np.frombuffer(given[: _size(parameter)], parameter.element.numpy[0])
            arrays.append(array.reshape(parameter.layout.shape))
            given = given[_size(parameter) :]
        assert not given
        return tuple(arrays)

    def _run(self, data: bytes) -> bytes:
        with tempfile.TemporaryDirectory() as directory:
            program, source, code = (Path(directory) / n for n in ("f", "main.c", "f.o"))
            source.write_text(self._program())
            code.write_bytes(self.code)
            compiler = c_compiler()
            assert compiler is not None
            command = [compiler, "-o", str(program), str(source), str(code), "-lm"]
            subprocess.run(command, check=True, capture_output=True)
            command = ["valgrind", "-q", *_OPTIONS, f"--error-exitcode={_FOUND}", str(program)]
            done = subprocess.run(command, input=data, capture_output=True)
        if done.returncode == -signal.SIGILL:
            raise UnknownInstructionError("valgrind does not know one of its instructions")
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def _program(self) -> str:
        sizes = [(n, _size(p), p.is_result) for n, p in enumerate(self.signature.parameters)]
        makes = {False: "taken", True: "malloc"}
        return _PROGRAM.format(
            kinds=", ".join(["void *"] * len(sizes)),
            takes="\n".join(f"  void *a{n} = {makes[out]}({size});" for n, size, out in sizes),
            names=", ".join(f"a{n}" for n, _, _ in sizes),
            gives="\n".join(f"  given(a{n}, {size});" for n, size, out in sizes if out),
        )


def _size(parameter: Parameter) -> int:
    assert parameter.layout is not None, "an argument that is no array"
    return int(np.prod(parameter.layout.shape)) * parameter.element.size
