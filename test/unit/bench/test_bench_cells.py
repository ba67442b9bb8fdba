"""Recurrent layers: what peers that multiply the inputs themselves get computes the same."""

import re

import numpy as np
import pytest

from bench import op
from bench.cell import GATES, cell, features, reordered
from bench.peers import PEERS
from bench.peers.iree_cell import frozen
from bench.peers.morello import Morello, model
from bench.suite.cells import CELLS, layer
from bench.workload import Workload


@pytest.mark.parametrize("workload", CELLS, ids=lambda w: w.name)
def test_every_module_is_there_and_one_with_its_weights_as_a_constant(workload: Workload) -> None:
    ir = pytest.importorskip("mlir.ir")
    text = model(workload)
    plain = frozen(text, np.float32(0))
    with ir.Context():
        assert ir.Module.parse(text).operation.verify()
        assert ir.Module.parse(plain).operation.verify()
    assert "morello" not in plain and "%u:" not in plain


@pytest.mark.parametrize("kind", ["gru", "lstm"])
def test_the_inputs_have_one_feature(kind: str) -> None:
    workload = layer(kind, 24, 2, 3)
    x, *_ = op.make_inputs(workload)
    given, width = features(x)
    assert given.shape == (3, 2, 1) and width.shape == (24 * len(GATES[kind]), 1)
    np.testing.assert_allclose(given @ width.T, x, rtol=1e-6)


def test_gates_are_put_in_another_order() -> None:
    columns = np.array([[1, 1, 2, 2, 3, 3, 4, 4]])
    assert reordered(columns, "lstm", "iofc").tolist() == [[1, 1, 4, 4, 2, 2, 3, 3]]


def test_a_wrong_step_shows() -> None:
    """The least that is asked of the tolerance: a gate with another gate's weights is no answer."""
    workload = layer("lstm", 32, 1, 4)
    inputs = op.make_inputs(workload)
    right = op.reference(workload, inputs)
    assert op.disagreement(workload, right.astype(np.float32), "f32", right) == ""
    swapped = [*inputs[:-1], reordered(inputs[-1], "lstm", "fico")]
    wrong = cell([each.astype(np.float64) for each in swapped], "lstm")
    assert "wrong result" in op.disagreement(workload, wrong.astype(np.float32), "f32", right)


def test_every_peer_of_a_cell_does_cells() -> None:
    entering = {each.name for each in PEERS if re.fullmatch(CELLS[0].peers, each.name)}
    assert entering == {each.name for each in PEERS if "gru" in each.ops}
    assert {name.partition("-")[0] for name in entering} >= {"torch", "onnxruntime", "openvino"}


def test_our_entry_packs_the_weights_and_is_right() -> None:
    workload = CELLS[0]
    inputs = op.make_inputs(workload)
    prepared = Morello({"schedule": "finish"}, 1).prepare(workload, inputs)
    prepared.run()
    assert prepared.result is not None
    assert op.disagreement(workload, *prepared.result(), op.reference(workload, inputs)) == ""
