// print-impl: the program after every step of the schedule, as remarks at the op.

// RUN: morello-opt %s --morello-apply='target=skylake-avx512 print-impl' 2>&1 >%t.out | FileCheck %s -DFILE=%s
// RUN: FileCheck %s --check-prefix=OUT --input-file=%t.out

// OUT-LABEL: @matmul
// OUT-NOT: linalg
// OUT: vector.fma
// OUT-NOT: linalg
// OUT: return

// What is still to do is `open`; what the schedule says nothing of is closed at once.
// CHECK: [[FILE]]:[[#@LINE+24]]:3: remark: after 'tile m 4':
// CHECK-NEXT: for m in 2 x 4
// CHECK-NEXT: open C:f32[m, n] += 0 mulf(A:f32[m, k], B:f32[k, n]) | m=4 n=32 k=64 | A mem, B mem, C mem
// CHECK: [[FILE]]:[[#@LINE+21]]:3: remark: after 'move C reg [m][n/16]<16n>':
// CHECK: C to reg [m][n/16]<16n>
// CHECK-NEXT: open {{.*}} C reg [m][n/16]<16n>
// CHECK: store:
// CHECK: remark: after 'accumulate':
// CHECK: fill:
// CHECK: open C:f32[m, n] += mulf(
// CHECK: remark: after 'tile k 1':
// CHECK: for k in 64 x 1
// CHECK: remark: after 'move B reg [k][n/16]<16n>':
// CHECK: load:
// CHECK: remark: after 'tile m 1':
// CHECK: remark: after 'tile n 16':
// CHECK: open {{.*}} | n=16 |
// CHECK: remark: after 'select fma_f32x16':
// CHECK-NOT: open
// CHECK: fma_f32x16
// CHECK-NOT: after '
func.func @matmul(%a: memref<8x64xf32>, %b: memref<64x32xf32>, %c: memref<8x32xf32>) {
  %z = arith.constant 0.0 : f32
  linalg.fill ins(%z : f32) outs(%c : memref<8x32xf32>)
  linalg.matmul {morello.schedule = "tile m 4; move C reg [m][n/16]<16n>; accumulate; tile k 1; move B reg [k][n/16]<16n>; tile m 1; tile n 16; select fma_f32x16"}
      ins(%a, %b : memref<8x64xf32>, memref<64x32xf32>) outs(%c : memref<8x32xf32>)
  return
}
