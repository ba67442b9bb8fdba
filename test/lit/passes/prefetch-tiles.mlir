// While a panel of a large packed matrix is worked on, the next one is asked for, a part at each
// step, and by the first to read it, what lies a few pages on; what L2 holds, what is not one
// stretch, and what is read once is not.

// RUN: morello-opt %s --morello-layout \
// RUN:   --morello-apply='target=znver5 schedule="tile n 32; move B L2; tile m 8; move C reg [m][n/16]<16n>; accumulate; tile k 1; move B reg [k][n/16]<16n>; tile m 1; tile n 16; select fma_f32x16"' \
// RUN:   | FileCheck %s

// A panel of 32 x 1024 elements in 4 x 1024 steps: eight each.
// CHECK-DAG:     #[[$NEXT:.*]] = affine_map<(d0, d1, d2) -> (d0 * 8192 + d1 * 8 + d2 * 32768)>
// CHECK-DAG:     #[[$LATER:.*]] = affine_map<(d0) -> (d0 + 32768)>
// CHECK-LABEL: func.func @panels(
// CHECK:         scf.for %[[N:[^ ]*]] =
// CHECK:           scf.for %[[M:[^ ]*]] =
// CHECK:             scf.for %[[K:[^ ]*]] = {{.*}} iter_args
// CHECK:               %[[HERE:.*]] = affine.apply #[[$NEXT]](%[[M]], %[[K]], %[[N]])
// CHECK:               %[[AT:.*]] = affine.apply #[[$LATER]](%[[HERE]])
// CHECK-NEXT:          memref.prefetch %{{.*}}[%[[AT]]], read, locality<2>, data : memref<2097152xf32>
// CHECK-NEXT:          %[[FIRST:.*]] = arith.cmpi eq, %[[M]],
// CHECK-NEXT:          scf.if %[[FIRST]] {
// CHECK-COUNT-2:         memref.prefetch %{{.*}}, read, locality<2>, data : memref<2097152xf32>
// CHECK:               }
// CHECK-NOT:     memref.prefetch
// CHECK:         return
func.func @panels(%a: tensor<32x1024xf32>, %b: tensor<1024x2048xf32> {morello.layout = "[d1/32][d0][32d1]"}) -> tensor<32x2048xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<32x2048xf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<32x2048xf32>) -> tensor<32x2048xf32>
  %r = linalg.matmul ins(%a, %b : tensor<32x1024xf32>, tensor<1024x2048xf32>) outs(%c : tensor<32x2048xf32>) -> tensor<32x2048xf32>
  return %r : tensor<32x2048xf32>
}

// CHECK-LABEL: func.func @near(
// CHECK-NOT:     memref.prefetch
// CHECK:         return
func.func @near(%a: tensor<32x64xf32>, %b: tensor<64x128xf32> {morello.layout = "[d1/32][d0][32d1]"}) -> tensor<32x128xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<32x128xf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<32x128xf32>) -> tensor<32x128xf32>
  %r = linalg.matmul ins(%a, %b : tensor<32x64xf32>, tensor<64x128xf32>) outs(%c : tensor<32x128xf32>) -> tensor<32x128xf32>
  return %r : tensor<32x128xf32>
}

// CHECK-LABEL: func.func @apart(
// CHECK-NOT:     memref.prefetch
// CHECK:         return
func.func @apart(%a: tensor<32x1024xf32>, %b: tensor<1024x2048xf32>) -> tensor<32x2048xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<32x2048xf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<32x2048xf32>) -> tensor<32x2048xf32>
  %r = linalg.matmul ins(%a, %b : tensor<32x1024xf32>, tensor<1024x2048xf32>) outs(%c : tensor<32x2048xf32>) -> tensor<32x2048xf32>
  return %r : tensor<32x2048xf32>
}

// CHECK-LABEL: func.func @once(
// CHECK-NOT:     memref.prefetch
// CHECK:         return
func.func @once(%a: tensor<8x1024xf32>, %b: tensor<1024x2048xf32> {morello.layout = "[d1/32][d0][32d1]"}) -> tensor<8x2048xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x2048xf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<8x2048xf32>) -> tensor<8x2048xf32>
  %r = linalg.matmul ins(%a, %b : tensor<8x1024xf32>, tensor<1024x2048xf32>) outs(%c : tensor<8x2048xf32>) -> tensor<8x2048xf32>
  return %r : tensor<8x2048xf32>
}
