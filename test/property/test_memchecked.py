"""Random DAGs under valgrind: nothing that they compute comes of memory that nobody wrote.

A sample; a longer run is `python test/property/campaign_dags.py 50 10000 memcheck`.
"""

from __future__ import annotations

import numpy as np
import pytest
from dag_schedules import scheduled
from dags import draw
from memchecked import TARGET, Memchecked, UnknownInstructionError, missing
from searched import searched

pytestmark = [
    pytest.mark.needs_cpu("avx2", "fma", "f16c"),
    pytest.mark.skipif(bool(missing()), reason=missing()),
]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(300, 304))
def test_dags_read_only_what_was_written(seed: int) -> None:
    dag = draw(seed)
    for text in (searched(dag.text, TARGET), scheduled(dag.text, TARGET, seed)):
        try:
            dag.check(Memchecked(text))
        except UnknownInstructionError as reason:
            pytest.skip(f"SKIPPED: seed {seed}: {reason}")


PARTLY = """
func.func @f(%a: tensor<8xf32>) -> tensor<SIZExf32> {
  %t = tensor.empty() : tensor<SIZExf32>
  %e = tensor.empty() : tensor<SIZExf32>
  %s = tensor.insert_slice %a into %t[0] [8] [1] : tensor<8xf32> into tensor<SIZExf32>
  %r = linalg.exp ins(%s : tensor<SIZExf32>) outs(%e : tensor<SIZExf32>) -> tensor<SIZExf32>
  return %r : tensor<SIZExf32>
}
"""


def test_what_nobody_wrote_is_found() -> None:
    a = np.arange(8, dtype=np.float32)
    (got,) = Memchecked(PARTLY.replace("SIZE", "8")).f(a)
    np.testing.assert_allclose(got, np.exp(a), 1e-6)
    with pytest.raises(AssertionError, match="points to uninitialised byte"):
        Memchecked(PARTLY.replace("SIZE", "9")).f(a)
