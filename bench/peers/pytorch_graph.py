"""PyTorch on graphs: its own ops and modules, and the same under `torch.compile`.

Constants are parameters of a module in evaluation, so that a frozen one may pack them. The process
is in inference mode from its start: entering it costs a microsecond per call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.graph import EPSILON, GRAPHS, HEAD, arrays
from bench.peers.base import Prepared, library
from bench.peers.pytorch import Torch
from bench.peers.pytorch_layer import oihw
from bench.workload import Workload

Model = Callable[..., Any]


class Eager(Torch):
    """One op after the other, in results made beforehand where an op takes one."""

    def __init__(self, options: Mapping[str, str], threads: int) -> None:
        """Load torch, for inference only."""
        super().__init__(options, threads)
        self.mode = self.torch.inference_mode()
        self.mode.__enter__()

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """All graphs in f32."""
        torch, named = self.torch, arrays(workload, inputs)
        constants = {name: named[name] for name in GRAPHS[workload.op].constants}
        data = [torch.from_numpy(each) for name, each in named.items() if name not in constants]
        image = workload.op == "basic-block"
        if image:
            data = [each.permute(0, 3, 1, 2) for each in data]
        model = self._model(workload, constants)
        last: list[Any] = [None]

        def run() -> None:
            last[0] = None
            last[0] = model(*data)

        def result() -> tuple[NDArray[Any], str]:
            got = last[0].permute(0, 2, 3, 1).contiguous() if image else last[0]
            return got.reshape(workload.output.shape).numpy(), "f32"  # type: ignore[union-attr]

        return Prepared(run, result)

    def _model(self, workload: Workload, constants: Mapping[str, NDArray[Any]]) -> Model:
        reused = self._reusing(workload)
        return reused or modules(self.torch, workload, constants)

    def _reusing(self, workload: Workload) -> Model | None:
        """Ops that take their result's place."""
        torch = self.torch
        assert workload.output is not None
        out = torch.empty(workload.output.shape)
        if workload.op == "softmax":
            return lambda x: torch.softmax(x, -1, out=out)
        if workload.op.startswith("gelu"):
            approximate = "tanh" if workload.op == "gelu-tanh" else "none"
            gelu = torch.ops.aten.gelu.out
            return lambda x: gelu(x, approximate=approximate, out=out)
        if workload.op == "chain":
            between = torch.empty(workload.output.shape)
            return lambda a, b, c: torch.mm(torch.mm(a, b, out=between), c, out=out)
        return None


class Inductor(Eager):
    """`torch.compile` of a frozen model, which packs the weights, trying all that it may."""

    def _model(self, workload: Workload, constants: Mapping[str, NDArray[Any]]) -> Model:
        config = library("torch._inductor.config")
        config.freezing = True
        config.compile_threads = 1
        self.torch._dynamo.reset()
        self.torch.backends.mha.set_fastpath_enabled(False)
        model = modules(self.torch, workload, constants)
        how = {"fullgraph": True, "dynamic": False, "mode": "max-autotune"}
        compiled: Model = self.torch.compile(model, **how)
        return compiled


def modules(torch: Any, workload: Workload, constants: Mapping[str, NDArray[Any]]) -> Any:
    """A module in evaluation; it takes the data."""
    if workload.op == "encoder":
        return _encoder(torch, constants)
    functional, op = torch.nn.functional, workload.op

    class Graph(torch.nn.Module):  # type: ignore[misc]
        """The constants as parameters, by their names."""

        def __init__(self) -> None:
            super().__init__()
            for name, array in constants.items():
                self.register_parameter(name, _parameter(torch, array))

        def forward(self, *data: Any) -> Any:
            return forms[op](self, *data)

    def attention(_: Any, q: Any, k: Any, v: Any, mask: Any) -> Any:
        given = (each[None] for each in (q, k, v))
        return functional.scaled_dot_product_attention(*given, attn_mask=mask)[0]

    def mlp(m: Any, x: Any) -> Any:
        between = functional.gelu(functional.linear(x, m.u, m.p))
        return functional.linear(between, m.w, m.s)

    def block(m: Any, x: Any) -> Any:
        y = functional.conv2d(x, m.w1, padding=1)
        y = functional.batch_norm(y, m.m1, m.v1, m.g1, m.b1, eps=EPSILON)
        y = functional.conv2d(functional.relu(y), m.w2, padding=1)
        y = functional.batch_norm(y, m.m2, m.v2, m.g2, m.b2, eps=EPSILON)
        return functional.relu(y + x)

    forms: dict[str, Model] = {
        "softmax": lambda _, x: torch.softmax(x, -1),
        "layer-norm": lambda m, x: functional.layer_norm(x, m.g.shape, m.g, m.b, EPSILON),
        "rms-norm": lambda m, x: functional.rms_norm(x, m.g.shape, m.g, EPSILON),
        "gelu-erf": lambda _, x: functional.gelu(x),
        "gelu-tanh": lambda _, x: functional.gelu(x, approximate="tanh"),
        "chain": lambda _, a, b, c: a @ b @ c,
        "mlp": mlp,
        "attention": attention,
        "basic-block": block,
        "matmul-bias-relu": lambda m, a, b: functional.relu(torch.addmm(m.p, a, b)),
        "matmul-bias-gelu": lambda m, a, b: functional.gelu(torch.addmm(m.p, a, b)),
    }
    return Graph().eval()


def _parameter(torch: Any, array: NDArray[Any]) -> Any:
    """As `torch.nn` keeps it: [out, in], taps [f, c, h, w] with the channels last in memory."""
    if array.ndim == 4:
        taps = torch.from_numpy(oihw(array)).contiguous(memory_format=torch.channels_last)
        return torch.nn.Parameter(taps, requires_grad=False)
    turned = np.ascontiguousarray(array.T)
    return torch.nn.Parameter(torch.from_numpy(turned), requires_grad=False)


def _encoder(torch: Any, constants: Mapping[str, NDArray[Any]]) -> Any:
    """`torch.nn.TransformerEncoderLayer`, which has a path of its own for inference."""
    hidden, inner = constants["u"].shape
    layer = torch.nn.TransformerEncoderLayer(
        hidden,
        hidden // HEAD,
        inner,
        dropout=0.0,
        activation="gelu",
        layer_norm_eps=EPSILON,
        batch_first=True,
    )
    given = {name: torch.from_numpy(np.ascontiguousarray(a.T)) for name, a in constants.items()}
    state = {
        "self_attn.in_proj_weight": torch.cat([given[f"w{each}"] for each in "qkv"]),
        "self_attn.in_proj_bias": torch.cat([given[f"b{each}"] for each in "qkv"]),
        "self_attn.out_proj.weight": given["wo"],
        "self_attn.out_proj.bias": given["bo"],
        "linear1.weight": given["u"],
        "linear1.bias": given["p"],
        "linear2.weight": given["w"],
        "linear2.bias": given["s"],
        "norm1.weight": given["g1"],
        "norm1.bias": given["b1"],
        "norm2.weight": given["g2"],
        "norm2.bias": given["b2"],
    }
    layer.load_state_dict(state)
    layer = layer.eval().requires_grad_(False)

    class Batch(torch.nn.Module):  # type: ignore[misc]
        """One sequence as a batch of one, which that path asks for."""

        def __init__(self) -> None:
            super().__init__()
            self.layer = layer

        def forward(self, x: Any) -> Any:
            return self.layer(x[None])

    return Batch().eval()
