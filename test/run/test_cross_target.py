"""Objects for other CPUs, checked by disassembly: no instruction that the CPU lacks."""

from __future__ import annotations

import functools

import pytest

from morello_mlir.compiler import build
from morello_mlir.runtime.disassemble import instructions, lacking, needs
from morello_mlir.runtime.llvm import Form
from morello_mlir.runtime.machine import enabled_features, machine

# Loops that LLVM vectorises, vector operations wider than some targets, conversions to and from
# bf16 and f16, integers, and a function that becomes a polynomial.
SOURCE = """
#id = affine_map<(i) -> (i)>
func.func @matmul(%a: memref<24x40xf32>, %b: memref<40x48xf32>, %c: memref<24x48xf32>) {
  linalg.matmul ins(%a, %b : memref<24x40xf32>, memref<40x48xf32>) outs(%c : memref<24x48xf32>)
  return
}
func.func @vectors(%a: memref<64xf32>, %b: memref<64xf32>) {
  %c0 = arith.constant 0 : index
  %x = vector.load %a[%c0] : memref<64xf32>, vector<16xf32>
  %y = vector.load %b[%c0] : memref<64xf32>, vector<16xf32>
  %z = vector.fma %x, %y, %y : vector<16xf32>
  %e = math.exp %z : vector<16xf32>
  vector.store %e, %b[%c0] : memref<64xf32>, vector<16xf32>
  return
}
func.func @halves(%a: memref<640xf32>, %b: memref<640xbf16>, %h: memref<640xf16>) {
  linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%a : memref<640xf32>) outs(%b, %h : memref<640xbf16>, memref<640xf16>) {
  ^bb0(%x: f32, %s: bf16, %t: f16):
    %y = arith.truncf %x : f32 to bf16
    %w = arith.truncf %x : f32 to f16
    linalg.yield %y, %w : bf16, f16
  }
  return
}
func.func @integers(%a: memref<8x64xi8>, %b: memref<64x32xi8>, %c: memref<8x32xi32>) {
  linalg.matmul ins(%a, %b : memref<8x64xi8>, memref<64x32xi8>) outs(%c : memref<8x32xi32>)
  return
}
"""
CPUS = (
    "x86-64-v3",
    "haswell",
    "znver1",
    "alderlake",
    "skylake-avx512",
    "icelake-server",
    "sapphirerapids",
    "znver4",
    "znver5",
)


@functools.cache
def object_for(cpu: str) -> bytes:
    return build(SOURCE, cpu).emit(Form.OBJECT)[0]


@pytest.mark.parametrize("cpu", CPUS)
def test_nothing_that_the_cpu_lacks(cpu: str) -> None:
    assert lacking(object_for(cpu), enabled_features(machine(cpu))) == ()


@pytest.mark.parametrize("cpu", CPUS)
def test_what_the_cpu_has_is_used(cpu: str) -> None:
    used = {needs(*instruction) for instruction in instructions(object_for(cpu))}
    assert {"avx", "fma"} <= used or "avx512f" in used
    assert ("avx512f" in used) == ("avx512f" in enabled_features(machine(cpu)))


@pytest.mark.parametrize(
    ("made_for", "run_on", "feature"),
    [
        ("x86-64-v3", "x86-64-v2", "avx"),
        ("skylake-avx512", "znver1", "avx512f"),
        ("znver4", "skylake-avx512", "avx512bf16"),
    ],
)
def test_the_check_finds_what_is_lacking(made_for: str, run_on: str, feature: str) -> None:
    found = lacking(object_for(made_for), enabled_features(machine(run_on)))
    assert any(text.endswith(f"needs {feature}") for text in found)


@pytest.mark.parametrize(
    ("encoding", "text", "feature"),
    [
        ("62 f2 7e 48 52 c1", "vdpbf16ps %zmm1, %zmm0, %zmm0", "avx512bf16"),
        ("62 f2 75 48 50 c2", "vpdpbusd %zmm2, %zmm1, %zmm0", "avx512vnni"),
        ("c4 e2 75 50 c2", "vpdpbusd %ymm2, %ymm1, %ymm0", "avxvnni"),
        ("62 f1 74 48 58 c2", "vaddps %zmm2, %zmm1, %zmm0", "avx512f"),
        ("c4 e2 75 b8 c2", "vfmadd231ps %ymm2, %ymm1, %ymm0", "fma"),
        ("c5 f4 58 c2", "vaddps %ymm2, %ymm1, %ymm0", "avx"),
        ("c5 f5 fe c2", "vpaddd %ymm2, %ymm1, %ymm0", "avx2"),
        ("c5 f1 fe c2", "vpaddd %xmm2, %xmm1, %xmm0", "avx"),
        ("c5 f8 92 c8", "kmovw %eax, %k1", "avx512f"),
        ("66 0f 38 40 c1", "pmulld %xmm1, %xmm0", "sse4.1"),
        ("0f 58 c1", "addps %xmm1, %xmm0", None),
    ],
)
def test_the_table_of_needs(encoding: str, text: str, feature: str | None) -> None:
    assert needs(bytes.fromhex(encoding), text) == feature
