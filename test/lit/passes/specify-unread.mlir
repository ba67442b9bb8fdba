// Results that nobody reads are dropped, with the fills that they began with; a Spec has one.
// RUN: morello-opt %s --morello-specify 2>/dev/null | FileCheck %s

#rows = affine_map<(i, k) -> (i, k)>
#row = affine_map<(i, k) -> (i)>

// The maximum of rows without its place, as softmax reads it.
// CHECK-LABEL: func.func @maximum
// CHECK-NOT: xi64
// CHECK: %[[FILL:.*]] = linalg.fill
// CHECK: %[[MAX:.*]] = linalg.generic
// CHECK-SAME: outs(%[[FILL]] : tensor<4xf32>) attrs = {morello.spec = "C:f32[i] maximum= A:f32[i, k]
// CHECK-NEXT: ^bb0(%[[IN:.*]]: f32, %[[OLD:.*]]: f32):
// CHECK-NEXT: %[[NEW:.*]] = arith.maximumf %[[IN]], %[[OLD]]
// CHECK-NEXT: linalg.yield %[[NEW]] : f32
// CHECK: return %[[MAX]]
func.func @maximum(%x: tensor<4x9xf32>) -> tensor<4xf32> {
  %none = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0 : i64
  %e = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%none : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %p = tensor.empty() : tensor<4xi64>
  %z = linalg.fill ins(%zero : i64) outs(%p : tensor<4xi64>) -> tensor<4xi64>
  %m:2 = linalg.generic {indexing_maps = [#rows, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x9xf32>) outs(%f, %z : tensor<4xf32>, tensor<4xi64>) {
  ^bb0(%in: f32, %old: f32, %at: i64):
    %k = linalg.index 1 : index
    %here = arith.index_cast %k : index to i64
    %new = arith.maximumf %in, %old : f32
    %more = arith.cmpf ogt, %in, %old : f32
    %where = arith.select %more, %here, %at : i64
    linalg.yield %new, %where : f32, i64
  } -> (tensor<4xf32>, tensor<4xi64>)
  return %m#0 : tensor<4xf32>
}

// The place needs the maximum so far: both stay.
// CHECK-LABEL: func.func @place
// CHECK: linalg.yield %{{.*}}, %{{.*}} : f32, i64
func.func @place(%x: tensor<4x9xf32>, %f: tensor<4xf32>, %z: tensor<4xi64>) -> tensor<4xi64> {
  %m:2 = linalg.generic {indexing_maps = [#rows, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x9xf32>) outs(%f, %z : tensor<4xf32>, tensor<4xi64>) {
  ^bb0(%in: f32, %old: f32, %at: i64):
    %k = linalg.index 1 : index
    %here = arith.index_cast %k : index to i64
    %new = arith.maximumf %in, %old : f32
    %more = arith.cmpf ogt, %in, %old : f32
    %where = arith.select %more, %here, %at : i64
    linalg.yield %new, %where : f32, i64
  } -> (tensor<4xf32>, tensor<4xi64>)
  return %m#1 : tensor<4xi64>
}

// The first of three results; what an op that does more than compute needs stays too.
// CHECK-LABEL: func.func @checked
// CHECK: linalg.generic
// CHECK-SAME: outs(%{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xf32>)
// CHECK: ^bb0(%[[X:.*]]: f32, %[[A:.*]]: f32, %[[B:.*]]: f32):
// CHECK: %[[GOOD:.*]] = arith.cmpf one, %[[B]]
// CHECK-NEXT: cf.assert %[[GOOD]]
// CHECK-NEXT: linalg.yield %[[X]], %[[A]] : f32, f32
#one = affine_map<(i) -> (i)>
func.func @checked(%x: tensor<4xf32>, %a: tensor<4xf32>) -> tensor<4xf32> {
  %r:3 = linalg.generic {indexing_maps = [#one, #one, #one, #one], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%a, %a, %a : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%in: f32, %p: f32, %q: f32, %s: f32):
    %good = arith.cmpf one, %q, %in : f32
    cf.assert %good, "equal"
    %sum = arith.addf %in, %s : f32
    linalg.yield %in, %p, %sum : f32, f32, f32
  } -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
  return %r#0 : tensor<4xf32>
}
