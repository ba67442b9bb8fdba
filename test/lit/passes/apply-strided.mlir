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
