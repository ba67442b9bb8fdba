// A GRU cell: two matrix products, and what follows them element by element.
//   r = sigmoid(x Wr + h Ur), z = sigmoid(x Wz + h Uz), n = tanh(x Wn + r (h Un))
//   result = (1 - z) n + z h
// W and U have the columns of r, z and n side by side.

#ij = affine_map<(i, j) -> (i, j)>

func.func @gru(%x: tensor<3x10xf32>, %h: tensor<3x13xf32>,
               %w: tensor<10x39xf32>, %u: tensor<13x39xf32>) -> tensor<3x13xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3x39xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<3x39xf32>) -> tensor<3x39xf32>
  %a = linalg.matmul ins(%x, %w : tensor<3x10xf32>, tensor<10x39xf32>)
      outs(%f : tensor<3x39xf32>) -> tensor<3x39xf32>
  %b = linalg.matmul ins(%h, %u : tensor<3x13xf32>, tensor<13x39xf32>)
      outs(%f : tensor<3x39xf32>) -> tensor<3x39xf32>
  %ar = tensor.extract_slice %a[0, 0] [3, 13] [1, 1] : tensor<3x39xf32> to tensor<3x13xf32>
  %az = tensor.extract_slice %a[0, 13] [3, 13] [1, 1] : tensor<3x39xf32> to tensor<3x13xf32>
  %an = tensor.extract_slice %a[0, 26] [3, 13] [1, 1] : tensor<3x39xf32> to tensor<3x13xf32>
  %br = tensor.extract_slice %b[0, 0] [3, 13] [1, 1] : tensor<3x39xf32> to tensor<3x13xf32>
  %bz = tensor.extract_slice %b[0, 13] [3, 13] [1, 1] : tensor<3x39xf32> to tensor<3x13xf32>
  %bn = tensor.extract_slice %b[0, 26] [3, 13] [1, 1] : tensor<3x39xf32> to tensor<3x13xf32>
  %o = tensor.empty() : tensor<3x13xf32>
  %n = linalg.generic {
      indexing_maps = [#ij, #ij, #ij, #ij, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%ar, %br, %an, %bn
        : tensor<3x13xf32>, tensor<3x13xf32>, tensor<3x13xf32>, tensor<3x13xf32>)
      outs(%o : tensor<3x13xf32>) {
  ^bb0(%p: f32, %q: f32, %s: f32, %t: f32, %old: f32):
    %one = arith.constant 1.0 : f32
    %0 = arith.addf %p, %q : f32
    %1 = arith.negf %0 : f32
    %2 = math.exp %1 : f32
    %3 = arith.addf %one, %2 : f32
    %4 = arith.divf %one, %3 : f32
    %5 = arith.mulf %4, %t : f32
    %6 = arith.addf %s, %5 : f32
    %7 = math.tanh %6 : f32
    linalg.yield %7 : f32
  } -> tensor<3x13xf32>
  %r = linalg.generic {
      indexing_maps = [#ij, #ij, #ij, #ij, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%az, %bz, %n, %h
        : tensor<3x13xf32>, tensor<3x13xf32>, tensor<3x13xf32>, tensor<3x13xf32>)
      outs(%o : tensor<3x13xf32>) {
  ^bb0(%p: f32, %q: f32, %s: f32, %t: f32, %old: f32):
    %one = arith.constant 1.0 : f32
    %0 = arith.addf %p, %q : f32
    %1 = arith.negf %0 : f32
    %2 = math.exp %1 : f32
    %3 = arith.addf %one, %2 : f32
    %4 = arith.divf %one, %3 : f32
    %5 = arith.subf %one, %4 : f32
    %6 = arith.mulf %5, %s : f32
    %7 = arith.mulf %4, %t : f32
    %8 = arith.addf %6, %7 : f32
    linalg.yield %8 : f32
  } -> tensor<3x13xf32>
  return %r : tensor<3x13xf32>
}
