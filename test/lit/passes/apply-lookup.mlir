// A product with rows that are looked up packs them from where they are: there is a buffer for the
// result, and one for the panel of a tile of rows. A row's number is read once for all of the row.
// RUN: morello-opt %s --morello-apply='target=x86-64-v3' | FileCheck %s
// RUN: morello-opt %s --morello-apply='target=x86-64-v3' | grep -c memref.alloc | FileCheck %s --check-prefix=COUNT
// RUN: not morello-opt %s --morello-apply='target=x86-64-v3 schedule="merge i j"' 2>&1 | FileCheck %s --check-prefix=MERGE

// COUNT: 2

// MERGE: error: schedule of linalg.generic: merge i j: operand A: j does not follow i without a gap

#row = affine_map<(s, k) -> (s)>
#all = affine_map<(s, k) -> (s, k)>

// CHECK-LABEL: func.func @product(
// CHECK-DAG: %[[TABLE:.*]] = memref.collapse_shape %{{.*}} : memref<50x16xf32> into memref<800xf32>
// CHECK-DAG: %[[X:.*]] = bufferization.to_buffer %{{.*}} read_only : tensor<12xi32> to memref<12xi32>
// CHECK-DAG: memref.alloc() {{.*}} : memref<12x8xf32>
// CHECK-DAG: %[[PANEL:.*]] = memref.alloc() {{.*}} : memref<64xf32>
// CHECK: scf.for
// CHECK: scf.for
// CHECK: %[[NUMBER:.*]] = memref.load %[[X]]
// CHECK: %[[WIDE:.*]] = arith.extsi %[[NUMBER]] : i32 to i64
// CHECK: %[[SAFE:.*]] = arith.maxsi %[[WIDE]]
// CHECK: %[[ROW:.*]] = arith.index_cast %[[SAFE]] : i64 to index
// CHECK: %[[AT:.*]] = affine.apply #{{.*}}(%[[ROW]])
// CHECK: %[[FIRST:.*]] = vector.load %[[TABLE]][%[[AT]]] : memref<800xf32>, vector<8xf32>
// CHECK: vector.store %[[FIRST]], %[[PANEL]]
// CHECK-NOT: memref.load %[[X]]
// CHECK: vector.store %{{.*}}, %[[PANEL]]
// CHECK: math.fma
func.func @product(%x: tensor<12xi32>, %t: tensor<50x16xf32>, %w: tensor<16x8xf32>) -> tensor<12x8xf32> {
  %least = arith.constant 0 : index
  %e = tensor.empty() : tensor<12x16xf32>
  %r = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<12xi32>) outs(%e : tensor<12x16xf32>) attrs = {morello.group = 0} {
  ^bb0(%in: i32, %o: f32):
    %i = arith.index_cast %in : i32 to index
    %j = arith.maxsi %i, %least : index
    %k = linalg.index 1 : index
    %v = tensor.extract %t[%j, %k] : tensor<50x16xf32>
    linalg.yield %v : f32
  } -> tensor<12x16xf32>
  %zero = arith.constant 0.0 : f32
  %n = tensor.empty() : tensor<12x8xf32>
  %z = linalg.fill ins(%zero : f32) outs(%n : tensor<12x8xf32>) -> tensor<12x8xf32>
  %y = linalg.matmul {morello.group = 0, morello.schedule = "tile m 4; move A L1 [m][k]; load { tile m 1; tile k 8 unrolled; select lanes }; finish"}
      ins(%r, %w : tensor<12x16xf32>, tensor<16x8xf32>) outs(%z : tensor<12x8xf32>) -> tensor<12x8xf32>
  return %y : tensor<12x8xf32>
}

func.func @rows(%x: tensor<4xi64>, %t: tensor<50x16xf32>) -> tensor<4x16xf32> {
  %e = tensor.empty() : tensor<4x16xf32>
  %r = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4xi64>) outs(%e : tensor<4x16xf32>) {
  ^bb0(%in: i64, %o: f32):
    %i = arith.index_cast %in : i64 to index
    %k = linalg.index 1 : index
    %v = tensor.extract %t[%i, %k] : tensor<50x16xf32>
    linalg.yield %v : f32
  } -> tensor<4x16xf32>
  return %r : tensor<4x16xf32>
}
