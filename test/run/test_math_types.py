"""Elementary functions on other shapes and narrow types; and the ops that stay instructions."""

from __future__ import annotations

import re
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from morello_mlir import compile

TARGETS = pytest.mark.parametrize("target", ["native", "x86-64-v3"])


@TARGETS
def test_instructions_stay_instructions(target: str) -> None:
    """The ops that morello-math leaves are vector instructions, on AVX2 as well."""
    kinds = {"absf": 1, "ceil": 1, "copysign": 2, "floor": 1, "fma": 3, "round": 1, "roundeven": 1}
    functions = [
        f"""func.func @{name}_{kind}(%m: memref<16x{kind}>) {{
          %zero = arith.constant 0 : index
          %x = vector.load %m[%zero] : memref<16x{kind}>, vector<16x{kind}>
          %y = math.{name} {", ".join(["%x"] * count)} : vector<16x{kind}>
          vector.store %y, %m[%zero] : memref<16x{kind}>, vector<16x{kind}>
          return
        }}"""
        for name, count in {**kinds, "sqrt": 1, "trunc": 1}.items()
        for kind in ("f32", "f64")
    ]
    asm = compile("\n".join(functions), target=target).asm
    assert not re.findall(r"^\s+call.*", asm, re.MULTILINE)


@TARGETS
@pytest.mark.parametrize("shape", ["", "1x", "13x", "2x3x4x"])
def test_any_shape(shape: str, target: str) -> None:
    extents = [int(extent) for extent in shape.split("x")[:-1]]
    memref, vector = f"memref<{shape}f32>", f"vector<{shape}f32>" if shape else "f32"
    places = ", ".join(["%zero"] * len(extents))
    if extents:
        load = f"vector.transfer_read %x[{places}], %pad : {memref}, {vector}"
        store = f"vector.transfer_write %r, %y[{places}] : {vector}, {memref}"
    else:
        load, store = f"memref.load %x[] : {memref}", f"memref.store %r, %y[] : {memref}"
    kernel = compile(
        f"""func.func @f(%x: {memref}, %y: {memref}) {{
          %zero = arith.constant 0 : index
          %pad = arith.constant 0.0 : f32
          %v = {load}
          %r = math.tanh %v : {vector}
          {store}
          return
        }}""",
        target=target,
    )
    x = np.random.default_rng(0).uniform(-2, 2, extents).astype(np.float32)
    y = np.empty_like(x)
    kernel.f(x, y)
    np.testing.assert_allclose(y, np.tanh(x.astype(np.float64)), rtol=2e-7)


@TARGETS
@pytest.mark.parametrize(
    ("kind", "dtype", "smallest_normal"),
    [("f16", np.float16, 2.0**-14), ("bf16", ml_dtypes.bfloat16, 2.0**-126)],
)
def test_narrow_types(kind: str, dtype: Any, smallest_normal: float, target: str) -> None:
    """Every f16 and bf16. Rounding twice, first to f32, may send a tie to the other side."""
    kernel = compile(
        f"""func.func @f(%x: memref<65536x{kind}>, %y: memref<65536x{kind}>) {{
          %zero = arith.constant 0 : index
          %end = arith.constant 65536 : index
          %step = arith.constant 16 : index
          scf.for %i = %zero to %end step %step {{
            %v = vector.load %x[%i] : memref<65536x{kind}>, vector<16x{kind}>
            %r = math.exp %v : vector<16x{kind}>
            vector.store %r, %y[%i] : memref<65536x{kind}>, vector<16x{kind}>
          }}
          return
        }}""",
        target=target,
    )
    x: Any = np.arange(65536, dtype=np.uint16).view(dtype)
    found = np.empty_like(x)
    kernel.f(x, found)
    with np.errstate(all="ignore"):
        exact = np.exp(x.astype(np.float64))
        expected = exact.astype(dtype)
    assert np.isnan(found[np.isnan(exact)].astype(np.float64)).all()
    # The processor's conversion to bf16 makes 0 of subnormals.
    normal = exact >= smallest_normal
    distance = (found.view(np.int16).astype(int) - expected.view(np.int16))[normal]
    assert np.abs(distance).max() <= 1
    assert np.count_nonzero(distance) <= 2


@TARGETS
@pytest.mark.parametrize(("op", "best"), [("maximumf", max), ("minimumf", min)])
@pytest.mark.parametrize("kind", ["f32", "f64"])
def test_extremes_keep_nan_and_order_zeros(op: str, best: Any, kind: str, target: str) -> None:
    vector = f"vector<64x{kind}>"
    kernel = compile(
        f"""func.func @f(%x: memref<64x{kind}>, %y: memref<64x{kind}>, %z: memref<64x{kind}>) {{
          %zero = arith.constant 0 : index
          %a = vector.load %x[%zero] : memref<64x{kind}>, {vector}
          %b = vector.load %y[%zero] : memref<64x{kind}>, {vector}
          %c = arith.{op} %a, %b : {vector}
          vector.store %c, %z[%zero] : memref<64x{kind}>, {vector}
          return
        }}""",
        target=target,
    )
    dtype = {"f32": np.float32, "f64": np.float64}[kind]
    numbers = np.array([0.0, -0.0, 1.5, -1.5, np.inf, -np.inf, np.nan, -1e-310], dtype)
    x, y = (grid.reshape(-1).copy() for grid in np.meshgrid(numbers, numbers))
    z = np.empty_like(x)
    kernel.f(x, y, z)
    for a, b, found in zip(x, y, z, strict=True):
        if np.isnan(a) or np.isnan(b):
            assert np.isnan(found)
        else:
            expected = best([a, b], key=lambda number: (number, not np.signbit(number)))
            assert found == expected, (a, b, found)
            if "vrange" in kernel.asm:  # without it, LLVM 22 does not order zeros on AVX2
                assert np.signbit(found) == np.signbit(expected), (a, b, found)
