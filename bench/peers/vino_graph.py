"""OpenVINO on graphs: the model of `onnx_graph.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from bench.peers.base import Kept, Prepared, library
from bench.peers.onnx_graph import data, onnx_graph, result
from bench.peers.vino import OpenVino
from bench.workload import Workload


class OpenVinoGraph(OpenVino):
    """The CPU plugin."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """All graphs in f32."""
        model = self.core.read_model(onnx_graph(library("onnx"), workload, inputs), b"")
        request = self.compiled(model)
        given = data(workload, inputs)
        for name, array in given.items():
            request.set_tensor(name, self.tensor(array))
        out, got = result(workload)
        request.set_output_tensor(0, self.tensor(out))
        return Prepared(Kept(request.infer, *given.values()), got)
