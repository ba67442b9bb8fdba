"""The recurrent layers of `examples/models`: what the generator writes, and what it computes."""

from pathlib import Path

import numpy as np
import pytest

import morello_mlir
from bench.cell import GATES, GRU, LSTM, cell
from examples.models.cells import cell_text

MODELS = Path(__file__).parents[2] / "examples" / "models"
FILES = sorted(MODELS.glob("*.mlir"))


def sizes(path: Path) -> tuple[str, int, int, int]:
    kind, *numbers = path.stem.split("_")
    hidden, batch, steps = (int(each[1:]) for each in numbers)
    return kind, hidden, batch, steps


def run(text: str, kind: str, hidden: int, batch: int, steps: int, schedule: str) -> None:
    random = np.random.default_rng(0)
    gates, count = hidden * len(GATES[kind]), 1 if kind == GRU else 2
    x = random.uniform(-1, 1, (steps, batch, gates)).astype(np.float32)
    states = [random.uniform(-1, 1, (batch, hidden)).astype(np.float32) for _ in range(count)]
    weights = (random.uniform(-1, 1, (hidden, gates)) / hidden**0.5).astype(np.float32)
    kept = [each.copy() for each in states]
    kernel = morello_mlir.compile(text, target="native", schedule=schedule, db="none")
    got = kernel[kind](x, *states, kernel[f"{kind}_pack_u"](weights))
    right = cell([each.astype(np.float64) for each in (x, *states, weights)], kind)
    np.testing.assert_allclose(got, right, rtol=0, atol=hidden * 2.0**-24)
    np.testing.assert_array_equal(states, kept)


def test_the_files_are_what_the_generator_writes() -> None:
    assert len(FILES) == 6
    for path in FILES:
        assert path.read_text() == cell_text(*sizes(path)), path.name


@pytest.mark.parametrize(
    ("kind", "hidden", "batch", "steps"),
    [(GRU, 48, 1, 1), (GRU, 33, 3, 4), (LSTM, 48, 1, 5), (LSTM, 17, 2, 3)],
)
def test_a_layer_is_what_numpy_says(kind: str, hidden: int, batch: int, steps: int) -> None:
    text = cell_text(kind, hidden, batch, steps)
    for schedule in ("synthesize", "finish\n"):
        run(text, kind, hidden, batch, steps, schedule)


@pytest.mark.parametrize("stem", ["gru_h512_b4_t1", "lstm_h256_b1_t150"])
def test_a_layer_of_the_benchmark_is_right(stem: str) -> None:
    path = MODELS / f"{stem}.mlir"
    run(path.read_text(), *sizes(path), schedule="synthesize")
