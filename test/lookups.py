"""Modules that look rows of tables up, as text: for tests of several folders.

`gather` is an op as frameworks write it; its body makes a row of `%in`, an element of the index
array, by `row`.
"""

from __future__ import annotations

from collections.abc import Sequence

PLAIN = "%row = arith.index_cast %in : {i} to index"
CLAMPED = """%c = arith.index_cast %in : {i} to index
    %least = arith.constant 0 : index
    %last = arith.constant {last} : index
    %low = arith.maxsi %c, %least : index
    %row = arith.minsi %low, %last : index"""
WRAPPED = """%zero = arith.constant 0 : {i}
    %rows = arith.constant {rows} : {i}
    %less = arith.cmpi slt, %in, %zero : {i}
    %more = arith.addi %in, %rows : {i}
    %w = arith.select %less, %more, %in : {i}
    %row = arith.index_cast %w : {i} to index"""


def tensor(shape: Sequence[int], dtype: str) -> str:
    """A tensor type."""
    return f"tensor<{'x'.join([*map(str, shape), dtype])}>"


def gather(
    name: str,
    index: tuple[str, Sequence[int], str],
    table: tuple[str, Sequence[int], str],
    row: str = PLAIN,
    dim: int = 0,
    attributes: str = "",
) -> str:
    """`%name`, rows of a table along one dimension: those of the index array come first."""
    (x, shape, i), (t, sizes, kind) = index, table
    rest = [d for d in range(len(sizes)) if d != dim]
    count = len(shape) + len(rest)
    out = tensor([*shape, *(sizes[d] for d in rest)], kind)
    names = ", ".join(f"d{d}" for d in range(count))
    maps = (", ".join(f"d{d}" for d in range(n)) for n in (len(shape), count))
    spelled = ", ".join(f"affine_map<({names}) -> ({m})>" for m in maps)
    kinds = ", ".join(['"parallel"'] * count)
    places = [f"%i{len(shape) + n}" for n in range(len(rest))]
    places.insert(dim, "%row")
    indices = "\n    ".join(f"%i{d} = linalg.index {d} : index" for d in range(len(shape), count))
    made = row.format(i=i, rows=sizes[dim], last=sizes[dim] - 1)
    return f"""
  %{name}_e = tensor.empty() : {out}
  %{name} = linalg.generic {{indexing_maps = [{spelled}], iterator_types = [{kinds}]}}
      ins({x} : {tensor(shape, i)}) outs(%{name}_e : {out}) {attributes} {{
  ^bb0(%in: {i}, %o: {kind}):
    {indices}
    {made}
    %v = tensor.extract {t}[{", ".join(places)}] : {tensor(sizes, kind)}
    linalg.yield %v : {kind}
  }} -> {out}"""
