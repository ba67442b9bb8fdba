"""The driver in its own process: exit statuses, streams, odd input; and passes of ours."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest
from mlir import ir

from morello_mlir import passes
from morello_mlir.passes.base import PassFailure, Report
from morello_mlir.tools import morello_opt, options


def opt(*argv: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "morello_mlir.tools.morello_opt", *argv]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("argv", "status"),
    [
        (["--cse"], 0),
        (["--no-such-pass"], 2),
        (["--cse=no-such-option"], 2),
        (["--pass-pipeline=builtin.module(cse"], 2),
        (["/nothing/here"], 1),
        (["-o", "/nothing/here"], 1),
        (["--transform-interpreter"], 1),
    ],
)
def test_exit_status(argv: list[str], status: int) -> None:
    done = opt(*argv, stdin=b"func.func @f() { return }")
    assert done.returncode == status, done.stderr
    assert b"Traceback" not in done.stderr
    assert bool(done.stderr) == bool(status)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n\n// only a comment",
        b"\xff\xfe\x00",
        b"a\0b",
        b"ML\xefR\x01\x02\x03",
        b"module {",
        b"}" * 50,
        b'"' + b"x" * 1000,
        b"func.func @f() -> tensor<9999999999999999999999xf32>",
        b"func.func @f(%a: memref<4xf32, #morello.none>) { return }",
        b'"builtin.module"() ({}) : () -> ()',
        "func.func @\u00e9() { return }".encode(),
    ],
)
@pytest.mark.parametrize("option", ["--cse", "--split-input-file", "--no-implicit-module"])
def test_odd_input_is_read_or_refused(text: bytes, option: str) -> None:
    done = opt(option, stdin=text)
    assert done.returncode in (0, 1), done.stderr
    assert b"Traceback" not in done.stderr
    assert (b"error" in done.stderr) == (done.returncode == 1)


def test_a_closed_output_is_no_accident(tmp_path: Path) -> None:
    source = tmp_path / "long.mlir"
    source.write_text("\n".join(f"func.func private @f{n}()" for n in range(20000)))
    command = f"'{sys.executable}' -m morello_mlir.tools.morello_opt '{source}' | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("module {\n", "")


def in_process(argv: list[str]) -> int:
    return morello_opt.run(options.read(argv))


@dataclasses.dataclass(frozen=True)
class Speak:
    """Say something about every function."""

    name: ClassVar[str] = "test-speak"
    how: str = "remark"
    broken: bool = False

    def run(self, module: Any, report: Report) -> None:
        """Report each function; leave invalid IR if `broken`."""
        for op in module.body.operations:
            getattr(report, self.how)(op.location, "a function")
            if self.broken:
                del op.attributes["sym_name"]
        if self.how == "error":
            raise PassFailure("all of them")


@pytest.fixture
def speak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(passes.REGISTRY, Speak.name, f"{__name__}:Speak")
    monkeypatch.setattr(passes, "pass_class", lambda name: Speak)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "f.mlir"
    path.write_text("func.func @f() {\n  return\n}\n")
    return path


@pytest.mark.usefixtures("speak")
@pytest.mark.parametrize(("how", "status"), [("remark", 0), ("warning", 0), ("error", 1)])
def test_what_a_pass_reports_is_printed_at_its_place(
    how: str, status: int, source: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert in_process([str(source), "--cse", f"--test-speak=how={how}", "--cse"]) == status
    out, err = capfd.readouterr()
    assert err == f"{source}:1:1: {how}: a function\nfunc.func @f() {{\n^\n"
    assert ("func.func @f" in out) == (status == 0)


@pytest.mark.usefixtures("speak")
def test_verify_each_covers_our_passes(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert in_process([str(source), "--test-speak=broken"]) == 1
    assert "requires attribute 'sym_name'" in capfd.readouterr().err
    assert in_process([str(source), "--test-speak=broken", "--verify-each=false"]) == 0


@pytest.mark.usefixtures("speak")
def test_reports_meet_expectations(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source.write_text("// expected-remark@below {{a function}}\n" + source.read_text())
    assert in_process([str(source), "--test-speak", "--verify-diagnostics"]) == 0
    assert in_process([str(source), "--test-speak=how=warning", "--verify-diagnostics"]) == 1
    assert "unexpected warning: a function" in capfd.readouterr().err


def test_add_to_stands_among_upstream_passes() -> None:
    from mlir.passmanager import PassManager

    with ir.Context():
        module = ir.Module.parse("func.func @f() { return }")
        pm = PassManager.parse("builtin.module(cse)")
        heard: list[str] = []
        passes.add_to(pm, Speak(), on_diagnostic=lambda d: heard.append(d.message))
        pm.add("cse")
        assert str(pm) == "builtin.module(cse,test-speak,cse)"
        pm.run(module.operation)
        assert heard == ["a function"]


def test_add_to_turns_errors_into_diagnostics_of_the_context() -> None:
    from mlir.passmanager import PassManager

    with ir.Context():
        module = ir.Module.parse("func.func @f() { return }")
        pm = PassManager()
        passes.add_to(pm, Speak(how="error"))
        with pytest.raises(ir.MLIRError, match="a function"):
            pm.run(module.operation)
        on_functions = PassManager("any")
        passes.add_to(on_functions, Speak())
        with pytest.raises(ir.MLIRError, match=r"runs on builtin\.module, not on func\.func"):
            on_functions.run(module.body.operations[0])


@dataclasses.dataclass(frozen=True)
class Crash:
    """Die of a signal, as with a failed assertion in MLIR; not of one that pytest listens to."""

    name: ClassVar[str] = "test-crash"

    def run(self, module: Any, report: Report) -> None:
        """Do it."""
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_crash_becomes_an_error(
    source: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(passes.REGISTRY, Crash.name, f"{__name__}:Crash")
    monkeypatch.setattr(passes, "pass_class", lambda name: Crash)
    assert morello_opt.main([str(source), "--cse", "--test-crash"]) == 1
    assert "stopped with SIGKILL" in capfd.readouterr().err
