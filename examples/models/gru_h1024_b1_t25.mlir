// A GRU: hidden 1024, batch 1, 25 steps. Written by examples/models/cells.py.
#rows = affine_map<(b, j) -> (b, j)>
func.func @gru(%x: tensor<25x1x3072xf32> {morello.name = "x"},
    %H0: tensor<1x1024xf32> {morello.name = "h0"},
    %u: tensor<1024x3072xf32> {morello.name = "u", morello.layout = "any"}) -> tensor<25x1x1024xf32> {
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %steps = arith.constant 25 : index
  %zero = arith.constant 0.0 : f32
  %unit = arith.constant 1.0 : f32
  %Y0 = tensor.empty() : tensor<25x1x1024xf32>
  %all:2 = scf.for %t = %first to %steps step %one
      iter_args(%H = %H0, %Y = %Y0) -> (tensor<1x1024xf32>, tensor<25x1x1024xf32>) {
    %eg = tensor.empty() : tensor<1x3072xf32>
    %fg = linalg.fill ins(%zero : f32) outs(%eg : tensor<1x3072xf32>)
        -> tensor<1x3072xf32>
    %G = linalg.matmul ins(%H, %u : tensor<1x1024xf32>, tensor<1024x3072xf32>)
        outs(%fg : tensor<1x3072xf32>) -> tensor<1x3072xf32>
    %Xz = tensor.extract_slice %x[%t, 0, 0] [1, 1, 1024] [1, 1, 1]
        : tensor<25x1x3072xf32> to tensor<1x1024xf32>
    %Gz = tensor.extract_slice %G[0, 0] [1, 1024] [1, 1]
        : tensor<1x3072xf32> to tensor<1x1024xf32>
    %Xr = tensor.extract_slice %x[%t, 0, 1024] [1, 1, 1024] [1, 1, 1]
        : tensor<25x1x3072xf32> to tensor<1x1024xf32>
    %Gr = tensor.extract_slice %G[0, 1024] [1, 1024] [1, 1]
        : tensor<1x3072xf32> to tensor<1x1024xf32>
    %Xc = tensor.extract_slice %x[%t, 0, 2048] [1, 1, 1024] [1, 1, 1]
        : tensor<25x1x3072xf32> to tensor<1x1024xf32>
    %Gc = tensor.extract_slice %G[0, 2048] [1, 1024] [1, 1]
        : tensor<1x3072xf32> to tensor<1x1024xf32>
    %eHn = tensor.empty() : tensor<1x1024xf32>
    %Hn = linalg.generic
        {indexing_maps = [#rows, #rows, #rows, #rows, #rows, #rows, #rows, #rows], iterator_types = ["parallel", "parallel"]}
        ins(%Xz, %Gz, %Xr, %Gr, %Xc, %Gc, %H : tensor<1x1024xf32>, tensor<1x1024xf32>, tensor<1x1024xf32>, tensor<1x1024xf32>, tensor<1x1024xf32>, tensor<1x1024xf32>, tensor<1x1024xf32>)
        outs(%eHn : tensor<1x1024xf32>) {
    ^bb0(%xz: f32, %gz: f32, %xr: f32, %gr: f32, %xc: f32, %gc: f32, %h: f32, %old_value: f32):
      %sz = arith.addf %xz, %gz : f32
      %mz = arith.negf %sz : f32
      %pz = math.exp %mz : f32
      %qz = arith.addf %unit, %pz : f32
      %z = arith.divf %unit, %qz : f32
      %sr = arith.addf %xr, %gr : f32
      %mr = arith.negf %sr : f32
      %pr = math.exp %mr : f32
      %qr = arith.addf %unit, %pr : f32
      %r = arith.divf %unit, %qr : f32
      %reset = arith.mulf %r, %gc : f32
      %sc = arith.addf %xc, %reset : f32
      %c = arith.maximumf %sc, %zero : f32
      %old = arith.subf %h, %c : f32
      %kept = arith.mulf %z, %old : f32
      %new = arith.addf %c, %kept : f32
      linalg.yield %new : f32
    } -> tensor<1x1024xf32>
    %Yn = tensor.insert_slice %Hn into %Y[%t, 0, 0] [1, 1, 1024] [1, 1, 1]
        : tensor<1x1024xf32> into tensor<25x1x1024xf32>
    scf.yield %Hn, %Yn : tensor<1x1024xf32>, tensor<25x1x1024xf32>
  }
  return %all#1 : tensor<25x1x1024xf32>
}
