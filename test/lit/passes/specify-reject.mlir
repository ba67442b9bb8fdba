// RUN: morello-opt %s --morello-specify --split-input-file --verify-diagnostics
// RUN: not morello-opt %s --morello-specify=strict --split-input-file 2>&1 | FileCheck %s --implicit-check-not=remark:

// CHECK: specify-reject.mlir:{{[0-9]+}}:3: error: linalg.exp has a dynamic shape, memref<?x4xf32>; shapes must be static
func.func @dynamic(%a: memref<?x4xf32>) {
  // expected-remark @below {{linalg.exp has a dynamic shape, memref<?x4xf32>; shapes must be static; left as it is}}
  linalg.exp ins(%a : memref<?x4xf32>) outs(%a : memref<?x4xf32>)
  return
}

// -----

// CHECK: :3: error: linalg.exp has nothing to compute: memref<0x4xf32>

func.func @empty(%a: memref<0x4xf32>) {
  // expected-remark @below {{linalg.exp has nothing to compute: memref<0x4xf32>}}
  linalg.exp ins(%a : memref<0x4xf32>) outs(%a : memref<0x4xf32>)
  return
}

// -----

// CHECK: :3: error: linalg.exp is too large

func.func @huge(%a: memref<4000000x4000000xf32>) {
  // expected-remark @below {{linalg.exp is too large}}
  linalg.exp ins(%a : memref<4000000x4000000xf32>) outs(%a : memref<4000000x4000000xf32>)
  return
}

// -----

// CHECK: :3: error: linalg.generic has 2 results; one is what a Spec has

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

// CHECK: :3: error: linalg.generic has linalg.index in its body, which has no vector form

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

// CHECK: :3: error: linalg.copy has elements of type i4

func.func @type(%a: memref<4xi4>) {
  // expected-remark @below {{linalg.copy has elements of type i4}}
  linalg.copy ins(%a : memref<4xi4>) outs(%a : memref<4xi4>)
  return
}

// -----

// CHECK: :3: error: linalg.generic has an index that is not a sum of iterators: d0 floordiv 2

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

// -----

// CHECK: :3: error: linalg.generic reduces by other than a sum, product, minimum or maximum
func.func @reduction(%a: memref<9xf32>, %c: memref<f32>) {
  // expected-remark @below {{linalg.generic reduces by other than a sum, product, minimum or maximum}}
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%a : memref<9xf32>) outs(%c : memref<f32>) {
  ^bb0(%x: f32, %y: f32):
    %s = arith.subf %x, %y : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// CHECK: :3: error: linalg.exp has dynamic strides
// CHECK: :3: error: linalg.exp has rows that overlap
func.func @strides(%a: memref<4x8xf32, strided<[?, 1]>>, %b: memref<4x8xf32, strided<[4, 1]>>, %c: memref<4x8xf32>) {
  // expected-remark @below {{linalg.exp has dynamic strides}}
  linalg.exp ins(%a : memref<4x8xf32, strided<[?, 1]>>) outs(%c : memref<4x8xf32>)
  // expected-remark @below {{linalg.exp has rows that overlap}}
  linalg.exp ins(%b : memref<4x8xf32, strided<[4, 1]>>) outs(%c : memref<4x8xf32>)
  // What is understood is marked all the same.
  linalg.exp ins(%c : memref<4x8xf32>) outs(%c : memref<4x8xf32>)
  return
}

// -----

// CHECK: :3: error: linalg.generic has cf.assert in its body, which may do more than compute

#id = affine_map<(i) -> (i)>
func.func @checked(%a: memref<4xf32>, %zero: f32) {
  // expected-remark @below {{linalg.generic has cf.assert in its body, which may do more than compute}}
  linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%a : memref<4xf32>) {
  ^bb0(%x: f32):
    %good = arith.cmpf one, %x, %x : f32
    cf.assert %good, "nan"
    linalg.yield %x : f32
  }
  return
}

// -----

// CHECK: :3: error: linalg.generic has math.fpowi in its body, by other than a constant up to 64

#id = affine_map<(i) -> (i)>
func.func @power(%a: memref<4xf32>, %n: memref<4xi32>) {
  // expected-remark @below {{linalg.generic has math.fpowi in its body, by other than a constant up to 64}}
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%n : memref<4xi32>) outs(%a : memref<4xf32>) {
  ^bb0(%p: i32, %x: f32):
    %y = math.fpowi %x, %p : f32, i32
    linalg.yield %y : f32
  }
  return
}
