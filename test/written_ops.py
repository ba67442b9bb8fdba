"""Cases of the linalg ops that upstream's definitions (`opdsl`) do not have, written by hand.

Also generic reductions, products and contractions, which no list can enumerate. What stands in
`UNTRIED` has no indexing maps and scalar body to be tried by; the docs show what becomes of it.
Read next: `named_ops.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from named_ops import F32, FORMS, NARROW, Case, case, neutral_of

UNTRIED = {
    "fill_rng_2d": "stock lowering: its numbers depend on the position",
    "index": "stands in a body",
    "pack": "stock lowering, after a decomposition",
    "softmax": "stock lowering, after a decomposition",
    "unpack": "stock lowering, after a decomposition",
    "winograd_filter_transform": "refused: run decompose-winograd-ops before",
    "winograd_input_transform": "refused: run decompose-winograd-ops before",
    "winograd_output_transform": "refused: run decompose-winograd-ops before",
    "yield": "ends a body",
}

PRODUCTS = (F32, *NARROW)
FLOATS = "addf mulf maximumf minimumf maxnumf minnumf"
INTEGERS = "addi muli maxsi minsi maxui minui andi ori xori"


@dataclass(frozen=True)
class Written:
    """One way to write an op: `head` stands before `ins`, `tail` after `outs`."""

    label: str
    family: str
    shapes: tuple[tuple[int, ...], ...]
    types: tuple[tuple[str, ...], ...] = (F32,)
    combine: str = ""
    head: str = ""
    tail: str = ""


def _maps(letters: str, order: str = "") -> str:
    """The indexing maps of `mk,kn->mn`; iterators in that order, else in the alphabet's."""
    operands = letters.replace("->", ",").split(",")
    dims = ", ".join(order or sorted(set(letters) - set(",->")))
    maps = [f"affine_map<({dims}) -> ({', '.join(o)})>" for o in operands]
    return f"indexing_maps = [{', '.join(maps)}]"


def _generic(label: str, letters: str, extents: dict[str, int], types: Sequence[str], body: str,
             combine: str, family: str) -> Written:  # fmt: skip
    operands = letters.replace("->", ",").split(",")
    kinds = [
        '"parallel"' if d in operands[-1] else '"reduction"' for d in sorted(set("".join(operands)))
    ]
    block = ", ".join(f"%x{i}: {t}" for i, t in enumerate(types))
    return Written(
        label, family, tuple(tuple(extents[d] for d in o) for o in operands), (tuple(types),),
        combine, f"{{{_maps(letters)}, iterator_types = [{', '.join(kinds)}]}}",
        f"{{\n  ^bb0({block}):\n{body}\n  }}",
    )  # fmt: skip


def _reduces() -> Iterator[Written]:
    for number, op in enumerate((FLOATS + " " + INTEGERS).split()):
        t = ("f32", "bf16")[number % 2] if op in FLOATS.split() else ("i32", "i8")[number % 2]
        dims = ([1], [0], [0, 2])[number % 3]
        full = (5, 19, 33) if len(dims) == 2 else (7, 37)
        kept = tuple(e for d, e in enumerate(full) if d not in dims)
        yield Written(
            op,
            "reduction",
            (full, kept),
            ((t, t),),
            op,
            f"{{ arith.{op} }}",
            f"dimensions = {dims}",
        )


def _generics() -> Iterator[Written]:
    product = "%p = arith.mulf %x0, %x1 : f32\n"
    total = f"{product}%s = arith.addf %x2, %p : f32\nlinalg.yield %s : f32"
    extents = {"a": 3, "b": 5, "c": 7, "d": 4, "e": 17, "f": 3}
    yield _generic("contraction", "abcd,cdef->abef", extents, F32, total, "add{}", "contraction")
    assigned = f"{product}linalg.yield %p : f32"
    yield _generic("outer", "a,e->ae", {"a": 9, "e": 37}, F32, assigned, "", "outer product")
    yield _generic("rank_one", "a,e->ae", {"a": 9, "e": 37}, F32, total, "add{}", "outer product")
    squares = (
        "%d = arith.subf %x0, %x1 : f32\n%p = arith.mulf %d, %d : f32\n"
        "%s = arith.addf %x2, %p : f32\nlinalg.yield %s : f32"
    )
    sizes = {"a": 9, "b": 37, "c": 13}
    yield _generic("distances", "ac,bc->ab", sizes, F32, squares, "add{}", "reduction")
    nearest = (
        "%d = arith.subf %x0, %x1 : f32\n%p = math.absf %d : f32\n"
        "%s = arith.minimumf %x2, %p : f32\nlinalg.yield %s : f32"
    )
    yield _generic("nearest", "ac,bc->ab", sizes, F32, nearest, "min{}", "reduction")
    widened = (
        "%w = arith.extsi %x0 : i8 to i32\n%s = arith.maxsi %w, %x1 : i32\nlinalg.yield %s : i32"
    )
    yield _generic(
        "widened_max", "ab->a", {"a": 5, "b": 67}, ("i8", "i32"), widened, "max{}", "reduction"
    )  # fmt: skip


WRITTEN: dict[str, tuple[Written, ...]] = {
    "matmul": (
        Written("", "contraction", ((7, 13), (13, 37), (7, 37)), PRODUCTS, "add{}"),
        Written("transposed", "contraction", ((13, 7), (37, 13), (7, 37)), PRODUCTS[:1], "add{}",
                _maps("km,nk->mn", "mnk")),
    ),
    "batch_matmul": (
        Written("", "contraction", ((2, 7, 13), (2, 13, 37), (2, 7, 37)), (F32,), "add{}"),
    ),
    "batch_reduce_matmul": (
        Written("", "contraction", ((2, 7, 13), (2, 13, 37), (7, 37)), (F32,), "add{}"),
    ),
    "contract": (
        Written("", "contraction", ((3, 5, 7, 4), (7, 4, 17, 3), (3, 5, 17, 3)), (F32,), "add{}",
                _maps("abcd,cdef->abef")),
    ),
    "reduce": tuple(_reduces()),
    "generic": tuple(_generics()),
    "elementwise": (
        Written("exp", "elementwise", ((5, 37),) * 2, (("f32",) * 2,), "",
                "kind=#linalg.elementwise_kind<exp>"),
        Written("mul", "elementwise", ((5, 37),) * 3, (F32,), "",
                "kind=#linalg.elementwise_kind<mul>"),
    ),
    "map": (Written("", "elementwise", ((5, 37),) * 3, (F32,), "", "{ arith.mulf }"),),
    "transpose": (
        Written("", "copy", ((5, 37, 3), (3, 5, 37)), (("f32",) * 2, ("bf16",) * 2), "", "",
                "permutation = [2, 0, 1]"),
    ),
    "broadcast": (
        Written("", "copy", ((5, 37), (5, 9, 37)), (("f32",) * 2,), "", "", "dimensions = [1]"),
    ),
}  # fmt: skip


def cases(name: str) -> Iterator[Case]:
    """The cases of an op that is written here."""
    for written in WRITTEN[name]:
        for t, types in enumerate(written.types):
            start = neutral_of(written.combine, types[-1]) if written.combine else None
            for f, form in enumerate(FORMS):
                if types in NARROW and f != t % 2:
                    continue
                label = "_".join(filter(None, (name, written.label, *types, form)))
                filled = start if form == "tensor" else None
                yield case(
                    label, name, form, types, written.shapes, filled, written.head, written.tail
                )
