"""Graphs as ONNX models, which ONNX Runtime and OpenVINO read: in the ops that exporters emit.

Images are [n, c, h, w] here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.graph import EPSILON, GRAPHS, HEAD, arrays
from bench.peers.pytorch_layer import oihw
from bench.workload import Workload

OPSET, IR_VERSION = 20, 10
"""The first with a Gelu."""
IMAGES = frozenset({"basic-block"})


class Nodes:
    """A model under construction; values are known by their names."""

    def __init__(self, onnx: Any) -> None:
        """No node is there yet."""
        self.onnx = onnx
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def op(self, kind: str, *reads: str, **attributes: Any) -> str:
        """A node with one result."""
        name = f"t{len(self.nodes)}"
        self.nodes.append(self.onnx.helper.make_node(kind, list(reads), [name], **attributes))
        return name

    def constant(self, array: NDArray[Any], name: str = "") -> str:
        """An initializer."""
        name = name or f"k{len(self.constants)}"
        self.constants.append(self.onnx.numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def scalar(self, value: float) -> str:
        """One f32."""
        return self.constant(np.array(value, np.float32))

    def shape(self, *sizes: int) -> str:
        """What a Reshape reads."""
        return self.constant(np.array(sizes, np.int64))


def data(workload: Workload, inputs: Sequence[NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The model's inputs by name."""
    constants = GRAPHS[workload.op].constants
    named = {n: a for n, a in arrays(workload, inputs).items() if n not in constants}
    if workload.op in IMAGES:
        named = {n: types.aligned_copy(a.transpose(0, 3, 1, 2), "f32") for n, a in named.items()}
    return named


def result(workload: Workload) -> tuple[NDArray[Any], Callable[[], tuple[NDArray[Any], str]]]:
    """A place for the model's result, and what gives it in the order that was asked for."""
    assert workload.output is not None
    if workload.op not in IMAGES:
        out = types.aligned(workload.output.shape, "f32")
        return out, lambda: (out, "f32")
    batch, rows, columns, channels = workload.output.shape
    out = types.aligned((batch, channels, rows, columns), "f32")
    return out, lambda: (np.ascontiguousarray(out.transpose(0, 2, 3, 1)), "f32")


def onnx_graph(onnx: Any, workload: Workload, inputs: Sequence[NDArray[Any]]) -> bytes:
    """The model: the data to y."""
    nodes, named = Nodes(onnx), arrays(workload, inputs)
    for name in GRAPHS[workload.op].constants:
        nodes.constant(oihw(named[name]) if named[name].ndim == 4 else named[name], name)
    last = FORMS[workload.op](nodes, *GRAPHS[workload.op].names)
    return model(nodes, workload, inputs, last)


def model(nodes: Nodes, workload: Workload, inputs: Sequence[NDArray[Any]], last: str) -> bytes:
    """The nodes as a model whose result is the value `last`."""
    helper, single = nodes.onnx.helper, nodes.onnx.TensorProto.FLOAT
    assert nodes.nodes[-1].output[0] == last
    nodes.nodes[-1].output[0] = "y"
    given = data(workload, inputs)
    ends = [helper.make_tensor_value_info(n, single, a.shape) for n, a in given.items()]
    made = helper.make_tensor_value_info("y", single, result(workload)[0].shape)
    graph = helper.make_graph(nodes.nodes, "graph", ends, [made], nodes.constants)
    versions = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    whole = helper.make_model(graph, opset_imports=versions)
    whole.ir_version = IR_VERSION
    text: bytes = whole.SerializeToString()
    return text


def _rms_norm(m: Nodes, x: str, gain: str) -> str:
    axes = m.constant(np.array([-1], np.int64))
    mean = m.op("ReduceMean", m.op("Pow", x, m.scalar(2)), axes)
    root = m.op("Sqrt", m.op("Add", mean, m.scalar(EPSILON)))
    return m.op("Mul", m.op("Div", x, root), gain)


def _layer_norm(m: Nodes, x: str, gain: str, bias: str) -> str:
    return m.op("LayerNormalization", x, gain, bias, axis=-1, epsilon=EPSILON)


def _linear(m: Nodes, x: str, w: str, bias: str) -> str:
    return m.op("Add", m.op("MatMul", x, w), bias)


def _mlp(m: Nodes, x: str, u: str, p: str, w: str, s: str) -> str:
    return _linear(m, m.op("Gelu", _linear(m, x, u, p)), w, s)


def _attention(m: Nodes, q: str, k: str, v: str, mask: str = "") -> str:
    """Heads [h, n, d]."""
    turned = m.op("Transpose", k, perm=[0, 2, 1])
    scores = m.op("Mul", m.op("MatMul", q, turned), m.scalar(1 / sqrt(HEAD)))
    scores = m.op("Add", scores, mask) if mask else scores
    return m.op("MatMul", m.op("Softmax", scores, axis=-1), v)


def _encoder(m: Nodes, x: str, *weights: str) -> str:
    wq, bq, wk, bk, wv, bv, wo, bo, g1, b1, u, p, w, s, g2, b2 = weights
    apart, together = m.shape(0, -1, HEAD), m.shape(0, -1)
    heads = [
        m.op("Transpose", m.op("Reshape", _linear(m, x, w, b), apart), perm=[1, 0, 2])
        for w, b in ((wq, bq), (wk, bk), (wv, bv))
    ]
    rows = m.op("Transpose", _attention(m, *heads), perm=[1, 0, 2])
    made = _linear(m, m.op("Reshape", rows, together), wo, bo)
    x = _layer_norm(m, m.op("Add", x, made), g1, b1)
    return _layer_norm(m, m.op("Add", x, _mlp(m, x, u, p, w, s)), g2, b2)


def _block(m: Nodes, x: str, *weights: str) -> str:
    def normal(image: str, taps: str, *norm: str) -> str:
        made = m.op("Conv", image, taps, pads=[1] * 4)
        return m.op("BatchNormalization", made, *norm, epsilon=EPSILON)

    inner = m.op("Relu", normal(x, *weights[:5]))
    return m.op("Relu", m.op("Add", normal(inner, *weights[5:]), x))


FORMS: dict[str, Callable[..., str]] = {
    "softmax": lambda m, x: m.op("Softmax", x, axis=-1),
    "layer-norm": _layer_norm,
    "rms-norm": _rms_norm,
    "gelu-erf": lambda m, x: m.op("Gelu", x),
    "gelu-tanh": lambda m, x: m.op("Gelu", x, approximate="tanh"),
    "chain": lambda m, a, b, c: m.op("MatMul", m.op("MatMul", a, b), c),
    "mlp": _mlp,
    "attention": _attention,
    "encoder": _encoder,
    "basic-block": _block,
    "matmul-bias-relu": lambda m, *given: m.op("Relu", _linear(m, *given)),
    "matmul-bias-gelu": lambda m, *given: m.op("Gelu", _linear(m, *given)),
}
