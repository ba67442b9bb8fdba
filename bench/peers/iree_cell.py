"""IREE on recurrent layers: our module of `examples/models` with the weights as a constant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from bench.peers.base import Prepared
from bench.peers.iree import NAME, Iree, constant
from bench.peers.morello import model
from bench.workload import Workload

WEIGHTS = re.compile(r",\s*%u: (tensor<[^>]*>)")


class IreeCell(Iree):
    """The llvm-cpu backend."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Layers in f32."""
        text = frozen(model(workload), inputs[-1])
        return self.bound(text, inputs[:-1], ["f32"] * (len(inputs) - 1), "f32")


def frozen(text: str, weights: NDArray[Any]) -> str:
    """The module without our attributes, its last argument a constant."""
    text = re.sub(r" \{morello[^}]*\}", "", text)
    kind = WEIGHTS.findall(text)[0]
    line = f"  %u = arith.constant {constant(weights)} : {kind}\n"
    head, brace, body = WEIGHTS.sub("", text).partition("{\n")
    return re.sub(r"@\w+\(", f"@{NAME}(", head) + brace + line + body
