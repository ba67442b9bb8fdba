// What bodies ask of linalg.index is an input; an extremum and its place are ops of one result each.
// RUN: morello-opt %s --morello-specify 2>/dev/null | FileCheck %s
// RUN: morello-opt %s --morello-specify 2>&1 >/dev/null | FileCheck %s --check-prefix=SAID

#rows = affine_map<(i, k) -> (i, k)>
#row = affine_map<(i, k) -> (i)>

// A causal mask, as JAX writes it: indices, a comparison, a select.
// CHECK-LABEL: func.func @mask
// CHECK: %[[AT:.*]] = arith.constant dense<[0, 1, 2, 3, 4, 5, 6]> : tensor<7xi32>
// CHECK-NOT: linalg.index
// CHECK: morello.graph = "C:f32[i, j] = select(cmpi(extsi(cmpi(A:i32[i], B:i32[j]) to i8), 0), D:f32[i, j], 0xFF800000)
func.func @mask(%x: tensor<7x7xf32>) -> tensor<7x7xf32> {
  %least = arith.constant 0xFF800000 : f32
  %ei = tensor.empty() : tensor<7x7xi32>
  %i = linalg.generic {indexing_maps = [#rows], iterator_types = ["parallel", "parallel"]} outs(%ei : tensor<7x7xi32>) {
  ^bb0(%o: i32):
    %n = linalg.index 0 : index
    %c = arith.index_cast %n : index to i32
    linalg.yield %c : i32
  } -> tensor<7x7xi32>
  %j = linalg.generic {indexing_maps = [#rows], iterator_types = ["parallel", "parallel"]} outs(%ei : tensor<7x7xi32>) {
  ^bb0(%o: i32):
    %n = linalg.index 1 : index
    %c = arith.index_cast %n : index to i32
    linalg.yield %c : i32
  } -> tensor<7x7xi32>
  %eb = tensor.empty() : tensor<7x7xi1>
  %m = linalg.generic {indexing_maps = [#rows, #rows, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%i, %j : tensor<7x7xi32>, tensor<7x7xi32>) outs(%eb : tensor<7x7xi1>) {
  ^bb0(%a: i32, %b: i32, %o: i1):
    %c = arith.cmpi sge, %a, %b : i32
    linalg.yield %c : i1
  } -> tensor<7x7xi1>
  %e = tensor.empty() : tensor<7x7xf32>
  %y = linalg.generic {indexing_maps = [#rows, #rows, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%m, %x : tensor<7x7xi1>, tensor<7x7xf32>) outs(%e : tensor<7x7xf32>) {
  ^bb0(%c: i1, %in: f32, %o: f32):
    %v = arith.select %c, %in, %least : f32
    linalg.yield %v : f32
  } -> tensor<7x7xf32>
  return %y : tensor<7x7xf32>
}

// The largest of each row and its first place, as torch-mlir writes them.
// CHECK-LABEL: func.func @argmax
// CHECK: morello.graph = "C0:f32[i] maximum= 0 A:f32[i, k]; V0:i32[i] mins= 0 select(ori(cmpf(A:f32[i, k], C0:f32[i]), cmpf(A:f32[i, k], A:f32[i, k])), B:i32[k], 2147483647); C1:i64[i] = select(cmpf(C0:f32[i], 0xFF800000), extsi(V0:i32[i] to i64), 0)
// CHECK-NOT: linalg.index
func.func @argmax(%x: tensor<4x9xf32>) -> (tensor<4xf32>, tensor<4xi64>) {
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
  return %m#0, %m#1 : tensor<4xf32>, tensor<4xi64>
}

// Its place among the rows is not along the axis that is reduced.
// SAID: :[[# @LINE + 3]]:10: remark: linalg.generic is no extremum with its place: it carries something else than the position along the axis it reduces
// SAID: remark: linalg.generic has 2 results; one is what a Spec has; left as it is
func.func @other(%x: tensor<4x9xf32>, %f: tensor<4xf32>, %z: tensor<4xi32>) -> tensor<4xi32> {
  %m:2 = linalg.generic {indexing_maps = [#rows, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x9xf32>) outs(%f, %z : tensor<4xf32>, tensor<4xi32>) {
  ^bb0(%in: f32, %old: f32, %at: i32):
    %i = linalg.index 0 : index
    %here = arith.index_cast %i : index to i32
    %more = arith.cmpf ogt, %in, %old : f32
    %new = arith.select %more, %in, %old : f32
    %where = arith.select %more, %here, %at : i32
    linalg.yield %new, %where : f32, i32
  } -> (tensor<4xf32>, tensor<4xi32>)
  return %m#1 : tensor<4xi32>
}
