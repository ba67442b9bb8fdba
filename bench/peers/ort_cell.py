"""ONNX Runtime on recurrent layers: the ops GRU and LSTM, their weights constants of the model.

They multiply the inputs themselves: these have one feature, so that it costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.cell import GRU, Sizes, features, reordered
from bench.peers.base import Kept, Prepared
from bench.peers.ort import IR_VERSION, OPSET, OnnxRuntime
from bench.workload import Workload

NOTE = "and W x"
GATES = {"gru": "zrc", "lstm": "iofc"}
"""In ONNX's order."""


class OnnxRuntimeCell(OnnxRuntime):
    """The CPU provider."""

    constant_weights = True

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Layers in f32."""
        options = self.runtime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        session = self.runtime.InferenceSession(
            onnx_cell(self.onnx, workload, inputs), options, providers=["CPUExecutionProvider"]
        )
        binding = session.io_binding()
        given = cell_arguments(inputs)
        for name, array in given.items():
            binding.bind_input(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)
        out = types.aligned(result_shape(workload), "f32")
        binding.bind_output("y", "cpu", 0, out.dtype, out.shape, out.ctypes.data)
        run = Kept(lambda: session.run_with_iobinding(binding), *given.values())
        return Prepared(run, lambda: (out[:, 0], "f32"), NOTE)


def cell_arguments(inputs: Sequence[NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The model's inputs by name: those of the layer, and the states."""
    x, *states, _ = inputs
    given = {"x": features(x)[0], **dict(zip("hs", (each[None] for each in states), strict=False))}
    return {name: types.aligned_copy(array, "f32") for name, array in given.items()}


def result_shape(workload: Workload) -> tuple[int, ...]:
    """ONNX has an axis for the directions."""
    sizes = Sizes.of(workload)
    return (sizes.steps, 1, sizes.batch, sizes.hidden)


def onnx_cell(onnx: Any, workload: Workload, inputs: Sequence[NDArray[Any]]) -> bytes:
    """The model: x [t, b, 1] and the states [1, b, hidden] to y."""
    helper, single = onnx.helper, onnx.TensorProto.FLOAT
    kind = workload.op
    order = GATES[kind]
    own = reordered(features(inputs[0])[1].T, kind, order).T
    weights = {"w": own, "r": reordered(inputs[-1], kind, order).T}
    constants = [
        onnx.numpy_helper.from_array(np.ascontiguousarray(array)[None], name)
        for name, array in weights.items()
    ]
    arguments = cell_arguments(inputs)
    attributes: dict[str, Any] = {"hidden_size": Sizes.of(workload).hidden}
    if kind == GRU:
        attributes |= {"activations": ["Sigmoid", "Relu"], "linear_before_reset": 1}
    names = ["x", "w", "r", "", "", *list(arguments)[1:]]
    node = helper.make_node(kind.upper(), names, ["y"], **attributes)
    ends = [
        helper.make_tensor_value_info(name, single, array.shape)
        for name, array in arguments.items()
    ]
    result = helper.make_tensor_value_info("y", single, result_shape(workload))
    graph = helper.make_graph([node], "cell", ends, [result], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    data: bytes = model.SerializeToString()
    return data
