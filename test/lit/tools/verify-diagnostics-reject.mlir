// RUN: not morello-opt %s --split-input-file --verify-diagnostics 2>&1 | FileCheck %s -DFILE=%s
// RUN: not morello-opt %s --split-input-file --verify-diagnostics=only-expected 2>&1 | FileCheck %s -DFILE=%s --check-prefix=ONLY

// CHECK: [[FILE]]:[[#@LINE+3]]:3: error: unexpected error: custom op 'foo'
// ONLY-NOT: unexpected
func.func @unexpected() {
  foo
}

// -----

// CHECK: [[FILE]]:[[#@LINE+2]]:4: error: expected error "never said" was not produced
// ONLY: [[FILE]]:[[#@LINE+1]]:4: error: expected error "never said" was not produced
// expected-error @+1 {{never said}}
func.func @missing() { return }

// -----

// CHECK: [[FILE]]:[[#@LINE+3]]:28: error: unexpected error
// CHECK: [[FILE]]:[[#@LINE+1]]:4: error: expected warning "has 0 operands" was not produced
// expected-warning @+1 {{has 0 operands}}
func.func @kind() -> i32 { return }

// -----

// CHECK: error: invalid regex
// expected-error-re @+1 {{({{[}})}}
func.func @regex() { return }
