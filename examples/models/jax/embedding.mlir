// jax 0.10.2, torch-mlir 20261001; examples/models/export.py jax/embedding
#map = affine_map<(d0, d1) -> ()>
#map1 = affine_map<(d0, d1) -> (d0, d1)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map3 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d3, d2)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
module @jit_embedding {
  func.func public @embedding(%arg0: tensor<3x9xi32>, %arg1: tensor<50x16xf32>, %arg2: tensor<16x6xf32>) -> (tensor<3x9x6xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %c49 = arith.constant 49 : index
    %c0 = arith.constant 0 : index
    %cst_0 = arith.constant dense<50> : tensor<i32>
    %cst_1 = arith.constant dense<0> : tensor<i32>
    %0 = tensor.empty() : tensor<3x9xi32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_1 : tensor<i32>) outs(%0 : tensor<3x9xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<3x9xi32>
    %2 = tensor.empty() : tensor<3x9xi1>
    %3 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg0, %1 : tensor<3x9xi32>, tensor<3x9xi32>) outs(%2 : tensor<3x9xi1>) {
    ^bb0(%in: i32, %in_2: i32, %out: i1):
      %14 = arith.cmpi slt, %in, %in_2 : i32
      linalg.yield %14 : i1
    } -> tensor<3x9xi1>
    %4 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_0 : tensor<i32>) outs(%0 : tensor<3x9xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<3x9xi32>
    %5 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%arg0, %4 : tensor<3x9xi32>, tensor<3x9xi32>) outs(%0 : tensor<3x9xi32>) {
    ^bb0(%in: i32, %in_2: i32, %out: i32):
      %14 = arith.addi %in, %in_2 : i32
      linalg.yield %14 : i32
    } -> tensor<3x9xi32>
    %6 = linalg.generic {indexing_maps = [#map1, #map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%3, %5, %arg0 : tensor<3x9xi1>, tensor<3x9xi32>, tensor<3x9xi32>) outs(%0 : tensor<3x9xi32>) {
    ^bb0(%in: i1, %in_2: i32, %in_3: i32, %out: i32):
      %14 = arith.select %in, %in_2, %in_3 : i32
      linalg.yield %14 : i32
    } -> tensor<3x9xi32>
    %7 = tensor.empty() : tensor<3x9x1xi32>
    %8 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%6 : tensor<3x9xi32>) outs(%7 : tensor<3x9x1xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
    } -> tensor<3x9x1xi32>
    %9 = tensor.empty() : tensor<3x9x16xf32>
    %10 = linalg.generic {indexing_maps = [#map3], iterator_types = ["parallel", "parallel", "parallel"]} outs(%9 : tensor<3x9x16xf32>) {
    ^bb0(%out: f32):
      %14 = linalg.index 0 : index
      %15 = linalg.index 1 : index
      %16 = linalg.index 2 : index
      %extracted = tensor.extract %8[%14, %15, %c0] : tensor<3x9x1xi32>
      %17 = arith.index_cast %extracted : i32 to index
      %18 = arith.maxsi %17, %c0 : index
      %19 = arith.minsi %18, %c49 : index
      %extracted_2 = tensor.extract %arg1[%19, %16] : tensor<50x16xf32>
      linalg.yield %extracted_2 : f32
    } -> tensor<3x9x16xf32>
    %11 = tensor.empty() : tensor<3x9x6xf32>
    %12 = linalg.fill ins(%cst : f32) outs(%11 : tensor<3x9x6xf32>) -> tensor<3x9x6xf32>
    %13 = linalg.generic {indexing_maps = [#map4, #map5, #map6], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%10, %arg2 : tensor<3x9x16xf32>, tensor<16x6xf32>) outs(%12 : tensor<3x9x6xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %14 = arith.mulf %in, %in_2 : f32
      %15 = arith.addf %out, %14 : f32
      linalg.yield %15 : f32
    } -> tensor<3x9x6xf32>
    return %13 : tensor<3x9x6xf32>
  }
}

