// An LSTM: hidden 512, batch 1, 25 steps. Written by examples/models/cells.py.
#rows = affine_map<(b, j) -> (b, j)>
func.func @lstm(%x: tensor<25x1x2048xf32> {morello.name = "x"},
    %H0: tensor<1x512xf32> {morello.name = "h0"},
    %S0: tensor<1x512xf32> {morello.name = "s0"},
    %u: tensor<512x2048xf32> {morello.name = "u", morello.layout = "any"}) -> tensor<25x1x512xf32> {
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %steps = arith.constant 25 : index
  %zero = arith.constant 0.0 : f32
  %unit = arith.constant 1.0 : f32
  %Y0 = tensor.empty() : tensor<25x1x512xf32>
  %all:3 = scf.for %t = %first to %steps step %one
      iter_args(%H = %H0, %S = %S0, %Y = %Y0) -> (tensor<1x512xf32>, tensor<1x512xf32>, tensor<25x1x512xf32>) {
    %eg = tensor.empty() : tensor<1x2048xf32>
    %fg = linalg.fill ins(%zero : f32) outs(%eg : tensor<1x2048xf32>)
        -> tensor<1x2048xf32>
    %G = linalg.matmul ins(%H, %u : tensor<1x512xf32>, tensor<512x2048xf32>)
        outs(%fg : tensor<1x2048xf32>) -> tensor<1x2048xf32>
    %Xi = tensor.extract_slice %x[%t, 0, 0] [1, 1, 512] [1, 1, 1]
        : tensor<25x1x2048xf32> to tensor<1x512xf32>
    %Gi = tensor.extract_slice %G[0, 0] [1, 512] [1, 1]
        : tensor<1x2048xf32> to tensor<1x512xf32>
    %Xf = tensor.extract_slice %x[%t, 0, 512] [1, 1, 512] [1, 1, 1]
        : tensor<25x1x2048xf32> to tensor<1x512xf32>
    %Gf = tensor.extract_slice %G[0, 512] [1, 512] [1, 1]
        : tensor<1x2048xf32> to tensor<1x512xf32>
    %Xc = tensor.extract_slice %x[%t, 0, 1024] [1, 1, 512] [1, 1, 1]
        : tensor<25x1x2048xf32> to tensor<1x512xf32>
    %Gc = tensor.extract_slice %G[0, 1024] [1, 512] [1, 1]
        : tensor<1x2048xf32> to tensor<1x512xf32>
    %Xo = tensor.extract_slice %x[%t, 0, 1536] [1, 1, 512] [1, 1, 1]
        : tensor<25x1x2048xf32> to tensor<1x512xf32>
    %Go = tensor.extract_slice %G[0, 1536] [1, 512] [1, 1]
        : tensor<1x2048xf32> to tensor<1x512xf32>
    %eSn = tensor.empty() : tensor<1x512xf32>
    %Sn = linalg.generic
        {indexing_maps = [#rows, #rows, #rows, #rows, #rows, #rows, #rows, #rows], iterator_types = ["parallel", "parallel"]}
        ins(%Xi, %Gi, %Xf, %Gf, %Xc, %Gc, %S : tensor<1x512xf32>, tensor<1x512xf32>, tensor<1x512xf32>, tensor<1x512xf32>, tensor<1x512xf32>, tensor<1x512xf32>, tensor<1x512xf32>)
        outs(%eSn : tensor<1x512xf32>) {
    ^bb0(%xi: f32, %gi: f32, %xf: f32, %gf: f32, %xc: f32, %gc: f32, %s: f32, %old_value: f32):
      %si = arith.addf %xi, %gi : f32
      %mi = arith.negf %si : f32
      %pi = math.exp %mi : f32
      %qi = arith.addf %unit, %pi : f32
      %i = arith.divf %unit, %qi : f32
      %sf = arith.addf %xf, %gf : f32
      %mf = arith.negf %sf : f32
      %pf = math.exp %mf : f32
      %qf = arith.addf %unit, %pf : f32
      %f = arith.divf %unit, %qf : f32
      %sc = arith.addf %xc, %gc : f32
      %c = math.tanh %sc : f32
      %in = arith.mulf %i, %c : f32
      %kept = arith.mulf %f, %s : f32
      %new = arith.addf %in, %kept : f32
      linalg.yield %new : f32
    } -> tensor<1x512xf32>
    %eHn = tensor.empty() : tensor<1x512xf32>
    %Hn = linalg.generic
        {indexing_maps = [#rows, #rows, #rows, #rows], iterator_types = ["parallel", "parallel"]}
        ins(%Xo, %Go, %Sn : tensor<1x512xf32>, tensor<1x512xf32>, tensor<1x512xf32>)
        outs(%eHn : tensor<1x512xf32>) {
    ^bb0(%xo: f32, %go: f32, %s: f32, %old_value: f32):
      %so = arith.addf %xo, %go : f32
      %mo = arith.negf %so : f32
      %po = math.exp %mo : f32
      %qo = arith.addf %unit, %po : f32
      %o = arith.divf %unit, %qo : f32
      %out = math.tanh %s : f32
      %new = arith.mulf %o, %out : f32
      linalg.yield %new : f32
    } -> tensor<1x512xf32>
    %Yn = tensor.insert_slice %Hn into %Y[%t, 0, 0] [1, 1, 512] [1, 1, 1]
        : tensor<1x512xf32> into tensor<25x1x512xf32>
    scf.yield %Hn, %Sn, %Yn : tensor<1x512xf32>, tensor<1x512xf32>, tensor<25x1x512xf32>
  }
  return %all#2 : tensor<25x1x512xf32>
}
