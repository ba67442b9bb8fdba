"""What is wrong with a library: `Faulty` while it is read, `IsaError` for whoever reads it.

Both know the place in the text, so that an error points at the line to change. Read next:
`reader.py`.
"""

from __future__ import annotations

from typing import Any


class Faulty(ValueError):
    """The instruction is wrong; the text says why, whoever catches it which instruction."""

    def __init__(self, reason: str, location: Any = None) -> None:
        """Keep the reason, and the `ir.Location` where that is known."""
        super().__init__(reason)
        self.location = location


class IsaError(ValueError):
    """An instruction library is wrong; the text says which instruction, and why."""

    def __init__(self, library: str, reason: str, line: int = 0, column: int = 0) -> None:
        """Make the text; line and column count from 1, and are 0 where the place is unknown."""
        super().__init__(f"{library}: {reason}")
        self.library, self.reason, self.line, self.column = library, reason, line, column

    def __reduce__(self) -> Any:
        return type(self), (self.library, self.reason, self.line, self.column)


def error_at(library: str, reason: str, location: Any) -> IsaError:
    """The error at an `ir.Location`, or at no place where that is None or of no file."""
    if location is None or not location.is_a_file():
        return IsaError(library, reason)
    return IsaError(library, reason, location.start_line, location.start_col)
