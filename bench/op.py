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
BLOCK = 1 << 24
"""Elements of a matrix that are widened at a time."""


def make_inputs(workload: Workload) -> list[NDArray[Any]]:
    """The same random inputs every time."""
    rng = np.random.default_rng(SEED)
    return [types.random(each.dtype, each.shape, rng) for each in workload.inputs]


def reference(workload: Workload, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float64]:
    """The right result, in f64, which holds the exact one for the integer sizes used here."""
    return REFERENCES[workload.op](inputs, [each.dtype for each in workload.inputs])


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
    return workload.inputs[0].shape[-1] if workload.op in (MATMUL, MATMUL_NK) else 1


def _matmul(inputs: Sequence[NDArray[Any]], dtypes: Sequence[str]) -> NDArray[np.float64]:
    """Block by block, so that a large B is never widened as a whole."""
    left = types.widen(inputs[0], dtypes[0])
    k, n = inputs[1].shape
    step = max(1, BLOCK // k)
    product = np.empty((left.shape[0], n))
    for j in range(0, n, step):
        product[:, j : j + step] = left @ types.widen(inputs[1][:, j : j + step], dtypes[1])
    return product


def _matmul_nk(inputs: Sequence[NDArray[Any]], dtypes: Sequence[str]) -> NDArray[np.float64]:
    return _matmul((inputs[0], inputs[1].T), dtypes)


def _add(inputs: Sequence[NDArray[Any]], dtypes: Sequence[str]) -> NDArray[np.float64]:
    return types.widen(inputs[0], dtypes[0]) + types.widen(inputs[1], dtypes[1])


MATMUL, MATMUL_NK = "matmul", "matmul-nk"
"""C[m, n] = A[m, k] B[k, n], and the same with B[n, k]."""

Reference = Callable[[Sequence[NDArray[Any]], Sequence[str]], NDArray[np.float64]]
REFERENCES: dict[str, Reference] = {MATMUL: _matmul, MATMUL_NK: _matmul_nk, "add": _add}
