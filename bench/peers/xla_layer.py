"""JAX on layers: `lax.conv_general_dilated` on images with the channels last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.layer_module import steps
from bench.peers.base import Prepared
from bench.peers.xla import Jax
from bench.workload import Workload

ORDER = ("NHWC", "HWIO", "NHWC")


class JaxLayer(Jax):
    """The weights are arguments: XLA packs no constants of convolutions on CPUs."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Layers in f32."""
        jax, windows = self.jax, [window for _, window, _ in steps(workload)]

        def layer(x: Any, *weights: Any) -> Any:
            for taps, window in zip(weights, windows, strict=True):
                x = jax.lax.conv_general_dilated(
                    x,
                    taps,
                    (window.stride,) * 2,
                    ((window.pad, window.pad),) * 2,
                    dimension_numbers=ORDER,
                    feature_group_count=x.shape[3] // taps.shape[2],
                )
            return x

        compiled = jax.jit(layer)
        given = [inputs[0], *(w if w.ndim == 4 else w[:, :, None] for w in inputs[1:])]
        arrays = [jax.device_put(each) for each in given]
        return Prepared(
            lambda: compiled(*arrays).block_until_ready(),
            lambda: (np.asarray(compiled(*arrays)), "f32"),
        )
