"""Every instruction of the libraries that this machine has computes what its semantics say."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from instructions import Case, arguments, cases, expected, function, logical

from morello_mlir.dialect.isa import LIBRARIES, library
from morello_mlir.runtime.host import host

ALL = tuple(i for name in LIBRARIES for i in library(name).instructions)
# Libraries have entries of one name, for machines that do it in different ways.
NUMBERED = [(f"{i.name}-{n}", i) for n, i in enumerate(ALL)]


@lru_cache(maxsize=1)
def kernel() -> Any:
    """All that the machine has, compiled as one module."""
    from morello_mlir.compiler import compile

    texts = []
    for n, i in enumerate(ALL):
        if i.features <= host().features:
            texts += [function(c).replace(f"@{c.name}(", f"@{c.name}_{n}(") for c in cases((i,))]
    return compile("\n".join(texts), isolate=True)


def lengths(extent: int) -> list[int]:
    return sorted({1, extent // 2 + 1, extent - 1, extent} - {0})


TOLERANCE = {"f64": 2e-16, "f32": 1e-7, "f16": 5e-4, "bf16": 4e-3}


def compare(case: Case, arrays: list[Any], before: list[Any], extents: dict[str, int]) -> None:
    i = case.instruction
    wanted, size = expected(i, before, extents)
    last = len(i.spec.inputs)
    out = i.spec.output
    shape = tuple(1 + sum(c * (extents[v] - 1) for v, c in m.terms) for m in out.map)
    covered = tuple(slice(s) for s in shape)
    have = logical(i, last, arrays[-1])
    if out.dtype.is_float:
        have = have.astype(np.float64)
        error = np.abs(have - wanted)[covered]
        limit = (TOLERANCE[out.dtype.name] * 8 * (size + 1e-30))[covered]
        if i.spec.is_copy:
            limit = np.zeros_like(limit)
        assert (error <= limit).all(), f"{case.name} {extents}: off by {error.max()}"
    else:
        assert (have[covered] == wanted[covered]).all(), f"{case.name} {extents}"
    rest = np.ones(out.shape, bool)
    rest[covered] = False
    if not out.placement.in_registers:
        old = logical(i, last, before[-1]).astype(have.dtype)
        assert (have[rest] == old[rest]).all(), f"{case.name} {extents}: wrote outside"
    elif i.spec.combine is None:
        assert not have[rest].any(), f"{case.name} {extents}: not zero outside"
    for n in range(last):
        assert (arrays[n] == before[n]).all(), f"{case.name}: changed operand {n}"


@pytest.mark.parametrize(("number", "name"), [(n, name) for n, (name, _) in enumerate(NUMBERED)])
def test_computes_its_semantics(number: int, name: str) -> None:
    i = ALL[number]
    missing = i.features - host().features
    if missing:
        pytest.skip(f"{i.name}: this machine lacks {', '.join(sorted(missing))}")
    rng = np.random.default_rng(number)
    for case in cases((i,)):
        run = kernel()[f"{case.name}_{number}"]
        choices = [{a.name: a.extent for a in i.spec.axes}] * 3
        if case.masked:
            names = [a.name for a in i.spec.axes]
            ranges = [lengths(a.extent) if a.name in i.masks else [a.extent] for a in i.spec.axes]
            choices = [dict(zip(names, point, strict=True)) for point in product(*ranges)]
        for extents in choices:
            arrays = arguments(i, rng)
            before = [a.copy() for a in arrays]
            masks = []
            for axis in i.masks if case.masked else ():
                mask = np.zeros(i.spec.extents[axis], np.int8)
                mask[: extents[axis]] = 1
                masks.append(mask)
            run(*arrays, *masks)
            compare(case, arrays, before, extents)
