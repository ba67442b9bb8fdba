// Wrong schedules: an error at the op, that names the Action, the axis or operand, and the reason.
// RUN: morello-opt %s --morello-apply='target=skylake-avx512' --split-input-file --verify-diagnostics
// RUN: not morello-opt %s --morello-apply='target=skylake-avx512' --split-input-file
// RUN: split-file %S/Inputs/apply-sections.txt %t
// RUN: not morello-opt %t/one.mlir --morello-apply='target=znver9' 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not morello-opt %t/one.mlir --morello-apply='schedule=%t.none target=znver4' 2>&1 | FileCheck %s --check-prefix=FILE

// RUN: not morello-opt %t/one.mlir --morello-apply='schedule=%t/no-op target=znver4' 2>&1 | FileCheck %s --check-prefix=NOOP
// RUN: not morello-opt %t/one.mlir --morello-apply='schedule=%t/wrong target=znver4' 2>&1 | FileCheck %s --check-prefix=WRONG
// RUN: not morello-opt %t/one.mlir --morello-apply='schedule=%t/twice target=znver4' 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not morello-opt %t/one.mlir --morello-apply='schedule="tile i 4; tyle" target=znver4' 2>&1 | FileCheck %s --check-prefix=TEXT
// RUN: not morello-opt %t/one.mlir --morello-apply='strict target=znver4' 2>&1 | FileCheck %s --check-prefix=STRICT
// RUN: not morello-opt %t/one.mlir --morello-apply='finish threads=0' 2>&1 | FileCheck %s --check-prefix=THREADS
// RUN: not morello-opt %t/one.mlir --morello-apply='bogus=1' 2>&1 | FileCheck %s --check-prefix=OPTION
// RUN: not morello-opt %t/two.mlir --morello-apply='finish strict target=znver4' 2>&1 | FileCheck %s --check-prefix=BOTH

// NOOP: error: schedule for @g: no such op
// NOOP: error: schedule for @one#1: no such op
// WRONG: wrong: @one{{.*}}: no Action 'tyle'
// TWICE: twice: line 3: a second schedule for @one
// TEXT: error: schedule: line 1: no Action 'tyle'
// STRICT: one.mlir:2:3: error: linalg.exp has no schedule
// THREADS: error: threads=0: at least one thread is needed
// OPTION: error: morello-apply: unknown option 'bogus' (options: accuracy, features,
// An error does not keep later ones from being found.
// BOTH: two.mlir:2:3: error: linalg.exp has a dynamic shape, memref<?xf32>; shapes must be static
// BOTH: two.mlir:3:3: error: schedule of linalg.exp: tile q 4: axis q
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
  // expected-error @below {{the schedule leaves 1 goal open}}
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

// -----

func.func @action(%a: memref<20x16xf32>) {
  // expected-error @below {{morello.schedule: line 1: no Action 'tyle' (have: tile, move, accumulate, split_reduction, bufferize, stage, inline, online, cut, merge, unfold, winograd, transform, select, finish}}
  linalg.exp {morello.schedule = "tyle i 4"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @second_line(%a: memref<20x16xf32>) {
  // expected-error @below {{morello.schedule: line 2: write 'tile AXIS SIZE [ORDER]'}}
  linalg.exp {morello.schedule = "tile i 4\0Atile j"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @number(%a: memref<20x16xf32>) {
  // expected-error @below {{morello.schedule: line 1: size is a whole number, not 'four'}}
  linalg.exp {morello.schedule = "tile i four"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @after_the_end(%a: memref<20x16xf32>) {
  // expected-error @below {{tile i 4: nothing is left to do after 'finish'}}
  linalg.exp {morello.schedule = #morello.schedule<"finish; tile i 4">} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @kind(%a: memref<20x16xf32>) {
  // expected-error @below {{morello.schedule: 3 : i32 is not a #morello.schedule}}
  linalg.exp {morello.schedule = 3 : i32} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @other_kind(%a: memref<20x16xf32>) {
  // expected-error @below {{is not a #morello.schedule}}
  linalg.exp {morello.schedule = #morello.target<"znver4", 1>} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @branch(%a: memref<20x16xf32>) {
  // expected-error @below {{tile i 5: has no child 'rest' here}}
  linalg.exp {morello.schedule = "tile i 5; rest { finish }; finish"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @in_a_branch(%a: memref<20x16xf32>) {
  // expected-error @below {{schedule of linalg.exp: tile q 3: axis q: the Spec does not vary along it (it has i=4, j=16)}}
  linalg.exp {morello.schedule = "tile i 8; rest { tile q 3; finish }; finish"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @order(%a: memref<20x16xf32>) {
  // expected-error @below {{tile i 8 sideways: 'sideways' is no order of a loop (serial, unrolled, parallel)}}
  linalg.exp {morello.schedule = "tile i 8 sideways; finish"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @level(%a: memref<20x16xf32>) {
  // expected-error @below {{move A L9: no memory level 'L9' (have: mem, L3, L2, L1, reg)}}
  linalg.exp {morello.schedule = "move A L9; finish"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @layout(%a: memref<20x16xf32>) {
  // expected-error @below {{move A L1 [i][i]: operand A: layout '[i][i]' leaves out dimension j}}
  linalg.exp {morello.schedule = "move A L1 [i][i]; finish"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @capacity(%a: memref<2000x1600xf32>) {
  // expected-error @below {{move A L1: operand A: takes 12800000 bytes of L1, 32768 are left}}
  linalg.exp {morello.schedule = "move A L1; finish"} ins(%a : memref<2000x1600xf32>) outs(%a : memref<2000x1600xf32>)
  return
}

// -----

func.func @assigned(%a: memref<20x16xf32>) {
  // expected-error @below {{accumulate: operand C: is assigned, not accumulated}}
  linalg.exp {morello.schedule = "accumulate; finish"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @does_not_compute(%a: memref<20x16xf32>) {
  // expected-error @below {{select fma_f32x16: fma_f32x16 does not compute this Spec}}
  linalg.exp {morello.schedule = "select fma_f32x16"} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}

// -----

func.func @nothing(%a: memref<20x16xf32>) {
  // expected-error @below {{the schedule leaves 1 goal}}
  // expected-note @below {{open: C:f32[i, j] = exp(A:f32[i, j]) | i=20 j=16}}
  linalg.exp {morello.schedule = ""} ins(%a : memref<20x16xf32>) outs(%a : memref<20x16xf32>)
  return
}
