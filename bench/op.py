"""The meaning of every op that workloads name: its reference result and how close to it is right.

A new op is one entry of `REFERENCES`; peers then say in `prepare` how they compute it, or raise
`Unsupported`. The op "process", which times a whole command, has no arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.workload import Workload

SEED = 20250501


def make_inputs(workload: Workload) -> list[NDArray[Any]]:
    """The same random inputs every time."""
    rng = np.random.default_rng(SEED)
    return [types.random(each.dtype, each.shape, rng) for each in workload.inputs]


def reference(workload: Workload, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float64]:
    """The right result, in f64, which holds the exact one for the integer sizes used here."""
    wide = [types.widen(a, o.dtype) for a, o in zip(inputs, workload.inputs, strict=True)]
    return REFERENCES[workload.op](wide)


def disagreement(
    workload: Workload, got: NDArray[Any], got_dtype: str, right: NDArray[np.float64]
) -> str:
    """Say how `got` is wrong; empty if it is right.

    Inputs are positive, so n rounded additions are at most n roundoffs off, relatively; a peer may
    round its result to a narrower type than asked (`got_dtype`), which is allowed for and noted.
    """
    assert workload.output is not None
    if got.shape != right.shape:
        return f"the result has shape {got.shape}, not {right.shape}"
    values = types.widen(got, got_dtype)
    tolerance = 0.0
    if types.is_float(workload.output.dtype):
        rounded = {workload.output.dtype, got_dtype}
        tolerance = (_additions(workload) + 1) * types.ROUNDOFF[workload.output.dtype]
        tolerance += max(types.ROUNDOFF[each] for each in rounded)
    error = np.abs(values - right) / np.maximum(np.abs(right), 1.0)
    wrong = ~(error <= tolerance)
    if not wrong.any():
        return ""
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    return (
        f"wrong result: {int(wrong.sum())} of {wrong.size} elements, "
        f"at {list(place)} {float(values[place])!r} instead of {float(right[place])!r}"
    )


def _additions(workload: Workload) -> int:
    return workload.inputs[0].shape[-1] if workload.op == "matmul" else 1


def _matmul(inputs: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    product: NDArray[np.float64] = inputs[0] @ inputs[1]
    return product


def _add(inputs: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return inputs[0] + inputs[1]


REFERENCES: dict[str, Callable[[Sequence[NDArray[np.float64]]], NDArray[np.float64]]] = {
    "matmul": _matmul,
    "add": _add,
}
