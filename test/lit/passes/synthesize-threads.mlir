// Threads: a loop over tiles is shared out where that pays, and nowhere else.
// RUN: morello-opt %s --morello-synthesize='target=znver5 db=none threads=4' | FileCheck %s
// RUN: morello-opt %s --morello-synthesize='target=znver5 db=none' | FileCheck %s --check-prefix=ONE
// ONE-NOT: scf.forall

// CHECK-LABEL: @large
// CHECK: scf.forall
// CHECK-NOT: scf.forall
func.func @large(%a: memref<256x256xf32>, %b: memref<256x256xf32>, %c: memref<256x256xf32>) {
  linalg.matmul ins(%a, %b : memref<256x256xf32>, memref<256x256xf32>) outs(%c : memref<256x256xf32>)
  return
}

// CHECK-LABEL: @small
// CHECK-NOT: scf.forall
func.func @small(%a: memref<9x16xf32>, %b: memref<16x32xf32>, %c: memref<9x32xf32>) {
  linalg.matmul ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  return
}
