"""The facade: MLIR in, numpy functions out. Untouched linalg is lowered to loops here."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from mlir import ir

import morello_mlir
from morello_mlir import compiler
from morello_mlir.compiler import CompileError, build
from morello_mlir.runtime.contest import Contest
from morello_mlir.runtime.llvm import Form
from morello_mlir.runtime.machine import Machine, enabled_features, machine
from morello_mlir.target.cpus import CPUS

MATMUL = """
func.func @matmul(%a: memref<5x7xf32> {morello.name = "a"}, %b: memref<7x3xf32>,
                  %c: memref<5x3xf32> {morello.name = "c"}) {
  linalg.matmul ins(%a, %b : memref<5x7xf32>, memref<7x3xf32>) outs(%c : memref<5x3xf32>)
  return
}
"""
TENSORS = """
func.func @accumulate(%a: tensor<5x7xf32>, %b: tensor<7x3xf32>, %c: tensor<5x3xf32>)
    -> tensor<5x3xf32> {
  %0 = linalg.matmul ins(%a, %b : tensor<5x7xf32>, tensor<7x3xf32>)
                     outs(%c : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}
func.func @twice(%a: tensor<4xf32>) -> (tensor<4xf32>, f32, tensor<4xf32>) {
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.add ins(%a, %a : tensor<4xf32>, tensor<4xf32>)
                  outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %0, %one, %0 : tensor<4xf32>, f32, tensor<4xf32>
}
func.func @same(%a: tensor<4xf32>) -> tensor<4xf32> {
  return %a : tensor<4xf32>
}
"""


@pytest.fixture(scope="module")
def tensors() -> compiler.Kernel:
    return compiler.compile(TENSORS)


def random(*shape: int) -> Any:
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


def test_memref_arguments_are_written_in_place() -> None:
    kernel = morello_mlir.compile(MATMUL)
    a, b, c = random(5, 7), random(7, 3), np.ones((5, 3), np.float32)
    assert kernel.matmul(a, b, c) is None
    np.testing.assert_allclose(c, a @ b + 1, rtol=1e-5)
    with pytest.raises(ValueError, match="'c' is written, but the array is read-only"):
        c.flags.writeable = False
        kernel.matmul(a, b, c)


def test_tensor_arguments_are_values_and_results_are_new(tensors: compiler.Kernel) -> None:
    a, b, c = random(5, 7), random(7, 3), random(5, 3)
    before = c.copy()
    for array in (a, b, c):
        array.flags.writeable = False
    result = tensors.accumulate(a, b, c)
    np.testing.assert_allclose(result, a @ b + c, rtol=1e-5)
    np.testing.assert_array_equal(c, before)
    out = np.zeros((5, 3), np.float32)
    assert tensors.accumulate(a, b, c, out=out) is out
    np.testing.assert_array_equal(out, result)


def test_one_buffer_may_be_several_results(tensors: compiler.Kernel) -> None:
    a = random(4)
    first, second, one = tensors.twice(a)
    np.testing.assert_array_equal(first, a + a)
    np.testing.assert_array_equal(second, a + a)
    assert one == 1.0 and not np.shares_memory(first, second)


def test_a_result_that_is_an_argument_is_a_copy(tensors: compiler.Kernel) -> None:
    a = random(4)
    result = tensors.same(a)
    np.testing.assert_array_equal(result, a)
    assert not np.shares_memory(result, a)


def test_functions_are_attributes_items_and_listed(tensors: compiler.Kernel) -> None:
    assert list(tensors) == ["accumulate", "twice", "same"]
    assert tensors["same"] is tensors.same
    assert "accumulate" in dir(tensors)
    with pytest.raises(AttributeError, match=r"no function 'other' .*accumulate, twice, same"):
        _ = tensors.other
    with pytest.raises(KeyError, match="no function 'other'"):
        _ = tensors["other"]


def test_every_stage_can_be_read() -> None:
    kernel = compiler.compile(MATMUL, target="x86-64")
    assert "linalg.matmul" in kernel.mlir
    assert "define void @matmul(" in kernel.llvm
    assert "matmul:" in kernel.asm
    assert "void matmul(const float *a, const float *arg1, float *c);" in kernel.header


def test_source_is_text_path_or_module(tmp_path: Path) -> None:
    path = tmp_path / "kernel.mlir"
    path.write_text(MATMUL)
    with ir.Context():
        module = ir.Module.parse(MATMUL)
        before = str(module)
        sources = (MATMUL, path, str(path), module)
        texts = {build(source, "x86-64-v3").emit(Form.ASSEMBLY)[0] for source in sources}
        assert str(module) == before
    assert len(texts) == 1


@pytest.mark.parametrize("source", [3, None, b"module {}"])
def test_a_source_of_another_type_is_refused(source: Any) -> None:
    with pytest.raises(TypeError, match="source must be MLIR text, a path or an MLIR module"):
        build(source)


def test_a_file_that_is_missing_is_an_os_error() -> None:
    with pytest.raises(FileNotFoundError):
        build("no/such/file.mlir")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("func.func @f( {", r"-:1:\d+: error: expected"),
        ("func.func @f() {\n  foo.bar\n}", r"-:2:3: error: .*foo\.bar"),
        ('func.func @f() {\n  "x.y"() : () -> ()\n  return\n}', r"-:2:\d+: error: .*unregistered"),
        (
            "func.func @f(%a: tensor<?xf32>) -> tensor<?xf32> {\n  return %a : tensor<?xf32>\n}",
            r"-:1:1: error: result 0 of 'f' has a dynamic shape, memref<\?xf32>",
        ),
        (
            "func.func @f(%a: memref<4xf32, 1>) {\n  return\n}",
            r"-:1:1: error: an argument of type memref<4xf32, 1> has no C form",
        ),
        (
            "func.func @f(%a: memref<4611686018427387904x4xf32>) {\n  return\n}",
            "larger than the address space",
        ),
        (
            "func.func @f() {\n  %0 = tensor.empty() : tensor<4611686018427387904x4xf32>\n"
            "  return\n}",
            "-:2:8: error: .*larger than the address space",
        ),
        (
            "func.func @f(%a: memref<4x4xf32>) {\n  linalg.softmax dimension(1)"
            " ins(%a : memref<4x4xf32>) outs(%a : memref<4x4xf32>)\n  return\n}",
            "-:2:3: error: 'linalg.softmax' has no lowering",
        ),
        (
            'func.func @f(%a: i32) {\n  llvm.call_intrinsic "llvm.x86.nothing"(%a) : (i32) -> ()\n'
            "  return\n}",
            r"-:2:3: error: .*llvm\.x86\.nothing",
        ),
        (
            "func.func @f(%a: memref<2xf32>) {\n  return\n}\n"
            "func.func @_mlir_ciface_f() {\n  return\n}",
            "-:1:1: error: 'f' needs the symbol '_mlir_ciface_f', which exists",
        ),
        (
            'func.func @f(%a: memref<2xf32> {morello.name = "a b"}) {\n  return\n}',
            "-:1:1: error: argument 0 cannot be called 'a b' in C",
        ),
        (
            'func.func @f(%a: f32 {morello.name = "arg1"}, %b: f32) {\n  return\n}',
            "-:1:1: error: argument 1 cannot be called 'arg1' in C",
        ),
    ],
)
def test_what_cannot_be_compiled_is_a_located_error(
    source: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CompileError, match=message):
        build(source, "x86-64-v3")
    assert capfd.readouterr() == ("", "")


def test_places_in_a_file_carry_its_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.mlir"
    path.write_text("func.func @f() {\n  nonsense\n}\n")
    with pytest.raises(CompileError, match=rf"{path}:2:3: error: "):
        build(path)


@pytest.mark.parametrize("threads", [0, -1, 100_000, "2"])
def test_threads_are_checked(threads: Any) -> None:
    with pytest.raises(ValueError, match="threads must be a whole number from 1 to 1024"):
        build(MATMUL, threads=threads)


def test_unknown_targets_are_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown target 'znver9'.*znver5"):
        build(MATMUL, "znver9")


def test_code_that_this_machine_cannot_run_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "missing_features", lambda _: ("avx999",))
    with pytest.raises(CompileError, match="cannot run code for 'x86-64': it lacks avx999"):
        compiler.compile(MATMUL, target="x86-64")


def test_dynamic_shapes_keep_the_memref_abi_only() -> None:
    source = """
    func.func @fill(%a: memref<?xf32>, %x: f32) {
      linalg.fill ins(%x : f32) outs(%a : memref<?xf32>)
      return
    }"""
    kernel = compiler.compile(source)
    assert list(kernel) == []
    assert "_mlir_ciface_fill" in kernel.asm
    with pytest.raises(AttributeError, match="no function 'fill'"):
        _ = kernel.fill


def test_the_memref_abi_does_the_same() -> None:
    class Descriptor(ctypes.Structure):
        _fields_ = (
            ("allocated", ctypes.c_void_p),
            ("aligned", ctypes.c_void_p),
            ("offset", ctypes.c_int64),
            ("sizes", ctypes.c_int64 * 2),
            ("strides", ctypes.c_int64 * 2),
        )

    def describe(array: Any) -> Any:
        pointer, (rows, columns) = array.ctypes.data, array.shape
        sizes = (ctypes.c_int64 * 2)(rows, columns)
        strides = (ctypes.c_int64 * 2)(columns, 1)
        return ctypes.byref(Descriptor(pointer, pointer, 0, sizes, strides))

    kernel = compiler.compile(MATMUL)
    address = kernel.matmul._code.address("_mlir_ciface_matmul")
    a, b, c = random(5, 7), random(7, 3), np.zeros((5, 3), np.float32)
    ctypes.CFUNCTYPE(None)(address)(describe(a), describe(b), describe(c))
    np.testing.assert_allclose(c, a @ b, rtol=1e-5)


def test_strided_types_take_matching_views() -> None:
    source = """
    func.func @f(%a: memref<3x4xf32, strided<[8, 2], offset: 5>>,
                 %b: memref<3x4xf32, strided<[20, 1], offset: ?>>, %c: memref<3x4xf32>) {
      linalg.sub ins(%a, %b : memref<3x4xf32, strided<[8, 2], offset: 5>>,
                              memref<3x4xf32, strided<[20, 1], offset: ?>>)
                 outs(%c : memref<3x4xf32>)
      return
    }"""
    kernel = compiler.compile(source)
    a, b, c = random(5, 8)[1:4, ::2], random(6, 20)[2:5, 3:7], np.zeros((3, 4), np.float32)
    kernel.f(a, b, c)
    np.testing.assert_array_equal(c, a - b)
    with pytest.raises(ValueError, match="strides"):
        kernel.f(a.copy(), b, c)


@pytest.mark.parametrize(
    ("kinds", "dtypes"),
    [
        (("f64", "f64"), (np.float64, np.float64)),
        (("f16", "f32"), (np.float16, np.float32)),
        (("bf16", "f32"), (ml_dtypes.bfloat16, np.float32)),
        (("bf16", "bf16"), (ml_dtypes.bfloat16, ml_dtypes.bfloat16)),
        (("i8", "i32"), (np.int8, np.int32)),
        (("i16", "i32"), (np.int16, np.int32)),
        (("i64", "i64"), (np.int64, np.int64)),
    ],
)
def test_element_types(kinds: tuple[str, str], dtypes: tuple[Any, Any]) -> None:
    """On plain AVX2, where bf16 has no instructions."""
    given, result = kinds
    source = f"""
    func.func @f(%a: memref<3x4x{given}>, %b: memref<4x5x{given}>, %c: memref<3x5x{result}>) {{
      linalg.matmul ins(%a, %b : memref<3x4x{given}>, memref<4x5x{given}>)
                    outs(%c : memref<3x5x{result}>)
      return
    }}"""
    kernel = compiler.compile(source, target="x86-64-v3")
    generator = np.random.default_rng(1)
    a = generator.integers(-3, 4, (3, 4)).astype(dtypes[0])
    b = generator.integers(-3, 4, (4, 5)).astype(dtypes[0])
    c = np.zeros((3, 5), dtypes[1])
    kernel.f(a, b, c)
    np.testing.assert_array_equal(c.astype(float), a.astype(float) @ b.astype(float))


def test_empty_arrays_are_fine() -> None:
    source = """
    func.func @f(%a: tensor<0x4xf32>) -> tensor<0x4xf32> {
      %e = tensor.empty() : tensor<0x4xf32>
      %0 = linalg.exp ins(%a : tensor<0x4xf32>) outs(%e : tensor<0x4xf32>) -> tensor<0x4xf32>
      return %0 : tensor<0x4xf32>
    }"""
    assert compiler.compile(source).f(np.zeros((0, 4), np.float32)).shape == (0, 4)


def test_an_empty_module_compiles() -> None:
    assert list(compiler.compile("module {}")) == []


def test_private_functions_are_not_exported() -> None:
    source = """
    func.func private @square(%x: f32) -> f32 {
      %0 = arith.mulf %x, %x : f32
      return %0 : f32
    }
    func.func @f(%x: f32) -> f32 {
      %0 = call @square(%x) : (f32) -> f32
      return %0 : f32
    }"""
    kernel = compiler.compile(source)
    assert list(kernel) == ["f"] and kernel.f(3.0) == 9.0


def test_isolation_turns_an_abort_into_an_error() -> None:
    source = """
    func.func @f(%a: vector<4xi32>, %b: vector<16xi8>) -> vector<4xi32> {
      %0 = llvm.call_intrinsic "llvm.x86.avx2.vpdpbssd.128"(%a, %b, %b)
          : (vector<4xi32>, vector<16xi8>, vector<16xi8>) -> vector<4xi32>
      return %0 : vector<4xi32>
    }"""
    with pytest.raises(morello_mlir.CompileError, match="Cannot select"):
        compiler.compile(source, target="x86-64", isolate=True)


def test_the_features_of_our_targets_are_features_of_llvm() -> None:
    for name, cpu in CPUS.items():
        unknown = set(cpu.features.split()) - enabled_features(machine(name))
        assert not unknown, f"{name} has no {unknown}"


def test_a_machine_is_accepted_as_target() -> None:
    made = build(MATMUL, Machine("x86-64-v3", "-fma"))
    assert made.machine.features == "-fma"


@pytest.mark.parametrize(
    ("target", "features", "wide"),
    [
        ("native", "-avx512f", False),
        ("x86-64-v4", "-avx512f", False),
        ("x86-64-v4", "", True),
        ("x86-64-v3", "+avx512bw", True),
        ("tigerlake", "-avx512f", False),
        (Machine("x86-64-v4", "-avx512f"), "", False),
    ],
)
def test_schedules_know_of_features(target: str | Machine, features: str, wide: bool) -> None:
    source = MATMUL.replace("x3x", "x16x")
    made = build(source, target, schedule="synthesize", features=features, db="none")
    assert ("vector<16xf32>" in made.mlir) == wide


@pytest.mark.parametrize("source", ["", "\n", "  ", "// a comment\n"])
def test_text_without_operations_is_an_empty_module(source: str) -> None:
    assert build(source, "x86-64").signatures == ()


class Written:
    """A schedule that is an object, as `Schedule` is."""

    def __str__(self) -> str:
        return "finish\n"


@pytest.mark.parametrize("kind", ["text", "path", "object", "attribute"])
def test_a_schedule_is_applied(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "plain.schedule"
    path.write_text("finish\n")
    source = MATMUL
    schedule = {"text": "finish\n", "path": path, "object": Written()}.get(kind)
    if kind == "attribute":
        source = MATMUL.replace("linalg.matmul", 'linalg.matmul {morello.schedule = "finish"}')
    kernel = compiler.compile(source, schedule=schedule)
    assert "linalg." not in kernel.mlir and "scf.for" in kernel.mlir
    a, b, c = random(5, 7), random(7, 3), np.zeros((5, 3), np.float32)
    kernel.matmul(a, b, c)
    np.testing.assert_allclose(c, a @ b, rtol=1e-5)


def test_a_wrong_schedule_is_an_error() -> None:
    with pytest.raises(CompileError, match="error: schedule: line 1: no Action 'dance"):
        build(MATMUL, schedule="dance(a, 3)\n")
    with pytest.raises(CompileError, match=r"nowhere\.schedule: No such file"):
        build(MATMUL, schedule=Path("nowhere.schedule"))


TWO = MATMUL.replace("x3x", "x16x") + MATMUL.replace("x3x", "x16x").replace("@matmul", "@other")
"""Equal products in two functions."""


def forms(source: str, count: int) -> list[str]:
    """Each of the k best applied, as MLIR."""
    ranked = compiler.rank(source, "native", 1, "synthesize", "none", count)
    assert ranked.forms == {"matmul": count, "other": count}
    return [
        build(ranked.choosing({"matmul": n, "other": n}), "native").mlir
        for n in range(1, count + 1)
    ]


def function(mlir: str, name: str) -> str:
    """The text of a function, without its name."""
    return mlir.split(f"@{name}(")[1].split("func.func @")[0]


def test_functions_keep_the_form_that_is_measured_as_fastest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known, asked = forms(TWO, 3), []

    def measured(functions: list[Any], arguments: Any = None) -> Contest:
        asked.append((functions[0].__name__, len(functions), arguments))
        return Contest((3.0, 2.0, 1.0) if functions[0].__name__ == "matmul" else (1.0, 0.5, 2.0))

    monkeypatch.setattr("morello_mlir.ranked.contest", measured)
    given = {"other": (1, 2, 3)}
    kernel = compiler.compile(TWO, schedule="synthesize", db="none", top_k=3, measure=given)
    assert asked == [("matmul", 3, None), ("other", 3, (1, 2, 3))]
    assert function(kernel.mlir, "matmul") == function(known[2], "matmul")
    assert function(kernel.mlir, "other") == function(known[1], "other")
    assert {name: c.fastest for name, c in kernel.measured.items()} == {"matmul": 3, "other": 2}
    assert "remark: @matmul: schedule 3 of 3 is the fastest: 1 s, 3.00 x" in kernel.diagnostics[0]
    a, b, c = random(5, 7), random(7, 16), np.zeros((5, 16), np.float32)
    kernel.matmul(a, b, c)
    np.testing.assert_allclose(c, a @ b, rtol=1e-5)


def test_the_clock_itself_decides() -> None:
    kernel = compiler.compile(MATMUL, schedule="synthesize", db="none", top_k=2, measure=True)
    found = kernel.measured["matmul"]
    assert len(found.seconds) == 2 and found.fastest == 1 + int(found.seconds[1] < found.seconds[0])


def test_nothing_is_measured_unless_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("morello_mlir.ranked.contest", None)
    assert compiler.compile(MATMUL, schedule="synthesize", db="none").measured == {}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"top_k": 8}, "top_k=8: with measure"),
        ({"top_k": 0, "measure": True}, "top_k=0"),
        ({"schedule": "finish", "top_k": 2, "measure": True}, "no schedule has a 'synthesize'"),
        ({"top_k": 2, "measure": {"mul": ()}}, "measure: no function 'mul' in matmul"),
    ],
)
def test_what_cannot_be_measured(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        compiler.compile(MATMUL, **{"schedule": "synthesize", "db": "none", **options})
