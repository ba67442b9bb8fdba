"""Writes `examples/models/{torch,jax,iree}`: modules of frameworks and the frameworks' answers.

`python -m examples.models.export [FRAMEWORK/NAME...]` from the top folder; without names, all of
`MODELS`. Each `NAME.mlir` holds upstream dialects only, one function of the same name; `NAME.npz`
is as `answers.py` says. Other sizes are other calls of the functions in `torch_models.py` and
`stablehlo_models.py`. Runs where `torch`, `torch-mlir`, `jax` and `iree-base-compiler` are
installed, and needs nothing of this project but this folder.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from examples.models import stablehlo_models, torch_models
from examples.models.answers import Answers, Argument

HERE = Path(__file__).parent
FOREIGN = re.compile(r"\b(chlo|iree\w*|linalg_ext|stablehlo|tm_tensor|torch|util)\.(?!float)\w+")
"""Ops that only the framework's own tools know."""

MODELS: dict[str, Callable[[], Any]] = {
    "torch/mlp": lambda: torch_models.mlp(8, 24, 40, 10, free=False),
    "torch/mlp_1024": lambda: torch_models.mlp(256, 1024, 4096, 1024, free=True),
    "torch/resnet_block": lambda: torch_models.resnet_block(16, 14, free=False),
    "torch/resnet_block_c64": lambda: torch_models.resnet_block(64, 56, free=True),
    "torch/encoder": lambda: torch_models.encoder(48, 4, 96, 10),
    "torch/encoder_h768": lambda: torch_models.encoder(768, 12, 3072, 128),
    "torch/attention": lambda: torch_models.attention(3, 20, 16),
    "torch/attention_h1_s512": lambda: torch_models.attention(1, 512, 64),
    "torch/attention_h12_s512": lambda: torch_models.attention(12, 512, 64),
    "torch/softmax": lambda: torch_models.softmax(8, 512),
    "torch/log_softmax": lambda: torch_models.softmax(7, 100, log=True),
    "torch/layer_norm": lambda: torch_models.layer_norm(512, 1024),
    "torch/classifier": lambda: torch_models.classifier(50, 9, 16, 6),
    "jax/mlp": lambda: stablehlo_models.mlp(8, 24, 40, 10, tanh=True),
    "jax/softmax": lambda: stablehlo_models.softmax(8, 512),
    "jax/layer_norm": lambda: stablehlo_models.layer_norm(9, 64, var=False),
    "jax/embedding": lambda: stablehlo_models.embedding(50, 16, 6, 3, 9),
    "jax/attention": lambda: stablehlo_models.attention(32, 4, 12),
    "iree/mlp": lambda: stablehlo_models.mlp(8, 24, 40, 10, tanh=False),
    "iree/layer_norm": lambda: stablehlo_models.layer_norm(9, 64, var=True),
    "iree/attention": lambda: stablehlo_models.attention(32, 4, 12),
}


def main(names: list[str]) -> int:
    """Write the models of these names."""
    for name in names or MODELS:
        text, answers = exported(name)
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / f"{name}.mlir").write_text(text)
        answers.write(HERE / f"{name}.npz")
        print(f"{name}: {len(text.splitlines())} lines")
    return 0


def exported(name: str) -> tuple[str, Answers]:
    """The text of a model, and its framework's answers."""
    framework, _, function = name.partition("/")
    model = MODELS[name]()
    if framework == "torch":
        text, arguments, results = torch_models.export(model, function)
        return _told(name, text, ("torch", "torch-mlir"), arguments, results)
    hlo, results = stablehlo_models.stablehlo(model)
    if framework == "jax":
        text, route = stablehlo_models.by_torch_mlir(hlo, function), "torch-mlir"
    else:
        text, route = stablehlo_models.by_iree(hlo, function), "iree-base-compiler"
    return _told(name, text, ("jax", route), model.arguments, results)


def _told(
    name: str,
    text: str,
    packages: tuple[str, ...],
    arguments: tuple[Argument, ...],
    results: tuple[Any, ...],
) -> tuple[str, Answers]:
    """The text with a line that says who wrote it; foreign ops are refused."""
    found = FOREIGN.search(text)
    if found is not None:
        raise ValueError(f"{name}: {found[0]} is not of an upstream dialect")
    by = ", ".join(f"{package} {version(package)}" for package in packages)
    lines = (line.rstrip() for line in text.splitlines())
    written = "\n".join((f"// {by}; examples/models/export.py {name}", *lines)) + "\n"
    return written, Answers(by, arguments, results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
