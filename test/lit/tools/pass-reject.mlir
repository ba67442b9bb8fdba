// A pass that fails: its located diagnostic, exit status 1, no output.

// RUN: not morello-opt %s --transform-interpreter > %t.out 2> %t.err
// RUN: FileCheck %s -DFILE=%s < %t.err
// RUN: count 0 < %t.out
// RUN: not morello-opt %s --transform-interpreter --mlir-print-ir-after-failure 2>&1 | FileCheck %s --check-prefix=DUMP

// CHECK: error: could not find a nested named sequence with name: __transform_main
// DUMP: IR Dump After InterpreterPass Failed (transform-interpreter)
func.func @f() {
  return
}
