// The instruction that a schedule asks for comes out.
// RUN: split-file %s %t
// RUN: morello-compile %t/f32.mlir --schedule=%t/f32x16 --target=skylake-avx512 --emit=asm -o - | FileCheck %s --check-prefix=ZMM
// RUN: morello-compile %t/f32.mlir --schedule=%t/f32x8 --target=x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=YMM
// RUN: morello-compile %t/bf16.mlir --schedule=%t/bf16 --target=sapphirerapids --emit=asm -o - | FileCheck %s --check-prefix=BF16
// RUN: morello-compile %t/i8.mlir --schedule=%t/i8 --target=icelake-server --emit=asm -o - | FileCheck %s --check-prefix=I8

// ZMM: vfmadd231ps {{.*}}%zmm
// YMM-NOT: zmm
// YMM: vfmadd231ps {{.*}}%ymm
// BF16: vdpbf16ps {{.*}}%zmm
// I8: vpdpbusd {{.*}}%zmm

//--- f32x16
move C reg [m][n/16]<16n>; accumulate; tile k 1; move B reg [k][n/16]<16n>; tile m 1; tile n 16; select fma_f32x16
//--- f32x8
move C reg [m][n/8]<8n>; accumulate; tile k 1; move B reg [k][n/8]<8n>; tile m 1; tile n 8; select fma_f32x8
//--- bf16
move C reg [m][n/16]<16n>; accumulate; tile k 2; move B reg [k/2][n/16]<16n 2k>; tile m 1; tile n 16; select dot2_bf16_f32x16
//--- i8
move C reg [m][n/16]<16n>; accumulate; tile k 4; move B reg [k/4][n/16]<16n 4k>; tile m 1; tile n 16; select dot4_u8s8_i32x16
//--- f32.mlir
func.func @f(%a: memref<4x64xf32>, %b: memref<64x16xf32>, %c: memref<4x16xf32>) {
  linalg.matmul ins(%a, %b : memref<4x64xf32>, memref<64x16xf32>) outs(%c : memref<4x16xf32>)
  return
}
//--- bf16.mlir
func.func @f(%a: memref<4x64xbf16>, %b: memref<64x32xbf16>, %c: memref<4x32xf32>) {
  linalg.matmul ins(%a, %b : memref<4x64xbf16>, memref<64x32xbf16>) outs(%c : memref<4x32xf32>)
  return
}
//--- i8.mlir
func.func @f(%a: memref<4x64xi8>, %b: memref<64x32xi8>, %c: memref<4x32xi32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<4x64xi8>, memref<64x32xi8>) outs(%c : memref<4x32xi32>) {
  ^bb0(%x: i8, %y: i8, %z: i32):
    %u = arith.extui %x : i8 to i32
    %s = arith.extsi %y : i8 to i32
    %p = arith.muli %u, %s : i32
    %r = arith.addi %z, %p : i32
    linalg.yield %r : i32
  }
  return
}
