// jax 0.10.2, iree-base-compiler 3.13.0; examples/models/export.py iree/attention
module @jit_attention {
  func.func public @attention(%arg0: tensor<12x32xf32>, %arg1: tensor<32x32xf32>, %arg2: tensor<32x32xf32>, %arg3: tensor<32x32xf32>, %arg4: tensor<32x32xf32>) -> tensor<12x32xf32> {
    %cst = arith.constant 0xFF800000 : f32
    %cst_0 = arith.constant 2.82842708 : f32
    %cst_1 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<12x32xf32>
    %1 = linalg.fill ins(%cst_1 : f32) outs(%0 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %2 = linalg.matmul ins(%arg0, %arg1 : tensor<12x32xf32>, tensor<32x32xf32>) outs(%1 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %expanded = tensor.expand_shape %2 [[0], [1, 2]] output_shape [12, 4, 8] : tensor<12x32xf32> into tensor<12x4x8xf32>
    %3 = tensor.empty() : tensor<12x32xf32>
    %4 = linalg.fill ins(%cst_1 : f32) outs(%3 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %5 = linalg.matmul ins(%arg0, %arg2 : tensor<12x32xf32>, tensor<32x32xf32>) outs(%4 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %expanded_2 = tensor.expand_shape %5 [[0], [1, 2]] output_shape [12, 4, 8] : tensor<12x32xf32> into tensor<12x4x8xf32>
    %6 = tensor.empty() : tensor<12x32xf32>
    %7 = linalg.fill ins(%cst_1 : f32) outs(%6 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %8 = linalg.matmul ins(%arg0, %arg3 : tensor<12x32xf32>, tensor<32x32xf32>) outs(%7 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %expanded_3 = tensor.expand_shape %8 [[0], [1, 2]] output_shape [12, 4, 8] : tensor<12x32xf32> into tensor<12x4x8xf32>
    %9 = tensor.empty() : tensor<4x12x8xf32>
    %10 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d1, d0, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded : tensor<12x4x8xf32>) outs(%9 : tensor<4x12x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x12x8xf32>
    %11 = tensor.empty() : tensor<4x8x12xf32>
    %12 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2, d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_2 : tensor<12x4x8xf32>) outs(%11 : tensor<4x8x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x8x12xf32>
    %13 = tensor.empty() : tensor<4x12x12xf32>
    %14 = linalg.fill ins(%cst_1 : f32) outs(%13 : tensor<4x12x12xf32>) -> tensor<4x12x12xf32>
    %15 = linalg.batch_matmul ins(%10, %12 : tensor<4x12x8xf32>, tensor<4x8x12xf32>) outs(%14 : tensor<4x12x12xf32>) -> tensor<4x12x12xf32>
    %16 = tensor.empty() : tensor<4x12x12xf32>
    %17 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%15 : tensor<4x12x12xf32>) outs(%16 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      %58 = arith.divf %in, %cst_0 : f32
      linalg.yield %58 : f32
    } -> tensor<4x12x12xf32>
    %18 = tensor.empty() : tensor<12x12xi32>
    %19 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} outs(%18 : tensor<12x12xi32>) {
    ^bb0(%out: i32):
      %58 = linalg.index 0 : index
      %59 = arith.index_cast %58 : index to i32
      linalg.yield %59 : i32
    } -> tensor<12x12xi32>
    %20 = tensor.empty() : tensor<12x12xi32>
    %21 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} outs(%20 : tensor<12x12xi32>) {
    ^bb0(%out: i32):
      %58 = linalg.index 1 : index
      %59 = arith.index_cast %58 : index to i32
      linalg.yield %59 : i32
    } -> tensor<12x12xi32>
    %22 = tensor.empty() : tensor<12x12xi1>
    %23 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%19, %21 : tensor<12x12xi32>, tensor<12x12xi32>) outs(%22 : tensor<12x12xi1>) {
    ^bb0(%in: i32, %in_4: i32, %out: i1):
      %58 = arith.cmpi sge, %in, %in_4 : i32
      linalg.yield %58 : i1
    } -> tensor<12x12xi1>
    %24 = tensor.empty() : tensor<4x12x12xi1>
    %25 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23 : tensor<12x12xi1>) outs(%24 : tensor<4x12x12xi1>) {
    ^bb0(%in: i1, %out: i1):
      linalg.yield %in : i1
    } -> tensor<4x12x12xi1>
    %26 = tensor.empty() : tensor<4x12x12xf32>
    %27 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%25, %17 : tensor<4x12x12xi1>, tensor<4x12x12xf32>) outs(%26 : tensor<4x12x12xf32>) {
    ^bb0(%in: i1, %in_4: f32, %out: f32):
      %58 = arith.select %in, %in_4, %cst : f32
      linalg.yield %58 : f32
    } -> tensor<4x12x12xf32>
    %28 = tensor.empty() : tensor<4x12xf32>
    %29 = linalg.fill ins(%cst : f32) outs(%28 : tensor<4x12xf32>) -> tensor<4x12xf32>
    %30 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%27 : tensor<4x12x12xf32>) outs(%29 : tensor<4x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      %58 = arith.maximumf %out, %in : f32
      linalg.yield %58 : f32
    } -> tensor<4x12xf32>
    %31 = tensor.empty() : tensor<4x12x12xf32>
    %32 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%30 : tensor<4x12xf32>) outs(%31 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x12x12xf32>
    %33 = tensor.empty() : tensor<4x12x12xf32>
    %34 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%27, %32 : tensor<4x12x12xf32>, tensor<4x12x12xf32>) outs(%33 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %58 = arith.subf %in, %in_4 : f32
      linalg.yield %58 : f32
    } -> tensor<4x12x12xf32>
    %35 = tensor.empty() : tensor<4x12x12xf32>
    %36 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%34 : tensor<4x12x12xf32>) outs(%35 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      %58 = math.exp %in : f32
      linalg.yield %58 : f32
    } -> tensor<4x12x12xf32>
    %37 = tensor.empty() : tensor<4x12xf32>
    %38 = linalg.fill ins(%cst_1 : f32) outs(%37 : tensor<4x12xf32>) -> tensor<4x12xf32>
    %39 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%36 : tensor<4x12x12xf32>) outs(%38 : tensor<4x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      %58 = arith.addf %out, %in : f32
      linalg.yield %58 : f32
    } -> tensor<4x12xf32>
    %40 = tensor.empty() : tensor<4x12x12xf32>
    %41 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%39 : tensor<4x12xf32>) outs(%40 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x12x12xf32>
    %42 = tensor.empty() : tensor<4x12x12xf32>
    %43 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%36, %41 : tensor<4x12x12xf32>, tensor<4x12x12xf32>) outs(%42 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %58 = arith.divf %in, %in_4 : f32
      linalg.yield %58 : f32
    } -> tensor<4x12x12xf32>
    %44 = tensor.empty() : tensor<4x8x12xf32>
    %45 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2, d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_3 : tensor<12x4x8xf32>) outs(%44 : tensor<4x8x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x8x12xf32>
    %46 = tensor.empty() : tensor<4x12x12xf32>
    %47 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%43 : tensor<4x12x12xf32>) outs(%46 : tensor<4x12x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4x12x12xf32>
    %48 = tensor.empty() : tensor<4x8x12xf32>
    %49 = linalg.fill ins(%cst_1 : f32) outs(%48 : tensor<4x8x12xf32>) -> tensor<4x8x12xf32>
    %50 = linalg.batch_matmul ins(%45, %47 : tensor<4x8x12xf32>, tensor<4x12x12xf32>) outs(%49 : tensor<4x8x12xf32>) -> tensor<4x8x12xf32>
    %51 = tensor.empty() : tensor<12x4x8xf32>
    %52 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d1, d2, d0)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%50 : tensor<4x8x12xf32>) outs(%51 : tensor<12x4x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<12x4x8xf32>
    %collapsed = tensor.collapse_shape %52 [[0], [1, 2]] : tensor<12x4x8xf32> into tensor<12x32xf32>
    %53 = tensor.empty() : tensor<12x32xf32>
    %54 = linalg.fill ins(%cst_1 : f32) outs(%53 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %55 = linalg.matmul ins(%collapsed, %arg4 : tensor<12x32xf32>, tensor<32x32xf32>) outs(%54 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %56 = tensor.empty() : tensor<12x32xf32>
    %57 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%arg0, %55 : tensor<12x32xf32>, tensor<12x32xf32>) outs(%56 : tensor<12x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %58 = arith.addf %in, %in_4 : f32
      linalg.yield %58 : f32
    } -> tensor<12x32xf32>
    return %57 : tensor<12x32xf32>
  }
}
