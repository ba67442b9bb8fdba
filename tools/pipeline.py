"""The text of a pass pipeline, split into steps: `anchor(pass,pass{options},anchor(...))`.

The text is upstream's (`--pass-pipeline` of mlir-opt); we split it ourselves because our passes are
Python callables, which upstream's parser cannot find by name. Invariant: `str(parse(text))` means
what `text` means, and `parse(str(steps)) == steps`. Imports no mlir; see `morello_opt.py` for how
steps become a PassManager.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class PipelineError(ValueError):
    """The text is not a pipeline; `position` is the offset of the fault in `text`."""

    def __init__(self, message: str, text: str, position: int) -> None:
        """Say what is wrong with `text` at `position`."""
        super().__init__(message)
        self.message = message
        self.text = text
        self.position = position

    def __str__(self) -> str:
        """Return the message over the text and a caret."""
        return f"{self.message}\n{self.text}\n{' ' * self.position}^"


@dataclass(frozen=True, slots=True)
class Step:
    """One pass with its options, or (if `nested` is not None) an anchor with the steps under it."""

    name: str
    options: str = ""
    nested: tuple[Step, ...] | None = None

    def __str__(self) -> str:
        """Return the text of the step."""
        if self.nested is not None:
            return f"{self.name}({join(self.nested)})"
        return f"{self.name}{{{self.options}}}" if self.options else self.name


def join(steps: Sequence[Step]) -> str:
    """Return the text of `steps`, separated by commas."""
    return ",".join(map(str, steps))


def parse(text: str) -> tuple[Step, ...]:
    """Split `text` into its steps; raise `PipelineError` where it is malformed."""
    reader = _Reader(text)
    steps = reader.steps()
    if reader.position < len(text):
        raise reader.fault("unbalanced ')'")
    return steps


class _Reader:
    """A recursive-descent reader of one pipeline text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def fault(self, message: str, position: int | None = None) -> PipelineError:
        return PipelineError(message, self.text, self.position if position is None else position)

    def steps(self) -> tuple[Step, ...]:
        """Read steps up to a ')' or the end; an empty list is a list."""
        self._blanks()
        if self._next() in ("", ")"):
            return ()
        found = [self._step()]
        while self._next() == ",":
            self.position += 1
            found.append(self._step())
        if self._next() not in ("", ")"):
            raise self.fault("expected ',' between passes")
        return tuple(found)

    def _step(self) -> Step:
        self._blanks()
        start = self.position
        while self._next() not in ("", *",(){}"):
            self.position += 1
        name = self.text[start : self.position].strip()
        if not name:
            raise self.fault("expected the name of a pass", start)
        if any(c.isspace() for c in name):
            raise self.fault(f"'{name}' is not the name of a pass", start)
        step = Step(name)
        if self._next() == "{":
            step = Step(name, options=self._options())
        elif self._next() == "(":
            opening = self.position
            self.position += 1
            nested = self.steps()
            if self._next() != ")":
                raise self.fault("this '(' is never closed", opening)
            self.position += 1
            step = Step(name, nested=nested)
        self._blanks()
        return step

    def _options(self) -> str:
        """Read `{...}`: inner braces nest, and braces inside quotes do not count."""
        opening = self.position
        depth = 0
        quote = ""
        while c := self._next():
            self.position += 1
            if quote:
                quote = "" if c == quote else quote
            elif c in "\"'" and _closes(self.text, self.position, c):
                quote = c
            elif c == "{":
                depth += 1
            elif c == "}":
                depth -= 1
                if depth == 0:
                    return self.text[opening + 1 : self.position - 1].strip()
        raise self.fault("this '{' is never closed", opening)

    def _next(self) -> str:
        return self.text[self.position : self.position + 1]

    def _blanks(self) -> None:
        while self._next().isspace():
            self.position += 1


def _closes(text: str, position: int, quote: str) -> bool:
    """Tell whether a quote opened just before `position` is closed; a lone one is a character."""
    return text.find(quote, position) >= 0
