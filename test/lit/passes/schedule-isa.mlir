// A file of instructions: of a machine, which is then the target, or beside those of a named one.
// RUN: split-file %s %t
// RUN: morello-opt %t/matmul.mlir --morello-schedule='isa=%S/../../../examples/machines/matrix4.mlir db=none' | FileCheck %s --check-prefix=MACHINE
// MACHINE: move C tiles [m/4][n/4]<4m 4n>
// MACHINE-SAME: select mma_f32_4x4x4

// The machine's name is in what is said of schedules, written by hand, too.
// RUN: not morello-opt %t/matmul.mlir --morello-schedule='isa=%S/../../../examples/machines/matrix4.mlir db=none schedule="move C reg; synthesize"' -o /dev/null 2>&1 | FileCheck %s --check-prefix=LEVEL
// LEVEL: no memory level 'reg' (have: mem, L3, L2, L1, tiles)

// Programs of instructions that have no spelling cannot be written.
// RUN: not morello-opt %t/matmul.mlir --morello-synthesize='isa=%S/../../../examples/machines/matrix4.mlir db=none' -o /dev/null 2>&1 | FileCheck %s --check-prefix=BARE
// BARE: matmul.mlir:2:3: error: linalg.matmul: instructions of matrix4 without @emission cannot be written: {{.*}}mma_f32_4x4x4
// BARE: note: morello_mlir.interpret runs such programs

// An instruction more, which is there as the file says so, is chosen and written.
// RUN: morello-opt %t/matmul.mlir --morello-synthesize='isa=%t/outer.mlir target=x86-64-v3 db=none' | FileCheck %s --check-prefix=MORE
// RUN: morello-compile %t/matmul.mlir --isa=%t/outer.mlir --target=x86-64-v3 --schedule=synthesize --db=none --emit=mlir | FileCheck %s --check-prefix=MORE
// MORE: vector.outerproduct

//--- matmul.mlir
func.func @matmul(%a: memref<8x8xf32>, %b: memref<8x8xf32>, %c: memref<8x8xf32>) {
  linalg.matmul ins(%a, %b : memref<8x8xf32>, memref<8x8xf32>) outs(%c : memref<8x8xf32>)
  return
}

//--- outer.mlir
module @more attributes {morello.features = "outer"} {
module @outer_f32_4x8 attributes {
    morello.features = "outer", morello.throughput = 0.1, morello.latency = 1.0,
    morello.ports = "p0"} {
  func.func @semantics(%a: memref<4xf32>, %b: memref<8xf32>, %c: memref<4x8xf32>) {
    linalg.generic {
      indexing_maps = [affine_map<(m, n) -> (m)>, affine_map<(m, n) -> (n)>,
                       affine_map<(m, n) -> (m, n)>],
      iterator_types = ["parallel", "parallel"]
    } ins(%a, %b : memref<4xf32>, memref<8xf32>) outs(%c : memref<4x8xf32>) {
    ^bb0(%x: f32, %y: f32, %z: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %z, %p : f32
      linalg.yield %s : f32
    }
    return
  }
  func.func @emission(%a: memref<4xf32, strided<[?]>>, %b: vector<8xf32>, %c: vector<32xf32>)
      -> vector<32xf32> {
    %0 = arith.constant 0 : index
    %1 = arith.constant 1 : index
    %2 = arith.constant 2 : index
    %3 = arith.constant 3 : index
    %p = memref.load %a[%0] : memref<4xf32, strided<[?]>>
    %q = memref.load %a[%1] : memref<4xf32, strided<[?]>>
    %s = memref.load %a[%2] : memref<4xf32, strided<[?]>>
    %t = memref.load %a[%3] : memref<4xf32, strided<[?]>>
    %v = vector.from_elements %p, %q, %s, %t : vector<4xf32>
    %old = vector.shape_cast %c : vector<32xf32> to vector<4x8xf32>
    %new = vector.outerproduct %v, %b, %old : vector<4xf32>, vector<8xf32>
    %r = vector.shape_cast %new : vector<4x8xf32> to vector<32xf32>
    return %r : vector<32xf32>
  }
}
}
