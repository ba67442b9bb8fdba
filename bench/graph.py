"""Graphs of several structured ops: their arguments, what they mean, how close to it is right.

An argument has a role, which says how its values are drawn and who may count on them: `DATA` is new
in every call, all others are constants of a model. `graph_module.py` writes the modules, and
`peers/*_graph.py` say the same in the words of other libraries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import erf, pi, prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.workload import Operand, Workload

Wide = NDArray[np.float64]

HEAD = 64
"""Columns of an attention head."""
EPSILON = 1e-5
"""Added to variances."""
CUBIC = 0.044715
"""Of the gelu that is a tanh."""


class Role(str, Enum):
    """What an argument is."""

    DATA = "data"
    WEIGHT = "weight"
    BIAS = "bias"
    GAIN = "gain"
    VARIANCE = "variance"


@dataclass(frozen=True)
class Graph:
    """The names and roles of the arguments in the workload's order, and the result in f64."""

    arguments: tuple[tuple[str, Role], ...]
    meaning: Callable[..., Wide]

    @property
    def names(self) -> tuple[str, ...]:
        """Of all arguments."""
        return tuple(name for name, _ in self.arguments)

    @property
    def constants(self) -> tuple[str, ...]:
        """Of those that a model carries."""
        return tuple(name for name, role in self.arguments if role is not Role.DATA)

    @property
    def weights(self) -> tuple[str, ...]:
        """Of those that may be packed ahead of time."""
        return tuple(name for name, role in self.arguments if role is Role.WEIGHT)


def softmax(x: Wide) -> Wide:
    """Along the last axis."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    made: Wide = e / e.sum(axis=-1, keepdims=True)
    return made


def layer_norm(x: Wide, gain: Wide, bias: Wide) -> Wide:
    """Along the last axis."""
    centred = x - x.mean(axis=-1, keepdims=True)
    return rms_norm(centred, gain) + bias


def rms_norm(x: Wide, gain: Wide) -> Wide:
    """Along the last axis."""
    made: Wide = x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + EPSILON) * gain
    return made


def gelu(x: Wide) -> Wide:
    """The exact one."""
    made: Wide = x / 2 * (1 + np.vectorize(erf)(x / sqrt(2)))
    return made


def gelu_tanh(x: Wide) -> Wide:
    """The one that is a tanh."""
    made: Wide = x / 2 * (1 + np.tanh(sqrt(2 / pi) * (x + CUBIC * x**3)))
    return made


def relu(x: Wide) -> Wide:
    """What is positive of it."""
    made: Wide = np.maximum(x, 0)
    return made


def attention(q: Wide, k: Wide, v: Wide, mask: Wide | None = None) -> Wide:
    """All heads [h, n, d], under one mask [n, n] that is added."""
    scores = q @ k.swapaxes(1, 2) / sqrt(q.shape[-1])
    made: Wide = softmax(scores if mask is None else scores + mask) @ v
    return made


def mlp(x: Wide, u: Wide, p: Wide, w: Wide, s: Wide) -> Wide:
    """Two layers with a gelu between."""
    return gelu(x @ u + p) @ w + s


def encoder(x: Wide, *weights: Wide) -> Wide:
    """`torch.nn.TransformerEncoderLayer` in evaluation, norms behind the sums, no mask."""
    wq, bq, wk, bk, wv, bv, wo, bo, g1, b1, u, p, w, s, g2, b2 = weights
    q, k, v = (heads(x @ w + b) for w, b in ((wq, bq), (wk, bk), (wv, bv)))
    together = attention(q, k, v).swapaxes(0, 1).reshape(x.shape)
    x = layer_norm(x + together @ wo + bo, g1, b1)
    return layer_norm(x + mlp(x, u, p, w, s), g2, b2)


def heads(x: Wide) -> Wide:
    """[n, h * d] as [h, n, d]."""
    made: Wide = x.reshape(len(x), -1, HEAD).swapaxes(0, 1)
    return made


def convolution(x: Wide, taps: Wide) -> Wide:
    """3 x 3, an image [n, h, w, c] with a border of zeros."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    batch, rows, columns, _ = x.shape
    total: Wide = np.zeros((batch, rows, columns, taps.shape[3]))
    for i, j in np.ndindex(3, 3):
        total += padded[:, i : i + rows, j : j + columns] @ taps[i, j]
    return total


def batch_norm(x: Wide, gain: Wide, bias: Wide, mean: Wide, variance: Wide) -> Wide:
    """By the statistics of training."""
    made: Wide = (x - mean) / np.sqrt(variance + EPSILON) * gain + bias
    return made


def block(x: Wide, *weights: Wide) -> Wide:
    """ResNet's basic one, stride 1."""
    inner = relu(batch_norm(convolution(x, weights[0]), *weights[1:5]))
    return relu(batch_norm(convolution(inner, weights[5]), *weights[6:]) + x)


def _named(data: str, constants: str = "") -> tuple[tuple[str, Role], ...]:
    """Names apart by blanks; a constant's has a letter for its role in front."""
    roles = {"w": Role.WEIGHT, "b": Role.BIAS, "g": Role.GAIN, "v": Role.VARIANCE}
    made = [(name, Role.DATA) for name in data.split()]
    return (*made, *((each[2:], roles[each[0]]) for each in constants.split()))


_QKV = "w:wq b:bq w:wk b:bk w:wv b:bv w:wo b:bo "
_FEED = "w:u b:p w:w b:s"
_NORM = "w:w{0} g:g{0} b:b{0} b:m{0} v:v{0}"
GRAPHS: dict[str, Graph] = {
    "softmax": Graph(_named("x"), softmax),
    "layer-norm": Graph(_named("x", "g:g b:b"), layer_norm),
    "rms-norm": Graph(_named("x", "g:g"), rms_norm),
    "gelu-erf": Graph(_named("x"), gelu),
    "gelu-tanh": Graph(_named("x"), gelu_tanh),
    "chain": Graph(_named("a b c"), lambda a, b, c: a @ b @ c),
    "mlp": Graph(_named("x", _FEED), mlp),
    "attention": Graph(_named("q k v mask"), attention),
    "encoder": Graph(_named("x", f"{_QKV} g:g1 b:b1 {_FEED} g:g2 b:b2"), encoder),
    "basic-block": Graph(_named("x", f"{_NORM.format(1)} {_NORM.format(2)}"), block),
    "matmul-bias-relu": Graph(_named("a b", "b:p"), lambda a, b, p: relu(a @ b + p)),
    "matmul-bias-gelu": Graph(_named("a b", "b:p"), lambda a, b, p: gelu(a @ b + p)),
}


def graph_inputs(workload: Workload, rng: np.random.Generator) -> list[NDArray[Any]]:
    """Numbers of the size that they have in models."""
    roles = [role for _, role in GRAPHS[workload.op].arguments]
    return [_drawn(role, each, rng) for role, each in zip(roles, workload.inputs, strict=True)]


def _drawn(role: Role, operand: Operand, rng: np.random.Generator) -> NDArray[Any]:
    drawn: NDArray[Any] = rng.standard_normal(operand.shape, np.float32)
    if role is Role.WEIGHT:
        drawn /= np.float32(sqrt(prod(operand.shape[:-1])))
    elif role is not Role.DATA:
        drawn = np.clip(drawn / 10, -0.5, 0.5) + np.float32(role is not Role.BIAS)
    return drawn


def terms(workload: Workload) -> int:
    """How many numbers are added up on the way to an element of the result, about."""
    roles = [role for _, role in GRAPHS[workload.op].arguments]
    return sum(
        prod(each.shape[:-1]) if role is Role.WEIGHT else max(each.shape)
        for role, each in zip(roles, workload.inputs, strict=True)
    )


def arrays(workload: Workload, inputs: Sequence[NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The inputs by name."""
    return dict(zip(GRAPHS[workload.op].names, inputs, strict=True))
