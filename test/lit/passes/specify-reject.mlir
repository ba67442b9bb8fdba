// RUN: morello-opt %s --morello-specify --split-input-file --verify-diagnostics
// RUN: not morello-opt %s --morello-specify=strict --split-input-file 2>&1 | FileCheck %s

// CHECK: specify-reject.mlir:{{[0-9]+}}:3: error: linalg.exp has a dynamic shape, memref<?x4xf32>; shapes must be static
func.func @dynamic(%a: memref<?x4xf32>) {
  // expected-remark @below {{linalg.exp has a dynamic shape, memref<?x4xf32>; shapes must be static; left as it is}}
  linalg.exp ins(%a : memref<?x4xf32>) outs(%a : memref<?x4xf32>)
  return
}

// -----

func.func @empty(%a: memref<0x4xf32>) {
  // expected-remark @below {{linalg.exp has nothing to compute: memref<0x4xf32>}}
  linalg.exp ins(%a : memref<0x4xf32>) outs(%a : memref<0x4xf32>)
  return
}

// -----

func.func @huge(%a: memref<4000000x4000000xf32>) {
  // expected-remark @below {{linalg.exp is too large}}
  linalg.exp ins(%a : memref<4000000x4000000xf32>) outs(%a : memref<4000000x4000000xf32>)
  return
}

// -----

#id = affine_map<(i) -> (i)>
func.func @two_results(%a: memref<4xf32>, %b: memref<4xf32>) {
  // expected-remark @below {{linalg.generic has 2 results; one is what a Spec has}}
  linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%a : memref<4xf32>) outs(%a, %b : memref<4xf32>, memref<4xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    linalg.yield %x, %x : f32, f32
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>
func.func @index(%a: memref<4xi64>) {
  // expected-remark @below {{linalg.generic has linalg.index in its body, which has no vector form}}
  linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%a : memref<4xi64>) {
  ^bb0(%x: i64):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i64
    linalg.yield %j : i64
  }
  return
}

// -----

func.func @type(%a: memref<4xi4>) {
  // expected-remark @below {{linalg.copy has elements of type i4}}
  linalg.copy ins(%a : memref<4xi4>) outs(%a : memref<4xi4>)
  return
}

// -----

#id = affine_map<(i) -> (i)>
#half = affine_map<(i) -> (i floordiv 2)>
func.func @map(%a: memref<2xf32>, %b: memref<4xf32>) {
  // expected-remark @below {{linalg.generic has an index that is not a sum of iterators: d0 floordiv 2}}
  linalg.generic {indexing_maps = [#half, #id], iterator_types = ["parallel"]}
      ins(%a : memref<2xf32>) outs(%b : memref<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  }
  return
}
