"""Machines as attributes of a library: memories from far to near, and what things cost.

    morello.memories = [{name = "mem", line = 2.0},
                        {name = "tiles", bytes = 4096, granule = 64}],
    morello.costs = {lane_op = 2.0, loop_step = 1.0}

The last memory is the explicit one, under a name of its own: it holds `bytes / granule` registers
(or `registers` of them). Those before it are `mem` and the caches `L3`, `L2`, `L1`, as many as
there are. The other keys of a memory are rows of the tables of `target/coefficients.py`, those of
`morello.costs` its numbers. What is not there costs nothing; `latency` and `lane_op` are a cycle.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from mlir import ir

from ...memory import LEVELS
from ...target.coefficients import Coefficients
from ...target.target import Level, Target
from .faulty import Faulty

FAR = LEVELS[:-1]
_TABLES = tuple(f.name for f in fields(Coefficients) if f.type == "Table")
_NUMBERS = tuple(f.name for f in fields(Coefficients) if f.type != "Table")
_DEFAULTS = {"latency": 1.0, "lane_op": 1.0}


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that a library describes: a `Target` without instructions."""

    nearest: str
    registers: int
    granule: int
    levels: tuple[Level, ...]
    costs: Coefficients

    def target(self, name: str, features: frozenset[str], threads: int, digest: str) -> Target:
        """The machine under a name."""
        return Target(
            name,
            self.levels,
            self.granule,
            self.registers,
            features,
            threads=threads,
            given=self.costs,
            nearest=self.nearest,
            digest=digest,
        )


def read_machine(attributes: Any) -> Machine | None:
    """The machine of a library's attributes; None where they have no memories."""
    if "morello.memories" not in attributes:
        if "morello.costs" in attributes:
            raise Faulty("morello.costs is for machines, which have morello.memories")
        return None
    memories = list(_memories(attributes["morello.memories"]))
    *far, nearest = memories
    names = [m.name for m in memories]
    if [n for n in FAR if n in names] != names[:-1] or nearest.name in FAR:
        raise Faulty(
            f"morello.memories are {', '.join(names)}; first come those of {', '.join(FAR)} that "
            "there are, in this order, and last the explicit one, under another name"
        )
    levels = tuple(
        Level(m.name, m.size("bytes"), m.sizes.get("granule", 64)) for m in far if m.name != "mem"
    )
    granule = nearest.size("granule")
    registers = nearest.sizes.get("registers") or nearest.size("bytes") // granule
    if registers < 1:
        raise Faulty(f"memory {nearest.name}: holds not one granule of {granule} bytes")
    tables = {
        table: tuple(sorted((m.name, m.costs[table]) for m in memories if table in m.costs))
        for table in _TABLES
    }
    numbers = {**dict.fromkeys(_NUMBERS, 0.0), **_DEFAULTS, **_numbers(attributes)}
    values: dict[str, Any] = {**tables, **numbers}
    costs = Coefficients(**values)
    return Machine(nearest.name, registers, granule, tuple(reversed(levels)), costs)


@dataclass(frozen=True, slots=True)
class _Memory:
    name: str
    sizes: dict[str, int]
    costs: dict[str, float]

    def size(self, key: str) -> int:
        """A size that must be there."""
        if key not in self.sizes:
            raise Faulty(f"memory {self.name}: has no {key}")
        return self.sizes[key]


_SIZES = ("bytes", "registers", "granule")


def _memories(listed: Any) -> Iterator[_Memory]:
    if not isinstance(listed, ir.ArrayAttr) or not len(listed):
        raise Faulty('morello.memories is not a list like [{name = "mem"}, ...]')
    for entry in listed:
        if not isinstance(entry, ir.DictAttr) or "name" not in entry:
            raise Faulty(f'morello.memories has {entry}; a memory is like {{name = "mem"}}')
        given = {str(item.name): item.attr for item in entry}
        name = given.pop("name")
        if not isinstance(name, ir.StringAttr) or not name.value.isidentifier():
            raise Faulty(f"morello.memories has name = {name}, which is no name")
        sizes, costs = {}, {}
        for key, value in given.items():
            if key in _SIZES:
                sizes[key] = _size(f"memory {name.value}", key, value)
            else:
                known = (*_SIZES, *_TABLES)
                costs[key] = _cycles(f"memory {name.value}", key, value, known, _TABLES)
        yield _Memory(name.value, sizes, costs)


def _size(what: str, key: str, value: Any) -> int:
    if not isinstance(value, ir.IntegerAttr) or value.value < 1:
        raise Faulty(f"{what}: {key} = {value}; a whole number from 1")
    return int(value.value)


def _cycles(
    what: str, key: str, value: Any, known: tuple[str, ...], allowed: tuple[str, ...]
) -> float:
    if key not in allowed:
        near = difflib.get_close_matches(key, known, 2, 0.6) or known
        raise Faulty(f"{what}: has {key}, which is none of {', '.join(near)}")
    if not isinstance(value, ir.FloatAttr) or value.value < 0:
        raise Faulty(f"{what}: {key} = {value}; cycles are like 0.5")
    return float(value.value)


def _numbers(attributes: Any) -> dict[str, float]:
    if "morello.costs" not in attributes:
        return {}
    given = attributes["morello.costs"]
    if not isinstance(given, ir.DictAttr):
        raise Faulty(f"morello.costs = {given} is not like {{loop_step = 1.0}}")
    items = {str(item.name): item.attr for item in given}
    return {k: _cycles("morello.costs", k, v, _NUMBERS, _NUMBERS) for k, v in items.items()}
