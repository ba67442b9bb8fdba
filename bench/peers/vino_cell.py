"""OpenVINO on recurrent layers: the model that ONNX Runtime gets, and a GRU of plain ops.

OpenVINO has no kernel for a GRU whose candidate is a ReLU and takes it apart; so it may also have
the ops as a user would write them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.cell import GRU, Sizes
from bench.peers.base import Kept, Prepared, Unsupported, library
from bench.peers.ort_cell import NOTE, cell_arguments, onnx_cell, result_shape
from bench.peers.vino import OpenVino
from bench.workload import Workload


class OpenVinoCell(OpenVino):
    """Read from ONNX, for the CPU plugin."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Layers in f32."""
        model = self.core.read_model(onnx_cell(library("onnx"), workload, inputs), b"")
        shape = result_shape(workload)
        run, out = self._bound(self.compiled(model), cell_arguments(inputs), shape)
        return Prepared(run, lambda: (out[:, 0], "f32"), NOTE)

    def _bound(
        self, request: Any, given: Mapping[str, NDArray[Any]], shape: tuple[int, ...]
    ) -> tuple[Kept, NDArray[Any]]:
        for i, array in enumerate(given.values()):
            request.set_input_tensor(i, self.tensor(array))
        out = types.aligned(shape, "f32")
        request.set_output_tensor(0, self.tensor(out))
        return Kept(request.infer, *given.values()), out


class OpenVinoOps(OpenVinoCell):
    """A GRU of products and elementwise ops, step after step."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """GRUs in f32."""
        if workload.op != GRU:
            raise Unsupported("has a kernel for LSTMs: see openvino-cell")
        ops, sizes = self.ops, Sizes.of(workload)
        x, h0 = (ops.parameter(each.shape, np.float32) for each in inputs[:2])
        weights, axis = ops.constant(inputs[2]), ops.constant(np.int64(1))
        h, made = h0, []
        for each in ops.split(x, np.int64(0), sizes.steps).outputs():
            xz, xr, xc = ops.split(ops.squeeze(each, np.int64(0)), axis, 3).outputs()
            gz, gr, gc = ops.split(ops.matmul(h, weights, False, False), axis, 3).outputs()
            z, r = ops.sigmoid(ops.add(xz, gz)), ops.sigmoid(ops.add(xr, gr))
            c = ops.relu(ops.add(xc, ops.multiply(r, gc)))
            h = ops.add(c, ops.multiply(z, ops.subtract(h, c)))
            made.append(ops.unsqueeze(h, np.int64(0)))
        request = self.request([ops.concat(made, 0)], [x, h0])
        given = {"x": inputs[0], "h": inputs[1]}
        run, out = self._bound(request, given, inputs[0].shape[:2] + inputs[1].shape[1:])
        return Prepared(run, lambda: (out, "f32"))
