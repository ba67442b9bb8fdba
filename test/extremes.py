"""Modules with extrema and their places as frameworks write them, and what numpy says of them."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

TORCH = """
    %value = arith.${max}f %in, %old : $f
    %more = arith.cmpf o$more, %in, %old : $f
    %place = arith.select %more, %here, %at : $p"""
"""torch-mlir: NaN is the extremum, but has no place."""

JAX = """
    %more = arith.cmpf o$more, %old, %in : $f
    %nan = arith.cmpf une, %old, %old : $f
    %keep = arith.ori %more, %nan : i1
    %same = arith.cmpf oeq, %old, %in : $f
    %before = arith.cmpi slt, %at, %here : $p
    %first = arith.andi %same, %before : i1
    %stay = arith.ori %keep, %first : i1
    %value = arith.select %keep, %old, %in : $f
    %place = arith.select %stay, %at, %here : $p"""
"""JAX: the first NaN, or the smaller of the places of equal numbers."""

TOSA = """
    %more = arith.cmpf u$more, %in, %old : $f
    %number = arith.cmpf ord, %old, %old : $f
    %both = arith.andi %more, %number : i1
    %value = arith.select %both, %in, %old : $f
    %place = arith.select %both, %here, %at : $p"""
"""TOSA where NaN propagates: the first NaN."""

IGNORE = """
    %more = arith.cmpf o$more, %in, %old : $f
    %value = arith.select %more, %in, %old : $f
    %place = arith.select %more, %here, %at : $p"""
"""TOSA where NaN is ignored, and what one writes by hand."""

LAST = """
    %more = arith.cmpf o${or_equal}, %in, %old : $f
    %value = arith.${max}f %old, %in : $f
    %place = arith.select %more, %here, %at : $p"""
"""The last of equal numbers."""

SIGNED = """
    %more = arith.cmpi s$more, %in, %old : $f
    %value = arith.select %more, %in, %old : $f
    %place = arith.select %more, %here, %at : $p"""

UNSIGNED = """
    %value = arith.${max_}ui %in, %old : $f
    %more = arith.cmpi u${or_equal}, %old, %in : $f
    %place = arith.select %more, %at, %here : $p"""

MODULE = Template("""
#all = affine_map<($dims) -> ($dims)>
#row = affine_map<($dims) -> ($kept)>
func.func @f(%x: $whole) -> ($returned) {
  %least = arith.constant $least : $f
  %none = arith.constant $none : $p
  %ev = tensor.empty() : $value
  %ep = tensor.empty() : $place
  %v = linalg.fill ins(%least : $f) outs(%ev : $value) -> $value
  %p = linalg.fill ins(%none : $p) outs(%ep : $place) -> $place$iota
  %r:2 = linalg.generic {indexing_maps = [$maps], iterator_types = [$kinds]}
      ins($ins) outs($starts) {
  ^bb0($arguments):$body
    linalg.yield $yields
  } -> ($types)
  return $results : $returned
}""")

INDEX = """
    %k = linalg.index $axis : index
    %here = arith.index_cast %k : index to $p"""

IOTA = """
  %ei = tensor.empty() : $places
  %i = linalg.generic {indexing_maps = [#all], iterator_types = [$parallel]}
      outs(%ei : $places) {
  ^bb0(%o: $p):$index
    linalg.yield %here : $p
  } -> $places"""


@dataclass(frozen=True)
class Form:
    """A module `f`: of `x` in `shape`, the extremum along `axis` and its place."""

    body: str
    shape: tuple[int, ...] = (5, 37)
    axis: int = -1
    element: str = "f32"
    place: str = "i64"
    least: str = "0xFF800000"
    none: int = 0
    largest: bool = True
    last: bool = False
    swapped: bool = False
    separate: bool = False
    """The positions are an input, that another op writes down."""
    only_place: bool = False

    def text(self) -> str:
        """The module."""
        rank, axis = len(self.shape), self.axis % len(self.shape)
        dims = [f"d{d}" for d in range(rank)]
        kept = [n for d, n in enumerate(self.shape) if d != axis]
        f, p = self.element, self.place
        value, place = _tensor(kept, f), _tensor(kept, p)
        whole, places = _tensor(self.shape, f), _tensor(self.shape, p)
        words: dict[str, Any] = {
            "f": f,
            "p": p,
            "value": value,
            "place": place,
            "whole": whole,
            "places": places,
            "axis": axis,
            "dims": ", ".join(dims),
            "kept": ", ".join(dims[:axis] + dims[axis + 1 :]),
            "parallel": ", ".join(['"parallel"'] * rank),
            "kinds": ", ".join('"reduction"' if d == axis else '"parallel"' for d in range(rank)),
            "least": self.least,
            "none": self.none,
            "more": "gt" if self.largest else "lt",
            "or_equal": "ge" if self.largest else "le",
            "max": "maximum" if self.largest else "minimum",
            "max_": "max" if self.largest else "min",
        }

        def both(a: str, b: str) -> str:
            return f"{b}, {a}" if self.swapped else f"{a}, {b}"

        def typed(a: str, b: str) -> str:
            return f"{both(a, b)} : {both(value, place)}"

        read = f"%in: {f}, %here: {p}" if self.separate else f"%in: {f}"
        words["arguments"] = f"{read}, {both(f'%old: {f}', f'%at: {p}')}"
        words["yields"] = f"{both('%value', '%place')} : {both(f, p)}"
        words["starts"], words["types"] = typed("%v", "%p"), both(value, place)
        words["ins"] = f"%x, %i : {whole}, {places}" if self.separate else f"%x : {whole}"
        words["maps"] = ", ".join(["#all"] * (1 + self.separate) + ["#row"] * 2)
        at = "%r#0" if self.swapped else "%r#1"
        words["results"] = at if self.only_place else "%r#0, %r#1"
        words["returned"] = place if self.only_place else both(value, place)
        words["index"] = Template(INDEX).substitute(words)
        words["iota"] = Template(IOTA).substitute(words) if self.separate else ""
        body = Template(self.body).substitute(words)
        words["body"] = body if self.separate else words["index"] + body
        return MODULE.substitute(words)

    def answer(self, x: Array) -> tuple[Array, Array]:
        """By numpy, where no row is less than what the module begins with."""
        turned = np.flip(x, self.axis) if self.last else x
        place = (np.argmax if self.largest else np.argmin)(turned, self.axis)
        value = np.take_along_axis(turned, np.expand_dims(place, self.axis), self.axis)
        place = x.shape[self.axis] - 1 - place if self.last else place
        return np.squeeze(value, self.axis), place

    def given(self, results: Any) -> tuple[Any, Any]:
        """The extremum and the place of what the module returns."""
        if self.only_place:
            return None, results
        one, two = results
        return (two, one) if self.swapped else (one, two)


def _tensor(shape: Any, element: str) -> str:
    return f"tensor<{'x'.join([*map(str, shape), element])}>"
