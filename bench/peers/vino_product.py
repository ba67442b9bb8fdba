"""OpenVINO on products: a model of one MatMul, neither operand a constant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import dtype as types
from bench.peers.base import Prepared, Unsupported, dtypes
from bench.peers.vino import OpenVino
from bench.workload import Workload


class OpenVinoProduct(OpenVino):
    """The CPU plugin."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Products in f32; bytes only as part of quantised models."""
        assert workload.output is not None
        if dtypes(workload) != "f32,f32->f32":
            raise Unsupported(f"no product of {dtypes(workload)} in OpenVINO on CPUs")
        parameters = [self.ops.parameter(each.shape, np.float32) for each in inputs]
        request = self.request([self.ops.matmul(*parameters, False, False)], parameters)
        for i, each in enumerate(inputs):
            request.set_input_tensor(i, self.tensor(each))
        out = types.aligned(workload.output.shape, "f32")
        request.set_output_tensor(0, self.tensor(out))
        return Prepared(request.infer, lambda: (out, "f32"))
