"""Run a function in a Python process of its own, so that an abort there is an exception here."""

from __future__ import annotations

import importlib
import pickle
import signal
import subprocess
import sys
from typing import Any


def run_isolated(function: str, arguments: tuple[Any, ...], crash: type[Exception]) -> Any:
    """Call `module:name` with `arguments` in another process and return its result.

    An exception of the function is raised here; a death of the process is raised as `crash` with
    the last line it wrote to stderr. Arguments, result and exceptions must be picklable.
    """
    done = subprocess.run(
        [sys.executable, "-m", "morello_mlir.runtime.isolate", function],
        input=pickle.dumps((sys.path, arguments)),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise crash(f"{_death(done.returncode)}: {_reason(done.stderr)}")
    ok, value = pickle.loads(done.stdout)
    if not ok:
        raise value
    return value


def _death(code: int) -> str:
    if code < 0:
        return f"the compiler process died of {signal.Signals(-code).name}"
    return f"the compiler process exited with status {code}"


def _reason(stderr: bytes) -> str:
    """LLVM's own error line if there is one, else the last line."""
    lines = [line for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    for line in lines:
        if "LLVM ERROR" in line or "Assertion" in line:
            return line
    return lines[-1] if lines else "no message"


def _main() -> None:
    output, sys.stdout = sys.stdout.buffer, sys.stderr
    sys.path[:], arguments = pickle.load(sys.stdin.buffer)
    module, _, name = sys.argv[1].partition(":")
    function = getattr(importlib.import_module(module), name)
    try:
        answer = (True, function(*arguments))
    except (RuntimeError, ValueError) as error:
        answer = (False, error)
    output.write(pickle.dumps(answer))


if __name__ == "__main__":
    _main()
