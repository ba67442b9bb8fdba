"""Every linalg op of the installed MLIR: right answers, and what `docs/ops.md` says of it."""

from __future__ import annotations

import random

import pytest
from every_op import documented, rows, run, tried
from named_ops import (
    EXTENTS,
    FORMS,
    case,
    definition,
    family,
    op_names,
    shapes_of,
    start_of,
    types_of,
)
from written_ops import UNTRIED, WRITTEN

WINDOWED = ("convolution", "pooling")


@pytest.mark.needs_cpu("avx2", "fma", "f16c")
@pytest.mark.parametrize("name", tried())
def test_it_computes_what_its_generalised_form_says(name: str) -> None:
    stale = [row for row in map(str, rows(name)) if row not in documented()]
    assert not stale, "run test/every_op.py: docs/ops.md lacks\n" + "\n".join(stale)


def test_no_op_is_forgotten() -> None:
    for name in op_names():
        assert name in WRITTEN or name in UNTRIED or definition(name) is not None, name
        assert f"| `{name}" in documented(), name


def test_the_page_has_no_op_that_is_gone() -> None:
    listed = [line.split("`")[1].split()[0] for line in documented().splitlines() if "| `" in line]
    assert set(listed) <= set(op_names())


@pytest.mark.needs_cpu("avx2", "fma", "f16c")
@pytest.mark.parametrize("seed", range(8))
def test_windows_of_any_extents(seed: int) -> None:
    """Convolutions and pooling where any extent may be one, any stride and dilation up to three."""
    r = random.Random(seed)
    name = r.choice([n for n in tried() if n not in WRITTEN and family(n) in WINDOWED])
    extents = {d: r.choice((1, 1, 2, 3, 8, 9)) for d in EXTENTS[0]}
    steps = {word: [r.randint(1, 3) for _ in range(3)] for word in ("strides", "dilations")}
    shapes, attributes = shapes_of(name, extents, steps)
    (types, *_), form = types_of(name), r.choice(FORMS)
    start = start_of(name, types[-1]) if form == "tensor" else None
    run([case(f"{name}_{seed}", name, form, types, shapes, start, attributes, "")])
