// Passes in the wrong order: what morello-layout has not done, or has done without morello-apply.
// RUN: morello-opt %s --morello-layout --morello-apply=target=znver5 --morello-lower -o /dev/null 2>&1 | FileCheck %s --check-prefix=RIGHT --allow-empty
// RUN: not morello-opt %s --morello-layout --morello-lower 2>&1 | FileCheck %s --check-prefix=VIEW
// RUN: morello-opt %s --morello-apply='finish target=znver5' -o /dev/null 2>&1 | FileCheck %s --check-prefix=LATE
// RUN: morello-opt %s --morello-lower -o /dev/null 2>&1 | FileCheck %s --check-prefix=LATE

// RIGHT-NOT: warning:
// RIGHT-NOT: error:
// VIEW: :[[#@LINE+4]]:{{.*}}: error: a packed array is left that only morello-apply makes code of: run it before
// LATE: :[[#@LINE+3]]:{{.*}}: warning: morello.layout is ignored: morello-layout has not been run
// LATE: :[[#@LINE+7]]:{{.*}}: warning: morello.layout is ignored: morello-layout has not been run
// LATE-NOT: warning:
func.func @layer(%x: memref<2x3xf32>, %w: memref<3x16xf32> {morello.layout = "[d1/16][d0][16d1]"}, %y: memref<2x16xf32>) {
  linalg.matmul ins(%x, %w : memref<2x3xf32>, memref<3x16xf32>) outs(%y : memref<2x16xf32>)
  return
}
func.func @constant(%y: tensor<2xf32>) -> tensor<2xf32> {
  %c = arith.constant {morello.layout = "plain"} dense<1.0> : tensor<2xf32>
  %0 = linalg.exp ins(%c : tensor<2xf32>) outs(%y : tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
