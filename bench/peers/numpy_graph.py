"""numpy on graphs, where a user would: products, and rows in place, in results made beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.graph import CUBIC, EPSILON, HEAD
from bench.peers.base import Prepared, Unsupported
from bench.peers.openblas import Numpy
from bench.workload import Workload

Array = NDArray[np.float32]


class NumpyGraph(Numpy):
    """Ops of arrays, one after the other."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Graphs that need no error function and no convolution."""
        if workload.op not in FORMS:
            raise Unsupported(f"no '{workload.op}' of numpy's ops alone")
        assert workload.output is not None
        form, out = FORMS[workload.op], types.aligned(workload.output.shape, "f32")
        return Prepared(lambda: form(out, *inputs), lambda: (out, "f32"))


def softmax(out: Array, x: Array) -> None:
    """Along the last axis; `out` may be `x`."""
    np.subtract(x, x.max(axis=-1, keepdims=True), out=out)
    np.exp(out, out=out)
    np.divide(out, out.sum(axis=-1, keepdims=True), out=out)


def _layer_norm(out: Array, x: Array, gain: Array, bias: Array) -> None:
    np.subtract(x, x.mean(axis=-1, keepdims=True), out=out)
    _rms_norm(out, out, gain)
    np.add(out, bias, out=out)


def _rms_norm(out: Array, x: Array, gain: Array) -> None:
    squares = np.einsum("ij,ij->i", x, x)[:, None]
    np.multiply(x, 1 / np.sqrt(squares / np.float32(x.shape[1]) + np.float32(EPSILON)), out=out)
    np.multiply(out, gain, out=out)


def _gelu_tanh(out: Array, x: Array) -> None:
    np.multiply(x, x, out=out)
    np.multiply(out, np.float32(CUBIC), out=out)
    np.add(out, np.float32(1), out=out)
    np.multiply(out, x, out=out)
    np.multiply(out, np.float32(sqrt(2 / pi)), out=out)
    np.tanh(out, out=out)
    np.add(out, np.float32(1), out=out)
    np.multiply(out, x, out=out)
    np.multiply(out, np.float32(0.5), out=out)


def _attention(out: Array, q: Array, k: Array, v: Array, mask: Array) -> None:
    scores = np.matmul(q * np.float32(HEAD**-0.5), k.swapaxes(1, 2))
    scores += mask
    softmax(scores, scores)
    np.matmul(scores, v, out=out)


def _bias_relu(out: Array, a: Array, b: Array, p: Array) -> None:
    np.matmul(a, b, out=out)
    np.add(out, p, out=out)
    np.maximum(out, 0, out=out)


FORMS: dict[str, Callable[..., Any]] = {
    "softmax": softmax,
    "layer-norm": _layer_norm,
    "rms-norm": _rms_norm,
    "gelu-tanh": _gelu_tanh,
    "chain": lambda out, a, b, c: np.matmul(a @ b, c, out=out),
    "attention": _attention,
    "matmul-bias-relu": _bias_relu,
}
