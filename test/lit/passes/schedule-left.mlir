// What the search leaves to stock lowering: counted in the summary, listed in the report.
// RUN: morello-opt %s --morello-synthesize='target=x86-64-v3 db=none summary report=%t.json' --morello-lower 2>&1 >%t.out | FileCheck %s
// RUN: FileCheck %s --input-file=%t.json --check-prefix=JSON
// RUN: FileCheck %s --input-file=%t.out --check-prefix=LLVM

// CHECK: remark: ops that have schedules: 4; that are left to stock lowering: 3
// CHECK-NEXT: linalg.generic (1x) has cf.assert in its body, which may do more than compute
// CHECK-NEXT: tensor.pad (1x) is no linalg op
// CHECK-NEXT: tensor.concat (1x) is no linalg op

// JSON: "left": [
// JSON-NEXT: {
// JSON-NEXT: "function": "left",
// JSON-NEXT: "op": "linalg.generic",
// JSON-NEXT: "place": "{{.*}}schedule-left.mlir:[[#@LINE+24]]:14",
// JSON-NEXT: "reason": "has cf.assert in its body, which may do more than compute"
// JSON: "op": "tensor.pad"

// LLVM-NOT: linalg
// LLVM: llvm.func @left

#one = affine_map<(i) -> (i)>
func.func @left(%x: tensor<8xf32>, %y: tensor<8xf32>) -> (tensor<16xf32>, tensor<16xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8xf32>
  %b = tensor.empty() : tensor<8xi1>
  %less = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<8xf32>, tensor<8xf32>) outs(%b : tensor<8xi1>) {
  ^bb0(%p: f32, %q: f32, %o: i1):
    %c = arith.cmpf olt, %p, %q : f32
    linalg.yield %c : i1
  } -> tensor<8xi1>
  %least = linalg.generic {indexing_maps = [#one, #one, #one, #one], iterator_types = ["parallel"]}
      ins(%less, %x, %y : tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%c: i1, %p: f32, %q: f32, %o: f32):
    %s = arith.select %c, %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %checked = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]}
      ins(%least : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%p: f32, %o: f32):
    %good = arith.cmpf one, %p, %zero : f32
    cf.assert %good, "a zero"
    %r = arith.divf %p, %p : f32
    linalg.yield %r : f32
  } -> tensor<8xf32>
  %sum = linalg.add ins(%checked, %x : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %twice = linalg.add ins(%sum, %sum : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %pad = tensor.pad %sum low[4] high[4] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<8xf32> to tensor<16xf32>
  %both = tensor.concat dim(0) %twice, %sum : (tensor<8xf32>, tensor<8xf32>) -> tensor<16xf32>
  return %pad, %both : tensor<16xf32>, tensor<16xf32>
}
