// Whether all of a row is -inf: asked of the row's maximum, where there is one.
// RUN: morello-opt %s --morello-specify 2>/dev/null | FileCheck %s

#rows = affine_map<(i, k) -> (i, k)>
#row = affine_map<(i, k) -> (i)>
#column = affine_map<(i, k) -> (i, 0)>

// CHECK-LABEL: func.func @softmax
// CHECK-NOT: andi
// CHECK: %[[MAX:.*]] = linalg.generic {{.*}}"C:f32[i] maximum= A:f32[i, k]
// CHECK: %[[TALL:.*]] = tensor.expand_shape %[[MAX]]
// CHECK: linalg.generic {{.*}} ins(%[[TALL]] : tensor<4x1xf32>) {{.*}}"C:i8[i, 0] = extsi(cmpf(A:f32[i], 0xFF800000) to i8)
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @softmax(%x: tensor<4x9xf32>) -> (tensor<4x1xf32>, tensor<4x1xf32>) {
  %least = arith.constant 0xFF800000 : f32
  %one = arith.constant 1.0 : f32
  %true = arith.constant true
  %zero = arith.constant 0 : index
  %em = tensor.empty() : tensor<4xf32>
  %fm = linalg.fill ins(%least : f32) outs(%em : tensor<4xf32>) -> tensor<4xf32>
  %max = linalg.generic {indexing_maps = [#rows, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x9xf32>) outs(%fm : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %m = arith.maximumf %in, %out : f32
    linalg.yield %m : f32
  } -> tensor<4xf32>
  %tall = tensor.expand_shape %max [[0, 1]] output_shape [4, 1] : tensor<4xf32> into tensor<4x1xf32>
  %eb = tensor.empty() : tensor<4x9xi1>
  %each = linalg.generic {indexing_maps = [#rows, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x9xf32>) outs(%eb : tensor<4x9xi1>) {
  ^bb0(%in: f32, %out: i1):
    %c = arith.cmpf oeq, %in, %least : f32
    linalg.yield %c : i1
  } -> tensor<4x9xi1>
  %ea = tensor.empty() : tensor<4x1xi1>
  %fa = linalg.fill ins(%true : i1) outs(%ea : tensor<4x1xi1>) -> tensor<4x1xi1>
  %all = linalg.generic {indexing_maps = [#rows, #column], iterator_types = ["parallel", "reduction"]}
      ins(%each : tensor<4x9xi1>) outs(%fa : tensor<4x1xi1>) {
  ^bb0(%in: i1, %out: i1):
    %a = arith.andi %in, %out : i1
    linalg.yield %a : i1
  } -> tensor<4x1xi1>
  %ey = tensor.empty() : tensor<4x1xf32>
  %bits = tensor.extract %all[%zero, %zero] : tensor<4x1xi1>
  %v = arith.select %bits, %one, %least : f32
  %y = tensor.insert %v into %ey[%zero, %zero] : tensor<4x1xf32>
  return %tall, %y : tensor<4x1xf32>, tensor<4x1xf32>
}

// Without a maximum of the same rows the answers are combined.
// CHECK-LABEL: func.func @alone
// CHECK: arith.andi {{.*}} : i8
func.func @alone(%x: tensor<4x9xf32>) -> f32 {
  %least = arith.constant 0xFF800000 : f32
  %one = arith.constant 1.0 : f32
  %true = arith.constant true
  %zero = arith.constant 0 : index
  %eb = tensor.empty() : tensor<4x9xi1>
  %each = linalg.generic {indexing_maps = [#rows, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x9xf32>) outs(%eb : tensor<4x9xi1>) {
  ^bb0(%in: f32, %out: i1):
    %c = arith.cmpf oeq, %in, %least : f32
    linalg.yield %c : i1
  } -> tensor<4x9xi1>
  %ea = tensor.empty() : tensor<4xi1>
  %fa = linalg.fill ins(%true : i1) outs(%ea : tensor<4xi1>) -> tensor<4xi1>
  %all = linalg.generic {indexing_maps = [#rows, #row], iterator_types = ["parallel", "reduction"]}
      ins(%each : tensor<4x9xi1>) outs(%fa : tensor<4xi1>) {
  ^bb0(%in: i1, %out: i1):
    %a = arith.andi %in, %out : i1
    linalg.yield %a : i1
  } -> tensor<4xi1>
  %bit = tensor.extract %all[%zero] : tensor<4xi1>
  %v = arith.select %bit, %one, %least : f32
  return %v : f32
}

// A maximum of more than the row does not know.
// CHECK-LABEL: func.func @bounded
// CHECK: arith.andi {{.*}} : i8
func.func @bounded(%x: tensor<4x9xf32>) -> (tensor<4x1xf32>, tensor<4x1xf32>) {
  %least = arith.constant 0xFF800000 : f32
  %one = arith.constant 1.0 : f32
  %true = arith.constant true
  %zero = arith.constant 0 : index
  %em = tensor.empty() : tensor<4xf32>
  %fm = linalg.fill ins(%one : f32) outs(%em : tensor<4xf32>) -> tensor<4xf32>
  %max = linalg.generic {indexing_maps = [#rows, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x9xf32>) outs(%fm : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %m = arith.maximumf %in, %out : f32
    linalg.yield %m : f32
  } -> tensor<4xf32>
  %tall = tensor.expand_shape %max [[0, 1]] output_shape [4, 1] : tensor<4xf32> into tensor<4x1xf32>
  %eb = tensor.empty() : tensor<4x9xi1>
  %each = linalg.generic {indexing_maps = [#rows, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x9xf32>) outs(%eb : tensor<4x9xi1>) {
  ^bb0(%in: f32, %out: i1):
    %c = arith.cmpf oeq, %in, %least : f32
    linalg.yield %c : i1
  } -> tensor<4x9xi1>
  %ea = tensor.empty() : tensor<4x1xi1>
  %fa = linalg.fill ins(%true : i1) outs(%ea : tensor<4x1xi1>) -> tensor<4x1xi1>
  %all = linalg.generic {indexing_maps = [#rows, #column], iterator_types = ["parallel", "reduction"]}
      ins(%each : tensor<4x9xi1>) outs(%fa : tensor<4x1xi1>) {
  ^bb0(%in: i1, %out: i1):
    %a = arith.andi %in, %out : i1
    linalg.yield %a : i1
  } -> tensor<4x1xi1>
  %ey = tensor.empty() : tensor<4x1xf32>
  %bits = tensor.extract %all[%zero, %zero] : tensor<4x1xi1>
  %v = arith.select %bits, %one, %least : f32
  %y = tensor.insert %v into %ey[%zero, %zero] : tensor<4x1xf32>
  return %tall, %y : tensor<4x1xf32>, tensor<4x1xf32>
}
