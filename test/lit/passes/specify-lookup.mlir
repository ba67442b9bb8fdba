// Bodies that extract elements: arrays read at iterators are inputs, rows by an array of integers
// are looked up; asserts about the indices stand before. What reads the rows is one goal with them.
// RUN: morello-opt %s --morello-specify 2>/dev/null | FileCheck %s

#row = affine_map<(s, k) -> (s)>
#all = affine_map<(s, k) -> (s, k)>

// CHECK-LABEL: func.func @embedding(
// CHECK-SAME: %[[X:.*]]: tensor<7xi64>
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[SEVEN:.*]] step
// CHECK: %[[E:.*]] = tensor.extract %[[X]][%[[I]]] : tensor<7xi64>
// CHECK: %[[IN:.*]] = arith.cmpi slt
// CHECK: cf.assert %[[IN]], "too large"
// CHECK: %[[MORE:.*]] = arith.cmpi sge, %[[E]]
// CHECK: cf.assert %[[MORE]], "negative"
// CHECK: linalg.generic
// CHECK-SAME: morello.spec = "C:f32[i, j] = A:f32[row[i], j] | i=7 j=12 | A mem [i][j] strided, C mem"
// CHECK-NOT: cf.assert
// CHECK: linalg.matmul
// CHECK-SAME: morello.graph = "C:f32[m, n] += 0 mulf(A:f32[row[m], k], B:f32[k, n]) | m=7 n=5 k=12
func.func @embedding(%x: tensor<7xi64>, %t: tensor<50x12xf32>, %w: tensor<12x5xf32>) -> tensor<7x5xf32> {
  %rows = arith.constant 50 : index
  %least = arith.constant 0 : i64
  %e = tensor.empty() : tensor<7x12xf32>
  %r = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<7xi64>) outs(%e : tensor<7x12xf32>) {
  ^bb0(%in: i64, %o: f32):
    %i = arith.index_cast %in : i64 to index
    %k = linalg.index 1 : index
    %less = arith.cmpi slt, %i, %rows : index
    cf.assert %less, "too large"
    %more = arith.cmpi sge, %in, %least : i64
    cf.assert %more, "negative"
    %v = tensor.extract %t[%i, %k] : tensor<50x12xf32>
    linalg.yield %v : f32
  } -> tensor<7x12xf32>
  %zero = arith.constant 0.0 : f32
  %n = tensor.empty() : tensor<7x5xf32>
  %z = linalg.fill ins(%zero : f32) outs(%n : tensor<7x5xf32>) -> tensor<7x5xf32>
  %y = linalg.matmul ins(%r, %w : tensor<7x12xf32>, tensor<12x5xf32>) outs(%z : tensor<7x5xf32>) -> tensor<7x5xf32>
  return %y : tensor<7x5xf32>
}

// A table of one row that is seen without that dimension: there is nothing to look up.
// CHECK-LABEL: func.func @one_row
// CHECK: morello.spec = "C:f32[i, j] = A:f32[j] | i=7 j=12 | A mem, C mem"
func.func @one_row(%x: tensor<7xi64>, %t: tensor<12xf32>) -> tensor<7x12xf32> {
  %e = tensor.empty() : tensor<7x12xf32>
  %u = tensor.expand_shape %t [[0, 1]] output_shape [1, 12] : tensor<12xf32> into tensor<1x12xf32>
  %r = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<7xi64>) outs(%e : tensor<7x12xf32>) {
  ^bb0(%in: i64, %o: f32):
    %i = arith.index_cast %in : i64 to index
    %k = linalg.index 1 : index
    %v = tensor.extract %u[%i, %k] : tensor<1x12xf32>
    linalg.yield %v : f32
  } -> tensor<7x12xf32>
  return %r : tensor<7x12xf32>
}

// An array at iterators, turned, and a table by an array that is extracted from.
// CHECK-LABEL: func.func @extracted
// CHECK: morello.spec = "C:f32[i, j] = mulf(A:f32[j, i], B:f32[row[i, 0], j]) | i=4 j=6
func.func @extracted(%x: tensor<6x4xf32>, %i: tensor<4x1xi32>, %t: tensor<6x9xf32>) -> tensor<4x6xf32> {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %e = tensor.empty() : tensor<4x6xf32>
  %r = linalg.generic {indexing_maps = [#all], iterator_types = ["parallel", "parallel"]}
      outs(%e : tensor<4x6xf32>) {
  ^bb0(%o: f32):
    %s = linalg.index 0 : index
    %k = linalg.index 1 : index
    %a = tensor.extract %x[%k, %s] : tensor<6x4xf32>
    %n = tensor.extract %i[%s, %c0] : tensor<4x1xi32>
    %p = arith.index_cast %n : i32 to index
    %q = arith.maxsi %p, %c0 : index
    %l = arith.minsi %q, %c8 : index
    %b = tensor.extract %t[%k, %l] : tensor<6x9xf32>
    %v = arith.mulf %a, %b : f32
    linalg.yield %v : f32
  } -> tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}
