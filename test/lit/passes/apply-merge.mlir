// RUN: morello-opt %s --morello-apply='schedule="merge i j; tile i 8; select lanes" target=x86-64-v3' | FileCheck %s
// RUN: morello-opt %s --morello-schedule='target=x86-64-v3 db=none' | FileCheck %s --check-prefix=FOUND
// RUN: not morello-opt %s --morello-apply='schedule="merge j i" target=x86-64-v3' 2>&1 | FileCheck %s --check-prefix=WRONG

// 35 elements are four vectors and three more, wherever the rows of seven end.
// CHECK-LABEL: @rows
// CHECK: scf.for
// CHECK: vector.load
// CHECK: vector.maskedstore

// FOUND: morello.schedule = #morello.schedule<"merge i j

// WRONG: error: schedule of linalg.exp: merge j i: operand A: i does not follow j without a gap
func.func @rows(%a: memref<5x7xf32>, %c: memref<5x7xf32>) {
  linalg.exp ins(%a : memref<5x7xf32>) outs(%c : memref<5x7xf32>)
  return
}
