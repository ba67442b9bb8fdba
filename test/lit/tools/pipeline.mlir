// --pass-pipeline takes upstream's text, with our passes at its top level.

// RUN: morello-opt %s --pass-pipeline='builtin.module(canonicalize)' | FileCheck %s
// RUN: morello-opt %s --pass-pipeline 'builtin.module( cse , func.func( canonicalize{ max-iterations=3 } ), morello-math )' --dump-pass-pipeline -o %t 2>&1 | FileCheck %s --check-prefix=DUMP
// RUN: FileCheck %s < %t
// RUN: morello-opt %s --pass-pipeline='any(canonicalize)' | FileCheck %s
// RUN: morello-opt %s --pass-pipeline='builtin.module()' | FileCheck %s --check-prefix=NOTHING
// RUN: morello-opt %s --pass-pipeline='builtin.module(inline{default-pipeline=canonicalize op-pipelines=func.func(cse,canonicalize{max-iterations=2})})' | FileCheck %s

// DUMP: builtin.module(cse,func.func(canonicalize{{.*}}max-iterations=3{{.*}}),morello-math)

// CHECK-LABEL: func.func @fold
// NOTHING-LABEL: func.func @fold
func.func @fold() -> i32 {
  %0 = arith.constant 1 : i32
  %1 = arith.addi %0, %0 : i32
  // CHECK: arith.constant 2
  // NOTHING: arith.addi
  return %1 : i32
}
