// A packing schedule: panels of B, register tiles of C, a masked rest.
// RUN: split-file %s %t
// RUN: morello-opt %t/matmul.mlir --morello-apply='schedule=%t/matmul.schedule target=skylake-avx512' | FileCheck %t/matmul.mlir
// RUN: morello-opt %t/matmul.mlir --morello-apply='schedule=%t/matmul.schedule target=skylake-avx512' | FileCheck %t/matmul.mlir --check-prefix=NONE

//--- matmul.schedule
tile k 40
move B L2 [n/32][k][32n]
tile n 32
tile m 6
move C reg [m][n/16]<16n>
accumulate
tile k 1
move B reg [k][n/16]<16n>
tile m 1
tile n 16
select fma_f32x16

//--- matmul.mlir
// The fill is part of the Spec: nothing is written twice, and no dialect of ours is left.
// NONE-NOT: linalg
// NONE-NOT: morello

// CHECK-LABEL: @matmul
// CHECK: %[[PANELS:.*]] = memref.alloc() {alignment = 64 : i64} : memref<2560xf32>
// CHECK: scf.for
// CHECK: vector.store %{{.*}}, %[[PANELS]]
// Twelve registers of C start at zero and go through the loop over k.
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<16xf32>, vector<16xf32>, {{.*}})
// CHECK: vector.load %[[PANELS]]
// CHECK-COUNT-12: vector.fma
// Assigned on the first step of the outer loop over k, added later.
// CHECK: scf.if
// CHECK: vector.store
// CHECK: else
// CHECK: arith.addf
// The last 4 of 36 columns are stored under a mask.
// CHECK: vector.maskedstore
// CHECK: memref.dealloc %[[PANELS]]
func.func @matmul(%a: memref<12x80xf32>, %b: memref<80x36xf32>, %c: memref<12x36xf32>) {
  %z = arith.constant 0.0 : f32
  linalg.fill ins(%z : f32) outs(%c : memref<12x36xf32>)
  linalg.matmul ins(%a, %b : memref<12x80xf32>, memref<80x36xf32>) outs(%c : memref<12x36xf32>)
  return
}
