"""The MLIR text of a windowed workload: one function on tensors, the border a `tensor.pad`.

The weights are arguments in any layout, or, given as text, constants of the function. Such text is
plain MLIR, which IREE reads, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.op import CONV, DEPTHWISE, SEPARABLE
from bench.workload import Operand, Window, Workload

NAMES = "abcd"
"""Of the function's arguments."""

Step = tuple[str, Window, Operand]
"""A named op, its window, and what it makes."""


def layer_text(workload: Workload, name: str, constants: Sequence[str] = ()) -> str:
    """The module; `constants` are the weights' values as attributes, in order."""
    image, *weights = workload.inputs
    assert workload.output is not None
    arguments = [f'%a: {_tensor(image)} {{morello.name = "a"}}']
    body: list[str] = []
    for i, each in enumerate(weights):
        letter = NAMES[i + 1]
        if constants:
            body.append(f"  %{letter} = arith.constant {constants[i]} : {_tensor(each)}")
        else:
            attributes = f'{{morello.name = "{letter}", morello.layout = "any"}}'
            arguments.append(f"%{letter}: {_tensor(each)} {attributes}")
    body.append("  %zero = arith.constant 0.0 : f32")
    read, source = "%a", image
    for i, (op, window, out) in enumerate(steps(workload)):
        if window.pad:
            source, lines = _padded(read, source, window.pad)
            body += lines
            read = "%padded"
        body += _step(i, op, window, (read, f"%{NAMES[i + 1]}"), (source, weights[i], out))
        read, source = f"%r{i}", out
    head = (",\n    ").join(arguments)
    lines = [f"func.func @{name}({head}) -> {_tensor(workload.output)} {{", *body]
    if constants:
        lines[0] = lines[0].replace(' {morello.name = "a"}', "")
    return "\n".join([*lines, f"  return {read} : {_tensor(workload.output)}", "}"]) + "\n"


def steps(workload: Workload) -> list[Step]:
    """What the function does, one op after the other."""
    assert workload.output is not None and workload.window is not None
    if workload.op == CONV:
        return [("linalg.conv_2d_nhwc_hwcf", workload.window, workload.output)]
    assert workload.op in (DEPTHWISE, SEPARABLE)
    batch, rows, columns, _ = workload.output.shape
    between = Operand((batch, rows, columns, workload.inputs[0].shape[3]), "f32")
    first = ("linalg.depthwise_conv_2d_nhwc_hwc", workload.window, between)
    if workload.op == DEPTHWISE:
        return [first]
    return [first, ("linalg.conv_2d_nhwc_hwcf", Window(), workload.output)]


def _padded(read: str, image: Operand, pad: int) -> tuple[Operand, list[str]]:
    batch, rows, columns, channels = image.shape
    padded = Operand((batch, rows + 2 * pad, columns + 2 * pad, channels), image.dtype)
    return padded, [
        f"  %padded = tensor.pad {read} low[0, {pad}, {pad}, 0] high[0, {pad}, {pad}, 0] {{",
        "  ^bb0(%n: index, %h: index, %w: index, %ch: index):",
        "    tensor.yield %zero : f32",
        f"  }} : {_tensor(image)} to {_tensor(padded)}",
    ]


def _step(
    number: int,
    op: str,
    window: Window,
    names: tuple[str, str],
    operands: tuple[Operand, Operand, Operand],
) -> list[str]:
    left, right, out = (_tensor(each) for each in operands)
    strides = f"dense<{window.stride}> : tensor<2xi64>"
    return [
        f"  %e{number} = tensor.empty() : {out}",
        f"  %f{number} = linalg.fill ins(%zero : f32) outs(%e{number} : {out}) -> {out}",
        f"  %r{number} = {op} {{strides = {strides}, dilations = dense<1> : tensor<2xi64>}}",
        f"      ins({', '.join(names)} : {left}, {right}) outs(%f{number} : {out}) -> {out}",
    ]


def _tensor(operand: Operand) -> str:
    return f"tensor<{'x'.join([*map(str, operand.shape), operand.dtype])}>"
