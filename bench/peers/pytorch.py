"""PyTorch: `mm` (MKL or oneDNN behind it) and `_int_mm`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
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
        if kind in ("f32,f32->f32", "f64,f64->f64"):
            return self._floats(inputs, workload.output.dtype)
        if kind in ("bf16,bf16->f32", "bf16,bf16->bf16"):
            return self._bf16(inputs, workload.output.dtype)
        if kind in ("u8,i8->i32", "i8,i8->i32"):
            return self._bytes(inputs, workload.inputs[0].dtype)
        raise Unsupported(f"no product of {kind} in torch")

    def _floats(self, inputs: Sequence[NDArray[Any]], dtype: str) -> Prepared:
        torch = self.torch
        a, b = (torch.from_numpy(each) for each in inputs)
        out = types.aligned((a.shape[0], b.shape[1]), dtype)
        c = torch.from_numpy(out)
        return Prepared(lambda: torch.mm(a, b, out=c), lambda: (out, dtype))

    def _bf16(self, inputs: Sequence[NDArray[Any]], asked: str) -> Prepared:
        torch = self.torch
        a, b = (torch.from_numpy(each.view(np.int16)).view(torch.bfloat16) for each in inputs)
        c = torch.empty(a.shape[0], b.shape[1], dtype=torch.bfloat16)
        note = "bf16 result" if asked != "bf16" else ""
        return Prepared(
            lambda: torch.mm(a, b, out=c),
            lambda: (c.view(torch.int16).numpy().view(np.uint16), "bf16"),
            note,
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
