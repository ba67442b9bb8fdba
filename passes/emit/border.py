"""Reading beyond a buffer's ends: lanes there are the border's constant, and touch no memory.

What the ranges of the loop variables prove to be inside, or outside, costs nothing. Lanes that are
inside or outside together are read under one test, others each under its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...linear import Linear
from ...spec import Border
from ...target.target import Target
from . import lane
from .access import load
from .view import Elements, MemoryView, vector_type
from .writer import Writer


@dataclass(frozen=True)
class Place:
    """Where a lane's element lies along one dimension of the border, and how long that is."""

    index: Linear
    extent: int

    def tests(self, writer: Writer) -> tuple[str, ...] | None:
        """What must hold for it to be inside: comparisons; None where it never is."""
        least, most = _range(self.index, writer)
        if most < 0 or least >= self.extent:
            return None
        found = []
        if least < 0:
            found.append(_compare("sge", self.index, 0, writer))
        if most >= self.extent:
            found.append(_compare("slt", self.index, self.extent, writer))
        return tuple(found)


def load_bordered(
    view: MemoryView, border: Border, elements: Elements, writer: Writer, target: Target
) -> str:
    """As `load`, of a view with a border."""
    inner = replace(view, border=None)
    groups: dict[tuple[str, ...] | None, list[int]] = {}
    for number, (_, index) in enumerate(elements.valid):
        groups.setdefault(_tests(view, border, index, writer), []).append(number)
    kind = vector_type(elements.lanes, view.dtype)
    outside = writer.constant(border.value, kind)
    if len(groups) == 1 and len(elements.valid) == elements.lanes:
        (tests,) = groups
        return (
            outside if tests is None else _guarded(inner, tests, elements, outside, writer, target)
        )
    value = writer.constant(view.dtype.zero, kind)
    scalar = writer.constant(border.value, view.dtype.mlir)
    for tests, numbers in groups.items():
        for number in numbers:
            place, index = elements.valid[number]
            one = Elements.of([index])
            element = (
                scalar if tests is None else _guarded(inner, tests, one, scalar, writer, target)
            )
            if elements.lanes == 1:
                return element
            value = lane.insert(element, value, place, elements.lanes, view.dtype, writer)
    return value


def _tests(
    view: MemoryView, border: Border, index: tuple[int, ...], writer: Writer
) -> tuple[str, ...] | None:
    """What must hold for an element to be inside; None where it never is."""
    found: list[str] = []
    for d in border.dims:
        tests = Place(view.start[d] + index[d], view.shape[d]).tests(writer)
        if tests is None:
            return None
        found += tests
    return tuple(found)


def _guarded(
    view: MemoryView,
    tests: tuple[str, ...],
    elements: Elements,
    outside: str,
    writer: Writer,
    target: Target,
) -> str:
    """The elements if all tests hold, else the constant."""
    if not tests:
        return load(view, elements, writer, target)
    test = writer.all_of(tests)
    kind = vector_type(elements.lanes, view.dtype)
    result = writer.fresh()
    with writer.block(f"{result} = scf.if {test} -> ({kind}) {{", "} else {"):
        writer.line(f"scf.yield {load(view, elements, writer, target)} : {kind}")
    with writer.block(""):
        writer.line(f"scf.yield {outside} : {kind}")
    return result


def _compare(how: str, index: Linear, bound: int, writer: Writer) -> str:
    value, limit = writer.address(index), writer.index(bound)
    return writer.once(f"arith.cmpi {how}, {value}, {limit} : index")


def _range(index: Linear, writer: Writer) -> tuple[int, int]:
    """The least and the largest value of an expression over loop variables."""
    reach = [c * (writer.ranges[v] - 1) for v, c in index.terms]
    return (
        index.const + sum(min(0, r) for r in reach),
        index.const + sum(max(0, r) for r in reach),
    )
