"""What a search may fail with. Apart from the search itself, which takes time to load."""

from __future__ import annotations

from ..spec import Spec


class NoProgramError(LookupError):
    """A goal that no sequence of Actions solves; `goal` is the one that has none."""

    def __init__(self, goal: Spec) -> None:
        """Say which; `reasons.py` finds out why."""
        super().__init__(f"no program found for {goal}")
        self.goal = goal
