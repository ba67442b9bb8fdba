// Passes run in the order of their flags; one that wants a function is nested, as mlir-opt does.

// RUN: morello-opt %s --canonicalize | FileCheck %s
// RUN: morello-opt --canonicalize < %s | FileCheck %s
// RUN: morello-opt - -canonicalize=max-iterations=3 < %s | FileCheck %s
// RUN: morello-opt %s --canonicalize='{max-iterations=3 top-down=false}' | FileCheck %s
// RUN: morello-opt %s --dump-pass-pipeline -o %t --cse --affine-scalrep --buffer-hoisting --linalg-detensorize --canonicalize='max-iterations=3' 2>&1 | FileCheck %s --check-prefix=NEST
// RUN: morello-opt %s --linalg-fuse-elementwise-ops | FileCheck %s --check-prefix=FUSE
// RUN: morello-opt %s --linalg-fuse-elementwise-ops --convert-linalg-to-loops --one-shot-bufferize='bufferize-function-boundaries=true' --convert-linalg-to-loops | FileCheck %s --check-prefix=LOOPS
// RUN: morello-opt %s --morello-math --cse --dump-pass-pipeline -o %t 2>&1 | FileCheck %s --check-prefix=OURS

// NEST: builtin.module(cse,func.func(affine-scalrep,buffer-hoisting{{.*}},linalg-detensorize{{.*}}),canonicalize{{.*}}max-iterations=3
// OURS: builtin.module(morello-math,cse)

// CHECK-LABEL: func.func @fold
func.func @fold() -> i32 {
  %0 = arith.constant 1 : i32
  %1 = arith.addi %0, %0 : i32
  // CHECK: arith.constant 2
  return %1 : i32
}

// FUSE-LABEL: func.func @chain
// FUSE-COUNT-1: linalg.generic
// FUSE-NOT: linalg.generic
// LOOPS-LABEL: func.func @chain
// LOOPS: scf.for
// LOOPS-NOT: scf.for
#id = affine_map<(d0) -> (d0)>
func.func @chain(%a: tensor<8xf32>, %o: tensor<8xf32>) -> tensor<8xf32> {
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<8xf32>) outs(%o : tensor<8xf32>) {
  ^bb0(%x: f32, %y: f32):
    %s = arith.addf %x, %x : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%0 : tensor<8xf32>) outs(%o : tensor<8xf32>) {
  ^bb0(%x: f32, %y: f32):
    %s = arith.mulf %x, %x : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  return %1 : tensor<8xf32>
}
