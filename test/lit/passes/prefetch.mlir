// What a slow body reads or writes beyond L2 is asked for a page ahead; what a fast one reads, or what lies
// near, is not.

// RUN: morello-opt %s --morello-apply='target=znver5 schedule="tile i 32; select lanes"' | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// CHECK-LABEL: func.func @slow_and_far(
// CHECK:         scf.for
// CHECK-COUNT-2: memref.prefetch %{{.*}}, read, locality<3>, data : memref<1000000xf32>
// CHECK-NOT:     memref.prefetch
// CHECK:         math.exp
// CHECK-COUNT-2: memref.prefetch %{{.*}}, write, locality<3>, data : memref<1000000xf32>
// CHECK-NOT:     memref.prefetch
// CHECK:         vector.store
// CHECK:         }
// CHECK-NOT:     memref.prefetch
// CHECK:         return
func.func @slow_and_far(%a: memref<1000000xf32>, %b: memref<1000000xf32>) {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : memref<1000000xf32>) outs(%b : memref<1000000xf32>) {
  ^bb0(%x: f32, %y: f32):
    %r = math.exp %x : f32
    linalg.yield %r : f32
  }
  return
}

// CHECK-LABEL: func.func @slow_and_near(
// CHECK-NOT:     memref.prefetch
// CHECK:         return
func.func @slow_and_near(%a: memref<1000xf32>, %b: memref<1000xf32>) {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : memref<1000xf32>) outs(%b : memref<1000xf32>) {
  ^bb0(%x: f32, %y: f32):
    %r = math.exp %x : f32
    linalg.yield %r : f32
  }
  return
}

// CHECK-LABEL: func.func @fast_and_far(
// CHECK-NOT:     memref.prefetch
// CHECK:         return
func.func @fast_and_far(%a: memref<1000000xf32>, %b: memref<1000000xf32>) {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : memref<1000000xf32>) outs(%b : memref<1000000xf32>) {
  ^bb0(%x: f32, %y: f32):
    %r = arith.addf %x, %x : f32
    linalg.yield %r : f32
  }
  return
}
