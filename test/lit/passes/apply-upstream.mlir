// What morello-apply leaves is plain MLIR: a parser that knows no dialect of ours reads it back, and
// writes the same text.

// RUN: morello-opt %s --morello-apply='target=skylake-avx512 threads=4 finish strict' > %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir --implicit-check-not=morello --implicit-check-not=linalg
// RUN: %python -c "import sys; from mlir import ir; c = ir.Context(); c.allow_unregistered_dialects = False; sys.stdout.write(str(ir.Module.parse(open(sys.argv[1]).read(), c)))" %t.mlir > %t.again
// RUN: diff %t.mlir %t.again

// Ops of the dialects that a schedule may lead to.
// CHECK-LABEL: @packed
// CHECK: memref.alloc
// CHECK: scf.for
// CHECK: affine.apply
// CHECK: vector.fma
func.func @packed(%a: memref<9x80xf32>, %b: memref<80x36xf32>, %c: memref<9x36xf32>) {
  %z = arith.constant 0.0 : f32
  linalg.fill ins(%z : f32) outs(%c : memref<9x36xf32>)
  linalg.matmul {morello.schedule = #morello.schedule<"tile k 40; move B L2 [n/32][k][32n]; tile n 32; tile m 6; move C reg [m][n/16]<16n>; accumulate; tile k 1; move B reg [k][n/16]<16n>; tile m 1; tile n 16; select fma_f32x16">}
      ins(%a, %b : memref<9x80xf32>, memref<80x36xf32>) outs(%c : memref<9x36xf32>)
  return
}

// A parallel loop, with a buffer for every thread.
// CHECK-LABEL: @parallel
// CHECK: scf.forall
func.func @parallel(%a: memref<64x32xbf16>, %c: memref<64x32xbf16>) {
  linalg.exp {morello.schedule = "tile i 16 parallel; move A L1; finish"}
      ins(%a : memref<64x32xbf16>) outs(%c : memref<64x32xbf16>)
  return
}

// CHECK-LABEL: @tensors
// CHECK: bufferization.to_buffer
// CHECK: bufferization.to_tensor
func.func @tensors(%a: tensor<9x17xf64>, %b: tensor<17xf64>, %c: tensor<9xf64>) -> tensor<9xf64> {
  %r = linalg.matvec ins(%a, %b : tensor<9x17xf64>, tensor<17xf64>) outs(%c : tensor<9xf64>) -> tensor<9xf64>
  return %r : tensor<9xf64>
}

// CHECK-LABEL: @strided
// CHECK: memref.extract_strided_metadata
func.func @strided(%a: memref<9x17xf32, strided<[20, 1], offset: ?>>, %c: memref<17x9xf32>) {
  linalg.transpose ins(%a : memref<9x17xf32, strided<[20, 1], offset: ?>>) outs(%c : memref<17x9xf32>) permutation = [1, 0]
  return
}

// A module of another name, attributes of others, and other ops stay.
// CHECK: module @inner
// CHECK: func.func @kept
// CHECK-SAME: {other.note = 1 : i64}
// CHECK: arith.addf
module @inner {
  func.func @kept(%x: f32 {other.note = 1 : i64}) -> f32 {
    %y = arith.addf %x, %x : f32
    return %y : f32
  }
}
