"""The modules of `examples/models`: what the generator writes, and what every module computes."""

from pathlib import Path

import numpy as np
import pytest

import morello_mlir
from bench.cell import GATES, GRU, LSTM, cell
from examples.models.answers import Answers, Argument, sampled, values_of
from examples.models.cells import cell_text
from examples.models.export import FOREIGN
from examples.models.export import MODELS as EXPORTED
from morello_mlir.passes.base import Report
from morello_mlir.passes.left import left_of
from morello_mlir.passes.prepare import prepare
from morello_mlir.passes.source import new_context, read_module

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


def answered(name: str, schedule: str | None) -> None:
    """Compile a framework's module and compare what it computes with the framework's answers."""
    answers = Answers.read(MODELS / f"{name}.npz")
    kernel = morello_mlir.compile(MODELS / f"{name}.mlir", schedule=schedule, db="none")
    results = kernel[name.partition("/")[2]](*values_of(answers.arguments))
    answers.compare(results if isinstance(results, tuple) else (results,))


LARGE = ("mlp_1024", "resnet_block_c64", "encoder_h768", "attention_h1_s512", "attention_h12_s512")


@pytest.mark.parametrize("name", [n for n in EXPORTED if not n.endswith(LARGE)])
def test_a_synthesised_module_answers_as_its_framework(name: str) -> None:
    answered(name, "synthesize")


@pytest.mark.parametrize(
    "name", ["torch/resnet_block", "torch/classifier", "jax/attention", "iree/layer_norm"]
)
def test_a_module_without_schedules_answers_as_its_framework(name: str) -> None:
    answered(name, None)


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("jax/attention", []),
        ("iree/attention", []),
        ("iree/layer_norm", []),
        ("jax/embedding", []),
        ("torch/classifier", ["has an array of i1"]),
    ],
)
def test_what_is_left_of_a_module(name: str, reasons: list[str]) -> None:
    """Masks made of indices are not, nor are argmax, rows of tables, and elements of arrays."""
    with new_context():
        module = read_module((MODELS / f"{name}.mlir").read_text(), Report())
        prepare(module, Report())
        left = [each.reason for each in left_of(module)]
    assert [reason.partition(",")[0] for reason in left] == reasons


def test_every_module_of_a_framework_is_kept_with_its_answers() -> None:
    kept = {str(path.relative_to(MODELS).with_suffix("")) for path in MODELS.glob("*/*.mlir")}
    assert kept == set(EXPORTED)
    for name in kept:
        text = (MODELS / f"{name}.mlir").read_text()
        assert text.splitlines()[0].endswith(f"examples/models/export.py {name}")
        assert len(text) < 200_000 and FOREIGN.search(text) is None
        assert Answers.read(MODELS / f"{name}.npz").results


@pytest.mark.parametrize("op", ["torch.aten.mm", "tm_tensor.scan", "util.func", "chlo.erf"])
def test_ops_of_frameworks_are_refused(op: str) -> None:
    assert FOREIGN.search(f"%0 = {op} %a") is not None


def test_answers_come_back_from_their_file(tmp_path: Path) -> None:
    arguments = Argument((3, 2), 0, 9, "int64"), Argument((50, 50))
    results = np.ones((3, 2), np.float32), values_of(arguments)[1]
    Answers("numpy", arguments, results).write(tmp_path / "kept.npz")
    answers = Answers.read(tmp_path / "kept.npz")
    assert answers.arguments == arguments
    assert [len(each) for each in answers.results] == [6, 1250]
    answers.compare(results)
    np.testing.assert_array_equal(answers.results[1], sampled(results[1]))
    with pytest.raises(AssertionError):
        answers.compare((results[0], results[1] + 1e-3))
    with pytest.raises(ValueError, match="longer"):
        answers.compare(results[:1])
