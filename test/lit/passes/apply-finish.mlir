// Every named op that Specs can express, closed by the plain rule.
// RUN: morello-opt %s --morello-apply='finish strict target=x86-64-v3' | FileCheck %s --implicit-check-not=linalg --implicit-check-not=morello
// RUN: morello-opt %s --morello-apply='finish strict target=skylake-avx512' | FileCheck %s --implicit-check-not=linalg --implicit-check-not=morello

// CHECK-LABEL: @all
// CHECK: math.exp
// CHECK: arith.subf
// CHECK: return
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#ij = affine_map<(i, j) -> (i, j)>
#ji = affine_map<(i, j) -> (j, i)>
#j = affine_map<(i, j) -> (j)>
func.func @all(%a: memref<6x8xf32>, %b: memref<8x5xf32>, %c: memref<6x5xf32>, %bt: memref<5x8xf32>,
               %x: memref<8xf32>, %y: memref<6xf32>, %z: memref<5xf32>, %s: memref<f32>,
               %ba: memref<2x6x8xf32>, %bb: memref<2x8x5xf32>, %bc: memref<2x6x5xf32>,
               %at: memref<8x6xf32>, %pa: memref<3x2x4x8xf32>, %pb: memref<2x2x4x8xf32>, %pc: memref<3x2x4x4xf32>,
               %f: f32) {
  linalg.fill ins(%f : f32) outs(%c : memref<6x5xf32>)
  linalg.matmul ins(%a, %b : memref<6x8xf32>, memref<8x5xf32>) outs(%c : memref<6x5xf32>)
  linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %bt : memref<6x8xf32>, memref<5x8xf32>) outs(%c : memref<6x5xf32>)
  linalg.contract indexing_maps = [#mk, #nk, #mn] ins(%a, %bt : memref<6x8xf32>, memref<5x8xf32>) outs(%c : memref<6x5xf32>)
  linalg.batch_matmul ins(%ba, %bb : memref<2x6x8xf32>, memref<2x8x5xf32>) outs(%bc : memref<2x6x5xf32>)
  linalg.matvec ins(%a, %x : memref<6x8xf32>, memref<8xf32>) outs(%y : memref<6xf32>)
  linalg.vecmat ins(%x, %b : memref<8xf32>, memref<8x5xf32>) outs(%z : memref<5xf32>)
  linalg.dot ins(%x, %x : memref<8xf32>, memref<8xf32>) outs(%s : memref<f32>)
  linalg.mmt4d ins(%pa, %pb : memref<3x2x4x8xf32>, memref<2x2x4x8xf32>) outs(%pc : memref<3x2x4x4xf32>)
  linalg.elementwise kind=#linalg.elementwise_kind<exp> ins(%a : memref<6x8xf32>) outs(%a : memref<6x8xf32>)
  linalg.map {arith.addf} ins(%a, %a : memref<6x8xf32>, memref<6x8xf32>) outs(%a : memref<6x8xf32>)
  linalg.copy ins(%a : memref<6x8xf32>) outs(%a : memref<6x8xf32>)
  linalg.transpose ins(%a : memref<6x8xf32>) outs(%at : memref<8x6xf32>) permutation = [1, 0]
  linalg.broadcast ins(%x : memref<8xf32>) outs(%a : memref<6x8xf32>) dimensions = [0]
  linalg.generic {indexing_maps = [#ji, #j, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%at, %x : memref<8x6xf32>, memref<8xf32>) outs(%a : memref<6x8xf32>) {
  ^bb0(%p: f32, %q: f32, %r: f32):
    %u = arith.mulf %p, %q : f32
    %v = arith.subf %u, %r : f32
    linalg.yield %v : f32
  }
  return
}
