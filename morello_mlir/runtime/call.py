"""Call a compiled function with numpy arrays.

Invariant: no memory is touched before every argument has been checked. `Function.__call__` checks
and calls; `Function.bind` checks once and returns a `BoundCall` that only calls.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import ml_dtypes  # noqa: F401  (gives numpy the name bfloat16)
import numpy as np

from morello_mlir.runtime.jit import Code
from morello_mlir.runtime.signature import (
    ELEMENTS,
    Element,
    Layout,
    Parameter,
    Signature,
    row_major,
)

RESULT_ALIGNMENT = 64
_OVERLAP_WORK = 10_000
_SCALARS: dict[str, Any] = {
    "f64": ctypes.c_double,
    "f32": ctypes.c_float,
    "f16": ctypes.c_uint16,
    "bf16": ctypes.c_uint16,
    "i64": ctypes.c_int64,
    "i32": ctypes.c_int32,
    "i16": ctypes.c_int16,
    "i8": ctypes.c_int8,
    "i1": ctypes.c_bool,
    "index": ctypes.c_int64,
}
_DTYPES: dict[str, tuple[np.dtype[Any], ...]] = {
    name: tuple(np.dtype(n) for n in element.numpy) for name, element in ELEMENTS.items()
}

Array = np.ndarray[Any, np.dtype[Any]]


class BoundCall:
    """A function with its arguments, checked once; calling it runs the function again.

    `results` are the arrays (or the last returned scalar) of the call; they are overwritten each
    time. All arrays stay alive, and must keep their memory, as long as this value does.
    """

    __slots__ = ("_call", "_kept", "results")

    def __init__(self, call: functools.partial[Any], results: tuple[Array, ...], kept: Any) -> None:
        """Bind `call`; `kept` are the objects whose memory it uses."""
        self._call = call
        self._kept = kept
        self.results = results

    def __call__(self) -> Any:
        """Run; returns the scalar that the function returns, if any."""
        return self._call()


class _ArrayArgument:
    """The check of one array parameter. Arrays that match exactly take a short way."""

    def __init__(self, function: str, parameter: Parameter, layout: Layout) -> None:
        size = parameter.element.size
        self.where = f"{function}: argument '{parameter.name}'"
        if parameter.nibbles is not None:
            self.where += f", i4 of shape {parameter.nibbles} two to a byte,"
        self.parameter = parameter
        self.layout = layout
        self.dtypes = _DTYPES[parameter.element.name]
        self.strides = tuple(stride * size for stride in layout.strides)

    def __call__(self, value: Any) -> Any:
        """Return the ctypes value of an array; raise if the function must not have it."""
        if not isinstance(value, np.ndarray):
            raise TypeError(f"{self.where} must be a numpy array, not {type(value).__name__}")
        if value.dtype not in self.dtypes:
            names = " or ".join(self.parameter.element.numpy)
            raise TypeError(f"{self.where} must have dtype {names}, not {value.dtype}")
        layout = self.layout
        if value.shape != layout.shape:
            raise ValueError(f"{self.where} must have shape {layout.shape}, not {value.shape}")
        if value.strides != self.strides:
            self._check_strides(value)
        address = value.ctypes.data
        if address % layout.alignment and value.size:
            raise ValueError(f"{self.where} must be aligned to {layout.alignment} bytes")
        if self.parameter.written and not value.flags.writeable:
            raise ValueError(f"{self.where} is written, but the array is read-only")
        return ctypes.c_void_p(address)

    def _check_strides(self, value: Array) -> None:
        """Strides of axes with one element do not matter, and none do in an empty array."""
        axes = zip(value.shape, value.strides, self.strides, strict=True)
        if value.size and any(extent > 1 and has != wants for extent, has, wants in axes):
            raise ValueError(
                f"{self.where} must have strides {self.strides} bytes, not {value.strides};"
                " numpy.ascontiguousarray makes a row-major copy"
            )


class _ScalarArgument:
    """The check of one scalar parameter."""

    def __init__(self, function: str, parameter: Parameter) -> None:
        self.where = f"{function}: argument '{parameter.name}'"
        self.element = parameter.element
        self.kind = _SCALARS[parameter.element.name]

    def __call__(self, value: Any) -> Any:
        """Return the ctypes value of a number; raise if it does not fit."""
        name = self.element.name
        if isinstance(value, np.ndarray | str | bytes) or not hasattr(value, "__float__"):
            raise TypeError(f"{self.where} must be a number, not {type(value).__name__}")
        if name in ("f64", "f32"):
            return self.kind(float(value))
        if name in ("f16", "bf16"):
            return self.kind(int(np.asarray(value, _DTYPES[name][0]).view(np.uint16)))
        if not hasattr(value, "__index__") and not isinstance(value, np.bool_):
            raise TypeError(f"{self.where} must be a whole number, not {type(value).__name__}")
        number = int(value)
        bits = 1 if name == "i1" else 8 * self.element.size
        if not -(1 << (bits - 1)) <= number < (1 << bits):
            raise ValueError(f"{self.where} is {number}, which does not fit in {bits} bits")
        return self.kind(number)


def _argument(function: str, parameter: Parameter) -> _ArrayArgument | _ScalarArgument:
    if parameter.layout is None:
        return _ScalarArgument(function, parameter)
    return _ArrayArgument(function, parameter, parameter.layout)


class Function:
    """One function of a kernel, callable with numpy arrays."""

    def __init__(self, signature: Signature, code: Code) -> None:
        """Look `signature.name` up in `code`, which stays loaded as long as this value lives."""
        self.signature = signature
        self._code = code
        returns = _SCALARS[signature.returns.name] if signature.returns else None
        self._function = ctypes.CFUNCTYPE(returns)(code.address(signature.name))
        self._arguments = tuple(_argument(signature.name, p) for p in signature.parameters)
        self._inputs, self._results = signature.inputs, signature.results
        self.__name__ = signature.name
        self.__doc__ = signature.prototype()

    def __repr__(self) -> str:
        """The C prototype."""
        return f"<{self.signature.prototype()}>"

    def __call__(self, *arguments: Any, out: Any = None) -> Any:
        """Check the arguments, run, and return the results (None, one, or a tuple).

        A tensor result is a new array, or the one given as `out=` (a tuple for several).
        """
        bound = self.bind(*arguments, out=out)
        scalar = _python_scalar(bound(), self.signature.returns)
        results: tuple[Any, ...] = bound.results
        if self.signature.returns is not None:
            results = (*results, scalar)
        if not results:
            return None
        return results[0] if len(results) == 1 else results

    def bind(self, *arguments: Any, out: Any = None) -> BoundCall:
        """Check the arguments once and return a call that does not check them again."""
        name = self.signature.name
        inputs = self._inputs
        if len(arguments) != len(inputs):
            raise TypeError(
                f"{name} takes {len(inputs)} argument{'s' * (len(inputs) != 1)}"
                f" ({', '.join(p.name for p in inputs)}), not {len(arguments)}"
            )
        results = _results(name, self._results, out)
        given = [_in_bytes(p, value) for p, value in zip(inputs, arguments, strict=True)]
        values = (*given, *results)
        passed = [check(value) for check, value in zip(self._arguments, values, strict=True)]
        _check_overlap(name, tuple(zip(self.signature.parameters, values, strict=True)))
        return BoundCall(functools.partial(self._function, *passed), results, (self, values))


def _in_bytes(parameter: Parameter, value: Any) -> Any:
    """An argument; an array of ml_dtypes' numbers of four bits as the bytes that hold them."""
    layout, shape = parameter.layout, parameter.nibbles
    if layout is None or shape is None or not isinstance(value, np.ndarray):
        return value
    if value.dtype.name not in ("int4", "uint4") or value.shape != shape:
        return value
    halves = np.ascontiguousarray(value).reshape(-1).view(np.uint8) & 15
    halves = np.append(halves, np.zeros(halves.size % 2, np.uint8))
    return (halves[0::2] | halves[1::2] << 4).reshape(layout.shape)


def empty(parameter: Parameter) -> Array:
    """A new array for `parameter`, aligned to a cache line."""
    layout = parameter.layout
    assert layout is not None
    dtype = _DTYPES[parameter.element.name][0]
    spans = (
        (extent - 1) * stride for extent, stride in zip(layout.shape, layout.strides, strict=True)
    )
    count = 0 if 0 in layout.shape else 1 + sum(spans)
    alignment = max(RESULT_ALIGNMENT, layout.alignment)
    memory = np.empty(count * dtype.itemsize + alignment, np.uint8)
    start = -memory.ctypes.data % alignment
    flat = memory[start : start + count * dtype.itemsize].view(dtype)
    if layout.strides == row_major(layout.shape):
        return flat.reshape(layout.shape)
    strides = tuple(stride * dtype.itemsize for stride in layout.strides)
    return np.lib.stride_tricks.as_strided(flat, layout.shape, strides)


def _results(name: str, wanted: Sequence[Parameter], out: Any) -> tuple[Any, ...]:
    if out is None:
        return tuple(empty(parameter) for parameter in wanted)
    given = out if isinstance(out, tuple) else (out,)
    if len(given) != len(wanted):
        raise TypeError(f"{name} has {len(wanted)} array results, but out= gives {len(given)}")
    return given


def _check_overlap(function: str, pairs: Sequence[tuple[Parameter, Any]]) -> None:
    arrays = [(p, v) for p, v in pairs if p.layout is not None]
    for (p, a), (q, b) in combinations(arrays, 2):
        if (p.written or q.written) and np.may_share_memory(a, b):
            try:
                shared = np.shares_memory(a, b, max_work=_OVERLAP_WORK)  # type: ignore[arg-type]
            except np.exceptions.TooHardError:
                shared = True
            if shared:
                written = p if p.written else q
                raise ValueError(
                    f"{function}: arguments '{p.name}' and '{q.name}' overlap, but"
                    f" '{written.name}' is written"
                )


def _python_scalar(value: Any, element: Element | None) -> Any:
    """A returned scalar as Python or numpy shows it; half floats come back as their bits."""
    if element is None or element.name not in ("f16", "bf16"):
        return value
    return np.uint16(value).view(_DTYPES[element.name][0])
