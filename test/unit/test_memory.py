"""Levels, placements and what is left of a machine."""

from __future__ import annotations

import pytest

from morello_mlir.layout import parse_layout, row_major
from morello_mlir.memory import Limits, Placement, nearness
from morello_mlir.target.cpus import cpu_target


def test_levels_are_ordered() -> None:
    assert nearness("mem") < nearness("L3") < nearness("L1") < nearness("reg")
    with pytest.raises(ValueError, match=r"no memory level 'L9'"):
        nearness("L9")


def test_taking() -> None:
    limits = Limits.of(L1=100, reg=3)
    after = limits.take("L1", 60)
    assert after is not None and after.left("L1") == 40
    assert after.take("L1", 41) is None
    assert limits.take("mem", 1 << 60) == limits


def test_description() -> None:
    layout, lanes = parse_layout("[m][n/16]<16n>", ("m", "n"))
    assert Placement("reg", layout, lanes).describe(("m", "n")) == "reg [m][n/16]<16n>"
    assert Placement("L2", row_major(2)).describe(("m", "n")) == "L2"


def test_named_machines() -> None:
    wide, narrow = cpu_target("znver5"), cpu_target("x86-64-v3", threads=4)
    assert (wide.registers, wide.register_bytes) == (32, 64)
    assert (narrow.registers, narrow.register_bytes, narrow.threads) == (16, 32, 4)
    assert wide.lane_count(4) == 16
    assert wide.limits.left("reg") == 32


def test_unknown_machines() -> None:
    with pytest.raises(ValueError, match=r"unknown target 'znver55'; did you mean .*znver5"):
        cpu_target("znver55")
    with pytest.raises(ValueError, match=r"known: x86-64-v3"):
        cpu_target("??")


def test_machines_by_features() -> None:
    made = cpu_target("anything", features="avx2,fma,avx512f")
    assert made.features == {"avx2", "fma", "avx512f"}
    assert made.register_bytes == 64
