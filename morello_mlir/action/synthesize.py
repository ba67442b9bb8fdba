"""`synthesize`: leave the goal open for the search, which closes it by the best program it knows.

Schedules written by hand say the outer part, and the search the rest; the same word works in a
branch. Applying leaves the goal open; `search/` closes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..graph import Goal
from ..impl import Impl, Open
from ..target.target import Target


@dataclass(frozen=True, slots=True)
class Synthesize:
    """The search goes on here."""

    def __str__(self) -> str:
        return "synthesize"

    def apply(self, spec: Goal, target: Target) -> Impl:
        """See the module's text."""
        return Open(spec)
