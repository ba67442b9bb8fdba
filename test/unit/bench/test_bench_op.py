"""Inputs, references and what counts as right."""

import numpy as np
import pytest

from bench import dtype, op
from bench.peak import PEAKS, RegisterLoop, StreamLoop
from bench.suite import WORKLOADS
from bench.suite.schedules import matmul


@pytest.mark.parametrize("name", ["f64", "f32", "f16", "bf16"])
def test_floats_lie_between_one_and_two(name: str) -> None:
    values = dtype.widen(dtype.random(name, (1000,), np.random.default_rng(0)), name)
    assert values.min() >= 1.0
    assert values.max() < 2.0
    assert len(np.unique(values)) > 50


@pytest.mark.parametrize(("name", "low", "high"), [("u8", 0, 255), ("i8", -128, 127)])
def test_integers_have_their_whole_range(name: str, low: int, high: int) -> None:
    values = dtype.random(name, (100_000,), np.random.default_rng(0))
    assert (values.min(), values.max()) == (low, high)


def test_arrays_start_on_a_line_and_full_of_nan() -> None:
    array = dtype.aligned((3, 5), "f32")
    assert array.ctypes.data % 64 == 0
    assert np.isnan(array).all()


@pytest.mark.parametrize("kinds", [("f32", "f32", "f32"), ("bf16", "bf16", "f32")])
def test_a_float_product_may_be_rounded_but_not_wrong(kinds: tuple[str, str, str]) -> None:
    workload = matmul((3, 5, 16), kinds, (), ())
    right = op.reference(workload, op.make_inputs(workload))
    got = right.astype(np.float32)
    assert op.disagreement(workload, got, "f32", right) == ""
    got[1, 2] *= 1.001
    assert "[1, 2]" in op.disagreement(workload, got, "f32", right)
    got[1, 2] = np.nan
    assert op.disagreement(workload, got, "f32", right)
    assert "shape" in op.disagreement(workload, got.T, "f32", right)


def test_a_bf16_result_is_judged_as_one() -> None:
    workload = matmul((3, 5, 16), ("bf16", "bf16", "f32"), (), ())
    right = op.reference(workload, op.make_inputs(workload))
    cut = (right.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
    assert op.disagreement(workload, cut, "bf16", right) == ""


def test_an_integer_product_is_exact() -> None:
    workload = matmul((3, 5, 16), ("u8", "i8", "i32"), (), ())
    right = op.reference(workload, op.make_inputs(workload))
    got = right.astype(np.int32)
    assert op.disagreement(workload, got, "i32", right) == ""
    got[0, 0] += 1
    assert op.disagreement(workload, got, "i32", right)


def test_workloads_are_named_once_and_name_known_peaks() -> None:
    names = [each.name for each in WORKLOADS]
    assert len(names) == len(set(names))
    for each in WORKLOADS:
        assert set(each.peaks) <= set(PEAKS)
        assert {goal.of for goal in each.goals if goal.measure.value == "peak"} <= set(each.peaks)


@pytest.mark.parametrize("name", PEAKS)
def test_every_peak_is_a_module(name: str) -> None:
    ir = pytest.importorskip("mlir.ir")
    with ir.Context():
        assert ir.Module.parse(PEAKS[name].text()).operation.verify()


def test_a_peak_counts_its_work() -> None:
    fma, dot = PEAKS["fma-f32-avx512"], PEAKS["vpdpbusd-avx512"]
    assert isinstance(fma, RegisterLoop) and isinstance(dot, RegisterLoop)
    assert fma.operations(10) == 10 * 12 * 32
    assert len(fma.buffer()) == 14 * 64
    assert dot.first(3) == (12).to_bytes(4, "little")
    assert isinstance(PEAKS["read"], StreamLoop)
