"""ONNX Runtime: a model of one MatMul or MatMulInteger node, bound to fixed buffers.

A constant weight is an initializer of the model, which the runtime packs when it loads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from bench import dtype as types
from bench.peers.base import Peer, Prepared, Unsupported, dtypes, library
from bench.workload import Workload

OPSET, IR_VERSION = 17, 8


class OnnxRuntime(Peer):
    """The CPU provider; neither operand is a constant, so nothing is packed ahead of time."""

    constant_weights = False

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Load the runtime, and onnx to write the model with."""
        super().__init__(options, threads)
        self.runtime = library("onnxruntime")
        self.onnx = library("onnx")

    def versions(self) -> dict[str, str]:
        """onnxruntime's."""
        return {"onnxruntime": self.runtime.__version__}

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Products in f32, f64 and 8-bit integers."""
        kind = dtypes(workload)
        operators = {
            "f32,f32->f32": "MatMul",
            "f64,f64->f64": "MatMul",
            "u8,i8->i32": "MatMulInteger",
            "i8,i8->i32": "MatMulInteger",
        }
        assert workload.output is not None
        if kind not in operators:
            raise Unsupported(f"no product of {kind} in onnxruntime on CPUs")
        options = self.runtime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        model = self._model(operators[kind], workload, inputs[1])
        session = self.runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        dtype = workload.output.dtype
        out = types.aligned(workload.output.shape, dtype)
        binding = session.io_binding()
        given = inputs[:1] if self.constant_weights else inputs
        for name, array in zip("ab", given, strict=False):
            binding.bind_input(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)
        binding.bind_output("c", "cpu", 0, out.dtype, out.shape, out.ctypes.data)
        return Prepared(lambda: session.run_with_iobinding(binding), lambda: (out, dtype))

    def _model(self, operator: str, workload: Workload, weights: NDArray[Any]) -> bytes:
        assert workload.output is not None
        helper, proto = self.onnx.helper, self.onnx.TensorProto
        codes = {
            "f32": proto.FLOAT,
            "f64": proto.DOUBLE,
            "u8": proto.UINT8,
            "i8": proto.INT8,
            "i32": proto.INT32,
        }

        def value(name: str, dtype: str, shape: tuple[int, ...]) -> Any:
            return helper.make_tensor_value_info(name, codes[dtype], shape)

        arguments = [value(n, o.dtype, o.shape) for n, o in zip("ab", workload.inputs, strict=True)]
        graph = helper.make_graph(
            [helper.make_node(operator, ["a", "b"], ["c"])],
            "product",
            arguments[:1] if self.constant_weights else arguments,
            [value("c", workload.output.dtype, workload.output.shape)],
            [self.onnx.numpy_helper.from_array(weights, "b")] if self.constant_weights else [],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        data: bytes = model.SerializeToString()
        return data


class OnnxRuntimePacked(OnnxRuntime):
    """The weights are a constant of the model."""

    constant_weights = True
