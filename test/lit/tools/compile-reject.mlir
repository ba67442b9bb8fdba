// morello-compile: a located diagnostic, no output, and status 1, whatever goes wrong.

// RUN: rm -rf %t
// RUN: split-file %s %t
// RUN: not morello-compile %t/syntax.mlir -o %t/out.o 2>&1 | FileCheck %s --check-prefix=SYNTAX
// RUN: not morello-compile %t/left.mlir -o %t/out.o 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: not morello-compile %t/select.mlir --target=znver1 -o %t/out.o 2>&1 | FileCheck %s --check-prefix=SELECT
// RUN: not ls %t/out.o

//--- syntax.mlir
// SYNTAX: syntax.mlir:3:10: error: use of undeclared SSA value name
func.func @f() -> f32 {
  return %nothing : f32
}
//--- left.mlir
// LEFT: left.mlir:4:3: error: 'linalg.softmax' has no lowering to LLVM
// LEFT-NEXT: linalg.softmax
func.func @f(%a: memref<4x4xf32>, %b: memref<4x4xf32>) {
  linalg.softmax dimension(1) ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32>)
  return
}
//--- select.mlir
// SELECT: error: the compiler stopped with SIGABRT on this input: LLVM ERROR: Cannot select
func.func @f(%a: vector<4xi32>, %b: vector<16xi8>) -> vector<4xi32> {
  %0 = llvm.call_intrinsic "llvm.x86.avx2.vpdpbssd.128"(%a, %b, %b) : (vector<4xi32>, vector<16xi8>, vector<16xi8>) -> vector<4xi32>
  return %0 : vector<4xi32>
}
