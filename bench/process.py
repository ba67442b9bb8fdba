"""The harness's side of a peer's process: started pinned, stopped between its turns.

A waiting process is stopped by signal, so that threads which spin for a while after their work
(OpenMP, thread pools) take nothing from the next peer.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from bench import protocol
from bench.peers import PeerSpec, thread_environment
from bench.protocol import PeerError

ROOT = Path(__file__).resolve().parents[1]
START = "import sys; sys.path[0:1] = []; sys.path.append(sys.argv[1]); "
START += "from bench.worker import main; main(sys.argv[2])"
START_SECONDS = 120.0


class PeerProcess:
    """A running peer; every method raises `PeerError` with a reason when the peer fails."""

    def __init__(self, spec: PeerSpec, threads: int, python: str, cpus: Sequence[int]) -> None:
        """Start the process and load the peer's library."""
        self.spec = spec
        self.threads = threads
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)
        self.received = b""
        names = ",".join(str(each) for each in cpus[:threads])
        environment = {**os.environ, **thread_environment(threads), **spec.environment}
        try:
            self.process = subprocess.Popen(
                [python, "-c", START, str(ROOT), names],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise PeerError(f"{python}: {error.strerror}") from error
        try:
            reply = self.ask(
                START_SECONDS,
                do="start",
                where=spec.where,
                options=dict(spec.options),
                threads=threads,
            )
        except PeerError:
            self.close()
            raise
        self.versions: dict[str, str] = reply["versions"]

    def ask(self, limit: float, **request: Any) -> dict[str, Any]:
        """Send a request and wait so long for its reply; the process rests afterwards."""
        assert self.process.stdin is not None
        self._signal(signal.SIGCONT)
        try:
            self.process.stdin.write(protocol.encode(request))
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise PeerError(self._how_it_ended()) from error
        line = self._line(time.monotonic() + limit, request["do"])
        self._signal(signal.SIGSTOP)
        return protocol.accepted(protocol.decode(line))

    @property
    def alive(self) -> bool:
        """Whether the process can be asked again."""
        return self.process.poll() is None

    def close(self) -> None:
        """End the process, which holds nothing worth saving."""
        if self.alive:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        self.errors.close()

    def _line(self, deadline: float, verb: str) -> bytes:
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self.received:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    self.process.kill()
                    raise PeerError(f"gave no answer to '{verb}' in time")
                part = os.read(self.process.stdout.fileno(), 1 << 20)
                if not part:
                    raise PeerError(self._how_it_ended())
                self.received += part
        line, _, self.received = self.received.partition(b"\n")
        return line

    def _signal(self, number: signal.Signals) -> None:
        if self.alive:
            self.process.send_signal(number)

    def _how_it_ended(self) -> str:
        code = self.process.wait()
        ended = f"died of {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return f"{ended}: {lines[-1][:300]}" if lines else ended
