"""Recurrent cells: their inputs, what they mean, and the parts that peers take them apart into.

The rules are DeepBench's, as in `examples/models/cells.py`. `x`, the inputs' products that are done
beforehand, has rank one, [t, b] times [gates]: so a library whose op multiplies the inputs itself
may have inputs of a single feature, which costs it next to nothing, and computes the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.workload import Workload

GRU, LSTM = "gru", "lstm"
GATES = {GRU: "zrc", LSTM: "ifco"}
"""In the order of the columns of `x` and of the weights."""

Wide = NDArray[np.float64]


@dataclass(frozen=True)
class Sizes:
    """Of a cell's layer."""

    kind: str
    steps: int
    batch: int
    hidden: int

    @staticmethod
    def of(workload: Workload) -> Sizes:
        """Those of a workload."""
        assert workload.output is not None
        return Sizes(workload.op, *workload.output.shape)


def cell_inputs(workload: Workload, rng: np.random.Generator) -> list[NDArray[Any]]:
    """`x` and the states in [-1, 1), the weights less by the root of their number."""
    drawn = [types.random(each.dtype, each.shape, rng) * 2 - 3 for each in workload.inputs]
    x, *states, weights = drawn
    return [x[:, :, :1] * x[-1, -1], *states, weights / np.float32(len(weights) ** 0.5)]


def features(x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The inputs [t, b, 1] and their weights [gates, 1] that `x` is the product of."""
    weights = x[0, 0]
    largest = int(np.argmax(np.abs(weights)))
    given = x[:, :, largest : largest + 1] / weights[largest]
    return np.ascontiguousarray(given), np.ascontiguousarray(weights[:, None])


def reordered(columns: NDArray[Any], kind: str, gates: str) -> NDArray[Any]:
    """The last axis, gate by gate in another order."""
    parts = np.split(columns, len(gates), axis=-1)
    return np.concatenate([parts[GATES[kind].index(gate)] for gate in gates], axis=-1)


def cell(inputs: Sequence[Wide], kind: str) -> Wide:
    """All steps' outputs [t, b, hidden]."""
    x, *states, weights = inputs
    made = []
    for step in x:
        states = _STEPS[kind](step, states, weights)
        made.append(states[0])
    return np.stack(made)


def _gru(x: Wide, states: Sequence[Wide], weights: Wide) -> list[Wide]:
    (h,) = states
    (xz, xr, xc), (gz, gr, gc) = np.split(x, 3, axis=1), np.split(h @ weights, 3, axis=1)
    z, r = _sigmoid(xz + gz), _sigmoid(xr + gr)
    c = np.maximum(xc + r * gc, 0)
    return [c + z * (h - c)]


def _lstm(x: Wide, states: Sequence[Wide], weights: Wide) -> list[Wide]:
    h, s = states
    i, f, c, o = np.split(x + h @ weights, 4, axis=1)
    s = _sigmoid(i) * np.tanh(c) + _sigmoid(f) * s
    return [_sigmoid(o) * np.tanh(s), s]


def _sigmoid(x: Wide) -> Wide:
    made: Wide = 1 / (1 + np.exp(-x))
    return made


_STEPS = {GRU: _gru, LSTM: _lstm}
