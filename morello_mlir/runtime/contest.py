"""Which of several compiled forms of one function is the fastest, by the clock.

All run on the same arguments, turn by turn, so that a clock that drops or a neighbour meets each of
them. A form counts by its best turn, and the first of equals wins. Arrays that somebody gave are
never written to. Read next: `timing.py`, `../compiler.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from morello_mlir.runtime.call import Array, Function, empty
from morello_mlir.runtime.signature import Parameter
from morello_mlir.runtime.timing import sample

TURNS = 5
TURN_SECONDS = 0.005


@dataclass(frozen=True)
class Contest:
    """Seconds per call of each form, in the order they were given."""

    seconds: tuple[float, ...]

    @property
    def fastest(self) -> int:
        """The number of the fastest, from 1."""
        return 1 + self.seconds.index(min(self.seconds))

    def __str__(self) -> str:
        """Say which won, and what it is worth."""
        best = min(self.seconds)
        first = f", {self.seconds[0] / best:.2f} x as fast as the first" if self.fastest > 1 else ""
        return f"schedule {self.fastest} of {len(self.seconds)} is the fastest: {best:.3g} s{first}"


def contest(
    forms: Sequence[Function],
    arguments: Sequence[Any] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Contest:
    """Time forms of one function; without arguments, on random ones."""
    signature = forms[0].signature
    if arguments is None:
        arguments = [_random(p, i) for i, p in enumerate(signature.inputs)]
    elif len(arguments) == len(signature.inputs):
        pairs = zip(signature.inputs, arguments, strict=True)
        arguments = [_copied(p, value) for p, value in pairs]
    results = tuple(empty(p) for p in signature.results)
    calls = [form.bind(*arguments, out=results) for form in forms]
    counts = [_count(call, clock) for call in calls]
    seconds = [float("inf")] * len(forms)
    for turn in range(TURNS):
        for step in range(len(calls)):
            at = (turn + step) % len(calls)  # nobody always comes after the same one
            seconds[at] = min(seconds[at], sample(calls[at], counts[at], clock) / counts[at])
    return Contest(tuple(seconds))


def _count(call: Callable[[], object], clock: Callable[[], float]) -> int:
    """How many calls make a turn; the first call is a warm-up."""
    call()
    return max(1, round(TURN_SECONDS / max(sample(call, 1, clock), 1e-7)))


def _random(parameter: Parameter, seed: int) -> Any:
    """Numbers around 1, which neither overflow nor vanish soon; small whole ones for integers."""
    whole = parameter.element.name.startswith("i")
    if parameter.layout is None:
        return 1 if whole else 1.0
    array: Array = empty(parameter)
    generator = np.random.default_rng(seed)
    drawn = generator.integers(0, 2, array.shape) if whole else 0.5 + generator.random(array.shape)
    array[...] = np.asarray(drawn).astype(array.dtype)
    return array


def _copied(parameter: Parameter, value: Any) -> Any:
    """The value itself, or a copy if it would be written; what does not fit is refused later."""
    if parameter.layout is None or not parameter.written or not isinstance(value, np.ndarray):
        return value
    if value.shape != parameter.layout.shape or value.itemsize != parameter.element.size:
        return value
    copy = empty(parameter).view(value.dtype)
    copy[...] = value
    return copy
