// A padded convolution, a bias, an activation and what goes around: the sums stay in registers until
// all of it is done, and nothing is allocated but the result and the image inside of its border.
// RUN: morello-opt %s --morello-schedule='target=x86-64-v3 db=none' -o %t.marked
// RUN: FileCheck %s --input-file=%t.marked
// RUN: morello-opt %t.marked --morello-apply=target=x86-64-v3 -o %t.applied
// RUN: FileCheck %s --input-file=%t.applied --check-prefix=CODE

#all = affine_map<(h, w, f) -> (h, w, f)>
#f = affine_map<(h, w, f) -> (f)>
#window = affine_map<(h, w, f, y, x, c) -> (h + y, w + x, c)>
#taps = affine_map<(h, w, f, y, x, c) -> (y, x, c, f)>
#out = affine_map<(h, w, f, y, x, c) -> (h, w, f)>

// CHECK-LABEL: @layer
// CHECK: linalg.generic {{.*}}morello.schedule = {{.*}}bufferize V0 reg {{.*}}stage V0
// CODE-LABEL: @layer
// CODE: memref.alloc() {{.*}} : memref<12x12x16xf32>
// CODE: memref.alloc()
// CODE-NOT: memref.alloc
// CODE: vector.fma
// CODE-NOT: vector.store
// CODE-NOT: memref.store
// CODE: arith.maximumf {{.*}} : vector<8xf32>
// CODE: vector.store
// CODE-NOT: memref.alloc
// CODE: return
func.func @layer(%x: tensor<12x12x8xf32>, %k: tensor<3x3x8x16xf32>, %bias: tensor<16xf32>,
                 %around: tensor<12x12x16xf32>) -> tensor<12x12x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<12x12x16xf32>
  %start = linalg.fill ins(%zero : f32) outs(%e : tensor<12x12x16xf32>) -> tensor<12x12x16xf32>
  %p = tensor.pad %x low[1, 1, 0] high[1, 1, 0] {
  ^bb0(%i: index, %j: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<12x12x8xf32> to tensor<14x14x8xf32>
  %sums = linalg.generic {
      indexing_maps = [#window, #taps, #out],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]
  } ins(%p, %k : tensor<14x14x8xf32>, tensor<3x3x8x16xf32>) outs(%start : tensor<12x12x16xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %t = arith.mulf %a, %b : f32
    %s = arith.addf %old, %t : f32
    linalg.yield %s : f32
  } -> tensor<12x12x16xf32>
  %y = linalg.generic {
      indexing_maps = [#all, #f, #all, #all],
      iterator_types = ["parallel", "parallel", "parallel"]
  } ins(%sums, %bias, %around : tensor<12x12x16xf32>, tensor<16xf32>, tensor<12x12x16xf32>)
    outs(%e : tensor<12x12x16xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %old: f32):
    %s = arith.addf %a, %b : f32
    %t = arith.addf %s, %c : f32
    %r = arith.maximumf %t, %zero : f32
    linalg.yield %r : f32
  } -> tensor<12x12x16xf32>
  return %y : tensor<12x12x16xf32>
}
