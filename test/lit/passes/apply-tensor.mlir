// RUN: morello-opt %s --morello-apply='finish target=x86-64-v3' | FileCheck %s
// RUN: morello-opt %s --morello-apply='finish target=x86-64-v3' --morello-lower | FileCheck %s --check-prefix=LLVM

// LLVM-NOT: tensor
// LLVM: llvm.func @chain

// CHECK-LABEL: @chain
// CHECK: %[[IN:.*]] = bufferization.to_buffer %arg0 read_only
// CHECK: math.exp
// CHECK: %[[E:.*]] = bufferization.to_tensor {{.*}} restrict writable
// CHECK: bufferization.to_buffer %[[E]] read_only
// CHECK: %[[R:.*]] = bufferization.to_tensor
// CHECK: return %[[R]]
func.func @chain(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %0 = linalg.exp ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = linalg.add ins(%0, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %1 : tensor<4x8xf32>
}

// The initial value is read, and not written.
// CHECK-LABEL: @accumulate
// CHECK: bufferization.to_buffer %arg2 read_only
func.func @accumulate(%a: tensor<4x8xf32>, %b: tensor<8x4xf32>, %c: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x4xf32>) outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// A fill is part of both ops that add to it; neither reads an initial value.
// CHECK-LABEL: @two_uses
// CHECK-NOT: linalg
// CHECK-NOT: to_buffer %arg2
// CHECK: %[[R:.*]] = bufferization.to_tensor
// CHECK: %[[S:.*]] = bufferization.to_tensor
// CHECK: return %[[R]], %[[S]]
func.func @two_uses(%a: tensor<4x8xf32>, %b: tensor<8x4xf32>, %e: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %z = arith.constant 0.0 : f32
  %c = linalg.fill ins(%z : f32) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x4xf32>) outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x4xf32>) outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0, %1 : tensor<4x4xf32>, tensor<4x4xf32>
}

// A scalar that is an argument stays one.
// CHECK-LABEL: @scalar
// CHECK: vector.broadcast %arg1 : f32
// CHECK: return
func.func @scalar(%x: tensor<32xf32>, %f: f32) -> tensor<32xf32> {
  %0 = linalg.fill ins(%f : f32) outs(%x : tensor<32xf32>) -> tensor<32xf32>
  return %0 : tensor<32xf32>
}
