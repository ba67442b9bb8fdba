// Wrong schedules: an error at the op, that names the Action, the axis or operand, and the reason.
// RUN: morello-opt %s --morello-apply='target=skylake-avx512' --split-input-file --verify-diagnostics
// RUN: not morello-opt %s --morello-apply='target=skylake-avx512' --split-input-file
// RUN: not morello-opt %s --morello-apply='target=znver9' 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not morello-opt %s --morello-apply='schedule=%t.none target=znver4' 2>&1 | FileCheck %s --check-prefix=FILE

// TARGET: error: unknown target 'znver9'; did you mean
// FILE: error: schedule={{.*}}.none: No such file or directory

func.func @axis(%a: memref<20x16xf32>) {
  // expected-error @below {{schedule of linalg.exp: tile q 4: axis q: the Spec does not vary along it (it has i=20, j=16)}}
  linalg.exp {morello.schedule = "tile q 4"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @size(%a: memref<20x16xf32>) {
  // expected-error @below {{tile i 21: axis i: a tile of 21 does not divide an extent of 20 into smaller parts; take 1 to 19}}
  linalg.exp {morello.schedule = "tile i 21"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @operand(%a: memref<20x16xf32>) {
  // expected-error @below {{move B L1: operand B: the Spec has A, C}}
  linalg.exp {morello.schedule = "move B L1"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @registers(%a: memref<64x64xf32>) {
  // expected-error @below {{move A reg [i][j/16]<16j>: operand A: takes 256 registers of reg, 32 are left}}
  linalg.exp {morello.schedule = "move A reg [i][j/16]<16j>"} ins(%a : memref<64x64xf32>) outs(%a : memref<64x64xf32>)
  return
}

// -----

func.func @instruction(%a: memref<16xf32>) {
  // expected-error @below {{select fma_f32x61: skylake-avx512 has no instruction 'fma_f32x61'; close: fma_f32x16}}
  linalg.exp {morello.schedule = "select fma_f32x61"} ins(%a : memref<16xf32>) outs(%a : memref<16xf32>)
  return
}

// -----

func.func @open(%a: memref<20x16xf32>) {
  // expected-error @below {{the schedule leaves 1 goals open}}
  // expected-note @below {{open: C:f32[i, j] = exp(A:f32[i, j]) | i=4 j=16}}
  linalg.exp {morello.schedule = "tile i 4"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @none(%a: memref<20x16xf32>) {
  // expected-remark @below {{linalg.exp has no schedule; left as it is}}
  linalg.exp ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}
