"""JAX on recurrent layers: `lax.scan` over the steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.cell import GRU
from bench.peers.base import Prepared
from bench.peers.xla import Jax
from bench.workload import Workload


class JaxCell(Jax):
    """The weights are an argument: XLA packs no constants on CPUs."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Layers in f32."""
        jax = self.jax
        sigmoid, split = jax.nn.sigmoid, jax.numpy.split

        def gru(states: Any, x: Any, weights: Any) -> Any:
            (h,) = states
            (xz, xr, xc), (gz, gr, gc) = split(x, 3, axis=1), split(h @ weights, 3, axis=1)
            c = jax.nn.relu(xc + sigmoid(xr + gr) * gc)
            return (c + sigmoid(xz + gz) * (h - c),)

        def lstm(states: Any, x: Any, weights: Any) -> Any:
            h, s = states
            i, f, c, o = split(x + h @ weights, 4, axis=1)
            s = sigmoid(i) * jax.numpy.tanh(c) + sigmoid(f) * s
            return sigmoid(o) * jax.numpy.tanh(s), s

        step = gru if workload.op == GRU else lstm

        def layer(x: Any, *given: Any) -> Any:
            *states, weights = given

            def body(carried: Any, each: Any) -> Any:
                carried = step(carried, each, weights)
                return carried, carried[0]

            return jax.lax.scan(body, tuple(states), x)[1]

        compiled = jax.jit(layer)
        arrays = [jax.device_put(each) for each in inputs]
        return Prepared(
            lambda: compiled(*arrays).block_until_ready(),
            lambda: (np.asarray(compiled(*arrays)), "f32"),
        )
