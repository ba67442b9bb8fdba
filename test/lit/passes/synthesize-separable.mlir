// A depthwise-separable convolution as generics: the product in it becomes multiply-adds, and no
// pattern knows of convolutions.
// RUN: morello-opt %s --morello-schedule='target=x86-64-v3 db=none fuse=false' -o %t.marked
// RUN: FileCheck %s --input-file=%t.marked
// RUN: morello-opt %t.marked --morello-apply=target=x86-64-v3 -o %t.applied
// RUN: FileCheck %s --input-file=%t.applied --check-prefix=CODE
// RUN: morello-compile %t.applied --target=x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=ASM

#window = affine_map<(n, h, w, c, y, x) -> (n, h + y, w + x, c)>
#taps = affine_map<(n, h, w, c, y, x) -> (y, x, c)>
#mid = affine_map<(n, h, w, c, y, x) -> (n, h, w, c)>
#pixel = affine_map<(n, h, w, f, c) -> (n, h, w, c)>
#mix = affine_map<(n, h, w, f, c) -> (c, f)>
#out = affine_map<(n, h, w, f, c) -> (n, h, w, f)>

// CHECK-LABEL: @chain
// CHECK: linalg.generic {{.*}}select fma_lanes_f32x8
// CHECK: linalg.generic {{.*}}select fma_f32x8
// CODE-LABEL: @chain
// CODE-NOT: linalg
// CODE: vector.fma
// CODE-NOT: linalg
// ASM-LABEL: {{^}}chain:
// ASM: vfmadd{{[0-9]+}}ps
func.func @chain(%a: tensor<1x8x8x24xf32>, %d: tensor<3x3x24xf32>, %p: tensor<24x40xf32>)
    -> tensor<1x6x6x40xf32> {
  %zero = arith.constant 0.0 : f32
  %e0 = tensor.empty() : tensor<1x6x6x24xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<1x6x6x24xf32>) -> tensor<1x6x6x24xf32>
  %0 = linalg.generic {
      indexing_maps = [#window, #taps, #mid],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]
  } ins(%a, %d : tensor<1x8x8x24xf32>, tensor<3x3x24xf32>) outs(%s0 : tensor<1x6x6x24xf32>) {
  ^bb0(%x: f32, %y: f32, %old: f32):
    %t = arith.mulf %x, %y : f32
    %s = arith.addf %old, %t : f32
    linalg.yield %s : f32
  } -> tensor<1x6x6x24xf32>
  %e1 = tensor.empty() : tensor<1x6x6x40xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<1x6x6x40xf32>) -> tensor<1x6x6x40xf32>
  %1 = linalg.generic {
      indexing_maps = [#pixel, #mix, #out],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]
  } ins(%0, %p : tensor<1x6x6x24xf32>, tensor<24x40xf32>) outs(%s1 : tensor<1x6x6x40xf32>) {
  ^bb0(%x: f32, %y: f32, %old: f32):
    %t = arith.mulf %x, %y : f32
    %s = arith.addf %old, %t : f32
    linalg.yield %s : f32
  } -> tensor<1x6x6x40xf32>
  return %1 : tensor<1x6x6x40xf32>
}

#window3 = affine_map<(h, w, f, c, y, x) -> (h + y, w + x, c)>
#taps3 = affine_map<(h, w, f, c, y, x) -> (y, x, c)>
#mix3 = affine_map<(h, w, f, c, y, x) -> (c, f)>
#out3 = affine_map<(h, w, f, c, y, x) -> (h, w, f)>

// All in one op, of three factors: lanes multiply two and multiply-add the third.
// CHECK-LABEL: @whole
// CHECK: linalg.generic {{.*}}select lanes
// CODE-LABEL: @whole
// CODE-NOT: linalg
// CODE: math.fma {{.*}} : vector<8xf32>
// CODE-NOT: linalg
// ASM-LABEL: {{^}}whole:
// ASM: vfmadd{{[0-9]+}}ps
func.func @whole(%a: memref<6x6x8xf32>, %d: memref<3x3x8xf32>, %p: memref<8x24xf32>,
                 %o: memref<4x4x24xf32>) {
  linalg.generic {
      indexing_maps = [#window3, #taps3, #mix3, #out3],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]
  } ins(%a, %d, %p : memref<6x6x8xf32>, memref<3x3x8xf32>, memref<8x24xf32>)
    outs(%o : memref<4x4x24xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32, %old: f32):
    %t = arith.mulf %x, %y : f32
    %u = arith.mulf %t, %z : f32
    %s = arith.addf %old, %u : f32
    linalg.yield %s : f32
  }
  return
}
