"""ONNX Runtime on graphs: the model of `onnx_graph.py`, bound to fixed buffers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from bench.peers.base import Kept, Prepared
from bench.peers.onnx_graph import data, onnx_graph, result
from bench.peers.ort import OnnxRuntime
from bench.workload import Workload


class OnnxRuntimeGraph(OnnxRuntime):
    """The CPU provider, with all of its rewrites of graphs."""

    constant_weights = True

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """All graphs in f32."""
        options = self.runtime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        session = self.runtime.InferenceSession(
            self.graph(workload, inputs), options, providers=["CPUExecutionProvider"]
        )
        given = data(workload, inputs)
        out, got = result(workload)
        binding = session.io_binding()
        for name, array in given.items():
            binding.bind_input(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)
        binding.bind_output("y", "cpu", 0, out.dtype, out.shape, out.ctypes.data)
        run = Kept(lambda: session.run_with_iobinding(binding), *given.values())
        return Prepared(run, got)

    def graph(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> bytes:
        """The model."""
        return onnx_graph(self.onnx, workload, inputs)
