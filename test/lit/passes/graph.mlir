// A group under a schedule of its own is one loop nest, and what is between its ops is no larger than
// the schedule says: every alloc is listed here.
// RUN: morello-opt %s --morello-apply=target=x86-64-v3 -o %t
// RUN: FileCheck %s --input-file=%t --strict-whitespace
// RUN: morello-compile %t --target=x86-64-v3 --emit=obj -o %t.o

// Softmax, row by row: of the exponentials there is one row.
// CHECK-LABEL: func.func @softmax
// CHECK-NOT: linalg
// CHECK: memref.alloc() {{.*}} : memref<64x96xf32>
// CHECK-NOT: memref.alloc{{.*}}x{{.*}}x
// CHECK: memref.alloc() {{.*}} : memref<16xf32>
// CHECK: memref.alloc() {{.*}} : memref<96xf32>
// CHECK: memref.alloc() {{.*}} : memref<16xf32>
// CHECK: memref.alloc() {{.*}} : memref<16xf32>
// CHECK-NOT: memref.alloc
// CHECK: {{^    }}scf.for
// CHECK-NOT: {{^    [^ }]}}
// CHECK: math.exp {{.*}} : vector<8xf32>
// CHECK-NOT: {{^    [^ }]}}
// CHECK: arith.mulf {{.*}} : vector<8xf32>
// CHECK: {{^    }$}}
// CHECK-NOT: scf.for
// CHECK: return
#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @softmax(%x: tensor<64x96xf32>) -> tensor<64x96xf32> {
  %least = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %r = tensor.empty() : tensor<64xf32>
  %e = tensor.empty() : tensor<64x96xf32>
  %m0 = linalg.fill ins(%least : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %m = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<64x96xf32>) outs(%m0 : tensor<64xf32>) attrs = {morello.group = 0} {
  ^bb0(%a: f32, %o: f32):
    %t = arith.maximumf %a, %o : f32
    linalg.yield %t : f32
  } -> tensor<64xf32>
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.subf %a, %b : f32
    %u = math.exp %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  %s = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%s0 : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %c = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%p, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0, morello.schedule = "tile i 1\0Abufferize V0 L1\0Astage V0\0A  after {\0A    bufferize V1 L1\0A    stage V1\0A      after {\0A        bufferize V2 L1\0A        stage V2\0A      }\0A  }"} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.divf %a, %b : f32
    linalg.yield %t : f32
  } -> tensor<64x96xf32>
  return %c : tensor<64x96xf32>
}

// A bias and an activation on the tile of a product while it is in registers: nothing between is
// stored, and nothing is allocated but the result.
// CHECK-LABEL: func.func @epilogue
// CHECK: memref.alloc() {{.*}} : memref<16x32xf32>
// CHECK-NOT: memref.alloc
// CHECK: math.fma
// CHECK-NOT: vector.store
// CHECK-NOT: memref.store
// CHECK: arith.maximumf {{.*}} : vector<8xf32>
// CHECK: vector.store
// CHECK-NOT: memref.alloc
// CHECK: return
#a = affine_map<(i, j) -> (i, j)>
#b = affine_map<(i, j) -> (j)>
func.func @epilogue(%x: tensor<16x24xf32>, %w: tensor<24x32xf32>, %bias: tensor<32xf32>)
    -> tensor<16x32xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<16x32xf32>
  %0 = linalg.fill ins(%zero : f32) outs(%e : tensor<16x32xf32>) -> tensor<16x32xf32>
  %1 = linalg.matmul {morello.group = 0} ins(%x, %w : tensor<16x24xf32>, tensor<24x32xf32>)
      outs(%0 : tensor<16x32xf32>) -> tensor<16x32xf32>
  %2 = linalg.generic {indexing_maps = [#a, #b, #a], iterator_types = ["parallel", "parallel"]}
      ins(%1, %bias : tensor<16x32xf32>, tensor<32xf32>) outs(%e : tensor<16x32xf32>)
      attrs = {morello.group = 0, morello.schedule = "tile m 4\0Atile n 16\0Abufferize V0 reg [m][n/8]<8n>\0Astage V0\0A  before { accumulate; tile k 1; finish }\0A  after { tile m 1 unrolled; finish }"} {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %c = arith.constant 0.0 : f32
    %s = arith.addf %p, %q : f32
    %t = arith.maximumf %s, %c : f32
    linalg.yield %t : f32
  } -> tensor<16x32xf32>
  return %2 : tensor<16x32xf32>
}

// Two groups of one block, each one loop; a slice of what the first computes comes after it.
// CHECK-LABEL: func.func @two
// CHECK: memref.alloc() {{.*}} : memref<40xf32>
// CHECK: memref.alloc() {{.*}} : memref<40xf32>
// CHECK-NOT: tensor.extract_slice
// CHECK: scf.for
// CHECK: tensor.extract_slice
// CHECK: memref.alloc() {{.*}} : memref<40xf32>
// CHECK-NOT: memref.alloc
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: return
func.func @two(%x: tensor<40xf32>, %y: tensor<40xf32>)
    -> (tensor<40xf32>, tensor<8xf32>, tensor<40xf32>) {
  %e = tensor.empty() : tensor<40xf32>
  %a = linalg.exp {morello.group = 0} ins(%x : tensor<40xf32>)
      outs(%e : tensor<40xf32>) -> tensor<40xf32>
  %part = tensor.extract_slice %a[8] [8] [1] : tensor<40xf32> to tensor<8xf32>
  %c = linalg.abs {morello.group = 1} ins(%y : tensor<40xf32>)
      outs(%e : tensor<40xf32>) -> tensor<40xf32>
  %b = linalg.add {morello.group = 0, morello.schedule = "tile i 8; stage C0"}
      ins(%a, %x : tensor<40xf32>, tensor<40xf32>) outs(%e : tensor<40xf32>) -> tensor<40xf32>
  %d = linalg.exp {morello.group = 1, morello.schedule = "tile i 8; finish"}
      ins(%c : tensor<40xf32>) outs(%e : tensor<40xf32>) -> tensor<40xf32>
  return %b, %part, %d : tensor<40xf32>, tensor<8xf32>, tensor<40xf32>
}

// A value that two ops read is computed in both: it has no place at all.
// CHECK-LABEL: func.func @inlined
// CHECK: memref.alloc() {{.*}} : memref<40xf32>
// CHECK: memref.alloc() {{.*}} : memref<40xf32>
// CHECK-NOT: memref.alloc
// CHECK-COUNT-2: math.exp {{.*}} : vector<8xf32>
// CHECK: return
func.func @inlined(%x: tensor<40xf32>) -> (tensor<40xf32>, tensor<40xf32>) {
  %e = tensor.empty() : tensor<40xf32>
  %a = linalg.exp {morello.group = 0} ins(%x : tensor<40xf32>)
      outs(%e : tensor<40xf32>) -> tensor<40xf32>
  %b = linalg.add {morello.group = 0} ins(%a, %x : tensor<40xf32>, tensor<40xf32>)
      outs(%e : tensor<40xf32>) -> tensor<40xf32>
  %c = linalg.mul {morello.group = 0, morello.schedule = "inline V0; tile i 8; stage C0"}
      ins(%a, %x : tensor<40xf32>, tensor<40xf32>) outs(%e : tensor<40xf32>) -> tensor<40xf32>
  return %b, %c : tensor<40xf32>, tensor<40xf32>
}
