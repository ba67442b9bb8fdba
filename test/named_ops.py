"""Every linalg op of the installed MLIR as functions to compile, with arguments.

The list of ops, their iterators and their shapes come from upstream's own definitions (`opdsl`), so
a new op is a new case; what `opdsl` does not define is in `written_ops.py`. Each op is drawn on
memrefs, where it adds to what is there, and on tensors, where it begins with a fill. Read next:
`generic.py`, which says what the cases must give; `run/test_every_op.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from generic import ELEMENTS, Array
from mlir import ir
from mlir.dialects import _linalg_ops_gen as bindings
from mlir.dialects.linalg.opdsl.lang import LinalgOpConfig
from mlir.dialects.linalg.opdsl.lang.dsl import DefinedOpCallable
from mlir.dialects.linalg.opdsl.ops import core_named_ops

from morello_mlir.dtype import dtype
from morello_mlir.expr import neutral

FORMS = ("memref", "tensor")
F32 = ("f32", "f32", "f32")
NARROW = (("bf16", "bf16", "f32"), ("i8", "i8", "i32"))
"""Products of narrow types, tried in one form each, and for ops of at most `FEW` iterators: their
searches take the longest."""
FEW = 4

# Extents by iterator: two sets, so that lanes are filled, filled in part, and not at all.
EXTENTS = (
    {"n": 2, "od": 2, "oh": 3, "ow": 9, "f": 35, "fg": 19, "ic": 21, "c": 5, "cm": 3, "g": 2,
     "kd": 2, "kh": 2, "kw": 3, "b": 2, "m": 7, "k": 13, "m0": 4, "n0": 16, "k0": 2},
    {"n": 1, "od": 3, "oh": 5, "ow": 17, "f": 16, "fg": 3, "ic": 32, "c": 18, "cm": 2, "g": 3,
     "kd": 1, "kh": 3, "kw": 2, "b": 3, "m": 33, "k": 6, "m0": 5, "n0": 8, "k0": 4},
)  # fmt: skip
COLUMNS = (37, 16)
STEPS = (
    {"strides": (1, 2, 1), "dilations": (1, 1, 2)},
    {"strides": (2, 1, 2), "dilations": (1, 2, 1)},
)
ELEMENTWISE = ((5, 37), (2, 3, 16))
COMBINES = {
    "add": "add{}",
    "max_signed": "max{}",
    "min_signed": "min{}",
    "max_unsigned": "maxui",
    "min_unsigned": "minui",
}


@dataclass(frozen=True)
class Case:
    """A function `name` with one op; `types` are those of the op's operands, the output's last.

    `output` is what the output holds before; of a tensor form, what it is filled with.
    """

    name: str
    op: str
    form: str
    types: tuple[str, ...]
    text: str
    inputs: tuple[Any, ...]
    output: Array


def op_names() -> list[str]:
    """Every op of the dialect, without the prefix."""
    found = {c.OPERATION_NAME for c in vars(bindings).values() if hasattr(c, "OPERATION_NAME")}
    return sorted(name.removeprefix("linalg.") for name in found)


@cache
def definition(name: str) -> Any:
    """Upstream's definition of an op, or None."""
    found = vars(core_named_ops).get(name)
    if not isinstance(found, DefinedOpCallable):
        return None
    with ir.Context() as context:
        (config,) = LinalgOpConfig.from_linalg_op_def(found.op_def, context=context)
    return config.structured_op


def family(name: str) -> str:
    """What kind of op one of upstream's definitions is, by its iterators and operands."""
    config = definition(name)
    dims = [d for d, _ in config.ordered_dims]
    if not dims:
        return "elementwise"
    if any(d in dims for d in ("kw", "kh")):
        window = any(o.operand_def.index_dims for o in config.ordered_operands)
        return "pooling" if window else "convolution"
    return "contraction" if "reduction" in config.iterator_types else "other"


def types_of(name: str) -> tuple[tuple[str, ...], ...]:
    """The element types that are tried: of each input, then the output."""
    kind = family(name)
    config = definition(name)
    if any(o.kind.name == "SCALAR" for o in config.ordered_operands) and kind != "elementwise":
        return (("i8", "i8", "i32", "i32", "i32"),)
    if "unsigned" in name and kind == "elementwise":
        return (("i32",) * 3,)
    if "unsigned" in name:
        return (("i8", "i8", "i8"), ("i8", "i8", "i32"), ("i32", "i32", "i32"))
    if kind == "pooling":
        return (("f32", "f32", "f32"), ("i8", "i8", "i32"), ("bf16", "bf16", "bf16"))
    if kind in ("convolution", "contraction"):
        few = len(config.ordered_dims) <= FEW
        return (F32, *(NARROW if few else ()))
    inputs = sum(o.kind.name in ("INPUT_TENSOR", "SCALAR") for o in config.ordered_operands)
    return (("i1", *F32) if name == "select" else ("f32",) * (inputs + 1),)


def cases(name: str) -> Iterator[Case]:
    """The cases of one of upstream's definitions, at both sets of extents."""
    for t, types in enumerate(types_of(name)):
        for f, form in enumerate(FORMS):
            if types in NARROW and f != t % 2:
                continue
            extents = EXTENTS[f] | ({"n": COLUMNS[f]} if is_product(name) else {})
            shapes, attributes = shapes_of(name, extents, STEPS[f], ELEMENTWISE[f])
            label = "_".join((name, *types, form))
            start = start_of(name, types[-1]) if form == "tensor" else None
            yield case(label, name, form, types, shapes, start, attributes, "")


def is_product(name: str) -> bool:
    """Whether `n` names columns of an op; elsewhere it is a batch."""
    return "m" in dict(definition(name).ordered_dims)


def shapes_of(
    name: str,
    extents: Mapping[str, int],
    steps: Mapping[str, Sequence[int]],
    plain: tuple[int, ...] = (),
) -> tuple[list[tuple[int, ...]], str]:
    """The shapes of an op's operands (() of a scalar), and its strides and dilations as text.

    `plain` is the shape of an op of any rank.
    """
    config = definition(name)
    if not config.ordered_dims:
        kinds = [o.kind.name for o in config.ordered_operands if _is_value(o)]
        return [() if k == "SCALAR" else plain for k in kinds], ""
    symbols = [1] * len(config.affine_state.all_symbols)
    attributes = []
    for o in config.ordered_operands:
        if o.kind.name == "INDEX_ATTR":
            values = list(steps[o.name][: len(o.index_attr_map.results)])
            for e, value in zip(o.index_attr_map.results, values, strict=True):
                symbols[ir.AffineSymbolExpr(e).position] = value
            attributes.append(f"{o.name} = dense<{values}> : tensor<{len(values)}xi64>")
    last = [extents[d] - 1 for d, _ in sorted(config.ordered_dims, key=lambda d: d[1])]
    shapes = [
        tuple(1 + _value(e, last, symbols) for e in o.indexing_map.results)
        for o in config.ordered_operands
        if _is_value(o)
    ]
    return shapes, f"{{{', '.join(attributes)}}}" if attributes else ""


def _is_value(operand: Any) -> bool:
    return operand.kind.name in ("INPUT_TENSOR", "SCALAR", "OUTPUT_TENSOR")


def _value(e: Any, dims: list[int], symbols: list[int]) -> int:
    if isinstance(e, ir.AffineDimExpr):
        return dims[int(ir.AffineDimExpr(e).position)]
    if isinstance(e, ir.AffineSymbolExpr):
        return symbols[int(ir.AffineSymbolExpr(e).position)]
    pair = ir.AffineBinaryExpr(e)
    a, b = _value(pair.lhs, dims, symbols), _value(pair.rhs, dims, symbols)
    return a + b if isinstance(e, ir.AffineAddExpr) else a * b


def start_of(name: str, element: str) -> str | None:
    """The literal that a tensor's sum, maximum, ... begins with; None where the op assigns."""
    op = vars(core_named_ops)[name].op_def
    use = getattr(op.comprehensions[0].values[0], "reduce_use", None)
    if use is None:
        return None
    return neutral_of(COMBINES[use.binary_fn.fn_name], element)


def neutral_of(op: str, element: str) -> str:
    """The neutral element of `add{}`, `max{}`, ... as MLIR spells it."""
    kind = dtype(element)
    suffix = "f" if kind.is_float else "i"
    if op in ("max{}", "min{}"):
        suffix = "imumf" if kind.is_float else "si"
    return neutral(f"arith.{op.format(suffix)}", kind).text


def case(
    label: str,
    op: str,
    form: str,
    types: Sequence[str],
    shapes: Sequence[tuple[int, ...]],
    start: str | None,
    head: str,
    tail: str,
) -> Case:
    """A function with the op on random operands; on tensors `start` fills the output before."""
    kinds = [f"{form}<{'x'.join([*map(str, s), t])}>" for s, t in zip(shapes, types, strict=True)]
    scalars = [i for i, t in enumerate(types) if op_takes_scalar(op, i)]
    for i in scalars:
        kinds[i] = types[i]
    names = [f"%a{i}" for i in range(len(kinds) - 1)]
    ins = f"ins({', '.join(names)} : {', '.join(kinds[:-1])}) " if names else ""
    arguments = ", ".join(f"{n}: {k}" for n, k in zip(names, kinds, strict=False))
    out = kinds[-1]
    r = random.Random(label)
    arrays = [draw(r, s, t) for s, t in zip(shapes, types, strict=True)]
    inputs = tuple(a[()] if i in scalars else a for i, a in enumerate(arrays[:-1]))
    if form == "memref":
        comma = ", " if arguments else ""
        text = (
            f"func.func @{label}({arguments}{comma}%c: {out}) {{\n"
            f"  linalg.{op} {head} {ins}outs(%c : {out}) {tail}\n  return\n}}\n"
        )
        return Case(label, op, form, tuple(types), text, inputs, arrays[-1])
    filled, fill = "%e", ""
    if start is not None:
        filled = "%start"
        fill = (
            f"  %z = arith.constant {start} : {types[-1]}\n"
            f"  %start = linalg.fill ins(%z : {types[-1]}) outs(%e : {out}) -> {out}\n"
        )
    result = "" if op in ("reduce", "map", "transpose", "broadcast") else f"-> {out}"
    text = (
        f"func.func @{label}({arguments}) -> {out} {{\n  %e = tensor.empty() : {out}\n{fill}"
        f"  %r = linalg.{op} {head} {ins}outs({filled} : {out}) {tail} {result}\n"
        f"  return %r : {out}\n}}\n"
    )
    first = literal(start, types[-1]) if start is not None else 0
    return Case(label, op, form, tuple(types), text, inputs, np.full_like(arrays[-1], first))


def op_takes_scalar(op: str, position: int) -> bool:
    """Whether an operand of an op is a scalar."""
    config = definition(op)
    if config is None:
        return False
    kinds = [str(o.kind.name) for o in config.ordered_operands if _is_value(o)]
    return kinds[position] == "SCALAR"


def literal(text: str, element: str) -> Any:
    """The number that an MLIR literal is."""
    kind = ELEMENTS[element]
    if text.startswith("0x"):
        bits = np.dtype(kind).itemsize
        return np.asarray(int(text, 16), f"u{bits}").view(kind)
    return np.asarray(float(text) if np.dtype(kind).kind not in "iu" else int(text)).astype(kind)


def draw(r: random.Random, shape: tuple[int, ...], element: str) -> Array:
    """Random elements: bytes and words over their range, floats between a half and one and a half.

    Floats so that every elementary function has a value, and with a sign for sums.
    """
    rng = np.random.default_rng(r.randrange(1 << 30))
    kind = np.dtype(ELEMENTS[element])
    if kind.kind == "i":
        info = np.iinfo(kind)
        most = min(info.max, 1 << 20)
        return rng.integers(max(info.min, -most), most, shape, dtype=kind, endpoint=True)
    if kind.kind == "b":
        return rng.integers(0, 2, shape).astype(kind)
    return rng.uniform(0.5, 1.5, shape).astype(kind)
