"""What a peer is, inside its own process."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from bench.workload import Workload


class Unsupported(Exception):
    """The peer cannot run this; the text says why."""


@dataclass(frozen=True)
class Prepared:
    """A workload ready to be timed.

    `run` does the whole work once. `result` gives the last output and its element type (None where
    there is no array); what it does is not timed. `note` says how this differs from what was asked.
    """

    run: Callable[[], object]
    result: Callable[[], tuple[NDArray[Any], str]] | None
    note: str = ""


class Kept:
    """A call, with the arrays whose memory it uses unknown to Python."""

    __slots__ = ("arrays", "call")

    def __init__(self, call: Callable[[], object], *arrays: object) -> None:
        """Keep all alive."""
        self.call, self.arrays = call, arrays

    def __call__(self) -> None:
        """Run once."""
        self.call()


class Peer(ABC):
    """A library or tool, made once per process, after its thread variables are set."""

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Keep what the registry says and the number of threads."""
        self.options = options
        self.threads = threads

    @abstractmethod
    def versions(self) -> dict[str, str]:
        """What exactly is being measured."""

    @abstractmethod
    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Make everything ready that a user would make once; raise `Unsupported` if it cannot."""


def library(name: str) -> Any:
    """Import a library, or say that it is missing."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Unsupported(f"{name} cannot be imported: {error}") from error


def dtypes(workload: Workload) -> str:
    """The element types as one word, such as `u8,i8->i32`."""
    assert workload.output is not None
    return ",".join(each.dtype for each in workload.inputs) + "->" + workload.output.dtype
