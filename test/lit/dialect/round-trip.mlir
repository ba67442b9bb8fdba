// What is printed is read again, as text, in generic form and as bytecode.

// RUN: morello-opt %s | morello-opt | FileCheck %s
// RUN: morello-opt %s --mlir-print-op-generic | morello-opt | FileCheck %s
// RUN: morello-opt %s --emit-bytecode | morello-opt | FileCheck %s

// CHECK: module attributes {morello.target = #morello.target<"znver5", 8 : i64>}
module attributes {morello.target = #morello.target<"znver5", 8>} {
  // CHECK: func.func @matmul
  // CHECK-SAME: %{{.*}}: memref<64x32xf32> {morello.name = "weights"}
  // CHECK-SAME: {morello.layout = #morello.layout<["k", "n"], "[n/32][k][32n]">}
  func.func @matmul(
      %a: memref<64x32xf32> {morello.name = "weights"},
      %b: memref<32x64xf32> {morello.layout = #morello.layout<["k", "n"], "[n/32][k][32n]">},
      %c: memref<64x64xf32>) {
    // CHECK: linalg.matmul {morello.schedule = #morello.schedule<"tile m 6; finish">}
    linalg.matmul {morello.schedule = #morello.schedule<"tile m 6; finish">}
      ins(%a, %b : memref<64x32xf32>, memref<32x64xf32>) outs(%c : memref<64x64xf32>)
    // CHECK: linalg.copy {morello.schedule = "finish"}
    linalg.copy {morello.schedule = "finish"}
      ins(%c : memref<64x64xf32>) outs(%c : memref<64x64xf32>)
    return
  }

  // CHECK: "morello.view"(%{{.*}}) {layout = #morello.layout<["k", "n"], "[n/4][k][4n]">} : (memref<24xf32>) -> memref<3x5xf32>
  func.func @view(%a: memref<24xf32> {morello.layout = "any"}, %c: memref<3x5xf32>) {
    %0 = "morello.view"(%a) {layout = #morello.layout<["k", "n"], "[n/4][k][4n]">} : (memref<24xf32>) -> memref<3x5xf32>
    linalg.copy ins(%0 : memref<3x5xf32>) outs(%c : memref<3x5xf32>)
    return
  }

  // Attributes of an op are printed in alphabetical order.
  // CHECK: "morello.spec"() {axes = ["m", "k"], body = "%0: f32", combine = "arith.addf"
  // CHECK-SAME: limits = {L1 = 32768 : i64, reg = 32 : i64}
  // CHECK-SAME: #morello.placement<"L2", #morello.layout<["m", "k"], "[m/2][k][2m]">>
  // CHECK-SAME: #morello.placement<"reg", #morello.layout<["m"], "[m/8]<8m>">>
  // CHECK-SAME: start = "value"
  "morello.spec"() {
    axes = ["m", "k"], iterator_types = ["parallel", "reduction"], extents = array<i64: 8, 4>,
    operands = ["A", "C"], types = ["f32", "f32"],
    indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (m)>],
    shapes = [array<i64: 8, 4>, array<i64: 8>],
    placements = [
      #morello.placement<"L2", #morello.layout<["m", "k"], "[m/2][k][2m]">>,
      #morello.placement<"reg", #morello.layout<["m"], "[m/8]<8m>">>],
    body = "%0: f32", combine = "arith.addf", start = "value", limits = {L1 = 32768, reg = 32}
  } : () -> ()
}
