// RUN: not morello-opt %s --pass-pipeline='builtin.module(cse' 2>&1 | FileCheck %s --check-prefix=OPEN
// RUN: not morello-opt %s --pass-pipeline='builtin.module(cse))' 2>&1 | FileCheck %s --check-prefix=CLOSED
// RUN: not morello-opt %s --pass-pipeline='builtin.module(canonicalize{max-iterations=3)' 2>&1 | FileCheck %s --check-prefix=BRACE
// RUN: not morello-opt %s --pass-pipeline='builtin.module(cse,,cse)' 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not morello-opt %s --pass-pipeline='cse' 2>&1 | FileCheck %s --check-prefix=BARE
// RUN: not morello-opt %s --pass-pipeline='builtin.module(cse),builtin.module(cse)' 2>&1 | FileCheck %s --check-prefix=BARE
// RUN: not morello-opt %s --pass-pipeline='func.func(cse)' 2>&1 | FileCheck %s --check-prefix=ROOT
// RUN: not morello-opt %s --pass-pipeline='builtin.module(func.func(canonicalise))' 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not morello-opt %s --pass-pipeline='builtin.module(affine-scalrep)' 2>&1 | FileCheck %s --check-prefix=ANCHOR
// RUN: not morello-opt %s --pass-pipeline='builtin.module(func.func(morello-math))' 2>&1 | FileCheck %s --check-prefix=OURS
// RUN: not morello-opt %s --pass-pipeline='builtin.module(morello-math(cse))' 2>&1 | FileCheck %s --check-prefix=PASS
// RUN: not morello-opt %s --pass-pipeline='builtin.module(cse)' --cse 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: not morello-opt %s --pass-pipeline 2>&1 | FileCheck %s --check-prefix=VALUE

// OPEN: morello-opt: error: --pass-pipeline: this '(' is never closed
// OPEN-NEXT: builtin.module(cse
// OPEN-NEXT: {{^}}              ^
// CLOSED: --pass-pipeline: unbalanced ')'
// BRACE: --pass-pipeline: this '{' is never closed
// EMPTY: --pass-pipeline: expected the name of a pass
// BARE: --pass-pipeline: expected one pipeline wrapped in the operation it runs on
// ROOT: cannot run 'func.func(...)' on a 'builtin.module' op
// UNKNOWN: unknown pass or option 'canonicalise'; did you mean canonicalize
// ANCHOR: affine-scalrep: {{.*}} restricted to 'func.func'
// OURS: morello-math runs on builtin.module; it cannot stand in 'func.func()'
// PASS: morello-math is a pass, not an operation to nest passes under
// BOTH: --pass-pipeline cannot be used together with single passes
// VALUE: --pass-pipeline=TEXT: the value is missing
