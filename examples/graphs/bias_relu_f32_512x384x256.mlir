// max(A B + bias, 0), f32, 512 x 384 x 256: a matmul and its epilogue.
#mn = affine_map<(m, n) -> (m, n)>
#n = affine_map<(m, n) -> (n)>
func.func @layer(%a: tensor<512x256xf32>, %b: tensor<256x384xf32>, %bias: tensor<384xf32>)
    -> tensor<512x384xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x384xf32>
  %c0 = linalg.fill ins(%zero : f32) outs(%e : tensor<512x384xf32>) -> tensor<512x384xf32>
  %s = linalg.matmul ins(%a, %b : tensor<512x256xf32>, tensor<256x384xf32>)
                     outs(%c0 : tensor<512x384xf32>) -> tensor<512x384xf32>
  %y = linalg.generic {indexing_maps = [#mn, #n, #mn],
                       iterator_types = ["parallel", "parallel"]}
      ins(%s, %bias : tensor<512x384xf32>, tensor<384xf32>) outs(%e : tensor<512x384xf32>) {
  ^bb0(%v: f32, %w: f32, %old: f32):
    %t = arith.addf %v, %w : f32
    %r = arith.maximumf %t, %zero : f32
    linalg.yield %r : f32
  } -> tensor<512x384xf32>
  return %y : tensor<512x384xf32>
}
