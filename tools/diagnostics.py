"""Diagnostics of upstream and of our passes as one kind of value, printed as mlir-opt prints them.

`Message` is that value: plain text and a `Place`, no MLIR object, so that it may be kept after the
IR is gone. `Source` is the text that was read, for the line and caret under a message. Expected
diagnostics (`--verify-diagnostics`) are in `expected.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from morello_mlir.passes.base import Diagnostic

PARSED_TEXT = "-"
"""The file name that the bindings give to text parsed from memory."""


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file, counted from 1; line 0 means only the file is known."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Return `file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Message:
    """One diagnostic: `severity` is error, warning, remark or note; no place means unknown."""

    severity: str
    place: Place | None
    text: str
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Source:
    """What is being compiled, by the name that messages call it; it need not be valid text."""

    name: str
    data: bytes

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of the text, read when a message first wants one."""
        return tuple(self.data.decode("utf-8", "replace").split("\n"))

    def place(self, offset: int) -> Place:
        """Return the place of a byte of the text."""
        line = self.data.rfind(b"\n", 0, offset) + 1
        return Place(self.name, self.data.count(b"\n", 0, offset) + 1, offset - line + 1)

    def excerpt(self, place: Place) -> str:
        """Return the source line of `place` over a caret, or nothing if it is not of this file."""
        if place.file != self.name or not 1 <= place.line <= len(self.lines):
            return ""
        line = self.lines[place.line - 1].rstrip("\r")
        before = line[: max(place.column - 1, 0)].expandtabs()
        return f"{line.expandtabs()}\n{' ' * len(before)}^\n"


def print_message(message: Message, source: Source) -> None:
    """Print `message` and its notes to standard error in mlir-opt's format."""
    shown: Place | None = None
    for one in (message, *message.notes):
        where = str(one.place) if one.place else "<unknown>:0"
        excerpt = source.excerpt(one.place) if one.place and one.place != shown else ""
        sys.stderr.write(f"{where}: {one.severity}: {one.text}\n{excerpt}")
        shown = one.place
    sys.stderr.flush()


def from_upstream(info: Any, source: Source) -> Message:
    """Convert an `ir.DiagnosticInfo`, whose life ends with the handler that gets it."""
    severity = str(info.severity).rpartition(".")[2].lower()
    notes = tuple(from_upstream(note, source) for note in info.notes)
    return _located(severity, info.location, info.message, notes, source)


def from_pass(diagnostic: Diagnostic, source: Source) -> Message:
    """Convert what one of our passes reported."""
    notes = tuple(from_pass(note, source) for note in diagnostic.notes)
    severity = diagnostic.severity.value
    return _located(severity, diagnostic.location, diagnostic.message, notes, source)


def _located(
    severity: str, location: Any, text: str, notes: tuple[Message, ...], source: Source
) -> Message:
    calls = tuple(Message("note", p, "called from") for p in _call_sites(location, source))
    return Message(severity, _place(location, source), text, calls + notes)


def _place(location: Any, source: Source) -> Place | None:
    """Return the first file position in a location, as mlir-opt chooses it."""
    if location is None:
        return None
    if location.is_a_file():
        name = location.filename
        file = source.name if name == PARSED_TEXT else name
        return Place(file, location.start_line, location.start_col)
    if location.is_a_callsite():
        return _place(location.callee, source)
    if location.is_a_name():
        return _place(location.child_loc, source)
    if location.is_a_fused():
        places = (_place(part, source) for part in location.locations)
        return next((p for p in places if p), None)
    return None


def _call_sites(location: Any, source: Source) -> Iterator[Place]:
    """Yield the places that a call-site location was inlined into, innermost first."""
    while location is not None and location.is_a_callsite():
        location = location.caller
        if place := _place(location, source):
            yield place
