// Softmax of rows, f32, 64 x 1000: four ops that are one goal.
#all = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
func.func @softmax(%x: tensor<64x1000xf32>) -> tensor<64x1000xf32> {
  %zero = arith.constant 0.0 : f32
  %least = arith.constant 0xFF800000 : f32
  %e = tensor.empty() : tensor<64x1000xf32>
  %r = tensor.empty() : tensor<64xf32>
  %m0 = linalg.fill ins(%least : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %max = linalg.reduce {arith.maximumf} ins(%x : tensor<64x1000xf32>) outs(%m0 : tensor<64xf32>)
      dimensions = [1]
  %exp = linalg.generic {indexing_maps = [#all, #row, #all],
                         iterator_types = ["parallel", "parallel"]}
      ins(%x, %max : tensor<64x1000xf32>, tensor<64xf32>) outs(%e : tensor<64x1000xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %d = arith.subf %a, %b : f32
    %v = math.exp %d : f32
    linalg.yield %v : f32
  } -> tensor<64x1000xf32>
  %sum = linalg.reduce {arith.addf} ins(%exp : tensor<64x1000xf32>) outs(%s0 : tensor<64xf32>)
      dimensions = [1]
  %y = linalg.generic {indexing_maps = [#all, #row, #all],
                       iterator_types = ["parallel", "parallel"]}
      ins(%exp, %sum : tensor<64x1000xf32>, tensor<64xf32>) outs(%e : tensor<64x1000xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %q = arith.divf %a, %b : f32
    linalg.yield %q : f32
  } -> tensor<64x1000xf32>
  return %y : tensor<64x1000xf32>
}
