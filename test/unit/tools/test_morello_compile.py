"""The command line of `morello-compile`, in a process of its own as users run it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from morello_mlir.runtime.link import c_compiler

ADD = """
func.func @add(%a: memref<8xf32> {morello.name = "a"}, %c: memref<8xf32>) {
  linalg.add ins(%a, %a : memref<8xf32>, memref<8xf32>) outs(%c : memref<8xf32>)
  return
}
"""
ABORTS = """
func.func @f(%a: vector<4xi32>, %b: vector<16xi8>) -> vector<4xi32> {
  %0 = llvm.call_intrinsic "llvm.x86.avx2.vpdpbssd.128"(%a, %b, %b)
      : (vector<4xi32>, vector<16xi8>, vector<16xi8>) -> vector<4xi32>
  return %0 : vector<4xi32>
}
"""


def run(*arguments: str, source: str | bytes = "") -> subprocess.CompletedProcess[bytes]:
    data = source.encode() if isinstance(source, str) else source
    command = [sys.executable, "-m", "morello_mlir.tools.morello_compile", *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("emit", "expected"),
    [
        ("mlir", b"linalg.add"),
        ("llvm", b"define void @add("),
        ("asm", b"vadd"),
        ("obj", b"\x7fELF"),
        ("header", b"void add(const float *a, float *arg1);"),
    ],
)
def test_every_form_goes_to_stdout(emit: str, expected: bytes) -> None:
    done = run("-", f"--emit={emit}", "--target=x86-64-v3", source=ADD)
    assert (done.returncode, done.stderr) == (0, b"")
    assert expected in done.stdout


def test_files_in_and_out(tmp_path: Path) -> None:
    source, output = tmp_path / "add.mlir", tmp_path / "add.h"
    source.write_text(ADD)
    done = run(str(source), "--emit=header", "-o", str(output))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert "#ifndef MORELLO_ADD_H" in output.read_text()


@pytest.mark.skipif(c_compiler() is None, reason="there is no C compiler here")
def test_a_shared_library(tmp_path: Path) -> None:
    output = tmp_path / "libadd.so"
    assert run("-", "--emit=shared", "-o", str(output), source=ADD).returncode == 0
    assert output.read_bytes().startswith(b"\x7fELF")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("func.func @f( {", b"<stdin>:1:14: error: expected"),
        ("func.func @f() {\n  nothing.here\n}", b"<stdin>:2:3: error: "),
        (b"\xff\xfe", b"error: <stdin>: not text: invalid start byte at byte 0"),
        (
            "func.func @f(%a: tensor<?xf32>) -> tensor<?xf32> {\n  return %a : tensor<?xf32>\n}",
            b"<stdin>:1:1: error: result 0 of 'f' has a dynamic shape",
        ),
        (
            "func.func @f(%a: memref<99999999999x99999999999xf32>) {\n  return\n}",
            b"<stdin>:1:1: error: memref<99999999999x99999999999xf32> is larger",
        ),
        (ABORTS, b"error: the compiler stopped with SIGABRT on this input: LLVM ERROR: Cannot"),
    ],
)
def test_bad_input_is_a_diagnostic_and_status_1(
    source: str | bytes, message: bytes, tmp_path: Path
) -> None:
    output = tmp_path / "out.o"
    done = run("-", "--target=znver1", "-o", str(output), source=source)
    assert done.returncode == 1
    assert message in done.stderr
    assert b"Traceback" not in done.stderr
    assert not output.exists()


def test_the_line_is_shown_under_a_diagnostic() -> None:
    done = run("-", source="func.func @f() {\n  nothing.here\n}")
    assert b"\n  nothing.here\n  ^\n" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target=znver9"], b"unknown target 'znver9': it is not a CPU that LLVM knows; did you"),
        (["--target=i386"], b"is not a 64-bit CPU"),
        (["--features=+avx9"], b"unknown feature 'avx9'"),
        (["--emit=dwarf"], b"invalid choice: 'dwarf'"),
        (["--emit=shared"], b"name it with -o"),
        (["--threads=0"], b"--threads=0: a number from 1 to 1024"),
        (["--threads=many"], b"invalid int value: 'many'"),
        (["--schedule=/no/such/file"], b"--schedule=/no/such/file: no such file"),
        (["--bogus"], b"unrecognized arguments: --bogus"),
    ],
)
def test_a_wrong_command_line_is_status_2(arguments: Sequence[str], message: bytes) -> None:
    done = run("-", *arguments, source=ADD)
    assert done.returncode == 2
    assert message in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["/no/such.mlir"], ["/"], ["-", "-o", "/no/such/dir/x.o"]])
def test_files_that_cannot_be_used_are_named(arguments: Sequence[str]) -> None:
    done = run(*arguments, source=ADD)
    assert done.returncode == 1
    assert done.stderr.startswith(b"morello-compile: error: /") and done.stderr.count(b"\n") == 1


def test_what_it_says_about_itself() -> None:
    assert b"LLVM 22" in run("--version").stdout
    assert b"morello-compile matmul.mlir --target=znver4 --emit=asm" in run("--help").stdout
    targets = run("--list-targets").stdout.decode().splitlines()
    assert targets[0].startswith("native") and "sapphirerapids" in targets
