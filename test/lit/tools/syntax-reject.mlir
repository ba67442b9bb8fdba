// Parse errors have mlir-opt's form: the place, the line, a caret. Nothing else is printed.

// RUN: not morello-opt %s 2>&1 | FileCheck %s -DFILE=%s --implicit-check-not=Traceback
// RUN: not morello-opt < %s 2>&1 | FileCheck %s -DFILE="<stdin>" --implicit-check-not=Traceback
// RUN: rm -f %t && not morello-opt %s -o %t 2>&1 | FileCheck %s -DFILE=%s
// RUN: not cat %t

// CHECK: [[FILE]]:[[#@LINE+4]]:8: error: custom op 'arith.nothing' is unknown
// CHECK-NEXT: {{^  %0 = arith.nothing : i32$}}
// CHECK-NEXT: {{^       \^$}}
func.func @f() {
  %0 = arith.nothing : i32
  return
}
