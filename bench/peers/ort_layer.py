"""ONNX Runtime on layers: one Conv node after the other, the weights constants of the model.

Its graph optimizer brings constant weights and images into blocks of channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.layer_module import steps
from bench.peers.base import Kept, Prepared
from bench.peers.ort import IR_VERSION, OPSET, OnnxRuntime
from bench.peers.pytorch_layer import oihw
from bench.workload import Workload


class OnnxRuntimeLayer(OnnxRuntime):
    """The CPU provider, images in the order [n, c, h, w]."""

    constant_weights = True

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Layers in f32."""
        assert workload.output is not None
        options = self.runtime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        session = self.runtime.InferenceSession(
            onnx_layer(self.onnx, workload, inputs[1:]),
            options,
            providers=["CPUExecutionProvider"],
        )
        image = types.aligned_copy(inputs[0].transpose(0, 3, 1, 2), "f32")
        batch, rows, columns, channels = workload.output.shape
        out = types.aligned((batch, channels, rows, columns), "f32")
        binding = session.io_binding()
        binding.bind_input("x", "cpu", 0, image.dtype, image.shape, image.ctypes.data)
        binding.bind_output("y", "cpu", 0, out.dtype, out.shape, out.ctypes.data)

        def result() -> tuple[NDArray[Any], str]:
            return np.ascontiguousarray(out.transpose(0, 2, 3, 1)), "f32"

        return Prepared(Kept(lambda: session.run_with_iobinding(binding), image), result)


def onnx_layer(onnx: Any, workload: Workload, weights: Sequence[NDArray[Any]]) -> bytes:
    """The model: x [n, c, h, w] to y."""
    assert workload.output is not None
    helper, single = onnx.helper, onnx.TensorProto.FLOAT
    nodes, constants, read = [], [], "x"
    all_steps = steps(workload)
    for i, (array, (_, window, _)) in enumerate(zip(weights, all_steps, strict=True)):
        constants.append(onnx.numpy_helper.from_array(oihw(array), f"w{i}"))
        made = "y" if i + 1 == len(all_steps) else f"t{i}"
        attributes = {"strides": [window.stride] * 2, "pads": [window.pad] * 4}
        if array.ndim == 3:
            attributes["group"] = array.shape[2]
        nodes.append(helper.make_node("Conv", [read, f"w{i}"], [made], **attributes))
        read = made
    ends = []
    for name, operand in (("x", workload.inputs[0]), ("y", workload.output)):
        batch, rows, columns, channels = operand.shape
        shape = (batch, channels, rows, columns)
        ends.append(helper.make_tensor_value_info(name, single, shape))
    graph = helper.make_graph(nodes, "layer", ends[:1], ends[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    data: bytes = model.SerializeToString()
    return data
