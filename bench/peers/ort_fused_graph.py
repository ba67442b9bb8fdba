"""ONNX Runtime on attention and encoders, in the fused ops that its tool for transformers writes.

`onnxruntime.transformers.optimizer` looks for what exporters emit and puts these ops of the
runtime's own in its place; here they are written at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.graph import EPSILON, HEAD, arrays
from bench.peers.base import Unsupported
from bench.peers.onnx_graph import Nodes, model
from bench.peers.ort_graph import OnnxRuntimeGraph
from bench.workload import Workload

OWN = "com.microsoft"


class OnnxRuntimeFused(OnnxRuntimeGraph):
    """The CPU provider."""

    def graph(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> bytes:
        """Attention and encoders."""
        if workload.op not in ("attention", "encoder"):
            raise Unsupported(f"no fused op for '{workload.op}'")
        nodes, named = Nodes(self.onnx), arrays(workload, inputs)
        if workload.op == "attention":
            return model(nodes, workload, inputs, _attention(nodes, named))
        return model(nodes, workload, inputs, _encoder(nodes, named))


def _attention(m: Nodes, named: dict[str, NDArray[Any]]) -> str:
    """The op has batches of rows with the heads beside each other; keys and values may be apart."""
    heads, rows, _ = named["q"].shape
    beside, apart = m.shape(1, rows, heads * HEAD), m.shape(1, heads, rows, HEAD)
    q = m.op("Reshape", m.op("Transpose", "q", perm=[1, 0, 2]), beside)
    k, v = (m.op("Reshape", each, apart) for each in "kv")
    mask = m.op("Reshape", "mask", m.shape(1, 1, rows, rows))
    made = m.op("MultiHeadAttention", q, k, v, "", "", mask, num_heads=heads, domain=OWN)
    turned = m.op("Reshape", made, m.shape(rows, heads, HEAD))
    return m.op("Transpose", turned, perm=[1, 0, 2])


def _encoder(m: Nodes, named: dict[str, NDArray[Any]]) -> str:
    rows, hidden = named["x"].shape
    weights = m.constant(np.concatenate([named[f"w{each}"] for each in "qkv"], axis=1))
    biases = m.constant(np.concatenate([named[f"b{each}"] for each in "qkv"]))
    for name in ("wo", "bo", "g1", "b1", "u", "p", "w", "s", "g2", "b2"):
        m.constant(named[name], name)
    x = m.op("Reshape", "x", m.shape(1, rows, hidden))
    made = m.op("Attention", x, weights, biases, num_heads=hidden // HEAD, domain=OWN)
    skip = {"epsilon": EPSILON, "domain": OWN}
    product = m.op("MatMul", made, "wo")
    x = m.op("SkipLayerNormalization", x, product, "g1", "b1", "bo", **skip)
    inner = m.op("BiasGelu", m.op("MatMul", x, "u"), "p", domain=OWN)
    product = m.op("MatMul", inner, "w")
    x = m.op("SkipLayerNormalization", x, product, "g2", "b2", "s", **skip)
    return m.op("Reshape", x, m.shape(rows, hidden))
