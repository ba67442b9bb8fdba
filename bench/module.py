"""The MLIR text of a workload that has no file: one function of memrefs, inputs first.

The output starts from zero in the same function, as it does for the peers. Where the workload
allows to bring the last input into any layout, its argument says so.
"""

from __future__ import annotations

from bench.graph import GRAPHS
from bench.graph_module import graph_text
from bench.layer_module import layer_text
from bench.op import MATMUL_NK
from bench.workload import Operand, Workload

NAME = "product"
"""The function."""
WEIGHTS = "b"
"""The argument that may be packed ahead of time; `@NAME_pack_WEIGHTS` packs it."""

_MAPS = (
    "affine_map<(m, n, k) -> (m, k)>",
    "affine_map<(m, n, k) -> (k, n)>",
    "affine_map<(m, n, k) -> (m, n)>",
)
_MAPS_NK = (_MAPS[0], "affine_map<(m, n, k) -> (n, k)>", _MAPS[2])
_KINDS = 'iterator_types = ["parallel", "parallel", "reduction"]'


def module_text(workload: Workload) -> str:
    """The module of a layer, a graph, or a matmul: the named op where there is one."""
    if workload.window is not None:
        return layer_text(workload, NAME)
    if workload.op in GRAPHS:
        return graph_text(workload, NAME)
    assert workload.output is not None
    left, right = workload.inputs
    out = workload.output
    result = _element(out.dtype)
    layout = ', morello.layout = "any"' if workload.packs else ""
    lines = [
        f'func.func @{NAME}(%a: {_memref(left)} {{morello.name = "a"}},',
        f'    %b: {_memref(right)} {{morello.name = "{WEIGHTS}"{layout}}},',
        f'    %c: {_memref(out)} {{morello.name = "c"}}) {{',
        f"  %zero = arith.constant {'0' if result[0] == 'i' else '0.0'} : {result}",
        f"  linalg.fill ins(%zero : {result}) outs(%c : {_memref(out)})",
        f"  linalg.matmul {_operands(workload)}" if _named(workload) else _generic(workload),
        "  return",
        "}",
    ]
    return "\n".join(lines) + "\n"


def product_text(workload: Workload, name: str) -> str:
    """The same matmul as one function on tensors, without our attributes: plain MLIR."""
    assert workload.output is not None
    types = [_tensor(each) for each in (*workload.inputs, workload.output)]
    out, result = types[2], _element(workload.output.dtype)
    body = f"  linalg.matmul {_operands(workload)}" if _named(workload) else _generic(workload)
    lines = [
        f"func.func @{name}(%a: {types[0]}, %b: {types[1]}) -> {out} {{",
        f"  %zero = arith.constant {'0' if result[0] == 'i' else '0.0'} : {result}",
        f"  %e = tensor.empty() : {out}",
        f"  %c = linalg.fill ins(%zero : {result}) outs(%e : {out}) -> {out}",
        f"  %r = {body.strip().replace('memref<', 'tensor<')} -> {out}",
        f"  return %r : {out}",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _named(workload: Workload) -> bool:
    """Whether there is a named op: `linalg.matmul` extends both factors alike, with their signs."""
    return workload.op != MATMUL_NK and "u8" not in [each.dtype for each in workload.inputs]


def _generic(workload: Workload) -> str:
    assert workload.output is not None
    out = workload.output.dtype
    result = _element(out)
    suffix = "i" if result[0] == "i" else "f"
    maps = ", ".join(_MAPS_NK if workload.op == MATMUL_NK else _MAPS)
    lines = [
        f"  linalg.generic {{indexing_maps = [{maps}], {_KINDS}}}",
        f"      {_operands(workload)} {{",
        "  ^bb0("
        + ", ".join(
            f"%{name}: {_element(each)}"
            for name, each in zip("xyz", (*(o.dtype for o in workload.inputs), out), strict=True)
        )
        + "):",
    ]
    factors = []
    for name, operand in zip("xy", workload.inputs, strict=True):
        wide = operand.dtype == out
        factors.append(f"%{name}" if wide else f"%{name}w")
        if not wide:
            cast = {"u8": "extui", "i8": "extsi"}.get(operand.dtype, "extf")
            lines.append(
                f"    %{name}w = arith.{cast} %{name} : {_element(operand.dtype)} to {result}"
            )
    lines += [
        f"    %p = arith.mul{suffix} {', '.join(factors)} : {result}",
        f"    %s = arith.add{suffix} %z, %p : {result}",
        f"    linalg.yield %s : {result}",
        "  }",
    ]
    return "\n".join(lines)


def _operands(workload: Workload) -> str:
    assert workload.output is not None
    inputs = ", ".join(_memref(each) for each in workload.inputs)
    return f"ins(%a, %b : {inputs}) outs(%c : {_memref(workload.output)})"


def _element(dtype: str) -> str:
    return "i8" if dtype == "u8" else dtype


def _memref(operand: Operand) -> str:
    return f"memref<{'x'.join([*map(str, operand.shape), _element(operand.dtype)])}>"


def _tensor(operand: Operand) -> str:
    return _memref(operand).replace("memref<", "tensor<")
