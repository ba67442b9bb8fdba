"""JAX on graphs: `jax.nn` and `jax.numpy` under `jit`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.graph import EPSILON, HEAD
from bench.peers.base import Prepared
from bench.peers.xla import Jax
from bench.peers.xla_layer import ORDER
from bench.workload import Workload


class JaxGraph(Jax):
    """The constants are arguments: XLA packs none on CPUs."""

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Load JAX; calls run in the caller's thread, which saves small ones half of their time."""
        super().__init__(options, threads)
        self.jax.config.update("jax_cpu_enable_async_dispatch", False)

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """All graphs in f32."""
        compiled = self.jax.jit(forms(self.jax)[workload.op])
        given = [self.jax.device_put(each) for each in inputs]
        return Prepared(
            lambda: compiled(*given).block_until_ready(),
            lambda: (np.asarray(compiled(*given)), "f32"),
        )


def forms(jax: Any) -> dict[str, Callable[..., Any]]:
    """Every graph as a function of all its arguments."""
    jnp, nn = jax.numpy, jax.nn

    def layer_norm(x: Any, gain: Any, bias: Any) -> Any:
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = jnp.square(centred).mean(axis=-1, keepdims=True)
        return centred * jax.lax.rsqrt(variance + EPSILON) * gain + bias

    def rms_norm(x: Any, gain: Any) -> Any:
        return x * jax.lax.rsqrt(jnp.square(x).mean(axis=-1, keepdims=True) + EPSILON) * gain

    def gelu(x: Any) -> Any:
        return nn.gelu(x, approximate=False)

    def mlp(x: Any, u: Any, p: Any, w: Any, s: Any) -> Any:
        return gelu(x @ u + p) @ w + s

    def attention(q: Any, k: Any, v: Any, mask: Any = 0) -> Any:
        scores = jnp.einsum("hid,hjd->hij", q, k) * HEAD**-0.5
        return jnp.einsum("hij,hjd->hid", nn.softmax(scores + mask, axis=-1), v)

    def encoder(x: Any, *weights: Any) -> Any:
        wq, bq, wk, bk, wv, bv, wo, bo, g1, b1, u, p, w, s, g2, b2 = weights
        heads = [
            (x @ w + b).reshape(len(x), -1, HEAD).swapaxes(0, 1)
            for w, b in ((wq, bq), (wk, bk), (wv, bv))
        ]
        together = attention(*heads).swapaxes(0, 1).reshape(x.shape)
        x = layer_norm(x + together @ wo + bo, g1, b1)
        return layer_norm(x + mlp(x, u, p, w, s), g2, b2)

    def normal(x: Any, taps: Any, gain: Any, bias: Any, mean: Any, variance: Any) -> Any:
        made = jax.lax.conv_general_dilated(x, taps, (1, 1), "SAME", dimension_numbers=ORDER)
        return (made - mean) * (gain * jax.lax.rsqrt(variance + EPSILON)) + bias

    def block(x: Any, *weights: Any) -> Any:
        inner = nn.relu(normal(x, *weights[:5]))
        return nn.relu(normal(inner, *weights[5:]) + x)

    return {
        "softmax": nn.softmax,
        "layer-norm": layer_norm,
        "rms-norm": rms_norm,
        "gelu-erf": gelu,
        "gelu-tanh": nn.gelu,
        "chain": lambda a, b, c: a @ b @ c,
        "mlp": mlp,
        "attention": attention,
        "encoder": encoder,
        "basic-block": block,
        "matmul-bias-relu": lambda a, b, p: nn.relu(a @ b + p),
        "matmul-bias-gelu": lambda a, b, p: gelu(a @ b + p),
    }
