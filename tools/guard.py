"""Run a tool's work in a forked process, so that an abort of LLVM or MLIR is an error message.

The libraries are built with assertions and end the process on some bad input; nothing in the
process can catch that. A fork at the start, before anything is loaded, costs about a millisecond.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable

_TELLING = ("LLVM ERROR", "Assertion", "UNREACHABLE", "error:")


def guarded(work: Callable[[], int], tool: str) -> int:
    """Return what `work` returns; 1, after a message, if its process died of a signal."""
    if not hasattr(os, "fork"):
        return work()
    sys.stdout.flush()
    sys.stderr.flush()
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            _become_worker(work, said.fileno())
        try:
            _, status = os.waitpid(child, 0)
        except KeyboardInterrupt:  # the worker got it as well
            return 128 + signal.SIGINT
        said.seek(0)
        text = said.read().decode(errors="replace")
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        sys.stderr.write(text)
        return code
    name, reason = signal.Signals(-code).name, _reason(text)
    advice = "this is a fault of MLIR or LLVM, which should have said what is wrong with the input"
    if "Cannot select" in reason:
        advice = "the target has no instruction for an operation of the input; try another --target"
    sys.stderr.write(
        f"{tool}: error: the compiler stopped with {name} on this input: {reason}\n"
        f"{tool}: note: {advice}\n"
    )
    return 1


def _become_worker(work: Callable[[], int], stderr: int) -> None:
    """Never returns: the process ends here, without the parent's clean-up."""
    code = 1
    try:
        if os.isatty(2):
            from morello_mlir.search import progress

            progress.show_on(os.fdopen(os.dup(2), "w"))
        os.dup2(stderr, 2)
        code = work()
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _reason(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in _TELLING)]
    return (telling or lines or ["it gave no reason"])[0]
