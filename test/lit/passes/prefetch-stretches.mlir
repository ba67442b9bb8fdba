// A tile of several stretches is asked for one after the other: as the loop over panels goes on in
// this tile, it does in the next one.

// RUN: morello-opt %s --morello-layout \
// RUN:   --morello-apply='target=znver5 schedule="accumulate; tile n 64; tile k 256; move B L2; tile m 8; tile n 32; move C reg [m][n/16]<16n>; accumulate; tile k 1; move B reg [k][n/16]<16n>; tile m 1; tile n 16; select fma_f32x16"' \
// RUN:   | FileCheck %s

// A panel of 32 x 256 elements in 4 x 256 steps: eight each. The next tile is 256 rows on.
// CHECK-DAG:     #[[$STEP:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0 * 65536 + d1 * 8192 + d2 * 2048 + d3 * 32768 + d4 * 8)>
// CHECK-DAG:     #[[$LATER:.*]] = affine_map<(d0) -> (d0 + 8192)>
// CHECK-LABEL: func.func @panels(
// CHECK:         scf.for {{.*}} to %c128
// CHECK:         scf.for %[[N:[^ ]*]] =
// CHECK:           scf.for %[[K:[^ ]*]] =
// CHECK:             scf.for %[[M:[^ ]*]] =
// CHECK:               scf.for %[[PANEL:[^ ]*]] =
// CHECK:                 scf.for %[[STEP:[^ ]*]] = {{.*}} iter_args
// CHECK:                   %[[HERE:.*]] = affine.apply #[[$STEP]](%[[N]], %[[K]], %[[M]], %[[PANEL]], %[[STEP]])
// CHECK:                   %[[AT:.*]] = affine.apply #[[$LATER]](%[[HERE]])
// CHECK-NEXT:              memref.prefetch %{{.*}}[%[[AT]]], read, locality<2>, data : memref<2097152xf32>
// CHECK-NEXT:              %[[FIRST:.*]] = arith.cmpi eq, %[[M]],
// CHECK-NEXT:              scf.if %[[FIRST]] {
// CHECK-COUNT-2:             memref.prefetch %{{.*}}, read, locality<2>, data : memref<2097152xf32>
// CHECK:                   }
// CHECK-NOT:     memref.prefetch
// CHECK:         return
func.func @panels(%a: tensor<32x1024xf32>, %b: tensor<1024x2048xf32> {morello.layout = "[d1/32][d0][32d1]"}) -> tensor<32x2048xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<32x2048xf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<32x2048xf32>) -> tensor<32x2048xf32>
  %r = linalg.matmul ins(%a, %b : tensor<32x1024xf32>, tensor<1024x2048xf32>) outs(%c : tensor<32x2048xf32>) -> tensor<32x2048xf32>
  return %r : tensor<32x2048xf32>
}
