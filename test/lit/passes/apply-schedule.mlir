// Where schedules come from: an attribute of the op, sections of a file, text.
// RUN: split-file %s %t
// RUN: morello-opt %t/in.mlir --morello-apply='schedule=%t/in.schedule target=skylake-avx512 print-impl' 2>&1 >%t/out.mlir | FileCheck %t/in.mlir
// RUN: morello-opt %t/plain.mlir --morello-apply='schedule="tile i 8; finish" target=skylake-avx512' | FileCheck %t/plain.mlir

// RUN: morello-opt %t/plain.mlir --morello-apply='schedule=%t/default.schedule target=skylake-avx512' | FileCheck %t/plain.mlir
// RUN: morello-opt %t/plain.mlir --morello-apply='schedule=finish target=skylake-avx512' | FileCheck %t/plain.mlir --check-prefix=WORD
// RUN: morello-opt %t/fills.mlir --morello-apply='schedule=%t/fills.schedule target=skylake-avx512 print-impl' 2>&1 >%t/fills.out | FileCheck %t/fills.mlir --check-prefix=SECTION
// RUN: FileCheck %t/fills.mlir --input-file=%t/fills.out --check-prefix=LEFT

// What stands before any section is for every op.
//--- default.schedule
# a comment
tile i 8  // another
finish
//--- fills.schedule
tile i 2; finish
@fills#1:
tile i 4
finish

//--- fills.mlir
// Fills and copies have no number and need no schedule; the first op that computes is number 0.
// SECTION: after 'finish':
// SECTION: after 'tile i 2':
// SECTION: after 'finish':
// SECTION: after 'tile i 4':
// SECTION-NOT: tile
// LEFT-LABEL: @fills
// LEFT-NOT: linalg
func.func @fills(%a: memref<20x16xf32>, %b: memref<20x16xf32>, %f: f32) {
  linalg.fill ins(%f : f32) outs(%a : memref<20x16xf32>)
  linalg.exp ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  linalg.copy ins(%a : memref<20x16xf32>) outs(%b : memref<20x16xf32>)
  linalg.exp ins(%b : memref<20x16xf32>) outs(%b : memref<20x16xf32>)
  return
}

//--- in.schedule
@two:
tile i 5
finish
@two#1:
tile i 3
finish

//--- in.mlir
// CHECK: after 'tile i 5':
// CHECK-NEXT: for i in 4 x 5
// CHECK: after 'tile i 3':
// CHECK: after 'tile i 2':
// CHECK: after 'tile i 4':
func.func @two(%a: memref<20x16xf32>) {
  linalg.exp ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  linalg.exp ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}
func.func @attribute(%a: memref<20x16xf32>) {
  linalg.exp {morello.schedule = "tile i 2\0Afinish"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  linalg.exp {morello.schedule = #morello.schedule<"tile i 4\0Afinish">} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

//--- plain.mlir
// CHECK-LABEL: @exp
// CHECK: %[[C2:.*]] = arith.constant 2 : index
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[C2]]
// WORD-LABEL: @exp
// WORD-NOT: linalg
// WORD: return
func.func @exp(%a: memref<16x16xf32>) {
  linalg.exp ins(%a : memref<16x16xf32>) outs(%a : memref<16x16xf32>)
  return
}
