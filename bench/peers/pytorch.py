"""PyTorch: `mm` and `linear` (MKL or oneDNN behind them), `_int_mm`, and weights packed ahead.

Packing ahead is what `torch.compile` does to the weights of a frozen model: the ops of this file
are those that it emits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.op import MATMUL_NK
from bench.peers.base import Peer, Prepared, Unsupported, dtypes, library
from bench.workload import Workload


class Torch(Peer):
    """torch, with every allocation it allows done beforehand."""

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Load torch and bound its threads."""
        super().__init__(options, threads)
        self.torch = library("torch")
        self.torch.set_num_threads(threads)

    def versions(self) -> dict[str, str]:
        """torch's."""
        return {"torch": self.torch.__version__}

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Products in f32, f64, bf16 (with a bf16 result) and 8-bit integers."""
        assert workload.output is not None
        kind = dtypes(workload)
        transposed = workload.op == MATMUL_NK
        if kind in ("f32,f32->f32", "f64,f64->f64") and not transposed:
            return self._floats(inputs, workload.output.dtype)
        if kind in ("bf16,bf16->f32", "bf16,bf16->bf16", "f32,bf16->f32"):
            return self._bf16(workload, inputs)
        if kind in ("u8,i8->i32", "i8,i8->i32") and not transposed:
            return self._bytes(inputs, workload.inputs[0].dtype)
        raise Unsupported(f"no {workload.op} of {kind} in torch")

    def _floats(self, inputs: Sequence[NDArray[Any]], dtype: str) -> Prepared:
        torch = self.torch
        a, b = (torch.from_numpy(each) for each in inputs)
        out = types.aligned((a.shape[0], b.shape[1]), dtype)
        c = torch.from_numpy(out)
        return Prepared(lambda: torch.mm(a, b, out=c), lambda: (out, dtype))

    def _bf16(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """The result is bf16, and so are the products' operands: activations in f32 are cast."""
        torch = self.torch
        a, b = (self._tensor(x, o.dtype) for x, o in zip(inputs, workload.inputs, strict=True))
        if workload.op == MATMUL_NK:
            linear = torch.nn.functional.linear
            return self._cast(workload, a, lambda x: linear(x, b))
        c = torch.empty(a.shape[0], b.shape[1], dtype=torch.bfloat16)
        return self._cast(workload, a, lambda x: torch.mm(x, b, out=c))

    def _cast(self, workload: Workload, a: Any, product: Callable[[Any], Any]) -> Prepared:
        """`product` of `a` as bf16; the cast is timed where `a` is none."""
        torch = self.torch
        assert workload.output is not None
        last: list[Any] = [None]

        def run() -> None:
            last[0] = product(a)

        def run_and_cast() -> None:
            last[0] = product(a.to(torch.bfloat16))

        casts = a.dtype != torch.bfloat16
        notes = ["activations cast to bf16"] if casts else []
        notes += ["bf16 result"] if workload.output.dtype != "bf16" else []
        return Prepared(
            run_and_cast if casts else run,
            lambda: (last[0].view(torch.int16).numpy().view(np.uint16), "bf16"),
            ", ".join(notes),
        )

    def _bytes(self, inputs: Sequence[NDArray[Any]], left: str) -> Prepared:
        """`_int_mm` has signed operands only: it gets a - 128, and the check adds the rest back."""
        torch = self.torch
        shift = 128 if left == "u8" else 0
        a = torch.from_numpy((inputs[0].astype(np.int16) - shift).astype(np.int8))
        b = torch.from_numpy(inputs[1])
        c = torch.empty(a.shape[0], b.shape[1], dtype=torch.int32)
        rest = shift * inputs[1].sum(axis=0, dtype=np.int64)
        return Prepared(
            lambda: torch._int_mm(a, b, out=c),
            lambda: ((c.numpy() + rest).astype(np.int32), "i32"),
            "s8s8" if shift else "",
        )

    def _tensor(self, array: NDArray[Any], dtype: str) -> Any:
        if dtype != "bf16":
            return self.torch.from_numpy(array)
        return self.torch.from_numpy(array.view(np.int16)).view(self.torch.bfloat16)

    def _weights(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> tuple[Any, Any]:
        """The activations, and the weights as `linear` wants them: [n, k], contiguous."""
        a, b = (self._tensor(x, o.dtype) for x, o in zip(inputs, workload.inputs, strict=True))
        return a, b if workload.op == MATMUL_NK else b.t().contiguous()


class OneDnnPacked(Torch):
    """`linear` with weights in the layout that oneDNN prefers."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Products in f32 and bf16."""
        assert workload.output is not None
        kind = dtypes(workload)
        if kind not in ("f32,f32->f32", "bf16,bf16->f32", "bf16,bf16->bf16", "f32,bf16->f32"):
            raise Unsupported(f"no packed {workload.op} of {kind} in torch")
        a, weights = self._weights(workload, inputs)
        ops = self.torch.ops.mkldnn
        packed = ops._reorder_linear_weight(weights, a.shape[0])

        def product(x: Any) -> Any:
            return ops._linear_pointwise(x, packed, None, "none", [], "")

        if kind != "f32,f32->f32":
            return self._cast(workload, a, product)
        return _keeping(lambda: product(a))


class MklPacked(Torch):
    """`linear` with weights packed by MKL, as on Intel's processors."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Products in f32."""
        if dtypes(workload) != "f32,f32->f32":
            raise Unsupported(f"no packed {workload.op} of {dtypes(workload)} in MKL")
        a, weights = self._weights(workload, inputs)
        ops, rows = self.torch.ops.mkl, a.shape[0]
        packed = ops._mkl_reorder_linear_weight(weights, rows)
        return _keeping(lambda: ops._mkl_linear(a, packed, weights, None, rows))


def _keeping(product: Callable[[], Any]) -> Prepared:
    """A product that makes its f32 result anew every time; the last one is kept."""
    last: list[Any] = [None]

    def run() -> None:
        last[0] = product()

    return Prepared(run, lambda: (last[0].numpy(), "f32"))
