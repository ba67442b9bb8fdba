// morello-compile: every form, for targets that need not be this machine.

// RUN: morello-compile %s --emit=asm --target=x86-64-v3 | FileCheck %s --check-prefix=V3
// RUN: morello-compile %s --emit=asm --target=skylake-avx512 | FileCheck %s --check-prefix=SKX
// RUN: morello-compile %s --emit=asm --target=x86-64-v3 --features=+avx512f | FileCheck %s --check-prefix=SKX
// RUN: morello-compile - --emit=llvm --target=znver4 < %s | FileCheck %s --check-prefix=LLVM
// RUN: morello-compile %s --emit=header | FileCheck %s --check-prefix=HEADER
// RUN: morello-compile %s --emit=mlir | FileCheck %s --check-prefix=MLIR
// RUN: morello-compile %s --target=znver1 -o %t.o
// RUN: llvm-objdump -d %t.o | FileCheck %s --check-prefix=OBJ
// RUN: not morello-compile %s --target=znver9 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// V3-LABEL: fma:
// V3: vfmadd{{.*}}%ymm
// V3-NOT: %zmm
// SKX: vfmadd{{.*}}%zmm
// LLVM: target triple = "x86_64-unknown-linux-gnu"
// LLVM: define void @fma(ptr {{.*}}readonly
// LLVM: "target-cpu"="znver4"
// HEADER: #ifndef MORELLO_COMPILE_H
// HEADER: void fma(const float *x, float *y);
// MLIR: vector.fma
// OBJ-LABEL: <fma>:
// OBJ: vfmadd
// UNKNOWN: error: --target: unknown target 'znver9': it is not a CPU that LLVM knows; did you mean
func.func @fma(%x: memref<16xf32> {morello.name = "x"}, %y: memref<16xf32> {morello.name = "y"}) {
  %c0 = arith.constant 0 : index
  %a = vector.load %x[%c0] : memref<16xf32>, vector<16xf32>
  %b = vector.load %y[%c0] : memref<16xf32>, vector<16xf32>
  %r = vector.fma %a, %a, %b : vector<16xf32>
  vector.store %r, %y[%c0] : memref<16xf32>, vector<16xf32>
  return
}
