// top-k: the cheapest schedules in the order of their cost, in the IR and in the report; pick.
// RUN: morello-opt %s --morello-schedule='target=znver5 db=none top-k=8 report=%t.json' -o %t.ranked
// RUN: FileCheck %s --input-file=%t.ranked
// RUN: %python -c "import json; c = json.load(open(r'%t.json'))['goals'][0]['cycles']; assert len(c) == 8 and c == sorted(c), c"
// RUN: %python -c "import json; s = json.load(open(r'%t.json'))['goals'][0]['schedules']; assert len(set(s)) == 8"

// The first is what is found without top-k, and without pick is the one that is taken.
// RUN: morello-opt %s --morello-schedule='target=znver5 db=none' -o %t.one
// RUN: morello-opt %t.ranked --morello-schedule='target=znver5 db=none pick=1' -o %t.first
// RUN: diff %t.ranked %t.first
// RUN: morello-opt %t.one --morello-apply=target=znver5 -o %t.applied
// RUN: morello-opt %t.ranked --morello-apply=target=znver5 | diff %t.applied -

// Another one: from a list in the IR, or found now. Beyond the end it is the last.
// RUN: morello-opt %t.ranked --morello-synthesize='target=znver5 db=none pick=8' -o %t.eighth
// RUN: morello-opt %s --morello-synthesize='target=znver5 db=none pick=8' | diff %t.eighth -
// RUN: morello-opt %t.ranked --morello-synthesize='target=znver5 db=none pick=99' | diff %t.eighth -
// RUN: not diff %t.applied %t.eighth

// CHECK: linalg.matmul {morello.schedule = #morello.schedule<"[[FIRST:[^"]*]]">, morello.schedules = [#morello.schedule<"[[FIRST]]">, #morello.schedule<
func.func @matmul(%a: memref<9x16xf32>, %b: memref<16x32xf32>, %c: memref<9x32xf32>) {
  linalg.matmul ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  return
}
