// torch 2.13.0+cpu, torch-mlir 20261001; examples/models/export.py torch/encoder_h768
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d1)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map5 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map6 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map7 = affine_map<(d0, d1, d2) -> (d2)>
module {
  func.func @encoder_h768(%arg0: tensor<1x128x768xf32>, %arg1: tensor<2304x768xf32>, %arg2: tensor<2304xf32>, %arg3: tensor<768x768xf32>, %arg4: tensor<768xf32>, %arg5: tensor<3072x768xf32>, %arg6: tensor<3072xf32>, %arg7: tensor<768x3072xf32>, %arg8: tensor<768xf32>, %arg9: tensor<768xf32>, %arg10: tensor<768xf32>, %arg11: tensor<768xf32>, %arg12: tensor<768xf32>) -> tensor<1x128x768xf32> {
    %c0_i64 = arith.constant 0 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %true = arith.constant true
    %cst_1 = arith.constant 0.000000e+00 : f64
    %cst_2 = arith.constant 1.000000e+00 : f32
    %cst_3 = arith.constant 5.000000e-01 : f32
    %cst_4 = arith.constant dense<0.000000e+00> : tensor<1x12x128x128xf32>
    %cst_5 = arith.constant 1.000000e-05 : f64
    %cst_6 = arith.constant 0xFFF0000000000000 : f64
    %cst_7 = arith.constant 0.35355339059327379 : f64
    %cst_8 = arith.constant 7.680000e+02 : f64
    %cst_9 = arith.constant 7.680000e+02 : f32
    %cst_10 = arith.constant 1.41421354 : f32
    %0 = tensor.empty() : tensor<128x1x768xf32>
    %transposed = linalg.transpose ins(%arg0 : tensor<1x128x768xf32>) outs(%0 : tensor<128x1x768xf32>) permutation = [1, 0, 2]
    %collapsed = tensor.collapse_shape %transposed [[0], [1, 2]] : tensor<128x1x768xf32> into tensor<128x768xf32>
    %1 = tensor.empty() : tensor<768x2304xf32>
    %transposed_11 = linalg.transpose ins(%arg1 : tensor<2304x768xf32>) outs(%1 : tensor<768x2304xf32>) permutation = [1, 0]
    %2 = tensor.empty() : tensor<128x2304xf32>
    %3 = linalg.fill ins(%cst : f32) outs(%2 : tensor<128x2304xf32>) -> tensor<128x2304xf32>
    %4 = linalg.matmul ins(%collapsed, %transposed_11 : tensor<128x768xf32>, tensor<768x2304xf32>) outs(%3 : tensor<128x2304xf32>) -> tensor<128x2304xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %arg2 : tensor<128x2304xf32>, tensor<2304xf32>) outs(%2 : tensor<128x2304xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.addf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<128x2304xf32>
    %expanded = tensor.expand_shape %5 [[0, 1], [2, 3, 4]] output_shape [1, 128, 1, 3, 768] : tensor<128x2304xf32> into tensor<1x128x1x3x768xf32>
    %6 = tensor.empty() : tensor<3x128x1x1x768xf32>
    %transposed_12 = linalg.transpose ins(%expanded : tensor<1x128x1x3x768xf32>) outs(%6 : tensor<3x128x1x1x768xf32>) permutation = [3, 1, 2, 0, 4]
    %collapsed_13 = tensor.collapse_shape %transposed_12 [[0], [1], [2, 3], [4]] : tensor<3x128x1x1x768xf32> into tensor<3x128x1x768xf32>
    %extracted_slice = tensor.extract_slice %collapsed_13[0, 0, 0, 0] [1, 128, 1, 768] [1, 1, 1, 1] : tensor<3x128x1x768xf32> to tensor<1x128x1x768xf32>
    %extracted_slice_14 = tensor.extract_slice %collapsed_13[1, 0, 0, 0] [1, 128, 1, 768] [1, 1, 1, 1] : tensor<3x128x1x768xf32> to tensor<1x128x1x768xf32>
    %extracted_slice_15 = tensor.extract_slice %collapsed_13[2, 0, 0, 0] [1, 128, 1, 768] [1, 1, 1, 1] : tensor<3x128x1x768xf32> to tensor<1x128x1x768xf32>
    %collapsed_16 = tensor.collapse_shape %extracted_slice [[0, 1], [2, 3]] : tensor<1x128x1x768xf32> into tensor<128x768xf32>
    %expanded_17 = tensor.expand_shape %collapsed_16 [[0], [1, 2]] output_shape [128, 12, 64] : tensor<128x768xf32> into tensor<128x12x64xf32>
    %7 = tensor.empty() : tensor<12x128x64xf32>
    %transposed_18 = linalg.transpose ins(%expanded_17 : tensor<128x12x64xf32>) outs(%7 : tensor<12x128x64xf32>) permutation = [1, 0, 2]
    %collapsed_19 = tensor.collapse_shape %extracted_slice_14 [[0, 1], [2, 3]] : tensor<1x128x1x768xf32> into tensor<128x768xf32>
    %expanded_20 = tensor.expand_shape %collapsed_19 [[0], [1, 2]] output_shape [128, 12, 64] : tensor<128x768xf32> into tensor<128x12x64xf32>
    %transposed_21 = linalg.transpose ins(%expanded_20 : tensor<128x12x64xf32>) outs(%7 : tensor<12x128x64xf32>) permutation = [1, 0, 2]
    %collapsed_22 = tensor.collapse_shape %extracted_slice_15 [[0, 1], [2, 3]] : tensor<1x128x1x768xf32> into tensor<128x768xf32>
    %expanded_23 = tensor.expand_shape %collapsed_22 [[0], [1, 2]] output_shape [128, 12, 64] : tensor<128x768xf32> into tensor<128x12x64xf32>
    %transposed_24 = linalg.transpose ins(%expanded_23 : tensor<128x12x64xf32>) outs(%7 : tensor<12x128x64xf32>) permutation = [1, 0, 2]
    %expanded_25 = tensor.expand_shape %transposed_18 [[0, 1], [2], [3]] output_shape [1, 12, 128, 64] : tensor<12x128x64xf32> into tensor<1x12x128x64xf32>
    %expanded_26 = tensor.expand_shape %transposed_21 [[0, 1], [2], [3]] output_shape [1, 12, 128, 64] : tensor<12x128x64xf32> into tensor<1x12x128x64xf32>
    %8 = tensor.empty() : tensor<1x12x128x64xf32>
    %9 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_25 : tensor<1x12x128x64xf32>) outs(%8 : tensor<1x12x128x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = arith.truncf %cst_7 : f64 to f32
      %92 = arith.mulf %in, %91 : f32
      linalg.yield %92 : f32
    } -> tensor<1x12x128x64xf32>
    %10 = tensor.empty() : tensor<1x12x64x128xf32>
    %transposed_27 = linalg.transpose ins(%expanded_26 : tensor<1x12x128x64xf32>) outs(%10 : tensor<1x12x64x128xf32>) permutation = [0, 1, 3, 2]
    %11 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%transposed_27 : tensor<1x12x64x128xf32>) outs(%10 : tensor<1x12x64x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = arith.truncf %cst_7 : f64 to f32
      %92 = arith.mulf %in, %91 : f32
      linalg.yield %92 : f32
    } -> tensor<1x12x64x128xf32>
    %collapsed_28 = tensor.collapse_shape %9 [[0, 1], [2], [3]] : tensor<1x12x128x64xf32> into tensor<12x128x64xf32>
    %collapsed_29 = tensor.collapse_shape %11 [[0, 1], [2], [3]] : tensor<1x12x64x128xf32> into tensor<12x64x128xf32>
    %12 = tensor.empty() : tensor<12x128x128xf32>
    %13 = linalg.fill ins(%cst : f32) outs(%12 : tensor<12x128x128xf32>) -> tensor<12x128x128xf32>
    %14 = linalg.batch_matmul ins(%collapsed_28, %collapsed_29 : tensor<12x128x64xf32>, tensor<12x64x128xf32>) outs(%13 : tensor<12x128x128xf32>) -> tensor<12x128x128xf32>
    %expanded_30 = tensor.expand_shape %14 [[0, 1], [2], [3]] output_shape [1, 12, 128, 128] : tensor<12x128x128xf32> into tensor<1x12x128x128xf32>
    %15 = tensor.empty() : tensor<1x12x128xi64>
    %16 = linalg.fill ins(%c0_i64 : i64) outs(%15 : tensor<1x12x128xi64>) -> tensor<1x12x128xi64>
    %17 = tensor.empty() : tensor<1x12x128xf32>
    %18 = linalg.fill ins(%cst_0 : f32) outs(%17 : tensor<1x12x128xf32>) -> tensor<1x12x128xf32>
    %19:2 = linalg.generic {indexing_maps = [#map2, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded_30 : tensor<1x12x128x128xf32>) outs(%18, %16 : tensor<1x12x128xf32>, tensor<1x12x128xi64>) {
    ^bb0(%in: f32, %out: f32, %out_45: i64):
      %91 = linalg.index 3 : index
      %92 = arith.index_cast %91 : index to i64
      %93 = arith.maximumf %in, %out : f32
      %94 = arith.cmpf ogt, %in, %out : f32
      %95 = arith.select %94, %92, %out_45 : i64
      linalg.yield %93, %95 : f32, i64
    } -> (tensor<1x12x128xf32>, tensor<1x12x128xi64>)
    %expanded_31 = tensor.expand_shape %19#0 [[0], [1], [2, 3]] output_shape [1, 12, 128, 1] : tensor<1x12x128xf32> into tensor<1x12x128x1xf32>
    %20 = tensor.empty() : tensor<1x12x128x128xf32>
    %21 = linalg.generic {indexing_maps = [#map2, #map4, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_30, %expanded_31 : tensor<1x12x128x128xf32>, tensor<1x12x128x1xf32>) outs(%20 : tensor<1x12x128x128xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.subf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<1x12x128x128xf32>
    %22 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%21 : tensor<1x12x128x128xf32>) outs(%20 : tensor<1x12x128x128xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = math.exp %in : f32
      linalg.yield %91 : f32
    } -> tensor<1x12x128x128xf32>
    %23 = tensor.empty() : tensor<1x12x128x1xf32>
    %24 = linalg.fill ins(%cst : f32) outs(%23 : tensor<1x12x128x1xf32>) -> tensor<1x12x128x1xf32>
    %25 = linalg.generic {indexing_maps = [#map2, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%22 : tensor<1x12x128x128xf32>) outs(%24 : tensor<1x12x128x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = arith.addf %in, %out : f32
      linalg.yield %91 : f32
    } -> tensor<1x12x128x1xf32>
    %26 = linalg.generic {indexing_maps = [#map2, #map4, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%22, %25 : tensor<1x12x128x128xf32>, tensor<1x12x128x1xf32>) outs(%20 : tensor<1x12x128x128xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.divf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<1x12x128x128xf32>
    %27 = tensor.empty() : tensor<1x12x128x128xi1>
    %28 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_30 : tensor<1x12x128x128xf32>) outs(%27 : tensor<1x12x128x128xi1>) {
    ^bb0(%in: f32, %out: i1):
      %91 = arith.extf %in : f32 to f64
      %92 = arith.cmpf oeq, %91, %cst_6 : f64
      linalg.yield %92 : i1
    } -> tensor<1x12x128x128xi1>
    %29 = tensor.empty() : tensor<1x12x128x1xi1>
    %30 = linalg.fill ins(%true : i1) outs(%29 : tensor<1x12x128x1xi1>) -> tensor<1x12x128x1xi1>
    %31 = linalg.generic {indexing_maps = [#map2, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%28 : tensor<1x12x128x128xi1>) outs(%30 : tensor<1x12x128x1xi1>) {
    ^bb0(%in: i1, %out: i1):
      %91 = arith.andi %in, %out : i1
      linalg.yield %91 : i1
    } -> tensor<1x12x128x1xi1>
    %32 = linalg.generic {indexing_maps = [#map4, #map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%31, %cst_4, %26 : tensor<1x12x128x1xi1>, tensor<1x12x128x128xf32>, tensor<1x12x128x128xf32>) outs(%20 : tensor<1x12x128x128xf32>) {
    ^bb0(%in: i1, %in_45: f32, %in_46: f32, %out: f32):
      %91 = arith.select %in, %in_45, %in_46 : f32
      linalg.yield %91 : f32
    } -> tensor<1x12x128x128xf32>
    %collapsed_32 = tensor.collapse_shape %32 [[0, 1], [2], [3]] : tensor<1x12x128x128xf32> into tensor<12x128x128xf32>
    %33 = linalg.fill ins(%cst : f32) outs(%7 : tensor<12x128x64xf32>) -> tensor<12x128x64xf32>
    %34 = linalg.batch_matmul ins(%collapsed_32, %transposed_24 : tensor<12x128x128xf32>, tensor<12x128x64xf32>) outs(%33 : tensor<12x128x64xf32>) -> tensor<12x128x64xf32>
    %expanded_33 = tensor.expand_shape %34 [[0, 1], [2], [3]] output_shape [1, 12, 128, 64] : tensor<12x128x64xf32> into tensor<1x12x128x64xf32>
    %35 = tensor.empty() : tensor<128x1x12x64xf32>
    %transposed_34 = linalg.transpose ins(%expanded_33 : tensor<1x12x128x64xf32>) outs(%35 : tensor<128x1x12x64xf32>) permutation = [2, 0, 1, 3]
    %collapsed_35 = tensor.collapse_shape %transposed_34 [[0], [1, 2, 3]] : tensor<128x1x12x64xf32> into tensor<128x768xf32>
    %36 = tensor.empty() : tensor<768x768xf32>
    %transposed_36 = linalg.transpose ins(%arg3 : tensor<768x768xf32>) outs(%36 : tensor<768x768xf32>) permutation = [1, 0]
    %37 = tensor.empty() : tensor<128x768xf32>
    %38 = linalg.fill ins(%cst : f32) outs(%37 : tensor<128x768xf32>) -> tensor<128x768xf32>
    %39 = linalg.matmul ins(%collapsed_35, %transposed_36 : tensor<128x768xf32>, tensor<768x768xf32>) outs(%38 : tensor<128x768xf32>) -> tensor<128x768xf32>
    %40 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%39, %arg4 : tensor<128x768xf32>, tensor<768xf32>) outs(%37 : tensor<128x768xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.addf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<128x768xf32>
    %expanded_37 = tensor.expand_shape %40 [[0], [1, 2]] output_shape [128, 1, 768] : tensor<128x768xf32> into tensor<128x1x768xf32>
    %41 = tensor.empty() : tensor<1x128x768xf32>
    %transposed_38 = linalg.transpose ins(%expanded_37 : tensor<128x1x768xf32>) outs(%41 : tensor<1x128x768xf32>) permutation = [1, 0, 2]
    %42 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %transposed_38 : tensor<1x128x768xf32>, tensor<1x128x768xf32>) outs(%41 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.addf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x768xf32>
    %43 = tensor.empty() : tensor<1x128x768xf64>
    %44 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%42 : tensor<1x128x768xf32>) outs(%43 : tensor<1x128x768xf64>) {
    ^bb0(%in: f32, %out: f64):
      %91 = arith.extf %in : f32 to f64
      linalg.yield %91 : f64
    } -> tensor<1x128x768xf64>
    %45 = tensor.empty() : tensor<1x128x1xf64>
    %46 = linalg.fill ins(%cst_1 : f64) outs(%45 : tensor<1x128x1xf64>) -> tensor<1x128x1xf64>
    %47 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "reduction"]} ins(%44 : tensor<1x128x768xf64>) outs(%46 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %91 = arith.addf %in, %out : f64
      linalg.yield %91 : f64
    } -> tensor<1x128x1xf64>
    %48 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%47 : tensor<1x128x1xf64>) outs(%45 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %91 = arith.divf %in, %cst_8 : f64
      linalg.yield %91 : f64
    } -> tensor<1x128x1xf64>
    %49 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%44, %48 : tensor<1x128x768xf64>, tensor<1x128x1xf64>) outs(%43 : tensor<1x128x768xf64>) {
    ^bb0(%in: f64, %in_45: f64, %out: f64):
      %91 = arith.subf %in, %in_45 : f64
      linalg.yield %91 : f64
    } -> tensor<1x128x768xf64>
    %50 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%49, %49 : tensor<1x128x768xf64>, tensor<1x128x768xf64>) outs(%43 : tensor<1x128x768xf64>) {
    ^bb0(%in: f64, %in_45: f64, %out: f64):
      %91 = arith.mulf %in, %in_45 : f64
      linalg.yield %91 : f64
    } -> tensor<1x128x768xf64>
    %51 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "reduction"]} ins(%50 : tensor<1x128x768xf64>) outs(%46 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %91 = arith.addf %in, %out : f64
      linalg.yield %91 : f64
    } -> tensor<1x128x1xf64>
    %52 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%51 : tensor<1x128x1xf64>) outs(%45 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %91 = arith.divf %in, %cst_8 : f64
      linalg.yield %91 : f64
    } -> tensor<1x128x1xf64>
    %53 = tensor.empty() : tensor<1x128x1xf32>
    %54 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%52 : tensor<1x128x1xf64>) outs(%53 : tensor<1x128x1xf32>) {
    ^bb0(%in: f64, %out: f32):
      %91 = arith.truncf %in : f64 to f32
      linalg.yield %91 : f32
    } -> tensor<1x128x1xf32>
    %55 = linalg.fill ins(%cst : f32) outs(%53 : tensor<1x128x1xf32>) -> tensor<1x128x1xf32>
    %56 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "reduction"]} ins(%42 : tensor<1x128x768xf32>) outs(%55 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = arith.addf %in, %out : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x1xf32>
    %57 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%56 : tensor<1x128x1xf32>) outs(%53 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = arith.divf %in, %cst_9 : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x1xf32>
    %58 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%54 : tensor<1x128x1xf32>) outs(%53 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = arith.truncf %cst_5 : f64 to f32
      %92 = arith.addf %in, %91 : f32
      linalg.yield %92 : f32
    } -> tensor<1x128x1xf32>
    %59 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%58 : tensor<1x128x1xf32>) outs(%53 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = math.rsqrt %in : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x1xf32>
    %60 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%42, %57 : tensor<1x128x768xf32>, tensor<1x128x1xf32>) outs(%41 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.subf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x768xf32>
    %61 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%60, %59 : tensor<1x128x768xf32>, tensor<1x128x1xf32>) outs(%41 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.mulf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x768xf32>
    %62 = linalg.generic {indexing_maps = [#map5, #map7, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%61, %arg9 : tensor<1x128x768xf32>, tensor<768xf32>) outs(%41 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.mulf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x768xf32>
    %63 = linalg.generic {indexing_maps = [#map5, #map7, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%62, %arg10 : tensor<1x128x768xf32>, tensor<768xf32>) outs(%41 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.addf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x768xf32>
    %collapsed_39 = tensor.collapse_shape %63 [[0, 1], [2]] : tensor<1x128x768xf32> into tensor<128x768xf32>
    %64 = tensor.empty() : tensor<768x3072xf32>
    %transposed_40 = linalg.transpose ins(%arg5 : tensor<3072x768xf32>) outs(%64 : tensor<768x3072xf32>) permutation = [1, 0]
    %65 = tensor.empty() : tensor<128x3072xf32>
    %66 = linalg.fill ins(%cst : f32) outs(%65 : tensor<128x3072xf32>) -> tensor<128x3072xf32>
    %67 = linalg.matmul ins(%collapsed_39, %transposed_40 : tensor<128x768xf32>, tensor<768x3072xf32>) outs(%66 : tensor<128x3072xf32>) -> tensor<128x3072xf32>
    %68 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%67, %arg6 : tensor<128x3072xf32>, tensor<3072xf32>) outs(%65 : tensor<128x3072xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.addf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<128x3072xf32>
    %expanded_41 = tensor.expand_shape %68 [[0, 1], [2]] output_shape [1, 128, 3072] : tensor<128x3072xf32> into tensor<1x128x3072xf32>
    %69 = tensor.empty() : tensor<1x128x3072xf32>
    %70 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_41 : tensor<1x128x3072xf32>) outs(%69 : tensor<1x128x3072xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = arith.divf %in, %cst_10 : f32
      %92 = math.erf %91 : f32
      %93 = arith.addf %92, %cst_2 : f32
      %94 = arith.mulf %93, %cst_3 : f32
      %95 = arith.mulf %in, %94 : f32
      linalg.yield %95 : f32
    } -> tensor<1x128x3072xf32>
    %collapsed_42 = tensor.collapse_shape %70 [[0, 1], [2]] : tensor<1x128x3072xf32> into tensor<128x3072xf32>
    %71 = tensor.empty() : tensor<3072x768xf32>
    %transposed_43 = linalg.transpose ins(%arg7 : tensor<768x3072xf32>) outs(%71 : tensor<3072x768xf32>) permutation = [1, 0]
    %72 = linalg.matmul ins(%collapsed_42, %transposed_43 : tensor<128x3072xf32>, tensor<3072x768xf32>) outs(%38 : tensor<128x768xf32>) -> tensor<128x768xf32>
    %73 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%72, %arg8 : tensor<128x768xf32>, tensor<768xf32>) outs(%37 : tensor<128x768xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.addf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<128x768xf32>
    %expanded_44 = tensor.expand_shape %73 [[0, 1], [2]] output_shape [1, 128, 768] : tensor<128x768xf32> into tensor<1x128x768xf32>
    %74 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%63, %expanded_44 : tensor<1x128x768xf32>, tensor<1x128x768xf32>) outs(%41 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.addf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x768xf32>
    %75 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%74 : tensor<1x128x768xf32>) outs(%43 : tensor<1x128x768xf64>) {
    ^bb0(%in: f32, %out: f64):
      %91 = arith.extf %in : f32 to f64
      linalg.yield %91 : f64
    } -> tensor<1x128x768xf64>
    %76 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "reduction"]} ins(%75 : tensor<1x128x768xf64>) outs(%46 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %91 = arith.addf %in, %out : f64
      linalg.yield %91 : f64
    } -> tensor<1x128x1xf64>
    %77 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%76 : tensor<1x128x1xf64>) outs(%45 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %91 = arith.divf %in, %cst_8 : f64
      linalg.yield %91 : f64
    } -> tensor<1x128x1xf64>
    %78 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%75, %77 : tensor<1x128x768xf64>, tensor<1x128x1xf64>) outs(%43 : tensor<1x128x768xf64>) {
    ^bb0(%in: f64, %in_45: f64, %out: f64):
      %91 = arith.subf %in, %in_45 : f64
      linalg.yield %91 : f64
    } -> tensor<1x128x768xf64>
    %79 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%78, %78 : tensor<1x128x768xf64>, tensor<1x128x768xf64>) outs(%43 : tensor<1x128x768xf64>) {
    ^bb0(%in: f64, %in_45: f64, %out: f64):
      %91 = arith.mulf %in, %in_45 : f64
      linalg.yield %91 : f64
    } -> tensor<1x128x768xf64>
    %80 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "reduction"]} ins(%79 : tensor<1x128x768xf64>) outs(%46 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %91 = arith.addf %in, %out : f64
      linalg.yield %91 : f64
    } -> tensor<1x128x1xf64>
    %81 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%80 : tensor<1x128x1xf64>) outs(%45 : tensor<1x128x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %91 = arith.divf %in, %cst_8 : f64
      linalg.yield %91 : f64
    } -> tensor<1x128x1xf64>
    %82 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%81 : tensor<1x128x1xf64>) outs(%53 : tensor<1x128x1xf32>) {
    ^bb0(%in: f64, %out: f32):
      %91 = arith.truncf %in : f64 to f32
      linalg.yield %91 : f32
    } -> tensor<1x128x1xf32>
    %83 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "reduction"]} ins(%74 : tensor<1x128x768xf32>) outs(%55 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = arith.addf %in, %out : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x1xf32>
    %84 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%83 : tensor<1x128x1xf32>) outs(%53 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = arith.divf %in, %cst_9 : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x1xf32>
    %85 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%82 : tensor<1x128x1xf32>) outs(%53 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = arith.truncf %cst_5 : f64 to f32
      %92 = arith.addf %in, %91 : f32
      linalg.yield %92 : f32
    } -> tensor<1x128x1xf32>
    %86 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%85 : tensor<1x128x1xf32>) outs(%53 : tensor<1x128x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %91 = math.rsqrt %in : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x1xf32>
    %87 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%74, %84 : tensor<1x128x768xf32>, tensor<1x128x1xf32>) outs(%41 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.subf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x768xf32>
    %88 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%87, %86 : tensor<1x128x768xf32>, tensor<1x128x1xf32>) outs(%41 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.mulf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x768xf32>
    %89 = linalg.generic {indexing_maps = [#map5, #map7, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%88, %arg11 : tensor<1x128x768xf32>, tensor<768xf32>) outs(%41 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.mulf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x768xf32>
    %90 = linalg.generic {indexing_maps = [#map5, #map7, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%89, %arg12 : tensor<1x128x768xf32>, tensor<768xf32>) outs(%41 : tensor<1x128x768xf32>) {
    ^bb0(%in: f32, %in_45: f32, %out: f32):
      %91 = arith.addf %in, %in_45 : f32
      linalg.yield %91 : f32
    } -> tensor<1x128x768xf32>
    return %90 : tensor<1x128x768xf32>
  }
}
