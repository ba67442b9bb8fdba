"""OpenVINO on layers: one Convolution after the other, the weights constants of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.layer_module import steps
from bench.peers.base import Kept, Peer, Prepared, library
from bench.peers.pytorch_layer import oihw
from bench.workload import Operand, Workload


class OpenVino(Peer):
    """The CPU plugin: f32 kept f32, one request, tuned for its latency."""

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Load OpenVINO."""
        super().__init__(options, threads)
        self.vino = library("openvino")
        self.ops = library("openvino.opset13")
        self.core = self.vino.Core()

    def versions(self) -> dict[str, str]:
        """OpenVINO's."""
        return {"openvino": self.vino.__version__}

    def request(self, outputs: Sequence[Any], parameters: Sequence[Any]) -> Any:
        """A request for the outputs of a graph, compiled."""
        return self.compiled(self.vino.Model(list(outputs), list(parameters), "model"))

    def compiled(self, model: Any) -> Any:
        """A request for a model."""
        config = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": self.threads,
            "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": "f32",
            "ENABLE_CPU_PINNING": False,
        }
        return self.core.compile_model(model, "CPU", config).create_infer_request()

    def tensor(self, array: NDArray[Any]) -> Any:
        """A tensor on the array's memory."""
        return self.vino.Tensor(array, shared_memory=True)


class Nchw(OpenVino):
    """Images in the order [n, c, h, w]."""

    channels_last = False

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Layers in f32."""
        assert workload.output is not None
        last, ops = self.channels_last, self.ops
        image = inputs[0] if last else types.aligned_copy(inputs[0].transpose(0, 3, 1, 2), "f32")
        x = ops.parameter(image.shape, np.float32, "x")
        y = ops.transpose(x, np.array([0, 3, 1, 2])) if last else x
        for taps, (_, window, _) in zip(inputs[1:], steps(workload), strict=True):
            y = self._convolution(y, taps, window.stride, window.pad)
        if last:
            y = ops.transpose(y, np.array([0, 2, 3, 1]))
        request = self.request([y], [x])
        out = types.aligned(_ordered(workload.output, last), "f32")
        request.set_input_tensor(0, self.tensor(image))
        request.set_output_tensor(0, self.tensor(out))

        def result() -> tuple[NDArray[Any], str]:
            return out if last else np.ascontiguousarray(out.transpose(0, 2, 3, 1)), "f32"

        return Prepared(Kept(request.infer, image), result)

    def _convolution(self, x: Any, taps: NDArray[Any], stride: int, pad: int) -> Any:
        sizes = [stride, stride], [pad, pad], [pad, pad], [1, 1]
        weights = oihw(taps)
        if taps.ndim == 4:
            return self.ops.convolution(x, self.ops.constant(weights), *sizes)
        return self.ops.group_convolution(x, self.ops.constant(weights[:, None]), *sizes)


class Nhwc(Nchw):
    """The channels last: transposed in the model, which the plugin may do by a change of names."""

    channels_last = True


def _ordered(operand: Operand, channels_last: bool) -> tuple[int, ...]:
    batch, rows, columns, channels = operand.shape
    return operand.shape if channels_last else (batch, channels, rows, columns)
