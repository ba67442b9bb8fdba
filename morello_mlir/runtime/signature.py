"""What a compiled function takes: the facts that a call, a binding and a C header need."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Element:
    """An element type: its MLIR name, the numpy names it takes, its C type and its size."""

    name: str
    numpy: tuple[str, ...]
    c: str
    size: int


ELEMENTS: dict[str, Element] = {
    e.name: e
    for e in (
        Element("f64", ("float64",), "double", 8),
        Element("f32", ("float32",), "float", 4),
        Element("f16", ("float16",), "uint16_t", 2),
        Element("bf16", ("bfloat16",), "uint16_t", 2),
        Element("i64", ("int64", "uint64"), "int64_t", 8),
        Element("i32", ("int32", "uint32"), "int32_t", 4),
        Element("i16", ("int16", "uint16"), "int16_t", 2),
        Element("i8", ("int8", "uint8"), "int8_t", 1),
        Element("i1", ("bool",), "bool", 1),
        Element("index", ("int64", "uint64"), "int64_t", 8),
    )
}
"""Signless integers take both signs of the same width; the first numpy name is that of results."""


@dataclass(frozen=True)
class Layout:
    """The array behind a pointer: shape and strides in elements, and the alignment it needs."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    alignment: int


@dataclass(frozen=True)
class Parameter:
    """A parameter of the C function: an array if it has a layout, else a scalar.

    `nibbles` is the shape of the array of i4 that its bytes hold, None if they hold none.
    """

    name: str
    element: Element
    layout: Layout | None
    written: bool = False
    is_result: bool = False
    nibbles: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Signature:
    """A C function on plain pointers; results are the last parameters, or one returned scalar."""

    name: str
    parameters: tuple[Parameter, ...]
    returns: Element | None = None

    @property
    def inputs(self) -> tuple[Parameter, ...]:
        """The parameters that a caller passes."""
        return tuple(p for p in self.parameters if not p.is_result)

    @property
    def results(self) -> tuple[Parameter, ...]:
        """The arrays that a call makes, unless given with `out=`."""
        return tuple(p for p in self.parameters if p.is_result)

    def prototype(self) -> str:
        """The C declaration, without semicolon: `void f(const float *a, float *b)`."""
        declared = ", ".join(_declare(p) for p in self.parameters) or "void"
        return f"{self.returns.c if self.returns else 'void'} {self.name}({declared})"


def _declare(parameter: Parameter) -> str:
    c = parameter.element.c
    if parameter.layout is None:
        return f"{c} {parameter.name}"
    return f"{'' if parameter.written else 'const '}{c} *{parameter.name}"


def row_major(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of a contiguous array."""
    strides = [1] * len(shape)
    for axis in reversed(range(len(shape) - 1)):
        strides[axis] = strides[axis + 1] * shape[axis + 1]
    return tuple(strides)
