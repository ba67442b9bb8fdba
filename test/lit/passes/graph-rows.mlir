// The maxima of a product's rows, each tile's on its registers: nothing else is ever stored.
// RUN: morello-opt %s --morello-apply=target=x86-64-v3 -o %t
// RUN: FileCheck %s --input-file=%t
// RUN: morello-compile %t --target=x86-64-v3 --emit=obj -o %t.o

// CHECK-LABEL: func.func @rows
// CHECK: memref.alloc() {{.*}} : memref<40xf32>
// CHECK-NOT: memref.alloc
// CHECK: vector.store {{.*}} : memref<{{.*}}>, vector<8xf32>
// CHECK-NOT: store
// CHECK-COUNT-12: vector.fma
// CHECK-NOT: store
// CHECK-COUNT-3: arith.maximumf {{.*}} : vector<8xf32>
// CHECK: vector.reduction <maximumf>
// CHECK-NEXT: memref.store
// CHECK-COUNT-3: arith.maximumf {{.*}} : vector<8xf32>
// CHECK: vector.reduction <maximumf>
// CHECK-NEXT: memref.store
// CHECK-COUNT-3: arith.maximumf {{.*}} : vector<8xf32>
// CHECK: vector.reduction <maximumf>
// CHECK-NEXT: memref.store
// CHECK-COUNT-3: arith.maximumf {{.*}} : vector<8xf32>
// CHECK: vector.reduction <maximumf>
// CHECK-NEXT: memref.store
// CHECK-NOT: store
// CHECK: return
func.func @rows(%a: tensor<40x32xf32>, %b: tensor<32x48xf32>) -> tensor<40xf32> {
  %zero = arith.constant 0.0 : f32
  %least = arith.constant 0xFF800000 : f32
  %e = tensor.empty() : tensor<40x48xf32>
  %f = tensor.empty() : tensor<40xf32>
  %c0 = linalg.fill ins(%zero : f32) outs(%e : tensor<40x48xf32>) -> tensor<40x48xf32>
  %r0 = linalg.fill ins(%least : f32) outs(%f : tensor<40xf32>) -> tensor<40xf32>
  %c = linalg.matmul {morello.group = 0} ins(%a, %b : tensor<40x32xf32>, tensor<32x48xf32>)
                     outs(%c0 : tensor<40x48xf32>) -> tensor<40x48xf32>
  %r = linalg.reduce {arith.maximumf} ins(%c : tensor<40x48xf32>) outs(%r0 : tensor<40xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "accumulate\0Atile m 4\0Atile n 24\0Abufferize V0 reg\0Astage V0\0A  before {\0A    accumulate\0A    tile k 1\0A    move B reg\0A    tile m 1\0A    tile n 8\0A    select fma_f32x8\0A  }\0A  after {\0A    tile m 1\0A    split_reduction n 8\0A    accumulate\0A    tile n 1\0A    select lanes\0A  }"}
  return %r : tensor<40xf32>
}
