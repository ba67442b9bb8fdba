// RUN: morello-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect
// RUN: morello-opt %s --split-input-file --verify-diagnostics=only-expected

func.func @same_line() {
  foo // expected-error {{custom op 'foo' is unknown}}
}

// -----

func.func @relative() -> i32 {
  // expected-error@+1 {{has 0 operands, but enclosing function}}
  return
}

// -----

func.func @below() -> i32 {
  // expected-error@below {{has 0 operands}}
  return
}

// -----

func.func @above() -> i32 {
  return
  // expected-error@above {{has 0 operands}}
}

// -----

func.func @before() -> i32 {
  return
  // expected-error@-1 {{has 0 operands}}
}

// -----

func.func @regex() -> i32 {
  // expected-error-re@below {{has {{[0-9]+}} operands, but {{.*}} (@regex)}}
  return
}

// -----

// expected-note @+1 {{prior use here}}
func.func @notes(%a: i32) -> i64 {
  // expected-error @+1 {{use of value '%a' expects different type than prior uses: 'i64' vs 'i32'}}
  return %a : i64
}
