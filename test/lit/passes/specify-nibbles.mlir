// Arguments and constants of i4 are bytes, which ops read through views: two elements to each.
// RUN: morello-opt %s --morello-specify 2>/dev/null | FileCheck %s

#row = affine_map<(i, k) -> (i, k)>

// CHECK-LABEL: func.func @signed
// CHECK-SAME: %[[W:.*]]: tensor<4x3xi8> {morello.name = "w", morello.nibbles = array<i64: 4, 6>}
// CHECK: %[[ROW:.*]] = tensor.collapse_shape %[[W]] {{\[\[}}0, 1]] : tensor<4x3xi8> into tensor<12xi8>
// CHECK: %[[SEEN:.*]] = "morello.view"(%[[ROW]]) {{.*}} : (tensor<12xi8>) -> tensor<4x6xi4>
// CHECK: morello.spec = "C:i32[i, j] = extsi(A:i4[i, j] to i32)
func.func @signed(%w: tensor<4x6xi4> {morello.name = "w"}) -> tensor<4x6xi32> {
  %e = tensor.empty() : tensor<4x6xi32>
  %y = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
      ins(%w : tensor<4x6xi4>) outs(%e : tensor<4x6xi32>) {
  ^bb0(%x: i4, %o: i32):
    %r = arith.extsi %x : i4 to i32
    linalg.yield %r : i32
  } -> tensor<4x6xi32>
  return %y : tensor<4x6xi32>
}

// One row, where a row of the array would end within a byte.
// CHECK-LABEL: func.func @odd
// CHECK-SAME: %[[W:.*]]: memref<11xi8> {morello.nibbles = array<i64: 3, 7>}
// CHECK: "morello.view"(%[[W]]) {{.*}} : (memref<11xi8>) -> memref<3x7xi4>
// CHECK: morello.spec = "C:f32[i, j] = uitofp(A:u4[i, j] to f32)
func.func @odd(%w: memref<3x7xi4>, %y: memref<3x7xf32>) {
  linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
      ins(%w : memref<3x7xi4>) outs(%y : memref<3x7xf32>) {
  ^bb0(%x: i4, %o: f32):
    %r = arith.uitofp %x : i4 to f32
    linalg.yield %r : f32
  }
  return
}

// A reshape looks at the same bytes; to a byte, the cast is what reading gives.
// CHECK-LABEL: func.func @constant
// CHECK: %[[ROW:.*]] = arith.constant dense<[33, -12, 14]> : tensor<3xi8>
// CHECK-NOT: expand_shape
// CHECK: "morello.view"(%[[ROW]]) {{.*}} : (tensor<3xi8>) -> tensor<3x2xi4>
// CHECK: morello.spec = "C:i8[i, j] = A:u4[i, j]
func.func @constant() -> tensor<3x2xi8> {
  %w = arith.constant dense<[1, 2, 4, -1, -2, 0]> : tensor<6xi4>
  %s = tensor.expand_shape %w [[0, 1]] output_shape [3, 2] : tensor<6xi4> into tensor<3x2xi4>
  %e = tensor.empty() : tensor<3x2xi8>
  %y = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<3x2xi4>) outs(%e : tensor<3x2xi8>) {
  ^bb0(%x: i4, %o: i8):
    %r = arith.extui %x : i4 to i8
    linalg.yield %r : i8
  } -> tensor<3x2xi8>
  return %y : tensor<3x2xi8>
}

// What a function of the module calls keeps its arguments.
// CHECK-LABEL: func.func @called
// CHECK-SAME: tensor<4xi4>
func.func @called(%w: tensor<4xi4>) {
  return
}
func.func @caller(%w: tensor<4xi4>) {
  call @called(%w) : (tensor<4xi4>) -> ()
  return
}
