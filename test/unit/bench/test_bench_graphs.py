"""Graphs: what they mean, that their modules compute it, and that peers know all of them."""

import re

import numpy as np
import pytest

from bench import dtype, op
from bench.graph import GRAPHS as OPS
from bench.graph import gelu, gelu_tanh, layer_norm
from bench.graph_module import NAMED, graph_text
from bench.module import module_text
from bench.peers import GRAPHS as NAMES
from bench.peers import PEERS
from bench.peers.morello import Morello
from bench.peers.morello_graph import Apart, Named, ProductAlone
from bench.peers.numpy_graph import FORMS, NumpyGraph
from bench.peers.onnx_graph import FORMS as ONNX_FORMS
from bench.suite.graphs import GRAPHS, attention, block, chain, encoder, epilogue, memory, mlp
from bench.workload import Operand, Workload

FINISH = {"schedule": "finish"}
SMALL = (
    memory("softmax", (3, 37), goals=()),
    memory("layer-norm", (5, 24), 24, 24, goals=()),
    memory("rms-norm", (5, 24), 24, goals=()),
    memory("gelu-erf", (33,), goals=()),
    memory("gelu-tanh", (33,), goals=()),
    chain(9),
    mlp(5, 8, 24),
    attention(2, 7),
    encoder(3, 128, 40),
    block(4, 3),
    epilogue("relu", 17),
    epilogue("gelu", 17),
)


def inputs_of(workload: Workload) -> list[np.ndarray]:
    return [dtype.aligned_copy(each, "f32") for each in op.make_inputs(workload)]


def test_every_op_is_known_to_all_who_list_them() -> None:
    names = [each.name for each in GRAPHS]
    assert len(names) == len(set(names)) == 18 + 4 + 5 + 1 + 2 + 1 + 1 + 2
    assert set(OPS) == NAMES == {each.op for each in GRAPHS} == {each.op for each in SMALL}
    assert set(ONNX_FORMS) == set(OPS) and set(FORMS) < set(OPS)


def test_every_peer_of_a_graph_does_graphs() -> None:
    entering = [each for each in PEERS if re.fullmatch(chain(64).peers, each.name)]
    assert {each.name.partition("-")[0] for each in entering} >= {
        *("morello", "torch", "onnxruntime", "openvino", "iree", "jax", "numpy")
    }
    assert all(each.ops & NAMES for each in entering)


@pytest.mark.parametrize("workload", GRAPHS, ids=lambda w: w.name)
def test_a_graph_travels_and_its_module_is_one(workload: Workload) -> None:
    assert Workload.from_json(workload.to_json()) == workload
    ir = pytest.importorskip("mlir.ir")
    splat = dict.fromkeys(OPS[workload.op].constants, "dense<1.0>")
    plain = graph_text(workload, "f", splat)
    assert "morello" not in plain
    with ir.Context():
        assert ir.Module.parse(module_text(workload)).operation.verify()
        assert ir.Module.parse(plain).operation.verify()


@pytest.mark.parametrize("workload", SMALL, ids=lambda w: w.name)
def test_modules_compute(workload: Workload) -> None:
    inputs = inputs_of(workload)
    prepared = Morello(FINISH, 1).prepare(workload, inputs)
    prepared.run()
    assert prepared.result is not None
    right = op.reference(workload, inputs)
    got, kind = prepared.result()
    assert op.disagreement(workload, got, kind, right) == ""
    got.flat[-1] += 1e-3 * np.abs(right).max()
    assert "wrong result: 1 of" in op.disagreement(workload, got, kind, right)


def test_our_other_entries() -> None:
    for workload, entry in ((SMALL[0], Named), (chain(9), Apart), (epilogue("relu", 9), Apart)):
        inputs = inputs_of(workload)
        peer = ProductAlone if workload.op == "matmul-bias-relu" else entry
        prepared = peer(FINISH, 1).prepare(workload, inputs)
        prepared.run()
        if prepared.result is None:
            assert "alone" in prepared.note
        else:
            right = op.reference(workload, inputs)
            assert op.disagreement(workload, *prepared.result(), right) == ""
    assert "linalg.softmax" in graph_text(SMALL[0], "f", form=NAMED)


@pytest.mark.parametrize("workload", [w for w in SMALL if w.op in FORMS], ids=lambda w: w.name)
def test_numpy_computes(workload: Workload) -> None:
    inputs = inputs_of(workload)
    prepared = NumpyGraph({}, 1).prepare(workload, inputs)
    prepared.run()
    assert prepared.result is not None
    assert op.disagreement(workload, *prepared.result(), op.reference(workload, inputs)) == ""


def test_what_nearly_computes_it_shows() -> None:
    """The least that is asked of the tolerances: another gelu, and an attention without a mask."""
    workload = memory("gelu-erf", (1 << 12,), goals=())
    (x,) = op.make_inputs(workload)
    wide = x.astype(np.float64)
    near = gelu_tanh(wide).astype(np.float32)
    assert np.abs(near - gelu(wide)).max() < 1e-3
    assert "wrong" in op.disagreement(workload, near, "f32", gelu(wide))
    heads = attention(1, 64)
    *qkv, mask = inputs_of(heads)
    right = op.reference(heads, [*qkv, mask])
    for other in (np.zeros_like(mask), np.ascontiguousarray(mask.T)):
        wrong = op.reference(heads, [*qkv, other]).astype(np.float32)
        assert "wrong" in op.disagreement(heads, wrong, "f32", right)


def test_the_meaning_of_a_layer_of_a_transformer_is_that_of_its_parts() -> None:
    """Weights of zero leave the two norms; a projection of one value is seen by every row."""
    workload = encoder(3, 64, 8)
    x, *weights = (each.astype(np.float64) for each in op.make_inputs(workload))
    none = [np.zeros_like(each) for each in weights]
    g1, b1, g2, b2 = weights[8], weights[9], weights[14], weights[15]
    none[8:10], none[14:16] = (g1, b1), (g2, b2)
    got = op.reference(workload, [x, *none])
    np.testing.assert_allclose(got, layer_norm(layer_norm(x, g1, b1), g2, b2))
    none[5] = np.arange(64.0)
    none[6] = np.eye(64)
    rows = layer_norm(x + np.arange(64.0), g1, b1)
    np.testing.assert_allclose(op.reference(workload, [x, *none]), layer_norm(rows, g2, b2))


def test_a_block_of_no_weights_is_a_relu() -> None:
    workload = block(4, 3)
    x, *weights = (each.astype(np.float64) for each in op.make_inputs(workload))
    none = [np.zeros_like(each) for each in weights]
    np.testing.assert_array_equal(op.reference(workload, [x, *none]), np.maximum(x, 0))
    assert workload.inputs[1] == Operand((3, 3, 3, 3), "f32")
