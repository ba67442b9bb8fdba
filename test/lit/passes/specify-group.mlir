// A softmax as frameworks emit it is one goal; what is read beyond its ends is not with the rest.
// RUN: morello-opt %s --morello-specify | FileCheck %s
// RUN: morello-opt %s --morello-specify=fuse=false | FileCheck %s --check-prefix=APART

// CHECK-COUNT-4: attrs =  {morello.group = 0
// CHECK: morello.graph = "V0:f32[i] maximum= 0 A:f32[i, k]; V1:f32[i, k] = exp(subf(A:f32[i, k], V0:f32[i])); V2:f32[i] += 0 V1:f32[i, k]; V3:f32[i] = divf(1.0, V2:f32[i]); C:f32[i, k] = mulf(V1:f32[i, k], V3:f32[i]) | i=8 k=512 | A mem, C mem"
// APART-NOT: morello.group

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#row1 = affine_map<(d0, d1) -> (d0, 0)>
func.func @softmax(%x: tensor<8x512xf32>) -> tensor<8x512xf32> {
  %zero = arith.constant 0.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %e0 = tensor.empty() : tensor<8xf32>
  %e = tensor.empty() : tensor<8x512xf32>
  %m0 = linalg.fill ins(%low : f32) outs(%e0 : tensor<8xf32>) -> tensor<8xf32>
  %m = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<8x512xf32>) outs(%m0 : tensor<8xf32>) {
    ^bb0(%a: f32, %b: f32): %r = arith.maximumf %a, %b : f32 
      linalg.yield %r : f32 } -> tensor<8xf32>
  %mx = tensor.expand_shape %m [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
  %s = linalg.generic {indexing_maps = [#id, #row1, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %mx : tensor<8x512xf32>, tensor<8x1xf32>) outs(%e : tensor<8x512xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32): %r = arith.subf %a, %b : f32 
      linalg.yield %r : f32 } -> tensor<8x512xf32>
  %ex = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<8x512xf32>) outs(%e : tensor<8x512xf32>) {
    ^bb0(%a: f32, %c: f32): %r = math.exp %a : f32 
      linalg.yield %r : f32 } -> tensor<8x512xf32>
  %l0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<8xf32>) -> tensor<8xf32>
  %l = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%ex : tensor<8x512xf32>) outs(%l0 : tensor<8xf32>) {
    ^bb0(%a: f32, %b: f32): %r = arith.addf %a, %b : f32 
      linalg.yield %r : f32 } -> tensor<8xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%ex, %l : tensor<8x512xf32>, tensor<8xf32>) outs(%e : tensor<8x512xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32): %r = arith.divf %a, %b : f32 
      linalg.yield %r : f32 } -> tensor<8x512xf32>
  return %y : tensor<8x512xf32>
}
