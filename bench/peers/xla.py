"""JAX: `lax.dot_general` compiled by XLA for the CPU.

XLA sizes its thread pool by the CPUs the process may use, which the harness has pinned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.op import MATMUL_NK
from bench.peers.base import Peer, Prepared, Unsupported, dtypes, library
from bench.workload import Workload


class Jax(Peer):
    """JAX; it makes a new result every time, as it does for its users."""

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Load JAX, for the CPU and with 64-bit types."""
        super().__init__(options, threads)
        self.jax = library("jax")
        self.jax.config.update("jax_platforms", "cpu")
        self.jax.config.update("jax_enable_x64", True)

    def versions(self) -> dict[str, str]:
        """JAX's and jaxlib's."""
        return {"jax": self.jax.__version__, "jaxlib": library("jaxlib").__version__}

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Products of equal operand types, and of f32 with weights in bf16, which XLA widens."""
        assert workload.output is not None
        left, right = (each.dtype for each in workload.inputs)
        widens = (left, right) == ("f32", "bf16")
        if left != right and not widens:
            raise Unsupported(f"no product of {dtypes(workload)} in JAX")
        jax, dtype = self.jax, workload.output.dtype
        wanted = jax.numpy.dtype({"i32": "int32", "f64": "float64"}.get(dtype, "float32"))
        contract = (((1,), (1 if workload.op == MATMUL_NK else 0,)), ((), ()))

        def dot(a: Any, b: Any) -> Any:
            b = b.astype(wanted) if widens else b
            return jax.lax.dot_general(a, b, contract, preferred_element_type=wanted)

        product = jax.jit(dot)
        views = (self._view(a, o.dtype) for a, o in zip(inputs, workload.inputs, strict=True))
        a, b = (jax.device_put(each) for each in views)
        return Prepared(
            lambda: product(a, b).block_until_ready(),
            lambda: (np.asarray(product(a, b)), dtype),
            "weights widened" if widens else "",
        )

    def _view(self, array: NDArray[Any], dtype: str) -> NDArray[Any]:
        if dtype != "bf16":
            return array
        bf16: NDArray[Any] = array.view(self.jax.numpy.bfloat16.dtype)
        return bf16
