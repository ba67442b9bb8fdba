// Every mapping of every op, the least bound first; with `refused`, why other instructions have none.
// RUN: morello-opt %s --morello-match=target=znver4 2>&1 -o /dev/null | FileCheck %s --implicit-check-not=avx512fp16
// RUN: morello-opt %s --morello-match=target=znver4 2>/dev/null | FileCheck %s --check-prefix=SAME --implicit-check-not=morello
// RUN: morello-opt %s --morello-match='target=znver4 refused' 2>&1 -o /dev/null | FileCheck %s --check-prefix=WHY
// RUN: not morello-opt %s --morello-match='target=znver9' 2>&1 | FileCheck %s --check-prefix=TARGET

// TARGET: error: unknown target 'znver9'
// SAME: linalg.matmul ins

// CHECK: remark: linalg.exp has a dynamic shape, memref<?xf32>; shapes must be static; left as it is
// CHECK: match.mlir:[[#@LINE+10]]:3: remark: 8 mappings of C:f32[m, n] += mulf(extf(A:bf16[m, k] to f32), extf(B:bf16[k, n] to f32)) | m=100 n=96 k=65
// CHECK-NEXT: 9900 cycles: dot2_bf16_f32x16, k -> k in steps of 2 (the last 1 under a mask), n -> n in steps of 16; loops m=100; A = A in memory, B = B in registers, C = C in registers
// CHECK-NEXT: 11088 cycles: dot2_bf16_f32x16, k -> k in steps of 2 (the last 1 under a mask), n -> m in steps of 16 (the last 4 padded); loops n=96; A = B in memory, B = A in registers, C = C in registers
// CHECK: 39000 cycles: fma_bf16_f32x16, i -> n in steps of 16; loops m=100 k=65;
// CHECK: 81120 cycles: fma_bf16_f32x8,
// WHY: not {{.*}}: it combines by arith.addi, the Spec by arith.addf
// WHY: not fma_lanes_f32x16: it takes wider elements; no move widens an input on its way to it
// WHY: not fma_{{.*}}f64x8: it computes mulf(%0, %1) on f64, f64, f64, the Spec mulf(extf(%0 to f32), extf(%1 to f32)) on bf16, bf16, f32
// WHY: not fma_f16x32: znver4 lacks avx512fp16
func.func @matmul(%a: memref<100x65xbf16>, %b: memref<65x96xbf16>, %c: memref<100x96xf32>) {
  linalg.matmul ins(%a, %b : memref<100x65xbf16>, memref<65x96xbf16>) outs(%c : memref<100x96xf32>)
  return
}

// A convolution is a sum of products over the taps k0 and k1. Along the width, A moves by the stride.
// CHECK: remark: 2 mappings of C:f32[0, m1, m2, n] += mulf(A:f32[0, k0 + 2*m1, k1 + 2*m2, k2], B:f32[k0, k1, k2, n])
// CHECK-NEXT: 903168 cycles: fma_f32x16, i -> n in steps of 16; loops m1=28 m2=28 k0=3 k1=3 k2=64;
// WHY: not fma_lanes_f32x16: its axis i can be none of the Spec's: m1 moves A by 2, not by 1;{{.*}} n moves A: it does not, and should; k0 is reduction, not parallel
func.func @convolution(%a: memref<1x57x57x64xf32>, %b: memref<3x3x64x64xf32>, %c: memref<1x28x28x64xf32>) {
  linalg.conv_2d_nhwc_hwcf {strides = dense<2> : tensor<2xi64>}
    ins(%a, %b : memref<1x57x57x64xf32>, memref<3x3x64x64xf32>) outs(%c : memref<1x28x28x64xf32>)
  return
}

// Signs must agree, terms that are not products cannot be padded.
// CHECK: remark: 4 mappings of C:i32[m, n] += muli(extui(extui(A:u8[m, k] to i16) to i32), extsi(B:i8[k, n] to i32))
// CHECK-NEXT: 128 cycles: dot4_u8s8_i32x16, k -> k in steps of 4, n -> n in steps of 16; loops m=8;
// CHECK: remark: 2 mappings of C:f32[] maximum= A:f32[k] | k=37
// CHECK-NEXT: 28 cycles: max_f32x16, k -> k in steps of 16 (the last 5 apart); A = A in registers, C = C in registers
// WHY: not dot4_s8s8_i32x16: it computes muli(extsi(%0 to i32), extsi(%1 to i32)) on i8, i8, i32, the Spec
func.func @more(%a: memref<8x64xi8>, %b: memref<64x32xi8>, %c: memref<8x32xi32>,
                %x: memref<37xf32>, %y: memref<f32>) {
  linalg.generic {
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]
  } ins(%a, %b : memref<8x64xi8>, memref<64x32xi8>) outs(%c : memref<8x32xi32>) {
  ^bb0(%p: i8, %q: i8, %s: i32):
    %0 = arith.extui %p : i8 to i16
    %1 = arith.extui %0 : i16 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %s, %3 : i32
    linalg.yield %4 : i32
  }
  linalg.reduce {arith.maximumf} ins(%x : memref<37xf32>) outs(%y : memref<f32>) dimensions = [0]
  return
}

// Not understood: reported first.
func.func @not_understood(%a: memref<?xf32>) {
  linalg.exp ins(%a : memref<?xf32>) outs(%a : memref<?xf32>)
  return
}
