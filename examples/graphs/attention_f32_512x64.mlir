// softmax(Q K^T) V for one head, f32, 512 x 64.
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#out = affine_map<(m, n, k) -> (m, n)>
#all = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
func.func @attention(%q: tensor<512x64xf32>, %k: tensor<512x64xf32>, %v: tensor<512x64xf32>)
    -> tensor<512x64xf32> {
  %zero = arith.constant 0.0 : f32
  %least = arith.constant 0xFF800000 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %r = tensor.empty() : tensor<512xf32>
  %o = tensor.empty() : tensor<512x64xf32>
  %e0 = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  %m0 = linalg.fill ins(%least : f32) outs(%r : tensor<512xf32>) -> tensor<512xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%r : tensor<512xf32>) -> tensor<512xf32>
  %o0 = linalg.fill ins(%zero : f32) outs(%o : tensor<512x64xf32>) -> tensor<512x64xf32>
  %s = linalg.matmul indexing_maps = [#mk, #nk, #out]
      ins(%q, %k : tensor<512x64xf32>, tensor<512x64xf32>) outs(%e0 : tensor<512x512xf32>)
      -> tensor<512x512xf32>
  %max = linalg.reduce {arith.maximumf} ins(%s : tensor<512x512xf32>) outs(%m0 : tensor<512xf32>)
      dimensions = [1]
  %exp = linalg.generic {indexing_maps = [#all, #row, #all],
                         iterator_types = ["parallel", "parallel"]}
      ins(%s, %max : tensor<512x512xf32>, tensor<512xf32>) outs(%e : tensor<512x512xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %d = arith.subf %a, %b : f32
    %x = math.exp %d : f32
    linalg.yield %x : f32
  } -> tensor<512x512xf32>
  %sum = linalg.reduce {arith.addf} ins(%exp : tensor<512x512xf32>) outs(%s0 : tensor<512xf32>)
      dimensions = [1]
  %p = linalg.generic {indexing_maps = [#all, #row, #all],
                       iterator_types = ["parallel", "parallel"]}
      ins(%exp, %sum : tensor<512x512xf32>, tensor<512xf32>) outs(%e : tensor<512x512xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %w = arith.divf %a, %b : f32
    linalg.yield %w : f32
  } -> tensor<512x512xf32>
  %y = linalg.matmul
      ins(%p, %v : tensor<512x512xf32>, tensor<512x64xf32>) outs(%o0 : tensor<512x64xf32>)
      -> tensor<512x64xf32>
  return %y : tensor<512x64xf32>
}
