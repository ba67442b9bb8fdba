// A bias and a relu are done on the registers of a product: no sum is stored before.
// RUN: morello-opt %s --morello-synthesize='target=skylake-avx512 db=none' | FileCheck %s
// RUN: morello-opt %s --morello-synthesize='target=skylake-avx512 db=none fuse=false' | FileCheck %s --check-prefix=APART

#all = affine_map<(m, n) -> (m, n)>
#column = affine_map<(m, n) -> (n)>

// CHECK-LABEL: @layer
// CHECK: memref.alloc() {alignment = 64 : i64} : memref<48x64xf32>
// CHECK: vector.fma
// CHECK-NOT: vector.store
// CHECK: arith.addf
// CHECK-NOT: vector.store
// CHECK: arith.maximumf
// CHECK: vector.store
// APART-COUNT-3: memref.alloc() {alignment = 64 : i64} : memref<48x64xf32>
func.func @layer(%a: tensor<48x32xf32>, %b: tensor<32x64xf32>, %bias: tensor<64xf32>) -> tensor<48x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<48x64xf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<48x64xf32>) -> tensor<48x64xf32>
  %p = linalg.matmul ins(%a, %b : tensor<48x32xf32>, tensor<32x64xf32>) outs(%c : tensor<48x64xf32>) -> tensor<48x64xf32>
  %s = linalg.generic {indexing_maps = [#all, #column, #all], iterator_types = ["parallel", "parallel"]}
      ins(%p, %bias : tensor<48x64xf32>, tensor<64xf32>) outs(%e : tensor<48x64xf32>) {
  ^bb0(%x: f32, %y: f32, %old: f32):
    %r = arith.addf %x, %y : f32
    linalg.yield %r : f32
  } -> tensor<48x64xf32>
  %y = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<48x64xf32>) outs(%e : tensor<48x64xf32>) {
  ^bb0(%x: f32, %old: f32):
    %r = arith.maximumf %x, %zero : f32
    linalg.yield %r : f32
  } -> tensor<48x64xf32>
  return %y : tensor<48x64xf32>
}
