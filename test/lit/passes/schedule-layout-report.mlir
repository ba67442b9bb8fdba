// Layouts that were chosen are told: of how many, at what cost, and what they are worth.
// RUN: morello-opt %s --morello-schedule='target=znver5 db=none summary report=%t.json' -o /dev/null 2>&1 | FileCheck %s -DFILE=%s
// RUN: FileCheck %s --input-file=%t.json --check-prefix=JSON
// RUN: %python -c "import json; r = json.load(open(r'%t.json')); w, u = r['layouts']; assert w['worth'] == w['plain_cycles'] / w['cycles'] > 1 == u['worth']; assert w['cycles'] == r['goals'][0]['cycles'][0]"

// Nothing is said of them, and no program is counted, where nobody asks.
// RUN: morello-opt %s --morello-schedule='target=znver5 db=none' -o /dev/null 2>&1 | count 0

// CHECK: [[FILE]]:[[#@LINE+20]]:3: remark: @layer: w is stored as {{\[d1/[0-9]+\]\[d0\]\[[0-9]+d1\]}}: the best of [[#]] layouts
// CHECK-NEXT: [[CYCLES:[0-9.e+]+]] cycles, {{[0-9.e+]+}} as it was, worth 1.{{[0-9][0-9]}} x
// CHECK: [[FILE]]:[[#@LINE+19]]:3: remark: @layer: u stays as it is: the best of [[#]] layouts
// CHECK: [[FILE]]:[[#@LINE+17]]:3: remark: [[CYCLES]] cycles,

// JSON: "layouts": [
// JSON-NEXT: {
// JSON-NEXT: "holder": "@layer: w",
// JSON-NEXT: "layout": "{{\[d1/[0-9]+\]\[d0\]\[[0-9]+d1\]}}",
// JSON-NEXT: "cycles":
// JSON-NEXT: "plain_cycles":
// JSON-NEXT: "worth":
// JSON-NEXT: "tried":
// JSON-NEXT: },
// JSON-NEXT: {
// JSON-NEXT: "holder": "@layer: u",
// JSON-NEXT: "layout": "plain",
// JSON: "worth": 1.0,
func.func @layer(%x: memref<6x512xf32>, %w: memref<512x512xf32> {morello.name = "w", morello.layout = "any"},
                 %u: memref<2x3xf32> {morello.name = "u", morello.layout = "any"}, %v: memref<3x16xf32>, %z: memref<2x16xf32>, %y: memref<6x512xf32>) {
  linalg.matmul ins(%x, %w : memref<6x512xf32>, memref<512x512xf32>) outs(%y : memref<6x512xf32>)
  linalg.matmul ins(%u, %v : memref<2x3xf32>, memref<3x16xf32>) outs(%z : memref<2x16xf32>)
  return
}
