"""Answers of frameworks, to be had without the framework: arguments by seed, results in a file.

Beside `NAME.mlir` lies `NAME.npz`: `about` is JSON (who wrote it, the arguments, the tolerance),
`result0`, `result1`, ... are elements of the results, every so many of them. Argument number n has
the numbers of `numpy.random.default_rng(n)`. Read next: `export.py`, which writes both files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

KEPT = 2048
"""At most so many elements of a result are kept."""


@dataclass(frozen=True)
class Argument:
    """An argument of a module: numbers between two bounds, whole ones for integers and `bool`."""

    shape: tuple[int, ...]
    low: float = -1.0
    high: float = 1.0
    dtype: str = "float32"

    def values(self, number: int) -> Any:
        """The array that stands for argument `number`."""
        random = np.random.default_rng(number)
        if self.dtype != "float32":
            whole = random.integers(int(self.low), int(self.high), self.shape)
            return whole.astype(self.dtype)
        return random.uniform(self.low, self.high, self.shape).astype(np.float32)


def values_of(arguments: Sequence[Argument]) -> list[Any]:
    """The arrays of all arguments."""
    return [argument.values(number) for number, argument in enumerate(arguments)]


@dataclass(frozen=True)
class Answers:
    """What a framework says of a module: its arguments and elements of its results."""

    written_by: str
    arguments: tuple[Argument, ...]
    results: tuple[Any, ...]
    tolerance: float = 1e-5

    def write(self, path: Path) -> None:
        """Keep them in a file; of large results, elements at equal distances."""
        about = {
            "written_by": self.written_by,
            "arguments": [asdict(argument) for argument in self.arguments],
            "tolerance": self.tolerance,
        }
        kept = {f"result{n}": sampled(result) for n, result in enumerate(self.results)}
        np.savez_compressed(path, about=np.array(json.dumps(about)), **kept)

    @staticmethod
    def read(path: Path) -> Answers:
        """Take them from a file."""
        with np.load(path) as kept:
            about = json.loads(str(kept["about"]))
            results = tuple(kept[f"result{n}"] for n in range(len(kept.files) - 1))
        arguments = tuple(Argument(tuple(each.pop("shape")), **each) for each in about["arguments"])
        return Answers(about["written_by"], arguments, results, about["tolerance"])

    def compare(self, results: Sequence[Any]) -> None:
        """Raise `AssertionError` where results of the whole shape are not these."""
        for result, right in zip(results, self.results, strict=True):
            scale = self.tolerance * max(1.0, float(np.abs(right).max(initial=0)))
            given = sampled(np.asarray(result))
            if right.dtype == bool:
                given = given.astype(bool)
            np.testing.assert_allclose(given, right, rtol=self.tolerance, atol=scale)


def sampled(result: Any) -> Any:
    """The elements of a result that are kept: all of a small one."""
    flat = np.asarray(result).reshape(-1)
    return flat[:: -(-flat.size // KEPT)]
