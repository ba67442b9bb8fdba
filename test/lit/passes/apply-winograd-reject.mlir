// Where winograd does not fit, and what is stored at points is not read.
// RUN: morello-opt %s --morello-layout --morello-apply='target=skylake-avx512 accuracy=relaxed' --split-input-file --verify-diagnostics
// RUN: not morello-opt %s --morello-apply='accuracy=loose' 2>&1 | FileCheck %s --check-prefix=OPTION
// RUN: sed -n '/STRICT$/,/^}/p' %s | not morello-opt --morello-apply='target=skylake-avx512' 2>&1 | FileCheck %s --check-prefix=CHECK-STRICT

// OPTION: error: accuracy=loose: write strict or relaxed
// CHECK-STRICT: error: {{.*}} move B mem [k0^4][k1^4][k2][n]: cannot finish {{.*}} changes how results are rounded; accuracy=relaxed allows that

// STRICT
func.func @strict(%x: memref<1x7x7x16xf32>, %w: memref<3x3x16x16xf32>, %y: memref<1x5x5x16xf32>) {
  linalg.conv_2d_nhwc_hwcf {morello.schedule = "move B mem [k0^4][k1^4][k2][n]; winograd 4 4; finish"}
      ins(%x, %w : memref<1x7x7x16xf32>, memref<3x3x16x16xf32>) outs(%y : memref<1x5x5x16xf32>)
  return
}

// -----

func.func @elements(%x: memref<1x7x7x16xf32>, %w: memref<3x3x16x16xf32>, %y: memref<1x5x5x16xf32>) {
  // expected-error @below {{winograd 4 4: operand B: is not stored at points; move B mem [k0^4][k1^4][k2][n] first}}
  linalg.conv_2d_nhwc_hwcf {morello.schedule = "winograd 4 4; finish"}
      ins(%x, %w : memref<1x7x7x16xf32>, memref<3x3x16x16xf32>) outs(%y : memref<1x5x5x16xf32>)
  return
}

// -----

func.func @points(%x: memref<1x7x7x16xf32>, %w: memref<3x3x16x16xf32> {morello.layout = "[d0^4][d1^4][d2][d3]"}, %y: memref<1x5x5x16xf32>) {
  // expected-error @below {{finish: operand B: holds values at points, which winograd reads}}
  linalg.conv_2d_nhwc_hwcf {morello.schedule = "finish"}
      ins(%x, %w : memref<1x7x7x16xf32>, memref<3x3x16x16xf32>) outs(%y : memref<1x5x5x16xf32>)
  return
}

// -----

func.func @strides(%x: memref<1x7x7x16xf32>, %w: memref<3x3x16x16xf32>, %y: memref<1x3x3x16xf32>) {
  // expected-error @below {{winograd 2 4: no input is indexed by a parallel axis plus a reduction axis that the other has alone}}
  linalg.conv_2d_nhwc_hwcf {morello.schedule = "move B mem [k0^2][k1^2][k2][n]; winograd 2 4; finish", strides = dense<2> : tensor<2xi64>}
      ins(%x, %w : memref<1x7x7x16xf32>, memref<3x3x16x16xf32>) outs(%y : memref<1x3x3x16xf32>)
  return
}

// -----

func.func @taps(%x: memref<1x9x9x16xf32>, %w: memref<5x5x16x16xf32>, %y: memref<1x5x5x16xf32>) {
  // expected-error @below {{operand B: k0^2 of 5 taps; take ^2 or ^4 of 3}}
  linalg.conv_2d_nhwc_hwcf {morello.schedule = "move B mem [k0^2][k1^2][k2][n]; winograd 2 4; finish"}
      ins(%x, %w : memref<1x9x9x16xf32>, memref<5x5x16x16xf32>) outs(%y : memref<1x5x5x16xf32>)
  return
}
