// morello-layout: arguments become one row of elements that ops see through a view, with a function
// that packs them; constants are packed here.

// RUN: morello-opt %s --morello-layout -o %t
// RUN: FileCheck %s < %t
// RUN: morello-opt %t --canonicalize --cse --morello-apply='strict target=znver5' | FileCheck %s --check-prefix=APPLY
// RUN: morello-opt %t --morello-specify | FileCheck %s --check-prefix=SPEC
// RUN: morello-compile %s --target=znver5 --emit=header | FileCheck %s --check-prefix=HEADER
// RUN: morello-opt %t --morello-layout | diff - %t

// APPLY-NOT: morello.view
// APPLY-NOT: linalg

// The names are those of the op's Spec, or d0, d1, ...
// CHECK-LABEL: func.func @matmul
// CHECK-SAME: %arg0: memref<2x5xf32> {morello.name = "x"}, %[[W:[a-z0-9]+]]: memref<80xf32> {morello.name = "w"}
// CHECK-NEXT: %[[SEEN:.*]] = "morello.view"(%[[W]]) {layout = #morello.layout<["d0", "d1"], "[d1/16][d0][16d1]">} : (memref<80xf32>) -> memref<5x7xf32>
// CHECK-NEXT: linalg.matmul {{.*}} ins(%{{.*}}, %[[SEEN]]
// SPEC-LABEL: @matmul
// SPEC: B mem [n/16][k][16n]
// HEADER: void matmul(const float *x, const float *w, float *c);
// APPLY-LABEL: @matmul
// APPLY: vector.load %{{.*}} : memref<80xf32>, vector<16xf32>
func.func @matmul(
    %x: memref<2x5xf32> {morello.name = "x"},
    %w: memref<5x7xf32> {morello.name = "w", morello.layout = "[n/16][k][16n]"},
    %c: memref<2x7xf32> {morello.name = "c"}) {
  linalg.matmul {morello.schedule = "move C reg; accumulate; tile m 1; tile k 1; move B reg; select fma_f32x16"}
    ins(%x, %w : memref<2x5xf32>, memref<5x7xf32>) outs(%c : memref<2x7xf32>)
  return
}

// Zeros in the last block of columns, then the columns that there are.
// CHECK-LABEL: func.func @matmul_pack_w
// CHECK-SAME: (%[[SOURCE:.*]]: memref<5x7xf32> {morello.name = "source"}, %[[PACKED:.*]]: memref<80xf32> {bufferize.result, morello.name = "packed"})
// CHECK: %[[LAST:.*]] = memref.reinterpret_cast %[[PACKED]] to offset: [0], sizes: [1, 80], strides: [80, 1]
// CHECK: linalg.fill {morello.schedule = "finish"} ins(%{{.*}} : f32) outs(%[[LAST]]
// CHECK: %[[VIEW:.*]] = "morello.view"(%[[PACKED]])
// CHECK: linalg.copy {morello.schedule = "finish"} ins(%[[SOURCE]] : memref<5x7xf32>) outs(%[[VIEW]] : memref<5x7xf32>)
// HEADER: void matmul_pack_w(const float *source, float *packed);
// APPLY-LABEL: @matmul_pack_w

// Blocks of both dimensions are padded, each at its end; the transposed reader sees the same view.
// CHECK-LABEL: func.func @tensors
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<128xbf16>
// CHECK-NEXT: %[[SEEN:.*]] = "morello.view"(%[[W]]) {{.*}} : (tensor<128xbf16>) -> tensor<7x9xbf16>
// CHECK: linalg.matmul ins(%{{.*}}, %[[SEEN]]
// CHECK: linalg.transpose ins(%[[SEEN]]
// HEADER: void tensors_pack_arg1(const uint16_t *source, uint16_t *
func.func @tensors(%x: tensor<2x7xbf16>, %w: tensor<7x9xbf16> {morello.layout = "[d1/16][d0/2][16d1][2d0]"},
                   %c: tensor<2x9xf32>, %d: tensor<9x7xbf16>) -> (tensor<2x9xf32>, tensor<9x7xbf16>) {
  %0 = linalg.matmul ins(%x, %w : tensor<2x7xbf16>, tensor<7x9xbf16>) outs(%c : tensor<2x9xf32>) -> tensor<2x9xf32>
  %1 = linalg.transpose ins(%w : tensor<7x9xbf16>) outs(%d : tensor<9x7xbf16>) permutation = [1, 0]
  return %0, %1 : tensor<2x9xf32>, tensor<9x7xbf16>
}

// CHECK-LABEL: func.func @tensors_pack_arg1(%arg0: tensor<7x9xbf16> {morello.name = "source"}) -> tensor<128xbf16>

// Names of its own, and a private function. What is plain stays; its packing is a copy.
// CHECK-LABEL: func.func private @two
// CHECK-SAME: (%arg0: memref<40xi8>, %arg1: memref<5x7xi8>, %arg2: memref<5x7xi8>)
// CHECK-LABEL: func.func private @two_pack_arg0(%arg0: memref<5x7xi8>
// CHECK-LABEL: func.func private @two_pack_arg1(%arg0: memref<5x7xi8>
// CHECK-NEXT: linalg.copy {{.*}} ins(%arg0 : memref<5x7xi8>) outs(%arg1 : memref<5x7xi8>)
func.func private @two(%a: memref<5x7xi8> {morello.layout = #morello.layout<["r", "s"], "[s/4][r][4s]">},
                       %b: memref<5x7xi8> {morello.layout = "plain"}, %c: memref<5x7xi8>) {
  linalg.add ins(%a, %b : memref<5x7xi8>, memref<5x7xi8>) outs(%c : memref<5x7xi8>)
  return
}

// CHECK-LABEL: func.func @unused(%arg0: memref<8xf32>)
// CHECK-NEXT: return
func.func @unused(%a: memref<5xf32> {morello.layout = "[d0/8][8d0]"}) {
  return
}

// Readers of a constant that are understood read the packed one, others the old one.
// CHECK: memref.global "private" constant @table_packed : memref<8xf32> = dense<[1.000000e+00, 3.000000e+00, 5.000000e+00, 0.000000e+00, 2.000000e+00, 4.000000e+00, 6.000000e+00, 0.000000e+00]> {alignment = 64 : i64}
// CHECK: memref.global "private" constant @table : memref<3x2xf32>
memref.global "private" constant @table : memref<3x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> {morello.layout = "[d0/4][d1][4d0]"}
// CHECK-NOT: @alone :
memref.global "private" constant @alone : memref<2xi32> = dense<7> {morello.layout = "[d0/2][2d0]"}

// CHECK-LABEL: func.func @constants
// CHECK: %[[OLD:.*]] = memref.get_global @table : memref<3x2xf32>
// CHECK: memref.load %[[OLD]]
// CHECK: %[[NEW:.*]] = memref.get_global @table_packed : memref<8xf32>
// CHECK: %[[SEEN:.*]] = "morello.view"(%[[NEW]])
// CHECK: linalg.copy ins(%[[SEEN]]
// CHECK: memref.get_global @alone_packed : memref<2xi32>
func.func @constants(%c: memref<3x2xf32>, %d: memref<2xi32>) -> f32 {
  %0 = arith.constant 0 : index
  %old = memref.get_global @table : memref<3x2xf32>
  %1 = memref.load %old[%0, %0] : memref<3x2xf32>
  %w = memref.get_global @table : memref<3x2xf32>
  linalg.copy ins(%w : memref<3x2xf32>) outs(%c : memref<3x2xf32>)
  %v = memref.get_global @alone : memref<2xi32>
  linalg.copy ins(%v : memref<2xi32>) outs(%d : memref<2xi32>)
  return %1 : f32
}

// CHECK-LABEL: func.func @tensor_constant
// CHECK: %[[ROW:.*]] = arith.constant dense<[1, 3, 5, 0, 2, 4, 6, 0]> : tensor<8xi16>
// CHECK: %[[SEEN:.*]] = "morello.view"(%[[ROW]])
// CHECK: linalg.add ins(%arg0, %[[SEEN]]
func.func @tensor_constant(%x: tensor<3x2xi16>) -> tensor<3x2xi16> {
  %w = arith.constant {morello.layout = "[i/4][j][4i]"} dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi16>
  %0 = linalg.add ins(%x, %w : tensor<3x2xi16>, tensor<3x2xi16>) outs(%x : tensor<3x2xi16>) -> tensor<3x2xi16>
  return %0 : tensor<3x2xi16>
}
