// RUN: morello-opt %s --morello-specify | FileCheck %s

// CHECK-LABEL: @matmul
// CHECK: linalg.fill {morello.spec = "C:f32[i, j] = A:f32[] | i=8 j=6 | A reg, C mem"}
// CHECK: linalg.matmul {morello.spec = "C:f32[m, n] += mulf(A:f32[m, k], B:f32[k, n]) | m=8 n=6 k=4 | A mem, B mem, C mem"}
func.func @matmul(%a: memref<8x4xf32>, %b: memref<4x6xf32>, %c: memref<8x6xf32>) {
  %z = arith.constant 0.0 : f32
  linalg.fill ins(%z : f32) outs(%c : memref<8x6xf32>)
  linalg.matmul ins(%a, %b : memref<8x4xf32>, memref<4x6xf32>) outs(%c : memref<8x6xf32>)
  return
}

// A column-major operand, and bytes that are read without a sign.
// CHECK-LABEL: @generic
// CHECK: C:i32[m, n] += muli(extui(A:u8[m, k] to i32), extsi(B:i8[k, n] to i32)) | m=8 n=6 k=4 | A mem, B mem [n][k], C mem
func.func @generic(%a: memref<8x4xi8>, %b: memref<4x6xi8, strided<[1, 4]>>, %c: memref<8x6xi32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<8x4xi8>, memref<4x6xi8, strided<[1, 4]>>) outs(%c : memref<8x6xi32>) {
  ^bb0(%x: i8, %y: i8, %z: i32):
    %u = arith.extui %x : i8 to i32
    %s = arith.extsi %y : i8 to i32
    %p = arith.muli %u, %s : i32
    %r = arith.addi %z, %p : i32
    linalg.yield %r : i32
  }
  return
}

// CHECK-LABEL: @batch
// CHECK: C:f32[b, m, n] += mulf(A:f32[b, m, k], B:f32[b, k, n]) | b=2 m=3 n=5 k=4
func.func @batch(%a: tensor<2x3x4xf32>, %b: tensor<2x4x5xf32>, %c: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  %r = linalg.batch_matmul ins(%a, %b : tensor<2x3x4xf32>, tensor<2x4x5xf32>) outs(%c : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  return %r : tensor<2x3x5xf32>
}

// Axes of extent one are gone; a window is an index of two axes.
// CHECK-LABEL: @window
// CHECK: C:f32[0, m] += mulf(A:f32[k + 2*m], B:f32[k]) | m=5 k=3
func.func @window(%a: memref<11xf32>, %b: memref<3xf32>, %c: memref<1x5xf32>) {
  linalg.generic {indexing_maps = [affine_map<(o, i, k) -> (i * 2 + k)>, affine_map<(o, i, k) -> (k)>, affine_map<(o, i, k) -> (o, i)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<11xf32>, memref<3xf32>) outs(%c : memref<1x5xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %z, %p : f32
    linalg.yield %s : f32
  }
  return
}

// The old value is an input where it is no term of a sum.
// CHECK-LABEL: @old_value
// CHECK: C:f32[i] = subf(A:f32[i], B:f32[i]) | i=9
func.func @old_value(%a: memref<9xf32>, %c: memref<9xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%a : memref<9xf32>) outs(%c : memref<9xf32>) {
  ^bb0(%x: f32, %y: f32):
    %s = arith.subf %y, %x : f32
    linalg.yield %s : f32
  }
  return
}

// Other ops are left alone, and so are the ops that are marked.
// CHECK-LABEL: @maximum
// CHECK: arith.addf
// CHECK: linalg.reduce
// CHECK-SAME: dimensions = [1] {{.*}}{morello.spec = "C:bf16[i] maxnum= A:bf16[i, k] | i=4 k=8 | A mem, C mem"}
func.func @maximum(%a: memref<4x8xbf16>, %c: memref<4xbf16>, %f: f32) -> f32 {
  %g = arith.addf %f, %f : f32
  linalg.reduce {arith.maxnumf} ins(%a : memref<4x8xbf16>) outs(%c : memref<4xbf16>) dimensions = [1]
  return %g : f32
}
