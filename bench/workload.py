"""A workload as data: what is computed, on what, how much work it is, what must be reached."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any


class Measure(str, Enum):
    """What a goal's number is."""

    PEER = "peer"
    """The time of the best peer whose name matches `of`, divided by ours."""
    PEAK = "peak"
    """Our rate, divided by `times` the rate of the peak named `of`."""
    OURS = "ours"
    """The time of the best of our other entries whose name matches `of`, divided by ours."""
    SPEEDUP = "speedup"
    """Our time on one thread, divided by ours."""
    SECONDS = "seconds"
    """Our time; the only measure of which less is better."""


@dataclass(frozen=True)
class Goal:
    """What `subject`, a peer's name, must reach; judged in the case with `threads` threads."""

    measure: Measure
    value: float
    of: str = ""
    times: float = 1.0
    threads: int = 1
    subject: str = "morello"


@dataclass(frozen=True)
class Operand:
    """An array: its shape and the name of its element type, as in `dtype.py`."""

    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True)
class Window:
    """How a filter moves over an image: by `stride`, over a border of `pad` zeros on every side."""

    stride: int = 1
    pad: int = 0

    def positions(self, size: int, filter_size: int) -> int:
        """How many places the filter has along a side."""
        return (size + 2 * self.pad - filter_size) // self.stride + 1

    def inside(self, size: int, filter_size: int) -> int:
        """How many (place, tap) pairs along a side read the image and not its border."""
        places = range(self.positions(size, filter_size))
        firsts = (place * self.stride - self.pad for place in places)
        return sum(0 <= at + tap < size for at in firsts for tap in range(filter_size))


@dataclass(frozen=True)
class Workload:
    """One thing to time.

    `op` names an entry of `op.py`. `isa` is what the code may use: "native" for all that the
    machine has, "avx512" for all but AMX, "avx2" for x86-64-v3. `peaks` are names from `peak.py`;
    the first is the one that the table divides by. `module` and `schedule` are stems of files in
    `examples/schedules`; without a `module`, `module.py` writes the text, and the search finds the
    schedule. `packs` allows to bring the last input, a constant, into any layout ahead of time;
    for ops with a `window`, all inputs but the first. `nominal` are the operations with those that
    multiply the border, which `flops` leaves out. `peers` fits the names of those that enter.
    """

    name: str
    op: str
    inputs: tuple[Operand, ...] = ()
    output: Operand | None = None
    flops: int = 0
    nominal: int = 0
    window: Window | None = None
    bytes: int = 0
    threads: tuple[int, ...] = (1,)
    isa: str = "native"
    peaks: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()
    module: str = ""
    schedule: str = ""
    packs: bool = False
    peers: str = ".*"
    note: str = field(default="", compare=False)

    @property
    def work(self) -> int:
        """Operations, or bytes where there are none to speak of, or 0."""
        return self.flops or self.bytes

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @staticmethod
    def from_json(values: dict[str, Any]) -> Workload:
        """The inverse of `to_json`, after a trip through JSON."""
        changed = dict(values)
        changed["inputs"] = tuple(_operand(each) for each in values["inputs"])
        changed["output"] = _operand(values["output"]) if values["output"] else None
        changed["window"] = Window(**values["window"]) if values["window"] else None
        changed["goals"] = tuple(
            Goal(**{**each, "measure": Measure(each["measure"])}) for each in values["goals"]
        )
        changed["threads"] = tuple(values["threads"])
        changed["peaks"] = tuple(values["peaks"])
        return Workload(**changed)


def _operand(values: dict[str, Any]) -> Operand:
    return Operand(tuple(values["shape"]), values["dtype"])
