"""PyTorch on layers: `conv2d` on either order of axes, and with the weights packed ahead.

Packing ahead is what `torch.compile` does to the weights of a frozen model: the ops of `Packed` are
those that it emits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.layer_module import steps
from bench.peers.base import Prepared
from bench.peers.pytorch import Torch
from bench.workload import Workload

Convolution = Callable[[Any], Any]


class Nchw(Torch):
    """As it comes: the channels before rows and columns."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Layers in f32; every call makes its result anew, in inference mode."""
        torch = self.torch
        image = self._ordered(torch.from_numpy(inputs[0]).permute(0, 3, 1, 2))
        layers: list[Convolution] = []
        with torch.inference_mode():
            x = image
            for weights, (_, window, _) in zip(inputs[1:], steps(workload), strict=True):
                taps = self._ordered(torch.from_numpy(oihw(weights)))
                groups = x.shape[1] // taps.shape[1]
                layers.append(self._layer(x, taps, window.stride, window.pad, groups))
                x = layers[-1](x)
        last: list[Any] = [None]

        def run() -> None:
            with torch.inference_mode():
                y = image
                for each in layers:
                    y = each(y)
                last[0] = y

        return Prepared(run, lambda: (last[0].permute(0, 2, 3, 1).contiguous().numpy(), "f32"))

    def _ordered(self, tensor: Any) -> Any:
        return tensor.contiguous()

    def _layer(self, x: Any, taps: Any, stride: int, pad: int, groups: int) -> Convolution:
        conv2d = self.torch.nn.functional.conv2d
        return lambda y: conv2d(y, taps, None, stride, pad, 1, groups)


class ChannelsLast(Nchw):
    """The channels last, which is the order that oneDNN likes best."""

    def _ordered(self, tensor: Any) -> Any:
        return tensor.contiguous(memory_format=self.torch.channels_last)


class Packed(ChannelsLast):
    """The channels last, and weights in the layout that oneDNN prefers."""

    def _layer(self, x: Any, taps: Any, stride: int, pad: int, groups: int) -> Convolution:
        ops = self.torch.ops.mkldnn
        sizes = [pad, pad], [stride, stride], [1, 1], groups
        packed = ops._reorder_convolution_weight(taps, *sizes, list(x.shape))
        return lambda y: ops._convolution_pointwise(y, packed, None, *sizes, "none", [], "")


def oihw(weights: NDArray[Any]) -> NDArray[Any]:
    """[kh, kw, c, f] as [f, c, kh, kw]; one filter per channel [kh, kw, c] as [c, 1, kh, kw]."""
    order = (3, 2, 0, 1) if weights.ndim == 4 else (2, 0, 1)
    turned = weights.transpose(order)
    return np.ascontiguousarray(turned if weights.ndim == 4 else turned[:, None])
