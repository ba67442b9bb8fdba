"""PyTorch models, as linalg on tensors by torch-mlir's fx importer.

Each function makes a `TorchModel`: an `nn.Module` for inference and the shapes that it takes. Its
weights are constants of the module that is written, or further arguments. Needs `torch` and
`torch-mlir`; read next: `export.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from math import prod
from typing import Any

from examples.models.answers import Argument, values_of


@dataclass(frozen=True)
class TorchModel:
    """A model, what it is called with, and whether its weights are arguments too."""

    module: Any
    inputs: tuple[Argument, ...]
    weights_are_arguments: bool = False


def mlp(batch: int, inner: int, hidden: int, out: int, free: bool) -> TorchModel:
    """Two linear layers with GELU between them."""
    nn = import_module("torch.nn")
    layers = nn.Linear(inner, hidden), nn.GELU(), nn.Linear(hidden, out)
    return TorchModel(nn.Sequential(*layers), (Argument((batch, inner)),), free)


def resnet_block(channels: int, size: int, free: bool) -> TorchModel:
    """ResNet's basic block: two convolutions, batch norm in inference, a residual."""
    torch = import_module("torch")
    nn = torch.nn
    c1, c2 = (nn.Conv2d(channels, channels, 3, padding=1, bias=False) for _ in range(2))
    b1, b2 = (nn.BatchNorm2d(channels) for _ in range(2))

    def forward(own: Any, x: Any) -> Any:
        inner = torch.relu(own.b1(own.c1(x)))
        return torch.relu(own.b2(own.c2(inner)) + x)

    block = _module(forward, c1=c1, b1=b1, c2=c2, b2=b2)
    return TorchModel(block, (Argument((1, channels, size, size)),), free)


def encoder(hidden: int, heads: int, inner: int, length: int) -> TorchModel:
    """A layer of a transformer's encoder: attention, two layer norms, GELU."""
    torch = import_module("torch")
    # The fast path is one op that importers do not know.
    torch.backends.mha.set_fastpath_enabled(False)
    layer = torch.nn.TransformerEncoderLayer(
        hidden, heads, inner, activation="gelu", batch_first=True
    )
    return TorchModel(layer, (Argument((1, length, hidden)),), weights_are_arguments=True)


def attention(heads: int, length: int, width: int) -> TorchModel:
    """Scaled dot-product attention of several heads, all given."""
    function = import_module("torch.nn.functional").scaled_dot_product_attention
    given = Argument((1, heads, length, width), -2.0, 2.0)
    return TorchModel(_module(lambda own, q, k, v: function(q, k, v)), (given,) * 3)


def softmax(rows: int, columns: int, log: bool = False) -> TorchModel:
    """Softmax of rows, or its logarithm."""
    nn = import_module("torch.nn")
    given = Argument((rows, columns), -9.0, 9.0)
    return TorchModel(nn.LogSoftmax(-1) if log else nn.Softmax(-1), (given,))


def layer_norm(rows: int, columns: int) -> TorchModel:
    """Layer norm of rows."""
    module = import_module("torch.nn").LayerNorm(columns)
    return TorchModel(module, (Argument((rows, columns), -3.0, 5.0),), weights_are_arguments=True)


def classifier(words: int, length: int, hidden: int, classes: int) -> TorchModel:
    """Embeddings of words, their mean where a mask has them, and the likeliest class."""
    torch = import_module("torch")
    table = torch.nn.Embedding(words, hidden)
    last = torch.nn.Linear(hidden, classes)

    def forward(own: Any, ids: Any, mask: Any) -> Any:
        weights = torch.softmax(torch.zeros(ids.shape).masked_fill(mask, float("-inf")), -1)
        pooled = (own.table(ids) * weights.unsqueeze(-1)).sum(1)
        scores = own.last(pooled)
        return scores, scores.argmax(-1)

    ids = Argument((3, length), 0, words, "int64")
    mask = Argument((3, length), 0, 2, "bool")
    return TorchModel(_module(forward, table=table, last=last), (ids, mask))


def _module(forward: Callable[..., Any], **parts: Any) -> Any:
    """An `nn.Module` of parts, with that method."""
    kind = type("Model", (import_module("torch.nn").Module,), {"forward": forward})
    module = kind()
    for name, part in parts.items():
        setattr(module, name, part)
    return module


def export(model: TorchModel, name: str) -> tuple[str, tuple[Argument, ...], tuple[Any, ...]]:
    """The text of the module, the arguments it has, and PyTorch's answers to them."""
    torch = import_module("torch")
    fx = import_module("torch_mlir.fx")
    whole = model.module.eval()
    weights = _weights(whole)
    with torch.no_grad():
        for number, (key, argument) in enumerate(weights.items()):
            values = argument.values(len(model.inputs) + number)
            whole.state_dict()[key].copy_(torch.from_numpy(values))
    arguments = model.inputs
    if model.weights_are_arguments:
        arguments += tuple(weights.values())
        whole = _open(whole, tuple(weights), len(model.inputs))
    given = [torch.from_numpy(values) for values in values_of(arguments)]
    with torch.no_grad():
        found = whole(*given)
    results = found if isinstance(found, tuple) else (found,)
    kind = "linalg-on-tensors"
    text = str(fx.export_and_import(whole, *given, output_type=kind, func_name=name))
    return text, arguments, tuple(result.numpy() for result in results)


def _weights(module: Any) -> dict[str, Argument]:
    """What a module has learnt, and numbers in its place that keep its results moderate."""
    found = {}
    for key, value in module.state_dict().items():
        if not value.is_floating_point():
            continue
        shape = tuple(value.shape)
        if len(shape) > 1:
            bound = prod(shape[1:]) ** -0.5
            found[key] = Argument(shape, -bound, bound)
        elif key.endswith(("var", "weight")):
            found[key] = Argument(shape, 0.5, 1.5)
        else:
            found[key] = Argument(shape, -0.5, 0.5)
    return found


def _open(module: Any, names: tuple[str, ...], inputs: int) -> Any:
    """The module with its weights as arguments behind the others."""
    call = import_module("torch.func").functional_call

    def forward(own: Any, *given: Any) -> Any:
        weights = dict(zip(names, given[inputs:], strict=True))
        return call(module, weights, given[:inputs])

    return _module(forward)
