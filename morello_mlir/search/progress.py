"""Progress: where a search is, how long each phase took, and a bar for people who wait.

Every slab tells the search's `Clock` when it begins and ends; one that needs another one does not
count the other's time. After a slab the clock calls its listener, if there is one: a `Bar` shows a
line on a terminal once a second has passed. Read next: `slab.py`, `report.py`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, perf_counter
from typing import TextIO

CACHES = ("L1", "L2", "L3")
OTHER = "other"
WIDTH = 24
"""Characters of the bar itself."""


@dataclass
class Clock:
    """Time by phase of one search; how many slabs and Specs are done."""

    listener: Callable[[Clock], None] | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    specs: int = 0
    done: int = 0
    expected: int = 0
    """Slabs of the cache phases: solved, and known to come."""
    _phase: str = OTHER
    _since: float = field(default_factory=lambda: perf_counter())

    def enter(self, slab: str) -> str:
        """A slab of that name begins; the phase that it interrupts, for `leave`."""
        return self._go_on(slab if slab in CACHES else _PHASES.get(slab, "registers"))

    def leave(self, before: str, specs: int) -> None:
        """The slab ends, with that many Specs solved."""
        self.done += self._go_on(before) in CACHES
        self.specs += specs
        if self.listener is not None:
            self.listener(self)

    def stop(self) -> dict[str, float]:
        """Seconds by phase."""
        self._go_on(OTHER)
        return dict(sorted(self.seconds.items()))

    def _go_on(self, phase: str) -> str:
        now, before = perf_counter(), self._phase
        self.seconds[before] = self.seconds.get(before, 0.0) + now - self._since
        self._phase, self._since = phase, now
        return before


_PHASES = {"loops": "copies", "forks": OTHER, "settle": OTHER}


@dataclass
class Bar:
    """A line about the search on a terminal, drawn after `patience` seconds, gone at the end."""

    stream: TextIO
    what: str = ""
    patience: float = 1.0
    _began: float = field(default_factory=monotonic)
    _drawn: float = 0.0

    def __call__(self, clock: Clock) -> None:
        """Draw, ten times a second at most."""
        now = monotonic()
        if now - self._began >= self.patience and now - self._drawn >= 0.1:
            self._drawn = now
            self.stream.write(f"\r{self._line(clock, now - self._began)}\x1b[K")
            self.stream.flush()

    def _line(self, clock: Clock, seconds: float) -> str:
        part = clock.done / clock.expected if clock.expected else 0.0
        bar = ("#" * round(part * WIDTH)).ljust(WIDTH, ".")
        line = f" [{bar}] {clock.specs / 1e6:.1f} million Specs, {seconds:.0f} s"
        return self.what[: max(0, _columns(self.stream) - 1 - len(line))] + line

    def close(self) -> None:
        """Take the line away."""
        if self._drawn:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
            self._drawn = 0.0


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


_terminal: TextIO | None = None


def show_on(stream: TextIO) -> None:
    """Show bars there: for a driver that has put something else in the place of stderr."""
    global _terminal
    _terminal = stream


@contextmanager
def shown() -> Iterator[Bar | None]:
    """A bar where people would see one: on a terminal."""
    stream = _terminal or sys.stderr
    if stream is None or not stream.isatty():
        yield None
        return
    bar = Bar(stream)
    try:
        yield bar
    finally:
        bar.close()
