"""The whole of `morello-lower`: only llvm operations are left, or an error says which are not."""

from __future__ import annotations

import pytest
from mlir import ir

from morello_mlir.passes.base import PassFailure, Report
from morello_mlir.passes.lower import LowerPass


def lowered(source: str, lower: LowerPass | None = None) -> str:
    with ir.Context() as context:
        context.allow_unregistered_dialects = True
        module = ir.Module.parse(source)
        (lower or LowerPass()).run(module, Report())
        assert module.operation.verify()
        return str(module)


def operations(text: str) -> set[str]:
    with ir.Context():
        found: set[str] = set()

        def visit(op: ir.Operation) -> ir.WalkResult:
            found.add(op.name.partition(".")[0])
            return ir.WalkResult.ADVANCE

        ir.Module.parse(text).operation.walk(visit)
        return found


COPY = """
func.func @f(%a: memref<8x8xf32>, %b: memref<8x8xf32>) {
  %s = memref.subview %b[0, 0] [8, 4] [1, 1] : memref<8x8xf32> to memref<8x4xf32, strided<[8, 1]>>
  %t = memref.subview %a[0, 4] [8, 4] [1, 1]
      : memref<8x8xf32> to memref<8x4xf32, strided<[8, 1], offset: 4>>
  memref.copy %t, %s : memref<8x4xf32, strided<[8, 1], offset: 4>>
      to memref<8x4xf32, strided<[8, 1]>>
  %c = arith.constant 0 : index
  %v = vector.transfer_read %a[%c, %c], %z : memref<8x8xf32>, vector<8xf32>
  %m = math.exp %v : vector<8xf32>
  vector.transfer_write %m, %b[%c, %c] : vector<8xf32>, memref<8x8xf32>
  return
}
""".replace("  %v =", "  %z = arith.constant 0.0 : f32\n  %v =")

PARALLEL = """
func.func @f(%a: memref<64xf32>) {
  %z = arith.constant 0.0 : f32
  scf.forall (%i) in (64) {
    memref.store %z, %a[%i] : memref<64xf32>
  }
  return
}
"""

LOOPS_INSIDE = """
func.func @f(%a: memref<64x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.forall (%i) in (64) {
    ALLOCATED
    %u = memref.load %a[%i, %c0] : memref<64x8xf32>
    %v = llvm.call_intrinsic "llvm.fabs.f32"(%u) : (f32) -> f32
    memref.store %v, %a[%i, %c0] : memref<64x8xf32>
    scf.for %j = %c0 to %c8 step %c1 {
      %x = memref.load %a[%i, %j] : memref<64x8xf32>
      %y = arith.addf %x, %x : f32
      USED
      memref.store %y, %a[%i, %j] : memref<64x8xf32>
    }
  }
  return
}
"""


def test_only_llvm_is_left_and_no_library_is_called() -> None:
    text = lowered(COPY)
    assert operations(text) == {"builtin", "llvm"}
    assert "memrefCopy" not in text and "expf" not in text


def test_parallel_loops_use_omp_for_several_threads_only() -> None:
    assert operations(lowered(PARALLEL)) == {"builtin", "llvm"}
    text = lowered(PARALLEL, LowerPass(threads=3))
    assert operations(text) == {"builtin", "llvm", "omp"}
    assert "omp.parallel num_threads" in text


def test_parallel_loops_hold_loops_around_ops_of_unknown_effects() -> None:
    text = lowered(LOOPS_INSIDE.replace("ALLOCATED", "").replace("USED", ""), LowerPass(threads=2))
    assert operations(text) == {"builtin", "llvm", "omp"}
    assert "stacksave" not in text


def test_what_a_parallel_loop_puts_on_the_stack_is_gone_after_each_turn() -> None:
    source = LOOPS_INSIDE.replace("ALLOCATED", "%s = memref.alloca() : memref<8xf32>")
    used = "memref.store %y, %s[%j] : memref<8xf32>\n%q = memref.load %s[%c0] : memref<8xf32>"
    source = source.replace("USED", f"{used}\nmemref.store %q, %a[%j, %c0] : memref<64x8xf32>")
    text = lowered(source, LowerPass(threads=2))
    inside = text[text.index("omp.loop_nest") :]
    saved = inside.index("llvm.intr.stacksave")
    assert saved < inside.index("llvm.alloca") < inside.index("llvm.intr.stackrestore")


def test_the_target_is_set_on_every_function() -> None:
    text = lowered(COPY, LowerPass(target="znver1", features="+avx2,-fma"))
    count = text.count("llvm.func @f(") + text.count("llvm.func internal") + text.count("@_mlir_")
    assert text.count('target_cpu = "znver1"') >= count > 1
    assert '#llvm.target_features<["+avx2", "-fma"]>' in text
    assert "target_cpu" not in lowered(COPY)


def test_bf16_is_emulated_where_the_target_has_none() -> None:
    source = """
    func.func @f(%x: f32, %a: memref<1xbf16>) {
      %c = arith.constant 0 : index
      %y = arith.truncf %x : f32 to bf16
      memref.store %y, %a[%c] : memref<1xbf16>
      return
    }"""
    assert "llvm.fptrunc" not in lowered(source, LowerPass(target="x86-64-v3"))
    assert "llvm.fptrunc" in lowered(source, LowerPass(target="znver4"))
    assert "llvm.fptrunc" in lowered(source, LowerPass("x86-64-v4", "+avx512bf16"))
    assert "llvm.fptrunc" not in lowered(source, LowerPass("znver4", "-avx512bf16"))


def test_what_is_left_is_an_error_at_its_place() -> None:
    source = 'func.func @f() {\n  "one.a"() : () -> ()\n  "two.b"() : () -> ()\n  return\n}'
    report = Report()
    with ir.Context() as context, pytest.raises(PassFailure):
        context.allow_unregistered_dialects = True
        LowerPass().run(ir.Module.parse(source), report)
    assert [(d.message, d.location.start_line) for d in report.diagnostics] == [
        ("'one.a' has no lowering to LLVM", 2),
        ("'two.b' has no lowering to LLVM", 3),
    ]


def test_results_are_noalias_in_the_body_too() -> None:
    text = lowered("""
    func.func @f(%a: tensor<4xf32>, %n: index) -> tensor<4xf32> {
      %e = tensor.empty() : tensor<4xf32>
      %0 = linalg.exp ins(%a : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
      return %0 : tensor<4xf32>
    }""")
    body = text[text.index("internal @f.body(") :].partition("{\n")[0]
    assert "%arg7: !llvm.ptr {llvm.noalias}" in body
    assert body.count("llvm.noalias") == 1


def test_lowered_modules_are_accepted() -> None:
    once = lowered(COPY)
    twice = lowered(once)
    assert operations(twice) == {"builtin", "llvm"}
    assert once.count("morello.entry") == twice.count("morello.entry") == 1
