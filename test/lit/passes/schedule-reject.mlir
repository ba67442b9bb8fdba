// What the search cannot do, and wrong options: an error that says why.
// RUN: morello-opt %s --morello-schedule='target=znver5 db=none' --split-input-file --verify-diagnostics
// RUN: not morello-opt %s --morello-schedule='target=znver5 db=none' --split-input-file -o /dev/null

// RUN: split-file %S/Inputs/apply-sections.txt %t
// RUN: not morello-opt %t/one.mlir --morello-schedule='db=none target=znver9' 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not morello-opt %t/one.mlir --morello-schedule='db=none threads=0' 2>&1 | FileCheck %s --check-prefix=THREADS
// RUN: not morello-opt %t/one.mlir --morello-schedule='db=none top-k=0' 2>&1 | FileCheck %s --check-prefix=TOPK
// RUN: not morello-opt %t/one.mlir --morello-schedule='db=none top-k=many' 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not morello-opt %t/one.mlir --morello-synthesize='db=none pick=-1' 2>&1 | FileCheck %s --check-prefix=PICK
// RUN: not morello-opt %t/one.mlir --morello-synthesize='db=none select=last' 2>&1 | FileCheck %s --check-prefix=SELECT
// RUN: not morello-opt %t/one.mlir --morello-synthesize='bogus=1' 2>&1 | FileCheck %s --check-prefix=OPTION
// RUN: not morello-opt %t/one.mlir --morello-schedule='target=znver5 db=none report=%t.none/r.json' 2>&1 | FileCheck %s --check-prefix=REPORT
// RUN: not morello-opt %t/one.mlir --morello-schedule='target=znver5 db=none schedule=%t/no-op' 2>&1 | FileCheck %s --check-prefix=NOOP
// RUN: not morello-opt %t/one.mlir --morello-schedule='db=none features=+avx2,fma' 2>&1 | FileCheck %s --check-prefix=FEATURES
// RUN: not morello-opt %t/one.mlir --morello-apply='features=+avx2,fma' 2>&1 | FileCheck %s --check-prefix=FEATURES
// FEATURES: error: features=+avx2,fma: 'fma' has no sign, and others have one
// TARGET: error: unknown target 'znver9'; did you mean
// THREADS: error: threads=0: at least one thread is needed
// TOPK: error: top-k=0: at least one schedule is needed
// NUMBER: error: morello-schedule: option 'top-k' is a whole number, not 'many'
// PICK: error: pick=-1: schedules are counted from 1
// SELECT: error: select=last: it is one of first, cost, dp
// OPTION: error: morello-synthesize: unknown option 'bogus' (options: accuracy, db, explain, features,
// REPORT: error: report={{.*}}r.json: No such file or directory
// NOOP: error: schedule for @g: no such op

// A part written by hand that leaves a goal which nothing can meet.
func.func @register_layout(%a: memref<8x8xf32>, %b: memref<8x16xf32>, %c: memref<8x16xf32>) {
  // expected-error @below {{linalg.matmul: no program found for C:f32[m, n] += mulf(A:f32[m, k], B:f32[k, n]) | m=4 n=16 k=2 | A reg [m][k/2]<2k>, B mem, C mem}}
  // expected-note @below {{there is one if A is not in reg [m][k/2]<2k>}}
  linalg.matmul {morello.schedule = "tile m 4; tile k 2; move A reg [m][k/2]<2k>; synthesize"}
    ins(%a, %b : memref<8x8xf32>, memref<8x16xf32>) outs(%c : memref<8x16xf32>)
  return
}

// -----

func.func @does_not_fit(%a: memref<8x8xf32>, %b: memref<8x16xf32>, %c: memref<8x16xf32>) {
  // expected-error @below {{linalg.matmul: tile q 4: axis q: the Spec does not vary along it}}
  linalg.matmul {morello.schedule = "tile q 4; synthesize"}
    ins(%a, %b : memref<8x8xf32>, memref<8x16xf32>) outs(%c : memref<8x16xf32>)
  // expected-error @below {{linalg.matmul: tile m 4: nothing is left to do after 'synthesize'}}
  linalg.matmul {morello.schedule = "synthesize; tile m 4"}
    ins(%a, %b : memref<8x8xf32>, memref<8x16xf32>) outs(%c : memref<8x16xf32>)
  return
}

// -----

func.func @lists(%a: memref<8xf32>) {
  // expected-error @below {{morello.schedules: not a list of schedules}}
  linalg.exp {morello.schedules = "finish"} ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  // expected-error @below {{morello.schedules: line 1: no Action 'tyle'}}
  linalg.exp {morello.schedules = ["finish", "tyle"]} ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  return
}

// -----

// expected-error @below {{morello.schedules: belongs on an op that computes, not on func.func}}
func.func private @function() attributes {morello.schedules = ["finish"]}
