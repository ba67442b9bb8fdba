"""What a linalg op means, by numpy: its generalised form, evaluated point by point.

Independent of the project: upstream makes a `linalg.generic` of the op, whose indexing maps and
region are read here once more. Parallel points are computed at once, reduction points one after
the other, so any body and any number of results are right. Floats are computed as f64.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import ml_dtypes
import numpy as np
from mlir import ir
from mlir.passmanager import PassManager

from morello_mlir.passes.upstream import walk

Array = np.ndarray[Any, np.dtype[Any]]
ELEMENTS: dict[str, Any] = {
    "f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16,
    "i64": np.int64, "i32": np.int32, "i16": np.int16, "i8": np.int8, "i1": np.bool_,
    "index": np.int64,
}  # fmt: skip
_UNSIGNED = {np.int64: np.uint64, np.int32: np.uint32, np.int16: np.uint16, np.int8: np.uint8}


def generalized(text: str) -> ir.Module:
    """The module with every linalg op as a `linalg.generic`, where upstream can make it one."""
    module = ir.Module.parse(text)
    passes = "func.func(linalg-generalize-named-ops)"
    PassManager.parse(f"builtin.module({passes})").run(module.operation)
    return module


def generics(module: ir.Module, function: str) -> list[Any]:
    """The `linalg.generic` ops of a function, in order."""
    return [
        op
        for op in walk(module.operation)
        if op.name == "linalg.generic" and _function(op) == function
    ]


def _function(op: Any) -> str:
    while op.name != "func.func":
        op = op.parent
    return str(ir.StringAttr(op.attributes["sym_name"]).value)


def meaning(op: Any, operands: list[Array]) -> list[Array]:
    """The outputs of a `linalg.generic` whose inputs and old outputs are `operands`."""
    maps = [m.value for m in op.attributes["indexing_maps"]]
    reduces = ["reduction" in str(a) for a in op.attributes["iterator_types"]]
    *_, count = ir.DenseI32ArrayAttr(op.attributes["operandSegmentSizes"])
    extents = _extents(maps, operands)
    outs = [a.copy() for a in operands[len(operands) - count :]]
    dims = [d for d in range(len(extents)) if not reduces[d]]
    grid = np.indices([extents[d] for d in dims])
    block = op.regions[0].blocks[0]
    for step in product(*(range(e) if r else (0,) for e, r in zip(extents, reduces, strict=True))):
        point: list[Any] = [np.int64(s) for s in step]
        for i, d in enumerate(dims):
            point[d] = grid[i]
        places = [tuple(_index(e, point) for e in m.results) for m in maps]
        arrays = [*operands[: len(operands) - count], *outs]
        read = [_wide(a[p]) for a, p in zip(arrays, places, strict=True)]
        for out, where, value in zip(
            outs, places[len(places) - count :], _body(block, read, point), strict=True
        ):
            out[where] = value
    return outs


def _extents(maps: list[Any], operands: list[Array]) -> list[int]:
    found: dict[int, int] = {}
    for m, array in zip(maps, operands, strict=True):
        for e, extent in zip(m.results, array.shape, strict=True):
            if isinstance(e, ir.AffineDimExpr):
                found[ir.AffineDimExpr(e).position] = extent
    return [found[d] for d in range(maps[0].n_dims)]


def _index(e: Any, point: list[Any]) -> Any:
    if isinstance(e, ir.AffineDimExpr):
        return point[ir.AffineDimExpr(e).position]
    if isinstance(e, ir.AffineConstantExpr):
        return np.int64(ir.AffineConstantExpr(e).value)
    pair = ir.AffineBinaryExpr(e)
    a, b = _index(pair.lhs, point), _index(pair.rhs, point)
    return a + b if isinstance(e, ir.AffineAddExpr) else a * b


def _wide(a: Array) -> Array:
    return a if a.dtype.kind in "iub" else a.astype(np.float64)


def _body(block: Any, read: list[Array], point: list[Any]) -> list[Any]:
    values: dict[Any, Any] = dict(zip(block.arguments, read, strict=True))

    def value(v: Any) -> Any:
        return values[v] if v in values else _apply(v.owner, [], point)  # a constant outside

    for op in block.operations:
        op = op.operation
        if op.name == "linalg.yield":
            return [value(v) for v in op.operands]
        values[op.results[0]] = _apply(op, [value(v) for v in op.operands], point)
    raise AssertionError("a block without a terminator")


def _apply(op: Any, args: list[Any], point: list[Any]) -> Any:
    kind = ELEMENTS[str(op.results[0].type)]
    kind = np.float64 if np.dtype(kind).kind not in "iub" else kind
    if op.name == "linalg.index":
        return point[ir.IntegerAttr(op.attributes["dim"]).value]
    if op.name == "arith.constant":
        return kind(op.attributes["value"].value)
    word = op.name.split(".")[1]
    if word.startswith("cmp"):
        predicate = ir.IntegerAttr(op.attributes["predicate"]).value
        return _COMPARE[word][predicate](*args)
    if word in ("extui", "uitofp"):
        return _unsigned(args[0]).astype(kind)
    if word in _CASTS:
        return np.asarray(args[0]).astype(kind)
    with np.errstate(all="ignore"):
        return np.asarray(_OPS[word](*args)).astype(kind)


def _unsigned(a: Any) -> Any:
    a = np.asarray(a)
    return a.view(_UNSIGNED[a.dtype.type]) if a.dtype.kind == "i" else a


def _by_bits(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: np.asarray(f(*map(_unsigned, args))).view(np.asarray(args[0]).dtype)


_CASTS = {"extsi", "extf", "truncf", "trunci", "sitofp", "fptosi", "index_cast"}
_COMPARE = {
    "cmpf": {1: np.equal, 2: np.greater, 3: np.greater_equal, 4: np.less, 5: np.less_equal},
    "cmpi": {0: np.equal, 1: np.not_equal, 2: np.less, 3: np.less_equal, 4: np.greater},
}  # fmt: skip
_OPS: dict[str, Callable[..., Any]] = {
    "addf": np.add, "addi": np.add, "subf": np.subtract, "subi": np.subtract,
    "mulf": np.multiply, "muli": np.multiply, "divf": np.divide,
    "divsi": lambda a, b: np.trunc(a / b), "divui": _by_bits(np.floor_divide),
    "maximumf": np.maximum, "minimumf": np.minimum, "maxnumf": np.fmax, "minnumf": np.fmin,
    "maxsi": np.maximum, "minsi": np.minimum,
    "maxui": _by_bits(np.maximum), "minui": _by_bits(np.minimum),
    "andi": np.bitwise_and, "ori": np.bitwise_or, "xori": np.bitwise_xor,
    "negf": np.negative, "absf": np.abs, "exp": np.exp, "log": np.log, "ceil": np.ceil,
    "floor": np.floor, "round": lambda a: np.trunc(a + np.copysign(0.5, a)), "sqrt": np.sqrt,
    "rsqrt": lambda a: 1 / np.sqrt(a), "tanh": np.tanh, "erf": np.vectorize(math.erf),
    "powf": np.power, "select": np.where,
}  # fmt: skip
