"""The loader of instruction libraries: what it reads, and what it says of wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from morello_mlir.dialect.isa import (
    LIBRARIES,
    IsaError,
    library,
    read_library,
    with_instructions,
)
from morello_mlir.dialect.isa.cache import cached_library
from morello_mlir.expr import Const
from morello_mlir.target.cpus import CPUS, cpu_target

LOAD = """
module @lib {{
module @load_f32x4 attributes {{{attributes}}} {{
  func.func @semantics(%a: memref<4xf32>, %c: memref<4xf32>) {{
    {semantics}
    return
  }}
  func.func @emission({parameters}) -> {result} {{
    %z = arith.constant 0 : index
    {line}
    return %r : {result}
  }}
  {more}
}}
}}
"""
ATTRIBUTES = (
    'morello.features = "avx2", morello.throughput = 0.5, morello.latency = 7.0,'
    ' morello.ports = "p2|p3"'
)
MASKED = """
  func.func @masked(%a: memref<4xf32>, %c: vector<4xf32>, {mask}) -> vector<4xf32> {{
    %z = arith.constant 0 : index
    %p = arith.constant dense<0.0> : vector<4xf32>
    %r = vector.maskedload %a[%z], %m, %p
        : memref<4xf32>, vector<{n}xi1>, vector<4xf32> into vector<4xf32>
    return %r : vector<4xf32>
  }}
"""


def text(
    attributes: str = ATTRIBUTES,
    semantics: str = "linalg.copy ins(%a : memref<4xf32>) outs(%c : memref<4xf32>)",
    parameters: str = "%a: memref<4xf32>, %c: vector<4xf32>",
    result: str = "vector<4xf32>",
    line: str = "%r = vector.load %a[%z] : memref<4xf32>, vector<4xf32>",
    more: str = "",
) -> str:
    return LOAD.format(
        attributes=attributes,
        semantics=semantics,
        parameters=parameters,
        result=result,
        line=line,
        more=more,
    )


def masked(mask: str = "%m: vector<4xi1> {morello.mask = 0}", n: int = 4) -> str:
    return text(more=MASKED.format(mask=mask, n=n))


def error(source: str) -> str:
    with pytest.raises(IsaError) as caught:
        read_library(source, "lib")
    return str(caught.value)


def test_reads_an_instruction() -> None:
    (load,) = read_library(masked(), "lib").instructions
    assert load.name == "load_f32x4"
    assert str(load.spec) == "C:f32[i] = A:f32[i] | i=4 | A mem, C reg [i/4]<4i>"
    assert load.strides == ((1,), None)
    assert load.masks == ("i",)
    assert load.template is not None
    assert load.template.lines == ("%0 = vector.load %arg0[0] : memref<4xf32>, vector<4xf32>",)
    assert load.template.result == "%0"
    assert (load.throughput, load.latency, load.ports) == (0.5, 7.0, "p2|p3")


def test_a_dynamic_stride_may_be_any() -> None:
    source = text(
        semantics="linalg.generic {indexing_maps = [affine_map<(n) -> (n)>, affine_map<(n) -> ()>],"
        ' iterator_types = ["reduction"]} ins(%a : memref<4xf32>) outs(%c : memref<f32>) {'
        " ^bb0(%x: f32, %y: f32): %s = arith.addf %y, %x : f32  linalg.yield %s : f32 }",
        parameters="%a: memref<4xf32, strided<[?]>>, %c: f32",
        line="%x = memref.load %a[%z] : memref<4xf32, strided<[?]>>  %r = arith.addf %c, %x : f32",
        result="f32",
    ).replace("%c: memref<4xf32>)", "%c: memref<f32>)")
    (summed,) = read_library(source, "lib").instructions
    assert summed.strides == ((None,), None)


def test_also_makes_an_entry_of_another_type() -> None:
    source = text(attributes=f'{ATTRIBUTES}, morello.also = "i32"', more=MASKED.format(
        mask="%m: vector<4xi1> {morello.mask = 0}", n=4))  # fmt: skip
    first, second = read_library(source, "lib").instructions
    assert (first.name, second.name) == ("load_f32x4", "load_i32x4")
    assert second.masked is not None
    assert second.masked.types == ("memref<4xi32>", "vector<4xi32>", "vector<4xi1>")
    assert second.masked.lines[0] == "%cst = arith.constant dense<0> : vector<4xi32>"
    assert str(second.spec).startswith("C:i32[i] = A:i32[i]")


@pytest.mark.parametrize("word", ["i8", "f64", "f128"])
def test_also_wants_a_type_of_the_same_size(word: str) -> None:
    message = error(text(attributes=f'{ATTRIBUTES}, morello.also = "{word}"'))
    assert f"morello.also = '{word}': wants a copy, and a type as wide as f32" in message


def test_zero_is_spelled_as_the_engine_spells_it() -> None:
    zero = next(i for i in library("avx2_move").instructions if i.name == "zero_f32x8")
    assert zero.spec.body == Const("0.0", zero.spec.output.dtype)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("module {", "lib: line 1: "),
        ("module { func.func private @f() }", "lib: func.func is no instruction"),
        (text().replace("@semantics", "@meaning"), "func.func @meaning("),
        (text().replace("@semantics", "@masked"), "has no @semantics"),
        (text().replace("@emission", "@masked"), "has no @emission"),
        (text(semantics=""), "@semantics is not one linalg op: it has nothing"),
        (
            text(semantics="%0 = arith.constant 1 : i32"),
            "@semantics is not one linalg op: it has arith.constant",
        ),
        (
            text(semantics=2 * "linalg.copy ins(%a : memref<4xf32>) outs(%c : memref<4xf32>)\n"),
            "@semantics is not one linalg op: it has linalg.copy, linalg.copy",
        ),
        (
            text(semantics="linalg.copy ins(%a : memref<4xf32>) outs(%a : memref<4xf32>)"),
            "@semantics has arguments that its op does not take, or takes twice",
        ),
        (text(parameters="%a: memref<4xf32>"), "@emission takes 1 arguments, @semantics 2"),
        (
            text(parameters="%a: memref<4xf32>, %c: vector<4xf32>, %d: i32"),
            "@emission takes 3 arguments, @semantics 2",
        ),
        (
            text(parameters="%a: memref<4xf32>, %c: vector<8xf32>"),
            "argument 1 is vector<8xf32>; it must be memref<4xf32> or vector<4xf32>",
        ),
        (
            text(
                parameters="%a: memref<8xf32>, %c: vector<4xf32>",
                line="%r = vector.load %a[%z] : memref<8xf32>, vector<4xf32>",
            ),
            "argument 0 is memref<8xf32>, in @semantics it is memref<4xf32>",
        ),
        (
            text(parameters="%a: memref<4xf32>, %c: memref<4xf32>"),
            "@emission returns vector<4xf32>; it must return nothing, as its output is in memory",
        ),
        (
            text(
                parameters="%a: memref<4xf32>, %c: vector<4xf32>",
                line="%r = vector.load %a[%z] : memref<4xf32>, vector<2xf32>",
                result="vector<2xf32>",
            ),
            "@emission returns vector<2xf32>; it must return vector<4xf32>",
        ),
        (
            text(line="%i = memref.dim %a, %z : memref<4xf32>"
                      "  %r = vector.load %a[%i] : memref<4xf32>, vector<4xf32>"),
            "'%dim = memref.dim %arg0, 0 : memref<4xf32>': memory is accessed by memref.load",
        ),
        (
            text(line="%v = memref.load %a[%z] : memref<4xf32>"
                      "  %i = arith.fptosi %v : f32 to i64  %j = arith.index_cast %i : i64 to index"
                      "  %r = vector.load %a[%j] : memref<4xf32>, vector<4xf32>"),
            "at constant indices alone",
        ),
        (
            text(line="%r = scf.execute_region -> vector<4xf32> {"
                      "  %v = vector.load %a[%z] : memref<4xf32>, vector<4xf32>"
                      "  scf.yield %v : vector<4xf32> }"),
            "opens a region; write one op a line",
        ),
        (text(attributes=ATTRIBUTES.replace("avx2", "avx512vnn")), "unknown feature 'avx512vnn';"),
        (text(attributes=ATTRIBUTES.replace("avx2", "qqq")), "list it in the library's own"),
        (text(attributes=ATTRIBUTES.replace("latency", "delay")), "no attribute morello.latency"),
        (text(attributes=ATTRIBUTES.replace("0.5", "1")), "morello.throughput = 1 : i64; cycles"),
        (text(attributes=ATTRIBUTES.replace("p2|p3", "2 p5")), "morello.ports = '2 p5'; write it"),
        (
            text(attributes=ATTRIBUTES.replace('"avx2"', "2")),
            "morello.features = 2 : i64 is not a string",
        ),
        (masked("%m: vector<4xi1>"), "@masked: argument 2 has no morello.mask = AXIS"),
        (
            masked("%m: vector<4xi1> {morello.mask = 1}"),
            "morello.mask = 1 : i64; the op has axes 0 to 0",
        ),
        (
            masked('%m: vector<4xi1> {morello.mask = "i"}'),
            'morello.mask = "i"; the op has axes 0 to 0',
        ),
        (
            masked("%m: vector<4xi1> {morello.mask = 0}, %n: vector<4xi1> {morello.mask = 0}"),
            "@masked: two masks for one axis",
        ),
        (
            masked("%m: vector<4xi1> {morello.mask = 0}, %n: vector<8xi1> {morello.mask = 0}"),
            "the mask of axis 0 is vector<8xi1>, not vector<4xi1>",
        ),
        (
            text(more="func.func @masked(%a: memref<4xf32>, %c: vector<4xf32>) -> vector<4xf32> {"
                      "  return %c : vector<4xf32> }"),
            "@masked has no mask",
        ),
        ("module attributes {morello.lanes = {arith.addf = 1}} {}", "morello.lanes has arith.addf"),
    ],
)  # fmt: skip
def test_says_what_is_wrong(source: str, reason: str) -> None:
    assert reason in error(source)


def test_errors_name_the_instruction() -> None:
    assert error(text(semantics="")).startswith("lib: instruction load_f32x4: ")


def test_an_unknown_feature_has_close_names() -> None:
    message = error(text(attributes=ATTRIBUTES.replace("avx2", "avx512vnn")))
    assert "did you mean avx512vnni" in message


def test_a_library_may_have_features_of_its_own() -> None:
    source = text(attributes=ATTRIBUTES.replace("avx2", "npu")).replace(
        "module @lib {", 'module @lib attributes {morello.features = "npu"} {'
    )
    assert read_library(source, "lib").instructions[0].features == {"npu"}


def test_the_first_entry_of_a_name_is_meant() -> None:
    spr = with_instructions(cpu_target("sapphirerapids"))
    skx = with_instructions(cpu_target("skylake-avx512"))
    names = [i.name for i in spr.instructions]
    assert len(names) == len(set(names))
    for target, feature in ((spr, "avx512bf16"), (skx, "avx512f")):
        dot = target.instruction("dot2_bf16_f32x16")
        assert dot is not None and feature in dot.features


def test_an_extra_library_comes_first() -> None:
    own = read_library(text(attributes=ATTRIBUTES.replace("0.5", "0.25")), "own")
    target = with_instructions(cpu_target("x86-64-v3"), (own,))
    assert target.instructions[0].name == "load_f32x4"


@pytest.mark.parametrize("cpu", CPUS)
def test_every_cpu_has_what_its_features_allow(cpu: str) -> None:
    target = with_instructions(cpu_target(cpu))
    assert all(i.features <= target.features for i in target.instructions)
    assert target.instruction("fma_f32x8") is not None
    assert target.lanes["arith.addf"] > 0


@pytest.mark.parametrize("name", LIBRARIES)
def test_entries_say_what_they_do(name: str) -> None:
    for i in library(name).instructions:
        assert i.throughput > 0
        assert any(w in i.name for w in (f"x{a.extent}" for a in i.spec.axes)), i.name


def test_a_library_is_kept_on_disk(tmp_path: Path) -> None:
    first = cached_library(text(), "lib", tmp_path)
    (kept,) = tmp_path.iterdir()
    assert cached_library(text(), "lib", tmp_path) == first
    kept.write_bytes(kept.read_bytes()[:-1])
    assert cached_library(text(), "lib", tmp_path) == first
    other = cached_library(text(attributes=ATTRIBUTES.replace("0.5", "1.5")), "lib", tmp_path)
    assert other != first
    assert len(list(tmp_path.iterdir())) == 1


def test_a_directory_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert cached_library(text(), "lib", tmp_path / "file" / "x").instructions
