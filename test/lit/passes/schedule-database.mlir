// The database: a second run finds the answer, another target or code does not read it.
// RUN: rm -f %t.db
// RUN: morello-opt %s --morello-schedule='target=znver5 db=%t.db summary report=%t.json' -o %t.cold 2>&1 | FileCheck %s --check-prefix=COLD
// RUN: morello-opt %s --morello-schedule='target=znver5 db=%t.db summary' -o %t.warm 2>&1 | FileCheck %s --check-prefix=WARM
// RUN: morello-opt %s --morello-schedule='target=znver5 db=%t.db top-k=3' -o /dev/null
// RUN: morello-opt %s --morello-schedule='target=znver5 db=%t.db top-k=3 summary' -o /dev/null 2>&1 | FileCheck %s --check-prefix=COLD
// RUN: morello-opt %s --morello-schedule='target=znver4 db=%t.db summary' -o /dev/null 2>&1 | FileCheck %s --check-prefix=COLD
// RUN: morello-opt %s --morello-schedule='target=znver5 db=%t.db summary top-k=2' -o /dev/null 2>&1 | FileCheck %s --check-prefix=COLD

// The answer is the same whatever a database holds.
// RUN: diff %t.cold %t.warm
// RUN: morello-opt %s --morello-schedule='target=znver5 db=none' | diff %t.cold -
// RUN: FileCheck %s --input-file=%t.json

// Programs are counted once; an answer that was found without is searched again for the report.
// COLD: distinct programs, counted in
// COLD: every Spec of the space was solved
// WARM: distinct programs, counted in
// WARM: the database had the answer
// CHECK: "database": {
// CHECK: "answers": 1,
func.func @matmul(%a: memref<9x16xf32>, %b: memref<16x32xf32>, %c: memref<9x32xf32>) {
  linalg.matmul ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  return
}
