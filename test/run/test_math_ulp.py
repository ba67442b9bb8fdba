"""Elementary functions as compiled: their error in ulp over all exponents, and special values.

Everything is compiled for the host and for plain AVX2, in one module each. The references are
numpy's functions in the next larger type, and mpmath.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt
import pytest

from morello_mlir import Kernel, compile

Array = npt.NDArray[Any]
Function = Callable[..., Array]


def _erf(x: Array) -> Array:
    with mpmath.workprec(90):
        pairs = [(float(y), float(y - float(y))) for y in map(mpmath.erf, x.tolist())]
    high, low = np.array(pairs, np.longdouble).T
    return np.asarray(high + low)


def _erf_f32(x: Array) -> Array:
    return np.array([math.erf(one) for one in x.tolist()])


# By the name of the math op, perhaps with what is added to it; what numpy has is exact enough in
# the next larger type.
LARGER: dict[str, Function] = {
    "atan": np.arctan,
    "cos": np.cos,
    "exp": np.exp,
    "exp2": np.exp2,
    "expm1": np.expm1,
    "log": np.log,
    "log10": np.log10,
    "log1p": np.log1p,
    "log2": np.log2,
    "powf": np.power,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "sin": np.sin,
    "tanh": np.tanh,
    "tanh + 1": lambda x: 2 / (1 + np.exp(-2 * x)),
}
NAMES = (*LARGER, "erf")

# The largest error in ulp that we vouch for; sweeps of 10^8 points (f32) and 10^7 (f64; erf 4 10^5)
# found errors a little below.
ULPS = {
    "atan": 2.0,
    "cos": 1.8,
    "erf": 1.8,
    "exp": 1.0,
    "exp2": 1.1,
    "expm1": 1.3,
    "log": 1.0,
    "log10": 1.1,
    "log1p": 1.6,
    "log2": 1.4,
    "powf": 1.3,
    "rsqrt": 1.5,
    "sin": 1.8,
    "tanh": 1.8,
    "tanh + 1": 2.5,
}

# Where the answers are neither 0, 1 nor inf: f32, f64. The others are tried around 1.
BUSY = {
    "atan": (50.0, 50.0),
    "cos": (2.0**20, 2.0**40),
    "erf": (4.1, 6.1),
    "exp": (104.0, 746.0),
    "exp2": (151.0, 1076.0),
    "expm1": (89.0, 710.0),
    "sin": (2.0**20, 2.0**40),
    "tanh": (10.0, 20.0),
    "tanh + 1": (52.0, 373.0),
}


def reference(name: str, *arguments: Array) -> Array:
    """The results of the op `name`, in a larger type than the arguments'."""
    single = arguments[0].dtype == np.float32
    with np.errstate(all="ignore"):
        if name == "erf":
            return (_erf_f32 if single else _erf)(*arguments)
        larger = np.float64 if single else np.longdouble
        return LARGER[name](*(x.astype(larger) for x in arguments))


def points(name: str, dtype: Any, count: int, seed: int = 0) -> tuple[Array, ...]:
    """Arguments for `name`: a third from all bit patterns, a third busy ones, a third near 1."""
    rng = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    bits = rng.integers(0, 1 << (8 * dtype.itemsize), count // 3, np.dtype(f"u{dtype.itemsize}"))
    any_ = bits.view(dtype)
    end = BUSY.get(name, (16.0, 16.0))[dtype == np.float64]
    busy, near = rng.uniform(-end, end, count // 3), rng.uniform(-2, 2, count // 3)
    x = np.concatenate([any_, busy.astype(dtype), near.astype(dtype)])
    if name in ("sin", "cos"):
        x = x[np.abs(x) <= end]
    if name != "powf":
        return (x,)
    exponent = 128 if dtype == np.float32 else 1024
    x = np.exp2(rng.uniform(-1, 1, count) * rng.choice([1, 30, exponent], count)).astype(dtype)
    return x, (rng.uniform(-1.1, 1.1, count) * exponent / np.log2(x)).astype(dtype)


def ulps(found: Array, exact: Array) -> Array:
    """The error of each `found`, in the spacing of its type; inf where only one is finite."""
    with np.errstate(all="ignore"):
        rounded = exact.astype(found.dtype)
        distance = np.abs(found.astype(exact.dtype) - exact) / np.spacing(np.abs(rounded))
        same = (found == rounded) | (np.isnan(found) & np.isnan(rounded))
    finite = np.isfinite(found) & np.isfinite(rounded)
    return np.asarray(np.where(finite, distance, np.where(same, 0.0, np.inf)))


def special(name: str, dtype: Any) -> list[tuple[float, float]]:
    """Arguments of `name` and what must come out, to the sign of zero."""
    info = np.finfo(dtype)
    least, end = float(info.smallest_subnormal), float(info.max)
    low, high = info.minexp - info.nmant, info.maxexp
    inf, nan = math.inf, math.nan
    odd = [(x, x) for x in (0.0, -0.0, least, -least, float(info.tiny) / 2)]
    powers = [(float(n), math.ldexp(1.0, n)) for n in range(low, high, 7)]
    logs = [(0.0, -inf), (-0.0, -inf), (1.0, 0.0), (inf, inf), (-inf, nan), (-least, nan)]
    table: dict[str, list[tuple[float, float]]] = {
        "atan": odd,
        "cos": [(0.0, 1.0), (-0.0, 1.0), (least, 1.0), (inf, nan), (-inf, nan), (end, nan)],
        "erf": [*odd[:4], (inf, 1.0), (-inf, -1.0), (end, 1.0)],
        "exp": [(0.0, 1.0), (-0.0, 1.0), (inf, inf), (-inf, 0.0), (end, inf), (-end, 0.0)],
        "exp2": [*powers, (low - 1.0, 0.0), (high, inf), (inf, inf), (-inf, 0.0), (-end, 0.0)],
        "expm1": [*odd, (inf, inf), (-inf, -1.0), (end, inf), (-end, -1.0)],
        "log": logs,
        "log10": logs,
        "log1p": [*odd, (-1.0, -inf), (inf, inf), (-inf, nan), (-1.5, nan)],
        "log2": [*logs, *((power, n) for n, power in powers)],
        "rsqrt": [(0.0, inf), (-0.0, -inf), (inf, 0.0), (-least, nan), (-inf, nan), (16.0, 0.25)],
        "sin": [*odd, (inf, nan), (-inf, nan), (end, nan)],
        "tanh": [*odd, (inf, 1.0), (-inf, -1.0), (end, 1.0), (-end, -1.0)],
        "tanh + 1": [(0.0, 1.0), (-0.0, 1.0), (inf, 2.0), (-inf, 0.0), (end, 2.0), (-end, 0.0)],
    }
    return [*table[name], (nan, nan)]


def same(found: Array, expected: Array) -> Array:
    """Whether the numbers agree to the sign of zero; a NaN is a NaN."""
    signs = np.signbit(found) == np.signbit(expected)
    return np.asarray((np.isnan(found) & np.isnan(expected)) | ((found == expected) & signs))


TYPES: dict[str, Any] = {"f32": np.float32, "f64": np.float64}
LENGTH = 1 << 12  # of the arrays that the functions take


def symbol(name: str) -> str:
    """What the function is called."""
    return name.replace(" + 1", "_and_one")


def body(name: str, operands: str, vector: str) -> str:
    """The ops that make `%r`."""
    function, plus, _ = name.partition(" + ")
    if not plus:
        return f"%r = math.{function} {operands} : {vector}"
    return f"""%f = math.{function} {operands} : {vector}
                  %one = arith.constant dense<1.0> : {vector}
                  %r = arith.addf %f, %one : {vector}"""


def source(vectors: dict[str, str]) -> str:
    """A function `NAME_TYPE` for each elementary function and element type, vector by vector."""
    functions = []
    for kind, vector in vectors.items():
        for name in NAMES:
            count = 2 if name == "powf" else 1
            arguments = [f"%x{i}: memref<{LENGTH}x{kind}>" for i in range(count)]
            loads = [
                f"%v{i} = vector.load %x{i}[%i] : memref<{LENGTH}x{kind}>, {vector}"
                for i in range(count)
            ]
            operands = ", ".join(f"%v{i}" for i in range(count))
            arguments.append(f"%y: memref<{LENGTH}x{kind}>")
            functions.append(f"""
              func.func @{symbol(name)}_{kind}({", ".join(arguments)}) {{
                %zero = arith.constant 0 : index
                %end = arith.constant {LENGTH} : index
                %step = arith.constant {vector.partition("<")[2].partition("x")[0]} : index
                scf.for %i = %zero to %end step %step {{
                  {" ".join(loads)}
                  {body(name, operands, vector)}
                  vector.store %r, %y[%i] : memref<{LENGTH}x{kind}>, {vector}
                }}
                return
              }}""")
    return "\n".join(functions)


@pytest.fixture(scope="module", params=["native", "x86-64-v3"])
def kernel(request: pytest.FixtureRequest) -> Kernel:
    width = 64 if request.param == "native" else 32
    vectors = {"f32": f"vector<{width // 4}xf32>", "f64": f"vector<{width // 8}xf64>"}
    return compile(source(vectors), target=request.param)


def run(kernel: Kernel, name: str, *arguments: Array) -> Array:
    """Apply a function to arrays of any length."""
    count, dtype = arguments[0].size, arguments[0].dtype
    function = kernel[f"{symbol(name)}_f{8 * dtype.itemsize}"]
    padded = [np.resize(x, -(-count // LENGTH) * LENGTH).reshape(-1, LENGTH) for x in arguments]
    results = np.empty_like(padded[0])
    for *rows, result in zip(*padded, results, strict=True):
        function(*rows, result)
    return np.asarray(results.reshape(-1)[:count])


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("name", NAMES)
def test_error(kernel: Kernel, name: str, kind: str) -> None:
    count = 1_000_000 if kind == "f32" else 10_000 if name == "erf" else 200_000
    arguments = points(name, TYPES[kind], count)
    errors = ulps(run(kernel, name, *arguments), reference(name, *arguments))
    worst = int(errors.argmax())
    assert errors[worst] <= ULPS[name], [float(x[worst]) for x in arguments]


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("name", [name for name in NAMES if name != "powf"])
def test_special_values(kernel: Kernel, name: str, kind: str) -> None:
    x, expected = np.array(special(name, TYPES[kind])).astype(TYPES[kind]).T.copy()
    found = run(kernel, name, x)
    wrong = ~same(found, expected)
    assert not wrong.any(), list(zip(x[wrong], found[wrong], expected[wrong], strict=True))


@pytest.mark.parametrize("kind", TYPES)
def test_special_powers(kernel: Kernel, kind: str) -> None:
    """Every pair of these, against the C library's pow."""
    dtype = TYPES[kind]
    sizes = [0.0, 0.5, 1.0, 2.0, 2.5, 3.0, 1e30, math.inf, np.finfo(dtype).smallest_subnormal]
    numbers = np.array([*sizes, *(-size for size in sizes), math.nan], dtype)
    x, y = (grid.reshape(-1).copy() for grid in np.meshgrid(numbers, numbers))
    with np.errstate(all="ignore"):
        expected = np.power(x, y)
        found = run(kernel, "powf", x, y)
        close = np.abs(found - expected) <= np.spacing(np.abs(expected))
    wrong = ~(same(found, expected) | (close & (np.sign(found) == np.sign(expected))))
    assert not wrong.any(), list(
        zip(x[wrong], y[wrong], found[wrong], expected[wrong], strict=True)
    )


def test_no_library_is_called(kernel: Kernel) -> None:
    assert not re.findall(r"^\s+call.*", kernel.asm, re.MULTILINE)
