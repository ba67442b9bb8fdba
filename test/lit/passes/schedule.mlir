// A schedule for every op that is understood; applying it is what morello-synthesize does.
// RUN: morello-opt %s --morello-schedule='target=znver5 db=none' -o %t.marked 2>%t.said
// RUN: FileCheck %s --input-file=%t.marked
// RUN: FileCheck %s --input-file=%t.said --check-prefix=SAID
// RUN: morello-opt %t.marked --morello-apply=target=znver5 -o %t.applied
// RUN: FileCheck %s --input-file=%t.applied --check-prefix=CODE
// RUN: morello-opt %s --morello-synthesize='target=znver5 db=none' -o %t.synthesized
// RUN: diff %t.applied %t.synthesized

// A marked module keeps its schedules.
// RUN: morello-opt %t.marked --morello-schedule='target=znver5 db=none' | diff %t.marked -

// The target decides which instructions there are.
// RUN: morello-opt %s --morello-schedule='target=x86-64-v3 db=none' 2>&1 | FileCheck %s --check-prefix=AVX2
// RUN: morello-opt %s --morello-schedule='target=znver5 features=-avx512f db=none' 2>&1 | FileCheck %s --check-prefix=AVX2
// RUN: morello-opt %s --morello-schedule='target=native features=avx2,fma db=none' 2>&1 | FileCheck %s --check-prefix=AVX2
// RUN: not morello-opt %t.marked --morello-apply='target=native features=avx2,fma' -o /dev/null 2>&1 | FileCheck %s --check-prefix=LACKS
// LACKS: error: {{.*}}takes {{[0-9]+}} registers of reg, 16 are left
// AVX2: select fma_f32x8
// AVX2-NOT: f32x16

// The fill is absorbed, and has no schedule.
// CHECK-LABEL: @matmul
// CHECK-NOT: linalg.fill {
// CHECK: linalg.matmul {morello.schedule = #morello.schedule<"{{.*}}move C reg [m][n/16]<16n>{{.*}}accumulate{{.*}}select fma_f32x16">}
// CODE-LABEL: @matmul
// CODE-NOT: linalg
// CODE: vector.fma
// CODE-NOT: linalg
func.func @matmul(%a: memref<9x16xf32>, %b: memref<16x32xf32>, %c: memref<9x32xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<9x32xf32>)
  linalg.matmul ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  return
}

// What has no reductions: a copy, an elementwise op, a fill that nothing absorbs.
// CHECK-LABEL: @others
// CHECK: linalg.fill {morello.schedule = #morello.schedule<"
// CHECK: linalg.exp {morello.schedule = #morello.schedule<"
// CHECK: linalg.transpose {{.*}} {morello.schedule = #morello.schedule<"
// CODE-LABEL: @others
// CODE-NOT: linalg
func.func @others(%a: memref<8x40xf32>, %b: memref<40x8xf32>, %x: f32) {
  linalg.fill ins(%x : f32) outs(%a : memref<8x40xf32>)
  linalg.exp ins(%a : memref<8x40xf32>) outs(%a : memref<8x40xf32>)
  linalg.transpose ins(%a : memref<8x40xf32>) outs(%b : memref<40x8xf32>) permutation = [1, 0]
  return
}

// Tensors, and a type that has no instructions.
// CHECK-LABEL: @tensors
// CHECK: linalg.matmul {morello.schedule = #morello.schedule<"{{.*}}select lanes">}
// CODE-LABEL: @tensors
// CODE-NOT: linalg
func.func @tensors(%a: tensor<3x5xf16>, %b: tensor<5x7xf16>, %c: tensor<3x7xf16>) -> tensor<3x7xf16> {
  %0 = linalg.matmul ins(%a, %b : tensor<3x5xf16>, tensor<5x7xf16>) outs(%c : tensor<3x7xf16>) -> tensor<3x7xf16>
  return %0 : tensor<3x7xf16>
}

// What is not understood stays, said once; `strict` makes it an error.
// CHECK-LABEL: @left
// CHECK: linalg.exp ins
// CODE-LABEL: @left
// CODE: linalg.exp ins
// SAID-COUNT-1: remark: linalg.exp has a dynamic shape, memref<?xf32>; shapes must be static; left as it is
// SAID-NOT: remark:
// RUN: morello-opt %s --morello-synthesize='target=znver5 db=none' 2>&1 >%t.out | FileCheck %s --check-prefix=SAID
// RUN: not morello-opt %s --morello-schedule='target=znver5 db=none strict' 2>&1 | FileCheck %s --check-prefix=STRICT
// STRICT: :[[#@LINE+2]]:3: error: linalg.exp has a dynamic shape, memref<?xf32>; shapes must be static
func.func @left(%a: memref<?xf32>) {
  linalg.exp ins(%a : memref<?xf32>) outs(%a : memref<?xf32>)
  return
}
