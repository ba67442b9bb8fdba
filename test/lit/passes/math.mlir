// Elementary functions become arithmetic on the same shape; what is an instruction stays.

// RUN: morello-opt %s --morello-math | FileCheck %s
// RUN: morello-opt %s --morello-math --morello-math | FileCheck %s
// RUN: morello-opt %s --morello-math='features=avx512f,avx512vl' | FileCheck %s --check-prefix=WIDE
// RUN: morello-opt %s --morello-math='features=avx512f,avx512dq' | FileCheck %s --check-prefix=DQ

// CHECK-LABEL: func.func @exp(
// CHECK-SAME:    %[[X:.*]]: vector<16xf32>)
// CHECK-DAG:     %[[SHIFTER:.*]] = arith.constant dense<0x4B4000FE> : vector<16xf32>
// CHECK-DAG:     %[[HIGH:.*]] = arith.constant dense<8.900000e+01> : vector<16xf32>
// CHECK:         %[[OVER:.*]] = arith.cmpf ogt, %[[X]], %[[HIGH]]
// CHECK:         arith.select %[[OVER]], %[[HIGH]], %[[X]]
// CHECK:         %[[SHIFTED:.*]] = math.fma %{{.*}}, %{{.*}}, %[[SHIFTER]]
// CHECK-DAG:     arith.subf %[[SHIFTED]], %[[SHIFTER]]
// CHECK-DAG:     arith.bitcast %[[SHIFTED]] : vector<16xf32> to vector<16xi32>
// CHECK-COUNT-6: math.fma
// CHECK-NOT:     math.exp
// CHECK:         arith.shli
// CHECK:         return
func.func @exp(%x: vector<16xf32>) -> vector<16xf32> {
  %y = math.exp %x : vector<16xf32>
  return %y : vector<16xf32>
}

// CHECK-LABEL: func.func @any_shape(
// CHECK-NOT:     math.log
// CHECK:         math.fma {{.*}} : vector<3x5xf64>
// CHECK-NOT:     math.tanh
// CHECK:         math.copysign {{.*}} : f32
// CHECK:         return
func.func @any_shape(%x: vector<3x5xf64>, %y: f32) -> (vector<3x5xf64>, f32) {
  %a = math.log %x : vector<3x5xf64>
  %b = math.tanh %y : f32
  return %a, %b : vector<3x5xf64>, f32
}

// CHECK-LABEL: func.func @narrow(
// CHECK-SAME:    %[[X:.*]]: vector<8xbf16>)
// CHECK:         arith.extf %[[X]] : vector<8xbf16> to vector<8xf32>
// CHECK-NOT:     math.erf
// CHECK:         %[[Y:.*]] = arith.truncf %{{.*}} : vector<8xf32> to vector<8xbf16>
// CHECK-NEXT:    return %[[Y]]
func.func @narrow(%x: vector<8xbf16>) -> vector<8xbf16> {
  %y = math.erf %x : vector<8xbf16>
  return %y : vector<8xbf16>
}

// Constants go to the start of the block, once for all expansions in it.
// CHECK-LABEL: func.func @shared(
// CHECK-COUNT-1: dense<0x4B4000FE>
// CHECK-NOT:     dense<0x4B4000FE>
// CHECK:         return
func.func @shared(%x: vector<4xf32>) -> vector<4xf32> {
  %y = math.exp %x : vector<4xf32>
  %z = math.exp %y : vector<4xf32>
  return %z : vector<4xf32>
}

// CHECK-LABEL: func.func @stays(
// CHECK-NEXT:    math.sqrt
// CHECK-NEXT:    math.floor
// CHECK-NEXT:    math.absf
// CHECK-NEXT:    math.exp %{{.*}} : tensor<4xf32>
// CHECK-NEXT:    math.exp %{{.*}} : vector<[4]xf32>
// CHECK-NEXT:    math.acosh
// CHECK-NEXT:    return
func.func @stays(%x: vector<4xf32>, %t: tensor<4xf32>, %s: vector<[4]xf32>) {
  %a = math.sqrt %x : vector<4xf32>
  %b = math.floor %a : vector<4xf32>
  %c = math.absf %b : vector<4xf32>
  %d = math.exp %t : tensor<4xf32>
  %e = math.exp %s : vector<[4]xf32>
  %f = math.acosh %c : vector<4xf32>
  return
}

// With AVX-512, 2^n x is one instruction for each register, and only one end has to be clamped.

// WIDE-LABEL: func.func @exp(
// WIDE-COUNT-1: arith.cmpf
// WIDE-NOT:     arith.shli
// WIDE:         llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"
// WIDE-LABEL: func.func @any_shape(
// WIDE-NOT:     llvm.call_intrinsic
// WIDE-LABEL: func.func @narrow(

// WIDE-LABEL: func.func @two_registers(
// WIDE-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"
// WIDE-NOT:     llvm.call_intrinsic
// WIDE:         return
func.func @two_registers(%x: vector<32xf32>) -> vector<32xf32> {
  %y = math.exp %x : vector<32xf32>
  return %y : vector<32xf32>
}

// A maximum that keeps NaN takes three instructions.
// CHECK-LABEL: func.func @larger(
// CHECK-NEXT:    arith.maximumf
// WIDE-LABEL: func.func @larger(
// WIDE-NEXT:    arith.maximumf
// DQ-LABEL: func.func @larger(
// DQ-SAME:      %[[X:.*]]: vector<16xf32>, %[[Y:.*]]: vector<16xf32>
// DQ:           %[[R:.*]] = llvm.call_intrinsic "llvm.x86.avx512.mask.range.ps.512"(%[[X]], %[[Y]]
// DQ-DAG:       %[[NAN:.*]] = arith.cmpf uno, %[[X]], %[[Y]]
// DQ-DAG:       %[[SUM:.*]] = arith.addf %[[X]], %[[Y]]
// DQ:           arith.select %[[NAN]], %[[SUM]], %[[R]]
func.func @larger(%x: vector<16xf32>, %y: vector<16xf32>) -> vector<16xf32> {
  %z = arith.maximumf %x, %y : vector<16xf32>
  return %z : vector<16xf32>
}
