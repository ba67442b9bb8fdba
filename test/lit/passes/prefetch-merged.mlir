// Where axes become one inside of the loop over tiles, nothing is asked for: the next tile is not
// walked as this one.

// RUN: morello-opt %s \
// RUN:   --morello-apply='target=znver5 schedule="tile n 32; move B L2; merge k0 k1; tile m 8; move C reg [m][n/16]<16n>; accumulate; tile k0 1; finish"' \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @merged(
// CHECK-NOT:     memref.prefetch
// CHECK:         return
func.func @merged(%a: tensor<32x32x32xf32>, %b: tensor<32x32x2048xf32>) -> tensor<32x2048xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<32x2048xf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<32x2048xf32>) -> tensor<32x2048xf32>
  %r = linalg.contract
      indexing_maps = [affine_map<(m, n, i, j) -> (m, i, j)>, affine_map<(m, n, i, j) -> (i, j, n)>, affine_map<(m, n, i, j) -> (m, n)>]
      ins(%a, %b : tensor<32x32x32xf32>, tensor<32x32x2048xf32>) outs(%c : tensor<32x2048xf32>) -> tensor<32x2048xf32>
  return %r : tensor<32x2048xf32>
}
