"""Soundness: every mapping that is reported computes the Spec."""

from __future__ import annotations

import numpy as np
import pytest
from blocks import execute, points, random_arrays, run
from described import draw

from morello_mlir.target.mapping import Rest, mappings

CHUNK = 100


@pytest.mark.parametrize("chunk", range(6))
def test_every_mapping_computes_the_spec(chunk: int) -> None:
    executed, rests = 0, set[Rest]()
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        pair = draw(seed)
        found = list(mappings(pair.spec, pair.instruction))
        given = random_arrays(pair.spec, seed)
        wanted = [a.copy() for a in given]
        run(pair.spec, wanted, points(pair.spec.extents))
        for mapping in found:
            arrays = [a.copy() for a in given]
            count = execute(mapping, pair.spec, arrays)
            assert np.array_equal(arrays[-1], wanted[-1]), f"seed {seed}: {mapping}"
            assert count == mapping.executions(pair.spec), f"seed {seed}: {mapping}"
            rests |= set(mapping.rests(pair.spec).values())
            executed += 1
    assert executed >= 90, "too few of the random pairs match"
    assert rests == set(Rest)
