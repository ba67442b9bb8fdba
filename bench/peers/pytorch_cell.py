"""PyTorch on recurrent layers: a loop of its ops, the same compiled, and `torch.nn.LSTM`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from numpy.typing import NDArray

from bench.cell import GRU, Sizes, features
from bench.peers.base import Prepared, Unsupported, library
from bench.peers.ort_cell import NOTE
from bench.peers.pytorch import Torch
from bench.workload import Workload

WHOLE = 25
"""Up to so many steps are compiled as one program; more take minutes, so each is one of its own."""


class Eager(Torch):
    """One op after the other; the weights transposed, as `torch.nn.Linear` keeps them."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """Layers in f32."""
        torch = self.torch
        x, *states, weights = (torch.from_numpy(each) for each in inputs)
        with torch.inference_mode():
            layer = self._layer(Sizes.of(workload), weights.t().contiguous())
        last: list[Any] = [None]

        def run() -> None:
            with torch.inference_mode():
                last[0] = layer(x, *states)

        return Prepared(run, lambda: (last[0].numpy(), "f32"))

    def _layer(self, sizes: Sizes, weights: Any) -> Callable[..., Any]:
        step = self._step(sizes, weights)
        stack = self.torch.stack

        def layer(x: Any, *states: Any) -> Any:
            made = []
            for each in x.unbind(0):
                states = step(each, *states)
                made.append(states[0])
            return stack(made)

        return layer

    def _step(self, sizes: Sizes, weights: Any) -> Callable[..., tuple[Any, ...]]:
        torch = self.torch
        linear = torch.nn.functional.linear

        def gru(x: Any, h: Any) -> tuple[Any, ...]:
            xz, xr, xc = x.chunk(3, 1)
            gz, gr, gc = linear(h, weights).chunk(3, 1)
            z, r = torch.sigmoid(xz + gz), torch.sigmoid(xr + gr)
            c = torch.relu(xc + r * gc)
            return (c + z * (h - c),)

        def lstm(x: Any, h: Any, s: Any) -> tuple[Any, ...]:
            i, f, c, o = (x + linear(h, weights)).chunk(4, 1)
            s = torch.sigmoid(i) * torch.tanh(c) + torch.sigmoid(f) * s
            return torch.sigmoid(o) * torch.tanh(s), s

        return gru if sizes.kind == GRU else lstm


class Inductor(Eager):
    """`torch.compile` of a frozen model, which packs the weights."""

    def _layer(self, sizes: Sizes, weights: Any) -> Callable[..., Any]:
        torch = self.torch
        library("torch._inductor.config").freezing = True
        outer, whole = self, sizes.steps <= WHOLE

        class Frozen(torch.nn.Module):  # type: ignore[name-defined,misc]
            """A layer, or a step, whose weights are parameters."""

            def __init__(self) -> None:
                super().__init__()
                self.weights = torch.nn.Parameter(weights, requires_grad=False)

            def forward(self, x: Any, *states: Any) -> Any:
                if whole:
                    return Eager._layer(outer, sizes, self.weights)(x, *states)
                return Eager._step(outer, sizes, self.weights)(x, *states)

        compiled: Callable[..., Any] = torch.compile(Frozen().eval(), fullgraph=True)
        if whole:
            return compiled

        def layer(x: Any, *states: Any) -> Any:
            made = []
            for each in x.unbind(0):
                states = compiled(each, *states)
                made.append(states[0])
            return torch.stack(made)

        return layer


class Module(Eager):
    """`torch.nn.LSTM`, whose inputs have one feature."""

    def prepare(self, workload: Workload, inputs: Sequence[NDArray[Any]]) -> Prepared:
        """LSTMs in f32."""
        if workload.op == GRU:
            raise Unsupported("the candidate of torch.nn.GRU is a tanh and not a ReLU")
        torch, sizes = self.torch, Sizes.of(workload)
        given, width = (torch.from_numpy(each) for each in features(inputs[0]))
        h, s = (torch.from_numpy(each)[None] for each in inputs[1:3])
        layer = torch.nn.LSTM(1, sizes.hidden, bias=False).eval()
        order = torch.from_numpy(inputs[3]).t().contiguous()
        layer.weight_ih_l0 = torch.nn.Parameter(width, requires_grad=False)
        layer.weight_hh_l0 = torch.nn.Parameter(order, requires_grad=False)
        last: list[Any] = [None]

        def run() -> None:
            with torch.inference_mode():
                last[0] = layer(given, (h, s))

        return Prepared(
            run,
            lambda: (last[0][0].numpy(), "f32"),
            NOTE,
        )
