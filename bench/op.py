"""The meaning of every op that workloads name: its reference result and how close to it is right.

A new op is one entry of `REFERENCES` or `WINDOWED`, a cell, or a graph; peers then say in `prepare`
how they compute it, or raise `Unsupported`. The op "process", which times a whole command, has no
arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil, prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.cell import GATES, cell, cell_inputs
from bench.graph import GRAPHS, graph_inputs, terms
from bench.workload import Window, Workload

Wide = NDArray[np.float64]

SEED = 20250501
ROUNDED_FUNCTIONS = 4
"""How many times the roundoff of a cell's sums its elementary functions may add."""
ROUNDED_GRAPH, GRAPH_WALK = 64, 8
"""Roundoffs of a graph's functions; how many times the root of its sums' length they may add: the
errors of signed numbers cancel."""
BLOCK = 1 << 24
"""Elements of a matrix that are widened at a time."""


def make_inputs(workload: Workload) -> list[NDArray[Any]]:
    """The same random inputs every time."""
    rng = np.random.default_rng(SEED)
    if workload.op in GATES:
        return cell_inputs(workload, rng)
    if workload.op in GRAPHS:
        return graph_inputs(workload, rng)
    return [types.random(each.dtype, each.shape, rng) for each in workload.inputs]


def reference(workload: Workload, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float64]:
    """The right result, in f64, which holds the exact one for the integer sizes used here."""
    if workload.window is not None or workload.op in GATES or workload.op in GRAPHS:
        wide = [types.widen(a, o.dtype) for a, o in zip(inputs, workload.inputs, strict=True)]
        if workload.op in GRAPHS:
            return GRAPHS[workload.op].meaning(*wide)
        if workload.window is None:
            return cell(wide, workload.op)
        return WINDOWED[workload.op](wide, workload.window)
    return REFERENCES[workload.op](inputs, [each.dtype for each in workload.inputs])


def disagreement(
    workload: Workload, got: NDArray[Any], got_dtype: str, right: NDArray[np.float64]
) -> str:
    """Say how `got` is wrong; empty if it is right.

    Inputs are positive, so n rounded additions are at most n roundoffs off, relatively; those of
    graphs have signs, and their results are compared with what is usual among them. A peer may
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
    unit = float(np.sqrt(np.mean(right**2))) if workload.op in GRAPHS else 1.0
    error = np.abs(values - right) / np.maximum(np.abs(right), unit)
    wrong = ~(error <= tolerance)
    if not wrong.any():
        return ""
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    return (
        f"wrong result: {int(wrong.sum())} of {wrong.size} elements, "
        f"at {list(place)} {float(values[place])!r} instead of {float(right[place])!r}"
    )


def _additions(workload: Workload) -> int:
    if workload.op in (MATMUL, MATMUL_NK):
        return workload.inputs[0].shape[-1]
    if workload.op in GATES:
        return ROUNDED_FUNCTIONS * workload.inputs[-1].shape[0]
    if workload.op in GRAPHS:
        return ROUNDED_GRAPH + ceil(GRAPH_WALK * sqrt(terms(workload)))
    if workload.window is None:
        return 1
    chains = [prod(each.shape[:-1]) for each in workload.inputs[1:]]
    if workload.op != CONV:
        chains[0] = prod(workload.inputs[1].shape[:2])
    return sum(chains)


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


def _shifted(image: Wide, taps: Wide, window: Window) -> Iterator[tuple[Wide, Wide]]:
    """For every tap of a filter, what it reads of the image and its weights."""
    pad, stride = window.pad, window.stride
    padded = np.pad(image, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    height, width = taps.shape[:2]
    rows = window.positions(image.shape[1], height) * stride
    columns = window.positions(image.shape[2], width) * stride
    for i in range(height):
        for j in range(width):
            read = padded[:, i : i + rows : stride, j : j + columns : stride]
            yield read, taps[i, j]


def _conv(inputs: Sequence[Wide], window: Window) -> Wide:
    image, taps = inputs
    return _total(read @ weights for read, weights in _shifted(image, taps, window))


def _depthwise(inputs: Sequence[Wide], window: Window) -> Wide:
    image, taps = inputs
    return _total(read * weights for read, weights in _shifted(image, taps, window))


def _separable(inputs: Sequence[Wide], window: Window) -> Wide:
    product: Wide = _depthwise(inputs[:2], window) @ inputs[2][0, 0]
    return product


def _total(terms: Iterator[Wide]) -> Wide:
    total = next(terms)
    for each in terms:
        total = total + each
    return total


CONV, DEPTHWISE, SEPARABLE = "conv", "depthwise", "separable"
"""An image [n, h, w, c] under filters [kh, kw, c, f]; under one filter per channel [kh, kw, c]; and
the latter followed by a product of its channels with [1, 1, c, f]."""
MATMUL, MATMUL_NK = "matmul", "matmul-nk"
"""C[m, n] = A[m, k] B[k, n], and the same with B[n, k]."""

Reference = Callable[[Sequence[NDArray[Any]], Sequence[str]], NDArray[np.float64]]
REFERENCES: dict[str, Reference] = {MATMUL: _matmul, MATMUL_NK: _matmul_nk, "add": _add}
Windowed = Callable[[Sequence[Wide], Window], Wide]
WINDOWED: dict[str, Windowed] = {CONV: _conv, DEPTHWISE: _depthwise, SEPARABLE: _separable}
"""The ops of workloads that have a window."""
