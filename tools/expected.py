"""Expected diagnostics: comments such as `// expected-error @+1 {{text}}` and their check.

A comment names a severity, a line (its own; `@+N`, `@-N`, `@above`, `@below` relative to it, where
above and below skip other such comments; `@unknown` for messages without a place) and a text that
must occur in the message. In `expected-error-re`, a `{{...}}` inside the text is a regular
expression. The rules are those of MLIR's SourceMgrDiagnosticVerifierHandler.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from morello_mlir.tools.diagnostics import Message, Place, Source

_COMMENT = re.compile(
    r"expected-(error|note|remark|warning)(-re)? *"
    r"(@(?:[+-]\d+|above|below|unknown))? *\{\{(.*)\}\}$"
)


@dataclass(frozen=True, slots=True)
class Expectation:
    """One comment: at `written`, a `severity` whose message matches `pattern` on line `line`."""

    written: Place
    severity: str
    line: int | None
    pattern: re.Pattern[str]
    text: str

    def meets(self, message: Message) -> bool:
        """Tell whether `message` is the expected one."""
        if message.severity != self.severity or not self.pattern.search(message.text):
            return False
        if message.place is None or self.line is None:
            return message.place is None and self.line is None
        return (message.place.file, message.place.line) == (self.written.file, self.line)


def read(source: Source) -> tuple[list[Expectation], list[Message]]:
    """Return the expectations of `source`, and an error for each comment that is malformed."""
    found: list[Expectation] = []
    faults: list[Message] = []
    commented = {n for n, line in enumerate(source.lines, 1) if _COMMENT.search(line.rstrip())}
    for number in sorted(commented):
        match = _COMMENT.search(source.lines[number - 1].rstrip())
        assert match is not None
        severity, is_regex, where, text = match.groups()
        written = Place(source.name, number, match.start() + 1)
        try:
            pattern = _pattern(text) if is_regex else re.compile(re.escape(text))
        except re.error as error:
            faults.append(Message("error", written, f"invalid regex: {error}"))
            continue
        line = _line(where or "", number, commented)
        found.append(Expectation(written, severity, line, pattern, text))
    return found, faults


def check(
    expectations: list[Expectation], messages: Iterable[Message], only_expected: bool = False
) -> Iterator[Message]:
    """Yield an error for each expectation not met and each message nobody expected.

    With `only_expected`, messages beyond the expected ones are let pass.
    """
    open_ = list(expectations)
    for message in _flat(messages):
        met = next((e for e in open_ if e.meets(message)), None)
        if met:
            open_.remove(met)
        elif not only_expected:
            text = f"unexpected {message.severity}: {message.text}"
            yield Message("error", message.place, text)
    for left in open_:
        yield Message(
            "error", left.written, f'expected {left.severity} "{left.text}" was not produced'
        )


def _flat(messages: Iterable[Message]) -> Iterator[Message]:
    for message in messages:
        yield message
        # mlir-opt does not attach the operation to a message whose text is being checked.
        yield from _flat(n for n in message.notes if not n.text.startswith("see current operation"))


def _line(where: str, number: int, commented: set[int]) -> int | None:
    if where == "@unknown":
        return None
    if where in ("@above", "@below"):
        step = -1 if where == "@above" else 1
        number += step
        while number in commented:
            number += step
        return number
    return number + int(where[1:]) if where else number


def _pattern(text: str) -> re.Pattern[str]:
    """Compile text in which only the parts in `{{...}}` are regular expressions."""
    parts = re.split(r"\{\{(.*?)\}\}", text)
    return re.compile(
        "".join(f"(?:{part})" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    )
