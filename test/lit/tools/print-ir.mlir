// RUN: morello-opt %s --canonicalize --morello-math --cse --mlir-print-ir-after-all -o %t 2>&1 | FileCheck %s --check-prefix=AFTER
// RUN: morello-opt %s --canonicalize --cse --mlir-print-ir-before-all -o %t 2>&1 | FileCheck %s --check-prefix=BEFORE
// RUN: morello-opt %s --canonicalize --cse --mlir-print-ir-after-change -o %t 2>&1 | FileCheck %s --check-prefix=CHANGE
// RUN: morello-opt %s --affine-scalrep --mlir-print-ir-after-all --mlir-print-ir-module-scope --mlir-print-op-generic -o %t 2>&1 | FileCheck %s --check-prefix=SCOPE
// RUN: morello-opt %s --canonicalize --morello-math --mlir-timing -o %t 2>&1 | FileCheck %s --check-prefix=TIME
// RUN: morello-opt %s --canonicalize --timing --mlir-disable-threading -o %t 2>&1 | FileCheck %s --check-prefix=TIME

// AFTER: IR Dump After Canonicalizer (canonicalize)
// AFTER: IR Dump After MathPass (morello-math)
// AFTER: IR Dump After CSE (cse)
// BEFORE: IR Dump Before Canonicalizer (canonicalize)
// BEFORE: arith.addi
// BEFORE: IR Dump Before CSE (cse)
// BEFORE-NOT: arith.addi
// CHANGE: IR Dump After Canonicalizer (canonicalize)
// CHANGE-NOT: IR Dump After CSE
// SCOPE: IR Dump After AffineScalarReplacement
// SCOPE: "builtin.module"()
// TIME: Execution time report
// TIME: Canonicalizer
func.func @fold() -> i32 {
  %0 = arith.constant 1 : i32
  %1 = arith.addi %0, %0 : i32
  return %1 : i32
}
