"""Coefficients: what the terms of the affine cost model cost on one CPU, in cycles.

Read from `costs/NAME.json`, the file of the CPU, or `costs/default.json`. A file may leave out what
it does not change. What `default.json` was fitted to, it says itself; `bench/calibrate.py` fits a
file of your own. Read next: `../price.py`, where each is used.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import Any

Table = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Cycles by event. Tables go by the memory level that data come from or are written to."""

    line: Table
    """64 bytes of an input that are read beyond L1 while something is computed."""
    back: Table
    """64 bytes of an output that are read or written beyond L1."""
    copied: Table
    """64 bytes that a copy, or an op without reductions, reads or writes beyond L1."""
    run: Table
    """A stretch of contiguous bytes that is brought to a cache as it is used."""
    copied_run: Table
    """A stretch of contiguous bytes that a copy reads: nothing waits for it."""
    jump: Table
    """A step of a reduction loop after which an operand goes on elsewhere than it left off."""
    arrive: Table
    """A line from beyond L1 at most each so many cycles, while sums in registers wait for it."""
    crowd: float
    """A row whose line is fetched again at every step, as others take its place in L1."""
    usable: Table
    """The part of a cache that a schedule may fill: the rest is for what streams through."""
    join: float
    """64 bytes of old values that registers are added to."""
    load: float
    """A cycle of the load ports, beside which arithmetic runs."""
    split: float
    """A register that is read or written across the end of a line."""
    loop_step: float
    """A step of a loop that is not unrolled."""
    loop_entry: float
    """To start and leave such a loop."""
    fork: float
    """To start and join threads."""
    lane_op: float
    """A vector op, load or store that the instruction library does not know."""
    latency: float
    """From one accumulation to the next into the same register, where no instruction says."""

    def of(self, table: str, level: str) -> float:
        """The entry of a table for a level, zero where it has none (L1, registers)."""
        rows: Table = getattr(self, table)
        return next((cycles for name, cycles in rows if name == level), 0.0)


@lru_cache(maxsize=64)
def coefficients(cpu: str) -> Coefficients:
    """The coefficients for a CPU: its own file's where there is one, else the default ones."""
    values = _read("default")
    values.update(_read(cpu))
    names = [f.name for f in fields(Coefficients)]
    return Coefficients(**{n: _frozen(values[n]) for n in names})


def _read(name: str) -> dict[str, Any]:
    source = files(__package__) / "costs" / f"{name}.json"
    try:
        return dict(json.loads(source.read_text()))
    except FileNotFoundError:
        return {}


def _frozen(value: Any) -> Any:
    return tuple(sorted(value.items())) if isinstance(value, dict) else float(value)
