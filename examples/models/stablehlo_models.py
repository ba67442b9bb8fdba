"""JAX functions, as linalg on tensors by two routes from StableHLO.

`by_torch_mlir` runs the legalisation of torch-mlir's `torch-mlir-opt`, `by_iree` the input phase of
`iree-compile`, whose functions become `func.func` again. Needs `jax` and one of the two; read next:
`export.py`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from examples.models.answers import Argument, values_of

_LEGALISE = "builtin.module(func.func(stablehlo-legalize-to-linalg),canonicalize,cse)"


@dataclass(frozen=True)
class JaxModel:
    """A function of arrays and what it is called with."""

    function: Callable[..., Any]
    arguments: tuple[Argument, ...]


def mlp(batch: int, inner: int, hidden: int, out: int, tanh: bool) -> JaxModel:
    """Two linear layers with GELU between them, by tanh or by erf."""
    gelu = import_module("jax").nn.gelu

    def mlp(x: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        return gelu(x @ w1 + b1, approximate=tanh) @ w2 + b2

    shapes = (batch, inner), (inner, hidden), (hidden,), (hidden, out), (out,)
    return JaxModel(mlp, tuple(Argument(shape, -0.5, 0.5) for shape in shapes))


def softmax(rows: int, columns: int) -> JaxModel:
    """Softmax of rows."""
    jax = import_module("jax")

    def softmax(x: Any) -> Any:
        return jax.nn.softmax(x, axis=-1)

    return JaxModel(softmax, (Argument((rows, columns), -9.0, 9.0),))


def layer_norm(rows: int, columns: int, var: bool) -> JaxModel:
    """Layer norm of rows; the variance written out, or by `jnp.var`."""
    jax = import_module("jax")

    def layer_norm(x: Any, weight: Any, bias: Any) -> Any:
        apart = x - x.mean(-1, keepdims=True)
        found = x.var(-1, keepdims=True) if var else (apart * apart).mean(-1, keepdims=True)
        return apart * jax.lax.rsqrt(found + 1e-5) * weight + bias

    last = Argument((columns,), -0.5, 0.5)
    return JaxModel(layer_norm, (Argument((rows, columns), -3.0, 5.0), last, last))


def embedding(rows: int, columns: int, out: int, batch: int, length: int) -> JaxModel:
    """Rows of a table, some of them counted from its end, and a linear layer."""

    def embedding(x: Any, table: Any, w: Any) -> Any:
        return table[x] @ w

    words = Argument((batch, length), -rows, rows, "int32")
    return JaxModel(embedding, (words, Argument((rows, columns)), Argument((columns, out))))


def attention(hidden: int, heads: int, length: int) -> JaxModel:
    """Causal attention of several heads with its four projections, and a residual."""
    jax, jnp = import_module("jax"), import_module("jax.numpy")
    width = hidden // heads

    def attention(x: Any, wq: Any, wk: Any, wv: Any, wo: Any) -> Any:
        q, k, v = ((x @ w).reshape(length, heads, width) for w in (wq, wk, wv))
        scores = jnp.einsum("qhd,khd->hqk", q, k) / width**0.5
        behind = jnp.tril(jnp.ones((length, length), bool))
        scores = jax.nn.softmax(jnp.where(behind, scores, -jnp.inf), axis=-1)
        return x + jnp.einsum("hqk,khd->qhd", scores, v).reshape(length, hidden) @ wo

    bound = hidden**-0.5
    weight = Argument((hidden, hidden), -bound, bound)
    return JaxModel(attention, (Argument((length, hidden)), *(weight,) * 4))


def stablehlo(model: JaxModel) -> tuple[str, tuple[Any, ...]]:
    """The function as StableHLO, and JAX's answer."""
    jax = import_module("jax")
    given = values_of(model.arguments)
    jitted = jax.jit(model.function)
    text = str(jitted.lower(*given).compiler_ir("stablehlo"))
    return text, (import_module("numpy").asarray(jitted(*given)),)


def by_torch_mlir(text: str, name: str) -> str:
    """Linalg of StableHLO, by torch-mlir."""
    tool = Path(sys.executable).parent / "torch-mlir-opt"
    return _plain(_run([str(tool), f"--pass-pipeline={_LEGALISE}"], text), name)


def by_iree(text: str, name: str) -> str:
    """Linalg of StableHLO, by IREE."""
    tool = import_module("iree.compiler.tools.binaries").find_tool("iree-compile")
    found = _run([tool, "-", "--compile-to=input", "--iree-hal-target-backends=llvm-cpu"], text)
    return _plain(found.replace("util.func", "func.func").replace("util.return", "return"), name)


def _run(command: list[str], text: str) -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def _plain(text: str, name: str) -> str:
    """Without attributes of dialects that are not upstream's; `main` gets a name."""
    text = re.sub(r" attributes \{mhlo\.[^}]*\}", "", text)
    text = re.sub(r" \{jax\.result_info = \"[^\"]*\"\}", "", text)
    return text.replace("@main(", f"@{name}(")
