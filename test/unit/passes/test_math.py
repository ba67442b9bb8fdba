"""morello-math: which ops it rewrites and into what; and its functions computed with numpy."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from mlir import ir

from morello_mlir.passes.approx.lanes import F32, F64, Format, Kind, Real, parts
from morello_mlir.passes.base import Report
from morello_mlir.passes.math import FUNCTIONS, MathPass

Array = npt.NDArray[Any]

KEPT = {"absf", "copysign", "fma", "sqrt", "trunc"}
SHAPES = ["{}", "vector<{}>", "vector<1x{}>", "vector<7x{}>", "vector<2x3x16x{}>"]


@pytest.fixture(autouse=True)
def context() -> Iterator[None]:
    with ir.Context(), ir.Location.unknown():
        yield


def function(op: str, type_: str) -> str:
    count = 2 if op == "math.powf" else 1
    arguments = ", ".join(f"%x{i}: {type_}" for i in range(count))
    operands = ", ".join(f"%x{i}" for i in range(count))
    return (
        f"func.func @f({arguments}) -> {type_} {{\n"
        f"  %r = {op} {operands} : {type_}\n  return %r : {type_}\n}}"
    )


def expand(text: str) -> ir.Module:
    module = ir.Module.parse(text)
    MathPass().run(module, Report())
    assert module.operation.verify()
    return module


def operations(module: ir.Module) -> list[ir.Operation]:
    found: list[ir.Operation] = []

    def visit(op: ir.Operation) -> ir.WalkResult:
        found.append(op)
        return ir.WalkResult.ADVANCE

    module.operation.walk(visit)
    return found


@pytest.mark.parametrize("element", ["f16", "bf16", "f32", "f64"])
@pytest.mark.parametrize("op", FUNCTIONS)
def test_every_shape_becomes_arithmetic(op: str, element: str) -> None:
    for shape in SHAPES:
        module = expand(function(op, shape.format(element)))
        for left in operations(module):
            dialect, _, name = left.name.partition(".")
            assert dialect in ("builtin", "func", "arith") or name in KEPT, left


@pytest.mark.parametrize("op", FUNCTIONS)
def test_twice_is_once(op: str) -> None:
    module = expand(function(op, "vector<8xf32>"))
    once = str(module)
    MathPass().run(module, Report())
    assert str(module) == once


@pytest.mark.parametrize(
    ("op", "type_"),
    [
        ("math.exp", "tensor<4xf32>"),
        ("math.exp", "vector<[4]xf32>"),
        ("math.exp", "f128"),
        ("math.exp", "vector<4xf8E5M2>"),
        ("math.sqrt", "vector<4xf32>"),
        ("math.floor", "vector<4xf32>"),
        ("math.acosh", "vector<4xf32>"),
        ("math.absi", "vector<4xi32>"),
    ],
)
def test_left_alone(op: str, type_: str) -> None:
    text = function(op, type_)
    assert str(expand(text)) == str(ir.Module.parse(text))


def test_constants_stand_once_at_the_start_of_the_block() -> None:
    module = expand("""
        func.func @f(%x: vector<4xf32>, %i: index) -> vector<4xf32> {
          %a = arith.addf %x, %x : vector<4xf32>
          %y = math.exp %a : vector<4xf32>
          %z = math.exp %y : vector<4xf32>
          %r = scf.for %j = %i to %i step %i iter_args(%w = %z) -> vector<4xf32> {
            %e = math.exp %w : vector<4xf32>
            scf.yield %e : vector<4xf32>
          }
          return %r : vector<4xf32>
        }""")
    body = module.body.operations[0].regions[0].blocks[0]
    loop = next(op for op in body.operations if op.operation.name == "scf.for")
    for block in (body, loop.regions[0].blocks[0]):
        ops = [str(op).partition(" = ")[2] for op in block.operations]
        constants = [op for op in ops if op.startswith("arith.constant")]
        assert constants and len(set(constants)) == len(constants)
        assert ops[: len(constants)] == constants


def test_locations_are_those_of_the_op() -> None:
    module = expand("""
        func.func @f(%x: f32) -> f32 {
          %y = math.log %x : f32 loc("here")
          return %y : f32 loc("there")
        }""")
    body = module.body.operations[0].regions[0].blocks[0]
    *expansion, end = body.operations
    assert {str(op.location) for op in expansion} == {'loc("here")'}
    assert str(end.location) == 'loc("there")'


def test_a_thousand_lines_take_milliseconds() -> None:
    lines = [f"%a{i} = arith.addf %x, %x : vector<16xf32>" for i in range(990)]
    lines += [f"%e{i} = math.exp %a{i} : vector<16xf32>" for i in range(10)]
    text = "\n".join(lines)
    module = ir.Module.parse(f"func.func @f(%x: vector<16xf32>) {{\n{text}\nreturn\n}}")
    started = time.perf_counter()
    MathPass().run(module, Report())
    assert time.perf_counter() - started < 0.1  # a few ms if nobody else is at work


def test_parts_are_floats_that_sum_to_the_number() -> None:
    third = Fraction(1, 3)
    for form, kind in ((F32, np.float32), (F64, np.float64)):
        found = parts(-third, form, 3)
        assert all(float(kind(part)) == part for part in found)
        assert abs(sum(map(Fraction, found)) + third) < Fraction(2) ** (-3 * form.fraction)


@dataclass(frozen=True)
class ArrayEmitter:
    """Computes with numpy, one rounding per op, as the hardware does."""

    form: Format
    instructions: bool = False

    @property
    def real(self) -> type[np.floating[Any]]:
        return np.float32 if self.form == F32 else np.float64

    @property
    def word(self) -> type[np.integer[Any]]:
        return np.uint32 if self.form == F32 else np.uint64

    def constant(self, kind: Kind, number: float) -> Any:
        if kind is Kind.REAL:
            return self.real(number)
        return self.word(int(number) % (1 << self.form.width))

    def resized(self, form: Format) -> ArrayEmitter:
        return ArrayEmitter(form, self.instructions)

    def has(self, name: str) -> bool:
        return self.instructions

    def instruction(self, name: str, *operands: Any) -> Any:
        if name == "scale":
            x, n = operands
            scaled = np.ldexp(x, np.clip(np.nan_to_num(n), -10000, 10000).astype(int))
            return np.where(np.isinf(n), np.where(n > 0, np.inf, 0.0), scaled).astype(self.real)
        inverse = (1 / operands[0]).astype(np.float32)
        return (inverse.view(np.uint32) & np.uint32(0xFFFFFC00)).view(np.float32)

    def op(self, name: str, kind: Kind, *operands: Any) -> Any:
        if name == "arith.bitcast":
            return operands[0].view(self.real if kind is Kind.REAL else self.word)
        return OPERATIONS[name](*operands)


def fma(x: Array, y: Array, z: Array) -> Array:
    """x y + z with the product exact (by Dekker's splitting), and the sum in long double."""
    if x.dtype == np.float32:
        return np.asarray((x.astype(float) * y + z).astype(np.float32))
    (x1, x2), (y1, y2) = _halves(x), _halves(y)
    product = (x * y).astype(np.longdouble)
    rest = ((x1 * y1 - product) + x1 * y2 + x2 * y1) + x2 * y2
    total = product + z
    part = total - product
    rest += (product - (total - part)) + (z - part)
    return np.asarray((total + rest).astype(np.float64))


def _halves(x: Array) -> tuple[Array, Array]:
    bits = np.asarray(x).view(np.uint64) & np.uint64(0xFFFFFFFFF8000000)
    high = bits.view(np.float64)
    return high.astype(np.longdouble), (x - high).astype(np.longdouble)


OPERATIONS: dict[str, Any] = {
    "arith.addf": np.add,
    "arith.addi": np.add,
    "arith.andi": np.bitwise_and,
    "arith.cmpf.oeq": np.equal,
    "arith.cmpf.ogt": np.greater,
    "arith.cmpf.ole": np.less_equal,
    "arith.cmpf.olt": np.less,
    "arith.cmpi.eq": np.equal,
    "arith.divf": np.divide,
    "arith.mulf": np.multiply,
    "arith.negf": np.negative,
    "arith.ori": np.bitwise_or,
    "arith.select": np.where,
    "arith.shli": np.left_shift,
    "arith.shrui": np.right_shift,
    "arith.subf": np.subtract,
    "arith.subi": np.subtract,
    "arith.xori": np.bitwise_xor,
    "math.absf": np.abs,
    "math.copysign": np.copysign,
    "math.fma": fma,
    "math.sqrt": np.sqrt,
    "math.trunc": np.trunc,
}

EXACT: dict[str, Any] = {
    "math.atan": np.arctan,
    "math.powf": np.power,
    "math.rsqrt": lambda x: 1 / np.sqrt(x),
}
OF_POSITIVE = {"math.log", "math.log2", "math.log10", "math.rsqrt", "math.powf"}


@pytest.mark.parametrize("emit", [ArrayEmitter(F32), ArrayEmitter(F32, True), ArrayEmitter(F64)])
@pytest.mark.parametrize("op", sorted(FUNCTIONS.keys() - {"math.erf"}))  # numpy has no erf
def test_functions_are_within_two_ulp(op: str, emit: ArrayEmitter) -> None:
    """The same definitions, evaluated by numpy."""
    size = np.concatenate([np.geomspace(1e-6, 80, 5000), np.linspace(0.001, 3, 5000)])
    x = size if op in OF_POSITIVE else np.concatenate([size, -size])
    arguments = [(x[x > -0.99] if op == "math.log1p" else x).astype(emit.real)]
    if op == "math.powf":
        arguments.append(np.resize(np.array([-1.5, 2, 7.25], emit.real), size.shape))
    function = EXACT.get(op) or getattr(np, op.removeprefix("math."))
    with np.errstate(all="ignore"):
        found = FUNCTIONS[op](*(Real(value, emit) for value in arguments)).value
        exact = function(*(value.astype(np.longdouble) for value in arguments))
        error = np.abs(found - exact) / np.spacing(np.abs(exact.astype(emit.real)))
    assert found.dtype == emit.real
    assert error.max() <= 2.0
