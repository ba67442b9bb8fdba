// Written schedules: kept as they are, or with what they leave open filled in.
// RUN: split-file %s %t
// RUN: morello-opt %t/in.mlir --morello-schedule='target=znver5 db=none schedule=%t/in.schedule' -o %t/out.mlir
// RUN: FileCheck %t/in.mlir --input-file=%t/out.mlir
// RUN: morello-opt %t/out.mlir --morello-apply=target=znver5 | FileCheck %t/in.mlir --check-prefix=CODE

// The option takes text as well; `synthesize` alone is what happens without one.
// RUN: morello-opt %t/plain.mlir --morello-schedule='target=znver5 db=none schedule="tile m 3; synthesize"' | FileCheck %t/plain.mlir
// RUN: morello-opt %t/plain.mlir --morello-schedule='target=znver5 db=none schedule=synthesize' -o %t/word.mlir
// RUN: morello-opt %t/plain.mlir --morello-schedule='target=znver5 db=none' | diff %t/word.mlir -

//--- in.schedule
@branch:
tile m 4
  rest {
    synthesize
  }
finish
@copied:
tile n 32
move B L2 [n/16][k][16n]
  load {
    tile k 4
    synthesize
  }
synthesize
@open:
tile m 2

//--- in.mlir
// A schedule that leaves nothing open is kept to the letter, the plain rule included.
// CHECK-LABEL: @pinned
// CHECK: linalg.matmul {morello.schedule = "tile m 3; finish"}
// CHECK: linalg.matmul {morello.schedule = #morello.schedule<"finish">}
// CODE-NOT: linalg
func.func @pinned(%a: memref<9x16xf32>, %b: memref<16x32xf32>, %c: memref<9x32xf32>) {
  linalg.matmul {morello.schedule = "tile m 3; finish"} ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  linalg.matmul {morello.schedule = #morello.schedule<"finish">} ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  return
}

// The outer part by hand, the rest by the search.
// CHECK-LABEL: @outer
// CHECK: morello.schedule<"tile n 16\0Atile m 3\0Amove A L1{{.*}}select fma_f32x16">
func.func @outer(%a: memref<9x16xf32>, %b: memref<16x32xf32>, %c: memref<9x32xf32>) {
  linalg.matmul {morello.schedule = "tile n 16; tile m 3; move A L1; synthesize"} ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  return
}

// A branch by the search, the main line by the plain rule.
// CHECK-LABEL: @branch
// CHECK: morello.schedule<"tile m 4\0A  rest {\0A {{.*}}select fma_f32x16\0A  }\0Atile m 1{{.*}}select lanes">
func.func @branch(%a: memref<9x16xf32>, %b: memref<16x32xf32>, %c: memref<9x32xf32>) {
  linalg.matmul ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  return
}

// In the copy that packs, too.
// CHECK-LABEL: @copied
// CHECK: morello.schedule<"tile n 32\0Amove B L2 [n/16][k][16n]\0A  load {\0A    tile k 4{{.*}}  }\0A{{.*}}select fma_f32x16">
func.func @copied(%a: memref<9x16xf32>, %b: memref<16x64xf32>, %c: memref<9x64xf32>) {
  linalg.matmul ins(%a, %b : memref<9x16xf32>, memref<16x64xf32>) outs(%c : memref<9x64xf32>)
  return
}

// A schedule that just ends means the same; here with a rest that is open too.
// CHECK-LABEL: @open
// CHECK: morello.schedule<"tile m 2{{.*}}select fma_f32x16">
func.func @open(%a: memref<9x16xf32>, %b: memref<16x32xf32>, %c: memref<9x32xf32>) {
  linalg.matmul ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  return
}

//--- plain.mlir
// CHECK: morello.schedule<"tile m 3\0A{{.*}}select fma_f32x16">
func.func @plain(%a: memref<9x16xf32>, %b: memref<16x32xf32>, %c: memref<9x32xf32>) {
  linalg.matmul ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  return
}
