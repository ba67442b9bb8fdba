"""Row numbers of lookups: the scalar expression that an index element becomes one by.

Every op is written once per scope, so that the elements of a row share its address. Read next:
`view.py`.
"""

from __future__ import annotations

from ...dtype import I64
from ...expr import Arg, Const, Expr
from ...lookup import Lookup
from .writer import Writer


def row_number(lookup: Lookup, element: str, writer: Writer) -> str:
    """The row of an index element, as an index value."""
    number = _scalar(lookup.row, element, writer)
    row = writer.once(f"arith.index_cast {number} : {I64.mlir} to index")
    writer.ranges[row] = lookup.rows
    return row


def _scalar(expr: Expr, element: str, writer: Writer) -> str:
    if isinstance(expr, Arg):
        return element
    if isinstance(expr, Const):
        return writer.constant(expr.text, expr.dtype.mlir)
    arguments = ", ".join(_scalar(a, element, writer) for a in expr.args)
    properties = f" <{{{expr.attrs}}}>" if expr.attrs else ""
    kinds = ", ".join(a.dtype.mlir for a in expr.args)
    return writer.once(f'"{expr.op}"({arguments}){properties} : ({kinds}) -> {expr.dtype.mlir}')
