"""What one peer did in one case: the record that measuring makes and all the rest reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.stats import Round


@dataclass
class Series:
    """The turns of `peer` on `threads` threads; if `skipped` gives a reason, they do not count."""

    peer: str
    threads: int
    ours: bool = False
    peak: bool = False
    flops: int = 0
    bytes: int = 0
    rounds: list[Round] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    note: str = ""
    skipped: str = ""
