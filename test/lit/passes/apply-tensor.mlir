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
