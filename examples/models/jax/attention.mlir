// jax 0.10.2, torch-mlir 20261001; examples/models/export.py jax/attention
#map = affine_map<(d0, d1, d2, d3) -> (d1, d0, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d2, d0, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2) -> ()>
#map4 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map5 = affine_map<(d0, d1) -> ()>
#map6 = affine_map<(d0, d1) -> (d0, d1)>
#map7 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map8 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map9 = affine_map<(d0, d1, d2, d3) -> (d3, d0, d1)>
#map10 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
#map11 = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
#map12 = affine_map<(d0, d1, d2) -> (d1, d2)>
module @jit_attention {
  func.func public @attention(%arg0: tensor<12x32xf32>, %arg1: tensor<32x32xf32>, %arg2: tensor<32x32xf32>, %arg3: tensor<32x32xf32>, %arg4: tensor<32x32xf32>) -> (tensor<12x32xf32>) {
    %cst = arith.constant 0xFF800000 : f32
    %cst_0 = arith.constant dense<0xFF800000> : tensor<f32>
    %cst_1 = arith.constant dense<true> : tensor<i1>
    %cst_2 = arith.constant dense<2.82842708> : tensor<f32>
    %cst_3 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<12x32xf32>
    %1 = linalg.fill ins(%cst_3 : f32) outs(%0 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %2 = linalg.matmul ins(%arg0, %arg1 : tensor<12x32xf32>, tensor<32x32xf32>) outs(%1 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %expanded = tensor.expand_shape %2 [[0], [1, 2]] output_shape [12, 4, 8] : tensor<12x32xf32> into tensor<12x4x8xf32>
    %3 = linalg.matmul ins(%arg0, %arg2 : tensor<12x32xf32>, tensor<32x32xf32>) outs(%1 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %expanded_4 = tensor.expand_shape %3 [[0], [1, 2]] output_shape [12, 4, 8] : tensor<12x32xf32> into tensor<12x4x8xf32>
    %4 = linalg.matmul ins(%arg0, %arg3 : tensor<12x32xf32>, tensor<32x32xf32>) outs(%1 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %expanded_5 = tensor.expand_shape %4 [[0], [1, 2]] output_shape [12, 4, 8] : tensor<12x32xf32> into tensor<12x4x8xf32>
    %5 = tensor.empty() : tensor<4x12x12xf32>
    %6 = linalg.fill ins(%cst_3 : f32) outs(%5 : tensor<4x12x12xf32>) -> tensor<4x12x12xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded, %expanded_4 : tensor<12x4x8xf32>, tensor<12x4x8xf32>) outs(%6 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %36 = arith.mulf %in, %in_6 : f32
      %37 = arith.addf %out, %36 : f32
      linalg.yield %37 : f32
    } -> tensor<4x12x12xf32>
    %8 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_2 : tensor<f32>) outs(%5 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x12x12xf32>
    %9 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7, %8 : tensor<4x12x12xf32>, tensor<4x12x12xf32>) outs(%5 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %36 = arith.divf %in, %in_6 : f32
      linalg.yield %36 : f32
    } -> tensor<4x12x12xf32>
    %10 = tensor.empty() : tensor<12x12xi1>
    %11 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel"]} ins(%cst_1 : tensor<i1>) outs(%10 : tensor<12x12xi1>) {
    ^bb0(%in: i1, %out: i1):
      linalg.yield %in : i1
    } -> tensor<12x12xi1>
    %12 = call @tril(%11) : (tensor<12x12xi1>) -> tensor<12x12xi1>
    %13 = call @_where(%12, %9, %cst_0) : (tensor<12x12xi1>, tensor<4x12x12xf32>, tensor<f32>) -> tensor<4x12x12xf32>
    %14 = tensor.empty() : tensor<4x12xf32>
    %15 = linalg.fill ins(%cst : f32) outs(%14 : tensor<4x12xf32>) -> tensor<4x12xf32>
    %16 = linalg.generic {indexing_maps = [#map4, #map7], iterator_types = ["parallel", "parallel", "reduction"]} ins(%13 : tensor<4x12x12xf32>) outs(%15 : tensor<4x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      %36 = arith.maximumf %out, %in : f32
      linalg.yield %36 : f32
    } -> tensor<4x12xf32>
    %17 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel"]} ins(%cst_0 : tensor<f32>) outs(%14 : tensor<4x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x12xf32>
    %18 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel", "parallel"]} ins(%17, %16 : tensor<4x12xf32>, tensor<4x12xf32>) outs(%14 : tensor<4x12xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %36 = arith.maximumf %in, %in_6 : f32
      linalg.yield %36 : f32
    } -> tensor<4x12xf32>
    %19 = tensor.empty() : tensor<4x12x1xf32>
    %20 = linalg.generic {indexing_maps = [#map7, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18 : tensor<4x12xf32>) outs(%19 : tensor<4x12x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x12x1xf32>
    %21 = linalg.generic {indexing_maps = [#map8, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%20 : tensor<4x12x1xf32>) outs(%5 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x12x12xf32>
    %22 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%13, %21 : tensor<4x12x12xf32>, tensor<4x12x12xf32>) outs(%5 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %36 = arith.subf %in, %in_6 : f32
      linalg.yield %36 : f32
    } -> tensor<4x12x12xf32>
    %23 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%22 : tensor<4x12x12xf32>) outs(%5 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      %36 = math.exp %in : f32
      linalg.yield %36 : f32
    } -> tensor<4x12x12xf32>
    %24 = linalg.fill ins(%cst_3 : f32) outs(%14 : tensor<4x12xf32>) -> tensor<4x12xf32>
    %25 = linalg.generic {indexing_maps = [#map4, #map7], iterator_types = ["parallel", "parallel", "reduction"]} ins(%23 : tensor<4x12x12xf32>) outs(%24 : tensor<4x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      %36 = arith.addf %out, %in : f32
      linalg.yield %36 : f32
    } -> tensor<4x12xf32>
    %26 = linalg.generic {indexing_maps = [#map7, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%25 : tensor<4x12xf32>) outs(%19 : tensor<4x12x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x12x1xf32>
    %27 = linalg.generic {indexing_maps = [#map8, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%26 : tensor<4x12x1xf32>) outs(%5 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x12x12xf32>
    %28 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23, %27 : tensor<4x12x12xf32>, tensor<4x12x12xf32>) outs(%5 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %36 = arith.divf %in, %in_6 : f32
      linalg.yield %36 : f32
    } -> tensor<4x12x12xf32>
    %29 = tensor.empty() : tensor<4x8x12xf32>
    %30 = linalg.fill ins(%cst_3 : f32) outs(%29 : tensor<4x8x12xf32>) -> tensor<4x8x12xf32>
    %31 = linalg.generic {indexing_maps = [#map9, #map10, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded_5, %28 : tensor<12x4x8xf32>, tensor<4x12x12xf32>) outs(%30 : tensor<4x8x12xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %36 = arith.mulf %in, %in_6 : f32
      %37 = arith.addf %out, %36 : f32
      linalg.yield %37 : f32
    } -> tensor<4x8x12xf32>
    %32 = tensor.empty() : tensor<12x4x8xf32>
    %33 = linalg.generic {indexing_maps = [#map11, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31 : tensor<4x8x12xf32>) outs(%32 : tensor<12x4x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<12x4x8xf32>
    %collapsed = tensor.collapse_shape %33 [[0], [1, 2]] : tensor<12x4x8xf32> into tensor<12x32xf32>
    %34 = linalg.matmul ins(%collapsed, %arg4 : tensor<12x32xf32>, tensor<32x32xf32>) outs(%1 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %35 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel", "parallel"]} ins(%arg0, %34 : tensor<12x32xf32>, tensor<12x32xf32>) outs(%0 : tensor<12x32xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %36 = arith.addf %in, %in_6 : f32
      linalg.yield %36 : f32
    } -> tensor<12x32xf32>
    return %35 : tensor<12x32xf32>
  }
  func.func private @tril(%arg0: tensor<12x12xi1>) -> tensor<12x12xi1> {
    %cst = arith.constant dense<false> : tensor<i1>
    %cst_0 = arith.constant dense<0> : tensor<i32>
    %0 = tensor.empty() : tensor<12x12xi32>
    %1 = linalg.generic {indexing_maps = [#map6], iterator_types = ["parallel", "parallel"]} outs(%0 : tensor<12x12xi32>) {
    ^bb0(%out: i32):
      %9 = linalg.index 0 : index
      %10 = arith.index_cast %9 : index to i32
      linalg.yield %10 : i32
    } -> tensor<12x12xi32>
    %2 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel"]} ins(%cst_0 : tensor<i32>) outs(%0 : tensor<12x12xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<12x12xi32>
    %3 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel", "parallel"]} ins(%1, %2 : tensor<12x12xi32>, tensor<12x12xi32>) outs(%0 : tensor<12x12xi32>) {
    ^bb0(%in: i32, %in_1: i32, %out: i32):
      %9 = arith.addi %in, %in_1 : i32
      linalg.yield %9 : i32
    } -> tensor<12x12xi32>
    %4 = linalg.generic {indexing_maps = [#map6], iterator_types = ["parallel", "parallel"]} outs(%0 : tensor<12x12xi32>) {
    ^bb0(%out: i32):
      %9 = linalg.index 1 : index
      %10 = arith.index_cast %9 : index to i32
      linalg.yield %10 : i32
    } -> tensor<12x12xi32>
    %5 = tensor.empty() : tensor<12x12xi1>
    %6 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel", "parallel"]} ins(%3, %4 : tensor<12x12xi32>, tensor<12x12xi32>) outs(%5 : tensor<12x12xi1>) {
    ^bb0(%in: i32, %in_1: i32, %out: i1):
      %9 = arith.cmpi sge, %in, %in_1 : i32
      linalg.yield %9 : i1
    } -> tensor<12x12xi1>
    %7 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel"]} ins(%cst : tensor<i1>) outs(%5 : tensor<12x12xi1>) {
    ^bb0(%in: i1, %out: i1):
      linalg.yield %in : i1
    } -> tensor<12x12xi1>
    %8 = linalg.generic {indexing_maps = [#map6, #map6, #map6, #map6], iterator_types = ["parallel", "parallel"]} ins(%6, %arg0, %7 : tensor<12x12xi1>, tensor<12x12xi1>, tensor<12x12xi1>) outs(%5 : tensor<12x12xi1>) {
    ^bb0(%in: i1, %in_1: i1, %in_2: i1, %out: i1):
      %9 = arith.select %in, %in_1, %in_2 : i1
      linalg.yield %9 : i1
    } -> tensor<12x12xi1>
    return %8 : tensor<12x12xi1>
  }
  func.func private @_where(%arg0: tensor<12x12xi1>, %arg1: tensor<4x12x12xf32>, %arg2: tensor<f32>) -> tensor<4x12x12xf32> {
    %0 = tensor.empty() : tensor<4x12x12xi1>
    %1 = linalg.generic {indexing_maps = [#map12, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<12x12xi1>) outs(%0 : tensor<4x12x12xi1>) {
    ^bb0(%in: i1, %out: i1):
      linalg.yield %in : i1
    } -> tensor<4x12x12xi1>
    %2 = tensor.empty() : tensor<4x12x12xf32>
    %3 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg2 : tensor<f32>) outs(%2 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x12x12xf32>
    %4 = linalg.generic {indexing_maps = [#map4, #map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1, %arg1, %3 : tensor<4x12x12xi1>, tensor<4x12x12xf32>, tensor<4x12x12xf32>) outs(%2 : tensor<4x12x12xf32>) {
    ^bb0(%in: i1, %in_0: f32, %in_1: f32, %out: f32):
      %5 = arith.select %in, %in_0, %in_1 : f32
      linalg.yield %5 : f32
    } -> tensor<4x12x12xf32>
    return %4 : tensor<4x12x12xf32>
  }
}

