// Where schedules come from: an attribute of the op, sections of a file, text.
// RUN: split-file %s %t
// RUN: morello-opt %t/in.mlir --morello-apply='schedule=%t/in.schedule target=skylake-avx512 print-impl' 2>&1 >%t/out.mlir | FileCheck %t/in.mlir
// RUN: morello-opt %t/plain.mlir --morello-apply='schedule="tile i 8; finish" target=skylake-avx512' | FileCheck %t/plain.mlir

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
func.func @exp(%a: memref<16x16xf32>) {
  linalg.exp ins(%a : memref<16x16xf32>) outs(%a : memref<16x16xf32>)
  return
}
