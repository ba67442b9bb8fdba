"""How an operand is read beside its map, as attributes: a border, rows that are looked up.

    ["0.0", array<i64: 1, 2>]                                                   a border
    ["i64", "%0: i64", #morello.layout<["i"], "[i]">, array<i64: 50, 16>, 0]    a lookup

Of a border there are the literal and the dimensions where it may be read; of a lookup the type of
the index array's elements, the row of one, the array's layout, and the table's shape with the
dimension along which its rows are counted. `[]` stands for neither. Read next: `specs.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlir import ir

from ..dtype import dtype
from ..expr import arguments
from ..lookup import Lookup
from ..spec import Border
from .bodies import parse_body, print_body
from .morello import layout_attribute, read_layout


def border_attribute(border: Border | None) -> Any:
    """A border, or that there is none."""
    if border is None:
        return ir.ArrayAttr.get([])
    dims = ir.DenseI64ArrayAttr.get(border.dims)
    return ir.ArrayAttr.get([ir.StringAttr.get(border.value), dims])


def read_border(attribute: Any, rank: int) -> Border | None:
    """The border that an attribute says, of an operand of that rank."""
    if not isinstance(attribute, ir.ArrayAttr):
        raise ValueError(f'its border {attribute} is not like ["0.0", array<i64: 1, 2>]')
    if not len(attribute):
        return None
    value, dims = attribute
    border = Border(string(value, "its border"), integers(dims, "its border"))
    if not border.dims or any(not 0 <= d < rank for d in border.dims):
        raise ValueError(f"its border has dimensions {border.dims} of {rank}")
    return border


def lookup_attribute(lookup: Lookup | None, names: Sequence[str]) -> Any:
    """A lookup of an operand with dimensions of those names, or that there is none."""
    if lookup is None:
        return ir.ArrayAttr.get([])
    i64 = ir.IntegerType.get_signless(64)
    return ir.ArrayAttr.get(
        [
            ir.StringAttr.get(lookup.dtype.name),
            ir.StringAttr.get(print_body(lookup.row)),
            layout_attribute(lookup.layout, names[: lookup.rank]),
            ir.DenseI64ArrayAttr.get(lookup.table),
            ir.IntegerAttr.get(i64, lookup.dim),
        ]
    )


def read_lookup(attribute: Any, shape: tuple[int, ...]) -> Lookup | None:
    """The lookup that an attribute says, of an operand of that shape."""
    if not isinstance(attribute, ir.ArrayAttr) or len(attribute) not in (0, 5):
        raise ValueError(f"its lookup {attribute} is not a type, a row, a layout, a shape, a dim")
    if not len(attribute):
        return None
    kind, row, within, table, dim = attribute
    layout, _, _ = read_layout(within)
    of_type = dtype(string(kind, "its lookup's type"))
    number = parse_body(string(row, "its lookup's row"))
    sizes = integers(table, "its lookup's table")
    if arguments(number) != (0,) or of_type.is_float:
        raise ValueError(f"its lookup is not by one integer: {number}")
    if not isinstance(dim, ir.IntegerAttr) or not 0 <= dim.value < len(sizes):
        raise ValueError(f"its lookup is along {dim} of a table of {len(sizes)} dimensions")
    rest = tuple(size for d, size in enumerate(sizes) if d != dim.value)
    if shape[layout.rank :] != rest:
        raise ValueError(f"its lookup is of rows of {rest}, not of {shape[layout.rank :]}")
    return Lookup(of_type, layout, number, sizes, dim.value)


def integers(attribute: Any, what: str) -> tuple[int, ...]:
    """The numbers of an array attribute."""
    if not isinstance(attribute, ir.DenseI64ArrayAttr):
        raise ValueError(f"{what} is not like array<i64: 1, 2>")
    return tuple(attribute)


def string(attribute: Any, what: str) -> str:
    """The text of a string attribute."""
    if not isinstance(attribute, ir.StringAttr):
        raise ValueError(f"{what} is not a string")
    return str(attribute.value)
