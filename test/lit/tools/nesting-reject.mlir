// Text that would overflow the parser's stack.

// RUN: %python -c "print('module {\n' * 20000)" > %t && not morello-opt %t 2>&1 | FileCheck %s
// RUN: %python -c "print('tuple<' * 200000)" > %t && not morello-opt %t 2>&1 | FileCheck %s

// CHECK: :{{[0-9]+}}:{{[0-9]+}}: error: nested more than 500 deep
