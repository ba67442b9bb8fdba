// What is taken beyond the usual: operations of unknown dialects, a root that is no module.

// RUN: not morello-opt %s 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: morello-opt %s --allow-unregistered-dialect | FileCheck %s --check-prefixes=CHECK,MODULE
// RUN: morello-opt %s --allow-unregistered-dialect --no-implicit-module | FileCheck %s --implicit-check-not=module
// RUN: morello-opt %s --allow-unregistered-dialect --no-implicit-module --affine-scalrep --dump-pass-pipeline -o %t 2>&1 | FileCheck %s --check-prefix=ROOT
// RUN: FileCheck %s < %t
// RUN: morello-opt %s --allow-unregistered-dialect --no-implicit-module --pass-pipeline='func.func(cse)' | FileCheck %s
// RUN: not morello-opt %s --allow-unregistered-dialect --no-implicit-module --morello-math 2>&1 | FileCheck %s --check-prefix=OURS
// RUN: not morello-opt %s --allow-unregistered-dialect --no-implicit-module --pass-pipeline='builtin.module(cse)' 2>&1 | FileCheck %s --check-prefix=ANCHOR

// UNKNOWN: operation being parsed with an unregistered dialect
// ROOT: func.func(affine-scalrep)
// OURS: morello-math runs on builtin.module, not on func.func
// ANCHOR: cannot run 'builtin.module(...)' on a 'func.func' op
// MODULE: module
// CHECK: func.func @f
// CHECK: "x.y"
func.func @f() {
  "x.y"() : () -> ()
  return
}
