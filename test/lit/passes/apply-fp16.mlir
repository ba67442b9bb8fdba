// Sums of f16 in f16, by AVX512-FP16 where the target has it; in f32 they stay where the op says so.
// RUN: morello-compile %s --target=sapphirerapids --schedule=synthesize --db=none --emit=asm | FileCheck %s
// RUN: morello-compile %s --target=icelake-server --schedule=synthesize --db=none --emit=asm | FileCheck %s --check-prefix=WITHOUT

// CHECK-LABEL: matmul_f16:
// CHECK: vfmadd{{[0-9]+}}ph
// CHECK-NOT: vfmadd{{[0-9]+}}ps
// CHECK-LABEL: matmul_f32:
// CHECK-NOT: vfmadd{{[0-9]+}}ph
// CHECK: vfmadd{{[0-9]+}}ps
// CHECK-LABEL: add_f16:
// CHECK: vaddph
// WITHOUT-NOT: {{vfmadd[0-9]+ph|vaddph}}

func.func @matmul_f16(%a: memref<40x70xf16>, %b: memref<70x96xf16>, %c: memref<40x96xf16>) {
  linalg.matmul ins(%a, %b : memref<40x70xf16>, memref<70x96xf16>) outs(%c : memref<40x96xf16>)
  return
}

func.func @matmul_f32(%a: memref<40x70xf16>, %b: memref<70x96xf16>, %c: memref<40x96xf32>) {
  linalg.matmul ins(%a, %b : memref<40x70xf16>, memref<70x96xf16>) outs(%c : memref<40x96xf32>)
  return
}

func.func @add_f16(%a: memref<1000xf16>, %b: memref<1000xf16>, %c: memref<1000xf16>) {
  linalg.add ins(%a, %b : memref<1000xf16>, memref<1000xf16>) outs(%c : memref<1000xf16>)
  return
}
