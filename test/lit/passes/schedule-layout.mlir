// Layouts: those that are free are chosen by their cost, those that are given are stored first.
// RUN: morello-opt %s --split-input-file --morello-schedule='target=znver5 db=none' | FileCheck %s
// RUN: morello-opt %s --split-input-file --morello-synthesize='target=znver5 db=none' --morello-lower 2>&1 | FileCheck %s --check-prefix=CODE
// CODE-NOT: warning:
// CODE: llvm.func @layer_pack_w(
// CODE: llvm.func @given_pack_w(

// A weight whose rows are far apart is better packed; the packing function has a schedule too.
// CHECK-LABEL: @layer(
// CHECK-SAME: %[[W:[a-z0-9]+]]: memref<{{[0-9]+}}xf32> {morello.name = "w"}
// CHECK: "morello.view"(%[[W]]) {layout = #morello.layout<["d0", "d1"], "[d1/{{[0-9]+}}][d0][{{[0-9]+}}d1]">}
// CHECK: linalg.matmul {morello.schedule = #morello.schedule<"{{.*}}B{{.*}}select fma_f32x16">}
// CHECK-LABEL: @layer_pack_w(
// CHECK: linalg.copy {morello.schedule
func.func @layer(%x: memref<6x512xf32> {morello.name = "x"}, %w: memref<512x512xf32> {morello.name = "w", morello.layout = "any"}, %y: memref<6x512xf32>) {
  linalg.matmul ins(%x, %w : memref<6x512xf32>, memref<512x512xf32>) outs(%y : memref<6x512xf32>)
  return
}

// -----

// CHECK-LABEL: @given(
// CHECK-SAME: memref<48xf32> {morello.name = "w"}
// CHECK: linalg.matmul {morello.schedule
// CHECK-LABEL: @given_pack_w(
func.func @given(%x: memref<2x3xf32>, %w: memref<3x16xf32> {morello.name = "w", morello.layout = "[d1/16][d0][16d1]"}, %y: memref<2x16xf32>) {
  linalg.matmul ins(%x, %w : memref<2x3xf32>, memref<3x16xf32>) outs(%y : memref<2x16xf32>)
  return
}

// -----

// A schedule that was written reads its operands as they are.
// CHECK-LABEL: @pinned(
// CHECK-SAME: memref<512x512xf32> {morello.name = "w"}
// CHECK: linalg.matmul {morello.schedule = "finish"}
// CHECK-LABEL: @pinned_pack_w(
func.func @pinned(%x: memref<6x512xf32>, %w: memref<512x512xf32> {morello.name = "w", morello.layout = "any"}, %y: memref<6x512xf32>) {
  linalg.matmul {morello.schedule = "finish"} ins(%x, %w : memref<6x512xf32>, memref<512x512xf32>) outs(%y : memref<6x512xf32>)
  return
}
