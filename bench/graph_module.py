"""The MLIR text of graphs: one function on tensors per workload, of plain linalg ops.

Ops stand one behind the other as a front end leaves them: nothing is fused and nothing is shared
that a framework would not share. Weights are arguments in any layout where the workload allows it,
or, given as text, constants of the function; such text has no attributes of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import pi, sqrt

from bench.graph import CUBIC, EPSILON, GRAPHS, HEAD
from bench.linalg_text import MINUS_INFINITY, Text, tensor
from bench.workload import Workload

GENERIC, NAMED = "generic", "named"
"""Of a softmax: by its parts, or the op of that name."""
ADD, MULTIPLY = "r = addf a b", "r = mulf a b"


def graph_text(
    workload: Workload,
    name: str,
    constants: Mapping[str, str] | None = None,
    form: str = GENERIC,
) -> str:
    """The module; `constants` are values of arguments as attributes, by name."""
    graph, text, head, first = GRAPHS[workload.op], Text(), [], []
    values = []
    for each, operand in zip(graph.names, workload.inputs, strict=True):
        values.append(text.given(each, operand.shape))
        kind = tensor(operand.shape)
        if constants is None:
            free = ', morello.layout = "any"' if workload.packs and each in graph.weights else ""
            head.append(f'%{each}: {kind} {{morello.name = "{each}"{free}}}')
        elif each in constants:
            first.append(f"  %{each} = arith.constant {constants[each]} : {kind}")
        else:
            head.append(f"%{each}: {kind}")
    if form == NAMED:
        result = _named_softmax(text, values[0])
    else:
        result = _WRITERS[workload.op](text, *values)
    return text.function(f"func.func @{name}({', '.join(head)})", first, result)


def _softmax(text: Text, x: str) -> str:
    axes = "hij"[-len(text.shapes[x]) :]
    rows = axes[:-1]
    largest = text.generic([(x, axes)], rows, "r = maximumf a o", MINUS_INFINITY)
    powers = text.generic([(x, axes), (largest, rows)], axes, "d = subf a b; r = math.exp d")
    total = text.generic([(powers, axes)], rows, "r = addf a o", 0.0)
    return text.generic([(powers, axes), (total, rows)], axes, "r = divf a b")


def _named_softmax(text: Text, x: str) -> str:
    shape = text.shapes[x]
    kind, last = tensor(shape), len(shape) - 1
    out = text.op(shape, f"tensor.empty() : {kind}")
    operands = f"ins({x} : {kind}) outs({out} : {kind}) -> {kind}"
    return text.op(shape, f"linalg.softmax dimension({last}) {operands}")


def _layer_norm(text: Text, x: str, gain: str, bias: str) -> str:
    total = text.generic([(x, "ij")], "i", "r = addf a o", 0.0)
    n = text.scalar(float(text.shapes[x][-1]))
    mean = text.generic([(total, "i")], "i", f"r = divf a {n}")
    centred = text.generic([(x, "ij"), (mean, "i")], "ij", "r = subf a b")
    part = _root_mean_square(text, centred)
    body = "s = mulf a b; t = mulf s c; r = addf t d"
    return text.generic([(centred, "ij"), (part, "i"), (gain, "j"), (bias, "j")], "ij", body)


def _rms_norm(text: Text, x: str, gain: str) -> str:
    reads = [(x, "ij"), (_root_mean_square(text, x), "i"), (gain, "j")]
    return text.generic(reads, "ij", "s = mulf a b; r = mulf s c")


def _root_mean_square(text: Text, x: str) -> str:
    """One over it, for every row."""
    squares = text.generic([(x, "ij")], "i", "s = mulf a a; r = addf s o", 0.0)
    n, epsilon = text.scalar(float(text.shapes[x][-1])), text.scalar(EPSILON)
    body = f"m = divf a {n}; s = addf m {epsilon}; r = math.rsqrt s"
    return text.generic([(squares, "i")], "i", body)


def _gelu_erf(text: Text, x: str) -> str:
    axes = "ij"[-len(text.shapes[x]) :]
    half, one, root = (text.scalar(each) for each in (0.5, 1.0, sqrt(0.5)))
    body = f"s = mulf a {root}; e = math.erf s; t = addf e {one}; h = mulf a {half}; r = mulf h t"
    return text.generic([(x, axes)], axes, body)


def _gelu_tanh(text: Text, x: str) -> str:
    axes = "ij"[-len(text.shapes[x]) :]
    half, one, root, cubic = (text.scalar(each) for each in (0.5, 1.0, sqrt(2 / pi), CUBIC))
    body = (
        f"q = mulf a a; p = mulf q a; u = mulf p {cubic}; v = addf a u; s = mulf v {root}; "
        f"e = math.tanh s; t = addf e {one}; h = mulf a {half}; r = mulf h t"
    )
    return text.generic([(x, axes)], axes, body)


def _product(text: Text, a: str, b: str) -> str:
    shape = (text.shapes[a][0], text.shapes[b][1])
    return text.named("linalg.matmul", (a, b), shape)


def _linear(text: Text, x: str, w: str, bias: str) -> str:
    return text.generic([(_product(text, x, w), "ij"), (bias, "j")], "ij", ADD)


def _mlp(text: Text, x: str, u: str, p: str, w: str, s: str) -> str:
    return _linear(text, _gelu_erf(text, _linear(text, x, u, p)), w, s)


def _attention(text: Text, q: str, k: str, v: str, mask: str) -> str:
    return text.named(
        "linalg.batch_matmul",
        (_shares(text, (q, "hid"), (k, "hjd"), mask), v),
        text.shapes[q],
    )


def _shares(text: Text, q: tuple[str, str], k: tuple[str, str], mask: str = "") -> str:
    """What every row takes of every other, [h, i, j]."""
    scores = text.generic([q, k], "hij", "p = mulf a b; r = addf p o", 0.0)
    scaled = text.generic([(scores, "hij")], "hij", f"r = mulf a {text.scalar(HEAD**-0.5)}")
    if mask:
        scaled = text.generic([(scaled, "hij"), (mask, "ij")], "hij", ADD)
    return _softmax(text, scaled)


def _encoder(text: Text, x: str, *weights: str) -> str:
    wq, bq, wk, bk, wv, bv, wo, bo, g1, b1, u, p, w, s, g2, b2 = weights
    q, k, v = (_heads(text, _linear(text, x, w, b)) for w, b in ((wq, bq), (wk, bk), (wv, bv)))
    shares = _shares(text, (q, "ihd"), (k, "jhd"))
    apart = text.generic([(shares, "hij"), (v, "jhd")], "ihd", "p = mulf a b; r = addf p o", 0.0)
    shape = text.shapes[x]
    kinds = f"{text.typed(apart)} into {tensor(shape)}"
    together = text.op(shape, f"tensor.collapse_shape {apart} [[0], [1, 2]] : {kinds}")
    sum1 = text.generic([(x, "ij"), (_linear(text, together, wo, bo), "ij")], "ij", ADD)
    x = _layer_norm(text, sum1, g1, b1)
    sum2 = text.generic([(x, "ij"), (_mlp(text, x, u, p, w, s), "ij")], "ij", ADD)
    return _layer_norm(text, sum2, g2, b2)


def _heads(text: Text, x: str) -> str:
    rows, columns = text.shapes[x]
    shape = (rows, columns // HEAD, HEAD)
    sizes = f"output_shape [{', '.join(map(str, shape))}]"
    kinds = f"{text.typed(x)} into {tensor(shape)}"
    return text.op(shape, f"tensor.expand_shape {x} [[0], [1, 2]] {sizes} : {kinds}")


def _block(text: Text, x: str, *weights: str) -> str:
    zero = text.scalar(0.0)
    inner = _batch_norm(text, _convolution(text, x, weights[0]), *weights[1:5])
    inner = text.generic([(inner, "nhwf")], "nhwf", f"r = maximumf a {zero}")
    outer = _batch_norm(text, _convolution(text, inner, weights[5]), *weights[6:])
    both = text.generic([(outer, "nhwf"), (x, "nhwf")], "nhwf", ADD)
    return text.generic([(both, "nhwf")], "nhwf", f"r = maximumf a {zero}")


def _convolution(text: Text, x: str, taps: str) -> str:
    batch, rows, columns, channels = text.shapes[x]
    padded = (batch, rows + 2, columns + 2, channels)
    pad = [
        f"tensor.pad {x} low[0, 1, 1, 0] high[0, 1, 1, 0] {{",
        "  ^bb0(%n: index, %h: index, %w: index, %c: index):",
        f"    tensor.yield %{text.scalar(0.0)} : f32",
        f"  }} : {text.typed(x)} to {tensor(padded)}",
    ]
    given = (text.op(padded, "\n".join(pad)), taps)
    steps = "{strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}"
    shape = (batch, rows, columns, text.shapes[taps][3])
    return text.named("linalg.conv_2d_nhwc_hwcf", given, shape, steps)


def _batch_norm(text: Text, x: str, gain: str, bias: str, mean: str, variance: str) -> str:
    """A factor and a shift per channel, then the image."""
    body = f"s = addf b {text.scalar(EPSILON)}; q = math.rsqrt s; r = mulf a q"
    factor = text.generic([(gain, "f"), (variance, "f")], "f", body)
    reads = [(bias, "f"), (mean, "f"), (factor, "f")]
    shift = text.generic(reads, "f", "p = mulf b c; r = subf a p")
    reads = [(x, "nhwf"), (factor, "f"), (shift, "f")]
    return text.generic(reads, "nhwf", "p = mulf a b; r = addf p c")


def _bias_relu(text: Text, a: str, b: str, p: str) -> str:
    body = f"r = maximumf a {text.scalar(0.0)}"
    return text.generic([(_linear(text, a, b, p), "ij")], "ij", body)


_WRITERS: dict[str, Callable[..., str]] = {
    "softmax": _softmax,
    "layer-norm": _layer_norm,
    "rms-norm": _rms_norm,
    "gelu-erf": _gelu_erf,
    "gelu-tanh": _gelu_tanh,
    "chain": lambda text, a, b, c: _product(text, _product(text, a, b), c),
    "mlp": _mlp,
    "attention": _attention,
    "encoder": _encoder,
    "basic-block": _block,
    "matmul-bias-relu": _bias_relu,
    "matmul-bias-gelu": lambda text, *given: _gelu_erf(text, _linear(text, *given)),
}
