// What the search did: as remarks (summary, explain) and as JSON (report).
// RUN: morello-opt %s --morello-schedule='target=znver5 db=none summary explain report=%t.json' 2>&1 >%t.out | FileCheck %s -DFILE=%s
// RUN: FileCheck %s --input-file=%t.json --check-prefix=JSON

// CHECK: [[FILE]]:[[#@LINE+51]]:3: remark: {{[0-9.e+]+}} cycles, {{[0-9]+}} % above the lower bound of {{[0-9.]+}}
// CHECK-NEXT: {{[0-9]+}} Specs in {{[0-9.]+}} s, {{[0-9.]+}} million a second ({{.*}}L1 {{[0-9.]+}}, {{.*}}registers {{[0-9.]+}}
// CHECK-NEXT: {{[0-9.e]+}} distinct programs, counted in {{[0-9.]+}} s
// CHECK-NEXT: {{[0-9]+}} boxes, {{[0-9]+}} Specs per box, {{[0-9.]+}} bytes per Spec
// CHECK-NEXT: every Spec of the space was solved
// CHECK: [[FILE]]:[[#@LINE+46]]:3: remark: cost in cycles:
// CHECK: fma_f32x16 {{ *[0-9]+}}  instructions
// CHECK: total {{ *[0-9]+}}  {{.*}}instructions
// CHECK: [[FILE]]:[[#@LINE+44]]:3: remark: {{.*}} cycles,
// CHECK-NEXT: distinct programs
// CHECK-NEXT: an equal goal was answered before in this run
// CHECK: [[FILE]]:[[#@LINE+42]]:3: remark: {{.*}} cycles,
// CHECK-NEXT: the schedule was written, and leaves nothing open

// JSON: "target": "znver5",
// JSON-NEXT: "threads": 1,
// JSON-NEXT: "goals": [
// JSON: "function": "twice",
// JSON-NEXT: "op": "linalg.matmul",
// JSON-NEXT: "place": "{{.*}}schedule-report.mlir:[[#@LINE+32]]:3",
// JSON-NEXT: "spec": "C:f32[m, n] += mulf(
// JSON-NEXT: "schedules": [
// JSON: "cycles": [
// JSON: "bound": [[#]]
// JSON: "gap":
// JSON: "specs": [[#SPECS:]],
// JSON: "slabs":
// JSON: "seconds": {
// JSON: "L1":
// JSON: "registers":
// JSON: "rate":
// JSON-NEXT: "programs": [[PROGRAMS:[0-9]+]],
// JSON-NEXT: "programs_log10":
// JSON-NEXT: "counting":
// JSON-NEXT: "boxes":
// JSON-NEXT: "bytes":
// JSON-NEXT: "points":
// JSON-NEXT: "points_per_box":
// JSON-NEXT: "bytes_per_point":
// JSON-NEXT: "stopped": "every Spec of the space was solved"
// JSON: "place": "{{.*}}:[[#@LINE+12]]:3",
// JSON: "specs": 0,
// JSON: "programs": [[PROGRAMS]],
// JSON: "stopped": "an equal goal was answered before in this run"
// JSON: "layouts": []
// JSON-NEXT: "total": {
// JSON-NEXT: "searches": 1,
// JSON-NEXT: "known": 0,
// JSON-NEXT: "specs": [[#SPECS]],
// JSON: "database": null
func.func @twice(%a: memref<9x16xf32>, %b: memref<16x32xf32>, %c: memref<9x32xf32>) {
  linalg.matmul ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  linalg.matmul ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  linalg.matmul {morello.schedule = "tile m 3; finish"} ins(%a, %b : memref<9x16xf32>, memref<16x32xf32>) outs(%c : memref<9x32xf32>)
  return
}
