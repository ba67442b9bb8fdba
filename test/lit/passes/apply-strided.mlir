// RUN: morello-opt %s --morello-apply='finish target=skylake-avx512' | FileCheck %s

// CHECK-LABEL: @padded_rows
// CHECK: memref.reinterpret_cast %arg0 to offset: [0], sizes: [176], strides: [1]
// CHECK-NOT: linalg
func.func @padded_rows(%a: memref<4x32xf32, strided<[48, 1]>>, %c: memref<4x32xf32>) {
  linalg.exp ins(%a : memref<4x32xf32, strided<[48, 1]>>) outs(%c : memref<4x32xf32>)
  return
}

// CHECK-LABEL: @dynamic_offset
// CHECK: memref.extract_strided_metadata %arg0
// CHECK-NOT: linalg
func.func @dynamic_offset(%a: memref<4x32xf32, strided<[32, 1], offset: ?>>, %c: memref<4x32xf32>) {
  linalg.exp ins(%a : memref<4x32xf32, strided<[32, 1], offset: ?>>) outs(%c : memref<4x32xf32>)
  return
}

// Columns lie together: lanes run along them, and nothing is gathered.
// CHECK-LABEL: @column_major
// CHECK: memref.reinterpret_cast %arg0 to offset: [0], sizes: [128], strides: [1]
// CHECK: %[[C32:.*]] = arith.constant 32 : index
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[C32]]
// CHECK-NOT: memref.load
// CHECK: vector{{.*}} memref<128xf32, strided<[1]>>
// CHECK-NOT: memref.load
// CHECK: return
func.func @column_major(%a: memref<4x32xf32, strided<[1, 4]>>, %c: memref<4x32xf32, strided<[1, 4]>>) {
  linalg.exp ins(%a : memref<4x32xf32, strided<[1, 4]>>) outs(%c : memref<4x32xf32, strided<[1, 4]>>)
  return
}

// A constant offset stays in the type; addresses start at it.
// CHECK-LABEL: @constant_offset
// CHECK: memref.reinterpret_cast %arg0 to offset: [7], sizes: [128], strides: [1]
// CHECK-NOT: linalg
func.func @constant_offset(%a: memref<4x32xf32, strided<[32, 1], offset: 7>>, %c: memref<4x32xf32>) {
  linalg.exp ins(%a : memref<4x32xf32, strided<[32, 1], offset: 7>>) outs(%c : memref<4x32xf32>)
  return
}

// Elements apart: no vector reaches over them.
// CHECK-LABEL: @apart
// CHECK: memref.reinterpret_cast %[[A:.*]] to offset: [0], sizes: [94], strides: [1]
// CHECK-NOT: vector.load
// CHECK: return
func.func @apart(%a: memref<32xf32, strided<[3]>>, %c: memref<32xf32>) {
  linalg.copy ins(%a : memref<32xf32, strided<[3]>>) outs(%c : memref<32xf32>)
  return
}
