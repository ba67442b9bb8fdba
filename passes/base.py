"""What every pass is: a frozen dataclass whose fields are its options, run on a module.

A pass states in its docstring the IR it takes and the IR it leaves. It reports through a `Report`
and never prints; a driver (`tools/`, `compiler.py`) decides what happens to the diagnostics.
"""

from __future__ import annotations

import dataclasses
import shlex
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, Protocol, TypeVar


class Severity(Enum):
    """How bad a diagnostic is."""

    ERROR = "error"
    WARNING = "warning"
    REMARK = "remark"
    NOTE = "note"


@dataclass(frozen=True)
class Diagnostic:
    """One message at one place; `location` is an `ir.Location`, or None where there is no place."""

    severity: Severity
    location: Any
    message: str
    notes: tuple[Diagnostic, ...] = ()


@dataclass
class Report:
    """Collects what passes have to say, in order."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def errors(self) -> list[Diagnostic]:
        """The errors so far."""
        return [d for d in self.diagnostics if d.severity is Severity.ERROR]

    def error(self, location: Any, message: str, *notes: Diagnostic) -> None:
        """Record an error; the pass that calls this raises `PassFailure` before it returns."""
        self.diagnostics.append(Diagnostic(Severity.ERROR, location, message, notes))

    def warning(self, location: Any, message: str) -> None:
        """Record a warning."""
        self.diagnostics.append(Diagnostic(Severity.WARNING, location, message))

    def remark(self, location: Any, message: str, *notes: Diagnostic) -> None:
        """Record a remark: something left alone, and why."""
        self.diagnostics.append(Diagnostic(Severity.REMARK, location, message, notes))


T = TypeVar("T")


def option(default: T, text: str) -> T:
    """A field of a pass that `--help` explains."""
    explained: T = field(default=default, metadata={"help": text})
    return explained


class PassFailure(Exception):
    """A pass could not do its work; the reasons stand in its `Report`."""


class OptionError(ValueError):
    """The text of a pass's options is wrong."""


class Pass(Protocol):
    """A rewrite of a module with one command-line name."""

    name: ClassVar[str]

    def run(self, module: Any, report: Report) -> None:
        """Rewrite `module` (an `ir.Module`) in place; raise `PassFailure` on failure."""
        ...


P = TypeVar("P")


def _words(text: str) -> list[str]:
    """The options of a text; quotes keep a value with blanks together."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise OptionError(f"{error} in '{text}'") from None


def parse_options(cls: type[P], text: str) -> P:
    """Build a pass from `key=value key2 key3=...` text, as mlir-opt writes pass options.

    Keys are the kebab form of the dataclass fields; a bool field may stand without a value.
    """
    fields = {f.name.replace("_", "-"): f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for word in _words(text):
        key, has_value, value = word.partition("=")
        if key not in fields:
            known = ", ".join(sorted(fields)) or "none"
            raise OptionError(f"unknown option '{key}' (options: {known})")
        f = fields[key]
        kind = str(f.type)
        if kind == "bool":
            if value not in ("", "true", "false", "1", "0"):
                raise OptionError(f"option '{key}' is true or false, not '{value}'")
            values[f.name] = value in ("", "true", "1")
        elif not has_value:
            raise OptionError(f"option '{key}' needs a value: {key}=...")
        elif kind == "int":
            if not value.lstrip("-").isdigit():
                raise OptionError(f"option '{key}' is a whole number, not '{value}'")
            values[f.name] = int(value)
        else:
            values[f.name] = value
    return cls(**values)
