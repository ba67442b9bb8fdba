// A part that fails does not stop the others, and the whole fails.

// RUN: not morello-opt %s --split-input-file > %t.out 2> %t.err
// RUN: FileCheck %s --input-file=%t.out
// RUN: FileCheck %s --input-file=%t.err --check-prefix=ERROR -DFILE=%s

// CHECK: @before
// CHECK-NOT: @broken
// CHECK: @after
func.func @before() { return }

// -----

func.func @broken() -> i32 {
  // ERROR: [[FILE]]:[[#@LINE+2]]:3: error: 'func.return' op has 0 operands
  // ERROR-NEXT: {{^}}  return
  return
}

// -----

func.func @after() { return }
