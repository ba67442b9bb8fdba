"""Machines as attributes of a library: what is read, what is refused, and what keys depend on."""

from __future__ import annotations

from pathlib import Path

import pytest

from morello_mlir.dialect.isa import IsaError, machine_of, read_isa, read_library, with_isa
from morello_mlir.search.scheduler import fingerprint
from morello_mlir.target.cpus import cpu_target

MACHINE = """
module @m attributes {{{attributes}}} {{
module @load attributes {{{more}morello.throughput = 2.0, morello.latency = 3.0}} {{
  func.func @semantics(%a: memref<4xf32{layout}>, %c: memref<4xf32{space}>) {{
    linalg.generic {{indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                    iterator_types = ["parallel"]}}
        ins(%a : memref<4xf32{layout}>) outs(%c : memref<4xf32{space}>) {{
    ^bb0(%x: f32, %z: f32):
      linalg.yield %x : f32
    }}
    return
  }}
}}
}}
"""
NEAR = '{name = "spm", bytes = 256, granule = 16}'
FAR = '{name = "mem", line = 2.0}, {name = "L2", bytes = 4096, usable = 0.5}, '


def text(
    memories: str = f"[{NEAR}]",
    costs: str = "",
    layout: str = ", strided<[?]>",
    space: str = ', "spm"',
    more: str = "",
) -> str:
    attributes = f"morello.memories = {memories}" + (f", morello.costs = {costs}" if costs else "")
    return MACHINE.format(attributes=attributes, layout=layout, space=space, more=more)


def test_reads_a_machine(tmp_path: Path) -> None:
    path = tmp_path / "mine.mlir"
    path.write_text(text(f"[{FAR}{NEAR}]", "{loop_step = 0.25}"))
    target = machine_of(str(path), threads=3)
    assert target is not None
    assert (target.name, target.nearest, target.threads) == ("mine", "spm", 3)
    assert str(target.limits) == "L2=4096 spm=16"
    assert target.lane_count(4) == 4
    costs = target.costs
    assert (costs.of("line", "mem"), costs.of("usable", "L2")) == (2.0, 0.5)
    assert (costs.loop_step, costs.loop_entry, costs.lane_op, costs.latency) == (0.25, 0, 1, 1)
    (load,) = target.instructions
    assert str(load.spec) == "C:f32[i] = A:f32[i] | i=4 | A mem, C spm [i/4]<4i>"
    assert (load.strides, load.masks, load.template) == (((None,), None), (), None)


def test_registers_may_be_counted() -> None:
    machine = read_library(text('[{name = "spm", registers = 3, granule = 16}]'), "m").machine
    assert machine is not None and machine.registers == 3


def test_a_library_without_memories_is_no_machine() -> None:
    assert read_library("module @m { }", "m").machine is None


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (text("[]"), "morello.memories is not a list"),
        (text("[3]"), "morello.memories has 3 : i64; a memory is like"),
        (text('[{name = "a b"}]'), 'has name = "a b", which is no name'),
        (text('[{name = "reg"}]'), "memory reg: has no granule"),
        (text('[{name = "mem"}]'), "morello.memories are mem; first come those of"),
        (text(f'[{{name = "L1", bytes = 9}}, {{name = "L2", bytes = 9}}, {NEAR}]'), "L1, L2, spm"),
        (text(f'[{{name = "L1"}}, {NEAR}]'), "memory L1: has no bytes"),
        (text('[{name = "spm", bytes = 8, granule = 16}]'), "holds not one granule of 16 bytes"),
        (
            text('[{name = "spm", bytes = 1.0, granule = 16}]'),
            "bytes = 1.000000e+00 : f64; a whole",
        ),
        (text('[{name = "spm", bytes = 64, granul = 16}]'), "has granul, which is none of granule"),
        (text(f'[{{name = "mem", line = 2}}, {NEAR}]'), "line = 2 : i64; cycles are like 0.5"),
        (text(costs="3"), "morello.costs = 3 : i64 is not like"),
        (text(costs="{lane = 1.0}"), "morello.costs: has lane, which is none of"),
        (
            "module @m attributes {morello.costs = {fork = 1.0}} { }",
            "morello.costs is for machines",
        ),
        (text(space=', "other"'), 'argument 1 is in "other", explicit memory is "spm"'),
        (text(space=", 3"), 'argument 1 is in 3 : i64, explicit memory is "spm"'),
        (text(more="morello.masks = [0, 0], "), "morello.masks = [0, 0]; it lists axes of the op"),
        (text(more="morello.masks = 0, "), "it lists axes of the op, from 0 to 0"),
    ],
)
def test_wrong_machines(source: str, message: str) -> None:
    with pytest.raises(IsaError) as caught:
        read_library(source, "m")
    assert message in str(caught.value)
    assert caught.value.line > 0


def test_keys_depend_on_the_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.mlir"
    found = []
    for spelling in (
        text(),
        text(),
        text().replace("%x", "%y"),
        text(more="morello.masks = [0], "),
    ):
        path.write_text(spelling)
        target = machine_of(str(path))
        assert target is not None
        found.append(fingerprint(target))
    assert found[0] == found[1] and len(set(found)) == 3
    path.write_text("module @m { }")
    beside = with_isa(cpu_target("x86-64-v3"), str(path))
    path.write_text('module @m attributes {morello.features = "mine"} { }')
    other = with_isa(cpu_target("x86-64-v3"), str(path))
    assert fingerprint(beside) != fingerprint(other)
    assert "mine" in other.features


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.mlir"
    path.write_text(text())
    assert not read_isa(str(path))[0].instructions[0].masks
    path.write_text(text(more="morello.masks = [0], "))
    assert read_isa(str(path))[0].instructions[0].masks == ("i",)


def test_errors_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.mlir"
    path.write_text(text(space=', "other"'))
    with pytest.raises(IsaError) as caught:
        read_isa(str(path))
    assert str(caught.value).startswith(f"{path}: instruction load: ")
    assert (caught.value.line, caught.value.column) == (4, 3)
    path.write_bytes(b"\xff")
    with pytest.raises(IsaError, match="not text"):
        read_isa(str(path))


def test_features_may_be_taken_from_a_machine(tmp_path: Path) -> None:
    path = tmp_path / "mine.mlir"
    source = text(more='morello.features = "dma", ')
    path.write_text(source.replace("attributes {", 'attributes {morello.features = "dma", ', 1))
    with_dma, without = machine_of(str(path)), machine_of(str(path), features="-dma")
    assert with_dma is not None and without is not None
    assert (len(with_dma.instructions), len(without.instructions)) == (1, 0)
