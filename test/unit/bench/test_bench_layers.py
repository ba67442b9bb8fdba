"""Layers: how much work they are, what they mean, and that what is compiled from them is right."""

import re
from math import isclose

import numpy as np
import pytest

from bench import dtype, op, table
from bench.layer_module import layer_text
from bench.module import module_text
from bench.peers import PEERS
from bench.peers.morello import Morello
from bench.suite.layers import LAYERS, conv, depthwise, separable
from bench.workload import Window, Workload

SMALL = [conv((9, 3, 5, 7, 2)), conv((8, 4, 17, 3, 2)), conv((6, 18, 4, 1, 2)), depthwise(5, 19)]
SMALL += [separable(5, 18, 7), conv((5, 3, 16, 3, 1))]


def named(name: str) -> Workload:
    return next(each for each in LAYERS if each.name == name)


def test_every_layer_is_there_once() -> None:
    names = [each.name for each in LAYERS]
    assert len(names) == len(set(names)) == 23 + 4 + 4
    assert {"conv-224x224x3-64-7x7s2", "conv-28x28x256-256-3x3s2"} < set(names)
    assert {"depthwise-112x112x32-3x3", "separable-14x14x512-512"} < set(names)


def test_the_border_is_no_work() -> None:
    """On 7 x 7 a 3 x 3 filter has (7 * 3 - 2) of 7 * 3 taps along a side inside."""
    layer = named("conv-7x7x512-512-3x3")
    assert isclose(layer.flops / layer.nominal, (19 / 21) ** 2)
    assert layer.nominal == 2 * 49 * 9 * 512 * 512
    pointwise = named("conv-56x56x64-256-1x1")
    assert pointwise.flops == pointwise.nominal
    assert "18.1% of all products" in table.markdown([(layer, [])])


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("size", [1, 3, 7])
def test_taps_inside_are_counted_one_by_one(size: int, stride: int) -> None:
    window, image = Window(stride, size // 2), np.ones(10)
    padded = np.pad(image, window.pad)
    places = range(0, len(padded) - size + 1, stride)
    assert window.positions(10, size) == len(places)
    assert window.inside(10, size) == sum(padded[at : at + size].sum() for at in places)


def test_a_window_travels() -> None:
    layer = named("conv-28x28x256-256-3x3s2")
    assert Workload.from_json(layer.to_json()) == layer


@pytest.mark.parametrize("workload", SMALL, ids=lambda w: w.name)
def test_a_reference_is_the_sum_at_every_place(workload: Workload) -> None:
    image, *weights = op.make_inputs(workload)
    assert workload.window is not None and workload.output is not None
    pad, stride, taps = workload.window.pad, workload.window.stride, weights[0]
    padded = np.pad(image[0].astype(np.float64), ((pad, pad), (pad, pad), (0, 0)))
    height, width = taps.shape[:2]
    right = op.reference(workload, [image, *weights])
    _, rows, columns, _ = workload.output.shape
    for i in range(rows):
        for j in range(columns):
            read = padded[i * stride : i * stride + height, j * stride : j * stride + width]
            value = np.einsum("ijc,ijcf->f" if taps.ndim == 4 else "ijc,ijc->c", read, taps)
            if len(weights) == 2:
                value = value @ weights[1][0, 0]
            np.testing.assert_allclose(right[0, i, j], value)


@pytest.mark.parametrize("workload", LAYERS, ids=lambda w: w.name)
def test_every_module_is_one(workload: Workload) -> None:
    ir = pytest.importorskip("mlir.ir")
    splat = ["dense<1.0>"] * (len(workload.inputs) - 1)
    with ir.Context():
        assert ir.Module.parse(module_text(workload)).operation.verify()
        assert ir.Module.parse(layer_text(workload, "layer", splat)).operation.verify()


@pytest.mark.parametrize("workload", SMALL, ids=lambda w: w.name)
def test_modules_compute(workload: Workload) -> None:
    inputs = [dtype.aligned_copy(a, "f32") for a in op.make_inputs(workload)]
    prepared = Morello({"schedule": "finish"}, 1).prepare(workload, inputs)
    prepared.run()
    assert prepared.result is not None
    right = op.reference(workload, inputs)
    got, kind = prepared.result()
    assert op.disagreement(workload, got, kind, right) == ""
    got[0, -1, -1, -1] *= 1.01
    assert "wrong result: 1 of" in op.disagreement(workload, got, kind, right)


def test_every_peer_of_a_layer_does_layers() -> None:
    entering = [each for each in PEERS if re.fullmatch(LAYERS[0].peers, each.name)]
    assert {each.name.partition("-")[0] for each in entering} >= {
        *("morello", "torch", "onnxruntime", "openvino", "iree", "jax")
    }
    for each in entering:
        assert {"conv", "depthwise", "separable"} <= each.ops
