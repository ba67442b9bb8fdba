// winograd: transforms of tiles as straight-line vector code, around an ordinary product.

// RUN: morello-opt %s --morello-layout --morello-apply='target=skylake-avx512 accuracy=relaxed' | FileCheck %s
// RUN: morello-opt %s --morello-layout --morello-apply='target=skylake-avx512 accuracy=relaxed print-impl' 2>&1 >/dev/null | FileCheck %s --check-prefix=IMPL
// RUN: morello-opt %s --morello-layout --morello-apply='target=skylake-avx512 accuracy=relaxed' --morello-lower -o /dev/null

// IMPL: remark: after 'winograd 2 4':
// IMPL-NEXT: winograd in 2 x 4 + 1 tiles of 2 x 2
// IMPL-NEXT: open C:f32[p, t, n] += 0 mulf(A:f32[p, t, k2], B:f32[p, k2, n]) | p=16 t=4 n=16 k2=16 | A L2, B L2 [p][n/16][k2][16n], C L2
// IMPL-NEXT: rest: open {{.*}} | p=16 n=16 k2=16 |
// IMPL: remark: after 'finish':
// IMPL: about {{.*}} transforms

// CHECK-LABEL: func.func @conv(
// CHECK-SAME: memref<4096xf32>
// CHECK-NOT: linalg
// Two blocks of four tiles.
// CHECK: scf.for
// CHECK: scf.for
// Tiles that end at the image's end have code of their own, with fewer loads.
// CHECK: scf.if
// CHECK: scf.if
// A whole tile: 16 loads, 8 sums along each window without a product, 16 stores.
// CHECK-COUNT-4: vector.load {{.*}} vector<16xf32>
// CHECK: arith.subf {{.*}} : vector<16xf32>
// CHECK-NOT: arith.mulf
// CHECK-NOT: math.fma
// CHECK-COUNT-16: vector.store {{.*}} vector<16xf32>
// CHECK: } else {
// The product.
// CHECK: math.fma
// Results: four of each tile.
// CHECK: arith.addf {{.*}} : vector<16xf32>
// CHECK-COUNT-4: vector.store {{.*}} vector<16xf32>
// CHECK: return
func.func @conv(%x: memref<1x7x7x16xf32>, %w: memref<3x3x16x16xf32> {morello.name = "w", morello.layout = "[d0^2][d1^2][d3/16][d2][16d3]"}, %y: memref<1x5x5x16xf32>) {
  %z = arith.constant 0.0 : f32
  linalg.fill ins(%z : f32) outs(%y : memref<1x5x5x16xf32>)
  linalg.conv_2d_nhwc_hwcf {morello.schedule = "winograd 2 4; finish"}
      ins(%x, %w : memref<1x7x7x16xf32>, memref<3x3x16x16xf32>) outs(%y : memref<1x5x5x16xf32>)
  return
}

// What packs the filter transforms it: the points of taps 0 and 2 are the taps themselves.
// CHECK-LABEL: func.func @conv_pack_w(
// CHECK: scf.for
// CHECK-COUNT-3: vector.load
// CHECK-COUNT-16: vector.store
// CHECK: return
